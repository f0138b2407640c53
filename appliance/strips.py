"""A strip of the touch panel that no longer answers, found from everyday touches; pure, and it keeps no count of them.

Which control people press is their own affair and says nothing of the glass: everybody may press the happy face. Where
in the pressed control a finger lands does say something. Each touch that landed on a control is worth, to every run of
cells over the control's middle that it missed, the least chance with which a sound panel would have felt it there;
the sum since the run was last touched is what it lacks. See docs/decisions/0045.
"""

from collections.abc import Iterable, Mapping
from itertools import product
from math import erf, exp, sqrt
from typing import Final, Literal

import msgspec

from survey.strip import Strip

CELL_MM: Final = 6.0
CELLS_AT_MOST: Final = 40
LEAN_MM: Final = 3.0
"""How far people of one kiosk may all aim beside a control's middle: a calibration, a tall person's view."""
LEAN_SHARE: Final = {"column": 0.08, "row": 0.15}
"""The same as a share of the control's side: faces stand above their words."""
SPREAD_MM: Final = 1.5
"""The least spread of a finger about its aim. Source: Bi, Li, Zhai 2013, FFitts law, CHI '13: 1.0 to 1.5 mm."""
SPREAD_SHARE: Final = 0.15
"""The most, beyond it, as a share of the control's side: twice what the same source has for large controls."""
LACKS: Final = 32.0
"""A sound run comes to lack so many touches with a chance of e^-32 each time it was touched."""
EXPLAINED: Final = 0.9
KEPT_FROM: Final = 5.0
"""What lacks less is not written down: of a sound panel nothing is, and a stolen card tells of nobody's answers."""
TOUCHES_AT_MOST: Final = 3_650_000
"""Touches for which the chance of a false alarm is stated: a thousand a day for ten years."""

Way = Literal["column", "row"]
Run = tuple[int, int]
"""Cells first … last - 1 of one side."""


class Span(msgspec.Struct, frozen=True):
    """A pressed control along one side of the glass, mm. aim: its middle; side: its length; low, high: its reach."""

    aim: float
    side: float
    low: float
    high: float


class Kept(msgspec.Struct, frozen=True):
    """What is remembered over restarts. cells: columns and rows; lacking: by side, (first, last, touches lacked)."""

    cells: tuple[int, int]
    lacking: dict[str, list[tuple[int, int, float]]] = {}
    tried: list[Strip] = []


def cells_of(side_mm: float) -> int:
    """Return into how many cells a side of the glass is divided.

    >>> cells_of(154.1), cells_of(85.9), cells_of(2000)
    (26, 14, 40)
    """
    return min(CELLS_AT_MOST, max(2, round(side_mm / CELL_MM)))


def runs_of(cells: int) -> int:
    """Return how many runs of neighbouring cells are watched: none is longer than half the side."""
    return sum(cells + 1 - length for length in range(1, cells // 2 + 1))


def false_alarms(touches: int, cells: tuple[int, int]) -> float:
    """Return at most how many false alarms so many touches of a sound panel cause, whatever controls people press.

    Touches that each miss a run with a chance of 1 - p, p at least their worth, all miss it with a chance of at most
    e^-(sum of worths); and a run begins anew no oftener than there are touches.
    """
    return touches * sum(map(runs_of, cells)) * exp(-LACKS)


def worth(low: float, high: float, span: Span, share: float) -> float:
    """Return the least chance with which a finger meant for a control lands between low and high, mm, on it.

    The least over every aim within LEAN_MM + share of its side about the middle, and every normal spread from
    SPREAD_MM to SPREAD_MM + SPREAD_SHARE of its side. As a function of either the chance has one peak, so its least
    value lies at one of the ends. 0 unless the middle lies between them.
    """
    low, high = max(low, span.low), min(high, span.high)
    if not low < span.aim < high:
        return 0.0
    lean = LEAN_MM + share * span.side
    spreads = (SPREAD_MM, SPREAD_MM + SPREAD_SHARE * span.side)
    return min(chance(low, high, span.aim + off, spread) for off, spread in product((-lean, lean), spreads))


def chance(low: float, high: float, aim: float, spread: float) -> float:
    """Return the chance of a normal distribution between low and high."""
    root = spread * sqrt(2)
    return (erf((high - aim) / root) - erf((low - aim) / root)) / 2


class Side:
    """One side of the glass: what each run of its cells lacks."""

    def __init__(self, way: Way, side_mm: float) -> None:
        """way: `column` for the width, `row` for the height."""
        self.way, self.side_mm, self.cells = way, side_mm, cells_of(side_mm)
        self.lacking: dict[Run, float] = {}

    def landed(self, at_mm: float, span: Span | None) -> None:
        """Take a touch at a place, on a control or beside all."""
        width = self.side_mm / self.cells
        cell = min(self.cells - 1, max(0, int(at_mm / width)))
        for run in [run for run in self.lacking if run[0] <= cell < run[1]]:
            del self.lacking[run]
        if span is None:
            return
        share, middle = LEAN_SHARE[self.way], int(span.aim / width)
        for first in range(max(0, middle + 1 - self.cells // 2), min(middle, self.cells - 1) + 1):
            for last in range(middle + 1, min(self.cells, first + self.cells // 2) + 1):
                if not first <= cell < last and (more := worth(first * width, last * width, span, share)) > 0:
                    self.lacking[first, last] = self.lacking.get((first, last), 0.0) + more

    def dead(self) -> list[Strip]:
        """Return the strips that lack enough."""
        lacking = dict(self.lacking)
        proven = {run: lacks for run, lacks in lacking.items() if lacks >= LACKS}
        least = [one for one in proven if not any(_is_within(other, one) for other in proven)]
        return [
            Strip(self.way, round(100 * first / self.cells), round(100 * last / self.cells))
            for first, last in joined(_extent(one, proven) for one in least)
        ]


def _extent(least: Run, proven: Mapping[Run, float]) -> Run:
    """Return how far a strip reaches that is shown to be dead: the shortest run about it that explains nearly all."""
    about = {run: lacks for run, lacks in proven.items() if run == least or _is_within(least, run)}
    enough = EXPLAINED * max(about.values())
    return min((run for run, lacks in about.items() if lacks >= enough), key=lambda run: (run[1] - run[0], run))


def _is_within(one: Run, other: Run) -> bool:
    return one != other and other[0] <= one[0] and one[1] <= other[1]


def joined(runs: Iterable[Run]) -> list[Run]:
    """Return runs with those that touch or overlap made one.

    >>> joined([(4, 6), (0, 2), (5, 8)])
    [(0, 2), (4, 8)]
    """
    found: list[Run] = []
    for first, last in sorted(runs):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


class Strips:
    """What is known of one panel. Touches come on the window's thread; what is found is read from any."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        """width_mm, height_mm: of the glass as people see it."""
        self.across, self.down = Side("column", width_mm), Side("row", height_mm)
        self.tried: list[Strip] = []

    def landed(self, x_mm: float, y_mm: float, across: Span | None, down: Span | None) -> None:
        """Take a touch, mm from the upper left corner, with the control it was on."""
        self.across.landed(x_mm, across)
        self.down.landed(y_mm, down)
        if self.tried:
            at = {"column": 100 * x_mm / self.across.side_mm, "row": 100 * y_mm / self.down.side_mm}
            self.tried = [one for one in self.tried if not one.first <= at[one.axis] < one.last]

    def tried_spots(self, passed: Mapping[int, bool], share: tuple[int, int]) -> None:
        """Take the outcome of an acceptance test, which takes the place of the one before.

        passed: by spot, see `failed_sides`. share: what a spot covers of width and height, per cent.
        """
        self.tried = failed_sides(passed, share)

    def found(self) -> list[Strip]:
        """Return the dead strips, those of everyday use first; [] for none."""
        used = [*self.across.dead(), *self.down.dead()]
        return [*used, *(one for one in self.tried if not any(_overlaps(one, other) for other in used))]

    def kept(self) -> Kept:
        """Return what is to be remembered."""
        lacking: dict[str, list[tuple[int, int, float]]] = {
            side.way: sorted((*run, round(lacks, 1)) for run, lacks in dict(side.lacking).items() if lacks >= KEPT_FROM)
            for side in (self.across, self.down)
        }
        found = {way: runs for way, runs in lacking.items() if runs}
        return Kept((self.across.cells, self.down.cells), found, self.tried)

    def remember(self, kept: Kept | None) -> None:
        """Take what an earlier run kept; of another panel nothing is taken."""
        if kept is None or kept.cells != (self.across.cells, self.down.cells):
            return
        for side in (self.across, self.down):
            side.lacking = {(first, last): lacks for first, last, lacks in kept.lacking.get(side.way, [])}
        self.tried = list(kept.tried)


def _overlaps(one: Strip, other: Strip) -> bool:
    return one.axis == other.axis and one.first < other.last and other.first < one.last


SIDES: Final = {(0, 3): ("column", 0), (1, 4): ("column", 1), (0, 1): ("row", 0), (3, 4): ("row", 1)}
"""The two corners of each side of the glass, by spot: 0 upper left, 1 upper right, 2 middle, 3, 4 lower left, right."""


def failed_sides(passed: Mapping[int, bool], share: tuple[int, int]) -> list[Strip]:
    """Return the sides of the glass of which both corners did not answer while the opposite ones did.

    One corner alone, or the middle, is no strip; so are corners that were not asked. share: as of `tried_spots`.
    """
    found = []
    for pair, (axis, is_far) in SIDES.items():
        across = [one for one in (0, 1, 3, 4) if one not in pair]
        is_dead = all(passed.get(one) is False for one in pair) and all(passed.get(one) for one in across)
        if is_dead:
            wide = share[axis == "row"]
            found.append(Strip(axis, 100 - wide, 100, True) if is_far else Strip(axis, 0, wide, True))  # type: ignore[arg-type]
    return found
