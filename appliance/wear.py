"""What raw edges and long silence say about a button's switch and wire; pure, every time comes in."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

WITHIN_S: Final = 2.0
RESTLESS_AT_MOST: Final = 20
"""Edges in that time that neither a finger nor a settling switch explains."""
MOVES_AT_MOST: Final = 40
"""Movements in that time, down or up: ten presses a second, more than a hand does."""
QUIET_S: Final = 5.0
"""A chattering line is used again once it has been still for this long."""
SUSPECT_DAYS: Final = 14
SUSPECT_PRESSES: Final = 100
"""Presses of the others in that time, below which silence says nothing: few people press the lowest grade."""


class Chatter:
    """Tells a loose wire from a hand, for one line.

    A movement begins with an edge after stillness; the edges of the next bounce_s are its switch settling.
    Every later edge that comes without stillness before it is restless: a hand makes none.
    """

    def __init__(self, bounce_s: float) -> None:
        """bounce_s: a line is still when nothing moved for this long."""
        self.bounce_s = bounce_s
        self.edge_s = self.began_s = float("-inf")
        self.moves: deque[float] = deque(maxlen=MOVES_AT_MOST)
        self.restless: deque[float] = deque(maxlen=RESTLESS_AT_MOST)
        self.is_chattering = False

    def feed(self, at_s: float) -> bool:
        """Take one raw edge; return whether it is the one that shows the line to be chattering."""
        is_still = at_s - self.edge_s >= self.bounce_s
        self.edge_s = at_s
        if is_still:
            self.began_s = at_s
            self.moves.append(at_s)
        elif at_s - self.began_s > self.bounce_s:
            self.restless.append(at_s)
        was, self.is_chattering = self.is_chattering, self.is_chattering or self._is_too_much(at_s)
        return self.is_chattering and not was

    def _is_too_much(self, at_s: float) -> bool:
        return any(len(seen) == seen.maxlen and at_s - seen[0] <= WITHIN_S for seen in (self.moves, self.restless))

    def settled(self, at_s: float) -> bool:
        """Return whether the line has just come to rest; it counts as sound again."""
        if not self.is_chattering or at_s - self.edge_s < QUIET_S:
            return False
        self.is_chattering = False
        self.moves.clear()
        self.restless.clear()
        return True


class Use(msgspec.Struct, frozen=True):
    """How long a button has not been pressed. since_day: days of the machine's calendar; others: presses elsewhere."""

    since_day: int
    others: int = 0


def used(uses: Mapping[int, Use], levels: Iterable[int], pressed: int | None, day: int) -> dict[int, Use]:
    """Return what is known after a press of a level, or after none at all (None); new levels begin today."""
    known = {level: uses.get(level, Use(day)) for level in levels}
    if pressed is None:
        return known
    return {level: Use(day) if level == pressed else Use(use.since_day, use.others + 1) for level, use in known.items()}


def suspects(uses: Mapping[int, Use], day: int) -> frozenset[int]:
    """Return the levels not pressed for SUSPECT_DAYS while the others were: perhaps unplugged, perhaps only unloved."""
    return frozenset(
        level for level, use in uses.items() if day - use.since_day >= SUSPECT_DAYS and use.others >= SUSPECT_PRESSES
    )
