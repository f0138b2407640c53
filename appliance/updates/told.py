"""What the running kiosk says of its own release: alive, to the launcher; undone ones, to the centre."""

import json
import logging
import os
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Final

from launcher import state
from launcher.state import StateError

log = logging.getLogger(__name__)

IDLE_S: Final = 300.0
"""Nobody has been here for so long: the kiosk may start afresh into what waits."""


def version() -> str:
    """Return the release that the launcher started, else the installed one, or `dev` from a checkout."""
    if told := os.environ.get("HAILONG_RELEASE"):
        return told
    try:
        return metadata.version("hailong")
    except metadata.PackageNotFoundError:
        return "dev"


def alive_teller(environ: Mapping[str, str] = os.environ) -> Callable[[str], None] | None:
    """Return how to tell the launcher of each sign of life; None where nothing was started by it.

    The words are those for the supervisor; what counts is that they come.
    """
    path, digest = environ.get("HAILONG_HEALTHY", ""), environ.get("HAILONG_RELEASE_DIGEST", "")
    if not path or not digest:
        return None
    looks = 0

    def tell(_: str) -> None:
        nonlocal looks
        looks += 1
        fresh = Path(f"{path}.new")
        try:
            fresh.write_text(json.dumps({"release": digest, "looks": looks}))
            fresh.rename(path)
        except OSError as error:
            log.error("the launcher cannot be told: %s", error)

    return tell


def undone(environ: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Return the release undone since one was confirmed, and what the launcher says of it or of a damaged slot.

    Empty where there is nothing to say, or no launcher.
    """
    known = _known(environ)
    if known is None or not known.said:
        return "", ""
    last = known.failed[-1].version if known.failed else ""
    return (last if last and known.said.startswith(f"{last}: ") else ""), known.said


def is_waiting(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether a release is laid down that has not been started yet."""
    known = _known(environ)
    return known is not None and bool(known.trial) and known.starts == 0


def running_slot(environ: Mapping[str, str] = os.environ) -> str:
    """Return the slot that has proved itself, factory, a or b; "" where there is no launcher."""
    known = _known(environ)
    return "" if known is None else known.current[:20]


def _known(environ: Mapping[str, str]) -> state.State | None:
    folder = environ.get("HAILONG_SLOTS", "")
    if not folder:
        return None
    try:
        return state.read(Path(folder))
    except StateError:
        return None
