"""Laid over a screen that nobody has touched: the seconds left, and one large button."""

from kivy.graphics import Color, Rectangle

from appliance.screens import theme
from appliance.screens.parts import Ground, Pushable, Screen, Words
from appliance.screens.received import Ring
from appliance.screens.theme import rgb
from appliance.view import StillThere


class StillThereScreen(Screen):
    """A card over a dimmed screen; a touch anywhere is the button's."""

    def shape(self, view: StillThere) -> object:
        """The language decides the places."""
        return view.title

    def build(self, view: StillThere) -> None:
        """Place the card."""
        s, u = self.sizes, self.sizes.unit
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*rgb(theme.NAVY_DEEP), 0.78)
            Rectangle(pos=(0, 0), size=self.size)
        wide = s.glass.w - 2 * s.margin if s.is_portrait else s.glass.w * 0.78
        card = s.glass.within(wide, min((360 * u if not s.is_portrait else 470 * s.line), s.glass.h - s.gap))
        self.add_widget(Ground(card, theme.PAPER, None, 26 * u))
        box = card.inset(s.margin * 1.5)
        button, box = box.bottom(max(s.target, 116 * u), s.margin)
        ring, words = (
            box.top(min(150 * u, box.h * 0.45), s.gap)
            if s.is_portrait
            else box.left(min(150 * u, box.h), s.margin * 1.4)
        )
        side = min(ring.w, ring.h)
        self.ring = Ring(ring.within(side, side), 9 * u, theme.LINE, theme.GOLD_DEEP)
        self.left = Words(ring.within(side * 0.6, side * 0.6), round(s.title * 1.5), s.text, is_bold=True)
        title, text = words.top(words.h * 0.5, 6 * u)
        align = "center" if s.is_portrait else "left"
        self.text = Words(text, s.text, s.least, colour=theme.SOFT, side=align, up="left")
        self.add_widget(self.ring)
        self.add_widget(self.left)
        self.add_widget(Words(title, s.title, s.text, is_bold=True, side=align, up="right").say(view.title))
        self.add_widget(self.text)
        self.add_widget(
            Pushable(
                view.stay, button, s, self.tap, most=s.title, is_stacked=False, reach=s.glass if s.is_low else s.whole
            )
        )
        self.whole_s = max(view.left_s, 1)

    def update(self, view: StillThere) -> None:
        """Take the seconds left."""
        self.whole_s = max(self.whole_s, view.left_s)
        self.ring.leave(view.left_s / self.whole_s)
        self.left.say(str(view.left_s))
        self.text.say(view.text)
