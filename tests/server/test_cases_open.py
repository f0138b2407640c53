"""What comes in opens cases: exactly once a ballot, from every channel, both parts of a sitting in one."""

import secrets
import time
from uuid import UUID

import pytest

from server.ballots.desk import Told, ballot_of, moment_ms, restore, take_at_desk, withdraw
from server.ballots.verify import verify
from server.cases import events
from server.cases.open import index_codes, open_waiting
from server.worker import Chore, Worker
from survey.ballot import Answer, Channel, Consent, ballot_code
from survey.local_time import local_date
from survey.note import Note
from survey.qr_token import Lane
from survey.questionnaire import bundled
from survey.sealing import seal
from tests.kiosk_double import NOW_MS, QUESTIONS
from tests.server.conftest import OFFICE


@pytest.fixture
def said(kiosk, centre):
    """Return a function that sends one ballot with words; returns its id."""

    def send(comment="Chờ lâu quá", phone="", **changed):
        note = Note(comment=comment, phone=phone)
        if not note.is_empty():
            changed |= {"sealed": seal(note, centre.keys.seal_key), "sealed_salt": secrets.token_bytes(16)}
        if phone:
            changed["consent"] = Consent("contact_v1", "vi")
        entry = kiosk.cast(**changed)
        kiosk.send([entry])
        return entry

    return send


def low(**reasons):
    answers = {question: Answer(1 if question in reasons else 5, 900) for question in QUESTIONS}
    return {"answers": answers, "reasons": {asked: [reason] for asked, reason in reasons.items()}}


def test_a_comment_opens_one_case_however_often_the_worker_looks(said, centre, rows):
    said()
    assert open_waiting(centre) == 1
    assert open_waiting(centre) == 0
    assert rows("SELECT why, state, office_id, is_priority FROM cases") == [("comment", "new", OFFICE, False)]
    assert rows("SELECT count(*) FROM case_inbox") == [(0,)]
    assert centre.writer.run(events.first_broken) is None


def test_a_ballot_sent_twice_opens_one_case(said, kiosk, centre, rows):
    entry = said()
    open_waiting(centre)
    kiosk.send([entry])
    assert open_waiting(centre) == 0
    assert rows("SELECT count(*) FROM cases") == [(1,)]


def test_informal_payment_and_harassment_open_with_priority(said, centre, rows):
    said("", **low(fees="fees.informal_payment"))
    said("", **low(attitude="attitude.harassment"))
    said("", **low(attitude="attitude.unfair"))
    assert open_waiting(centre) == 3
    assert sorted(bool(row[0]) for row in rows("SELECT is_priority FROM cases")) == [False, True, True]


def test_a_satisfied_ballot_without_words_never_waits(said, rows):
    said("")
    assert rows("SELECT count(*) FROM case_inbox") == [(0,)]


def test_five_low_grades_at_a_counter_in_a_day_open_one_case_of_the_counter(said, centre, rows):
    for _ in range(7):
        said("", answers={QUESTIONS[-1]: Answer(1, 900)}, status="quick", channel=Channel.BUTTON)
    open_waiting(centre)
    assert rows("SELECT why, origin FROM cases") == [("threshold", "t:xa-tan-trao.q1:2026-11-21")]


def test_paper_and_calls_open_cases_and_a_withdrawn_one_does_not(centre, rows):
    told = Told("xa-tan-trao.q1", local_date(NOW_MS), None, dict.fromkeys(QUESTIONS, 4), note=Note("Thiếu ghế ngồi"))
    made = [ballot_of(told, bundled(), centre.keys.seal_key, Channel.PAPER, "desk@1") for _ in range(2)]
    assert moment_ms(told.day, None) < NOW_MS

    def take(work):
        return take_at_desk(work, OFFICE, [("xa-tan-trao.q1", None, b) for b in made], bundled(), Lane.ENTERED, NOW_MS)

    assert centre.writer.run(take) == 2
    assert centre.writer.run(lambda work: withdraw(work, [made[0].id.bytes])) == 1
    assert open_waiting(centre) == 1
    assert centre.writer.run(lambda work: restore(work, [made[0].id.bytes], Lane.ENTERED)) == 1
    assert open_waiting(centre) == 1, "taken back again, it asks for attention after all"
    assert centre.writer.run(lambda work: restore(work, [made[0].id.bytes], Lane.ENTERED)) == 0
    assert open_waiting(centre) == 0


def test_both_parts_of_a_sitting_are_one_case(said, centre, rows):
    first, second = said("Cán bộ nói to tiếng"), said("Và bắt chờ")
    ids = [row[0] for row in rows("SELECT id FROM ballots ORDER BY seq")]
    assert len({first.leaf, second.leaf}) == 2
    centre.writer.run(
        lambda work: work.run(
            "INSERT INTO handovers (kiosk, boot, counter, half_id, phone_id, aside_id) VALUES (1, 1, 1, ?, ?, ?)",
            (ids[0], ids[1], ids[0]),
        )
    )
    assert open_waiting(centre) == 1
    assert rows("SELECT count(*), count(DISTINCT case_id) FROM case_ballots") == [(2, 1)]


def test_every_ballot_gets_its_code_even_one_that_fills_a_hole(kiosk, centre, rows):
    entries = [kiosk.cast() for _ in range(3)]
    kiosk.send(entries)
    assert index_codes(centre) == 3
    assert index_codes(centre) == 0
    kiosk.send([kiosk.cast()])
    assert index_codes(centre) == 1
    stored = {ballot_code(UUID(bytes=bytes(row[0]))) for row in rows("SELECT id FROM ballots")}
    assert {row[0] for row in rows("SELECT code FROM ballot_codes")} == stored


def test_the_worker_opens_cases_by_itself(said, centre, rows):
    said()
    worker = Worker(centre, (Chore("cases opened", 0.05, open_waiting),))
    until = time.monotonic() + 10
    while not rows("SELECT 1 FROM cases") and time.monotonic() < until:
        time.sleep(0.05)
    worker.close()
    assert rows("SELECT count(*) FROM cases") == [(1,)]


def test_the_words_stay_sealed_and_the_chain_whole(said, centre, rows):
    said("Gọi tôi 0912345678", "0912345678")
    open_waiting(centre)
    assert rows("SELECT call_state FROM cases") == [("waiting",)]
    everything = "".join(str(rows(f"SELECT * FROM {table}")) for table in ("cases", "case_events", "case_ballots"))
    assert "0912345678" not in everything
    assert centre.writer.run(verify).faults == []
