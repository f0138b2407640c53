"""What alerts are decided from, read from the database: lines of cases, counts of today, kiosks, places."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from server.alerts import measures
from server.alerts.kinds import Limit, Person, Thing, Wants
from server.alerts.measures import Foreseen, Lows, Place, Share, Silence
from server.alerts.queries import samples
from server.centre import Centre
from server.database import Work
from server.days.queries import decided
from server.devices.foretell import foretold
from server.offices.queries import Unit, all_versions
from server.questionnaires.queries import seen_on
from server.results.queries import Scope, overall_answers
from server.results.rules import Levels
from server.results.summary import HEADLINE
from server.units.hours import known as hours_in
from survey.ballot import Status
from survey.enrolment import Hours
from survey.local_time import local_date
from survey.qr_token import Lane

LOW_LANES: Final = (Lane.KIOSK.value, Lane.QR_FRESH.value, Lane.ENTERED.value)
OLDEST: Final = date(2015, 1, 1)
EVENTS_AT_ONCE: Final = 500
CASE_EVENTS: Final = "case_events"


class Frame(msgspec.Struct, frozen=True):
    """What holds now. least: no smaller number is told. units: every unit there ever was."""

    now_ms: int
    today: date
    units: Mapping[str, Unit]
    calendar: Mapping[date, bool]
    least: int

    def name(self, unit: str) -> str:
        """Return a unit's name; its id where it is unknown."""
        return self.units[unit].name_vi if unit in self.units else unit

    def line(self, *places: str) -> frozenset[str]:
        """Return these units with all above them; a ring in the data ends the way up."""
        found: set[str] = set()
        waiting = [place for place in places if place]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                parent = self.units[at].parent if at in self.units else None
                waiting += [parent] if parent else []
        return frozenset(found)

    def place(self, office: str, counter: str) -> Place:
        """Return where something was measured."""
        return Place(office, counter, self.line(office, counter))

    def at_counter(self, counter: str) -> Place:
        """Return the place of a counter; one that is unknown is its own office."""
        return self.place((self.units[counter].parent if counter in self.units else None) or counter, counter)


def frame_of(connection: Connection, centre: Centre) -> Frame:
    """Return what holds now."""
    now_ms = centre.now_ms()
    today = local_date(now_ms)
    calendar = {one.day: one.is_working for one in decided(connection)}
    return Frame(now_ms, today, all_versions(connection, OLDEST, today), calendar, centre.settings.min_cell)


def has_news(connection: Connection) -> bool:
    """Return whether a case has lines of which nothing was told yet."""
    row = Work(connection).one(
        "SELECT 1 FROM case_events WHERE id > "
        "(SELECT COALESCE(MAX(upto), 0) FROM alert_cursors WHERE name = ?) LIMIT 1",
        (CASE_EVENTS,),
    )
    return row is not None


def case_things(work: Work, after: int, frame: Frame) -> tuple[list[Thing], int]:
    """Return what is to be told of the lines of cases after one, and the last line looked at."""
    rows = work.all(
        "SELECT case_events.id, case_id, kind, office_id, counter_id, unit_id, is_priority, closed_at "
        "FROM case_events JOIN cases ON cases.id = case_id WHERE case_events.id > ? ORDER BY case_events.id LIMIT ?",
        (after, EVENTS_AT_ONCE),
    )
    things = [thing for row in rows if (thing := case_thing(row, frame)) is not None]
    return things, int(rows[-1][0]) if rows else after


def case_thing(row: Any, frame: Frame) -> Thing | None:
    """Return what one line of a case is told as, or None; a case that is over tells nothing."""
    line, case, kind, office, counter, unit, is_priority, closed_at = row
    told = {"warned": "case_warned", "late": "case_late"}.get(kind)
    once = f"case {case} {kind} {line}"
    if kind in ("opened", "joined", "priority"):
        told = "case_priority" if is_priority else "case_opened" if kind == "opened" else None
        once = f"case {case} {told}"
    if told is None or closed_at is not None:
        return None
    return Thing(once, told, office, unit, counter, frame.line(office, unit, counter), case=case)


class Measured(msgspec.Struct, frozen=True):
    """What was measured. fresh: counters whose number of low grades changed since the last look, with it."""

    things: list[Thing]
    fresh: dict[str, int]


def measured(connection: Connection, persons: list[Person], frame: Frame) -> Measured:
    """Return what today's counts and the kiosks tell, by everyone's thresholds."""
    work = Work(connection)
    limits = {kind: _limits(persons, kind) for kind in ("low_grades", "satisfaction", "kiosk_silent")}
    lows, fresh = _lows(work, frame)
    things = [
        *measures.low_things(lows, limits["low_grades"], frame.today, frame.now_ms, frame.least),
        *measures.share_things(_shares(connection, frame), limits["satisfaction"], frame.today, frame.least),
        *measures.silence_things(_silences(work, frame), limits["kiosk_silent"]),
        *measures.forecast_things(_foreseen(work, frame)),
    ]
    return Measured(things, fresh)


def _limits(persons: list[Person], kind: str) -> set[Limit]:
    return {Wants().limit(kind)} | {one.wants.limit(kind) for one in persons if kind in one.wants.kinds}


def _lows(work: Work, frame: Frame) -> tuple[list[Lows], dict[str, int]]:
    known = samples(work, frame.today)
    rows = work.all(
        "SELECT office_id, counter_id, SUM(n1 + n2) FROM rollup_halves WHERE day = ? AND lane IN (?, ?, ?) "
        "GROUP BY office_id, counter_id",
        (frame.today, *LOW_LANES),
    )
    lows, fresh = [], {}
    for office, counter, n in rows:
        there, total = known.get(counter, []), int(n or 0)
        if total != (there[-1][1] if there else 0):
            fresh[counter] = total
            there = [*there, (frame.now_ms, total)]
        lows.append(Lows(frame.place(office, counter), tuple(there)))
    return lows, fresh


def _shares(connection: Connection, frame: Frame) -> list[Share]:
    asked = seen_on(connection, frame.today)
    pooled: dict[str, Levels] = {}
    for one in overall_answers(connection, Scope(frame.today, frame.today), asked.quick_question):
        if one.lane in HEADLINE and one.status != Status.QUICK and one.questionnaire == asked.id:
            pooled[one.office] = pooled.get(one.office, Levels()) + one.levels
    return [Share(frame.place(office, office), n.n4 + n.n5, n.base) for office, n in pooled.items()]


def _silences(work: Work, frame: Frame) -> list[Silence]:
    rows = work.all("SELECT id, counter_id, last_seen FROM devices WHERE revoked_at IS NULL AND last_seen IS NOT NULL")
    own = {
        unit: hours_in(msgspec.json.decode(said).get("hours"))
        for unit, said in work.all("SELECT id, kiosk FROM org_units WHERE kiosk <> '{}'")
    }
    found = []
    for device, counter, seen in rows:
        hours = _hours(counter, own, frame.units)
        is_open = measures.is_open(hours, frame.calendar, frame.now_ms)
        minutes = measures.open_minutes(hours, frame.calendar, seen, frame.now_ms) if is_open else 0
        found.append(Silence(frame.at_counter(counter), device, seen, minutes, is_open))
    return found


def _foreseen(work: Work, frame: Frame) -> list[Foreseen]:
    held = foretold(work)
    if not held:
        return []
    counters: dict[str, str] = dict(work.all("SELECT id, counter_id FROM devices WHERE revoked_at IS NULL"))
    return [
        Foreseen(frame.at_counter(counters[one.device]), one.device, one.forecast.kind, one.since, one.forecast.days)
        for one in held
        if one.device in counters
    ]


def _hours(counter: str, own: Mapping[str, list[Hours]], units: Mapping[str, Unit]) -> list[Hours]:
    at: str | None = counter
    passed: set[str] = set()
    while at and at not in passed:
        if own.get(at):
            return own[at]
        passed.add(at)
        at = units[at].parent if at in units else None
    return []
