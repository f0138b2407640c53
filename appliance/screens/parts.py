"""The parts every screen is made of: words that fit, targets to touch, cards, bars; each placed once, in pixels."""

from collections.abc import Callable
from math import ceil
from typing import Any, Final, Literal

from kivy.graphics import Color, InstructionGroup, SmoothLine, SmoothRoundedRectangle
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from appliance.screens import theme
from appliance.screens.faces import arc, draw_icon, segments
from appliance.screens.theme import Box, Theme, fitted, rgb
from appliance.view import Control

Side = Literal["left", "center", "right"]
Tap = Callable[[str], None]


def draw_card(
    into: InstructionGroup, box: Box, fill: str, border: str | None, radius: float, width: float = 1.1
) -> None:
    """Draw a rounded card with a border line inside its edge; border None for none."""
    into.add(Color(*rgb(fill)))
    corner = ceil(segments(radius) / 4)
    into.add(SmoothRoundedRectangle(pos=(box.x, box.y), size=(box.w, box.h), radius=[radius], segments=corner))
    if border is not None:
        line = box.inset(width)
        into.add(Color(*rgb(border)))
        into.add(SmoothLine(points=outline(line, max(radius - width, 0.0), corner), width=width, close=True))


def outline(box: Box, radius: float, corner: int) -> list[float]:
    """Return the rounded edge of a box, x and y in turn, each corner of `corner` chords. radius: pixels.

    Kivy's own rounded line has 45 to a corner, however small it is.
    """
    radius = min(radius, box.w / 2, box.h / 2)
    right, top = box.x + box.w - radius, box.y + box.h - radius
    middles = ((right, top), (box.x + radius, top), (box.x + radius, box.y + radius), (right, box.y + radius))
    corners = [arc(x, y, radius, radius, 90 * n, 90 * (n + 1), corner) for n, (x, y) in enumerate(middles)]
    return [value for points in corners for point in points for value in point]


class Ground(Widget):
    """A plain rounded card."""

    def __init__(self, box: Box, fill: str, border: str | None = None, radius: float = 0.0, width: float = 1.1) -> None:
        """radius, width: pixels."""
        super().__init__(pos=(box.x, box.y), size=(box.w, box.h), size_hint=(None, None))
        drawn = InstructionGroup()
        draw_card(drawn, box, fill, border, max(radius, 0.01), width)
        self.canvas.add(drawn)


class Words(Label):
    """Text in a room of the glass, at the largest size that fits it. room: the box it may fill."""

    def __init__(
        self,
        room: Box,
        most: int,
        least: int,
        *,
        colour: str = theme.INK,
        is_bold: bool = False,
        side: Side = "center",
        up: Side = "center",
    ) -> None:
        """most, least: text sizes, pixels. up: `left` at the top, `center`, `right` at the bottom of the room."""
        super().__init__(
            font_name=theme.FONT, bold=is_bold, color=(*rgb(colour), 1), halign=side, size_hint=(None, None), padding=0
        )
        most = theme.snapped(most)
        self.room, self.most, self.first_most, self.least, self.side, self.up = room, most, most, least, side, up
        self.said = ""
        self.overflow = 0.0

    def say(self, text: str, colour: str | None = None) -> "Words":
        """Show this text; returns itself."""
        if colour is not None:
            self.color = (*rgb(colour), 1)
        if text != self.said:
            self.said = text
            fit = fitted(text, self.room.w, self.room.h, self.most, self.least, self.bold)
            self.font_size, self.overflow, self.text = fit.size, fit.overflow, fit.text
            self._settle()
        return self

    def write(self, lines: str, colour: str) -> None:
        """Show lines that are broken already, at the largest size."""
        self.color = (*rgb(colour), 1)
        self.said = self.text = lines
        self.font_size, self.overflow = self.most, 0.0
        self._settle()

    def _settle(self) -> None:
        self.texture_update()
        w, h = self.texture_size
        x = {"left": 0.0, "center": (self.room.w - w) / 2, "right": self.room.w - w}[self.side]
        y = {"left": self.room.h - h, "center": (self.room.h - h) / 2, "right": 0.0}[self.up]
        self.size = (w, h)
        self.pos = (round(self.room.x + x), round(self.room.y + y))


def say_evenly(words: list[Words], texts: list[str]) -> None:
    """Show texts in rooms of one kind, all at the one size that fits each."""
    sizes = [
        fitted(text, each.room.w, each.room.h, each.first_most, each.least, each.bold).size
        for each, text in zip(words, texts, strict=True)
    ]
    for each, text in zip(words, texts, strict=True):
        if each.most != min(sizes):
            each.most, each.said = min(sizes), ""
        each.say(text)


class Target(Widget):
    """Something to touch: shown as touched at once, told by its name when the finger leaves it.

    box: what is seen; reach: what can be touched, at least the box. A finger may slip a little beyond before it lifts.
    """

    def __init__(self, name: str, box: Box, tap: Tap, *, reach: Box | None = None, is_at_once: bool = False) -> None:
        """is_at_once: told when the finger lands, as a key is."""
        super().__init__(pos=(box.x, box.y), size=(box.w, box.h), size_hint=(None, None))
        self.name, self.box, self.tap, self.reach, self.is_at_once = name, box, tap, reach or box, is_at_once
        self.is_down = False
        self.is_shut = False
        self.drawn = InstructionGroup()
        self.canvas.before.add(self.drawn)

    def paint(self) -> None:
        """Draw what is under the words, touched or not."""

    def _holds(self, x: float, y: float, slip: float) -> bool:
        reach = self.reach.inset(-slip)
        return reach.x <= x <= reach.x + reach.w and reach.y <= y <= reach.y + reach.h

    def on_touch_down(self, touch) -> bool:
        """Take a touch that lands here."""
        if self.is_shut or touch.is_mouse_scrolling or not self._holds(*touch.pos, 0):
            return False
        touch.grab(self)
        self._down(True)
        if self.is_at_once:
            self.tap(self.name)
        return True

    def on_touch_up(self, touch) -> bool:
        """Let go; a touch that leaves nearby counts."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self._down(False)
        if not self.is_at_once and self._holds(*touch.pos, 0.25 * min(self.box.w, self.box.h)):
            self.tap(self.name)
        return True

    def _down(self, is_down: bool) -> None:
        self.is_down = is_down
        self.paint()


LOOKS: Final = {
    "plain": (theme.CARD, theme.TOUCHED, theme.LINE, theme.INK),
    "main": (theme.NAVY, theme.NAVY_DEEP, None, theme.CARD),
    "gold": (theme.GOLD, theme.GOLD_DEEP, None, theme.INK),
    "dark": (theme.NAVY, theme.NAVY_DEEP, theme.NAVY_LIGHT, theme.CARD),
}
"""Fill, fill while touched, border and words of each look of a button."""


class Pushable(Target):
    """A card with words and perhaps an icon. Main ones are navy, gold ones stand on navy, the rest are paper."""

    def __init__(
        self,
        control: Control,
        box: Box,
        sizes: Theme,
        tap: Tap,
        *,
        look: str = "",
        reach: Box | None = None,
        most: int | None = None,
        is_stacked: bool | None = None,
        is_at_once: bool = False,
    ) -> None:
        """look: plain, main, gold or dark; is_stacked: icon above the words, None to choose by shape."""
        super().__init__(control.name, box, tap, reach=reach, is_at_once=is_at_once)
        self.look = look or ("main" if control.is_main else "plain")
        self.icon, self.radius = control.icon, min(18 * sizes.unit, box.h * 0.24)
        most = most or sizes.text
        inner = box.inset(8 * sizes.unit, 7 * sizes.unit)
        self.icon_box = Box(*box.middle, 0, 0)
        room = inner
        if self.icon and control.text:
            stacked = box.w < 1.9 * box.h if is_stacked is None else is_stacked
            side = min(34 * sizes.unit, inner.h * 0.38)
            if stacked:
                top, room = inner.top(inner.h * 0.5, 2)
                self.icon_box = top.within(side, side)
            else:
                wide = theme.width_of(control.text, most, True) + 4  # so that rounding never breaks the line
                taken = min(side + 12 * sizes.unit + wide, inner.w)
                row = inner.within(taken, inner.h)
                icon, room = row.left(side, 12 * sizes.unit)
                self.icon_box = icon.within(side, side)
        elif self.icon:
            side = min(inner.w, inner.h) * 0.62
            self.icon_box = inner.within(side, side)
        colour = LOOKS[self.look][3]
        self.words = Words(room, most, sizes.least, colour=colour, is_bold=True).say(control.text)
        if control.text:
            self.add_widget(self.words)
        self.paint()

    def paint(self) -> None:
        """Draw card and icon."""
        plain, touched, border, colour = LOOKS[self.look]
        self.drawn.clear()
        draw_card(self.drawn, self.box, touched if self.is_down else plain, border, self.radius)
        if self.icon:
            draw_icon(self.drawn, self.icon_box, self.icon, colour)


class Screen(Widget):
    """One screen: built when its shape changes, else brought up to date in place."""

    def __init__(self, sizes: Theme, tap: Tap) -> None:
        """tap: told the name of each target touched."""
        super().__init__(size=(sizes.whole.w, sizes.whole.h), size_hint=(None, None))
        self.sizes, self.tap = sizes, tap
        self.built_for: object = None
        self.bar = Widget(size_hint=(None, None))
        self.bar_for: list[Control] = []

    def show(self, view: Any) -> None:
        """Show a view."""
        shape = self.shape(view)
        if shape != self.built_for:
            self.clear_widgets()
            self.build(view)
            self.add_widget(self.bar)
            self.built_for = shape
        self.update(view)

    def shape(self, view: Any) -> object:
        """Return what the places of the parts depend on."""
        return view

    def build(self, view: Any) -> None:
        """Make the parts."""

    def update(self, view: Any) -> None:
        """Bring the parts up to date."""

    def control(self, controls: list[Control], box: Box) -> None:
        """Show a bar of controls."""
        if controls != self.bar_for:
            self.bar.clear_widgets()
            add_bar(self.bar, that_fit(controls, box, self.sizes), box, self.sizes, self.tap)
            self.bar_for = controls


def that_fit(controls: list[Control], box: Box, sizes: Theme) -> list[Control]:
    """Return the controls a bar has room for, each as large as a finger; language and phone give way in turn."""
    is_column = box.h > 2 * box.w
    room = (box.h + sizes.gap) // (sizes.px(20) + sizes.gap) if is_column else 4 if sizes.is_portrait else len(controls)
    for name in ("lang", "handover"):
        if len(controls) > room:
            controls = [control for control in controls if control.name != name]
    return controls


def add_bar(into: Widget, controls: list[Control], box: Box, sizes: Theme, tap: Tap) -> None:
    """Add a row of controls, as wide as the box; of none, nothing."""
    if not controls:
        return
    if box.h > 2 * box.w:  # a column, the main one lowest
        for control, place in zip(controls, box.rows(len(controls), sizes.gap), strict=True):
            into.add_widget(Pushable(control, place, sizes, tap, most=sizes.small, is_stacked=True))
        return
    spans = [1.45 if control.is_main or control.name == "na" else 1.0 for control in controls]
    wide = sum(min(box.w, (208 if span > 1 else 144) * sizes.unit) for span in spans) + sizes.gap * (len(spans) - 1)
    if wide < box.w and not sizes.is_portrait:  # back at the left end, the rest at the right
        has_back = controls[0].name == "back"
        back, rest = box.left(144 * sizes.unit if has_back else 0)
        row = rest.right(wide - (144 * sizes.unit + sizes.gap if has_back else 0))[0]
        boxes = [*([back] if has_back else []), *row.columns(spans[1:] if has_back else spans, sizes.gap)]
    elif len(controls) > 3 or box.columns([1.0, sum(spans) - 1], sizes.gap)[0].w < sizes.target:
        # all as wide as a finger needs, none wider
        boxes = box.columns([1.0] * len(controls), sizes.gap / 2)
    else:
        boxes = box.columns(spans, sizes.gap)
    for control, place in zip(controls, boxes, strict=True):
        into.add_widget(Pushable(control, place, sizes, tap, most=round(sizes.small * 1.12)))
