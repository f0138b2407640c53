"""Suggestions and ready phrases: words to touch above the keys, or in their place."""

from kivy.uix.widget import Widget

from appliance.screens import theme
from appliance.screens.faces import draw_icon
from appliance.screens.parts import Tap, Target, Words, draw_card, say_evenly
from appliance.screens.theme import Box, Theme, rgb
from appliance.view import Chip


class PhraseTarget(Target):
    """Words that a touch puts into the comment; those that are in it already are marked."""

    def __init__(self, chip: Chip, box: Box, sizes: Theme, tap: Tap) -> None:
        """chip: as it is shown."""
        super().__init__(chip.name, box, tap)
        self.sizes, self.chip = sizes, chip
        inner = box.inset(10 * sizes.unit, 4 * sizes.unit)
        self.tick = inner.left(20 * sizes.unit)[0].within(20 * sizes.unit, 20 * sizes.unit)
        room = inner.left(26 * sizes.unit)[1] if chip.is_chosen else inner
        self.words = Words(room, round(sizes.small * 1.08), min(sizes.least, round(13 * sizes.unit)))
        self.words.color = (*rgb(theme.INK), 1)
        self.add_widget(self.words)
        self.paint()

    def paint(self) -> None:
        """A card with a navy edge: it answers the keys below it and is none of them."""
        fill = theme.TOUCHED if self.is_down or self.chip.is_chosen else theme.CARD
        self.drawn.clear()
        draw_card(self.drawn, self.box, fill, theme.NAVY, min(14 * self.sizes.unit, self.box.h / 3), 1.4)
        if self.chip.is_chosen:
            draw_icon(self.drawn, self.tick, "check", theme.NAVY)


class Strip(Widget):
    """A grid of such words over a box; each row as wide as the box."""

    def __init__(self, box: Box, across: int, sizes: Theme, tap: Tap) -> None:
        """across: how many stand side by side."""
        super().__init__(size_hint=(None, None))
        self.box, self.across, self.sizes, self.tap = box, across, sizes, tap
        self.chips: list[Chip] = []

    def lay(self, chips: list[Chip]) -> None:
        """Show these chips."""
        if chips == self.chips:
            return
        self.chips = chips
        self.clear_widgets()
        gap = self.sizes.gap * 0.7
        down = -(-len(chips) // self.across)
        rows = self.box.rows(max(down, 1), gap)
        places = [place for row in rows for place in row.columns([1.0] * min(self.across, max(len(chips), 1)), gap)]
        targets = [PhraseTarget(chip, place, self.sizes, self.tap) for chip, place in zip(chips, places, strict=False)]
        for target in targets:
            self.add_widget(target)
        if targets:
            say_evenly([target.words for target in targets], [chip.text for chip in chips])
