"""Finds out about this machine: sysfs, the outbox, the card, one signed round trip; on a thread, with time-outs."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from appliance import identity, keys
from appliance.clock import Clock, boot_id
from appliance.hardware import said
from appliance.health import temperature_c
from appliance.link import Link, LinkError
from appliance.outbox import Outbox
from appliance.parcel import whole
from appliance.power import throttled
from appliance.retry import Refused, Unreachable, Untrusted
from appliance.technician.facts import Card, Facts, Interface, Queue, Time, Trip
from survey.local_time import local_words

log = logging.getLogger(__name__)

T = TypeVar("T")

TRIP_S = 12.0
"""How long a round trip may take before it counts as none."""

WRITE_BYTES = 1_000_000


class Machine:
    """Where facts come from. folder: the data folder; centre: its address; root: `/`, or a copy for a test."""

    def __init__(self, folder: Path, centre: str, root: Path = Path("/")) -> None:
        self.folder, self.centre, self.root = folder, centre, root

    def facts(self, **known: Any) -> Facts:
        """Return all that can be found out; known: what only the window knows, given as fields of Facts."""
        faults: list[str] = []

        def attempt(name: str, find: Callable[[], T]) -> T | None:
            try:
                return find()
            except Exception as error:  # noqa: BLE001 a check that fails is a finding, never the end of the page
                log.warning("check %s failed: %s", name, type(error).__name__)
                faults.append(name)
                return None

        interfaces = attempt("network", lambda: interfaces_of(self.root))
        card = attempt("card", self.card)
        outbox_facts = attempt("queue", self.outbox)
        trip = attempt("trip", self.trip)
        time_, queue = outbox_facts or (None, None)
        return Facts(
            interfaces=interfaces, trip=trip, time=time_, queue=queue, throttled=throttled(self.root),
            temperature_c=temperature_c(), card=card, faults=tuple(faults), **known,
        )  # fmt: skip

    def outbox(self) -> tuple[Time, Queue]:
        """Return what the outbox says of time and of what waits."""
        outbox, clock = self.open_outbox()
        try:
            counts, now, fix = outbox.counts(), clock.now(), outbox.fix()
            oldest_ms = outbox.oldest_unsent_ms()
            age_s = offset_ms = None
            if fix is not None and fix.boot == now.boot:
                age_s = (now.mono_ms - fix.mono_ms) // 1000
                offset_ms = now.wall_ms - (fix.utc_ms + now.mono_ms - fix.mono_ms)
            elif fix is not None:
                age_s = max(0, (now.wall_ms - fix.utc_ms) // 1000)
            queue = Queue(
                unsent=counts.get("unsent", 0),
                oldest_s=None if oldest_ms is None else max(0, (now.wall_ms - oldest_ms) // 1000),
                rejected=counts.get("rejected", 0) + counts.get("conflict", 0),
                damaged=len(list(self.folder.glob("damaged-*"))),
                sent_age_s=age_s,
            )
            return Time(local_words(now.wall_ms), now.is_exact, age_s, offset_ms), queue
        finally:
            outbox.close()

    def trip(self) -> Trip:
        """Send one empty signed batch and return what came of it, within TRIP_S."""
        if not self.centre:
            return Trip(False, why="no-centre")
        found: list[Trip] = []
        thread = threading.Thread(target=lambda: found.append(self._trip()), name="trip", daemon=True)
        thread.start()
        thread.join(TRIP_S)
        return found[0] if found else Trip(False, why="timeout")

    def _trip(self) -> Trip:
        outbox: Outbox | None = None
        link: Link | None = None
        try:
            outbox, clock = self.open_outbox()
            granted = identity.grant(self.folder)
            if granted is None:
                return Trip(False, why="unknown_device")
            link = Link(self.centre, keys.device_key(self.folder), granted.device, keys.centre_key(granted))
            built = whole(outbox, 0, self.folder, clock.now())
            started_s = time.monotonic()
            link.send(built)
            return Trip(True, round((time.monotonic() - started_s) * 1000))
        except LinkError as error:
            return Trip(False, why=_why(error))
        except Exception as error:  # noqa: BLE001 told as what it is; this thread has nobody above it
            return Trip(False, why=type(error).__name__)
        finally:
            if link is not None:
                link.close()
            if outbox is not None:
                outbox.close()

    def card(self) -> Card:
        """Return the state of the data partition, with one write of 1 MB."""
        room = os.statvfs(self.folder)
        block = room.f_frsize
        return Card(
            free_mb=room.f_bavail * block // 1_000_000,
            total_mb=room.f_blocks * block // 1_000_000,
            errors=ext4_errors(self.root),
            life=_life(self.root),
            write_ms=_written_ms(self.folder),
        )

    def open_outbox(self) -> tuple[Outbox, Clock]:
        """Return the outbox by a connection of this thread's own, to be closed, and the clock as it was last proven."""
        granted = identity.grant(self.folder)
        outbox = Outbox(self.folder / "outbox.db", granted.device if granted else "", boot_id())
        return outbox, outbox.clock()


def _why(error: LinkError) -> str:
    outcome = error.outcome
    if isinstance(outcome, Unreachable):
        return outcome.why
    if isinstance(outcome, Untrusted):
        return "portal"
    return outcome.code or str(outcome.status) if isinstance(outcome, Refused) else "?"


def interfaces_of(root: Path) -> tuple[Interface, ...]:
    """Return the interfaces but loopback, with the families of their addresses; never an address itself."""
    found = []
    v6 = _v6_names(root)
    for folder in sorted((root / "sys/class/net").glob("*")):
        if folder.name == "lo":
            continue
        families = (*(("IPv4",) if _has_v4(folder.name) else ()), *(("IPv6",) if folder.name in v6 else ()))
        found.append(Interface(folder.name, said(folder / "carrier") == "1", families))
    return tuple(found)


def _has_v4(name: str) -> bool:
    import fcntl  # Linux alone has it
    import struct

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            fcntl.ioctl(probe.fileno(), 0x8915, struct.pack("256s", name[:15].encode()))  # SIOCGIFADDR
        except OSError:
            return False
    return True


def _v6_names(root: Path) -> set[str]:
    """Return interfaces with an IPv6 address that reaches beyond the cable."""
    rows = [line.split() for line in said(root / "proc/net/if_inet6").splitlines()]
    return {row[5] for row in rows if len(row) == 6 and row[3] == "00"}


def ext4_errors(root: Path) -> int | None:
    """Return what ext4 counted on all its partitions, None where it counts nothing."""
    counts = [text for path in (root / "sys/fs/ext4").glob("*/errors_count") if (text := said(path))]
    return sum(int(text) for text in counts if text.isdecimal()) if counts else None


def _life(root: Path) -> str | None:
    for path in (root / "sys/block").glob("mmcblk*/device/life_time"):
        parts = said(path).split()
        if parts and all(part.startswith("0x") for part in parts):
            worst = max(int(part, 16) for part in parts)
            return f"đã dùng {min(worst * 10, 100)} %" if worst else None
    return None


def _written_ms(folder: Path) -> int | None:
    path = folder / ".write-test"
    started_s = time.monotonic()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(handle, os.urandom(WRITE_BYTES))
            os.fsync(handle)
        finally:
            os.close(handle)
            path.unlink(missing_ok=True)
    except OSError:
        return None
    return round((time.monotonic() - started_s) * 1000)
