"""A few calm words: the ballot is being saved, or is not saved yet."""

from appliance.screens import theme
from appliance.screens.parts import Ground, Pushable, Screen, Words
from appliance.view import NoticeView


class Notice(Screen):
    """A card with a title, a text and perhaps one button."""

    def build(self, view: NoticeView) -> None:
        """Place the card."""
        s, u = self.sizes, self.sizes.unit
        wide = s.glass.w - 2 * s.margin if s.is_portrait else s.glass.w * 0.8
        card = s.glass.within(
            wide, min(s.glass.h * (0.8 if not s.is_low else 0.92), 380 * s.line if view.controls else 200 * s.line)
        )
        self.add_widget(Ground(card, theme.CARD, theme.LINE, 24 * u))
        box = card.inset(s.margin * 1.6)
        if view.controls:
            bar, box = box.bottom(s.target, s.margin)
            self.add_widget(Pushable(view.controls[0], bar.within(max(260 * s.line, 2 * s.target), bar.h), s, self.tap))
        title, text = box.top(box.h * 0.42, s.gap) if view.text else (box, box)
        self.add_widget(Words(title, s.title, s.text, is_bold=True).say(view.title))
        if view.text:
            self.add_widget(Words(text, s.text, s.least, colour=theme.SOFT).say(view.text))
