"""The LEDs in the buttons: on where a button can be used, dark once for every press alike; no light tells a grade.

They never stop a button: what goes wrong here is said once, and the buttons go on without light.
"""

import logging
from collections.abc import Collection
from typing import Final

from gpiozero import LED
from gpiozero.exc import GPIOZeroError

log = logging.getLogger(__name__)

DARK_S: Final = 0.15
"""How long all LEDs are dark after a press; they come back with the next look at the buttons."""


def lit(usable: Collection[int], asked: Collection[int] | None, at_s: float, dark_until_s: float) -> frozenset[int]:
    """Return the levels whose LEDs are on. asked: those that do something now, None for all."""
    if at_s < dark_until_s:
        return frozenset()
    return frozenset(usable) if asked is None else frozenset(usable) & frozenset(asked)


class Lights:
    """The LEDs of one kiosk, by level."""

    def __init__(self, leds: dict[int, LED]) -> None:
        """leds: held here; gpiozero closes a pin that nobody holds."""
        self.leds = leds
        self.shown: frozenset[int] = frozenset()
        self.asked: frozenset[int] | None = None
        self.dark_until_s = float("-inf")
        self.is_broken = False

    def ask(self, levels: Collection[int] | None) -> None:
        """Light only these levels from the next look on; None for all."""
        self.asked = None if levels is None else frozenset(levels)

    def blink(self, at_s: float) -> None:
        """Go dark for a moment: a press was received."""
        self.dark_until_s = at_s + DARK_S

    def show(self, usable: Collection[int], at_s: float) -> None:
        """Bring the LEDs up to date; writes a pin only where something changes."""
        wanted = lit(usable, self.asked, at_s, self.dark_until_s)
        if self.is_broken or wanted == self.shown:
            return
        try:
            for level in wanted ^ self.shown:
                self.leds[level].value = level in wanted
            self.shown = wanted
        except (GPIOZeroError, OSError, KeyError) as error:
            self.is_broken = True
            log.warning("LEDs cannot be written (%s); the buttons go on without light", type(error).__name__)

    def close(self) -> None:
        """Darken the LEDs and give the pins back."""
        for led in self.leds.values():
            led.close()


def open_lights(numbers: list[int]) -> Lights | None:
    """Return the LEDs on these pins, for the highest level first; None, with one line in the log, if they fail."""
    leds: dict[int, LED] = {}
    try:
        for place, number in enumerate(numbers):
            leds[len(numbers) - place] = LED(number)
    except (GPIOZeroError, OSError, ImportError) as error:
        for led in leds.values():
            led.close()
        log.warning("no LEDs: the pins cannot be used (%s); the buttons go on", type(error).__name__)
        return None
    return Lights(leds) if leds else None
