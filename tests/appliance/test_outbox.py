"""The outbox: what is promised is on disk, chained, sent once and never forgotten too early."""

import random
import sqlite3
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import Fix, Moment
from appliance.draft import Draft
from appliance.failures import OutboxError
from appliance.outbox import DAY_MS, KEEP_DAYS, PRAGMAS, TOO_LARGE, Outbox
from appliance.salvage import open_or_replace
from survey import chain, wire
from survey.ballot import Answer, Ballot, Channel, Flag, Status
from survey.batch import Judged, Receipt, Shown, Verdict
from survey.instant import to_instant
from survey.questionnaire import bundled, faults, rules_of
from tests.values import DEVICE, NOON_MS

BOOT_A, BOOT_B = "a" * 32, "b" * 32
EPOCH = "e" * 32


def a_moment(second: int = 0) -> Moment:
    return Moment(boot=1, mono_ms=1000 * second, wall_ms=NOON_MS + 1000 * second, is_exact=True)


def a_draft(**changes: object) -> Draft:
    draft = Draft(
        id=uuid4(),
        questionnaire=bundled().ref,
        layout="l1-800x480",
        lang="vi",
        channel=Channel.TOUCH,
        status=Status.COMPLETE,
        answers={question.id: Answer(5, 1000) for question in bundled().questions},
    )
    return msgspec.structs.replace(draft, **changes)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox.db", DEVICE, BOOT_A)


def cast(outbox: Outbox, n: int) -> list[Ballot]:
    return [outbox.cast(a_draft(), a_moment(second)) for second in range(n)]


def a_receipt(outbox: Outbox, upto: int, *, at_ms: int = NOON_MS, epoch: str = EPOCH, **changes: object) -> Receipt:
    receipt = Receipt(
        version=1,
        epoch=epoch,
        stream=outbox.stream,
        upto=upto,
        head=outbox.link_at(upto) or "00" * 32,
        counter=1,
        nonce="0" * 32,
        verdicts=[Judged(seq, Verdict.ACCEPTED) for seq in range(1, upto + 1)],
        time=to_instant(at_ms),
    )
    return msgspec.structs.replace(receipt, **changes)


def test_the_pragmas_are_set_in_the_order_that_survives_the_first_boot(outbox: Outbox) -> None:
    names = [name for name, _ in PRAGMAS]
    assert names.index("synchronous") < names.index("journal_mode")
    assert outbox.pragma_faults == []
    assert outbox.db.execute("PRAGMA synchronous").fetchone()[0] == 3
    assert outbox.db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_ballots_are_numbered_without_gaps_and_their_chain_holds(outbox: Outbox) -> None:
    ballots = cast(outbox, 5)
    assert [ballot.seq for ballot in ballots] == [1, 2, 3, 4, 5]
    entries, head = outbox.next_entries()
    link = chain.genesis(DEVICE, outbox.stream)
    for entry, ballot in zip(entries, ballots, strict=True):
        assert wire.decode(entry.ballot, Ballot) == ballot
        assert bytes.fromhex(entry.leaf) == chain.leaf(ballot)
        link = chain.link(link, entry.seq, chain.leaf(ballot))
    assert head == outbox.head()
    assert head.link == link.hex()
    assert outbox.broken_at() is None


def test_what_is_cast_is_a_ballot_the_centre_will_accept(outbox: Outbox) -> None:
    assert faults(cast(outbox, 1)[0], rules_of(bundled())) == []


def test_casting_twice_gives_the_same_ballot_once(outbox: Outbox) -> None:
    draft = a_draft()
    assert outbox.cast(draft, a_moment()) == outbox.cast(draft, a_moment(9))
    assert outbox.counts() == {"unsent": 1}


def test_each_answer_is_on_disk_before_the_ballot_is_cast(outbox: Outbox, tmp_path: Path) -> None:
    draft = a_draft(status=Status.PARTIAL, answers={"responsibility": Answer(2, 900)})
    outbox.keep(draft)
    again = Outbox(tmp_path / "outbox.db", DEVICE, BOOT_A)
    assert again.open_drafts() == [draft]


def test_a_sitting_left_open_by_a_power_cut_is_cast_with_what_was_answered(outbox: Outbox, tmp_path: Path) -> None:
    draft = a_draft(status=Status.PARTIAL, answers={"responsibility": Answer(2, 900)})
    outbox.keep(draft)
    outbox.keep(a_draft(status=Status.PARTIAL, answers={}))
    again = Outbox(tmp_path / "outbox.db", DEVICE, BOOT_B)
    assert again.cast_left_open(a_moment()) == 2
    entries, _ = again.next_entries()
    ballot = wire.decode(entries[0].ballot, Ballot)
    assert (len(entries), ballot.id, ballot.flags) == (1, draft.id, [Flag.POWER_CUT])
    assert again.open_drafts() == []


def test_a_boot_is_counted_once_however_often_the_program_starts(tmp_path: Path) -> None:
    boots = [Outbox(tmp_path / "outbox.db", DEVICE, boot).boot for boot in (BOOT_A, BOOT_A, BOOT_B, BOOT_A)]
    assert boots == [1, 1, 2, 3]


def test_a_receipt_settles_what_it_names_and_no_more(outbox: Outbox) -> None:
    cast(outbox, 3)
    verdicts = [Judged(1, Verdict.ACCEPTED), Judged(2, Verdict.REJECTED, "unknown_reason", "reason x")]
    assert outbox.settle(a_receipt(outbox, 2, verdicts=verdicts))["settled"] == 2
    assert outbox.counts() == {"accepted": 1, "rejected": 1, "unsent": 1}
    assert [entry.seq for entry in outbox.next_entries()[0]] == [3]
    assert (outbox.epoch, outbox.echo) == (EPOCH, 1)


def test_a_receipt_of_another_stream_changes_nothing(outbox: Outbox) -> None:
    cast(outbox, 2)
    outbox.settle(a_receipt(outbox, 2, stream="f" * 32))
    assert outbox.counts() == {"unsent": 2}


def test_a_restored_centre_gets_everything_again(outbox: Outbox) -> None:
    cast(outbox, 4)
    outbox.settle(a_receipt(outbox, 4))
    assert outbox.next_entries()[0] == []
    counts = outbox.settle(a_receipt(outbox, 1, epoch="1" * 32, verdicts=[]))
    assert counts["voided"] == 3
    assert [entry.seq for entry in outbox.next_entries()[0]] == [2, 3, 4]


@pytest.mark.parametrize(("upto", "head"), [(9, "11" * 32), (2, "22" * 32)])
def test_a_restored_or_copied_card_begins_a_new_stream_with_the_old_ids(outbox: Outbox, upto: int, head: str) -> None:
    ballots = cast(outbox, 3)
    old = outbox.stream
    assert outbox.settle(a_receipt(outbox, upto, head=head))["rechained"] == 3
    assert outbox.stream != old
    entries, _ = outbox.next_entries()
    assert [wire.decode(entry.ballot, Ballot).id for entry in entries] == [ballot.id for ballot in ballots]
    assert [entry.leaf for entry in entries] == [chain.leaf(ballot).hex() for ballot in ballots]
    assert outbox.broken_at() is None


def test_ballots_are_kept_fourteen_days_from_their_receipt_then_purged_with_the_chain_whole(outbox: Outbox) -> None:
    cast(outbox, 3)
    outbox.settle(a_receipt(outbox, 3))
    almost = NOON_MS + KEEP_DAYS * DAY_MS - 1
    assert outbox.settle(a_receipt(outbox, 3, at_ms=almost, verdicts=[]))["purged"] == 0
    head = outbox.head()
    assert outbox.settle(a_receipt(outbox, 3, at_ms=almost + 1, verdicts=[]))["purged"] == 3
    assert outbox.head() == head
    assert outbox.link_at(3) == head.link
    assert outbox.next_entries() == ([], head)
    assert cast(outbox, 1)[0].seq == 4
    assert outbox.settle(a_receipt(outbox, 4))["settled"] == 1


def test_what_was_refused_is_never_purged(outbox: Outbox) -> None:
    cast(outbox, 2)
    outbox.settle(
        a_receipt(outbox, 2, verdicts=[Judged(1, Verdict.CONFLICT, "other_bytes"), Judged(2, Verdict.ACCEPTED)])
    )
    late = NOON_MS + 2 * KEEP_DAYS * DAY_MS
    assert outbox.settle(a_receipt(outbox, 2, at_ms=late, verdicts=[]))["purged"] == 1
    assert outbox.counts() == {"conflict": 1}


def test_nothing_unsent_is_ever_purged(outbox: Outbox) -> None:
    cast(outbox, 2)
    outbox.settle(a_receipt(outbox, 0, at_ms=NOON_MS + 999 * DAY_MS))
    assert outbox.counts() == {"unsent": 2}


def test_lost_rows_are_declared_as_a_hole_and_the_rest_still_goes(outbox: Outbox) -> None:
    cast(outbox, 6)
    outbox.db.execute("DELETE FROM ballots WHERE seq IN (3, 4)")
    assert [entry.seq for entry in outbox.next_entries()[0]] == [1, 2]
    outbox.settle(a_receipt(outbox, 2))
    assert [entry.seq for entry in outbox.next_entries()[0]] == [5, 6]
    [hole] = outbox.holes()
    assert (hole.first, hole.last) == (3, 4)
    link = chain.link(bytes.fromhex(hole.link), 5, bytes.fromhex(outbox.next_entries()[0][0].leaf))
    assert link.hex() == outbox.link_at(5)


def test_a_ballot_too_large_for_the_centre_is_parked_declared_and_kept(outbox: Outbox) -> None:
    cast(outbox, 2)
    outbox.park(1)
    assert [(hole.first, hole.last) for hole in outbox.holes()] == [(1, 1)]
    assert [entry.seq for entry in outbox.next_entries()[0]] == [2]
    outbox.settle(a_receipt(outbox, 0))
    assert outbox.db.execute("SELECT code FROM ballots WHERE seq = 1").fetchone()[0] == TOO_LARGE


def test_proven_times_and_shown_codes_wait_for_the_centre(outbox: Outbox) -> None:
    outbox.add_fix(Fix(1, 1000, NOON_MS, 50))
    outbox.add_fix(Fix(1, 2000, NOON_MS + 1000, 50))
    outbox.add_fix(Fix(1, 90_000, NOON_MS + 89_000, 50))
    assert [fix.mono_ms for fix in outbox.fixes()] == [1000, 90_000]
    assert outbox.floor_ms == NOON_MS + 89_000
    lines = [Shown(1, n, n, 1000 * n, 1000 * n + 900) for n in range(1, 4)]
    for line in lines:
        outbox.add_shown(line)
    outbox.forget_shown(2)
    assert outbox.shown() == lines[2:]


def test_the_kiosk_and_the_uploader_write_side_by_side(tmp_path: Path, outbox: Outbox) -> None:
    uploader = Outbox(tmp_path / "outbox.db", DEVICE, BOOT_A)
    cast(outbox, 2)
    uploader.settle(a_receipt(uploader, 2))
    assert cast(outbox, 1)[0].seq == 3
    assert uploader.counts() == {"accepted": 2, "unsent": 1}


# ---- damage ---------------------------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_moved_aside_and_the_survey_goes_on(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").write_bytes(b"this is not a database" * 500)
    with pytest.raises(OutboxError, match="cannot be opened"):
        Outbox(tmp_path / "outbox.db", DEVICE, BOOT_A)
    outbox, aside = open_or_replace(tmp_path / "outbox.db", DEVICE, BOOT_A)
    assert aside == tmp_path / "damaged-1"
    assert (aside / "outbox.db").read_bytes().startswith(b"this is not")
    assert cast(outbox, 1)[0].seq == 1


def test_ballots_of_a_damaged_outbox_are_taken_over_with_their_ids(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox = Outbox(path, DEVICE, BOOT_A)
    ballots = cast(outbox, 40)
    outbox.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    outbox.close()
    harmed = bytearray(path.read_bytes())
    place = harmed.rfind(b'"overall":{"level":5')
    harmed[place + 19] = ord("1")
    path.write_bytes(bytes(harmed))
    again, aside = open_or_replace(path, DEVICE, BOOT_B)
    assert aside is not None, "one flipped grade is seen, though every page is well-formed"
    entries, _ = again.next_entries()
    kept = {wire.decode(entry.ballot, Ballot).id for entry in entries}
    assert len(kept) == 39
    assert kept < {ballot.id for ballot in ballots}
    assert again.stream != outbox_stream(aside / "outbox.db")


def outbox_stream(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("SELECT value FROM state WHERE key = 'stream'").fetchone()[0])
    finally:
        connection.close()


def test_a_page_of_rubbish_costs_only_what_it_held(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox = Outbox(path, DEVICE, BOOT_A)
    cast(outbox, 60)
    outbox.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    outbox.close()
    size = path.stat().st_size
    page = size // 4096 // 2 * 4096
    with path.open("r+b") as file:
        file.seek(page)
        file.write(random.Random(3).randbytes(4096))
    again, aside = open_or_replace(path, DEVICE, BOOT_B)
    assert aside is not None
    assert again.counts().get("unsent", 0) >= 40
    assert again.broken_at() is None
    assert cast(again, 1)


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_flipped_bit_in_an_unsent_ballot_is_believed(tmp_path: Path, place: int, bit: int) -> None:
    path = tmp_path / f"{uuid4()}.db"
    outbox = Outbox(path, DEVICE, BOOT_A)
    cast(outbox, 2)
    row = outbox.db.execute("SELECT rowid, body FROM ballots ORDER BY seq LIMIT 1").fetchone()
    body = bytearray(row[1])
    body[place % len(body)] ^= 1 << bit
    outbox.db.execute("UPDATE ballots SET body = ? WHERE rowid = ?", [bytes(body), row[0]])
    try:  # the case of an id's digit, or base64's spare bits, say the same ballot
        same = wire.decode(bytes(body), Ballot) == wire.decode(row[1], Ballot)
    except ValueError:
        same = False
    assert (outbox.broken_at() is None) == same
