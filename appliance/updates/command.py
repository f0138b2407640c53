"""`python -m appliance update`: one look, for a timer or for a technician."""

import logging
from pathlib import Path

from appliance import identity
from appliance.clock import boot_id
from appliance.outbox import Outbox
from appliance.settings import Settings
from appliance.technician import usb
from appliance.updates.decide import Stay, Why
from appliance.updates.look import Failed, Outcome, Tell, look, places, quiet
from appliance.updates.sources import Centre, Folder
from survey.release import METADATA, STICK

log = logging.getLogger(__name__)

EXIT_FAILED = 1


def stick_folder(local: Settings, root: Path = Path("/")) -> Path | None:
    """Return the releases on a stick that is plugged in, or None. root: `/`, or a copy for a test."""
    found = [folder / STICK for folder in usb.sticks(local.usb_dirs, root)]
    return next((folder for folder in found if (folder / METADATA).is_dir()), None)


def update(local: Settings, folder: Path | None, tell: Tell = quiet) -> Outcome:
    """Look once, at this folder, a stick that is plugged in, or the centre; returns what came of it.

    tell: is told what is under way.
    """
    data = Path(local.data_dir)
    wished = getattr(identity.kiosk_settings(data), "release", "")
    by_hand = stick_folder(local) if folder is None else folder / STICK if (folder / STICK).is_dir() else folder
    is_exact = _is_time_proven(data)
    if by_hand is not None:
        found = look(places(), Folder(by_hand), wished=wished, is_exact=is_exact, is_by_hand=True, tell=tell)
        if folder is not None or not local.centre or not isinstance(found, Failed | Stay):
            return found
        if isinstance(found, Stay) and found.why is not Why.NOT_OFFERED:
            return found
    return look(places(), Centre(local.centre), wished=wished, is_exact=is_exact, is_by_hand=False, tell=tell)


def run(local: Settings, folder: Path | None) -> int:
    """Look once and log what a person should read; return the exit code."""
    outcome = update(local, folder)
    if isinstance(outcome, Failed):
        log.warning("%s (%s)", outcome.words, outcome.why)
        return EXIT_FAILED
    log.info("%s", outcome.words)
    return 0


def _is_time_proven(data: Path) -> bool:
    """Return whether the wall clock is proven, by the centre's signed answers or by NTP."""
    granted = identity.grant(data)
    if granted is None:
        return False
    outbox = Outbox(data / "outbox.db", granted.device, boot_id())
    try:
        return outbox.clock().now().is_exact
    finally:
        outbox.close()
