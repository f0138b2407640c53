"""Paper ballots that an office counted itself: sums beside the ballots, in no count of them."""

from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from server.results.queries import Scope
from server.results.rules import Levels
from server.tables import tallies, tally_counts

COUNTS: Final = ("n1", "n2", "n3", "n4", "n5", "na")


class Paper(msgspec.Struct, frozen=True):
    """What one office counted itself: sums, never ballots. levels: by question."""

    ballots: int
    levels: Mapping[str, Levels]


def papers(connection: Connection, scope: Scope, questionnaire: str) -> dict[str, Paper]:
    """Return by office the tallies whose whole span lies in a period; never part of one.

    Nothing where a counter, a channel or a lane is asked for: a tally has none. questionnaire: its id, of any version.
    """
    if scope.counter or scope.channel or scope.lane:
        return {}
    t, c = tallies.c, tally_counts.c
    asked = [
        t.undone_at.is_(None), t.first >= scope.first, t.last <= scope.last,
        t.questionnaire.startswith(f"{questionnaire}@", autoescape=True),
    ]  # fmt: skip
    if scope.within is not None:
        asked.append(t.office_id.in_(sorted(scope.within)))
    if scope.office:
        asked.append(t.office_id.in_(scope.offices))
    found: dict[str, Paper] = {}
    sums = select(t.office_id, func.sum(t.ballots)).where(*asked).group_by(t.office_id)
    for office, n in connection.execute(sums):
        _add(found, scope.became.get(office, office), Paper(int(n), {}))
    query = (
        select(t.office_id, c.question, *(func.sum(c[name]) for name in COUNTS))
        .join_from(tallies, tally_counts, c.tally_id == t.id)
        .where(*asked)
        .group_by(t.office_id, c.question)
    )
    for office, question, *counts in connection.execute(query):
        levels = Levels(*(int(n) for n in counts))
        _add(found, scope.became.get(office, office), Paper(0, {question: levels}))
    return found


def _add(found: dict[str, Paper], office: str, more: Paper) -> None:
    there = found.get(office)
    found[office] = more if there is None else together([there, more])


def together(several: list[Paper]) -> Paper:
    """Return the sums of several offices."""
    levels: dict[str, Levels] = {}
    for one in several:
        for question, counts in one.levels.items():
            levels[question] = levels.get(question, Levels()) + counts
    return Paper(sum(one.ballots for one in several), levels)
