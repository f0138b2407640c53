"""Reasons by how often they were given, with what the most frequent ones make up together; pure."""

from collections.abc import Mapping

import msgspec

VITAL = 80.0


class Reason(msgspec.Struct, frozen=True):
    """One reason. share, running: percent of all reasons given. is_vital: among those that make up the first 80 %."""

    id: str
    n: int
    share: float
    running: float
    is_vital: bool


def pareto(counts: Mapping[str, int]) -> list[Reason]:
    """Return reasons, the most frequent first; those never given are left out.

    >>> [(one.id, one.running, one.is_vital) for one in pareto({"a": 8, "b": 1, "c": 1})]
    [('a', 80.0, True), ('b', 90.0, False), ('c', 100.0, False)]
    """
    total = sum(counts.values())
    found, before = [], 0
    for reason, n in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        if n > 0:
            running = 100 * (before + n) / total
            found.append(Reason(reason, n, 100 * n / total, running, 100 * before / total < VITAL))
            before += n
    return found
