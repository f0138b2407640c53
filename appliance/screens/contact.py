"""The offer to be called back: what is agreed to, a box that starts empty, and no as easy as yes."""

from appliance.screens import theme
from appliance.screens.chips import ChipTarget
from appliance.screens.parts import Ground, Screen, Words
from appliance.screens.theme import Box
from appliance.view import Chip, ContactView


class Contact(Screen):
    """Title, consent, box, bar."""

    def shape(self, view: ContactView) -> object:
        """The words decide the places."""
        return view.title, view.consent

    def build(self, view: ContactView) -> None:
        """Place the consent text, as large as it fits."""
        s, u = self.sizes, self.sizes.unit
        box = s.glass.inset(s.margin, s.margin * 0.75)
        self.bar_box, box = box.bottom(s.target, s.gap)
        title, rest = s.head(box, (48 * u if not s.is_portrait else 104 * s.line), s.gap * 0.6)
        if s.is_low:
            title, card = title.top((32 if not s.is_portrait else 92) * u, 2 * u)
        row, box = rest.bottom(s.px(14) if not s.is_portrait else s.target, s.gap)
        if s.is_low:  # nobody touches the text: it may reach up into the upper part
            box = Box(box.x, box.y, box.w, card.y + card.h - box.y)
        self.add_widget(Words(title, s.title, round(20 * u), is_bold=True).say(view.title))
        if s.is_portrait:
            complaint, box = box.bottom(76 * u, s.gap * 0.5)
            tick = row
        else:
            tick, complaint = row.left(row.w * 0.36, s.margin)
        self.add_widget(Ground(box, theme.CARD, theme.LINE, 16 * u))
        inner = box.inset(18 * u, 12 * u)
        self.add_widget(Words(inner, s.text, s.least, side="left").say(view.consent))
        self.tick = ChipTarget(Chip("consent", view.agree), tick, s, self.tap)
        self.complaint = Words(complaint, s.small, s.least, colour=theme.ALERT, is_bold=True, side="left")
        self.add_widget(self.tick)
        self.add_widget(self.complaint)

    def update(self, view: ContactView) -> None:
        """Take the tick and what is missing."""
        self.tick.take(Chip("consent", view.agree, view.is_agreed))
        self.tick.words.say(view.agree)
        self.complaint.say(view.complaint)
        self.control(view.controls, self.bar_box)
