"""What the pages of questionnaires are made from: the shelf, who asks what, how often each was answered."""

from collections import Counter
from datetime import date

import msgspec
from sqlalchemy import Connection, func, select

from server.accounts.queries import Session
from server.database import Work
from server.offices.queries import COUNTER, Unit, standing
from server.offices.rules import plain
from server.offices.scope import within
from server.questionnaires.assigned import everything
from server.questionnaires.choice import Assigned, Places, Published, asked_on
from server.questionnaires.queries import of_refs, shelf
from server.tables import whole_hours
from survey.questionnaire import Questionnaire


class Counted(msgspec.Struct, frozen=True):
    """How often a version was answered. n: dated ballots. last: the day of the newest; None for none."""

    n: int = 0
    last: date | None = None


class Line(msgspec.Struct, frozen=True):
    """One published version in the list. counters: how many in reach ask it today."""

    one: Published
    title: str
    questions: int
    counters: int
    counted: Counted


class Desk(msgspec.Struct, frozen=True):
    """Everything the pages look at, as of today. units: that stand, by id. reached: None for the whole province."""

    session: Session
    today: date
    units: dict[str, Unit]
    reached: frozenset[str] | None
    shelved: list[Published]
    assigned: list[Assigned]
    wishes: dict[str, str]

    def line(self, unit: str) -> list[str]:
        """Return a unit and those above it, the topmost first."""
        found: list[str] = []
        at: str | None = unit
        while at and at in self.units and at not in found:
            found.append(at)
            at = self.units[at].parent
        return found[::-1]

    def places(self, unit: str) -> Places:
        """Return what decides at a unit."""
        return Places(self.line(unit), self.shelved, self.assigned, self.wishes)

    def asked_by(self) -> dict[str, str]:
        """Return what each counter in reach asks today, by its id."""
        counters = [one.id for one in self.units.values() if one.kind == COUNTER and self.is_reached(one.id)]
        return {one: asked_on(self.places(one), self.today)[0] for one in counters}

    def is_reached(self, unit: str) -> bool:
        """Return whether a unit lies in reach."""
        return self.reached is None or unit in self.reached

    def tree(self) -> list[tuple[int, Unit]]:
        """Return (depth, unit) of the units in reach, each below the one it belongs to."""
        found = [(self.line(one.id), one) for one in self.units.values() if self.is_reached(one.id)]
        found.sort(
            key=lambda each: [(self.units[at].kind == COUNTER, plain(self.units[at].name_vi), at) for at in each[0]]
        )
        return [(len(line) - 1, one) for line, one in found]

    def name_of(self, unit: str) -> str:
        """Return what a unit is called, with its office where it is a counter."""
        one = self.units.get(unit)
        if one is None:
            return unit
        above = self.units.get(one.parent or "")
        return f"{one.name_vi}, {above.name_vi}" if one.kind == COUNTER and above else one.name_vi


def open_desk(connection: Connection, session: Session, today: date) -> Desk:
    """Return the desk of a session."""
    units = {one.id: one for one in standing(connection, today)}
    rows = Work(connection).all("SELECT id, kiosk FROM org_units WHERE kiosk <> '{}'")
    wishes = {row[0]: str(msgspec.json.decode(row[1]).get("questionnaire", "")) for row in rows}
    chosen = {unit: wish for unit, wish in wishes.items() if wish}
    return Desk(session, today, units, within(session, units), shelf(connection), everything(connection), chosen)


def lines(connection: Connection, desk: Desk) -> list[Line]:
    """Return the published versions, the newest first."""
    bodies: dict[str, Questionnaire] = {one.ref: one for one in of_refs(connection, [one.ref for one in desk.shelved])}
    asked, counted = Counter(desk.asked_by().values()), counts(connection)
    newest = sorted(desk.shelved, key=lambda one: (one.published_at, one.ref), reverse=True)
    return [
        Line(one, bodies[one.ref].title.get("vi", ""), len(bodies[one.ref].questions), asked[one.ref],
             counted.get(one.ref, Counted()))
        for one in newest
    ]  # fmt: skip


def counts(connection: Connection) -> dict[str, Counted]:
    """Return how often each version was answered, by ref: ballots whose day and hour are known."""
    c = whole_hours.c
    query = select(c.questionnaire, func.sum(c.n), func.max(c.day)).where(c.n > 0).group_by(c.questionnaire)
    return {row[0]: Counted(int(row[1]), row[2]) for row in connection.execute(query)}
