"""Cases are opened: ballots that wait are looked at, judged, and each makes a case once; codes get their index."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from server.ballots.rules import Known, answers_of, known
from server.cases import queries
from server.cases.deadlines import due_of
from server.cases.events import CENTRE, New, append
from server.cases.opening import Rules, Told, judge
from server.cases.rules import State
from server.centre import Centre
from server.database import Work
from server.days.queries import decided as days_decided
from server.keys import Keys
from server.questionnaires.queries import of_refs
from survey import wire
from survey.ballot import ballot_code
from survey.note import Note
from survey.plain import plain
from survey.qr_token import Lane
from survey.sealing import open_sealed

AT_ONCE: Final = 200
CODES_AT_ONCE: Final = 2000


class Waiting(msgspec.Struct, frozen=True):
    """A ballot to be looked at."""

    id: bytes
    day: date
    received: date
    office: str
    counter: str
    lane: str
    questionnaire: str
    levels: str
    reasons: dict[str, list[str]]
    note: Note
    has_consent: bool


class Frame(msgspec.Struct, frozen=True):
    """What holds for every ballot looked at together. calendar: the province's own days off and days worked."""

    rules: Rules
    calendar: Mapping[date, bool]
    shelf: Mapping[str, Known]
    now_ms: int


def open_waiting(centre: Centre) -> int:
    """Look at the ballots that wait, and index their codes; returns how many cases were opened.

    Words are opened before the transaction; what is decided is stored in it, with the ballot's leaving the inbox.
    """
    opened = 0
    while True:
        with centre.engine.connect() as connection:
            several = _waiting(connection, centre.keys)
            frame = frame_of(connection, centre.now_ms())
        if not several:
            return opened
        opened += centre.writer.run(lambda work, several=several, frame=frame: Look(work, several, frame).open())  # type: ignore[misc]


def frame_of(connection: Connection, now_ms: int) -> Frame:
    """Return what holds now."""
    refs = [row[0] for row in Work(connection).all("SELECT ref FROM questionnaires")]
    shelf = {one.ref: known(one) for one in of_refs(connection, refs)}
    return Frame(
        queries.rules(connection), {one.day: one.is_working for one in days_decided(connection)}, shelf, now_ms
    )


def note_in(sealed: bytes | None, keys: Keys) -> Note:
    """Return what was written; nothing where it was erased or cannot be opened."""
    for key in keys.opening if sealed is not None else ():
        with suppress(ValueError):
            return _plain(open_sealed(sealed or b"", key))
    return Note()


def _plain(note: Note) -> Note:
    return Note(plain(note.comment), plain(note.phone), plain(note.name), plain(note.dossier))


def _waiting(connection: Connection, keys: Keys) -> list[Waiting]:
    rows = Work(connection).all(
        "SELECT id, day, received_day, office_id, counter_id, lane, questionnaire, levels, reasons, sealed, consent "
        "FROM case_inbox JOIN ballots ON ballots.id = ballot_id ORDER BY received_day, id LIMIT ?",
        (AT_ONCE,),
    )
    return [
        Waiting(*(
            bytes(row[0]), _day(row[1]), _day(row[2]), *row[3:8],
            wire.decode(row[8], dict[str, list[str]]) if row[8] else {},
            note_in(None if row[9] is None else bytes(row[9]), keys), row[10] is not None,
        ))
        for row in rows
    ]  # fmt: skip


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


class Look:
    """Ballots looked at together in one transaction: what they share is asked once, their lines written last."""

    def __init__(self, work: Work, several: list[Waiting], frame: Frame) -> None:
        self.work, self.frame = work, frame
        self.several = _still_waiting(work, several)
        self.others = _other_parts(work, [ballot.id for ballot in self.several])
        self.lows: dict[tuple[date, str], int] = {}
        self.told: list[New] = []

    def open(self) -> int:
        """Open what is to be opened; returns how many cases."""
        _index(self.work, [(ballot_code(UUID(bytes=ballot.id)), ballot.id) for ballot in self.several])
        opened = sum(self._open(ballot) for ballot in self.several if ballot.lane != Lane.WITHDRAWN)
        append(self.work, self.frame.now_ms, *self.told)
        return opened

    def _open(self, ballot: Waiting) -> int:
        asked, rules = self.frame.shelf[ballot.questionnaire], self.frame.rules
        answers = answers_of(ballot.levels, ",".join("0" * len(asked.order)), asked.order)
        levels = {name: int(one.level) for name, one in answers.items() if one.level != "na"}
        overall = levels.get(asked.order[asked.overall])
        low = self._low_today(ballot) if overall is not None and overall <= rules.low_level else 0
        told = Told(
            ballot.day, ballot.received, levels, ballot.reasons, ballot.note.comment,
            has_contact=bool(ballot.note.phone and ballot.has_consent), overall=overall, low_today=low,
        )  # fmt: skip
        verdict = judge(rules, told)
        opened = 0
        if verdict.why:
            opened += self._own_case(ballot, verdict.why, verdict.is_priority, told.has_contact)
        if verdict.is_counter:
            origin = f"t:{ballot.counter}:{ballot.day}"
            made = self._new_case(origin, ballot, "threshold", is_priority=False, call_state="none")
            opened += made is not None
        return opened

    def _own_case(self, ballot: Waiting, why: str, is_priority: bool, has_contact: bool) -> int:
        other = self.others.get(ballot.id)
        known_case = None if other is None else queries.case_of(self.work.connection, other)
        if known_case is not None:
            return self._join(known_case, ballot, is_priority, has_contact)
        call = "waiting" if has_contact else "none"
        made = self._new_case(f"b:{ballot.id.hex()}", ballot, why, is_priority=is_priority, call_state=call)
        if made is not None:
            queries.join(self.work, made, ballot.id)
        return int(made is not None)

    def _join(self, case: int, ballot: Waiting, is_priority: bool, has_contact: bool) -> int:
        if queries.join(self.work, case, ballot.id):
            there = queries.hold(self.work, case)
            if there is not None:
                call = "waiting" if has_contact and there.call_state == "none" else there.call_state
                queries.change(self.work, case, is_priority=there.is_priority or is_priority, call_state=call)
            self.told.append(New(case, CENTRE, "joined"))
        return 0

    def _new_case(self, origin: str, ballot: Waiting, why: str, *, is_priority: bool, call_state: str) -> int | None:
        made = _add(self.work, self.frame, origin, ballot, why, is_priority, call_state)
        if made is not None:
            self.told.append(_opened(made, why))
        return made

    def _low_today(self, ballot: Waiting) -> int:
        place = (ballot.day, ballot.counter)
        if place not in self.lows:
            row = self.work.one(
                "SELECT SUM(n1 + n2) FROM rollup_halves WHERE day = ? AND counter_id = ? AND lane IN (?, ?, ?)",
                (*place, Lane.KIOSK.value, Lane.QR_FRESH.value, Lane.ENTERED.value),
            )
            self.lows[place] = int(row[0] or 0) if row else 0
        return self.lows[place]


def new_case(
    work: Work, frame: Frame, origin: str, ballot: Any, why: str, *, is_priority: bool, call_state: str
) -> int | None:
    """Return the number of a case just opened, or None if there is one of this origin.

    ballot: where and when it was: its office, counter and day.
    """
    made = _add(work, frame, origin, ballot, why, is_priority, call_state)
    if made is not None:
        append(work, frame.now_ms, _opened(made, why))
    return made


def _add(
    work: Work, frame: Frame, origin: str, ballot: Any, why: str, is_priority: bool, call_state: str
) -> int | None:
    first = State.EXPLAINED if why == "thanks" else State.NEW  # thanks may wait as long as any answer
    due = due_of(frame.rules.terms, frame.calendar, first, frame.now_ms, frame.now_ms)
    return queries.add(
        work,
        origin,
        {
            "why": why, "opened_at": frame.now_ms, "day": str(ballot.day), "office_id": ballot.office,
            "counter_id": ballot.counter, "unit_id": ballot.office, "state": str(State.NEW),
            "is_priority": is_priority, "finding": "", "call_state": call_state, "tries": 0, **queries.limits(due),
        },
    )  # fmt: skip


def _opened(case: int, why: str) -> New:
    return New(case, CENTRE, "opened", after=why)


def _still_waiting(work: Work, several: list[Waiting]) -> list[Waiting]:
    """Take ballots out of the inbox; returns those that were in it."""
    marks = ", ".join("?" * len(several))
    rows = work.all(
        f"SELECT ballot_id FROM case_inbox WHERE ballot_id IN ({marks})",  # noqa: S608 marks alone
        tuple(ballot.id for ballot in several),
    )
    there = {bytes(row[0]) for row in rows}
    work.many("DELETE FROM case_inbox WHERE ballot_id = ?", [(ballot,) for ballot in sorted(there)])
    return [ballot for ballot in several if ballot.id in there]


def _other_parts(work: Work, ballots: list[bytes]) -> dict[bytes, bytes]:
    """Return the other ballot of each sitting that went on by phone."""
    if not ballots:
        return {}
    marks = ", ".join("?" * len(ballots))
    rows = work.all(
        "SELECT half_id, phone_id FROM handovers WHERE phone_id IS NOT NULL "  # noqa: S608 marks alone
        f"AND (half_id IN ({marks}) OR phone_id IN ({marks}))",
        (*ballots, *ballots),
    )
    pairs = [(bytes(half), bytes(phone)) for half, phone in rows]
    return {one: other for half, phone in pairs for one, other in ((half, phone), (phone, half))}


def index_codes(centre: Centre) -> int:
    """Give every new ballot its place in the index of codes; returns how many had none."""
    total = 0
    while True:
        with centre.engine.connect() as connection:
            behind = Work(connection).all(
                "SELECT streams.id, COALESCE(code_cursors.upto, 0), streams.upto FROM streams LEFT JOIN code_cursors "
                "ON stream_id = streams.id WHERE streams.upto > COALESCE(code_cursors.upto, 0)"
            )
            found = [(row, *_next_codes(connection, row, after, upto)) for row, after, upto in behind]
        if not found:
            return total
        total += centre.writer.run(lambda work, found=found: _move_on(work, found))  # type: ignore[misc]


def _next_codes(connection: Connection, stream: int, after: int, upto: int) -> tuple[int, list[tuple[str, bytes]]]:
    """Return how far the index may go and the codes up to there. upto: the stream's head as it was read before."""
    rows = Work(connection).all(
        "SELECT id, seq FROM ballots WHERE stream_id = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
        (stream, after, upto, CODES_AT_ONCE),
    )
    reached = rows[-1][1] if len(rows) == CODES_AT_ONCE else upto
    return reached, [(ballot_code(UUID(bytes=bytes(row[0]))), bytes(row[0])) for row in rows]


def _move_on(work: Work, found: list[tuple[int, int, list[tuple[str, bytes]]]]) -> int:
    for stream, upto, codes in found:
        _index(work, codes)
        work.run(
            "INSERT INTO code_cursors (stream_id, upto) VALUES (?, ?) "
            "ON CONFLICT (stream_id) DO UPDATE SET upto = excluded.upto",
            (stream, upto),
        )
    return sum(len(codes) for _, _, codes in found)


def _index(work: Work, codes: list[tuple[str, bytes]]) -> None:
    work.many("INSERT INTO ballot_codes (code, ballot_id) VALUES (?, ?) ON CONFLICT DO NOTHING", codes)
