"""The phone pad."""

from appliance.screens import theme
from appliance.screens.keyboard import Keys
from appliance.screens.parts import Ground, Screen, Words
from appliance.view import PhoneView


class Phone(Screen):
    """The number so far, the pad, and the bar."""

    def shape(self, view: PhoneView) -> object:
        """Always the same."""
        return "phone"

    def build(self, view: PhoneView) -> None:
        """Place number and pad."""
        s, u = self.sizes, self.sizes.unit
        box = s.glass.inset(s.margin, 9 * u)
        if s.is_portrait:
            self.bar_box, box = box.bottom(s.target, s.gap * 1.5)
            pad, box = box.bottom(min(4 * s.target + 3 * s.gap, box.h), s.gap * 1.5)
        else:
            pad, box = box.right(max(3 * s.target + 2 * s.gap, box.w * 0.45), s.margin)
            self.bar_box, box = box.bottom(s.target, s.gap)
        if s.is_low and s.is_portrait:
            box = s.upper.inset(s.margin)
        elif s.is_low:
            title, rest = s.upper.inset(s.margin, s.gap).top(44 * u, s.gap * 0.6)
        if s.is_portrait or not s.is_low:
            title, rest = box.top(52 * u if not s.is_large or not s.is_portrait else 44 * u, s.gap)
        number, rest = rest.top(min((78 if not s.is_large else 66) * u, rest.h), s.gap * 0.6)
        hint, complaint = (box if s.is_low and not s.is_portrait else rest).top(
            32 * u if s.is_portrait else 32 * s.line, 4
        )
        self.title = Words(title, s.text, s.least, is_bold=True, side="left")
        self.hint = Words(hint, s.small, s.least, colour=theme.SOFT, side="left")
        self.complaint = Words(complaint, s.small, s.least, colour=theme.ALERT, is_bold=True, side="left", up="left")
        self.add_widget(Ground(number, theme.CARD, theme.NAVY, 14 * u, 1.6))
        self.number = Words(number.inset(18 * u, 8 * u), round(s.title * 1.15), s.text, is_bold=True, side="left")
        for words in (self.title, self.hint, self.complaint, self.number):
            self.add_widget(words)
        self.keys = Keys(pad, s, self.tap, s.gap * 0.6, round(s.title * 1.1))
        self.add_widget(self.keys)

    def update(self, view: PhoneView) -> None:
        """Take the number."""
        self.title.say(view.title)
        self.hint.say(view.hint)
        self.complaint.say(view.complaint)
        self.number.say(view.number)
        self.keys.lay(view.rows)
        self.control(view.controls, self.bar_box)
