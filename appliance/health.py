"""What the heartbeat says: counts and measures of this machine, never an answer."""

import os
from pathlib import Path
from typing import Any

import msgspec

from appliance import hardware, power
from appliance.clock import Moment
from appliance.face import read_face
from appliance.outbox import Outbox
from appliance.updates.told import running_slot, undone
from survey.batch import STRIPS_AT_MOST, Health
from survey.strip import Strip

THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")


def health(outbox: Outbox, folder: Path, moment: Moment, version: str, root: Path = Path("/")) -> Health:
    """Return this machine's health now; None where the machine does not say. root: `/`, or a copy of /sys."""
    bits = power.throttled(root)
    counts = outbox.counts()
    oldest_ms = outbox.oldest_unsent_ms()
    face = read_face(folder)
    room = os.statvfs(folder)
    failed_release, said = undone()
    updates = [f"release {said}"] if said else []
    return Health(
        version=version,
        queue=counts.get("unsent", 0),
        oldest_unsent_s=None if oldest_ms is None else max(0, (moment.wall_ms - oldest_ms) // 1000),
        uptime_s=moment.mono_ms // 1000,
        disk_free_mb=room.f_bavail * room.f_frsize // 1_000_000,
        temperature_c=temperature_c(),
        throttled=None if bits is None else f"{bits:#x}",
        renderer=face.get("renderer"),
        buttons={str(pin): str(state) for pin, state in face.get("buttons", {}).items()},
        casts=int(face.get("casts", 0)),
        damaged=len(list(folder.glob("damaged-*"))),
        rejected=counts.get("rejected", 0) + counts.get("conflict", 0),
        failed_release=failed_release[:40],
        slot=running_slot(),
        clock="exact" if moment.is_exact else "unproven",
        touch=hardware.touch(root),
        card_errors=hardware.card_errors(root),
        card_written_mb=hardware.card_written_mb(root),
        card_life=hardware.card_life(root),
        strips=_strips(face.get("strips")),
        notes=[str(note)[:400] for note in [*updates, *outbox.pragma_faults, *face.get("notes", [])][:10]],
    )


def _strips(said: Any) -> list[Strip]:
    try:
        return msgspec.convert(said or [], list[Strip])[:STRIPS_AT_MOST]
    except msgspec.ValidationError:  # of another release
        return []


def temperature_c() -> float | None:
    try:
        return int(THERMAL.read_text()) / 1000
    except (OSError, ValueError):
        return None
