"""Ballots taken in: judged, stored, counted and written down in one transaction, exactly once however often sent."""

from collections import Counter
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from server.ballots import handover, queries
from server.ballots.place import Place, standing_of
from server.ballots.rollup import Cell, increments
from server.ballots.rules import (
    FOREIGN,
    Arrival,
    Moment,
    Prepared,
    Walk,
    arrival,
    kiosk_lane,
    may_ask,
    utc_of_fix,
    walk,
    when,
)
from server.database import Work
from server.devices.history import remember
from server.devices.queries import raise_alarm, see_boot
from server.offices.queries import office_on
from survey import chain, wire
from survey.ballot import Ballot, Channel, Status
from survey.batch import Batch, Head, Hole, Judged, Verdict
from survey.qr_token import Lane


class Stream(msgspec.Struct, frozen=True):
    """A stream as it is held: its row, how far, the link there."""

    row: int
    device: str
    upto: int
    head: bytes


class Taken(msgspec.Struct, frozen=True):
    """What a batch came to, ready to be told. known: False if the device is unknown or revoked.

    bundle: the request for a support bundle that waits, or "".
    """

    known: bool
    epoch: str = ""
    config_version: int = 0
    counter_id: str = ""
    answer: int = 0
    upto: int = 0
    head: bytes = b""
    verdicts: list[Judged] = []
    open: list[tuple[int, int]] = []
    trouble: str = ""
    bundle: str = ""


LaneOf = Callable[[Ballot], Lane]
Dated = Callable[[Ballot, Arrival], Moment]


def take(work: Work, batch: Batch, entries: Sequence[Prepared], now_ms: int, *, is_carried: bool = False) -> Taken:
    """Return what becomes of a signed batch; everything it changes is in this one transaction.

    entries: the batch's entries, prepared. now_ms: arrival, Unix milliseconds.
    is_carried: it came by hand, perhaps long after it was made: then it is no sign of life of its device, and says
    nothing about which boot is alive.
    """
    greeted = queries.meet(work, batch.device) if is_carried else _greeted(work, batch, now_ms)
    if greeted is None or greeted[2] is not None:
        return Taken(known=False)
    answer, counter = int(greeted[0]), str(greeted[1])
    here = _standing(work, batch, now_ms)
    if not is_carried:
        see_boot(work, batch.device, batch.boot, batch.inst, (here.inst, here.later_boot), answer, now_ms)
    stream = Stream(here.stream, batch.device, here.upto, here.head)
    fixes = [(fix, utc_ms) for fix in batch.fixes if (utc_ms := utc_of_fix(fix)) is not None]
    queries.add_fixes(work, batch.device, fixes)
    queries.add_shown(work, batch.device, batch.shown)
    path = walk(stream.upto, stream.head, entries, batch.gone, batch.head)
    verdicts: list[Judged] = []
    if path.trouble:
        subject = f"{batch.stream} at {stream.upto}"
        raise_alarm(work, batch.device, path.trouble, subject, f"batch ends at {batch.head.seq}", now_ms)
    elif entries or path.holes:
        place = standing_of(work, batch.device, counter)
        now = arrival(now_ms, _fixes(work, batch.device, entries))
        verdicts = _store(work, stream, path, place, now, lambda ballot: kiosk_lane(ballot, batch.device))
        if entries:
            counts = Counter([str(judged.verdict) for judged in verdicts])
            queries.log_delivery(work, stream.row, (entries[0].seq, entries[-1].seq), counts, now_ms)
    return Taken(
        known=True,
        epoch=here.epoch,
        config_version=here.config_version,
        counter_id=counter,
        answer=answer,
        upto=path.upto,
        head=path.head,
        verdicts=verdicts,
        open=queries.open_holes(work, stream.row) if here.has_open_holes or path.holes else [],
        trouble=path.trouble,
        bundle=here.bundle or "",
    )


def _greeted(work: Work, batch: Batch, now_ms: int) -> tuple[Any, ...] | None:
    health = wire.encode(batch.health).decode()
    greeted = queries.greet(work, batch.device, now_ms, health, batch.health.version.replace("\x00", "")[:400])
    if greeted is not None and greeted[2] is None:
        remember(work, batch.device, batch.health, now_ms)
    return greeted


def take_own(work: Work, stream: Stream, entry: Prepared, place: Place, lane: Lane, now_ms: int) -> Judged:
    """Return what becomes of one ballot the centre itself received, from a phone: same rules, same counting.

    stream: the office's own, locked; the entry's seq is its next.
    """
    link = chain.link(stream.head, entry.seq, entry.leaf)
    path = walk(stream.upto, stream.head, [entry], [], Head(entry.seq, link.hex()))
    return _store(work, stream, path, place, arrival(now_ms, []), lambda _: lane)[0]


def take_dated(
    work: Work, stream: Stream, entries: Sequence[Prepared], place: Place, lane: Lane, dated: Dated, now_ms: int
) -> tuple[Stream, list[Judged]]:
    """Return the stream after these ballots of one place, and what became of each.

    stream: the office's own, locked; the entries' places are its next ones. dated: when a ballot was given.
    """
    head, link = stream.head, stream.head
    for entry in entries:
        link = chain.link(link, entry.seq, entry.leaf)
    path = walk(stream.upto, head, entries, [], Head(entries[-1].seq, link.hex()))
    verdicts = _store(work, stream, path, place, arrival(now_ms, []), lambda _: lane, dated)
    return Stream(stream.row, stream.device, path.upto, path.head), verdicts


def count_late(
    work: Work, stream: Stream, entry: Prepared, link: bytes | None, place: Place, received_at: int
) -> Judged:
    """Return the verdict on a ballot whose place in the chain is known already: its questionnaire came after it.

    received_at: when it first arrived, Unix milliseconds; it is dated as of then.
    """
    boots = _fixes(work, stream.device, [entry])
    here = arrival(received_at, boots)
    judged = _insert(work, stream, [(entry, link)], place, here, lambda ballot: kiosk_lane(ballot, stream.device))[0]
    if judged.verdict is Verdict.ACCEPTED:
        work.many(queries.INBOX, [(entry.ballot_id,)])
    return judged


def _standing(work: Work, batch: Batch, now_ms: int) -> queries.Standing:
    here = queries.standing(work, batch, now_ms)
    if here is not None:
        return here
    queries.open_stream(work, batch.device, batch.stream, chain.genesis(batch.device, batch.stream), now_ms)
    if queries.count_streams(work, batch.device) > 1:
        raise_alarm(work, batch.device, "new_stream", batch.stream, "a known device began a new stream", now_ms)
    here = queries.standing(work, batch, now_ms)
    if here is None:
        raise LookupError(f"stream {batch.stream} of {batch.device} was neither found nor made")
    return here


def _fixes(work: Work, device: str, entries: Sequence[Prepared]) -> list[tuple[int, int, int]]:
    boots = {entry.ballot.boot for entry in entries if entry.ballot and entry.ballot.clock == "unproven"}
    return queries.fixes_of(work, device, boots) if boots else []


def _store(
    work: Work, stream: Stream, path: Walk, place: Place, here: Arrival, lane_of: LaneOf, dated: Dated = when
) -> list[Judged]:
    filled, verdicts = _judge_old(work, stream, path, here)
    fresh: list[tuple[Prepared, bytes | None]] = [*filled, *path.fresh]
    verdicts += _insert(work, stream, fresh, place, here, lane_of, dated)
    if path.holes:
        queries.add_holes(work, stream.row, path.holes, here.now_ms)
        _alarm_holes(work, stream, path.holes, here)
    if path.upto > stream.upto:
        queries.move_head(work, stream.row, path.upto, path.head)
    if filled:
        _close_holes(work, stream, here)
    return sorted(verdicts, key=attrgetter("seq"))


def _judge_old(
    work: Work, stream: Stream, path: Walk, here: Arrival
) -> tuple[list[tuple[Prepared, bytes | None]], list[Judged]]:
    """Return entries whose place is a declared hole, and verdicts on those whose place is held."""
    if not path.old:
        return [], []
    filled: list[tuple[Prepared, bytes | None]] = []
    verdicts: list[Judged] = []
    stored = queries.held(work, stream.row, [entry.seq for entry in path.old])
    for entry in path.old:
        there = stored.get(entry.seq)
        if there is None:
            filled.append((entry, None))
        elif there[0] == entry.leaf:
            verdicts.append(_again(entry.seq, *there[1:]))
        else:
            words = "another ballot holds this place; both are kept"
            verdicts.append(Judged(entry.seq, Verdict.CONFLICT, "fork", words))
            _set_aside(work, stream, [(entry, None, verdicts[-1])], here, in_chain=False)
            raise_alarm(work, stream.device, "fork", f"stream row {stream.row} seq {entry.seq}", words, here.now_ms)
    return filled, verdicts


def _again(seq: int, verdict: str, code: str, words: str) -> Judged:
    if verdict == Verdict.ACCEPTED:
        return Judged(seq, Verdict.DUPLICATE)
    return Judged(seq, Verdict(verdict), code, words)


def _insert(
    work: Work,
    stream: Stream,
    fresh: list[tuple[Prepared, bytes | None]],
    place: Place,
    here: Arrival,
    lane_of: LaneOf,
    dated: Dated = when,
) -> list[Judged]:
    rows: list[tuple[Any, ...]] = []
    cells: dict[tuple[Any, ...], Cell] = {}
    good: list[tuple[Prepared, bytes | None, Cell, int | None]] = []
    bad: list[tuple[Prepared, bytes | None, Judged]] = []
    halves = handover.halves(work, stream.device, (entry for entry, _ in fresh))
    for entry, link in fresh:
        ballot = entry.ballot
        if ballot is None:
            bad.append((entry, link, Judged(entry.seq, Verdict.REJECTED, entry.code, entry.words)))
            continue
        moment = dated(ballot, here)
        lane = lane_of(ballot)
        if lane is Lane.KIOSK and entry.ballot_id in halves:
            lane = halves[entry.ballot_id].lane
        spot = place.at(ballot, moment)
        kind = (moment.day, moment.is_dated, ballot.channel, lane, ballot.status)
        cell = cells.get((spot.counter, kind)) or cells.setdefault((spot.counter, kind), _cell(spot, *kind))
        rows.append(_row(entry, link, stream, cell, moment, here))
        good.append((entry, link, cell, moment.hour if moment.is_dated else None))
    is_all_new = work.many(queries.INSERT, rows) == len(rows)
    stored = {} if is_all_new else queries.places(work, [row[0] for row in rows])
    counted = increments(work)
    waiting: list[tuple[bytes | None]] = []
    verdicts = [judged for _, _, judged in bad]
    for entry, link, cell, hour in good:
        there = stored.get(entry.ballot_id or b"")
        if there is None or there[:2] == (stream.row, entry.seq):
            counted.add(cell, entry, hour)
            if link is None or may_ask(entry):
                waiting.append((entry.ballot_id,))
            half = halves.get(entry.ballot_id or b"")
            if half is not None and cell[5] == half.lane:
                handover.settle(work, half)
            verdicts.append(Judged(entry.seq, Verdict.ACCEPTED))
            continue
        verdicts.append(_known_id(work, stream, entry, there[2], here))
        bad.append((entry, link, verdicts[-1]))
    work.many(queries.INBOX, waiting)
    _set_aside(work, stream, bad, here, in_chain=True)
    return verdicts


def _cell(place: Place, day: str, is_dated: bool, channel: Channel, lane: Lane, status: Status) -> Cell:
    office = office_on(place.offices, day, place.counter)
    return (day, is_dated, office, place.counter, str(channel), str(lane), str(status))


def _known_id(work: Work, stream: Stream, entry: Prepared, leaf: bytes, here: Arrival) -> Judged:
    """Return the verdict on a ballot whose id is stored elsewhere, with this leaf."""
    if leaf == entry.leaf:
        return Judged(entry.seq, Verdict.DUPLICATE)
    words = "this id is known with other bytes; both are kept"
    raise_alarm(work, stream.device, "conflict", f"stream row {stream.row} seq {entry.seq}", words, here.now_ms)
    return Judged(entry.seq, Verdict.CONFLICT, "same_id", words)


def _row(
    entry: Prepared, link: bytes | None, stream: Stream, cell: Cell, moment: Moment, here: Arrival
) -> tuple[Any, ...]:  # fmt: skip
    b = entry.ballot
    if b is None:
        raise ValueError(f"entry {entry.seq} has no ballot to store")
    day, is_dated, office, counter, channel, lane, status = cell
    is_foreign = b.device != stream.device
    marks = moment.mark if not is_foreign else f"{moment.mark} {FOREIGN}".strip()
    return (
        entry.ballot_id, stream.row, entry.seq, office, counter, day, moment.hour, is_dated, here.day,
        b.questionnaire, b.layout, b.lang, channel, status, lane, entry.levels, entry.ms,
        wire.encode(b.reasons).decode() if b.reasons else None,
        wire.encode(b.context).decode() if b.context else None,
        " ".join(b.flags) if b.flags else "", marks,
        wire.encode(b.consent).decode() if b.consent else None,
        b.boot, b.mono_ms, b.wall, b.clock, b.device if is_foreign else None,
        b.answers_salt, b.sealed, b.sealed_salt, None if b.sealed is None else chain.sealed_digest(b),
        entry.leaf, link, " ".join(map(str, b.codes)) if b.codes else None,
    )  # fmt: skip


def _set_aside(
    work: Work, stream: Stream, entries: list[tuple[Prepared, bytes | None, Judged]], here: Arrival, *, in_chain: bool
) -> None:
    work.many(
        queries.ASIDE,
        [
            (
                stream.row, entry.seq, entry.leaf, link, in_chain, entry.ballot_id,
                entry.questionnaire and entry.questionnaire.replace("\x00", ""), judged.verdict.value,
                judged.code, judged.words, None if judged.verdict is Verdict.DUPLICATE else entry.raw, here.now_ms,
            )
            for entry, link, judged in entries
        ],
    )  # fmt: skip


def _alarm_holes(work: Work, stream: Stream, holes: list[Hole], here: Arrival) -> None:
    for hole in holes:
        subject = f"stream row {stream.row} from {hole.first} to {hole.last}"
        words = f"{hole.last - hole.first + 1} ballots are lost on the device"
        raise_alarm(work, stream.device, "hole", subject, words, here.now_ms)


def _close_holes(work: Work, stream: Stream, here: Arrival) -> None:
    for first, last in queries.open_holes(work, stream.row):
        if queries.count_held(work, stream.row, first, last) == last - first + 1:
            queries.close_hole(work, stream.row, first, here.now_ms)
