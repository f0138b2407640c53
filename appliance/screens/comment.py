"""The free comment: what is written so far above, our own keyboard below."""

from appliance.screens import theme
from appliance.screens.keyboard import Keys
from appliance.screens.parts import Ground, Screen, Words
from appliance.screens.strip import Strip
from appliance.screens.theme import Box, line_height, lines_of
from appliance.view import CommentView


class Comment(Screen):
    """Title, text, keyboard, and the bar beside or below the text."""

    def shape(self, view: CommentView) -> object:
        """Whether something stands above the keys, or in their place, and how many controls stand beside the text."""
        return "comment", view.strip is not None, bool(view.page), len(view.controls)

    def build(self, view: CommentView) -> None:
        """Place text and keys."""
        s, u = self.sizes, self.sizes.unit
        self.bar_for = []
        below, box = self._below(view)
        self.add_widget(Ground(Box(0, 0, s.glass.w, below.y + below.h + s.gap / 2), "#E3DCCF"))
        self._lay_keys(below, view)
        if s.is_portrait and not s.is_low:
            self.bar_box, box = box.bottom(s.target, s.gap)
        elif not s.is_low:
            self.bar_box, box = box.right(self._bar_wide(len(view.controls), box), s.gap * 1.4)
        self.is_tight = box.h < 168 * u
        title, box = box.top(30 * u if not s.is_portrait else 46 * s.line)
        count, title = title.right(90 * s.line)
        if not self.is_tight:
            hint, box = box.top((24 * u if not s.is_portrait else 34 * s.line), 6 * u)
            self.hint = Words(hint, s.small, s.least, colour=theme.SOFT, side="left")
            self.add_widget(self.hint)
        self.title = Words(title, s.text, s.least, is_bold=True, side="left")
        self.add_widget(Ground(box, theme.CARD, theme.NAVY, 12 * u, 1.6))
        self.room = box.inset(12 * u, 6 * u)
        self.size_px = round((20 if not s.is_portrait else 23) * (s.line if box.h > 60 * s.line else u))
        self.text = Words(self.room, self.size_px, self.size_px, side="left", up="left")
        self.empty = Words(self.room, self.size_px, s.least, colour=theme.SOFT, side="left", up="left")
        self.count = Words(count, s.least, s.least, colour=theme.SOFT, side="right")
        for words in (self.title, self.text, self.empty, self.count):
            self.add_widget(words)

    def _below(self, view: CommentView) -> tuple[Box, Box]:
        """Return room for the keys and what stands above them, and room for title and text."""
        s, u = self.sizes, self.sizes.unit
        rows = 5 + (view.strip is not None or bool(view.page))
        high = max(s.px(10.4 if rows == 5 else 10), round((52 if not s.is_portrait else 60) * u))
        if s.is_low and not s.is_portrait:  # the bar stands beside the keys: below the upper third is no room for both
            self.bar_box, below = s.glass.inset(6, 6).right(s.target, s.gap)
            return below, s.upper.inset(s.margin, s.margin * 0.6)
        below, box = s.glass.inset(6, 6).bottom(rows * high, s.gap)
        if s.is_low:
            self.bar_box, _ = box.inset(s.margin - 6, 0).bottom(s.target, s.gap)
            return below, s.upper.inset(s.margin)
        return below, box.inset(s.margin - 6, s.margin * (0.4 if rows == 5 else 0.25))

    def _lay_keys(self, below: Box, view: CommentView) -> None:
        """Make the keys, and above them suggestions or phrases; a page of phrases leaves the keys one row."""
        s = self.sizes
        above, keys = None, below
        if view.page:
            keys, above = below.bottom((below.h - 20) / 6, s.gap * 0.7)
        elif view.strip is not None:
            above, keys = below.top((below.h - 20) / 6, 4)
        self.strip = None if above is None else Strip(above, 2 if view.page else 3, s, self.tap)
        if self.strip is not None:
            self.add_widget(self.strip)
        self.keys = Keys(keys, s, self.tap, 4, round(s.text * 1.1))
        self.add_widget(self.keys)

    def _bar_wide(self, count: int, box: Box) -> float:
        s = self.sizes
        if count > 2:
            return max(count * max(s.px(20), 88 * s.unit) + (count - 1) * s.gap / 2, box.w * 0.33)
        return max(2.45 * s.target + s.gap, box.w * 0.33)

    def update(self, view: CommentView) -> None:
        """Take the text; of a long one its last lines are shown. Where the hint has no line, the empty box says it."""
        self.title.say(view.title)
        self.count.say(view.count)
        if not self.is_tight:
            self.hint.say(view.hint)
        if view.text:
            self.empty.say("")
            self.text.write(self._last_lines(view.text + "|"), theme.INK)
        else:
            self.text.write("", theme.INK)
            self.empty.say(f"{view.empty}. {view.hint}" if self.is_tight else view.empty)
        if self.strip is not None:
            self.strip.lay(view.page or view.strip or [])
        self.keys.lay(view.rows)
        self.control(view.controls, self.bar_box)

    def _last_lines(self, text: str) -> str:
        lines = lines_of(text, self.room.w, self.size_px, False, is_even=False)
        fit = max(1, int(self.room.h // line_height(self.size_px, False)))
        return "\n".join(lines[-fit:])
