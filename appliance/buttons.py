"""Buttons on GPIO pins → presses: debounced and handed between threads here, never raising in the pins' own thread."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Literal, NamedTuple

from gpiozero import Button as Pin
from gpiozero.exc import GPIOZeroError

from appliance.leds import Lights, open_lights
from appliance.settings import Settings
from appliance.uses import today
from appliance.wear import Chatter, Use, suspects, used

log = logging.getLogger(__name__)

EDGES_AT_MOST: Final = 256
"""Edges waiting to be read; a chattering switch loses the oldest, never memory."""


class Press(NamedTuple):
    """One accepted press, or the end of one. at_s: seconds of the monotonic clock, when the pin moved."""

    level: int
    at_s: float
    is_down: bool = True


class _Line:
    """What is known of one pin. held_s: when its accepted press began, None while it is armed."""

    def __init__(self, bounce_s: float) -> None:
        self.is_down = False
        self.edge_s = float("-inf")
        self.down_s = float("-inf")
        self.held_s: float | None = None
        self.is_stuck = False
        self.chatter = Chatter(bounce_s)

    @property
    def is_out(self) -> bool:
        """Whether nothing it says counts."""
        return self.is_stuck or self.chatter.is_chattering


class Debouncer:
    """Raw edges with their times in, presses out; it reads no clock.

    A press counts on its first edge. The button is armed again once its line has been up and quiet for bounce_s.
    One button at a time: while one is held no other counts, unless the held one is out of use.
    """

    def __init__(self, levels: Sequence[int], bounce_s: float, stuck_s: float) -> None:
        """levels: one for each button."""
        self.bounce_s, self.stuck_s = bounce_s, stuck_s
        self._lines = {level: _Line(bounce_s) for level in levels}
        self._ended: list[Press] = []

    def feed(self, level: int, is_down: bool, at_s: float) -> bool:
        """Return whether this edge is an accepted press."""
        self._rearm(at_s)
        line = self._lines[level]
        was_down, line.is_down, line.edge_s = line.is_down, is_down, at_s
        line.chatter.settled(at_s)
        if line.chatter.feed(at_s):
            log.warning("button for level %d chatters; it is out of use until it is still", level)
        if not is_down or was_down:
            return False
        line.down_s = at_s
        is_other_held = any(
            other.held_s is not None and not other.is_out for other in self._lines.values() if other is not line
        )
        if line.held_s is not None or line.is_out or is_other_held:
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

    def ended(self) -> list[Press]:
        """Return the presses that ended since the last call, as releases; the end of one out of use is none."""
        ended, self._ended = self._ended, []
        return ended

    @property
    def stuck(self) -> list[int]:
        """The levels whose buttons have been down too long."""
        return [level for level, line in self._lines.items() if line.is_stuck]

    @property
    def chattering(self) -> list[int]:
        """The levels whose lines change faster than a hand can."""
        return [level for level, line in self._lines.items() if line.chatter.is_chattering]

    def _rearm(self, at_s: float) -> None:
        for level, line in self._lines.items():
            line.chatter.settled(at_s)
            if not line.is_down and at_s - line.edge_s >= self.bounce_s:
                if line.held_s is not None and not line.is_out:
                    self._ended.append(Press(level, line.edge_s, False))
                line.held_s, line.is_stuck = None, False


State = Literal["ok", "stuck", "chattering", "unplugged", "quiet-suspect"]


class Buttons:
    """The buttons of one kiosk: edges come in on the pins' thread, presses are read on the window's."""

    def __init__(
        self,
        pins: dict[int, Pin],
        local: Settings,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        sense: Pin | None = None,
        lights: Lights | None = None,
        day: Callable[[], int] = today,
    ) -> None:
        """pins: by level. They are held here: gpiozero closes a pin that nobody holds. sense: closed = plugged in."""
        self.pins, self.monotonic, self.sense, self.lights, self.day = pins, monotonic, sense, lights, day
        self.levels = sorted(pins, reverse=True)
        self.uses: dict[int, Use] = {}
        self.remember({})
        self._debouncer = Debouncer(self.levels, local.bounce_s, local.stuck_s)
        self._edges: deque[tuple[int, bool, float]] = deque(maxlen=EDGES_AT_MOST)
        self._wake: Callable[[], None] = lambda: None
        for level, pin in pins.items():
            pin.when_pressed = lambda level=level: self._edge(level, True)
            pin.when_released = lambda level=level: self._edge(level, False)
            if pin.is_pressed:
                self._debouncer.held_at_start(level, monotonic())
                log.warning("button for level %d is down at the start; it is out of use until it comes up", level)

    def remember(self, uses: dict[int, Use]) -> None:
        """Take what earlier runs knew of each button's use."""
        self.uses = used(uses, self.levels, None, self.day())

    def listen(self, wake: Callable[[], None]) -> None:
        """Have `wake` called, on the pins' thread, when there is something to read."""
        self._wake = wake

    def _edge(self, level: int, is_down: bool) -> None:
        self._edges.append((level, is_down, self.monotonic()))
        if len(self._edges) > 1:  # a wire that chatters wakes the window once, not a thousand times
            return
        try:
            self._wake()
        except Exception:
            log.exception("the window could not be woken; the press is read at its next tick")

    def drain(self) -> list[Press]:
        """Return presses and their ends since the last call, oldest first; call it on one thread only."""
        moves: list[Press] = []
        while self._edges:
            level, is_down, at_s = self._edges.popleft()
            is_press = self._debouncer.feed(level, is_down, at_s)
            moves += self._debouncer.ended()
            if is_press and not self.is_unplugged:
                moves.append(Press(level, at_s))
                self.uses = used(self.uses, self.levels, level, self.day())
        now_s = self.monotonic()
        for level in self._debouncer.newly_stuck(now_s):
            log.warning("button for level %d has been down too long; it is out of use until it comes up", level)
        moves += self._debouncer.ended()
        if self.lights is not None:
            if any(move.is_down for move in moves):
                self.lights.blink(now_s)
            self.lights.show(self.usable, now_s)
        return moves

    @property
    def is_unplugged(self) -> bool:
        """Whether the loop-back wire says that the buttons' plug is out; False where there is no such wire."""
        return self.sense is not None and not self.sense.is_pressed

    @property
    def stuck(self) -> list[int]:
        """The levels whose buttons have been down too long."""
        return self._debouncer.stuck

    @property
    def usable(self) -> list[int]:
        """The levels whose presses count."""
        out = {*self.stuck, *self._debouncer.chattering}
        return [] if self.is_unplugged else [level for level in self.levels if level not in out]

    def states(self) -> dict[str, State]:
        """Return the state of each button, by level: for the heartbeat and the technician; from any thread."""
        return {str(level): self._state(level) for level in self.levels}

    def _state(self, level: int) -> State:
        if self.is_unplugged:
            return "unplugged"
        if level in self._debouncer.chattering:
            return "chattering"
        if level in self.stuck:
            return "stuck"
        return "quiet-suspect" if level in suspects(self.uses, self.day()) else "ok"

    def close(self) -> None:
        """Give the pins back."""
        for pin in [*self.pins.values(), *([self.sense] if self.sense else [])]:
            pin.close()
        if self.lights is not None:
            self.lights.close()


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
    lights = open_lights(local.led_pins) if local.led_pins else None
    return Buttons(pins, local, monotonic, sense=_sense(local.button_sense_pin), lights=lights), ""


def _sense(number: int | None) -> Pin | None:
    """Return the loop-back wire's pin; without it the buttons go on, and nothing is known of their plug."""
    if number is None:
        return None
    try:
        return Pin(number, pull_up=True, bounce_time=None)
    except (GPIOZeroError, OSError, ImportError) as error:
        log.warning("button_sense_pin %d cannot be used (%s); an unplugged cable is not seen", number, error)
        return None
