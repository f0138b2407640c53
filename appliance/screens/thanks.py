"""Thanks, the same for every grade, and the ballot code."""

from kivy.graphics import InstructionGroup
from kivy.uix.widget import Widget

from appliance.screens import theme
from appliance.screens.faces import Pen, draw_icon
from appliance.screens.idle import QrCode
from appliance.screens.parts import Ground, Pushable, Screen, Words
from appliance.screens.theme import Box
from appliance.view import ThanksView

QR_MM, PORTRAIT_MM = 40, 30
"""Held in the hand right before the glass; the waiting screen's code is read from farther away."""


WHOLE = 1.12
"""How much room a code needs for its modules to be whole pixels."""


class Sign(Widget):
    """An icon on a disc."""

    def __init__(self, box: Box, icon: str, ground: str, colour: str) -> None:
        """box: of the disc."""
        super().__init__(pos=(box.x, box.y), size=(box.w, box.h), size_hint=(None, None))
        drawn = InstructionGroup()
        pen = Pen(drawn, box)
        pen.colour(ground)
        pen.disc(0, 0, 1, 1)
        draw_icon(drawn, box.inset(box.w * 0.28), icon, colour)
        self.canvas.add(drawn)


class Thanks(Screen):
    """A sign, the thanks, the code, what it is for."""

    def build(self, view: ThanksView) -> None:
        """Place everything; nothing changes while it is shown."""
        s, u = self.sizes, self.sizes.unit
        has_qr = bool(view.qr) and not (s.is_portrait and (s.is_low or s.line > u))  # no room beside larger words
        box = s.glass.inset(s.margin * 1.5, s.margin)
        bar, box = box.bottom(s.target, s.gap)
        if not s.is_portrait:
            notes, bar = bar.left(bar.w - max(2 * s.target, 220 * u), s.margin)
        else:
            notes, box = box.bottom((170 if not s.is_low and not has_qr else 110) * s.line, s.gap)
        if has_qr and not s.is_portrait:
            place, box = box.right(s.px(QR_MM) + 2 * s.gap, s.margin)
            self._follow(view, place)
        above, box = s.head(box, 0) if s.is_low else (box, box)
        if has_qr and s.is_portrait:
            tall = round(s.px(PORTRAIT_MM) * WHOLE) + 40 * u + s.gap
            place, box = (above, box) if s.is_low else box.bottom(tall, s.gap)
            self._follow(view, place)
        high = min(box.h, (330 if not s.is_portrait else 470) * s.line)
        box = box.within(box.w, high)
        if has_qr and s.is_portrait:
            rest = box
        else:
            sign, rest = (above if s.is_low else box).top((74 if not s.is_portrait else 120) * u, s.gap)
            side = min(sign.h, sign.w)
            self.add_widget(Sign(sign.within(side, side), "check", theme.NAVY, theme.GOLD))
        title, rest = rest.top((46 * u if not s.is_portrait else 88 * s.line), s.gap)
        box = box if s.is_low else rest
        self.add_widget(Words(title, s.title, s.text, is_bold=True).say(view.title))
        use, card = box.bottom((34 * u if not s.is_portrait else 64 * s.line), s.gap)
        card = card.within(min(card.w, 470 * s.line), min(card.h, 140 * s.line))
        self.add_widget(Ground(card, theme.CARD, theme.NAVY, 18 * u, 1.8))
        label, code = card.inset(16 * u, 8 * u).top(26 * s.line if s.is_portrait else 26 * u)
        self.add_widget(Words(label, s.small, s.least, colour=theme.SOFT).say(view.code_label))
        self.add_widget(Words(code, round(s.title * 1.55), s.text, colour=theme.NAVY, is_bold=True).say(view.code))
        self.add_widget(Words(use, s.small, s.least).say(view.code_use))
        side_of = "center" if s.is_portrait else "left"
        places = notes.rows(len(view.notes), 4)
        for note, place in zip(view.notes, places, strict=True):
            self.add_widget(Words(place, s.small, s.least, colour=theme.SOFT, side=side_of).say(note))
        self.add_widget(Pushable(view.controls[0], bar, s, self.tap))

    def _follow(self, view: ThanksView, box: Box) -> None:
        """Place the code for phones with its words under it."""
        s, u = self.sizes, self.sizes.unit
        side, words = s.px(PORTRAIT_MM if s.is_portrait else QR_MM), (40 if s.is_portrait else 30) * u
        place = box.within(min(box.w, side + 2 * s.gap), min(box.h, round(side * WHOLE) + words + s.gap))
        if s.is_portrait:
            place = box.within(box.w, place.h)
        caption, room = place.bottom(words, s.gap / 2)
        self.code = QrCode(room, side)
        self.code.encode(view.qr)
        self.add_widget(self.code)
        self.add_widget(Words(caption, s.small, s.least).say(view.qr_caption))
