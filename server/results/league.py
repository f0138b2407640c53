"""A ranking that does not pretend: intervals, shrinkage, shared places, and nobody ranked on a handful; pure."""

from collections.abc import Sequence
from typing import Final

import msgspec

from server.results.change import BASE_AT_LEAST, Share, wilson_interval

TOO_FEW: Final = "quá ít phiếu"


class Standing(msgspec.Struct, frozen=True):
    """One unit in the league. rank: None below the least base. shrunk: the share drawn towards all, in [0, 1]."""

    id: str
    share: Share
    low: float
    high: float
    shrunk: float
    rank: int | None = None
    is_shared: bool = False


def strength(shares: Sequence[Share]) -> float | None:
    """Return how many answers the common share weighs as (alpha + beta); None for: without end, they do not differ.

    Beta-binomial by moments. Source: Kleinman 1973, J. Am. Stat. Assoc. 68:46-54, with the bases as weights.
    """
    known = [one for one in shares if one.base]
    total = sum(one.base for one in known)
    satisfied = sum(one.satisfied for one in known)
    if len(known) < 2 or satisfied in {0, total}:
        return None
    mean = satisfied / total
    spread = sum(one.base * (one.satisfied / one.base - mean) ** 2 for one in known)
    room = total - sum(one.base**2 for one in known) / total - (len(known) - 1)
    if room <= 0:
        return None
    variance = mean * (1 - mean)
    within = (spread - variance * (len(known) - 1)) / (variance * room)
    return None if within <= 0 else (1 - min(within, 1.0)) / min(within, 1.0)


def shrink(share: Share, mean: float, weight: float | None) -> float:
    """Return a share drawn towards the mean by the weight of so many answers; None draws it all the way."""
    return mean if weight is None else (share.satisfied + weight * mean) / (share.base + weight)


def league(shares: dict[str, Share], base_at_least: int = BASE_AT_LEAST) -> list[Standing]:
    """Return units ranked by their shrunk share, the best first; those with too small a base last, without rank.

    A unit shares the rank of the first before it whose interval it overlaps with; the next rank counts all before.
    """
    known = {unit: share for unit, share in shares.items() if share.base}
    mean = sum(one.satisfied for one in known.values()) / max(1, sum(one.base for one in known.values()))
    weight = strength(list(known.values()))
    rows = [
        Standing(unit, one, *wilson_interval(one.satisfied, one.base), shrink(one, mean, weight))
        for unit, one in known.items()
    ]
    ranked = sorted(
        (row for row in rows if row.share.base >= base_at_least), key=lambda row: (-row.shrunk, -row.low, row.id)
    )
    few = sorted((row for row in rows if row.share.base < base_at_least), key=lambda row: (-row.share.base, row.id))
    return [*_placed(ranked), *few]


def _placed(rows: Sequence[Standing]) -> list[Standing]:
    ranks: list[int] = []
    lead = 0
    for place, row in enumerate(rows):
        if place and row.high < rows[lead].low:
            lead = place
        ranks.append(lead + 1)
    return [
        msgspec.structs.replace(row, rank=rank, is_shared=ranks.count(rank) > 1)
        for row, rank in zip(rows, ranks, strict=True)
    ]
