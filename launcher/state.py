"""Which slot runs, which one is on trial, what failed: one small file, whole after any power cut.

A newer or older program may have written it: unknown fields are passed over, missing ones have defaults.
"""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

FACTORY: Final = "factory"
SLOTS: Final = ("a", "b")
STATE: Final = "state.json"
FAILED_AT_MOST: Final = 100
STARTS_AT_MOST: Final = 2
"""Starts of a slot on trial: one, and one more after a crash or a power cut."""
TRIAL_S: Final = 150.0
"""A trial that is not confirmed within this time is undone."""


class StateError(ValueError):
    """A state file that cannot be read; `str()` says why."""


@dataclass(frozen=True)
class Failure:
    """A release that was undone. digest: the SHA-256 of its release.json."""

    digest: str
    version: str
    why: str


@dataclass(frozen=True)
class State:
    """What is known of the slots.

    current: the slot that has proved itself. digests: of each slot that may be started, the SHA-256 of its
    release.json. trial: the slot to be tried, "" for none; starts: how often it was started; boot, began_s: in which
    boot and at which second of it the trial began. version: of the release on trial. counter: the highest ever
    confirmed. said: the last odd thing, in words.
    """

    current: str = FACTORY
    digests: dict[str, str] = field(default_factory=dict)
    trial: str = ""
    version: str = ""
    starts: int = 0
    boot: str = ""
    began_s: float = 0.0
    counter: int = 0
    failed: tuple[Failure, ...] = ()
    said: str = ""

    @property
    def free_slot(self) -> str:
        """The slot that does not run: the next release goes there."""
        return "b" if self.current == "a" else "a"

    def has_failed(self, digest: str) -> bool:
        """Return whether a release was tried and undone."""
        return any(one.digest == digest for one in self.failed)


def on_trial(state: State, slot: str, digest: str, version: str) -> State:
    """Return the state that has a slot tried at the next start."""
    return replace(
        state, digests={**state.digests, slot: digest}, trial=slot, version=version, starts=0, boot="", began_s=0.0
    )


def emptied(state: State, slot: str) -> State:
    """Return the state in which nothing may be started from a slot: it is about to be written."""
    digests = {name: digest for name, digest in state.digests.items() if name != slot}
    left = replace(state, digests=digests)
    return replace(left, trial="", version="", starts=0) if state.trial == slot else left


def confirmed(state: State, counter: int) -> State:
    """Return the state after a trial that proved itself."""
    return replace(
        state, current=state.trial, trial="", version="", starts=0, counter=max(state.counter, counter), said=""
    )


def undone(state: State, why: str) -> State:
    """Return the state after a trial that failed; its release is never tried again by itself."""
    failure = Failure(state.digests.get(state.trial, ""), state.version, why)
    failed = (*(one for one in state.failed if one.digest != failure.digest), failure)[-FAILED_AT_MOST:]
    return replace(emptied(state, state.trial), failed=failed, said=f"{state.version}: {why}")


def parse(text: str) -> State:
    """Return a state from JSON. Raises StateError."""
    try:
        said = json.loads(text)
        made = State(**{name: said[name] for name in State.__dataclass_fields__ if name in said})
        failures = said.get("failed", ())
        failed = tuple(Failure(str(one["digest"]), str(one["version"]), str(one["why"])) for one in failures)
        known = {name: str(digest) for name, digest in made.digests.items() if name in SLOTS}
        is_sound = made.current in (*SLOTS, FACTORY) and made.trial in (*SLOTS, "")
        made = replace(made, failed=failed, digests=known, starts=int(made.starts), began_s=float(made.began_s))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StateError(f"{STATE}: {type(error).__name__}: {error}") from error
    if not is_sound:
        raise StateError(f"{STATE}: slot {made.current!r} or {made.trial!r} is unknown")
    return made


def read(folder: Path) -> State:
    """Return the state of a slots folder, the first one if there is none yet. Raises StateError."""
    try:
        return parse((folder / STATE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return State()
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(f"{STATE}: {type(error).__name__}") from error


def write(folder: Path, state: State) -> None:
    """Write the state so that after a power cut it is the old one or the new one, whole. Raises OSError."""
    text = json.dumps(asdict(state), ensure_ascii=False, indent=1)
    durably(folder / STATE, text.encode())


def durably(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file so that after a power cut it is the old one or the new one. Raises OSError."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
