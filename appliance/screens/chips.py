"""Reasons after a low grade, or one choice about the visit: a grid of chips."""

from appliance.screens import theme
from appliance.screens.faces import draw_icon
from appliance.screens.parts import Screen, Tap, Target, Words, draw_card, say_evenly
from appliance.screens.theme import Box, Theme, rgb
from appliance.view import Chip, ChipsView


class ChipTarget(Target):
    """A chip: a box that shows a tick once chosen, and words."""

    def __init__(self, chip: Chip, box: Box, sizes: Theme, tap: Tap) -> None:
        """chip: as it is shown first."""
        super().__init__(chip.name, box, tap)
        self.sizes, self.chip = sizes, chip
        inner = box.inset(11 * sizes.unit, (4 if box.h > 56 * sizes.unit else 0) * sizes.unit)
        side = min(30 * sizes.unit, inner.h * 0.6, inner.w * 0.16)
        tick, room = inner.left(side, 9 * sizes.unit)
        self.tick = tick.within(side, side)
        self.words = Words(room, sizes.text, min(sizes.least, round(13 * sizes.unit)), side="left")
        self.add_widget(self.words)
        self.take(chip)

    def take(self, chip: Chip) -> None:
        """Show the same chip in another state or language."""
        self.chip, self.is_shut = chip, chip.is_shut
        self.words.color = (*rgb(theme.CARD if chip.is_chosen else theme.SOFT if chip.is_shut else theme.INK), 1)
        self.paint()

    def paint(self) -> None:
        """A chosen chip is navy with a gold tick."""
        is_chosen = self.chip.is_chosen
        fill = theme.NAVY if is_chosen else theme.TOUCHED if self.is_down else theme.CARD
        fill = theme.PAPER if self.chip.is_shut else fill
        self.drawn.clear()
        draw_card(self.drawn, self.box, fill, None if is_chosen else theme.LINE, 16 * self.sizes.unit)
        edge = theme.GOLD if is_chosen else theme.LINE if self.chip.is_shut else theme.SOFT
        draw_card(self.drawn, self.tick, fill, edge, 7 * self.sizes.unit, 1.6)
        if is_chosen:
            draw_icon(self.drawn, self.tick.inset(self.tick.w * 0.2), "check", theme.GOLD)


class Chips(Screen):
    """Title, what it is about, chips, bar."""

    def shape(self, view: ChipsView) -> object:
        """Which chips."""
        return [chip.name for chip in view.chips], bool(view.about)

    def build(self, view: ChipsView) -> None:
        """Make the grid."""
        s, u = self.sizes, self.sizes.unit
        box = s.glass.inset(s.margin, s.margin * 0.7)
        is_crowded = s.is_low and not s.is_portrait and len(view.chips) > 12
        self.bar_box, box = box.bottom(s.px(16) if is_crowded else s.target, s.gap)
        about_high = (25 if not s.is_portrait else 64) * bool(view.about)
        title_high, hint_high = (42, 25) if not s.is_portrait else (92, 34)
        unit = s.line if s.is_portrait else (u + s.line) / 2
        head, box = s.head(box, (about_high + title_high + hint_high) * unit, s.gap * 0.8)
        unit = min(head.h / (about_high + title_high + hint_high), 1.6 * s.line)
        head = head.within(head.w, (about_high + title_high + hint_high) * unit)
        about, head = head.top(about_high * unit)
        title, hint = head.top(title_high * unit)
        self.about = Words(about, s.small, s.least, colour=theme.SOFT)
        self.title = Words(title, s.title, s.small, is_bold=True)
        self.hint = Words(hint, s.small, s.least, colour=theme.SOFT)
        for words in (self.title, self.hint, *([self.about] if view.about else [])):
            self.add_widget(words)
        self.targets = []
        for chip, place in zip(view.chips, self._places(box, len(view.chips)), strict=False):
            self.targets.append(ChipTarget(chip, place, s, self.tap))
            self.add_widget(self.targets[-1])

    def _places(self, box: Box, count: int) -> list[Box]:
        if self.sizes.is_portrait:
            across = 1 if count <= 5 else 2
        else:
            across = 3 if count <= 9 else 4
            across = 2 if count in (2, 4) else across
        down = -(-count // across)
        high = min(box.h, down * (self.sizes.target * 1.4) + (down - 1) * self.sizes.gap)
        rows = box.within(box.w, high).rows(down, self.sizes.gap)
        return [place for row in rows for place in row.columns([1.0] * across, self.sizes.gap)]

    def update(self, view: ChipsView) -> None:
        """Take words and choices."""
        self.about.say(view.about)
        self.title.say(view.title)
        self.hint.say(view.hint)
        for target, chip in zip(self.targets, view.chips, strict=True):
            target.take(chip)
        say_evenly([target.words for target in self.targets], [chip.text for chip in view.chips])
        self.control(view.controls, self.bar_box)
