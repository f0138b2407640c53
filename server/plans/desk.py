"""What the pages of plans need, read at once: who looks, which units, which lines, their owners in words."""

from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest
from server.accounts.rules import May
from server.offices.queries import COUNTER, Unit, all_versions
from server.offices.scope import within
from server.plans import queries
from server.plans.effect import Effect
from server.plans.propose import name_of, reason_words
from server.plans.rules import Plan, may_approve
from server.problem import RefusalError
from server.questionnaires.queries import seen_on
from server.results.periods import Period, month_of, period_of, read_period
from server.results.rules import vietnamese_order
from survey.local_time import local_date
from survey.questionnaire import Questionnaire

OLDEST: Final = date(2015, 1, 1)
MONTHS: Final = 13
QUARTERS: Final = 5


class Desk(msgspec.Struct, frozen=True):
    """Who looks at plans, and where. units: every unit there ever was. reached: None for the whole province.

    people: persons by `a:` and their account, of accounts in reach.
    """

    session: Session
    units: dict[str, Unit]
    reached: frozenset[str] | None
    people: dict[str, str]
    today: date
    cut: int
    least: int
    now_ms: int

    @property
    def may_write(self) -> bool:
        """Return whether this account may write lines."""
        return self.session.may(May.DATA_ENTER)

    @property
    def may_approve(self) -> bool:
        """Return whether this account may approve lines, as far as its permissions go."""
        return may_approve(self.session.account.allowed)

    @property
    def actor(self) -> str:
        """Return the account that acts."""
        return self.session.account.name

    @property
    def choices(self) -> list[Unit]:
        """Return the units a plan can be of: in reach, standing, no counters; in the order of the alphabet."""
        found = [
            one
            for one in self.units.values()
            if one.kind != COUNTER
            and (self.reached is None or one.id in self.reached)
            and (one.valid_to is None or one.valid_to >= self.today)
        ]
        return sorted(found, key=lambda one: vietnamese_order(one.name_vi))

    @property
    def owners(self) -> dict[str, str]:
        """Return who can be named to answer for a line, in words."""
        return {f"u:{one.id}": one.name_vi for one in self.choices} | self.people

    def name(self, unit: str) -> str:
        """Return a unit's name; its id where it is unknown."""
        return self.units[unit].name_vi if unit in self.units else unit

    def owner_words(self, owner: str) -> str:
        """Return who answers for a line, in words."""
        kind, _, name = owner.partition(":")
        return self.name(name) if kind == "u" else self.people.get(owner, name)

    def periods(self) -> dict[str, Period]:
        """Return what a finding can be of by its value: this month and the twelve before, quarters, the year."""
        months, quarters = [month_of(self.today, self.cut)], [period_of("quy", self.today, self.cut)]
        while len(months) < MONTHS:
            months.append(months[-1].neighbour(-1))
        while len(quarters) < QUARTERS:
            quarters.append(quarters[-1].neighbour(-1))
        year = period_of("nam", self.today, self.cut)
        return {f"{one.kind}/{one.value}": one for one in [*months, *quarters, year, year.neighbour(-1)]}

    def period_words(self, value: str) -> str:
        """Return a stored period in words."""
        kind, _, when = value.partition("/")
        return read_period(kind, when, self.today, self.cut).name


class Line(msgspec.Struct, frozen=True):
    """A line as pages show it. about: its question and reason in words."""

    plan: Plan
    unit: str
    period: str
    about: str
    owner: str
    is_overdue: bool
    effect: Effect


def open_desk(request: AnyRequest, permission: May) -> Desk:
    """Return what someone with this permission can see."""
    session, centre = sessions.require(request, permission), sessions.centre_of(request)
    now_ms = centre.now_ms()
    today = local_date(now_ms)
    with centre.engine.connect() as connection:
        units = all_versions(connection, OLDEST, today)
        reached = within(session, units)
        people = queries.people_of(connection, units, reached)
    return Desk(session, units, reached, people, today, centre.settings.month_cut, centre.settings.min_cell, now_ms)


def line_of(desk: Desk, connection: Connection, plan: Plan) -> Line:
    """Return a line in words, with its effect."""
    asked = seen_on(connection, min(plan.last, desk.today))
    return Line(
        plan, desk.name(plan.unit), desk.period_words(plan.period), about_words(asked, plan.question, plan.reason),
        desk.owner_words(plan.owner), plan.is_overdue(desk.today),
        queries.effect_of(connection, plan, desk.today, desk.least),
    )  # fmt: skip


def about_words(asked: Questionnaire, question: str, reason: str) -> str:
    """Return what a finding is about: the question, and the reason where one was chosen."""
    why = reason_words(asked, question, reason)
    return f"{name_of(asked, question)}: {why}" if why else name_of(asked, question)


def plan_in(desk: Desk, connection: Connection, wanted: int) -> Plan:
    """Return a line in reach. Raises RefusalError 404, told like one that does not exist."""
    found = queries.find(connection, wanted)
    if found is None or (desk.reached is not None and found.unit not in desk.reached):
        raise RefusalError(404, "no_such_plan", "there is no such plan")
    return found
