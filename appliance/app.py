"""The Kivy application: hops to the main thread, shows the sitting, hands drafts to the store; decides nothing."""

import logging
import os
import time
import traceback
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import UUID

from kivy.app import App
from kivy.base import ExceptionHandler, ExceptionManager
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import glFlush
from msgspec.structs import replace

from appliance import handover, memory, rehearsal, telex, waking
from appliance import rest as resting
from appliance import sitting as sittings
from appliance import view as views
from appliance.draft import Draft
from appliance.hands import Hands
from appliance.offers import Offers
from appliance.rest import Rest
from appliance.screens import theme
from appliance.screens.glass import Glass, sizes_of
from appliance.screens.parts import Target
from appliance.screens.theme import rgb
from appliance.settings import Settings
from appliance.sitting import Pace, Sitting, Stage
from appliance.strips import Span, Strips
from appliance.view import Frame
from survey.ballot import Channel, Flag, ballot_id
from survey.enrolment import KioskSettings

if TYPE_CHECKING:  # gpiozero loads with it; the first picture does not wait for that
    from appliance.buttons import Buttons

log = logging.getLogger(__name__)

TICK_S: Final = 0.1
IDLE_TICK_S: Final = 0.5
IDLE_FPS: Final = 15
"""Nobody is here: a desk's mouse is looked for this often, at half the cost; a panel's touch wakes the loop."""
QR_S: Final = 30.0
TIDY_S: Final = 4.0
"""So long after a visit its rubbish is looked for."""
REDRAW_S: Final = 60.0
"""A picture lost to the driver or the panel comes back within this time."""
FAULTS_AT_MOST, FAULTS_WITHIN_S = 8, 10.0
"""More faults than this in that time and the process ends, to be started afresh."""


class Store(Protocol):
    """What a sitting asks of the disk. Every call returns at once; the work is done on a thread of the store's own."""

    def keep(self, draft: Draft) -> None:
        """Put the newest state of a sitting on disk; called after every answer."""

    def cast(self, draft: Draft, done: Callable[[str], None], failed: Callable[[Exception], None]) -> None:
        """Make a ballot of a draft; the same draft may come again after a failure.

        done: called with the mã phiếu, from any thread, after the commit and never before it. failed: likewise.
        """

    def drop(self, ballot_id: UUID) -> None:
        """Forget a sitting in which nothing was answered; an id never kept is no error."""


class Guest(Protocol):
    """Who has the glass instead of the survey: the technician. While one is here no ballot can be cast."""

    def frame(self, at_s: float) -> views.Frame:
        """Return what is on the glass."""

    def touched(self, name: str, at_s: float) -> None:
        """Take a touch on the target of that name; "" for a touch on nothing in particular."""

    def pressed(self, level: int, at_s: float) -> None:
        """Take a press of a button."""

    def tick(self, at_s: float) -> None:
        """Take a moment that passed."""


def fresh_id() -> UUID:
    """Return the id of a new ballot."""
    return ballot_id(time.time_ns() // 1_000_000, os.urandom(14))


class KioskApp(App):
    """One kiosk's face. frames: pictures flipped so far; casts: ballots the store has committed."""

    use_kivy_settings = False

    def __init__(
        self,
        kiosk: KioskSettings,
        local: Settings,
        store: Store,
        qr_url: Callable[[bool], str],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        buttons: "Buttons | None" = None,
        new_id: Callable[[], UUID] = fresh_id,
        begin: Callable[[], None] = lambda: None,
        utc_ms: Callable[[], int | None] = lambda: None,
        today: Callable[[], int] = lambda: 0,
        rested: Callable[[Rest], None] = lambda _: None,
    ) -> None:
        """qr_url: the address for phones, "" while there is none; True asks for a new one.

        utc_ms: the time, None while it is not proven. today: ballots cast here today. rested: told when the kiosk
        falls asleep or wakes.

        begin: called once, when the first picture is on the glass: what is slow to start waits for it.
        """
        super().__init__()
        self.kiosk, self.local, self.store, self.qr_url = kiosk, local, store, qr_url
        self.monotonic, self.buttons, self.new_id, self.begin = monotonic, buttons, new_id, begin
        self.utc_ms, self.today, self.rested, self.rest = utc_ms, today, rested, Rest.AWAKE
        self._stirred_at_s = float("-inf")
        self.strips = Strips(local.seen_panel.width_mm, local.seen_panel.height_mm)
        self.pace = Pace(local.lockout_s, local.cooldown_s)
        self.sitting: Sitting | None = None
        self.guest: Guest | None = None
        self.kept: Draft | None = None
        self.lang = sittings.languages(kiosk)[0]
        self.frames = self.casts = 0
        self.notes: list[str] = []  # for the heartbeat
        self.qr = ""
        self._last_cast: UUID | None = None
        self._qr_due_s = self._redraw_due_s = self._lang_until_s = 0.0
        self._quiet_until_s = float("-inf")
        self._tidy_at_s = float("inf")
        self._waiting_kiosk: KioskSettings | None = None
        self._messages: deque[Callable[[], None]] = deque()
        self._to_rehearse: list[Frame] | None = None
        self._faults: deque[float] = deque(maxlen=FAULTS_AT_MOST)
        self.hands = Hands(self)
        self.offers = Offers(local)

    # ---- Kivy's life

    def build(self) -> Glass:
        """Return the root widget, on the waiting screen."""
        waking.install()
        if os.environ.get("SDL_VIDEODRIVER", "").lower() == "kmsdrm":  # see window.prepare: touches come from a thread
            waking.register_touch()
        self.sizes = sizes_of(self.local)
        Window.clearcolor = (*rgb(theme.PAPER), 1)
        self.glass = Glass(self.sizes, self.touched, self.stirred, self.landed)
        self._fresh_qr()
        self._show()
        return self.glass

    def on_start(self) -> None:
        """Join window, pins and clock."""
        self._mender = _Faults(self)
        ExceptionManager.add_handler(self._mender)
        Window.bind(on_flip=self._flipped)
        if not self.local.fullscreen:
            Window.bind(on_key_down=self._key, on_key_up=self._key_up)
        if self.buttons is not None:
            self.buttons.listen(self._wake)
            if not self._answers(self.buttons.levels[0]):
                log.warning(
                    "%d buttons do not fit the overall question's scale; they stay idle", len(self.buttons.levels)
                )
        Clock.schedule_once(self._arm, 0)

    def on_stop(self) -> None:
        """Let go of the window; the pins are their maker's to close."""
        ExceptionManager.remove_handler(self._mender)
        Window.unbind(on_flip=self._flipped, on_key_down=self._key, on_key_up=self._key_up)
        self.hands.idle()

    def open_settings(self, *args: Any) -> bool:
        """Return False: there is no settings panel, whatever key asks for it."""
        return False

    def _arm(self, _: float) -> None:
        self._beat()

    def _beat(self, _: float = 0.0) -> None:
        """Tick, and again: seldom while nobody is here, because nothing changes."""
        self._tick()
        Clock.schedule_once(self._beat, IDLE_TICK_S if self.is_free else TICK_S)

    def _flipped(self, *_: Any) -> None:
        glFlush()  # unseen and with software GL a flip alone draws nothing: the next touch would wait for this picture
        self.frames += 1
        if self.frames == 1:  # some panels stay black until the second picture, which a still screen never draws
            for n in (1, 2, 3):
                Clock.schedule_once(lambda _: Window.canvas.ask_update(), 0.3 * n)
            Clock.schedule_once(lambda _: self.begin(), 0)

    @property
    def is_free(self) -> bool:
        """Nobody is here: no respondent and no technician."""
        return self.sitting is None and self.guest is None

    def is_unattended(self, for_s: float) -> bool:
        """Return whether nobody is here, and the office is closed or nobody has been here for so long."""
        return self.is_free and (self._is_closed() or self.monotonic() - self._stirred_at_s >= for_s)

    # ---- what comes in

    def touched(self, name: str) -> None:
        """Take a touch on the target of that name."""
        at_s = self.monotonic()
        if self.guest is not None:
            self.guest.touched(name, at_s)
            self._show()
        elif self.hands.touched(name, at_s):
            return
        elif self.sitting is not None and name == "handover":
            self._hand_over(self.sitting, at_s)
        elif self.sitting is not None:
            self._take(handover.touched(self.sitting, name, at_s))
        elif name == "start":
            self._renew()
            layout = self.sizes.layout
            self._take(sittings.opened(self.kiosk, self.new_id(), self.lang, layout, at_s, self.pace))
            self.hands.opened(at_s)
        elif name == "lang":
            self.lang = sittings.next_language(self.kiosk, self.lang)
            self._lang_until_s = at_s + self.kiosk.idle_timeout_s
            self._show()

    def stirred(self) -> None:
        """Take any touch at all as a sign of life."""
        self._stirred_at_s = self.monotonic()
        if self.guest is not None:
            self.guest.touched("", self.monotonic())
        elif self.sitting is not None:
            self._take(sittings.stirred(self.sitting, self.monotonic()))

    def landed(self, x: float, y: float, target: Target | None) -> None:
        """Take where a finger came down, pixels, as a sign of life of the panel there."""
        panel = self.sizes.panel
        per_x, per_y = panel.width_px / panel.width_mm, panel.height_px / panel.height_mm
        across = down = None
        if target is not None:
            box, reach, high = target.box, target.reach, panel.height_px
            across = Span(box.middle[0] / per_x, box.w / per_x, reach.x / per_x, (reach.x + reach.w) / per_x)
            down = Span(
                (high - box.middle[1]) / per_y, box.h / per_y, (high - reach.y - reach.h) / per_y,
                (high - reach.y) / per_y,
            )  # fmt: skip
        self.strips.landed(x / per_x, (panel.height_px - y) / per_y, across, down)

    def pressed(self, level: int, at_s: float | None = None) -> None:
        """Take a press of the button for a level. at_s: when, None for now."""
        at_s = self.monotonic() if at_s is None else at_s
        if self.guest is not None:
            self.guest.pressed(level, at_s)
            self._show()
            return
        if self.hands.pressed(level, at_s):
            return
        if self.sitting is not None and self.sitting.stage is not Stage.CAST:
            self._take(sittings.pressed(self.sitting, level, at_s))
            return
        self._renew()
        if at_s < self._quiet_until_s or not self._answers(level):
            return
        if self.sitting is not None:
            self._idle()
        layout = self.sizes.layout
        self._take(sittings.opened_by_button(self.kiosk, self.new_id(), self.lang, layout, at_s, level, self.pace))

    def _answers(self, level: int) -> bool:
        """Three buttons answer a scale of three, five one of five: a level is never recoded on the way."""
        questionnaire = self.kiosk.questionnaire
        question = questionnaire.question(questionnaire.quick_question)
        levels = () if question is None else question.answer_scale().levels
        return level in levels and (self.buttons is None or len(self.buttons.levels) == len(levels))

    def take_buttons(self, buttons: "Buttons") -> None:
        """Take buttons that were opened after the first picture."""
        self.buttons = buttons
        buttons.listen(self._wake)

    def admit(self, guest: Guest) -> bool:
        """Give the glass to a guest from now on, if nobody is answering; returns whether it was given."""
        if not self.is_free:
            return False
        self.guest = guest
        return True

    def dismiss(self) -> None:
        """Take the glass back for the survey."""
        self.guest = None
        self._idle()
        self._show()

    def later(self, message: Callable[[], None]) -> None:
        """Have something done on the window's thread; called from any."""
        self._messages.append(message)
        self._wake()

    def renew_qr(self) -> None:
        """Show a new code soon, from any thread: there is one now, or what it says has changed."""
        self.later(self._fresh_qr)

    def redraw(self) -> None:
        """Have the glass drawn once more soon, from any thread."""
        self.later(Window.canvas.ask_update)

    def replace_settings(self, kiosk: KioskSettings) -> None:
        """Take new settings, from any thread; they hold from the next respondent on."""
        self._waiting_kiosk = kiosk

    def _key(self, _window: Any, key: int, *_: Any) -> bool:
        """On a desk the keys 1–5 stand in for buttons."""
        if ord("1") <= key <= ord("5"):
            self.pressed(key - ord("0"))
            return True
        return False

    def _key_up(self, _window: Any, key: int, *_: Any) -> bool:
        if ord("1") <= key <= ord("5"):
            self.hands.released(key - ord("0"), self.monotonic())
        return False

    def _wake(self) -> None:
        Clock.schedule_once(self._read, -1)
        waking.wake()

    def _read(self, *_: Any) -> None:
        """Read what other threads left: presses and the store's answers."""
        while self._messages:
            self._messages.popleft()()
        if self.buttons is not None:
            for move in self.buttons.drain():
                (self.pressed if move.is_down else self.hands.released)(move.level, move.at_s)

    # ---- what time does

    def _tick(self, _: float = 0.0) -> None:
        try:
            self._read()
            at_s = self.monotonic()
            if self.guest is not None:
                self.guest.tick(at_s)
            elif self.sitting is not None:
                self._take(handover.after(self.sitting, at_s))
            else:
                self._rehearse()
                self._renew()
                if at_s >= self._tidy_at_s:
                    self._tidy_at_s = float("inf")
                    memory.tidy()
                if at_s >= self._lang_until_s:
                    self.lang = sittings.languages(self.kiosk)[0]
                if at_s >= self._qr_due_s:
                    self._fresh_qr()
            self.hands.tick(at_s)
            if at_s >= self._redraw_due_s:
                self._redraw_due_s = at_s + REDRAW_S
                Window.canvas.ask_update()
            self._show()
        except Exception as error:  # noqa: BLE001 a beat that raised would be the last one
            self.recover(error)

    def _rehearse(self) -> None:
        """Build one more screen while nobody is here: the first respondent waits no longer than the second."""
        if self._to_rehearse is None:
            self._to_rehearse = rehearsal.frames(self.kiosk, self.lang, self.sizes.layout)
        elif self._to_rehearse and self.frames > 1:
            self.glass.rehearse(self._to_rehearse.pop(0))
        elif self.frames > 1:
            self.hands.warm()

    def _renew(self) -> None:
        """Take waiting settings if nobody is here."""
        if self._waiting_kiosk is not None and self.sitting is None:
            self.kiosk, self._waiting_kiosk = self._waiting_kiosk, None
            self.lang = sittings.languages(self.kiosk)[0]
            self._fresh_qr()

    def _fresh_qr(self) -> None:
        self._qr_due_s = self.monotonic() + QR_S
        try:
            self.qr = self.qr_url(True)
        except Exception as error:  # noqa: BLE001 a kiosk without a fresh code still takes ballots
            log.error("no new address for phones: %s", type(error).__name__)

    def _hand_over(self, sitting: Sitting, at_s: float) -> None:
        """Show a code of this sitting's own: never one that someone else may have scanned."""
        if not handover.can_open(sitting, at_s):
            return
        try:
            self._take(handover.opened(sitting, self.qr_url(True), at_s))
        except Exception as error:  # noqa: BLE001 the survey goes on here
            log.error("no address for a hand-over: %s", type(error).__name__)

    # ---- the one place where a sitting changes

    def _take(self, sitting: Sitting) -> None:
        before, self.sitting = self.sitting, sitting
        if sitting is before:
            return
        if before is None:
            sitting = sittings.marked(sitting, Flag.OUT_OF_HOURS) if self._is_closed() else sitting
        sitting = self.sitting = self._sealed(self.offers(sitting))
        was_casting = before is not None and before.stage is Stage.CASTING
        if sitting.stage is Stage.CASTING and not was_casting:
            self._cast(sitting)
        elif sitting.stage is Stage.OPEN:
            self._keep(sitting)
        elif sitting.stage is Stage.OVER:
            if not sitting.answers:
                self.store.drop(sitting.ballot)
            self._idle()
        if before is None:  # the next beat may be half a second off
            Clock.schedule_once(self._tick, TICK_S)
        if sitting.moves_at_s is not None and (before is None or before.moves_at_s is None):
            Clock.schedule_once(self._tick, sittings.LINGER_S + 0.01)
        self._show()

    def _sealed(self, sitting: Sitting) -> Sitting:
        note = sittings.note_of(sitting)
        if note == sitting.sealed_note:
            return sitting
        from survey.sealing import seal  # not at the start: most visits leave no note, and it loads a library

        return sittings.with_seal(sitting, note, None if note.is_empty() else seal(note, sitting.kiosk.seal_key))

    def _keep(self, sitting: Sitting) -> None:
        draft = sittings.draft_of(sitting)
        if sitting.answers and draft != self.kept:
            self.kept = draft
            self.store.keep(draft)

    def _cast(self, sitting: Sitting) -> None:
        draft, began_s = sittings.draft_of(sitting), self.monotonic()

        def done(code: str) -> None:
            self.later(lambda: self._was_cast(draft, code, began_s))

        def failed(error: Exception) -> None:
            self.later(lambda: self._was_not_cast(draft, error))

        self.store.cast(draft, done, failed)

    def _was_cast(self, draft: Draft, code: str, began_s: float) -> None:
        at_s = self.monotonic()
        if draft.id != self._last_cast:
            self.casts, self._last_cast = self.casts + 1, draft.id
        if self._is_here(draft) and self.sitting is not None and self.sitting.stage is not Stage.CAST:
            self._take(sittings.cast(self.sitting, code, at_s))
        if draft.channel is Channel.BUTTON:
            self._quiet_until_s = at_s + self.local.cooldown_s
        log.info("ballot cast status=%s channel=%s took_s=%.3f", draft.status, draft.channel, at_s - began_s)

    def _was_not_cast(self, draft: Draft, error: Exception) -> None:
        log.error("ballot not cast: %s", type(error).__name__)
        if self._is_here(draft) and self.sitting is not None and self.sitting.stage is Stage.CASTING:
            self._take(sittings.failed(self.sitting, self.monotonic()))

    def _is_here(self, draft: Draft) -> bool:
        return self.sitting is not None and self.sitting.ballot == draft.id

    def _idle(self) -> None:
        self.sitting = self.kept = None
        theme.forget()
        telex.forget()
        self._stirred_at_s = self.monotonic()
        self._tidy_at_s = self.monotonic() + TIDY_S
        self.hands.idle()
        self._renew()
        self.lang = sittings.languages(self.kiosk)[0]
        self._fresh_qr()

    def _show(self) -> None:
        at_s = self.monotonic()
        if Clock._max_fps:  # 0 while a test makes time itself
            Clock._max_fps = IDLE_FPS if self.is_free else self.local.max_fps
        if self.guest is not None:
            self.glass.show(self.guest.frame(at_s))
            return
        if self.sitting is None:
            frame = self._idle_frame(at_s)
        else:
            is_offered = bool(self.qr) and self.hands.talk is None
            frame = handover.view(self.sitting, at_s, is_offered=is_offered)
        self.glass.show(self.hands.frame(frame, at_s))

    def _idle_frame(self, at_s: float) -> Frame:
        utc_ms = self.utc_ms()
        rest = resting.rest(self.kiosk.hours, utc_ms, at_s - self._stirred_at_s)
        if rest is not self.rest:
            self.rest = rest
            self.rested(rest)
        if rest is Rest.ASLEEP and utc_ms is not None:
            opening = resting.next_opening(self.kiosk.hours, utc_ms)
            until = resting.opening_words(opening, self.lang) if opening else ""
            return views.asleep(self.kiosk, self.lang, until, at_s)
        frame = views.idle(self.kiosk, self.lang, self.qr, at_s, self.today())
        return replace(frame, is_dim=True) if rest is Rest.DIM else frame

    def _is_closed(self) -> bool:
        """Return whether it is sure that the office is closed now."""
        utc_ms = self.utc_ms()
        return bool(self.kiosk.hours) and utc_ms is not None and not resting.is_open(self.kiosk.hours, utc_ms)

    # ---- when something of ours is wrong

    def recover(self, error: BaseException) -> None:
        """Go back to the waiting screen after a fault; what was answered is cast. Raises the fault if they repeat."""
        spot = traceback.extract_tb(error.__traceback__)[-1:]
        where = ", ".join(f"{os.path.basename(frame.filename)}:{frame.lineno}" for frame in spot)
        log.error("fault on the screen: %s at %s", type(error).__name__, where)
        self.notes = [*self.notes[-4:], f"fault on the screen: {type(error).__name__} at {where}"]
        at_s = self.monotonic()
        self._faults.append(at_s)
        if len(self._faults) == FAULTS_AT_MOST and at_s - self._faults[0] < FAULTS_WITHIN_S:
            raise error
        sitting, self.sitting, self.kept, self.guest = self.sitting, None, None, None
        if sitting is not None and sitting.answers and sitting.stage in {Stage.OPEN, Stage.FAILED}:
            self._cast(self._sealed(sittings.ended(sitting, at_s)))
        Window.remove_widget(self.glass)
        self.root = self.glass = Glass(self.sizes, self.touched, self.stirred, self.landed)
        Window.add_widget(self.glass)
        self._idle()
        self._show()


class _Faults(ExceptionHandler):
    """Has a fault of a screen mended instead of ending the process."""

    def __init__(self, app: KioskApp) -> None:
        self.app = app

    def handle_exception(self, inst: BaseException) -> int:
        """Return whether the fault is dealt with."""
        if not isinstance(inst, Exception):
            return int(ExceptionManager.RAISE)
        try:
            self.app.recover(inst)
        except Exception:  # noqa: BLE001 mending failed: the supervisor starts us afresh, the drafts are on disk
            return int(ExceptionManager.RAISE)
        return int(ExceptionManager.PASS)
