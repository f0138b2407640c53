"""The technician at the kiosk: hops between the pure visit, the window and threads; decides nothing itself."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.clock import wall_ms
from appliance.screens import technician as screens
from appliance.settings import Settings
from appliance.technician import booth, checks, lock, pages, service, state
from appliance.technician.booth import Booth
from appliance.technician.door import Door
from appliance.technician.facts import Sound
from appliance.technician.gather import Machine
from appliance.technician.jobs import Jobs
from appliance.technician.state import Told, Visit, Wish
from appliance.technician.usb import StickError
from appliance.view import Frame
from survey import pin
from survey.local_time import local_words

if TYPE_CHECKING:
    from appliance.app import KioskApp

log = logging.getLogger(__name__)

NOTES_AT_MOST = 8


class Technician:
    """Has the glass while a visit lasts. notes: for the heartbeat."""

    def __init__(self, app: "KioskApp", local: Settings, root: Path = Path("/"), door: Door | None = None) -> None:
        """root: `/`, or a copy of /sys for a test. door: the way in; None for one of its own."""
        self.app, self.local, self.folder = app, local, Path(local.data_dir)
        self.machine = Machine(self.folder, local.centre, root)
        self.jobs = Jobs(self)
        self.booth = Booth(self)
        self.visit: Visit | None = None
        self.notes: list[str] = []
        self._shut_until_s: float | None = None
        self._shown_since_s = 0.0
        self.door = door or Door(app, has_keys=not local.fullscreen, near=lambda: None, opened=self.open)
        screens.join()

    def close(self) -> None:
        """Let go of the window."""
        self.booth.close()
        self.door.close()

    def open(self) -> None:
        """Begin a visit, if nobody is answering."""
        if self.app.guest is self or not self.app.admit(self):
            return
        self.door.forget()
        at_s = self.app.monotonic()
        if self._shut_until_s is None:
            self._shut_until_s = at_s + lock.wait_s(lock.failures(self.folder))
        has_pin, local = bool(self.app.kiosk.pin_hash), self.jobs.local()
        self._begin("opened", state.opened(has_pin=has_pin, shut_until_s=self._shut_until_s, at_s=at_s, local=local))

    def open_first(self) -> None:
        """Begin the acceptance test of a first boot, which was asked for before the survey began."""
        if self.app.guest is not self and self.app.admit(self):
            self._begin("first trial", state.first_trial(at_s=self.app.monotonic(), local=self.jobs.local()))

    def _begin(self, how: str, visit: Visit) -> None:
        self.note(how)
        self._become(visit)
        self._show()

    def note(self, what: str) -> None:
        """Leave a line in the log and a note for the heartbeat; never a PIN, never a password."""
        log.info("technician: %s", what)
        self.notes = [*self.notes, f"technician: {what} at {local_words(wall_ms())}"][-NOTES_AT_MOST:]

    # ---- a guest of the app

    def frame(self, at_s: float) -> Frame:
        """Return what is on the glass."""
        visit = self.visit
        if visit is None:
            raise LookupError("no visit")
        code, words = self.jobs.code(at_s - self._shown_since_s) if visit.page is state.Page.CARRY else ("", "")
        shown = pages.frame(visit, at_s, code, words)
        screen = shown.screen
        if isinstance(screen, pages.AskView) and screen.qr == "{qr}":
            from msgspec.structs import replace  # the one page that shows the waiting screen's own code

            return replace(shown, screen=replace(screen, qr=self.app.qr))  # type: ignore[type-var]
        return shown

    def touched(self, name: str, at_s: float) -> None:
        """Take a touch."""
        if self.visit is not None:
            self._become(state.touched(self.visit, name, at_s) if name else state.stirred(self.visit, at_s))

    def pressed(self, level: int, at_s: float) -> None:
        """Take a press of a button."""
        if self.visit is not None:
            self._become(state.pressed(self.visit, level, at_s))

    def tick(self, at_s: float) -> None:
        """Take a moment that passed."""
        if self.visit is not None:
            self._become(state.after(self.visit, at_s))
            self.booth.tick(at_s)

    def _become(self, visit: Visit) -> None:
        wish = visit.wish
        is_to_hear = _asks(visit) == "heard" and _asks(self.visit) != "heard"
        if visit.is_in and not (self.visit and self.visit.is_in):
            service.say(is_in=True)
        self.visit = state.change(visit, wish=None) if wish is not None else visit
        if visit.is_over:
            self._leave()
        elif wish is not None:
            self._grant(wish)
        if is_to_hear:
            self.app.hands.say_test(self.app.monotonic())

    def _leave(self) -> None:
        service.say(is_in=False)
        self.note("closed")
        self.visit = None
        self.jobs.forget()
        self.booth.close()
        self.app.dismiss()
        if self.jobs.is_release_waiting:
            log.info("a release waits and the technician has gone; the kiosk starts afresh")
            self.app.stop()

    # ---- what is wished for

    def _grant(self, wish: Wish) -> None:
        if wish.what == "look":
            known = self.known()
            self.work(lambda: self.machine.facts(**known), self._found)
        elif wish.what == "pin":
            self.work(lambda: self._is_right(wish.secret, self.app.kiosk.pin_hash), self._pin_was)
        elif wish.what in booth.WISHES:
            self.booth.begin(wish)
        else:
            self.jobs.begin(wish)

    def work(self, do: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Do something on a thread, then something with its outcome on the window's; an error is told, not raised."""

        def run() -> None:
            try:
                outcome = do()
            except Exception as error:  # noqa: BLE001 a technician is told what failed; the kiosk goes on
                words = str(error) if isinstance(error, StickError) else f"{type(error).__name__}: {error}"[:160]
                log.error("technician's job failed: %s", type(error).__name__)
                self.app.later(lambda: self.tell(Told("Không làm được.", words, is_good=False)))
                return
            self.app.later(lambda: self._then(then, outcome))

        threading.Thread(target=run, name="technician", daemon=True).start()

    def _then(self, then: Callable[[Any], None], outcome: Any) -> None:
        then(outcome)
        self._show()

    def tell(self, told: Told) -> None:
        """Show news of a job, on the window's thread."""
        if self.visit is not None:
            self._become(state.reported(self.visit, told))
            self._show()

    def _show(self) -> None:
        if self.visit is not None:
            self.app.glass.show(self.frame(self.app.monotonic()))

    def shown_from_now(self) -> None:
        """Begin the row of codes anew."""
        self._shown_since_s = self.app.monotonic()

    def _is_right(self, typed: str, stored: str) -> tuple[bool, int]:
        count = lock.begin(self.folder)
        if not pin.is_right(typed, stored):
            return False, count
        lock.forgive(self.folder)
        return True, 0

    def _pin_was(self, outcome: tuple[bool, int]) -> None:
        is_right, failures = outcome
        self.note("PIN right" if is_right else f"PIN wrong, {failures} in a row")
        self._shut_until_s = self.app.monotonic() + lock.wait_s(failures)
        if self.visit is not None:
            self._become(state.pin_was(self.visit, is_right, self._shut_until_s))

    def _found(self, facts: Any) -> None:
        if self.visit is not None:
            levels = tuple(sorted(facts.buttons or {}, reverse=True))
            found = tuple(checks.findings(facts))
            self._become(state.found(self.visit, found, tuple(int(level) for level in levels), self.app.monotonic()))

    def known(self) -> dict[str, Any]:
        """Return the facts that only the window's thread may ask for."""
        has_voice = bool(self.app.hands.voices.languages(()))
        volume = self.jobs.local().volume
        return {
            "buttons": self._buttons(),
            "code": self.jobs.code_on_glass(),
            "strips": tuple(self.app.strips.found()),
            "sound": Sound(has_voice, self.app.kiosk.volume if volume is None else volume),
        }

    def _buttons(self) -> dict[str, str] | None:
        """Return the state of each button by its level."""
        if self.app.buttons is None:
            return {str(level): "unplugged" for level in range(1, len(self.local.button_pins) + 1)} or None
        return dict(self.app.buttons.states())


def _asks(visit: Visit | None) -> str:
    """Return the step that the acceptance test asks for now, or an empty text."""
    return visit.trial.step if visit is not None and visit.trial is not None else ""
