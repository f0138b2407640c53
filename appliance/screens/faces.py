"""The five faces and the icons, drawn as strokes and fills; no glyph and no picture file is in them."""

from math import ceil, cos, pi, sin, sqrt
from typing import Final

from kivy.graphics import Color, InstructionGroup, Mesh, SmoothEllipse, SmoothLine
from kivy.uix.widget import Widget

from appliance.screens.theme import FACES, FEATURES, INK, Box, rgb

CHORD_OFF: Final = 0.1
"""Pixels that a chord may lie inside its arc."""

Points = list[tuple[float, float]]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, steps: int = 28) -> Points:
    """Return points of an ellipse's arc; angles in degrees, 0 to the right, counted upwards."""
    angles = [(start + (end - start) * n / steps) * pi / 180 for n in range(steps + 1)]
    return [(x + rx * cos(angle), y + ry * sin(angle)) for angle in angles]


def segments(radius: float) -> int:
    """Return how many chords an ellipse of this radius, pixels, needs so that none is a tenth of a pixel off.

    Kivy's 180 for every dot made a question's five faces cost 14 MB of the software driver's memory.
    """
    return max(12, min(180, ceil(pi * sqrt(radius / (2 * CHORD_OFF)))))


class Pen:
    """Draws in a square of side 2 about (0, 0), laid over a box of the glass."""

    def __init__(self, into: InstructionGroup, box: Box) -> None:
        """into: what the strokes are added to."""
        self.into, self.box = into, box
        self.colours: list[tuple[Color, float]] = []
        self.x, self.y = box.middle
        self.r = min(box.w, box.h) / 2

    def colour(self, colour: str, alpha: float = 1.0) -> None:
        """Take a colour for what follows."""
        taken = Color(*rgb(colour), alpha)
        self.colours.append((taken, alpha))
        self.into.add(taken)

    def at(self, points: Points) -> list[float]:
        """Return points of the square as window pixels, x and y in turn."""
        return [value for x, y in points for value in (self.x + x * self.r, self.y + y * self.r)]

    def stroke(self, points: Points, width: float, *, is_closed: bool = False) -> None:
        """Draw a line with round ends. width: in halves of the square."""
        flat = self.at(points)
        half = max(width * self.r / 2, 1.05)
        self.into.add(SmoothLine(points=flat, width=half, close=is_closed, joint="round"))
        if not is_closed and half > 1.4:
            for x, y in (points[0], points[-1]):
                self.disc(x, y, half / self.r, half / self.r)

    def disc(self, x: float, y: float, rx: float, ry: float) -> None:
        """Fill an ellipse."""
        size = (2 * rx * self.r, 2 * ry * self.r)
        place = (self.x + (x - rx) * self.r, self.y + (y - ry) * self.r)
        self.into.add(SmoothEllipse(pos=place, size=size, segments=segments(max(size) / 2)))

    def fill(self, points: Points) -> None:
        """Fill a convex outline, its edge smoothed."""
        flat = self.at(points)
        vertices = [value for x, y in zip(flat[::2], flat[1::2], strict=True) for value in (x, y, 0, 0)]
        self.into.add(Mesh(vertices=vertices, indices=range(len(points)), mode="triangle_fan"))
        self.into.add(SmoothLine(points=flat, width=1.05, close=True))


def draw_face(into: InstructionGroup, box: Box, mood: int, alpha: float = 1.0) -> list[tuple[Color, float]]:
    """Draw one face and return its colours, each with its own alpha. mood: 5 happiest … 1 unhappiest.

    alpha: 1 for full colour.
    """
    pen = Pen(into, box)
    fill, feature = FACES[mood], FEATURES[mood]
    pen.colour(INK, 0.16 * alpha)
    pen.disc(0, -0.03, 0.985, 0.97)
    pen.colour(fill, alpha)
    pen.disc(0, 0.01, 0.95, 0.95)
    pen.colour("#FFFFFF", (0.10 if mood != 3 else 0.35) * alpha)
    pen.disc(-0.22, 0.34, 0.55, 0.42)
    _DRAWN[mood](pen, feature, alpha)
    return pen.colours


def _beaming(pen: Pen, feature: str, alpha: float) -> None:
    pen.colour("#FFFFFF", 0.26 * alpha)
    for side in (-1, 1):
        pen.disc(side * 0.60, -0.10, 0.16, 0.11)
    pen.colour(feature, alpha)
    for side in (-1, 1):
        pen.stroke(arc(side * 0.36, 0.14, 0.17, 0.20, 15, 165), 0.115)
        pen.stroke(arc(side * 0.38, 0.40, 0.20, 0.12, 40, 140), 0.06)
    mouth = [*arc(0, -0.18, 0.50, 0.50, 180, 360), (0.50, -0.18)]
    pen.fill(mouth)
    pen.colour("#D9482B", alpha)
    pen.disc(0, -0.53, 0.22, 0.105)


def _pleased(pen: Pen, feature: str, alpha: float) -> None:
    pen.colour("#FFFFFF", 0.38 * alpha)
    for side in (-1, 1):
        pen.disc(side * 0.60, -0.12, 0.15, 0.10)
    _eyes(pen, feature, alpha)
    for side in (-1, 1):
        pen.stroke(arc(side * 0.36, 0.40, 0.18, 0.09, 35, 145), 0.065)
    pen.stroke(arc(0, -0.10, 0.44, 0.42, 205, 335), 0.12)


def _calm(pen: Pen, feature: str, alpha: float) -> None:
    _eyes(pen, feature, alpha)
    for side in (-1, 1):
        pen.stroke([(side * 0.50, 0.44), (side * 0.22, 0.44)], 0.065)
    pen.stroke([(-0.34, -0.38), (0.34, -0.38)], 0.115)


def _let_down(pen: Pen, feature: str, alpha: float) -> None:
    _eyes(pen, feature, alpha)
    for side in (-1, 1):
        pen.stroke([(side * 0.56, 0.38), (side * 0.40, 0.46), (side * 0.20, 0.56)], 0.075)
    pen.stroke(arc(0, -0.72, 0.40, 0.36, 35, 145), 0.12)


def _upset(pen: Pen, feature: str, alpha: float) -> None:
    pen.colour(feature, alpha)
    for side in (-1, 1):
        pen.disc(side * 0.36, 0.10, 0.105, 0.125)
        pen.stroke([(side * 0.60, 0.50), (side * 0.40, 0.40), (side * 0.16, 0.24)], 0.105)
    pen.fill([*arc(0, -0.68, 0.44, 0.44, 0, 180), (-0.44, -0.68)])
    pen.colour("#5A1E00", alpha)
    pen.fill([*arc(0, -0.68, 0.33, 0.29, 0, 180), (-0.33, -0.68)])


def _eyes(pen: Pen, feature: str, alpha: float) -> None:
    pen.colour(feature, alpha)
    for side in (-1, 1):
        pen.disc(side * 0.36, 0.16, 0.105, 0.14)
    pen.colour("#FFFFFF", 0.9 * alpha)
    for side in (-1, 1):
        pen.disc(side * 0.36 + 0.035, 0.21, 0.034, 0.04)
    pen.colour(feature, alpha)


_DRAWN: Final = {5: _beaming, 4: _pleased, 3: _calm, 2: _let_down, 1: _upset}


def draw_icon(into: InstructionGroup, box: Box, name: str, colour: str) -> None:
    """Draw one icon of the Icon names in appliance/view.py."""
    pen = Pen(into, box)
    pen.colour(colour)
    for points, is_closed in _ICONS[name]:
        pen.stroke(points, 0.20, is_closed=is_closed)


_RING = arc(0, 0, 0.82, 0.82, 0, 360, 40)[:-1]
_ICONS: Final[dict[str, list[tuple[Points, bool]]]] = {
    "back": [([(0.05, 0.7), (-0.65, 0.0), (0.05, -0.7)], False), ([(-0.6, 0.0), (0.75, 0.0)], False)],
    "next": [([(-0.05, 0.7), (0.65, 0.0), (-0.05, -0.7)], False), ([(0.6, 0.0), (-0.75, 0.0)], False)],
    "check": [([(-0.7, 0.0), (-0.2, -0.55), (0.75, 0.6)], False)],
    "none": [(_RING, True), ([(-0.56, 0.56), (0.56, -0.56)], False)],
    "globe": [
        (_RING, True),
        (arc(0, 0, 0.36, 0.82, 0, 360, 40)[:-1], True),
        ([(-0.8, 0.0), (0.8, 0.0)], False),
    ],
    "exit": [
        ([(0.1, 0.75), (-0.7, 0.75), (-0.7, -0.75), (0.1, -0.75)], False),
        ([(-0.2, 0.0), (0.8, 0.0)], False),
        ([(0.45, 0.38), (0.85, 0.0), (0.45, -0.38)], False),
    ],
    "erase": [
        ([(-0.95, 0.0), (-0.4, 0.6), (0.9, 0.6), (0.9, -0.6), (-0.4, -0.6)], True),
        ([(-0.05, 0.26), (0.47, -0.26)], False),
        ([(-0.05, -0.26), (0.47, 0.26)], False),
    ],
    "shift": [
        ([(0.0, 0.85), (-0.75, 0.05), (-0.32, 0.05), (-0.32, -0.7), (0.32, -0.7), (0.32, 0.05), (0.75, 0.05)], True)
    ],
    "retry": [
        (arc(0, 0, 0.72, 0.72, 60, 350), False),
        ([(0.36, 0.98), (0.36, 0.62), (0.74, 0.62)], False),
    ],
    "phone": [
        ([(-0.42, 0.9), (0.42, 0.9), (0.42, -0.9), (-0.42, -0.9)], True),
        ([(-0.1, -0.62), (0.1, -0.62)], False),
    ],
    "access": [
        (arc(0, 0.74, 0.17, 0.17, 0, 360, 24)[:-1], True),
        ([(-0.72, 0.34), (0.72, 0.34)], False),
        ([(0.0, 0.34), (0.0, -0.12)], False),
        ([(-0.46, -0.9), (0.0, -0.12), (0.46, -0.9)], False),
    ],
    "letters": [
        ([(-0.92, -0.7), (-0.42, 0.75), (0.08, -0.7)], False),
        ([(-0.72, -0.2), (-0.12, -0.2)], False),
        (arc(0.55, -0.32, 0.3, 0.38, 0, 360, 28)[:-1], True),
        ([(0.86, 0.08), (0.86, -0.72)], False),
    ],
    "low": [
        ([(-0.8, 0.85), (0.8, 0.85)], False),
        ([(0.0, 0.5), (0.0, -0.75)], False),
        ([(-0.5, -0.25), (0.0, -0.8), (0.5, -0.25)], False),
    ],
    "speaker": [
        ([(-0.9, 0.26), (-0.5, 0.26), (-0.02, 0.66), (-0.02, -0.66), (-0.5, -0.26), (-0.9, -0.26)], True),
        (arc(0.06, 0, 0.36, 0.4, -52, 52), False),
        (arc(0.06, 0, 0.8, 0.82, -50, 50), False),
    ],
    "mic": [
        ([*arc(0, 0.52, 0.3, 0.36, 0, 180, 20), *arc(0, 0.06, 0.3, 0.36, 180, 360, 20)], True),
        (arc(0, 0.1, 0.62, 0.66, 180, 360, 28), False),
        ([(0.0, -0.58), (0.0, -0.9)], False),
        ([(-0.36, -0.9), (0.36, -0.9)], False),
    ],
    "stop": [([(-0.6, 0.6), (0.6, 0.6), (0.6, -0.6), (-0.6, -0.6)], True)],
    "pen": [
        ([(-0.8, -0.8), (-0.68, -0.3), (0.45, 0.83), (0.83, 0.45), (-0.3, -0.68)], True),
        ([(0.2, 0.55), (0.55, 0.2)], False),
    ],
}


class Face(Widget):
    """One face, filling its box."""

    def __init__(self, mood: int, box: Box, alpha: float = 1.0) -> None:
        """mood: 5 happiest … 1 unhappiest."""
        super().__init__(pos=(box.x, box.y), size=(box.w, box.h), size_hint=(None, None))
        self.mood = mood
        drawn = InstructionGroup()
        self.colours = draw_face(drawn, box, mood)
        self.canvas.add(drawn)
        self.paint(alpha)

    def paint(self, alpha: float) -> None:
        """Show the face at this strength of colour: only its colours change, nothing is drawn anew."""
        for colour, own in self.colours:
            colour.a = own * alpha


def draw_mark(into: InstructionGroup, box: Box, colour: str) -> None:
    """Draw the product's mark: a ring that is also a smile."""
    pen = Pen(into, box)
    pen.colour(colour)
    pen.stroke(arc(0, 0, 0.86, 0.86, 150, 390, 48), 0.15)
    pen.stroke(arc(0, 0.08, 0.46, 0.50, 200, 340), 0.15)
    for side in (-1, 1):
        pen.disc(side * 0.30, 0.28, 0.10, 0.12)
