"""Builds the kiosk's parts and joins them; Kivy's environment is set before Kivy is imported."""

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from msgspec import to_builtins
from msgspec.structs import replace

from appliance import effective, identity, memory, overrides, settings, window
from appliance.clock import boot_id, wall_ms
from appliance.face import write_face
from appliance.failures import EXIT_DISK, EXIT_NO_DISPLAY, EXIT_NOT_ENROLLED, EXIT_SETTINGS, CannotStartError
from appliance.overrides import BacklightError, backlight, set_backlight
from appliance.rest import Rest
from appliance.settings import Settings, SettingsError
from appliance.store import Store
from appliance.uses import read_strips, read_uses, write_strips, write_uses
from appliance.watchdog import Watchdog, supervisor
from survey.ballot import ballot_id
from survey.enrolment import Grant, KioskSettings, as_of, officer_at
from survey.local_time import local_hour

if TYPE_CHECKING:
    from appliance.buttons import Buttons
    from appliance.keeper import Keeper
    from appliance.qr_code import RotatingCode
    from appliance.technician.door import Door
    from appliance.technician.guest import Technician

log = logging.getLogger("appliance")


NIGHT_LIGHT = {Rest.DIM: 30, Rest.ASLEEP: 3}
"""The panel's light after closing time and at night, per cent; never brighter than by day."""
LOOK_S = 5.0
"""How often the window looks for what the uploader brought."""
USES_S = 3600.0


TRIAL_FIRST = "HAILONG_TRIAL_FIRST"
"""Told by a first boot to the kiosk that it becomes: a technician is here and wants the acceptance test."""


class Kiosk:
    """The joined parts of one kiosk. The first picture comes first; pins and outbox are opened once it is there."""

    def __init__(self, local: Settings, device: str, kiosk: KioskSettings) -> None:
        from appliance.app import KioskApp  # Kivy opens its window at import; the environment is set by now

        self.local, self.folder, self.kiosk = local, Path(local.data_dir), kiosk
        self.buttons: Buttons | None = None
        self.technician: Technician | None = None
        self.door: Door | None = None
        self.store = Store(self.folder, device, boot_id())
        self.code: RotatingCode | None = None
        self._settings_seen = self._settings_stamp()
        self._daylight: int | None = None
        self.uploads: list[str] | None = None  # what the uploader is told; None where another starts it
        self.keeper: Keeper | None = None
        self._day = effective.reached_day(self.folder)
        self._asked = as_of(kiosk, self._day)
        self._face_left: dict[str, Any] = {}
        self._uses_due_s = time.monotonic() + USES_S
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._look, name="look", daemon=True)
        self.app = KioskApp(
            self._asked,
            local,
            self.store,
            self._qr_url,
            new_id=new_ballot_id,
            begin=self.begin,
            utc_ms=self._utc_ms,
            today=lambda: self.store.today,
            rested=self._rested,
        )

    def begin(self) -> None:
        """Open what the first picture did not need."""
        log.info("first picture")
        gc.freeze()  # what the program is made of is not looked through again
        gc.enable()
        from appliance.qr_code import RotatingCode

        self.code = RotatingCode(lambda: self.store.clock, lambda: self.store.head_link, self.store.shown)
        self.store.start(self._opened)
        self.app.strips.remember(read_strips(self.folder))
        if self.local.button_pins:
            from appliance.buttons import open_buttons  # loads gpiozero

            self.buttons, why = open_buttons(self.local)
            if self.buttons is None:
                log.warning("no buttons: %s", why)
            else:
                self.buttons.remember(read_uses(self.folder))
                self.app.take_buttons(self.buttons)
        if self.uploads is not None:
            from appliance.keeper import Keeper, command

            self.keeper = Keeper(command(self.local, self.uploads), self.folder / "uploader.log", time.monotonic)
            self.keeper.start()
        self._watch.start()
        from appliance.updates.told import alive_teller

        told = [tell for tell in (supervisor(), alive_teller()) if tell is not None]
        if told:
            self._guard = threading.Thread(target=self._live, args=(told,), name="watchdog", daemon=True)
            self._guard.start()

    def _utc_ms(self) -> int | None:
        now = None if self.store.clock is None else self.store.clock.now()
        return now.wall_ms if now is not None and now.is_exact else None

    def _rested(self, rest: Rest) -> None:
        """Turn the panel's light down at night and up again; a panel without a light of its own shows the dark."""
        day = backlight() if rest is not Rest.AWAKE and self._daylight is None else self._daylight
        level = day if rest is Rest.AWAKE else NIGHT_LIGHT[rest]
        self._daylight = None if rest is Rest.AWAKE else day
        if day is not None and level is not None:
            try:
                set_backlight(Path("/"), min(level, day))
            except BacklightError as error:
                log.warning("the panel's light stays as it is: %s", error)

    def _opened(self) -> None:
        self.app.renew_qr()
        self.change_over()
        if os.environ.pop(TRIAL_FIRST, ""):
            self.app.later(lambda: self._behind_door().open_first())

    def _qr_url(self, is_new: bool) -> str:
        return "" if self.code is None else self.code.url(self.kiosk, is_new=is_new)

    def close(self) -> None:
        """Finish what was promised, then end."""
        self._stop.set()
        if self._watch.is_alive():
            self._watch.join(5)
        self.store.close()
        if self.keeper is not None:
            self.keeper.end()
        if self.technician is not None:
            self.technician.close()
        elif self.door is not None:
            self.door.close()
        self._write_uses()
        if self.buttons is not None:
            self.buttons.close()

    def look(self) -> None:
        """Take in what the uploader brought (time, settings), and leave what only the window knows."""
        if self.keeper is not None:
            self.keeper.look()
        self.store.look_for_fix()
        self.store.look_for_day()
        self.store.walk_on()
        if self.store.is_in_doubt and self.app.is_free:
            log.error("the outbox is in doubt; the kiosk starts afresh and looks at all of it")
            self.app.later(self.app.stop)
        from appliance.updates.told import IDLE_S, is_waiting  # the first picture does not wait for it

        if self.app.is_unattended(IDLE_S) and is_waiting():
            log.info("a release waits and nobody is here; the kiosk starts afresh")
            self.app.later(self.app.stop)
        stamp = self._settings_stamp()
        if stamp != self._settings_seen:
            self._settings_seen = stamp
            newest = identity.kiosk_settings(self.folder)
            if newest is not None:
                self.kiosk = newest
        self.change_over()
        face = self._face()
        if face != self._face_left:
            write_face(self.folder, face)
            self._face_left = face
        self._keep_uses()

    def change_over(self) -> None:
        """Ask the questionnaire of the day; someone who is answering goes on with the one that was begun."""
        self._day = max(self._day, effective.known_day(self.store.clock))
        asked = as_of(self.kiosk, self._day)
        is_of_a_day = asked is not self.kiosk
        asked = replace(asked, officer=self._officer())
        if asked == self._asked:
            return
        if is_of_a_day:
            effective.keep_day(self.folder, self._day)
            log.info("questionnaire of day %s: %s", self._day, asked.questionnaire.ref)
        self._asked = asked
        self.app.replace_settings(asked)

    def _officer(self) -> str:
        utc_ms = self._utc_ms()
        if utc_ms is None:
            return officer_at(self.kiosk, None, 0)
        return officer_at(self.kiosk, effective.local_day(utc_ms), local_hour(utc_ms))

    def _keep_uses(self) -> None:
        """Remember hourly which buttons and strips of the glass go unused; oftener would only wear the card."""
        now_s = time.monotonic()
        if now_s >= self._uses_due_s:
            self._uses_due_s = now_s + USES_S
            self._write_uses()

    def _write_uses(self) -> None:
        if self.buttons is not None:
            write_uses(self.folder, self.buttons.uses)
        write_strips(self.folder, self.app.strips.kept())

    def _look(self) -> None:
        self.app.later(self._hang_door)
        while not self._stop.wait(LOOK_S):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 a look that fails is tried again; the window goes on
                log.error("look failed: %s: %s", type(error).__name__, error)

    def _hang_door(self) -> None:
        from appliance.technician.door import Door  # its widgets' libraries are there by now

        if not self._stop.is_set() and self.door is None:
            has_keys = not self.local.fullscreen
            self.door = Door(self.app, has_keys=has_keys, near=self._near, opened=self._let_in)

    def _near(self) -> None:
        """Load what lies behind the door while two corners are held: the network's libraries are 16 MB and a second."""
        threading.Thread(target=_load_technician, name="near", daemon=True).start()

    def _let_in(self) -> None:
        self._behind_door().open()

    def _behind_door(self) -> "Technician":
        if self.technician is None:
            self._hang_door()
            self.technician = _load_technician()(self.app, self.local, door=self.door)
        return self.technician

    def _settings_stamp(self) -> int:
        path = self.folder / identity.SETTINGS
        return path.stat().st_mtime_ns if path.exists() else 0

    def _live(self, told: list[Callable[[str], None]]) -> None:
        """Tell the supervisor and the launcher of life until the end."""

        def tell(words: str) -> None:
            for each in told:
                each(words)

        dog = Watchdog(lambda: self.app.frames, self.app.redraw, self.store, tell)
        while not self._stop.wait(dog.every_s):
            dog.look(time.monotonic())

    def _technician_notes(self) -> list[str]:
        return [] if self.technician is None else self.technician.notes

    def _face(self) -> dict[str, Any]:
        return {
            "casts": self.store.casts,
            "notes": [*self.store.faults[-5:], *self.app.notes, *self.app.hands.notes(), *self._technician_notes()],
            "buttons": {} if self.buttons is None else dict(self.buttons.states()),
            "strips": to_builtins(self.app.strips.found()),
        }


def new_ballot_id() -> UUID:
    """Return a fresh ballot id."""
    return ballot_id(wall_ms(), os.urandom(14))


def _load_technician() -> "type[Technician]":
    from appliance.technician.guest import Technician  # most kiosks meet no technician for months

    return Technician


def _settings_anew(local: Settings, granted: Grant) -> KioskSettings:
    """Return the centre's settings, fetched because none are held. Raises CannotStartError."""
    from appliance import keys  # an everyday start needs neither these libraries nor a network
    from appliance.link import Link, LinkError

    folder = Path(local.data_dir)
    link = Link(local.centre, keys.device_key(folder), granted.device, keys.centre_key(granted))
    try:
        fetched = link.settings("")
    except LinkError as error:
        words = f"this kiosk is enrolled but holds no readable {identity.SETTINGS}; connect it to its centre: {error}"
        raise CannotStartError(EXIT_NOT_ENROLLED, words) from error
    finally:
        link.close()
    if fetched is None:
        raise CannotStartError(EXIT_NOT_ENROLLED, f"the centre has no settings for {granted.device}")
    identity.save_kiosk_settings(folder, fetched[1])
    return fetched[0]


def _video() -> str:
    try:
        return window.choose_video(os.environ)
    except window.NoDisplayError as error:
        raise CannotStartError(EXIT_NO_DISPLAY, str(error)) from error


def _check_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK):
        raise CannotStartError(EXIT_DISK, f"the data folder {folder} cannot be written; is its partition mounted?")


def join(local: Settings) -> Kiosk:
    """Return a kiosk ready to run. Raises CannotStartError with the line a person reads."""
    video, folder = _video(), Path(local.data_dir)
    try:
        granted = identity.grant(folder)
    except identity.IdentityError as error:
        raise CannotStartError(EXIT_NOT_ENROLLED, str(error)) from error
    if granted is None:
        raise CannotStartError(
            EXIT_NOT_ENROLLED,
            f"this kiosk is not enrolled ({folder} has no {identity.GRANT}); "
            "run `python -m appliance enrol --centre URL --code CODE`",
        )
    kiosk = identity.kiosk_settings(folder) or _settings_anew(local, granted)
    _check_writable(folder)
    memory.settle()
    gc.disable()  # nothing that a start makes is rubbish; `begin` looks for it again
    window.prepare(local, video)
    window.take_lean_style()
    return Kiosk(local, granted.device, kiosk)


def run(local: Settings, *, uploader: bool, at_once: bool) -> int:
    """Show the kiosk until its window is closed; return the exit code."""
    kiosk = join(local)
    kiosk.uploads = (["--at-once"] if at_once else []) if uploader else None
    try:
        kiosk.app.run()
    except KeyboardInterrupt:
        log.info("ended by a person")
    finally:
        kiosk.close()
    return 0


def first_boot(local: Settings) -> int:
    """Show the first boot until this kiosk is enrolled, then become the kiosk: the same command anew."""
    video = _video()
    _check_writable(Path(local.data_dir))
    window.prepare(local, video)
    window.take_lean_style()
    from appliance.firstboot.window import run as show  # Kivy opens its window at import

    shown = show(local)
    if not shown.is_done:
        return EXIT_NOT_ENROLLED
    if shown.wants_trial:
        os.environ[TRIAL_FIRST] = "1"
    sys.stdout.flush()
    return os.execv(sys.executable, [sys.executable, "-m", "appliance", *sys.argv[1:]])  # noqa: S606 the kiosk itself


def main(arguments: list[str]) -> int:
    """Run the kiosk from the command line; return the exit code: 0, 2 settings, 3 display, 4 enrolment, 5 disk."""
    import argparse  # only where there is a command line to read

    parser = argparse.ArgumentParser(prog="python -m appliance", description=__doc__)
    parser.add_argument("--settings", type=Path, help="TOML file of this machine's settings")
    parts = parser.add_subparsers(dest="part")
    showing = parts.add_parser("run", help="show the kiosk (the default)")
    showing.add_argument("--no-uploader", action="store_true", help="the uploader runs elsewhere")
    showing.add_argument("--at-once", action="store_true", help="send as ballots come (a desk)")
    showing.add_argument("--first-boot", action="store_true", help="where not enrolled: prove, enrol, then begin")
    parts.add_parser("upload", help="send ballots until told to stop; its own service beside the window")
    enrolling = parts.add_parser("enrol", help="make this machine known to its centre, with a one-time code")
    enrolling.add_argument("--centre", help="base address, https://host")
    enrolling.add_argument("--code", help="the one-time code of this counter")
    updating = parts.add_parser("update", help="look once for a signed release; the kiosk goes on running")
    updating.add_argument("--from", dest="folder", type=Path, help="a folder of releases, of a stick say")
    drawing = parts.add_parser("preview", help="draw the screens of settings given on standard input, offscreen")
    drawing.add_argument("--out", type=Path, required=True, help="folder of the PNG files")
    given = parser.parse_args(arguments)
    if given.part == "preview":
        from appliance import preview  # a kiosk never draws one

        return preview.main(given.out)
    try:
        local = settings.read(given.settings)
        changes, note = overrides.read_overrides(Path(local.data_dir))
        local = overrides.overridden(local, changes)
        logging.basicConfig(level=local.log_level.upper(), format="%(asctime)s %(name)s %(levelname)s %(message)s")
        if note:
            log.warning("%s", note)
        if given.part == "enrol":
            centre = given.centre or local.centre
            if not centre:
                raise CannotStartError(EXIT_SETTINGS, "enrol needs --centre URL or `centre` in the settings file")
            from appliance.enrol import enrol  # loads the network's libraries, which the window never needs

            device = enrol(replace(local, centre=centre), given.code or local.enrol_code)
            print(f"enrolled as {device}")
            return 0
        if given.part == "upload":
            from appliance.uploader import run as upload  # the window never needs it

            folder, every_s = Path(local.data_dir), local.upload_every_s
            return upload(folder, local.centre, every_s, at_once=False, parent=None, local=local)
        if getattr(given, "first_boot", False) and identity.grant(Path(local.data_dir)) is None:
            return first_boot(local)
        if given.part == "update":
            from appliance.updates.command import run as look_for_release  # the network's libraries, as above

            return look_for_release(local, given.folder)
        started_s = time.monotonic()
        code = run(local, uploader=not getattr(given, "no_uploader", False), at_once=getattr(given, "at_once", False))
        log.info("kiosk ended after_s=%.0f", time.monotonic() - started_s)
        return code
    except SettingsError as error:
        print(f"hailong: {error}", file=sys.stderr)
        return EXIT_SETTINGS
    except CannotStartError as error:
        print(f"hailong: {error}", file=sys.stderr)
        return error.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
