"""One press of a button, received: how long the machine waits, and the offer to say more.

The grade stands in small words only: nobody across the counter may see from the screen which button was pressed.
"""

from kivy.graphics import Color, InstructionGroup, SmoothLine
from kivy.uix.widget import Widget

from appliance.screens import theme
from appliance.screens.parts import Pushable, Screen, Words
from appliance.screens.thanks import Sign
from appliance.screens.theme import Box, rgb
from appliance.view import ReceivedView


class Ring(Widget):
    """A ring that empties as time runs."""

    def __init__(self, box: Box, width: float, ground: str, colour: str) -> None:
        """width: of the line, pixels."""
        super().__init__(pos=(box.x, box.y), size=(box.w, box.h), size_hint=(None, None))
        self.box, self.width_px, self.ground, self.colour = box, width, ground, colour
        self.drawn = InstructionGroup()
        self.canvas.add(self.drawn)

    def leave(self, share: float) -> None:
        """Show how much is left, 0 … 1."""
        x, y = self.box.middle
        radius = min(self.box.w, self.box.h) / 2 - self.width_px
        self.drawn.clear()
        for colour, part in ((self.ground, 1.0), (self.colour, share)):
            self.drawn.add(Color(*rgb(colour)))
            if part > 0.01:
                self.drawn.add(SmoothLine(circle=(x, y, radius, 0, 360 * part, 72), width=self.width_px / 2))


class Received(Screen):
    """The same sign for every grade within the ring, the words, two buttons."""

    def shape(self, view: ReceivedView) -> object:
        """Everything but the time."""
        return view.title, view.words, view.controls

    def build(self, view: ReceivedView) -> None:
        """Place sign and words."""
        s, u = self.sizes, self.sizes.unit
        box = s.glass.inset(s.margin * 1.5)
        side = min(box.w * 0.44, box.h * 0.62)
        if s.is_portrait:
            side = min(box.w * 0.62, box.h * (0.36 if not s.is_low else 0.28))
            picture, box = box.top(side, s.margin * 1.5)
        else:
            picture, box = box.left(side, s.margin * 1.6)
        square = picture.within(side, side)
        self.ring = Ring(square, 9 * u, theme.LINE, theme.GOLD)
        self.add_widget(self.ring)
        self.add_widget(Sign(square.inset(24 * u), "check", theme.NAVY, theme.GOLD))
        upper, lower = box.rows(2, s.gap)
        title, words = upper.top(upper.h * 0.6, 4)
        align = "center" if s.is_portrait else "left"
        self.add_widget(Words(title, s.title, s.text, is_bold=True, side=align, up="right").say(view.title))
        self.add_widget(Words(words, s.text, s.least, colour=theme.SOFT, side=align).say(view.words))
        hint, row = lower.top(34 * u, s.gap)
        high = max(s.target, 112 * u)
        self.hint = Words(hint, s.small, s.least, colour=theme.SOFT, side=align)
        self.add_widget(self.hint)
        more, done = view.controls
        row = row.top(min(row.h, high))[0] if not s.is_portrait else row.top(high)[0]
        left, right = row.columns([1.7, 1.0], s.gap)
        self.add_widget(Pushable(more, left, s, self.tap))
        self.add_widget(Pushable(done, right, s, self.tap))

    def update(self, view: ReceivedView) -> None:
        """Take the time left."""
        self.ring.leave(view.share)
        self.hint.say(f"{view.hint} · {view.left_s} s")
