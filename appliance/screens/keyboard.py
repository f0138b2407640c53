"""Keys: the keyboard for comments and the phone pad; keys speak when the finger lands."""

from kivy.uix.widget import Widget

from appliance.screens import theme
from appliance.screens.faces import draw_icon
from appliance.screens.parts import Tap, Target, Words, draw_card, say_evenly
from appliance.screens.theme import Box, Theme
from appliance.view import Key


class KeyTarget(Target):
    """One key."""

    def __init__(self, key: Key, box: Box, sizes: Theme, tap: Tap, most: int) -> None:
        """most: the size of its letter, pixels."""
        super().__init__(key.name, box, tap, is_at_once=True)
        self.key, self.sizes = key, sizes
        is_letter = len(key.text) == 1
        least = min(sizes.least, round(12 * sizes.unit))
        note, room = box.inset(2, 2).bottom(box.h * 0.42) if key.note else (box, box.inset(2, 2))
        self.words = Words(room, most if is_letter else sizes.small, least, is_bold=is_letter)
        if key.text:
            self.add_widget(self.words.say(key.text))
        if key.note:
            self.add_widget(Words(note, sizes.small, round(10 * sizes.unit)).say(key.note))
        self.paint()

    def paint(self) -> None:
        """Letters are white; keys that are no letter stand back a little."""
        fill = theme.NAVY_LIGHT if self.is_down else theme.KEY if self.key.is_quiet else theme.CARD
        self.drawn.clear()
        draw_card(self.drawn, self.box, fill, theme.LINE, min(9 * self.sizes.unit, self.box.h / 4))
        if self.key.icon:
            side = min(self.box.w, self.box.h) * 0.46
            draw_icon(self.drawn, self.box.within(side, side), self.key.icon, theme.INK)


class Keys(Widget):
    """Rows of keys over a box; each row as wide as the box."""

    def __init__(self, box: Box, sizes: Theme, tap: Tap, gap: float, most: int) -> None:
        """gap: between keys, pixels; most: the size of a letter."""
        super().__init__(size_hint=(None, None))
        self.box, self.sizes, self.tap, self.gap, self.most = box, sizes, tap, gap, most
        self.rows: list[list[Key]] = []

    def lay(self, rows: list[list[Key]]) -> None:
        """Show these rows."""
        if rows == self.rows:
            return
        self.rows = rows
        self.clear_widgets()
        for row, line in zip(rows, self.box.rows(len(rows), self.gap), strict=True):
            for key, place in zip(row, line.columns([key.span for key in row], self.gap), strict=True):
                self.add_widget(KeyTarget(key, place, self.sizes, self.tap, self.most))
        named = [key.words for key in self.children if len(key.words.said) > 1]
        say_evenly(named, [words.said for words in named])
