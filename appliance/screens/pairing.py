"""The kiosk waits to be paired: a code for a phone, eight letters to type, four words to compare; all at once."""

from appliance.firstboot.progress import PairView
from appliance.screens import theme
from appliance.screens.glass import RENDERERS
from appliance.screens.idle import QrCode
from appliance.screens.parts import Ground, Pushable, Screen, Words, say_evenly
from appliance.screens.theme import Box

BAR_MM = 14


class Pairing(Screen):
    """Code and words beside each other, one above the other where the glass is upright."""

    def shape(self, view: PairView) -> object:
        """Always the same."""
        return True

    def build(self, view: PairView) -> None:
        """Make every part."""
        s = self.sizes
        self.bar.clear_widgets()
        self.bar_for: list[object] = []
        box = s.glass.inset(s.margin, 10 * s.unit)
        side = min(box.w, box.h * 0.4) if s.is_portrait else min(box.h, box.w * 0.44)
        square, rest = box.top(side, s.gap) if s.is_portrait else box.left(side, s.gap * 1.6)
        self.code = QrCode(square.within(side, side), round(side), "l")
        self.add_widget(Ground(square.within(side, side), theme.CARD))
        self.add_widget(self.code)
        self.bar_box, rest = rest.bottom(max(s.px(BAR_MM), round(60 * s.unit)), s.gap)
        self._say_where(rest)

    def _say_where(self, rest: Box) -> None:
        s, high = self.sizes, rest.h
        title, rest = rest.top(high * 0.13)
        where, rest = rest.top(high * 0.23)
        letters, rest = rest.top(high * 0.21)
        ask, rest = rest.top(high * 0.1)
        self.title = Words(title, s.title, s.least, is_bold=True, side="left")
        self.where = Words(where, s.small, s.least, side="left", colour=theme.SOFT)
        self.letters = Words(letters, round(s.title * 2), s.text, is_bold=True, side="left", colour=theme.NAVY)
        self.ask = Words(ask, s.small, s.least, side="left", colour=theme.SOFT)
        places = [place for row in rest.rows(2, s.gap * 0.5) for place in row.columns([1.0, 1.0], s.gap * 0.5)]
        self.four = [Words(place.inset(4 * s.unit), round(s.title * 1.1), s.least, is_bold=True) for place in places]
        for place in places:
            self.add_widget(Ground(place, theme.CARD, theme.LINE, 10 * s.unit))
        for part in (self.title, self.where, self.letters, self.ask, *self.four):
            self.add_widget(part)

    def update(self, view: PairView) -> None:
        """Take code and words."""
        self.title.say(view.title)
        self.where.say(view.where)
        self.letters.say(view.letters)
        self.ask.say(view.ask)
        say_evenly(self.four, [f"{at}. {word}" for at, word in enumerate(view.four, 1)])
        self.code.encode(view.qr)
        if view.controls != self.bar_for:
            self.bar.clear_widgets()
            for control in view.controls:
                self.bar.add_widget(Pushable(control, self.bar_box, self.sizes, self.tap, most=self.sizes.small))
            self.bar_for = list(view.controls)


def join() -> None:
    """Make the screen known to the glass."""
    RENDERERS[PairView] = Pairing
