"""What the pages of the yearly ranking show: the rows this reader may see, in words, with what would change them."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest
from server.accounts.rules import May
from server.offices.queries import all_versions
from server.offices.scope import within
from server.problem import RefusalError
from server.questionnaires.queries import seen_on
from server.ranking import queries
from server.ranking.advice import advice, in_words
from server.ranking.frozen import Kept, kept
from server.ranking.queries import Signed
from server.ranking.rules import Plan, Standing
from survey.local_time import local_date

EARLIEST_YEAR, LATEST_YEAR = 2015, 2099
BEFORE = date(2015, 1, 1)


class Desk(msgspec.Struct, frozen=True):
    """Who looks at which year. reach: None for all offices. plan: None where no criteria were set."""

    session: Session
    year: int
    today: date
    reach: frozenset[str] | None
    plan: Plan | None
    signed: list[Signed]

    @property
    def is_admin(self) -> bool:
        """Return whether this account sets criteria and signs off."""
        return self.session.account.role == "admin" and self.session.unit is None

    @property
    def may_enter(self) -> bool:
        """Return whether this account enters points: for the whole province, never for its own office."""
        return self.session.may(May.DATA_ENTER) and self.session.unit is None

    def sees(self, office: str) -> bool:
        """Return whether an office may be shown."""
        return self.reach is None or office in self.reach


def open_desk(connection: Connection, request: AnyRequest, session: Session, year: int) -> Desk:
    """Return the desk of a year. Raises RefusalError 404 for a year that cannot be."""
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise RefusalError(404, "no_such_year", f"there is no ranking of {year}")
    today = local_date(sessions.centre_of(request).now_ms())
    reach = within(session, all_versions(connection, BEFORE, today))
    return Desk(session, year, today, reach, queries.plan_of(connection, year), queries.signed(connection, year))


def deciding(request: AnyRequest) -> Session:
    """Return the session of who sets criteria and signs off. Raises RefusalError: the whole province decides."""
    session = sessions.require(request, May.OFFICES_CHANGE)
    if session.unit is not None:
        raise RefusalError(404, "no_such_page", "the whole province ranks its offices")
    return session


def version_of(connection: Connection, desk: Desk, text: str) -> Kept | None:
    """Return the signed version an address asks for: `nay` for none, "" for the newest. Raises RefusalError 404."""
    if text == "nay" or (not desk.signed and not text):
        return None
    found = [one for one in desk.signed if not text or str(one.version) == text]
    if not found:
        raise RefusalError(404, "no_such_version", "this version was never signed")
    return kept(connection, found[0])


class Line(msgspec.Struct, frozen=True):
    """One office as the page shows it. words: what would change its place."""

    row: Standing
    words: list[str]


def lines_of(desk: Desk, plan: Plan, rows: list[Standing]) -> list[Line]:
    """Return the offices in reach; another office is named only to who may see it."""
    found, names = advice(plan, rows), {row.office: row.name for row in rows}
    lines = []
    for row in rows:
        if desk.sees(row.office):
            one = found.get(row.office)
            above = names[one.next] if one and one.next and desk.sees(one.next) else "đơn vị đứng ngay trên"
            lines.append(Line(row, in_words(one, row, above) if one else []))
    return lines


def question_codes(connection: Connection, day: date) -> tuple[dict[str, str], dict[str, str]]:
    """Return ids of the questions by their code in lower case, and codes by id."""
    asked: Any = seen_on(connection, day)
    both = [(one.code, one.id) for one in asked.questions]
    return {code.casefold(): id for code, id in both}, {id: code for code, id in both}
