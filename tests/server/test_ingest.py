"""What becomes of ballots that arrive: exactly once, each with one final word."""

import msgspec
import pytest

from server.ballots.recount import count_again
from server.ballots.verify import verify
from server.questionnaires.queries import publish
from survey import chain, wire
from survey.ballot import Answer, Channel, Status
from survey.batch import Fix, Head, Hole, Verdict
from survey.note import Note
from survey.questionnaire import bundled
from survey.sealing import seal
from tests.kiosk_double import LEVELS, NOW_MS, a_ballot


def verdicts(receipt):
    return [(judged.seq, judged.verdict.value, judged.code) for judged in receipt.verdicts]


def count(rows, table="ballots"):
    return rows(f"SELECT count(*) FROM {table}")[0][0]


def assert_whole(centre):
    assert centre.writer.run(verify).faults == []


def test_good_ballots_are_accepted_stored_and_counted(kiosk, centre, rows):
    receipt = kiosk.send([kiosk.cast() for _ in range(3)])
    assert verdicts(receipt) == [(1, "accepted", ""), (2, "accepted", ""), (3, "accepted", "")]
    assert (receipt.upto, receipt.head) == (3, kiosk.link_at(3).hex())
    assert count(rows) == 3
    assert rows("SELECT n, comments FROM rollup_ballots") == [(3, 0)]
    assert set(rows("SELECT n5, n1, na FROM rollup_answers")) == {(3, 0, 0)}
    assert_whole(centre)


def test_an_empty_batch_is_a_heartbeat(kiosk, rows):
    receipt = kiosk.send()
    assert (receipt.upto, receipt.verdicts) == (0, [])
    assert rows("SELECT last_seen FROM devices")[0][0] == NOW_MS
    assert count(rows, "events") == 0


def test_the_counter_grows_with_every_answer(kiosk):
    assert [kiosk.send().counter for _ in range(3)] == [1, 2, 3]


def test_a_batch_sent_twice_is_all_duplicates(kiosk, centre, rows):
    batch = kiosk.batch([kiosk.cast(), kiosk.cast()])
    first = kiosk.send_batch(batch)
    again = kiosk.send_batch(batch)
    assert [judged.verdict for judged in again.verdicts] == [Verdict.DUPLICATE] * 2
    assert (again.upto, again.head) == (first.upto, first.head)
    assert count(rows) == 2
    assert rows("SELECT sum(n) FROM rollup_ballots")[0][0] == 2
    assert count(rows, "events") == 0
    assert_whole(centre)


def test_one_bad_ballot_leaves_the_good_ones_alone(kiosk, centre, rows):
    entries = [kiosk.cast(), kiosk.enter_raw(b'{"id":"nonsense"}', bytes(32)), kiosk.cast()]
    receipt = kiosk.send(entries)
    assert verdicts(receipt) == [(1, "accepted", ""), (2, "rejected", "not_a_ballot"), (3, "accepted", "")]
    assert receipt.upto == 3
    assert bytes(rows("SELECT raw FROM set_aside")[0][0]) == b'{"id":"nonsense"}'
    assert_whole(centre)


@pytest.mark.parametrize("raw", [b"[]", b"{}", b"null", b'"\\u0000"', b"17"])
def test_whatever_is_no_ballot_is_rejected_and_kept(kiosk, rows, raw):
    receipt = kiosk.send([kiosk.enter_raw(raw, bytes(32)), kiosk.cast()])
    assert verdicts(receipt) == [(1, "rejected", "not_a_ballot"), (2, "accepted", "")]
    assert bytes(rows("SELECT raw FROM set_aside")[0][0]) == raw


def test_a_nul_in_a_ballot_is_rejected_not_an_error(kiosk):
    ballot = a_ballot(device=kiosk.device, layout="a\x00b")
    assert verdicts(kiosk.send([kiosk.enter(ballot)])) == [(1, "rejected", "not_a_ballot")]


def test_a_stated_leaf_that_is_not_the_ballots_is_rejected(kiosk):
    ballot = a_ballot(device=kiosk.device, stream=kiosk.stream)
    assert verdicts(kiosk.send([kiosk.enter_raw(wire.encode(ballot), bytes(32))])) == [(1, "rejected", "leaf_mismatch")]


def test_a_ballot_of_an_unknown_questionnaire_is_rejected_but_kept(kiosk, rows):
    receipt = kiosk.send([kiosk.cast(questionnaire="later@2.0.0")])
    assert verdicts(receipt) == [(1, "rejected", "unknown_questionnaire")]
    kept = rows("SELECT raw, questionnaire FROM set_aside")[0]
    assert kept[1] == "later@2.0.0"
    assert msgspec.json.decode(kept[0])["questionnaire"] == "later@2.0.0"


def test_once_its_questionnaire_is_published_a_kept_ballot_is_counted_once(kiosk, centre, rows):
    later = msgspec.structs.replace(bundled(), version="2.0.0")
    entries = [
        kiosk.cast(),
        kiosk.cast(questionnaire=later.ref),
        kiosk.cast(questionnaire=later.ref, answers={"made_up": Answer(1)}, status=Status.PARTIAL),
        kiosk.cast(),
    ]
    kiosk.send(entries)

    def publish_later(work):
        publish(work, later, NOW_MS)
        return count_again(work, later, NOW_MS)

    assert centre.writer.run(publish_later) == {"accepted": 1, "rejected": 1}
    assert centre.writer.run(lambda work: count_again(work, later, NOW_MS)) == {}
    assert (count(rows), count(rows, "set_aside")) == (3, 1)
    assert rows("SELECT sum(n) FROM rollup_ballots")[0][0] == 3
    assert verdicts(kiosk.send(entries)) == [
        (1, "duplicate", ""),
        (2, "duplicate", ""),
        (3, "rejected", "unknown_question"),
        (4, "duplicate", ""),
    ]
    assert_whole(centre)


def test_a_ballot_against_its_questionnaire_is_rejected_with_the_first_fault(kiosk):
    answers = {"responsibility": Answer("na", 10)}
    receipt = kiosk.send([kiosk.cast(answers=answers, status=Status.PARTIAL)])
    assert verdicts(receipt) == [(1, "rejected", "na_not_allowed")]
    assert "responsibility" in receipt.verdicts[0].words


def test_a_rejection_is_said_again_when_the_batch_is_sent_again(kiosk):
    batch = kiosk.batch([kiosk.cast(questionnaire="later@2.0.0")])
    assert verdicts(kiosk.send_batch(batch)) == verdicts(kiosk.send_batch(batch))


def test_the_same_id_with_other_bytes_is_a_conflict_and_both_are_kept(kiosk, centre, rows):
    first = a_ballot(device=kiosk.device)
    other = msgspec.structs.replace(first, lang="en")
    receipt = kiosk.send([kiosk.enter(first), kiosk.enter(other)])
    assert verdicts(receipt) == [(1, "accepted", ""), (2, "conflict", "same_id")]
    assert count(rows) == 1
    assert msgspec.json.decode(rows("SELECT raw FROM set_aside")[0][0])["lang"] == "en"
    assert rows("SELECT kind FROM events") == [("conflict",)]
    assert_whole(centre)


def test_a_ballot_twice_in_one_batch_is_stored_once(kiosk, centre, rows):
    ballot = a_ballot(device=kiosk.device)
    receipt = kiosk.send([kiosk.enter(ballot), kiosk.enter(ballot)])
    assert [judged.verdict.value for judged in receipt.verdicts] == ["accepted", "duplicate"]
    assert count(rows) == 1
    assert_whole(centre)


def test_a_new_stream_with_old_ballots_is_duplicates_and_an_alarm(kiosk, centre, rows):
    ballots = [a_ballot(device=kiosk.device) for _ in range(3)]
    kiosk.send([kiosk.enter(ballot) for ballot in ballots])
    kiosk.begin_stream()
    receipt = kiosk.send([kiosk.enter(ballot) for ballot in [*ballots, a_ballot(device=kiosk.device)]])
    assert [judged.verdict.value for judged in receipt.verdicts] == ["duplicate"] * 3 + ["accepted"]
    assert receipt.upto == 4
    assert count(rows) == 4
    assert [row[0] for row in rows("SELECT kind FROM events")] == ["new_stream"]
    assert_whole(centre)


def test_a_chain_that_does_not_fit_stores_nothing_and_alarms(kiosk, rows):
    kiosk.send([kiosk.cast()])
    entry = kiosk.cast()
    receipt = kiosk.send([entry], head=Head(2, "ab" * 32))
    assert (receipt.upto, receipt.head, receipt.verdicts) == (1, kiosk.link_at(1).hex(), [])
    assert count(rows) == 1
    assert rows("SELECT kind, times FROM events") == [("chain_mismatch", 1)]


def test_a_gap_stores_nothing_and_says_upto(kiosk, rows):
    kiosk.send([kiosk.cast()])
    kiosk.cast()
    receipt = kiosk.send([kiosk.cast()])
    assert (receipt.upto, receipt.verdicts) == (1, [])
    assert count(rows) == 1


def test_a_declared_hole_is_written_down_alarmed_and_passed(kiosk, centre, rows):
    kiosk.send([kiosk.cast()])
    lost = [kiosk.cast(), kiosk.cast()]
    hole = Hole(2, 3, kiosk.link_at(3).hex(), "bad sector")
    receipt = kiosk.send([kiosk.cast()], gone=[hole])
    assert (receipt.upto, verdicts(receipt), receipt.open) == (4, [(4, "accepted", "")], [(2, 3)])
    assert [row[0] for row in rows("SELECT kind FROM events")] == ["hole"]
    assert_whole(centre)
    late = kiosk.send(lost)
    assert verdicts(late) == [(2, "accepted", ""), (3, "accepted", "")]
    assert late.open == []
    assert count(rows) == 4
    assert_whole(centre)


def test_a_hole_at_the_end_needs_no_ballot_after_it(kiosk):
    kiosk.send([kiosk.cast()])
    kiosk.cast()
    link = kiosk.link_at(2).hex()
    receipt = kiosk.send([], gone=[Hole(2, 2, link, "bad sector")], head=Head(2, link))
    assert (receipt.upto, receipt.head) == (2, link)


def test_another_ballot_at_a_place_that_is_held_is_a_fork(kiosk, centre, rows):
    kiosk.send([kiosk.cast()])
    kiosk.seq = 0
    receipt = kiosk.send([kiosk.cast()])
    assert verdicts(receipt) == [(1, "conflict", "fork")]
    assert (count(rows), count(rows, "set_aside")) == (1, 1)
    assert [row[0] for row in rows("SELECT kind FROM events")] == ["fork"]
    assert_whole(centre)


def test_a_heartbeat_with_another_head_raises_an_alarm(kiosk, rows):
    kiosk.send([kiosk.cast()])
    kiosk.send([], head=Head(1, "cd" * 32))
    assert [row[0] for row in rows("SELECT kind FROM events")] == ["chain_mismatch"]


def test_one_boot_from_two_machines_is_a_clone(kiosk, rows):
    kiosk.send()
    kiosk.inst = "f" * 32
    kiosk.send()
    assert [row[0] for row in rows("SELECT kind FROM events")] == ["clone"]


def test_a_late_duplicate_of_an_older_boot_is_no_alarm(kiosk, rows):
    late = kiosk.batch([])
    kiosk.send_batch(late)
    kiosk.boot, kiosk.inst = 2, "e" * 32
    kiosk.send()
    kiosk.send_batch(late)
    assert count(rows, "events") == 0


def test_an_older_boot_that_heard_the_newer_one_is_a_clone(kiosk, rows):
    kiosk.send()
    inst = kiosk.inst
    kiosk.boot, kiosk.inst = 2, "e" * 32
    kiosk.send()
    kiosk.boot, kiosk.inst = 1, inst
    kiosk.send()
    assert [row[0] for row in rows("SELECT kind FROM events")] == ["clone"]


def test_an_exact_clock_dates_a_ballot_in_vietnamese_time(kiosk, rows):
    kiosk.send([kiosk.cast(wall="2026-11-20T17:30:00.000Z")])
    assert [(str(row[0]), row[1], bool(row[2])) for row in rows("SELECT day, hour, is_dated FROM ballots")] == [
        ("2026-11-21", 0, True)
    ]


def test_a_future_clock_is_set_back_to_the_arrival_and_marked(kiosk, rows):
    kiosk.send([kiosk.cast(wall="2031-01-01T00:00:00.000Z")])
    assert [(str(row[0]), row[1], row[2]) for row in rows("SELECT day, hour, marks FROM ballots")] == [
        ("2026-11-21", 15, "clamped")
    ]


@pytest.mark.parametrize("wall", ["1970-01-01T00:00:00.000Z", "2026-02-31T00:00:00.000Z", "x" * 24])
def test_no_ballot_is_refused_for_its_time(kiosk, rows, wall):
    receipt = kiosk.send([kiosk.cast(wall=wall), kiosk.cast(wall=wall, clock="unproven")])
    assert [judged.verdict.value for judged in receipt.verdicts] == ["accepted"] * 2
    assert [(str(row[0]), row[1], bool(row[2])) for row in rows("SELECT day, hour, is_dated FROM ballots")] == [
        ("2026-11-21", None, False)
    ] * 2


def test_an_unproven_clock_is_dated_by_a_proven_time_of_its_boot(kiosk, rows):
    fix = Fix(1, 3_600_000 + 60_000, "2026-11-20T02:00:00.000Z", 10)
    kiosk.send([], fixes=[fix])
    kiosk.send([kiosk.cast(clock="unproven", wall="1970-01-01T00:01:00.000Z", mono_ms=60_000)])
    assert [(str(row[0]), row[1], bool(row[2])) for row in rows("SELECT day, hour, is_dated FROM ballots")] == [
        ("2026-11-20", 8, True)
    ]


def dated(rows):
    return [(str(row[0]), row[1], bool(row[2])) for row in rows("SELECT day, hour, is_dated FROM ballots ORDER BY seq")]


def test_a_boot_without_a_proven_time_is_dated_by_the_boots_around_it_if_they_leave_one_day(kiosk, rows):
    morning = Fix(1, 60_000, "2026-11-20T01:00:00.000Z", 10)
    noon = Fix(3, 600_000, "2026-11-20T05:10:00.000Z", 10)  # that boot began at 05:00
    kiosk.send([], fixes=[morning, noon])
    kiosk.send([kiosk.cast(clock="unproven", boot=2, wall="1970-01-01T00:01:00.000Z", mono_ms=60_000)])
    assert dated(rows) == [("2026-11-20", None, True)]


def test_two_boots_within_one_hour_give_the_hour_too(kiosk, rows):
    kiosk.send(
        [], fixes=[Fix(1, 60_000, "2026-11-20T01:05:00.000Z", 10), Fix(3, 60_000, "2026-11-20T01:51:00.000Z", 10)]
    )
    kiosk.send([kiosk.cast(clock="unproven", boot=2, wall="1970-01-01T00:01:00.000Z", mono_ms=60_000)])
    assert dated(rows) == [("2026-11-20", 8, True)]


def test_boots_around_it_that_leave_two_days_do_not_date_a_ballot(kiosk, rows):
    kiosk.send(
        [], fixes=[Fix(1, 60_000, "2026-11-19T01:00:00.000Z", 10), Fix(3, 60_000, "2026-11-20T01:00:00.000Z", 10)]
    )
    kiosk.send([kiosk.cast(clock="unproven", boot=2, wall="1970-01-01T00:01:00.000Z", mono_ms=60_000)])
    assert dated(rows) == [("2026-11-21", None, False)]


def test_a_boot_after_a_proven_one_ends_with_its_arrival(kiosk, rows):
    kiosk.send([], fixes=[Fix(1, 60_000, "2026-11-21T01:00:00.000Z", 10)])  # it is 15 o'clock of that day
    kiosk.send([kiosk.cast(clock="unproven", boot=2, wall="1970-01-01T00:01:00.000Z", mono_ms=60_000)])
    assert dated(rows) == [("2026-11-21", None, True)]


def test_levels_reasons_context_and_words_are_stored_and_verify(kiosk, centre, rows):
    answers = {question: Answer(level, 7) for question, level in LEVELS.items()}
    answers |= {"attitude": Answer(1, 2000), "fees": Answer("na", 3)}
    sealed = seal(Note(comment="Cảm ơn"), centre.keys.seal_key)
    receipt = kiosk.send(
        [
            kiosk.cast(
                answers=answers,
                reasons={"attitude": ["attitude.impolite"]},
                context={"role": "individual"},
                sealed=sealed,
                sealed_salt=bytes(16),
            ),
            kiosk.cast(answers={"overall": Answer(2, 900)}, status=Status.QUICK, channel=Channel.BUTTON),
        ]
    )
    assert [judged.verdict.value for judged in receipt.verdicts] == ["accepted"] * 2
    assert [row[0] for row in rows("SELECT levels FROM ballots ORDER BY seq")] == ["51555n555", "--------2"]
    assert rows("SELECT question, reason, n FROM rollup_reasons") == [("attitude", "attitude.impolite", 1)]
    assert rows("SELECT comments FROM rollup_ballots WHERE status = 'complete'") == [(1,)]
    assert_whole(centre)


def test_an_erased_comment_leaves_the_chain_valid(kiosk, centre):
    sealed = seal(Note(comment="Xin gọi lại"), centre.keys.seal_key)
    kiosk.send([kiosk.cast(sealed=sealed, sealed_salt=bytes(16)), kiosk.cast()])
    centre.writer.run(lambda work: work.run("UPDATE ballots SET sealed = NULL, sealed_salt = NULL"))
    assert_whole(centre)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE ballots SET levels = '455555555' WHERE seq = 2", "changed"),
        ("UPDATE ballots SET lang = 'en' WHERE seq = 2", "changed"),
        ("DELETE FROM ballots WHERE seq = 2", "missing"),
        ("UPDATE rollup_ballots SET n = n + 1", "rollup"),
        ("UPDATE rollup_answers SET n5 = n5 - 1 WHERE question = 'fees'", "rollup"),
        ("UPDATE tenday_answers SET n4 = n4 + 1", "tenday_answers"),
        ("DELETE FROM rollup_halves", "rollup_halves"),
        ("UPDATE whole_hours SET hour = hour + 1", "whole_hours"),
    ],
)
def test_verify_names_what_was_changed(kiosk, centre, change, fault):
    kiosk.send([kiosk.cast() for _ in range(3)])
    centre.writer.run(lambda work: work.run(change))
    assert any(fault in line for line in centre.writer.run(verify).faults)


def test_a_kiosk_that_sends_anothers_ballot_lands_in_quarantine(enrol, rows):
    one, other = enrol(), enrol("xa-tan-trao.q2")
    receipt = other.send([other.enter(a_ballot(device=one.device))])
    assert verdicts(receipt) == [(1, "accepted", "")]
    assert rows("SELECT lane, cast_by FROM ballots") == [("quarantine", one.device)]


def test_entries_out_of_order_store_nothing(kiosk, rows):
    first, second = kiosk.cast(), kiosk.cast()
    receipt = kiosk.send([second, first], head=Head(2, kiosk.link_at(2).hex()))
    assert (receipt.upto, receipt.verdicts, count(rows)) == (0, [], 0)


def test_an_entry_carries_its_place_and_the_ballot_inside_may_carry_an_older_one(kiosk):
    ballot = a_ballot(device=kiosk.device, stream="a" * 32, seq=77)
    raw, leaf = wire.encode(ballot), chain.leaf(ballot)
    assert verdicts(kiosk.send([kiosk.enter_raw(raw, leaf)])) == [(1, "accepted", "")]


def test_five_hundred_ballots_fit_a_batch_and_its_receipt(kiosk, centre):
    receipt = kiosk.send([kiosk.cast() for _ in range(500)])
    assert len(receipt.verdicts) == 500
    assert receipt.upto == 500
    assert_whole(centre)


def test_five_hundred_rejections_fit_a_receipt(kiosk):
    receipt = kiosk.send([kiosk.enter_raw(b'{"id": 1}', bytes(32)) for _ in range(500)])
    assert {judged.code for judged in receipt.verdicts} == {"not_a_ballot"}
