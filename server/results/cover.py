"""Small cells are not shown, nor is any cell from which a small one could be reckoned; pure."""

from collections.abc import Sequence


def covered(bases: Sequence[int], min_cell: int, *, has_total: bool = True) -> list[bool]:
    """Return which cells of one table stay hidden.

    bases: the answers in each cell. has_total: their sum is on the page, so that a single hidden cell could be
    reckoned from it; then the smallest shown cells are hidden too until two or more are, of min_cell answers together.
    If nothing is left to hide, everything is hidden. An empty cell says nothing about anybody and is shown.

    >>> covered([3, 20, 8, 40], 5)
    [True, False, True, False]
    """
    hidden = [0 < base < min_cell for base in bases]
    if not has_total or not any(hidden):
        return hidden
    for place in sorted((i for i, base in enumerate(bases) if base >= min_cell), key=lambda i: bases[i]):
        if sum(hidden) >= 2 and _sum(bases, hidden) >= min_cell:
            break
        hidden[place] = True
    return hidden


def _sum(bases: Sequence[int], hidden: Sequence[bool]) -> int:
    return sum(base for base, is_hidden in zip(bases, hidden, strict=True) if is_hidden)


def is_total_safe(bases: Sequence[int], min_cell: int) -> bool:
    """Return whether the sum may stand beside the cells: hidden ones are none, or two or more and enough together."""
    hidden = covered(bases, min_cell)
    return not any(hidden) or (sum(hidden) >= 2 and _sum(bases, hidden) >= min_cell)
