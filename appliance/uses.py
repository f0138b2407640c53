"""The file in which a kiosk remembers, over restarts, since which day each button has not been pressed."""

import logging
import time
from pathlib import Path
from typing import Final

import msgspec

from appliance.durable import write_durably
from appliance.wear import Use

log = logging.getLogger(__name__)

USES: Final = "buttons.json"
_DECODER: Final = msgspec.json.Decoder(dict[int, Use])


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
    try:
        write_durably(folder / USES, msgspec.json.encode(uses))
    except OSError as error:
        log.warning("%s cannot be written: %s", USES, type(error).__name__)
