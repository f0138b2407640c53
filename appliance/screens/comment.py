"""The free comment: what is written so far above, our own keyboard below."""

from appliance.screens import theme
from appliance.screens.keyboard import Keys
from appliance.screens.parts import Ground, Screen, Words
from appliance.screens.theme import Box, line_height, lines_of
from appliance.view import CommentView


class Comment(Screen):
    """Title, text, keyboard, and the bar beside or below the text."""

    def shape(self, view: CommentView) -> object:
        """How many controls stand beside the text."""
        return len(view.controls)

    def build(self, view: CommentView) -> None:
        """Place text and keys."""
        s, u = self.sizes, self.sizes.unit
        key_high = max(s.px(10.4), round((58 if not s.is_portrait else 60) * u))
        keys, box = s.glass.inset(6, 6).bottom(5 * key_high, s.gap)
        if s.is_low and not s.is_portrait:  # the bar stands beside the keys: below the upper third is no room for both
            keys = s.glass.inset(6, 6)
            column, keys = keys.right(s.target, s.gap)
            self.bar_box, box = column, s.upper.inset(s.margin, s.margin * 0.6)
        elif s.is_low:
            self.bar_box, box = box.inset(s.margin - 6, 0).bottom(s.target, s.gap)
            box = s.upper.inset(s.margin)
        else:
            box = box.inset(s.margin - 6, s.margin * 0.4)
        self.add_widget(Ground(Box(0, 0, s.glass.w, keys.h + 6 + s.gap / 2), "#E3DCCF"))
        if s.is_portrait and not s.is_low:
            self.bar_box, box = box.bottom(s.target, s.gap)
        elif not s.is_low:
            self.bar_box, box = box.right(self._bar_wide(len(view.controls), box), s.gap * 1.4)
        title, box = box.top(30 * u if not s.is_portrait else 46 * s.line)
        count, title = title.right(90 * s.line)
        hint, box = box.top((24 * u if not s.is_portrait else 34 * s.line), 6 * u)
        self.title = Words(title, s.text, s.least, is_bold=True, side="left")
        self.hint = Words(hint, s.small, s.least, colour=theme.SOFT, side="left")
        self.add_widget(Ground(box, theme.CARD, theme.NAVY, 12 * u, 1.6))
        self.room = box.inset(12 * u, 6 * u)
        self.size_px = round((20 if not s.is_portrait else 23) * (s.line if box.h > 60 * s.line else u))
        self.text = Words(self.room, self.size_px, self.size_px, side="left", up="left")
        self.count = Words(count, s.least, s.least, colour=theme.SOFT, side="right")
        for words in (self.title, self.hint, self.text, self.count):
            self.add_widget(words)
        self.keys = Keys(keys, s, self.tap, 4, round(s.text * 1.1))
        self.add_widget(self.keys)

    def _bar_wide(self, count: int, box: Box) -> float:
        s = self.sizes
        if count > 2:
            return max(count * max(s.px(20), 88 * s.unit) + (count - 1) * s.gap / 2, box.w * 0.33)
        return max(2.45 * s.target + s.gap, box.w * 0.33)

    def update(self, view: CommentView) -> None:
        """Take the text; of a long one its last lines are shown."""
        self.title.say(view.title)
        self.hint.say(view.hint)
        self.count.say(view.count)
        if view.text:
            self.text.write(self._last_lines(view.text + "|"), theme.INK)
        else:
            self.text.say(view.empty, theme.SOFT)
        self.keys.lay(view.rows)
        self.control(view.controls, self.bar_box)

    def _last_lines(self, text: str) -> str:
        lines = lines_of(text, self.room.w, self.size_px, False, is_even=False)
        fit = max(1, int(self.room.h // line_height(self.size_px, False)))
        return "\n".join(lines[-fit:])
