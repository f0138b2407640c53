"""Acceptance sheets on the card: written durably, waiting for the uploader, kept for the support bundle."""

import logging
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from appliance.clock import Moment
from appliance.durable import fsync_folder, write_durably
from appliance.link import Link, LinkError
from appliance.retry import Refused
from survey import wire
from survey.acceptance import Item, Sheet, verdict_of
from survey.instant import to_instant

log = logging.getLogger(__name__)

FOLDER: Final = "acceptance"
SENT: Final = ".sent"
AT_ONCE: Final = 5
NEVER: Final = frozenset({400, 409, 413, 415})
"""Refusals that trying again does not mend."""

KEPT: Final = 20
"""Sheets that the centre holds are kept here for the bundle, the newest of them."""


def sheet_of(items: Sequence[Item], device: str, software: str, moment: Moment, took_s: float, who: str) -> Sheet:
    """Return the sheet of what was tried, up to this moment."""
    took_ms = max(0, round(took_s * 1000))
    return Sheet(
        version=wire.CONTRACT_VERSION,
        id=secrets.token_hex(16),
        device=device,
        software=software[:40],
        began=to_instant(max(0, moment.wall_ms - took_ms)),
        clock="exact" if moment.is_exact else "unproven",
        took_ms=took_ms,
        who=who.strip()[:12],
        verdict=verdict_of(items),
        items=list(items),
    )


def keep(folder: Path, sheet: Sheet) -> Path:
    """Put a sheet on the card, waiting to be sent; returns its file once it is durable. Raises OSError."""
    place = folder / FOLDER
    if not place.exists():
        place.mkdir(mode=0o700)
        fsync_folder(folder)
    path = place / f"{sheet.id}.json"
    write_durably(path, wire.encode(sheet))
    return path


def waiting(folder: Path) -> list[Path]:
    """Return the sheets the centre has not receipted, oldest first."""
    return sorted((folder / FOLDER).glob("*.json"), key=lambda path: path.stat().st_mtime)


def every(folder: Path) -> list[Path]:
    """Return all sheets on the card."""
    return sorted((folder / FOLDER).glob("*.json*"), key=lambda path: path.stat().st_mtime)


def settle(path: Path) -> None:
    """Note that the centre holds a sheet, and let the oldest of those go."""
    path.rename(path.with_name(path.name + SENT))
    fsync_folder(path.parent)
    done = sorted(path.parent.glob(f"*{SENT}"), key=lambda each: each.stat().st_mtime)
    for old in done[:-KEPT]:
        old.unlink(missing_ok=True)


def send_waiting(link: Link, folder: Path) -> int:
    """Send what waits, oldest first, a few at a time; return how many the centre holds now. Never raises LinkError."""
    sent = 0
    for path in waiting(folder)[:AT_ONCE]:
        try:
            receipt = link.send_sheet(path.read_bytes())
        except OSError as error:
            log.warning("acceptance sheet not read: %s", type(error).__name__)
            continue
        except LinkError as error:
            log.warning("acceptance sheet not sent: %s", error)
            if not (isinstance(error.outcome, Refused) and error.outcome.status in NEVER):
                break
            set_aside(path)
            continue
        settle(path)
        sent += 1
        log.info("acceptance sheet sent id=%s", receipt.id)
    return sent


def set_aside(path: Path) -> None:
    """Keep a sheet that cannot be read or that the centre refuses, out of the way."""
    path.rename(path.with_name(path.name + ".refused"))
