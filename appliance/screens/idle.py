"""The waiting screen: greeting, start, and the code for phones."""

from functools import lru_cache

from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget

from appliance.screens import theme
from appliance.screens.faces import Face, draw_mark
from appliance.screens.parts import Ground, Pushable, Screen, Words
from appliance.screens.theme import Box, rgb
from appliance.view import IdleView

QR_MM = 45
QUIET_MODULES = 4


class Mark(Widget):
    """The product's mark."""

    def __init__(self, box: Box, colour: str) -> None:
        """box: its square."""
        super().__init__(pos=(box.x, box.y), size=(box.w, box.h), size_hint=(None, None))
        drawn = InstructionGroup()
        draw_mark(drawn, box, colour)
        self.canvas.add(drawn)


@lru_cache(maxsize=96)
def drawn_code(text: str, error: str = "m") -> tuple[int, bytes]:
    """Return a code's side in modules, quiet zone within, and its pixels, lowest row first; may be made on a thread."""
    import segno  # the first picture comes before the first code, and does not wait for this

    rows = list(segno.make(segments(text), error=error, micro=False).matrix_iter(border=QUIET_MODULES))
    pixels = b"".join((b"\0\0\0\xff" if dark else b"\xff\xff\xff\xff") for row in reversed(rows) for dark in row)
    return len(rows), pixels


def segments(text: str) -> list[str]:
    """Return a text in parts that a QR holds each in its own mode: what lies about a fragment's # is packed closer.

    >>> segments("HTTPS://KS.VN/Q/A?lang=en#B")
    ['HTTPS://KS.VN/Q/A', '?lang=en#', 'B']
    """
    head, mark, fragment = text.partition("#")
    plain, query, asked = head.partition("?")
    return [part for part in (plain, f"{query}{asked}{mark}", fragment) if part]


class QrCode(Widget):
    """A QR code, black on white, whole pixels to a module, as large as asked and never larger than its room."""

    def __init__(self, room: Box, at_least_px: int, error: str = "m") -> None:
        """at_least_px: the side with the quiet zone, where the room has it. error: the code's correction, l or m."""
        super().__init__(size_hint=(None, None))
        self.room, self.at_least_px, self.error = room, at_least_px, error
        self.url = ""
        self.pixels = b""
        self.texture: Texture | None = None
        self.drawn = InstructionGroup()
        self.canvas.add(self.drawn)

    def encode(self, url: str) -> None:
        """Show this address."""
        if url == self.url or not url:
            return
        self.url = url
        count, self.pixels = drawn_code(url, self.error)
        if self.texture is None or self.texture.width != count:
            self._lay_out(count)
        self._fill(self.texture)
        self.canvas.ask_update()

    def _lay_out(self, count: int) -> None:
        module = max(1, min(-(-self.at_least_px // count), int(min(self.room.w, self.room.h)) // count))
        box = self.room.within(module * count, module * count)
        self.size, self.pos = (box.w, box.h), (round(box.x), round(box.y))
        self.texture = Texture.create(size=(count, count), colorfmt="rgba")
        self.texture.mag_filter = self.texture.min_filter = "nearest"
        self.texture.add_reload_observer(self._fill)  # else the code is black after the driver lost its context
        self.drawn.clear()
        self.drawn.add(Color(1, 1, 1, 1))
        self.drawn.add(Rectangle(texture=self.texture, pos=self.pos, size=self.size))

    def _fill(self, texture: Texture) -> None:
        texture.blit_buffer(self.pixels, colorfmt="rgba", bufferfmt="ubyte")


class Plain(Widget):
    """A ground with square corners."""

    def __init__(self, box: Box, fill: str) -> None:
        """fill: its colour."""
        super().__init__(pos=(box.x, box.y), size=(box.w, box.h), size_hint=(None, None))
        with self.canvas:
            Color(*rgb(fill))
            Rectangle(pos=self.pos, size=self.size)


class Idle(Screen):
    """Greeting and start on navy, the code for phones on paper."""

    def shape(self, view: IdleView) -> object:
        """Everything but what changes by itself."""
        return (
            view.office,
            view.counter,
            view.officer,
            view.greeting,
            view.caption,
            view.start,
            view.lang,
            view.access,
        )

    def build(self, view: IdleView) -> None:
        """Make both halves."""
        s = self.sizes
        if s.is_portrait:
            phone, welcome = s.glass.bottom(round(s.glass.h * 0.43))
        else:
            phone, welcome = s.glass.right(max(round(s.glass.w * 0.385), round(s.px(QR_MM) * 1.16) + 2 * s.margin))
        room = theme.DRIFT_ROOM
        over = Box(welcome.x - room, welcome.y - room, welcome.w + room, welcome.h + 2 * room)
        if s.is_portrait:
            over = Box(welcome.x - room, welcome.y, welcome.w + 2 * room, welcome.h + room)
        self.add_widget(Plain(over, theme.NAVY))
        self._welcome(view, welcome.inset(s.margin * 1.5, s.margin * 1.25))
        self._phone(view, phone.inset(s.margin, s.margin))

    def _welcome(self, view: IdleView, box: Box) -> None:
        s, u = self.sizes, self.sizes.unit
        head, box = box.top(66 * u, 10 * u)
        mark, head = head.left(52 * u, 14 * u)
        self.add_widget(Mark(mark.within(52 * u, 52 * u), theme.GOLD))
        upper, lower = head.top(head.h * 0.46)
        counter = f"{view.counter} · {view.officer}" if view.officer else view.counter
        self.add_widget(Words(upper, s.text, s.least, colour=theme.CARD, is_bold=True, side="left").say(counter))
        self.add_widget(Words(lower, s.small, s.least, colour=theme.NAVY_LIGHT, side="left").say(view.office))
        message, box = box.bottom(54 * u, 9 * u)
        message = Box(message.x, message.y - s.margin, message.w, message.h + s.margin)  # three lines on a low screen
        self.message = Words(message, s.small, s.least, colour=theme.NAVY_LIGHT, side="left")
        self.add_widget(self.message)
        high = max(s.target, round(112 * u))
        row, box = box.bottom(high, 8 * u)
        hint, box = box.bottom(30 * u, 8 * u)
        self.hint = Words(hint, s.text, s.least, colour=theme.GOLD, side="left")
        self.add_widget(self.hint)
        if view.lang is not None:
            lang, row = row.right(max(s.target, 120 * u), s.gap)
            self.add_widget(Pushable(view.lang, lang, s, self.tap, look="dark", most=s.small))
        if view.access is not None:
            access, row = row.right(s.target, s.gap)
            self.add_widget(Pushable(view.access, access, s, self.tap, look="dark", most=s.small, is_stacked=True))
        start = Pushable(view.start, row, s, self.tap, look="gold", most=round(s.title * 1.15), reach=row)
        self.add_widget(start)
        strip, words = box.bottom(max(56 * u, min(96 * u, box.h * 0.36)), 10 * u)
        self._faces(strip)
        greeting = Words(words, round(s.title * 1.3), s.text, colour=theme.CARD, is_bold=True, side="left")
        self.add_widget(greeting.say(view.greeting))

    def _faces(self, strip: Box) -> None:
        side = min(strip.h, (strip.w - 4 * 12 * self.sizes.unit) / 5)
        for place, mood in enumerate((5, 4, 3, 2, 1)):
            x = strip.x + place * (side + 12 * self.sizes.unit)
            self.add_widget(Face(mood, Box(x, strip.y + (strip.h - side) / 2, side, side)))

    def _phone(self, view: IdleView, box: Box) -> None:
        s = self.sizes
        high = (62 if s.is_portrait else 92) * s.unit
        side = max(s.px(QR_MM), round(min(box.w, box.h - high) * 0.7))
        around = min(box.w, box.h - high - s.gap, side * 1.22)
        group = box.within(box.w, around + s.gap + high)
        caption, room = group.bottom(high, s.gap)
        self.code = QrCode(room.within(around, around), side)
        card = around + 14 * s.unit  # so that the quiet zone never covers its border
        self.add_widget(Ground(room.within(card, card), theme.CARD, theme.LINE, 16 * s.unit, 1.4))
        self.add_widget(self.code)
        self.add_widget(Words(caption, s.small, s.least, up="left").say(view.caption))

    def update(self, view: IdleView) -> None:
        """Take the newest code and message."""
        self.code.encode(view.qr)
        self.message.say(view.message)
        self.hint.say(view.hint)
