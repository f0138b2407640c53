"""One question: five faces to touch, the happiest at the left, in portrait at the top."""

from math import ceil

from kivy.graphics import Color, InstructionGroup, SmoothRoundedRectangle
from kivy.uix.widget import Widget

from appliance.screens import theme
from appliance.screens.faces import Face, segments
from appliance.screens.idle import Plain
from appliance.screens.parts import Pushable, Screen, Tap, Target, Words, draw_card, say_evenly
from appliance.screens.theme import Box, Theme, rgb
from appliance.view import Control, FaceChoice, QuestionView


class FaceTarget(Target):
    """A card with a face and the words for it."""

    def __init__(self, choice: FaceChoice, box: Box, sizes: Theme, tap: Tap) -> None:
        """choice: as it is shown first."""
        super().__init__(choice.name, box, tap)
        self.sizes, self.choice = sizes, choice
        inner = box.inset(8 * sizes.unit, 8 * sizes.unit)
        if sizes.is_portrait:
            face, room = inner.left(inner.h + 12 * sizes.unit, 16 * sizes.unit)
            most, side = round(sizes.title * 0.85), "left"
        else:
            room, face = inner.bottom(max(56 * sizes.line, inner.h * 0.27), 6 * sizes.unit)
            most, side = round(sizes.text * 0.96), "center"
        across = min(face.w, face.h)
        self.face = Face(choice.mood, face.within(across, across))
        self.words = Words(room, most, sizes.least, is_bold=True, side=side)
        self.add_widget(self.face)
        self.add_widget(self.words)
        self.take(choice)

    def take(self, choice: FaceChoice) -> None:
        """Show the same face in another state or language."""
        if choice.is_dim != self.choice.is_dim:
            self.face.paint(0.42 if choice.is_dim else 1.0)
        self.choice = choice
        self.paint()

    def paint(self) -> None:
        """A touched or chosen card has a tint and a heavy edge."""
        is_marked = self.is_down or self.choice.is_chosen
        fill, border = (theme.TOUCHED, theme.NAVY) if is_marked else (theme.CARD, theme.LINE)
        self.drawn.clear()
        draw_card(self.drawn, self.box, fill, border, 18 * self.sizes.unit, 2.6 if is_marked else 1.1)


class Progress(Widget):
    """How much of the way lies behind, as a bar."""

    def __init__(self, box: Box) -> None:
        """box: the whole way."""
        super().__init__(pos=(box.x, box.y), size=(box.w, box.h), size_hint=(None, None))
        self.box, self.drawn = box, InstructionGroup()
        self.canvas.add(self.drawn)

    def reach(self, share: float) -> None:
        """Show a share, 0 … 1."""
        self.drawn.clear()
        for colour, part in ((theme.NAVY_DEEP, 1.0), (theme.GOLD, max(share, 0.0))):
            self.drawn.add(Color(*rgb(colour)))
            wide = max(self.box.w * part, self.box.h)
            if part > 0:
                radius, corner = self.box.h / 2, ceil(segments(self.box.h / 2) / 4)
                shape = SmoothRoundedRectangle(pos=self.pos, size=(wide, self.box.h), radius=[radius], segments=corner)
                self.drawn.add(shape)


class Question(Screen):
    """The question's words, its faces, and the bar."""

    def shape(self, view: QuestionView) -> object:
        """How many faces, of which moods; whether there is a voice, and its words."""
        return [(choice.name, choice.mood) for choice in view.faces], view.listen

    def build(self, view: QuestionView) -> None:
        """Make head, words, faces."""
        s, u = self.sizes, self.sizes.unit
        head, _ = s.whole.top(44 * u)
        box = s.glass if s.is_low else s.glass.top(44 * u)[1]
        self.add_widget(Plain(head, theme.NAVY))
        line = head.inset(s.margin, 8 * u)
        said, way = line.left(max(150 * u, line.w * 0.22), s.gap)
        self.number = Words(said, s.small, s.least, colour=theme.CARD, is_bold=True, side="left")
        self.progress = Progress(way.within(way.w, 11 * u))
        self.add_widget(self.number)
        self.add_widget(self.progress)
        box = box.inset(s.margin, s.margin * 0.75)
        self.bar_box, box = box.bottom(s.target, s.gap)
        words, faces = self._parts(box, len(view.faces))
        if view.listen is not None:
            words = self._listener(view.listen, words)
        self.asked = Words(words, s.title, round(18.5 * u), is_bold=True)
        self.add_widget(self.asked)
        count = len(view.faces)
        places = faces.rows(count, s.gap) if s.is_portrait else faces.columns([1.0] * count, s.gap)
        self.targets = [
            FaceTarget(choice, place, s, self.tap) for choice, place in zip(view.faces, places, strict=True)
        ]
        for target in self.targets:
            self.add_widget(target)

    def _parts(self, box: Box, count: int) -> tuple[Box, Box]:
        """Return room for the question's words and for its faces."""
        s, u = self.sizes, self.sizes.unit
        if s.is_low:
            return s.upper.top(44 * u)[1].inset(s.margin, s.gap * 0.6), box
        if s.is_portrait:
            faces_high = count * s.target + (count - 1) * s.gap
        else:
            faces_high = max(min(box.h * (0.58 if s.is_large else 0.70), 250 * u), s.px(30))
        if s.is_portrait and count < 5:
            faces_high = round(box.h * 0.72)
        faces, words = box.bottom(faces_high, s.gap)
        return words, faces

    def _listener(self, listen: Control, words: Box) -> Box:
        """Add the target that reads the question, at least as large as a finger; return what is left for the words."""
        s = self.sizes
        if s.is_low:  # beside the bar: nothing to touch stands above the lower part
            wide = s.px(15) if s.is_portrait else s.target  # in portrait four more may stand beside it
            place, self.bar_box = self.bar_box.left(wide, s.gap / 2 if s.is_portrait else s.gap)
            self.add_widget(Pushable(listen, place, s, self.tap, most=s.small, is_stacked=True))
            return words
        place, words = words.right(max(s.target, 116 * s.unit), s.gap)
        high = min(place.h, s.target)
        place = place.within(place.w, high)
        spare = max(0.0, s.target - high)  # what the row lacks is touched above it, where nothing else is
        reach = Box(place.x, place.y, place.w, place.h + spare)
        self.add_widget(Pushable(listen, place, s, self.tap, most=s.small, is_stacked=True, reach=reach))
        return words

    def update(self, view: QuestionView) -> None:
        """Take the words and the choice."""
        self.number.say(view.progress)
        self.progress.reach(view.share)
        self.asked.say(view.text)
        for target, choice in zip(self.targets, view.faces, strict=True):
            target.take(choice)
        say_evenly([target.words for target in self.targets], [choice.words for choice in view.faces])
        self.control(view.controls, self.bar_box)
