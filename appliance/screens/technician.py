"""The technician's screens: lists with signs, tiles, a question or a code, one moving target; denser than the rest."""

from kivy.graphics import InstructionGroup
from kivy.uix.widget import Widget

from appliance.screens import theme
from appliance.screens.faces import Pen, arc, draw_icon
from appliance.screens.glass import RENDERERS
from appliance.screens.idle import QrCode
from appliance.screens.parts import Ground, Pushable, Screen, Tap, Target, Words, draw_card, say_evenly
from appliance.screens.theme import Box, Theme
from appliance.technician.pages import AskView, RowsView, SpotView
from appliance.technician.recorder import StudioView
from appliance.technician.state import ROWS
from appliance.technician.tiles import Tile, TilesView

BAR_MM = 15
GREEN, AMBER, RED, GREY = "#1D6B45", theme.GOLD, theme.ALERT, theme.SOFT


class SignMark(Widget):
    """A disc with a tick, a triangle with a point, a square with a cross, a ring with a dash, or three dots."""

    def __init__(self, box: Box) -> None:
        """box: its square."""
        super().__init__(pos=(box.x, box.y), size=(box.w, box.h), size_hint=(None, None))
        self.box, self.sign = box, ""
        self.drawn = InstructionGroup()
        self.canvas.add(self.drawn)

    def show(self, sign: str) -> None:
        """Show a sign, or none for ""."""
        if sign == self.sign:
            return
        self.sign = sign
        self.drawn.clear()
        if sign:
            _SIGNS[sign](Pen(self.drawn, self.box))


def _ok(pen: Pen) -> None:
    pen.colour(GREEN)
    pen.disc(0, 0, 0.95, 0.95)
    pen.colour(theme.CARD)
    pen.stroke([(-0.45, 0.0), (-0.12, -0.36), (0.48, 0.38)], 0.2)


def _warn(pen: Pen) -> None:
    pen.colour(AMBER)
    pen.fill([(0.0, 0.95), (-0.98, -0.8), (0.98, -0.8)])
    pen.colour(theme.INK)
    pen.stroke([(0.0, 0.42), (0.0, -0.18)], 0.2)
    pen.disc(0, -0.5, 0.12, 0.12)


def _bad(pen: Pen) -> None:
    pen.colour(RED)
    pen.fill([(-0.85, 0.85), (0.85, 0.85), (0.85, -0.85), (-0.85, -0.85)])
    pen.colour(theme.CARD)
    for side in (-1, 1):
        pen.stroke([(-0.42 * side, 0.42), (0.42 * side, -0.42)], 0.2)


def _unknown(pen: Pen) -> None:
    pen.colour(GREY)
    pen.stroke(arc(0, 0, 0.8, 0.8, 0, 360, 40)[:-1], 0.14, is_closed=True)
    pen.stroke([(-0.35, 0.0), (0.35, 0.0)], 0.18)


def _wait(pen: Pen) -> None:
    pen.colour(GREY)
    for x in (-0.55, 0.0, 0.55):
        pen.disc(x, 0, 0.16, 0.16)


_SIGNS = {"ok": _ok, "warn": _warn, "bad": _bad, "unknown": _unknown, "wait": _wait}


class Headed(Screen):
    """A title, a line with a sign under it, and the bar; what lies between is the screen's own."""

    def head(self) -> Box:
        """Make the head and return what is left for the rest."""
        s, u = self.sizes, self.sizes.unit
        box = s.glass.inset(s.margin, 10 * u)
        self.bar_box, box = box.bottom(max(s.px(BAR_MM), round(70 * u)), s.gap)
        title, box = box.top(40 * u, 2 * u)
        note, box = box.top((30 if not s.is_portrait else 56) * u, 6 * u)
        mark, note = note.left(26 * u, 8 * u)
        self.title = Words(title, s.title, s.small, is_bold=True, side="left")
        self.sign = SignMark(mark.within(24 * u, 24 * u))
        self.marked, self.plain = note, Box(mark.x, note.y, note.w + mark.w + 8 * u, note.h)
        self.note = Words(self.plain, s.small, s.least, colour=theme.SOFT, side="left")
        for part in (self.title, self.sign, self.note):
            self.add_widget(part)
        return box

    def say(self, title: str, note: str, sign: str) -> None:
        """Bring the head up to date."""
        self.title.say(title)
        self.sign.show(sign)
        room = self.marked if sign else self.plain
        if room is not self.note.room:
            self.note.room, self.note.said = room, ""
        self.note.say(note)


class RowCard(Widget):
    """One line of a list."""

    def __init__(self, box: Box, sizes: Theme) -> None:
        """box: its place."""
        super().__init__(size_hint=(None, None))
        u = sizes.unit
        self.add_widget(Ground(box, theme.CARD, theme.LINE, 12 * u))
        inner = box.inset(10 * u, 5 * u)
        mark, words = inner.left(36 * u, 10 * u)
        self.mark = SignMark(mark.within(34 * u, 34 * u))
        name, below = words.top(words.h * 0.26)
        value, way_out = below.top(below.h * 0.48)
        self.name = Words(name, sizes.small, sizes.least, is_bold=True, side="left")
        self.value = Words(value, sizes.small, sizes.least, side="left", up="left", colour=theme.SOFT)
        self.way_out = Words(
            way_out, sizes.small, sizes.least, side="left", up="left", colour=theme.ALERT, is_bold=True
        )
        self.value_room, self.all_room = value, below
        for part in (self.mark, self.name, self.value, self.way_out):
            self.add_widget(part)

    def take(self, row) -> None:
        """Show a row; a value without a way out has the room of both."""
        self.mark.show(row.sign)
        self.name.say(row.name)
        room = self.value_room if row.way_out else self.all_room
        if room is not self.value.room:
            self.value.room, self.value.said = room, ""
        self.value.say(row.value)
        self.way_out.say(row.way_out)


class Rows(Headed):
    """Findings in two columns, in one where the glass is upright."""

    def shape(self, view: RowsView) -> object:
        """How many."""
        return len(view.rows)

    def build(self, view: RowsView) -> None:
        """Make the cards."""
        s = self.sizes
        box = self.head()
        across = 1 if s.is_portrait else 2
        gap = s.gap * 0.7
        rows = box.rows(ROWS // across, gap)
        places = [place for row in rows for place in row.columns([1.0] * across, gap)]
        self.cards = [RowCard(place, s) for place in places[: len(view.rows)]]
        for card in self.cards:
            self.add_widget(card)

    def update(self, view: RowsView) -> None:
        """Take what was found."""
        self.say(view.title, view.note, "")
        for card, row in zip(self.cards, view.rows, strict=True):
            card.take(row)
        self.control(view.controls, self.bar_box)


class TileTarget(Target):
    """A tile: icon, words, and a line on what it does."""

    def __init__(self, tile: Tile, box: Box, sizes: Theme, tap: Tap) -> None:
        """tile: as it is shown first."""
        super().__init__(tile.name, box, tap)
        self.sizes, self.tile = sizes, tile
        u = sizes.unit
        inner = box.inset(12 * u, 8 * u)
        side = min(34 * u, inner.h * 0.42)
        self.icon_box = Box(0, 0, 0, 0)
        if tile.icon:
            icon, inner = inner.left(side, 12 * u)
            self.icon_box = icon.within(side, side)
        words, hint = inner.top(inner.h * 0.54)
        self.words = Words(words, sizes.text, sizes.least, is_bold=True, side="left", up="right")
        self.hint = Words(hint, sizes.small, sizes.least, side="left", up="left")
        self.add_widget(self.words)
        self.add_widget(self.hint)
        self.take(tile)

    def take(self, tile: Tile) -> None:
        """Show the same tile in another state."""
        self.tile, self.is_shut = tile, tile.is_shut
        self.words.say(tile.text, theme.SOFT if tile.is_shut else theme.INK)
        self.hint.say(tile.hint, theme.SOFT)
        self.paint()

    def paint(self) -> None:
        """A shut tile lies flat on the paper."""
        fill = theme.PAPER if self.is_shut else theme.TOUCHED if self.is_down else theme.CARD
        self.drawn.clear()
        draw_card(self.drawn, self.box, fill, theme.LINE, 14 * self.sizes.unit)
        if self.tile.icon:
            draw_icon(self.drawn, self.icon_box, self.tile.icon, theme.SOFT if self.is_shut else theme.NAVY)


class Tiles(Headed):
    """A grid of tiles."""

    def shape(self, view: TilesView) -> object:
        """Which tiles."""
        return [(tile.name, tile.icon) for tile in view.tiles]

    def build(self, view: TilesView) -> None:
        """Make the grid."""
        s = self.sizes
        box = self.head()
        count = len(view.tiles)
        across = 1 if s.is_portrait else 2 if count <= 6 else 3
        down = max(1, -(-count // across))
        high = min(box.h, down * s.px(20) + (down - 1) * s.gap)
        grid = box.top(high)[0]
        places = [place for row in grid.rows(down, s.gap * 0.8) for place in row.columns([1.0] * across, s.gap)]
        self.targets = [TileTarget(tile, place, s, self.tap) for tile, place in zip(view.tiles, places, strict=False)]
        for target in self.targets:
            self.add_widget(target)

    def update(self, view: TilesView) -> None:
        """Take words and states."""
        self.say(view.title, view.note, view.sign)
        for target, tile in zip(self.targets, view.tiles, strict=True):
            target.take(tile)
        say_evenly([target.words for target in self.targets], [tile.text for tile in view.tiles])
        self.control(view.controls, self.bar_box)


class Ask(Headed):
    """A question in large words, with a code beside it where there is one."""

    def shape(self, view: AskView) -> object:
        """Whether there is a code."""
        return bool(view.qr)

    def build(self, view: AskView) -> None:
        """Make words and code."""
        s = self.sizes
        self.bar.clear_widgets()
        self.bar_for = []  # its place is another one with a code than without
        if not view.qr:
            room = self.head().inset(s.margin, s.gap)
            self.code = None
        else:
            box = s.glass.inset(s.margin, 8 * s.unit)
            side = min(box.w, box.h, s.glass.h * 0.62 if s.is_portrait else box.w * 0.6)
            square, rest = box.top(side, s.gap) if s.is_portrait else box.left(side, s.gap * 1.5)
            self.code = QrCode(square.within(side, side), round(side), "l")
            self.bar_box, rest = rest.bottom(self._bar(view, rest), s.gap)
            title, room = rest.top(60 * s.unit, s.gap)
            self.title = Words(title, s.text, s.least, is_bold=True, side="left")
            self.add_widget(self.title)
            self.add_widget(Ground(square.within(side, side), theme.CARD))
            self.add_widget(self.code)
        self.words = Words(
            room, round(s.title * (0.8 if view.qr else 1.0)), s.least, side="left" if view.qr else "center"
        )
        self.add_widget(self.words)

    def _bar(self, view: AskView, rest: Box) -> float:
        s = self.sizes
        down = 1 if s.is_portrait else -(-len(view.controls) // 2)
        return down * s.px(BAR_MM) + (down - 1) * s.gap

    def update(self, view: AskView) -> None:
        """Take words and code."""
        self.words.say(view.text)
        if self.code is None:
            self.say(view.title, "", view.sign)
            self.control(view.controls, self.bar_box)
            return
        self.title.say(view.title)
        self.code.encode(view.qr)
        if view.controls != self.bar_for:
            self.bar.clear_widgets()
            across = len(view.controls) if self.sizes.is_portrait else min(2, len(view.controls))
            down = -(-len(view.controls) // across)
            rows = self.bar_box.rows(down, self.sizes.gap)
            places = [place for row in rows for place in row.columns([1.0] * across, self.sizes.gap)]
            for control, place in zip(view.controls, places, strict=False):
                self.bar.add_widget(Pushable(control, place, self.sizes, self.tap, most=self.sizes.small))
            self.bar_for = view.controls


def spot_side(sizes: Theme) -> int:
    """Return how wide and high a target of the acceptance test is, pixels."""
    return max(sizes.px(20), round(100 * sizes.unit))


def spot_share(sizes: Theme) -> tuple[int, int]:
    """Return what of the width and of the height such a target covers, per cent."""
    side = spot_side(sizes)
    return round(100 * side / sizes.whole.w), round(100 * side / sizes.whole.h)


class Spot(Screen):
    """One target in a corner or the middle, and where it is in words."""

    def shape(self, view: SpotView) -> object:
        """Where."""
        return view.spot

    def build(self, view: SpotView) -> None:
        """Place the target."""
        s = self.sizes
        side, box = spot_side(s), s.glass.inset(2 * s.unit)
        x = {0: box.x, 1: box.x + box.w - side, 2: box.x + (box.w - side) / 2}[
            view.spot if view.spot < 3 else view.spot - 3
        ]
        y = box.y + box.h - side if view.spot < 2 else box.y + (box.h - side) / 2 if view.spot == 2 else box.y
        place = Box(x, y, side, side)
        self.add_widget(Pushable(view.target, place, s, self.tap, look="main", most=s.small))
        middle = s.glass.within(s.glass.w - 2 * side - 4 * s.gap, 40 * s.unit)
        lift = s.glass.h * 0.24 if view.spot == 2 else s.glass.h * 0.08
        wide = Box(s.margin, middle.y, s.glass.w - 2 * s.margin, middle.h)
        self.title = Words(Box(wide.x, wide.y + lift + 44 * s.unit, wide.w, wide.h), s.text, s.least, is_bold=True)
        self.note = Words(Box(wide.x, wide.y + lift, wide.w, wide.h), s.text, s.least, colour=theme.SOFT)
        self.add_widget(self.title)
        self.add_widget(self.note)

    def update(self, view: SpotView) -> None:
        """Take the words."""
        self.title.say(view.title)
        self.note.say(view.note)


def join() -> None:
    """Make the technician's screens known to the glass."""
    from appliance.screens.studio import Booth  # built on the parts above

    RENDERERS.update({RowsView: Rows, TilesView: Tiles, AskView: Ask, SpotView: Spot, StudioView: Booth})
