"""The way in: two corners held at once for five seconds; pure, knows fingers by number and place."""

from typing import Final

import msgspec

HOLD_S: Final = 5.0
REACH_MM: Final = 20.0
"""How far from a corner of the glass a finger may be."""


class Held(msgspec.Struct, frozen=True):
    """The fingers on the two upper corners. left, right: the finger's number; since_s: when the second came down."""

    left: int | None = None
    right: int | None = None
    since_s: float | None = None


NOBODY: Final = Held()


def down(held: Held, finger: int, x_mm: float, y_mm: float, wide_mm: float, at_s: float) -> Held:
    """Return what is held once a finger came down. x_mm, y_mm: from the upper left corner of the glass."""
    if y_mm > REACH_MM:
        return held
    if x_mm <= REACH_MM and held.left is None:
        held = msgspec.structs.replace(held, left=finger)
    elif x_mm >= wide_mm - REACH_MM and held.right is None:
        held = msgspec.structs.replace(held, right=finger)
    is_both = held.left is not None and held.right is not None
    return msgspec.structs.replace(held, since_s=at_s) if is_both and held.since_s is None else held


def up(held: Held, finger: int) -> Held:
    """Return what is held once a finger left."""
    if finger not in (held.left, held.right):
        return held
    return Held(None if held.left == finger else held.left, None if held.right == finger else held.right)


def is_opened(held: Held, at_s: float) -> bool:
    """Return whether both corners were held long enough."""
    return held.since_s is not None and at_s - held.since_s >= HOLD_S
