"""The shell: gathers, lets `choose` decide, writes the state and becomes the kiosk. Something always starts."""

import argparse
import contextlib
import json
import logging
import os
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NoReturn

from launcher import slots, state
from launcher.choose import Choice, Verdict, choose, judge
from launcher.state import FACTORY, SLOTS, TRIAL_S, State, StateError

log = logging.getLogger("launcher")

LOOKS: Final = 3
"""Signs of life, some ten seconds apart, that confirm a release."""
RESTARTS: Final = 3
"""After so many starts in one boot without a sign of life every file is read again."""
RESTART: Final = "systemctl restart hailong-kiosk.service"
FOLLOW: Final = "systemctl try-restart hailong-uploader.service"
"""What runs all day beside the kiosk takes the confirmed release as well."""
EXIT_NOTHING: Final = 70


@dataclass(frozen=True)
class Places:
    """Where things lie. runtime: in memory, empty at each boot."""

    slots: Path
    factory: Path
    runtime: Path

    def of(self, slot: str) -> Path:
        """Return a slot's folder."""
        return self.factory if slot == FACTORY else self.slots / slot


def places() -> Places:
    """Return the image's places, or those that the environment names."""
    told = os.environ.get
    return Places(
        Path(told("HAILONG_SLOTS", "/var/lib/hailong-slots")),
        Path(told("HAILONG_FACTORY", "/opt/hailong/factory")),
        Path(told("HAILONG_RUNTIME", "/run/hailong")),
    )


def boot_id() -> str:
    """Return this boot's id."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def now_s() -> float:
    """Return the seconds since power-on."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def healthy(runtime: Path) -> tuple[str, int] | None:
    """Return what the kiosk says of itself: its release's digest, and how often it found itself alive."""
    try:
        said = json.loads((runtime / "healthy").read_text())
        return str(said["release"]), int(said["looks"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def whole_slots(at: Places, known: State, *, is_deep: bool) -> set[str]:
    """Return the slots whose files are all there."""
    return {
        slot
        for slot in SLOTS
        if slot in known.digests and slots.is_whole(at.of(slot), known.digests[slot], is_deep=is_deep)
    }


def pick(at: Places, within_s: float = TRIAL_S) -> str:
    """Return the slot to start; the state is written first. Whatever is wrong, there is an answer."""
    try:
        known = state.read(at.slots)
        is_deep = starts(at.runtime) > RESTARTS
        choice = choose(known, whole_slots(at, known, is_deep=is_deep), boot_id(), now_s(), within_s)
        if choice.state != known:
            choice = written(at, known, choice)
    except StateError as error:
        log.error("%s; the factory slot is started", error)
        return FACTORY
    except Exception as error:  # noqa: BLE001 the kiosk starts with something, whatever is odd
        log.error("no slot could be chosen (%s: %s); the factory slot is started", type(error).__name__, error)
        return FACTORY
    if choice.state.said != known.said:
        log.error("%s", choice.state.said)
    return choice.slot


def written(at: Places, known: State, choice: Choice) -> Choice:
    """Write a choice's state; returns it, or what can be started where nothing can be written.

    A trial that cannot be counted is not begun: it could begin for ever.
    """
    try:
        state.write(at.slots, choice.state)
    except OSError as error:
        log.error("%s cannot be written: %s", at.slots / state.STATE, error)
        if choice.slot == known.trial:
            safe = State(current=known.current, digests=known.digests, said=known.said)
            return Choice(choose(safe, whole_slots(at, safe, is_deep=False), "", 0.0).slot, known)
    return choice


def starts(runtime: Path) -> int:
    """Count one more start of this boot; returns how many there were since the kiosk last showed life."""
    counted = 0
    if healthy(runtime) is None:
        with contextlib.suppress(OSError, ValueError):
            counted = int((runtime / "starts").read_text())
    with contextlib.suppress(OSError):
        runtime.mkdir(parents=True, exist_ok=True)
        (runtime / "starts").write_text(str(counted + 1))
        (runtime / "healthy").unlink(missing_ok=True)
    return counted + 1


def run(at: Places, arguments: list[str]) -> NoReturn:
    """Become the kiosk of the chosen slot; systemd's socket and the process id go with it."""
    slot = pick(at)
    with contextlib.suppress(OSError):
        marker = at.runtime / "trial"
        marker.touch() if _is_on_trial(at, slot) else marker.unlink(missing_ok=True)
    _become(at, slot, arguments)


def do(at: Places, arguments: list[str]) -> NoReturn:
    """Become another program of the slot that has proved itself, `update` say; no trial begins or counts."""
    try:
        known = state.read(at.slots)
        settled = replace(known, trial="", digests={k: v for k, v in known.digests.items() if k != known.trial})
        slot = choose(settled, whole_slots(at, settled, is_deep=False), "", 0.0).slot
    except StateError as error:
        log.error("%s; the factory slot is used", error)
        slot = FACTORY
    _become(at, slot, arguments)


def _become(at: Places, slot: str, arguments: list[str]) -> NoReturn:
    folder = at.of(slot)
    there = slots.release_of(folder)
    env = slots.environment(folder, there, dict(os.environ))
    env |= {"HAILONG_HEALTHY": str(at.runtime / "healthy"), "HAILONG_SLOTS": str(at.slots)}
    env |= {"HAILONG_FACTORY": str(at.factory)}
    log.info("starting slot=%s release=%s", slot, "unknown" if there is None else there.version)
    python = os.environ.get("HAILONG_PYTHON", sys.executable)
    os.execve(python, [python, "-m", "appliance", *arguments], env)  # noqa: S606


def _is_on_trial(at: Places, slot: str) -> bool:
    try:
        return state.read(at.slots).trial == slot
    except StateError:
        return False


def confirm(at: Places, *, within_s: float, looks: int, every_s: float, restart: str, follow: str) -> int:
    """Wait until the trial has proved itself, or undo it and restart the kiosk; return the exit code.

    follow: what is run once it has, so that the programs beside the kiosk take the release too.
    """
    began_s = now_s()
    while True:
        try:
            known = state.read(at.slots)
        except StateError as error:
            log.error("%s", error)
            _forget_trial(at)
            return 1
        verdict = judge(known, healthy(at.runtime), boot_id(), now_s(), looks=looks, within_s=within_s)
        if verdict is not Verdict.WAIT:
            return _conclude(at, known, verdict, within_s, follow if verdict is Verdict.PROVED else restart)
        if known.boot != boot_id() and now_s() - began_s > within_s:
            _forget_trial(at)  # it was never started: the next start counts it
            return 0
        time.sleep(every_s)


def _conclude(at: Places, known: State, verdict: Verdict, within_s: float, then: str) -> int:
    _forget_trial(at)
    if verdict is Verdict.NONE:
        return 0
    if verdict is Verdict.PROVED:
        release = slots.release_of(at.of(known.trial))
        state.write(at.slots, state.confirmed(known, 0 if release is None else release.counter))
        log.info("release %s confirmed", known.version)
    else:
        state.write(at.slots, state.undone(known, f"it did not prove itself within {within_s:.0f} s"))
        log.error("release %s undone: no sign of life within %.0f s", known.version, within_s)
    return subprocess.run(shlex.split(then), check=False).returncode if then else 0


def _forget_trial(at: Places) -> None:
    """Take the mark away that has `confirm` started."""
    with contextlib.suppress(OSError):
        (at.runtime / "trial").unlink(missing_ok=True)


def main(arguments: list[str]) -> int:
    """Run a command; return the exit code. `run` does not come back."""
    logging.basicConfig(level="INFO", format="launcher %(levelname)s %(message)s")
    if arguments[:1] in (["run"], ["do"]):
        try:
            (run if arguments[0] == "run" else do)(places(), arguments[1:])
        except OSError as error:
            log.error("nothing can be started: %s", error)
            return EXIT_NOTHING
    parser = argparse.ArgumentParser(prog="launcher", description=__doc__)
    parser.add_argument("part", choices=["confirm", "state"])
    parser.add_argument("--within", type=float, default=TRIAL_S, help="seconds a trial may take")
    parser.add_argument("--looks", type=int, default=LOOKS, help="signs of life that confirm")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between looks")
    parser.add_argument("--restart", default=RESTART, help="what restarts the kiosk")
    parser.add_argument("--follow", default=FOLLOW, help="what has the other programs take a confirmed release")
    given = parser.parse_args(arguments)
    at = places()
    if given.part == "state":
        log.info("%s", state.read(at.slots))
        return 0
    return confirm(
        at, within_s=given.within, looks=given.looks, every_s=given.every, restart=given.restart, follow=given.follow
    )
