"""Ballots a desk brings in: on their own day, in the office's chain, and taken back without a trace in any count."""

from datetime import date

import pytest

from server.ballots.desk import DeskError, Told, ballot_of, restore, take_at_desk, withdraw
from server.ballots.recount import ROLLUPS, rebuild
from server.ballots.verify import verify
from survey.ballot import Channel
from survey.note import Note
from survey.qr_token import Lane
from survey.questionnaire import bundled
from tests.kiosk_double import NOW_MS
from tests.server.conftest import COUNTER, OFFICE

FULL = {question.id: 4 for question in bundled().questions}


def brought(centre, **more):
    told = Told(**({"counter": OFFICE, "day": date(2023, 7, 5), "hour": None, "levels": FULL} | more))
    ballot = ballot_of(told, bundled(), centre.keys.seal_key, Channel.PAPER, "paper@1")
    return told.counter, told.hour, ballot


def take(centre, *several):
    return centre.writer.run(lambda work: take_at_desk(work, OFFICE, several, bundled(), Lane.ENTERED, NOW_MS))


def counts(rows):
    return {table: sorted(map(str, rows(f"SELECT * FROM {table}"))) for table in ROLLUPS}


def is_whole(centre, rows):
    found = centre.writer.run(verify)
    before = counts(rows)
    centre.writer.run(rebuild)
    return found.faults == [] and counts(rows) == before


def test_a_paper_ballot_belongs_to_its_own_day_even_before_the_product_was(centre, rows):
    assert take(centre, brought(centre), brought(centre, counter=COUNTER, hour=9)) == 2
    found = rows("SELECT day, hour, office_id, counter_id, is_dated, lane FROM ballots ORDER BY seq")
    assert [(str(day), hour, office, counter, bool(dated), lane)
            for day, hour, office, counter, dated, lane in found] == [
        ("2023-07-05", 9, OFFICE, COUNTER, True, "entered"), ("2023-07-05", None, OFFICE, OFFICE, True, "entered")
    ]  # fmt: skip
    assert is_whole(centre, rows)


def test_what_was_written_is_sealed(centre, rows):
    take(centre, brought(centre, note=Note(comment="Chờ lâu")))
    ((sealed,),) = rows("SELECT sealed FROM ballots")
    assert "Chờ lâu".encode() not in bytes(sealed)
    assert rows("SELECT comments FROM rollup_ballots") == [(1,)]


def test_ballots_taken_back_leave_no_count_and_their_chain_whole(centre, rows):
    take(centre, brought(centre))
    empty_but_one = counts(rows)
    take(centre, brought(centre, hour=8), brought(centre, levels={"overall": 1}, reasons={}))
    ids = [bytes(row[0]) for row in rows("SELECT id FROM ballots WHERE seq > 1")]
    assert centre.writer.run(lambda work: withdraw(work, ids)) == 2
    assert counts(rows) == empty_but_one
    assert is_whole(centre, rows)
    assert centre.writer.run(lambda work: withdraw(work, ids)) == 0


def test_ballots_taken_back_can_be_counted_again(centre, rows):
    take(centre, brought(centre, hour=8))
    before = counts(rows)
    ids = [bytes(row[0]) for row in rows("SELECT id FROM ballots")]
    centre.writer.run(lambda work: withdraw(work, ids))
    assert centre.writer.run(lambda work: restore(work, ids, Lane.ENTERED)) == 1
    assert counts(rows) == before
    assert is_whole(centre, rows)


def test_a_ballot_of_a_kiosk_is_never_taken_back(centre, kiosk, rows):
    kiosk.send([kiosk.cast()])
    ids = [bytes(row[0]) for row in rows("SELECT id FROM ballots")]
    assert centre.writer.run(lambda work: withdraw(work, ids)) == 0


def test_a_ballot_against_the_rules_is_refused_with_all_that_came_with_it(centre, rows):
    with pytest.raises(DeskError, match="attitude"):
        take(centre, brought(centre), brought(centre, levels={**FULL, "attitude": "na"}))
    assert rows("SELECT * FROM ballots") == []
