"""Files in which a kiosk remembers, over restarts, which buttons and which strips of the glass went unused."""

import logging
import time
from pathlib import Path
from typing import Final

import msgspec

from appliance.durable import write_durably
from appliance.strips import Kept
from appliance.wear import Use

log = logging.getLogger(__name__)

USES: Final = "buttons.json"
STRIPS: Final = "glass.json"
_DECODER: Final = msgspec.json.Decoder(dict[int, Use])
_STRIPS: Final = msgspec.json.Decoder(Kept)


def today() -> int:
    """Return the day of the machine's calendar, counted from 1970."""
    return int(time.time() // 86_400)


def read_uses(folder: Path) -> dict[int, Use]:
    """Return what was remembered, by level; nothing where the file is missing or cannot be read."""
    try:
        return _DECODER.decode((folder / USES).read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}


def write_uses(folder: Path, uses: dict[int, Use]) -> None:
    """Remember; a disk that refuses costs only this."""
    _write(folder / USES, msgspec.json.encode(uses))


def read_strips(folder: Path) -> Kept | None:
    """Return what was remembered of the glass; None where the file is missing or cannot be read."""
    try:
        return _STRIPS.decode((folder / STRIPS).read_bytes())
    except (OSError, msgspec.DecodeError):
        return None


def write_strips(folder: Path, kept: Kept) -> None:
    """Remember, if it is not what the file says; of a sound panel nothing is ever written."""
    if kept != (read_strips(folder) or Kept(kept.cells)):
        _write(folder / STRIPS, msgspec.json.encode(kept))


def _write(path: Path, data: bytes) -> None:
    try:
        write_durably(path, data)
    except OSError as error:
        log.warning("%s cannot be written: %s", path.name, type(error).__name__)
