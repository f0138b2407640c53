"""Sums of answers as a report needs them; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from server.reports.words import REPORTED
from server.results.queries import Answered
from server.results.rules import Levels
from survey.ballot import Status


def total(several: Iterable[Levels]) -> Levels:
    """Return all counts together."""
    return sum(several, Levels())


def of_question(
    answered: Iterable[Answered], question: str, *, is_quick: bool = False, lanes: frozenset[str] = REPORTED
) -> Levels:
    """Return the answers to one question in these lanes; of single presses alone, or of all others."""
    return total(one.levels for one in _picked(answered, question, is_quick, lanes))


def by_office(
    answered: Iterable[Answered], question: str, *, is_quick: bool = False, lanes: frozenset[str] = REPORTED
) -> Mapping[str, Levels]:
    """Return the same by office; no answers for an office that is not there."""
    found: defaultdict[str, Levels] = defaultdict(Levels)
    for one in _picked(answered, question, is_quick, lanes):
        found[one.office] = found[one.office] + one.levels
    return found


def _picked(answered: Iterable[Answered], question: str, is_quick: bool, lanes: frozenset[str]) -> Iterable[Answered]:
    return (
        one
        for one in answered
        if one.question == question and one.lane in lanes and (one.status == Status.QUICK) == is_quick
    )
