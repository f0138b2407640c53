"""The code with the answers so far, large, and two calm sentences beside it."""

from appliance.handover import HandoverView
from appliance.screens import theme
from appliance.screens.idle import QR_MM, QrCode
from appliance.screens.parts import Ground, Pushable, Screen, Words
from appliance.screens.theme import Box


class Handover(Screen):
    """Code, title, sentences, bar; the bar stands lowest, so that low reach needs nothing else."""

    def shape(self, view: HandoverView) -> object:
        """The words; the code changes in place."""
        return view.title, view.lines, view.controls

    def build(self, view: HandoverView) -> None:
        """Place everything."""
        s = self.sizes
        box = s.whole.inset(s.margin * 1.25, s.margin)
        if s.is_portrait:
            bar, box = box.bottom(s.target, s.margin)
            title, box = box.top(84 * s.line, s.gap)
            picture, words = box.top(min(box.w, box.h * 0.62), s.margin)
        else:
            picture, box = box.left(min(box.h, box.w * 0.52), s.margin * 1.25)
            bar, box = box.bottom(s.target, s.margin)
            title, words = box.top(box.h * 0.34, s.gap)
        self._code(picture)
        align = "center" if s.is_portrait else "left"
        self.add_widget(Words(title, s.title, s.text, is_bold=True, side=align).say(view.title))
        for line, place in zip(view.lines, words.rows(len(view.lines), s.gap * 0.6), strict=True):
            self.add_widget(Words(place, s.text, s.least, colour=theme.SOFT, side=align).say(line))
        back, done = bar.columns([1.0, 1.45], s.gap)
        for control, place in zip(view.controls, (back, done), strict=True):
            self.add_widget(Pushable(control, place, s, self.tap))

    def _code(self, box: Box) -> None:
        s = self.sizes
        side = min(box.w, box.h)
        room = box.within(side, side)
        self.add_widget(Ground(room, theme.CARD, theme.LINE, 16 * s.unit, 1.4))
        inner = room.inset(6 * s.unit)
        self.code = QrCode(inner, max(s.px(QR_MM), round(inner.w * 0.86)))
        self.add_widget(self.code)

    def update(self, view: HandoverView) -> None:
        """Take the code."""
        self.code.encode(view.address)
