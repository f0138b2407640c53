"""The recorder's screen: the words to read, large; a meter that moves with the voice; the buttons below."""

import math

from kivy.graphics import Color, InstructionGroup, RoundedRectangle
from kivy.uix.widget import Widget

from appliance.screens import theme
from appliance.screens.parts import Ground, Pushable, Words
from appliance.screens.technician import AMBER, BAR_MM, GREEN, RED, Headed
from appliance.screens.theme import Box, rgb
from appliance.technician.recorder import StudioView
from appliance.view import Control

STEPS = 24
QUIETEST_DB = -48.0
LOUD_DB, CLIPPING_DB = -9.0, -1.5


class Meter(Widget):
    """A row of lamps that fills with the voice: green, amber where it is loud, red where it breaks."""

    def __init__(self, box: Box) -> None:
        """box: its place."""
        super().__init__(pos=(box.x, box.y), size=(box.w, box.h), size_hint=(None, None))
        self.box, self.lit = box, -1
        self.drawn = InstructionGroup()
        self.canvas.add(self.drawn)
        self.show(None)

    def show(self, level: float | None) -> None:
        """Show a level, 0 … 1, or a meter that is off."""
        lit = 0 if level is None else lamps(level)
        if lit == self.lit:
            return
        self.lit = lit
        self.drawn.clear()
        gap = self.box.w / STEPS * 0.22
        for n, place in enumerate(self.box.columns([1.0] * STEPS, gap)):
            self.drawn.add(Color(*rgb(_colour(n) if n < lit else theme.LINE)))
            self.drawn.add(RoundedRectangle(pos=(place.x, place.y), size=(place.w, place.h), radius=[place.w * 0.25]))


def lamps(level: float) -> int:
    """Return how many lamps a level lights, in equal steps of decibels."""
    decibels = 20 * math.log10(max(level, 1e-6))
    return max(0, min(STEPS, round(STEPS * (1 - decibels / QUIETEST_DB))))


def _colour(lamp: int) -> str:
    decibels = QUIETEST_DB * (1 - (lamp + 1) / STEPS)
    return RED if decibels >= CLIPPING_DB else AMBER if decibels >= LOUD_DB else GREEN


class Booth(Headed):
    """One prompt: head, words, meter, a row of buttons, the bar."""

    def shape(self, view: StudioView) -> object:
        """Always the same places."""
        return "studio"

    def build(self, view: StudioView) -> None:
        """Make the parts."""
        s, u = self.sizes, self.sizes.unit
        box = self.head()
        high = max(s.px(BAR_MM), round(70 * u))
        self.row_box, box = box.bottom(high, s.gap)
        meter, box = box.bottom(22 * u, s.gap * 0.8)
        self.add_widget(Ground(box, theme.CARD, theme.LINE, 14 * u))
        place, words = box.inset(14 * u, 8 * u).top(24 * u, 2 * u)
        self.place = Words(place, s.small, s.least, colour=theme.SOFT, side="left")
        self.words = Words(words, round(s.title * 1.2), s.least, is_bold=True)
        self.meter = Meter(meter)
        self.row = Widget(size_hint=(None, None))
        self.row_for: list[Control] = []
        for part in (self.place, self.words, self.meter, self.row):
            self.add_widget(part)

    def update(self, view: StudioView) -> None:
        """Take words, level and buttons."""
        self.say(view.title, view.note, view.sign)
        self.place.say(view.place)
        self.words.say(view.text)
        self.meter.show(view.level)
        self.control(view.controls, self.bar_box)
        if view.actions != self.row_for:
            self.row.clear_widgets()
            spans = [1.6 if each.is_main else 1.0 for each in view.actions]
            places = self.row_box.columns(spans, self.sizes.gap) if spans else []
            for action, place in zip(view.actions, places, strict=True):
                self.row.add_widget(Pushable(action, place, self.sizes, self.tap, most=self.sizes.text))
            self.row_for = view.actions
