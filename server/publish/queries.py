"""Which offices publish, and what was counted of them, in SQL; counts come from the rollups alone."""

from datetime import date, timedelta

from sqlalchemy import Connection, select

from server.audit.queries import record
from server.database import Work
from server.offices.queries import COUNTER, PROVINCE, standing
from server.publish.rules import MONTHS, Office, offices
from server.questionnaires.queries import seen_on
from server.results.periods import Period, month_of
from server.results.queries import Scope, overall_answers
from server.results.rules import Levels, vietnamese_order
from server.results.summary import HEADLINE
from server.tables import published
from survey.ballot import Status


def publishing(connection: Connection) -> set[str]:
    """Return the ids of the offices that publish."""
    return {row[0] for row in connection.execute(select(published.c.office_id))}


def can_publish(connection: Connection, today: date) -> dict[str, tuple[str, str]]:
    """Return (Vietnamese, English) names by id of the offices with counters today, in the order of the alphabet."""
    units = {one.id: one for one in standing(connection, today)}
    with_desks = {one.parent for one in units.values() if one.kind == COUNTER}
    found = [one for one in units.values() if one.id in with_desks and one.kind != PROVINCE]
    ordered = sorted(found, key=lambda one: vietnamese_order(one.name_vi))
    return {one.id: (one.name_vi, one.name["en"]) for one in ordered}


def set_publishing(work: Work, wanted: set[str], among: set[str], actor: str, now_ms: int) -> None:
    """Have the wanted offices publish and the others of these not; each change is written in the journal."""
    before = {row[0] for row in work.all("SELECT office_id FROM published")}
    for office in sorted((wanted & among) - before):
        work.run("INSERT INTO published (office_id, at) VALUES (?, ?)", (office, now_ms))
        record(work, now_ms, actor, "publish.begin", office)
    for office in sorted((before & among) - wanted):
        work.run("DELETE FROM published WHERE office_id = ?", (office,))
        record(work, now_ms, actor, "publish.end", office)


def whole_months(today: date, cut: int) -> list[Period]:
    """Return the last twelve report months that have ended, the oldest first."""
    newest = month_of(today, cut).neighbour(-1)
    found = [newest]
    while len(found) < MONTHS:
        found.append(found[-1].neighbour(-1))
    return found[::-1]


def published_offices(connection: Connection, today: date, cut: int, only: str = "") -> list[Office]:
    """Return what is published of each office that publishes, or of one; the newest month is the last that ended."""
    wanted = publishing(connection)
    names = {one: both for one, both in can_publish(connection, today).items() if one in wanted}
    if only:
        names = {only: names[only]} if only in names else {}
    periods = whole_months(today, cut)
    return offices(
        names, periods, [_counted(connection, period, frozenset(names)) for period in periods] if names else []
    )


def _counted(connection: Connection, period: Period, within: frozenset[str]) -> dict[str, Levels]:
    questionnaire = seen_on(connection, period.last)
    scope = Scope(period.first, period.last, within=within)
    found: dict[str, Levels] = {}
    for one in overall_answers(connection, scope, questionnaire.quick_question):
        if one.lane in HEADLINE and one.status != Status.QUICK and one.questionnaire == questionnaire.id:
            found[one.office] = found.get(one.office, Levels()) + one.levels
    return found


def fresh_for_s(today: date, cut: int) -> int:
    """Return for how long what is published stays as it is, seconds: until the month ends, an hour at most."""
    left = (month_of(today, cut).last - today + timedelta(days=1)).days
    return 3600 if left > 1 else 300
