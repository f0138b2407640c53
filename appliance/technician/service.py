"""Tells the machine that a technician is in: a keyboard on USB is let in only while this file stands (see udev)."""

import logging
import os
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

RUNTIME: Final = Path(os.environ.get("HAILONG_RUNTIME", "/run/hailong"))
FILE: Final = "service"


def say(*, is_in: bool) -> None:
    """Leave the file, or take it away; on a desk without that folder nothing is done."""
    path = RUNTIME / FILE
    try:
        if is_in and RUNTIME.is_dir():
            path.touch()
        elif not is_in:
            path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("service mode cannot be told: %s", type(error).__name__)
