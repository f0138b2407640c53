"""The whole glass: shows a Frame by the screen that renders its value."""

import logging
from collections.abc import Callable
from math import cos, pi, sin
from typing import Final

from kivy.core.window import Window
from kivy.graphics import Color, PopMatrix, PushMatrix, Rectangle, Translate
from kivy.uix.widget import Widget

from appliance.access import AccessView
from appliance.handover import HandoverView
from appliance.screens import theme
from appliance.screens.access import AccessScreen
from appliance.screens.asleep import Asleep
from appliance.screens.chips import Chips
from appliance.screens.comment import Comment
from appliance.screens.contact import Contact
from appliance.screens.handover import Handover
from appliance.screens.idle import Idle, Plain
from appliance.screens.notice import Notice
from appliance.screens.parts import Screen, Tap, Target
from appliance.screens.phone import Phone
from appliance.screens.question import Question
from appliance.screens.received import Received
from appliance.screens.still_there import StillThereScreen
from appliance.screens.thanks import Thanks
from appliance.screens.theme import Theme
from appliance.settings import Panel, Settings
from appliance.view import (
    DRIFT_STEPS,
    AsleepView,
    ChipsView,
    CommentView,
    ContactView,
    Frame,
    IdleView,
    NoticeView,
    PhoneView,
    QuestionView,
    ReceivedView,
    ThanksView,
)

log = logging.getLogger(__name__)

RENDERERS: Final[dict[type, type[Screen]]] = {
    IdleView: Idle,
    AsleepView: Asleep,
    AccessView: AccessScreen,
    HandoverView: Handover,
    QuestionView: Question,
    ChipsView: Chips,
    CommentView: Comment,
    ContactView: Contact,
    PhoneView: Phone,
    ReceivedView: Received,
    NoticeView: Notice,
    ThanksView: Thanks,
}


Landed = Callable[[float, float, Target | None], None]
VEIL: Final = 0.55
"""How dark the veil is after closing time."""


def sizes_of(local: Settings) -> Theme:
    """Return the sizes of this machine's panel, or of the window where it came out otherwise."""
    panel = local.seen_panel
    if tuple(map(int, Window.size)) != (panel.width_px, panel.height_px):
        log.warning("the window is %s, the settings say %dx%d", Window.size, panel.width_px, panel.height_px)
        panel = Panel(int(Window.width), int(Window.height), panel.width_mm, panel.height_mm)
    return Theme(panel)


class Glass(Widget):
    """Paper, one screen, and perhaps the still-there question over it. Screens are kept, so that they open at once."""

    def __init__(
        self, sizes: Theme, tap: Tap, stirred: Callable[[], None], landed: Landed = lambda _x, _y, _target: None
    ) -> None:
        """tap: told each target touched; stirred: told of any touch at all.

        landed: told where each finger came down, pixels, y upwards, and on which target, None for none.
        """
        super().__init__(size=(sizes.whole.w, sizes.whole.h), size_hint=(None, None))
        self.sizes, self.tap, self.stirred, self.landed = sizes, tap, stirred, landed
        self.screens: dict[type, Screen] = {}
        self.overlay: StillThereScreen | None = None
        self.shown: Frame | None = None
        with self.canvas.before:
            PushMatrix()
            self.shift = Translate(0, 0)
        with self.canvas.after:
            self.veil = Color(0, 0, 0, 0)
            Rectangle(pos=(-theme.DRIFT_ROOM,) * 2, size=tuple(side + 2 * theme.DRIFT_ROOM for side in self.size))
            PopMatrix()
        self.ground = Plain(sizes.whole.inset(-theme.DRIFT_ROOM), theme.PAPER)
        self.add_widget(self.ground)

    def show(self, frame: Frame) -> None:
        """Show a frame; nothing happens if it is on the glass already."""
        if frame == self.shown:
            return
        screen = self.rehearse(frame)
        if screen.parent is None:
            self.clear_widgets()
            self.add_widget(self.ground)
            self.add_widget(screen)
        self._lay_over(frame)
        self._move(frame)
        self.shown = frame

    def _move(self, frame: Frame) -> None:
        """Walk a small circle with what stands still, and draw a veil over it where the office has closed."""
        around = 2 * pi * frame.drift / DRIFT_STEPS
        far = round(4 * self.sizes.unit) * bool(frame.drift)
        step = (round(far * cos(around)), round(far * sin(around)))
        if step != (self.shift.x, self.shift.y):
            self.shift.x, self.shift.y = step
        veil = VEIL if frame.is_dim else 0
        if self.veil.a != veil:
            self.veil.a = veil

    def rehearse(self, frame: Frame) -> Screen:
        """Bring the screen of a frame up to date without putting it on the glass; returns it."""
        kind = type(frame.screen)
        screen = self.screens.get(kind) or self.screens.setdefault(kind, RENDERERS[kind](self.sizes, self.tap))
        screen.show(frame.screen)
        return screen

    def _lay_over(self, frame: Frame) -> None:
        if frame.still_there is None:
            if self.overlay is not None and self.overlay.parent is not None:
                self.remove_widget(self.overlay)
            return
        if self.overlay is None:
            self.overlay = StillThereScreen(self.sizes, self.tap)
        self.overlay.show(frame.still_there)
        if self.overlay.parent is None:
            self.add_widget(self.overlay)

    def on_touch_down(self, touch) -> bool:
        """Tell of a sign of life; the still-there question keeps touches from the screen below it."""
        self.stirred()
        has_overlay = self.overlay is not None and self.overlay.parent is not None
        taken = bool(self.overlay.on_touch_down(touch) if has_overlay else super().on_touch_down(touch))
        if not touch.is_mouse_scrolling:
            held = (one() for one in touch.grab_list)
            self.landed(*touch.pos, next((one for one in held if isinstance(one, Target)), None))
        return taken
