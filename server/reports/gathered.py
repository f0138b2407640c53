"""Everything a report says, gathered once as plain frozen data: a workbook or a text is written from it without SQL."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from server.cases.sums import Followed, Handled, followed, states
from server.offices.calendar import is_working
from server.questionnaires.queries import newest_of
from server.reports import queries
from server.reports.asked import Asked
from server.reports.counts import by_office
from server.reports.words import REPORTED
from server.results import entered, timed, tt01
from server.results.others import Block, blocks
from server.results.pareto import Reason, pareto
from server.results.periods import Period, period_of
from server.results.queries import Answered, Scope, Tally, answers, counters, overall_answers, reasons, tallies
from server.results.rules import Levels
from server.results.tallied import Paper, papers
from survey.ballot import Status, ballot_code
from survey.local_time import local_date
from survey.questionnaire import Questionnaire

LATE_DAYS = 3


class Comment(msgspec.Struct, frozen=True):
    """A ballot with a comment; what it says stays sealed. code: "" for who may not see it. lowest: its lowest grade.

    kind, state: of the case it is of, in words; "" where it is of none.
    """

    code: str
    day: date
    is_dated: bool
    office: str
    counter: str
    channel: str
    lane: str
    lowest: int | None
    kind: str = ""
    state: str = ""


class Step(msgspec.Struct, frozen=True):
    """One month, or what the period has of it. n: valid ballots. now, then: the overall question; then: a "
    "period ago."""

    name: str
    n: int
    now: Levels
    then: Levels


class Signs(msgspec.Struct, frozen=True):
    """How good one office's counts are. flags: ballots by flag. silent: working days without a ballot, by counter."""

    flagged: int
    flags: Mapping[str, int]
    late: int
    silent: Mapping[str, int]


class Gathered(msgspec.Struct, frozen=True):
    """A report's numbers. answered, before: of the questionnaire, this period and the one before, every lane.

    served: transactions by office, None where a day is missing, or where offices are counted together as of today.
    counters: answers to the overall question by counter.
    officers: None where they may not be seen. scores: the nine indices by office. paper: tallies by office.
    overdue, corrected, cases: what became of the cases, the last by office; None where none was kept yet.
    """

    asked: Asked
    tallied: list[Tally]
    answered: list[Answered]
    before: list[Answered]
    others: list[Questionnaire]
    blocks: list[Block]
    served: Mapping[str, int | None]
    counters: Mapping[str, Levels]
    fields: Mapping[str, Levels]
    officers: list[timed.Officer] | None
    reasons: list[Reason]
    comments: list[Comment]
    course: list[Step]
    signs: Mapping[str, Signs]
    scores: Mapping[str, Mapping[int, Decimal | None]]
    paper: Mapping[str, Paper] = {}
    overdue: list[list[str]] | None = None
    corrected: list[list[str]] | None = None
    cases: Mapping[str, Handled] | None = None

    @property
    def overall(self) -> str:
        """Return the id of the overall question."""
        return self.asked.questionnaire.quick_question

    @property
    def offices(self) -> list[str]:
        """Return the ids of offices with ballots, paper tallies or transactions."""
        known = {office for office, n in self.served.items() if n is not None}
        return sorted({tally.office for tally in self.tallied} | set(self.paper) | known)

    @property
    def valid(self) -> int:
        """Return the number of valid ballots."""
        return sum(tally.n for tally in self.tallied if tally.is_dated and tally.lane in REPORTED)

    @property
    def with_comment(self) -> int:
        """Return the number of ballots with a comment."""
        return sum(tally.comments for tally in self.tallied)


def gather(connection: Connection, asked: Asked, paper: Mapping[str, Paper] | None = None) -> Gathered:
    """Return all a report of what is asked says; SQL ends here. paper: tallies by office; None to
    read them.
    """
    if paper is None:
        paper = papers(connection, asked.scope, asked.questionnaire.id)
    questionnaire = asked.questionnaire
    everything, tallied = answers(connection, asked.scope), tallies(connection, asked.scope)
    answered = [one for one in everything if one.questionnaire == questionnaire.id]
    before = [one for one in answers(connection, asked.before) if one.questionnaire == questionnaire.id]
    several = newest_of(connection, [one.questionnaire for one in everything])
    others = [one for one in several if one.id != questionnaire.id]
    offices = {one.office for one in tallied} | set(paper)
    cases = _cases(connection, asked)
    return Gathered(
        asked=asked, tallied=tallied, answered=answered, before=before, others=others,
        blocks=blocks(everything, questionnaire, others), served=_served(connection, asked, offices),
        counters=_counters(connection, asked), fields=_fields(connection, asked),
        officers=_officers(connection, asked), reasons=_reasons(connection, asked),
        comments=_comments(connection, asked), course=_course(connection, asked),
        signs=_signs(connection, asked, offices), scores=_scores(connection, asked, answered),
        paper=paper, overdue=cases.overdue if cases else None, corrected=cases.corrected if cases else None,
        cases=cases.by_office if cases else None,
    )  # fmt: skip


def _served(connection: Connection, asked: Asked, offices: Iterable[str]) -> dict[str, int | None]:
    first, last = asked.period.first, asked.period.last
    spans = entered.served(connection, first, last, asked.within)
    known = {one.office for one in spans} | set(offices)
    wanted = {asked.office} & known if asked.office else known
    return {
        office: None if asked.is_joined(office) else
        entered.total([one for one in spans if one.office == office], first, last)
        for office in wanted if office not in asked.became
    }  # fmt: skip


def _counters(connection: Connection, asked: Asked) -> dict[str, Levels]:
    found = counters(connection, asked.scope, asked.questionnaire.quick_question)
    return {
        counter: sum((Levels(**counts) for lane, counts in lanes.items() if lane in REPORTED), Levels())
        for counter, lanes in found.items()
    }


def _each_lane(scope: Scope) -> list[Scope]:
    return [msgspec.structs.replace(scope, lane=lane) for lane in sorted(REPORTED)]


def _fields(connection: Connection, asked: Asked) -> dict[str, Levels]:
    found: dict[str, Levels] = {}
    for scope in _each_lane(asked.scope):
        for field, pool in timed.fields(connection, scope, asked.questionnaire.id).items():
            found[field] = found.get(field, Levels()) + pool.overall
    return found


def _officers(connection: Connection, asked: Asked) -> list[timed.Officer] | None:
    if not asked.has_officers:
        return None
    return timed.of_officers(connection, asked.scope, asked.questionnaire.id)


def _reasons(connection: Connection, asked: Asked) -> list[Reason]:
    words = {
        (question.id, reason.id): f"{question.code} {reason.vi}"
        for question in asked.questionnaire.questions
        if question.follow_up
        for reason in question.follow_up.reasons
    }
    found: dict[str, int] = {}
    for (ref, question, reason, lane), n in reasons(connection, asked.scope).items():
        if ref == asked.questionnaire.id and lane in REPORTED:
            name = words.get((question, reason), f"{question} {reason}")
            found[name] = found.get(name, 0) + n
    return pareto(found)


def _cases(connection: Connection, asked: Asked) -> Followed | None:
    scope = asked.scope
    offices = frozenset(scope.offices) if scope.office else scope.within
    found = followed(connection, (scope.first, scope.last), offices, asked.name_of, asked.day)
    if found is None:
        return None
    joined: dict[str, Handled] = {}
    for office, handled in found.by_office.items():
        joined[scope.counted_as(office)] = joined.get(scope.counted_as(office), Handled()) + handled
    return msgspec.structs.replace(found, by_office=joined)


def _comments(connection: Connection, asked: Asked) -> list[Comment]:
    known = states(connection, asked.period.first, asked.period.last)
    return [
        Comment(
            ballot_code(UUID(bytes=bytes(one))) if asked.has_codes else "", day, bool(is_dated), office, counter,
            channel, lane, min((int(letter) for letter in levels if letter.isdecimal()), default=None),
            *known.get(bytes(one), ("", "")),
        )
        for one, day, is_dated, office, counter, channel, lane, levels in queries.commented(connection, asked.scope)
    ]  # fmt: skip


def months(period: Period) -> list[Period]:
    """Return the report months of a period; the ones at its ends are cut short."""
    found, at = [], period.first
    while at <= period.last:
        one = period_of("thang", at, period.cut)
        found.append(Period("thang", max(one.first, period.first), min(one.last, period.last), one.cut))
        at = one.last + timedelta(days=1)
    return found


def _course(connection: Connection, asked: Asked) -> list[Step]:
    now, then = months(asked.period), months(asked.period.neighbour(-1))
    steps = []
    for place, part in enumerate(now):
        earlier = then[place] if place < len(then) else None
        n = sum(
            tally.n for tally in tallies(connection, asked.scope_of(part)) if tally.is_dated and tally.lane in REPORTED
        )
        before = Levels() if earlier is None else _overall(connection, asked, asked.scope_of(earlier, is_before=True))
        steps.append(Step(f"{part.last:%m/%Y}", n, _overall(connection, asked, asked.scope_of(part)), before))
    return steps


def _overall(connection: Connection, asked: Asked, scope: Scope) -> Levels:
    found = overall_answers(connection, scope, asked.questionnaire.quick_question)
    mine = [one for one in found if one.questionnaire == asked.questionnaire.id]
    return sum((one.levels for one in mine if one.lane in REPORTED and one.status != Status.QUICK), Levels())


def _signs(connection: Connection, asked: Asked, offices: Iterable[str]) -> dict[str, Signs]:
    flagged, flags = queries.flagged(connection, asked.scope), queries.flags(connection, asked.scope)
    late, silent = queries.late(connection, asked.scope, LATE_DAYS), _silent(connection, asked)
    every = {*offices, *silent}
    return {
        office: Signs(flagged.get(office, 0), flags.get(office, {}), late.get(office, 0), silent.get(office, {}))
        for office in every
    }


def _silent(connection: Connection, asked: Asked) -> dict[str, dict[str, int]]:
    """Return by office and counter the working days on which a kiosk stood there and counted nothing."""
    busy, decided = queries.busy(connection, asked.scope), queries.decided(connection)
    found: dict[str, dict[str, int]] = {}
    for counter, enrolled_at, revoked_at in queries.kiosks(connection):
        unit = asked.units.get(counter)
        office = asked.scope.counted_as(unit.parent) if unit and unit.parent else None
        if office is None or (asked.office and office != asked.office):
            continue
        if asked.within is not None and office not in asked.within:
            continue
        first = max(asked.period.first, local_date(enrolled_at))
        ends = [asked.period.last, asked.day - timedelta(days=1)]
        last = min([*ends, local_date(revoked_at)] if revoked_at else ends)
        quiet = _working(decided, first, last) - busy.get(counter, set())
        if quiet:
            found.setdefault(office, {})[counter] = len(quiet)
    return found


def _working(decided: Mapping[date, bool], first: date, last: date) -> set[date]:
    days = (first + timedelta(days=n) for n in range(max(0, (last - first).days + 1)))
    return {day for day in days if is_working(decided, day)}


def _scores(connection: Connection, asked: Asked, answered: list[Answered]) -> dict[str, dict[int, Decimal | None]]:
    by_question = {question: by_office(answered, question) for index in tt01.INDICES for question in index.questions}
    found: dict[str, dict[int, Decimal | None]] = {}
    for office in sorted({one.office for one in answered}):
        joined = asked.is_joined(office)
        by_hand = {} if joined else entered.scores(connection, office, asked.period.first, asked.period.last)
        found[office] = {}
        for index in tt01.INDICES:
            given = sum((by_question[one].get(office, Levels()) for one in index.questions), Levels())
            score = tt01.of_levels(given, asked.min_cell) if index.questions else None
            hand = by_hand.get(index.number)
            found[office][index.number] = score if hand is None else Decimal(hand) / 10
    return found
