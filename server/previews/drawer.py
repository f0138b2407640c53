"""Has kiosks' screens drawn by the kiosk's program, one process at a time, and keeps the pictures on disk.

Nothing secret goes there: the settings that are drawn carry no key, no PIN and no roster.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import structlog
from msgspec import UNSET
from msgspec.structs import replace

from survey import wire
from survey.enrolment import KioskSettings

log = structlog.get_logger()

LIMIT_S: Final = 90.0
WAIT_S: Final = 120.0
KEPT: Final = 200
"""So many sets of pictures are kept, 1.5 MB each; the oldest go first."""
AGAIN_S: Final = 60.0
"""What could not be drawn is not tried again for so long."""
WANTED: Final = "wanted.json"
DRAWN: Final = "drawn"
PANELS: Final = {"7in": (800, 480), "10in": (1280, 800), "7in-portrait": (720, 1280)}
"""The panels a kiosk may have, with their pixels."""
PLAIN: Final = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
"""What of the centre's environment the process sees: none of the centre's settings."""


def command_of(said: str) -> list[str]:
    """Return the command that draws, from the setting; nothing where this server draws no pictures."""
    if said:
        return [] if said == "none" else shlex.split(said)
    has_all = find_spec("appliance") is not None and find_spec("kivy") is not None
    return [sys.executable, "-m", "appliance", "preview"] if has_all else []


def harmless(kiosk: KioskSettings) -> KioskSettings:
    """Return settings with everything left out that no picture shows: keys, PIN, what is to come."""
    return replace(
        kiosk, etag="", device="xem-truoc", qr_kiosk=0, qr_key=bytes(32), seal_key=bytes(32), pin_hash="", release="",
        duty=UNSET, upcoming=UNSET,
    )  # fmt: skip


class Drawer:
    """Pictures by what was drawn. `ask` is quick and draws nothing; `picture` may take seconds."""

    def __init__(self, folder: Path, said: str) -> None:
        """folder: where pictures are kept. said: the setting `preview_command`."""
        self.folder, self.command = folder, command_of(said)
        self._turn = threading.Lock()
        self._failed: dict[str, float] = {}

    @property
    def is_there(self) -> bool:
        """Whether this server draws pictures at all."""
        return bool(self.command)

    def ask(self, kiosk: KioskSettings, panel: str, lang: str) -> str:
        """Return the name of the set of pictures of these settings; they are drawn when the first is fetched.

        "" where this server draws none, or its disk takes no more.
        """
        if not self.is_there:
            return ""
        wanted = wire.encode({"kiosk": harmless(kiosk), "panel": panel, "lang": lang, "screens": []})
        name = sha256(wanted).hexdigest()[:40]
        place = self.folder / name
        try:
            if not (place / WANTED).exists():
                self._keep(place, wanted)
        except OSError as error:
            log.warning("no preview", why=type(error).__name__)
            return ""
        return name

    def _keep(self, place: Path, wanted: bytes) -> None:
        self._make_room()
        place.mkdir(parents=True, exist_ok=True)
        fresh = place / f"{WANTED}.{os.getpid()}.{threading.get_ident()}"
        fresh.write_bytes(wanted)
        fresh.replace(place / WANTED)

    def ready(self, name: str, screen: str) -> bytes | None:
        """Return a picture that is drawn already, else None."""
        try:
            return (self.folder / name / f"{screen}.png").read_bytes()
        except OSError:
            return None

    def picture(self, name: str, screen: str) -> bytes | None:
        """Return a picture as PNG, drawn now if it has to be; None for one that is not asked for or cannot be drawn."""
        place = self.folder / name
        if not (place / DRAWN).exists() and not self._drawn(place):
            return None
        return self.ready(name, screen)

    def _drawn(self, place: Path) -> bool:
        if not self._turn.acquire(timeout=WAIT_S):
            return False
        try:
            if (place / DRAWN).exists():
                return True
            failed_s = self._failed.get(place.name)
            if failed_s is not None and time.monotonic() - failed_s < AGAIN_S:
                return False
            is_done = self._draw(place)
            if not is_done:
                self._failed[place.name] = time.monotonic()
            return is_done
        finally:
            self._turn.release()

    def _draw(self, place: Path) -> bool:
        began_s = time.monotonic()
        try:
            wanted = (place / WANTED).read_bytes()
            with tempfile.TemporaryDirectory(prefix="hailong-", dir=self.folder) as fresh:
                code = run(self.command, wanted, Path(fresh))
                if code == 0:
                    for path in Path(fresh).glob("*.png"):
                        path.replace(place / path.name)
                    (place / DRAWN).touch()
        except OSError as error:
            log.warning("no preview", why=type(error).__name__)
            return False
        log.info("previews drawn", code=code, took_s=round(time.monotonic() - began_s, 1))
        return code == 0

    def _make_room(self) -> None:
        """Drop the oldest sets, so that one more has room."""
        if not self.folder.is_dir():
            return
        known = sorted(self.folder.glob("*/" + WANTED), key=lambda path: path.stat().st_mtime)
        for path in known[: max(0, len(known) - KEPT + 1)]:
            shutil.rmtree(path.parent, ignore_errors=True)


def run(command: list[str], wanted: bytes, folder: Path) -> int:
    """Return the exit code of a process that draws into a folder; -1 for one that took too long. Raises OSError."""
    root = find_spec("survey")
    here = str(Path(root.origin).parent.parent) if root is not None and root.origin else ""
    environment = {name: os.environ[name] for name in PLAIN if name in os.environ}
    # one thread of software GL: ballots and pages have the other cores; the unit's filter forbids setpriority
    environment |= {"PYTHONPATH": os.pathsep.join(filter(None, (here, environment.get("PYTHONPATH", "")))),
                    "HOME": str(folder), "KIVY_HOME": str(folder / ".kivy"),
                    "LP_NUM_THREADS": "1"}  # fmt: skip
    with subprocess.Popen(
        [*command, "--out", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        cwd=folder, env=environment, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            _, said = process.communicate(wanted, timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return -1
        if process.returncode:
            log.warning("no preview", code=process.returncode, said=said.decode(errors="replace")[-300:])
        return process.returncode
