"""Buttons on GPIO pins → presses: debounced and handed between threads here, never raising in the pins' own thread."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from gpiozero import Button as Pin
from gpiozero.exc import GPIOZeroError

from appliance.settings import Settings

log = logging.getLogger(__name__)

EDGES_AT_MOST: Final = 256
"""Edges waiting to be read; a chattering switch loses the oldest, never memory."""


class Press(NamedTuple):
    """One accepted press. at_s: seconds of the monotonic clock, when the pin moved."""

    level: int
    at_s: float


class _Line:
    """What is known of one pin. held_s: when its accepted press began, None while it is armed."""

    def __init__(self) -> None:
        self.is_down = False
        self.edge_s = float("-inf")
        self.down_s = float("-inf")
        self.held_s: float | None = None
        self.is_stuck = False


class Debouncer:
    """Raw edges with their times in, presses out; it reads no clock.

    A press counts on its first edge. The button is armed again once its line has been up and quiet for bounce_s.
    One button at a time: while one is held no other counts, unless the held one is stuck.
    """

    def __init__(self, levels: Sequence[int], bounce_s: float, stuck_s: float) -> None:
        """levels: one for each button."""
        self.bounce_s, self.stuck_s = bounce_s, stuck_s
        self._lines = {level: _Line() for level in levels}

    def feed(self, level: int, is_down: bool, at_s: float) -> bool:
        """Return whether this edge is an accepted press."""
        self._rearm(at_s)
        line = self._lines[level]
        was_down, line.is_down, line.edge_s = line.is_down, is_down, at_s
        if not is_down or was_down:
            return False
        line.down_s = at_s
        is_other_held = any(
            other.held_s is not None and not other.is_stuck for other in self._lines.values() if other is not line
        )
        if line.held_s is not None or line.is_stuck or is_other_held:
            return False
        line.held_s = at_s
        return True

    def held_at_start(self, level: int, at_s: float) -> None:
        """Take a button that is down before anyone can have pressed it: out of use until it comes up."""
        line = self._lines[level]
        line.is_down, line.edge_s, line.down_s, line.held_s, line.is_stuck = True, at_s, at_s, at_s, True

    def newly_stuck(self, at_s: float) -> list[int]:
        """Return the levels whose buttons have been down for stuck_s since the last call; they are muted now."""
        self._rearm(at_s)
        found = [
            level
            for level, line in self._lines.items()
            if line.is_down and not line.is_stuck and at_s - line.down_s >= self.stuck_s
        ]
        for level in found:
            self._lines[level].is_stuck = True
        return found

    @property
    def stuck(self) -> list[int]:
        """The levels whose buttons are out of use."""
        return [level for level, line in self._lines.items() if line.is_stuck]

    def _rearm(self, at_s: float) -> None:
        for line in self._lines.values():
            if not line.is_down and at_s - line.edge_s >= self.bounce_s:
                line.held_s, line.is_stuck = None, False


class Buttons:
    """The buttons of one kiosk: edges come in on the pins' thread, presses are read on the window's."""

    def __init__(self, pins: dict[int, Pin], local: Settings, monotonic: Callable[[], float] = time.monotonic) -> None:
        """pins: by level. They are held here: gpiozero closes a pin that nobody holds."""
        self.pins, self.monotonic = pins, monotonic
        self.levels = sorted(pins, reverse=True)
        self._debouncer = Debouncer(self.levels, local.bounce_s, local.stuck_s)
        self._edges: deque[tuple[int, bool, float]] = deque(maxlen=EDGES_AT_MOST)
        self._wake: Callable[[], None] = lambda: None
        for level, pin in pins.items():
            pin.when_pressed = lambda level=level: self._edge(level, True)
            pin.when_released = lambda level=level: self._edge(level, False)
            if pin.is_pressed:
                self._debouncer.held_at_start(level, monotonic())
                log.warning("button for level %d is down at the start; it is out of use until it comes up", level)

    def listen(self, wake: Callable[[], None]) -> None:
        """Have `wake` called, on the pins' thread, when there is something to read."""
        self._wake = wake

    def _edge(self, level: int, is_down: bool) -> None:
        self._edges.append((level, is_down, self.monotonic()))
        try:
            self._wake()
        except Exception:
            log.exception("the window could not be woken; the press is read at its next tick")

    def drain(self) -> list[Press]:
        """Return the presses since the last call, oldest first; call it on one thread only."""
        presses = []
        while self._edges:
            level, is_down, at_s = self._edges.popleft()
            if self._debouncer.feed(level, is_down, at_s):
                presses.append(Press(level, at_s))
        for level in self._debouncer.newly_stuck(self.monotonic()):
            log.warning("button for level %d has been down too long; it is out of use until it comes up", level)
        return presses

    @property
    def stuck(self) -> list[int]:
        """The levels whose buttons are out of use, for the heartbeat."""
        return self._debouncer.stuck

    def health(self) -> dict[str, list[int]]:
        """Return what the heartbeat says: the levels there are buttons for, and those out of use."""
        return {"levels": self.levels, "stuck": self.stuck}

    def close(self) -> None:
        """Give the pins back."""
        for pin in self.pins.values():
            pin.close()


def open_buttons(local: Settings, monotonic: Callable[[], float] = time.monotonic) -> tuple[Buttons | None, str]:
    """Return the buttons of the settings and no words, or None and why there are none; the kiosk runs without them.

    GPIOZERO_PIN_FACTORY of the environment chooses how pins are reached.
    """
    if not local.button_pins:
        return None, "button_pins is empty in the settings"
    pins: dict[int, Pin] = {}
    count = len(local.button_pins)
    try:
        for place, number in enumerate(local.button_pins):
            pins[count - place] = Pin(number, pull_up=True, bounce_time=None)
    except (GPIOZeroError, OSError, ImportError) as error:
        for pin in pins.values():
            pin.close()
        return None, f"the pins cannot be used ({type(error).__name__}); the kiosk goes on with touch alone"
    return Buttons(pins, local, monotonic), ""
