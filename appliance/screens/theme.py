"""Colour, millimetres and text sizes: the one look of every screen; draws nothing itself."""

from functools import lru_cache
from typing import Final, NamedTuple

from kivy.core.text import Label as Measure

from appliance.settings import Panel

PAPER: Final = "#FBF8F3"
CARD: Final = "#FFFFFF"
INK: Final = "#16263A"
SOFT: Final = "#4C5A69"
LINE: Final = "#D8D0C3"
NAVY: Final = "#14365C"
NAVY_DEEP: Final = "#0D2542"
NAVY_LIGHT: Final = "#C9D8E8"
GOLD: Final = "#F4BA3C"
GOLD_DEEP: Final = "#DB9F1B"
KEY: Final = "#EDE7DC"
TOUCHED: Final = "#DCE8F4"
ALERT: Final = "#98300C"
FACES: Final[dict[int, str]] = {5: "#0072B2", 4: "#56B4E9", 3: "#E8E8E8", 2: "#E69F00", 1: "#B04A00"}
"""Fill of each face; the set stays apart under red-green blindness, and word and place say the same."""
FEATURES: Final[dict[int, str]] = {5: "#FFFFFF", 4: INK, 3: INK, 2: INK, 1: "#FFFFFF"}
"""What eyes, brows and mouth of each face are drawn in."""

TEXT_PAIRS: Final = [
    *[(INK, ground) for ground in (PAPER, CARD, TOUCHED, GOLD, GOLD_DEEP, KEY, NAVY_LIGHT)],
    *[(SOFT, ground) for ground in (PAPER, CARD, TOUCHED)],
    *[(ALERT, ground) for ground in (PAPER, CARD)],
    *[(NAVY, ground) for ground in (PAPER, CARD)],
    *[(words, NAVY) for words in (CARD, NAVY_LIGHT, GOLD)],
    (CARD, NAVY_DEEP),
]
"""Every pair of words and ground in use."""

FONT: Final = "Roboto"
DRIFT_ROOM: Final = 8
"""Grounds reach so many pixels beyond the glass: the waiting screen walks, and no edge of it may show."""


def rgb(colour: str) -> tuple[float, float, float]:
    """Return `#RRGGBB` as three parts of 1."""
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 … 21. Source: WCAG 2.2, relative luminance."""

    def luminance(colour: str) -> float:
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(colour)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class Box(NamedTuple):
    """A rectangle in window pixels, y upwards as Kivy counts."""

    x: float
    y: float
    w: float
    h: float

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.w / 2, self.y + self.h / 2

    def inset(self, dx: float, dy: float | None = None) -> "Box":
        """Return the box with a margin taken off each side."""
        dy = dx if dy is None else dy
        return Box(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def top(self, h: float, gap: float = 0.0) -> tuple["Box", "Box"]:
        """Return the topmost h pixels and what is left below a gap."""
        return Box(self.x, self.y + self.h - h, self.w, h), Box(self.x, self.y, self.w, self.h - h - gap)

    def bottom(self, h: float, gap: float = 0.0) -> tuple["Box", "Box"]:
        """Return the lowest h pixels and what is left above a gap."""
        return Box(self.x, self.y, self.w, h), Box(self.x, self.y + h + gap, self.w, self.h - h - gap)

    def left(self, w: float, gap: float = 0.0) -> tuple["Box", "Box"]:
        """Return the leftmost w pixels and what is left beside a gap."""
        return Box(self.x, self.y, w, self.h), Box(self.x + w + gap, self.y, self.w - w - gap, self.h)

    def right(self, w: float, gap: float = 0.0) -> tuple["Box", "Box"]:
        """Return the rightmost w pixels and what is left beside a gap."""
        return Box(self.x + self.w - w, self.y, w, self.h), Box(self.x, self.y, self.w - w - gap, self.h)

    def columns(self, spans: list[float], gap: float) -> list["Box"]:
        """Return columns from left to right, as wide as their spans ask; none for no spans."""
        if not spans:
            return []
        unit = (self.w - gap * (len(spans) - 1)) / sum(spans)
        starts = [sum(spans[:n]) * unit + n * gap for n in range(len(spans))]
        return [Box(self.x + start, self.y, span * unit, self.h) for start, span in zip(starts, spans, strict=True)]

    def rows(self, count: int, gap: float) -> list["Box"]:
        """Return equal rows from top to bottom."""
        h = (self.h - gap * (count - 1)) / count
        return [Box(self.x, self.y + self.h - h * (n + 1) - gap * n, self.w, h) for n in range(count)]

    def within(self, w: float, h: float) -> "Box":
        """Return a box of this size about the same centre."""
        return Box(self.x + (self.w - w) / 2, self.y + (self.h - h) / 2, w, h)


LARGE: Final = 1.35
"""How much larger the words are that someone asked to have large."""
LOW: Final = 2 / 3
"""The share of the height, from below, in which everything to touch stays for someone who cannot reach higher."""


class Theme:
    """Sizes for one panel, in its pixels. unit: 1 on the 7" landscape panel, about in step with the glass elsewhere.

    whole: all of the glass. glass: where screens lay themselves out; its lower part for low reach, `upper` the rest.
    line: unit, for what is as high as its words.
    """

    def __init__(self, panel: Panel, *, is_large: bool = False, is_low: bool = False) -> None:
        """Take the panel's pixels and millimetres, and how someone wants them used."""
        self.panel, self.is_large, self.is_low = panel, is_large, is_low
        self.whole = Box(0, 0, panel.width_px, panel.height_px)
        self.glass, self.upper = self.whole.bottom(round(panel.height_px * LOW)) if is_low else (self.whole, self.whole)
        self.is_portrait = panel.height_px > panel.width_px
        wide, high = (480, 800) if self.is_portrait else (800, 480)
        self.unit = min(panel.width_px / wide, panel.height_px / high)
        self.density = max(panel.width_px / panel.width_mm, panel.height_px / panel.height_mm)
        self.margin = round(16 * self.unit)
        self.gap = round(10 * self.unit)
        self.target = max(self.px(20), round(100 * self.unit)) if not self.is_portrait else self.px(20)
        self.line = self.unit * (LARGE if is_large else 1.0)
        self.title = snapped(34 * self.line)
        self.text = snapped(24 * self.line)
        self.small = snapped(18.5 * self.line)
        self.least = max(round(15 * self.unit), self.px(2.4))

    def head(self, box: Box, high: float, gap: float = 0.0) -> tuple[Box, Box]:
        """Return room for words nobody touches and what is left: the top of the box, for low reach all above it."""
        if not self.is_low:
            return box.top(high, gap)
        return self.upper.inset(self.margin, self.margin * 0.75), box

    def px(self, mm: float) -> int:
        """Return the pixels that cover at least this many millimetres, along either side."""
        return -int(-mm * self.density // 1)

    @property
    def layout(self) -> str:
        """What a ballot calls this layout."""
        return f"l1-{self.panel.width_px}x{self.panel.height_px}"


class Fitted(NamedTuple):
    """Words broken into lines at a size that fits. overflow: pixels they are too large by at the least size, or 0."""

    text: str
    size: int
    overflow: float


def _ladder() -> list[int]:
    sizes = [7]
    while sizes[-1] < 200:
        sizes.append(max(sizes[-1] + 1, round(sizes[-1] * 1.1)))
    return sizes


SIZES: Final = _ladder()
"""The only sizes text is set in, pixels. Each one a font of its own keeps its letters: with every size between, memory
grew by 170 MB."""


@lru_cache(maxsize=512)
def snapped(size: float) -> int:
    """Return the largest of SIZES that is no larger than this, or the least of them."""
    return max((step for step in SIZES if step <= size), default=SIZES[0])


@lru_cache(maxsize=256)
def _measure(size: int, is_bold: bool) -> Measure:
    return Measure(font_size=snapped(size), font_name=FONT, bold=is_bold)


@lru_cache(maxsize=2048)
def width_of(text: str, size: int, is_bold: bool) -> int:
    """Return how many pixels wide one line of text is."""
    return int(_measure(size, is_bold).get_extents(text)[0])


@lru_cache(maxsize=512)
def line_height(size: int, is_bold: bool) -> int:
    """Return how many pixels high one line is, stacked diacritics and tails within."""
    return int(_measure(size, is_bold).get_extents("Ẫy")[1])


def lines_of(text: str, width: float, size: int, is_bold: bool, *, is_even: bool = True) -> list[str]:
    """Return text broken at spaces into lines no wider than width, as few as can be; is_even: of even length.

    A new line in the text begins one on the glass; an empty one stays empty.
    """
    if "\n" in text:
        parts = text.split("\n")
        return [line for part in parts for line in (lines_of(part, width, size, is_bold, is_even=is_even) or [""])]
    words = tuple(_bound(text).split(" "))
    spans, space = _spans(words, size, is_bold)
    lines = _broken(words, spans, space, width)
    if any(width_of(line, size, is_bold) > width for line in lines):
        lines = _greedy(words, width, size, is_bold)
    if len(lines) < 2 or not is_even:
        return lines
    low, high = 0.5 * width, width
    while high - low > 6:
        middle = (low + high) / 2
        is_good = max(spans) <= middle and len(_broken(words, spans, space, middle)) == len(lines)
        low, high = (low, middle) if is_good else (middle, high)
    evened = _broken(words, spans, space, high)
    is_good = len(evened) == len(lines) and all(width_of(line, size, is_bold) <= width for line in evened)
    return evened if is_good else lines


def forget() -> None:
    """Forget the words that were measured: a respondent's own were among them."""
    width_of.cache_clear()
    _spans.cache_clear()


REFERENCE: Final = 48
"""The size at which words are measured once; at others their widths are in proportion, near enough to choose by."""


@lru_cache(maxsize=64)
def _spans(words: tuple[str, ...], size: int, is_bold: bool) -> tuple[list[float], float]:
    scale = size / REFERENCE
    space = width_of("n n", REFERENCE, is_bold) - 2 * width_of("n", REFERENCE, is_bold)
    return [width_of(word, REFERENCE, is_bold) * scale for word in words], space * scale


def _is_hopeless(words: tuple[str, ...], width: float, height: float, size: int, is_bold: bool) -> bool:
    """Return whether words are sure not to fit at this size, by sums alone."""
    spans, space = _spans(words, size, is_bold)
    if max(spans) > 1.01 * width:
        return True
    return len(_broken(words, spans, space, 1.01 * width)) * 1.1 * size > 1.01 * height


def _broken(words: tuple[str, ...], spans: list[float], space: float, width: float) -> list[str]:
    """Return words of these widths in lines; by sums, many times as fast as measuring each line."""
    lines: list[str] = []
    room = -1.0
    for word, span in zip(words, spans, strict=True):
        if lines and room >= span:
            lines[-1] += f" {word}"
            room -= span + space
        else:
            lines.append(word)
            room = width - span - space
    return lines


_TOGETHER: Final = (
    "công chức", "trách nhiệm", "đánh giá", "phục vụ", "hài lòng", "dịch vụ", "thủ tục", "quy định",
    "giấy tờ", "công khai", "đầy đủ", "điện thoại", "biên lai", "tổ chức", "cán bộ", "thái độ", "lịch sự", "hồ sơ",
)  # fmt: skip
"""Words of two syllables that a line break must not part."""


def _bound(text: str) -> str:
    for pair in _TOGETHER:
        text = text.replace(pair, pair.replace(" ", "\u00a0"))
    return " ".join(part for part in text.split(" ") if part)


def _greedy(words: tuple[str, ...], width: float, size: int, is_bold: bool) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, is_bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@lru_cache(maxsize=512)
def fitted(text: str, width: float, height: float, most: int, least: int, is_bold: bool) -> Fitted:
    """Return text in lines at the largest size from most down to least that fits the box, in pixels."""
    overflow = 0.0
    size, least = snapped(most), snapped(least)
    words = tuple(_bound(text).split(" "))
    while True:
        smaller = max(least, snapped(size - 1))
        if size > least and _is_hopeless(words, width, height, size, is_bold):
            size = smaller
            continue
        lines = lines_of(text, width, size, is_bold)
        wide = max((width_of(line, size, is_bold) for line in lines), default=0)
        high = line_height(size, is_bold) * len(lines)
        overflow = max(wide - width, high - height, 0.0)
        if overflow <= 0 or size <= least:
            return Fitted("\n".join(lines), size, overflow)
        size = smaller
