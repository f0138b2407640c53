"""Ballots carried by hand: what the uploader would send, signed and sealed into files; the outbox stays as it is."""

import io
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.clock import wall_ms
from appliance.outbox import Outbox
from appliance.parcel import parcel
from appliance.technician import usb
from survey import carried, frames, wire
from survey.batch import MAX_BALLOTS
from survey.carried import End, Label
from survey.instant import to_instant

PART_BALLOTS: Final = 20_000
CODED_BALLOTS: Final = 750
PART_BYTES: Final = 8_000_000
"""A file is closed at either; so it stays small enough for a form, and a bad stick costs one file only."""


class Sealer(msgspec.Struct, frozen=True):
    """Whose ballots and for whom. key: the device's; seal_key: the centre's public one."""

    key: Ed25519PrivateKey
    seal_key: bytes


class Part(msgspec.Struct, frozen=True):
    """One file. name: what it is called; ballots: how many; first, last: their places."""

    name: str
    ballots: int
    first: int
    last: int


def write_part(
    outbox: Outbox,
    into: BinaryIO,
    sealer: Sealer,
    after: int = 0,
    most: int = PART_BALLOTS,
    most_bytes: int = PART_BYTES,
) -> Part | None:
    """Write the unsent ballots above `after` as one file; returns what it holds, None if nothing is left to carry."""
    label = Label(
        version=wire.CONTRACT_VERSION, file=secrets.token_hex(16), device=outbox.device, stream=outbox.stream,
        made=to_instant(wall_ms()),
    )  # fmt: skip
    holes = outbox.holes()
    ballots = first = last = index = size = 0
    while ballots < most and size < most_bytes:
        batch = parcel(outbox, min(MAX_BALLOTS, most - ballots), after=max(after, last), holes=holes)
        if not batch.ballots:
            break
        if not index:
            into.write(carried.head(label))
            first = batch.ballots[0].seq
        record = carried.batch_record(label, index, batch, sealer.key, sealer.seal_key)
        into.write(record)
        index, size, last = index + 1, size + len(record), batch.ballots[-1].seq
        ballots += len(batch.ballots)
    if not index:
        return None
    end = End(batches=index, ballots=ballots, first=first, last=last)
    into.write(carried.end_record(label, index, end, sealer.key, sealer.seal_key))
    return Part(carried.file_name(outbox.device, outbox.stream, first, last), ballots, first, last)


def export(
    outbox: Outbox, stick: Path, sealer: Sealer, told: Callable[[int], None], most: int = PART_BALLOTS
) -> list[Part]:
    """Put all unsent ballots on a stick, in as many files as it takes. told: called with how many are written so far.

    most: ballots in one file. Raises usb.StickError; files that were finished before stay whole.
    """
    parts: list[Part] = []

    def write(file: BinaryIO) -> str:
        part = write_part(outbox, file, sealer, parts[-1].last if parts else 0, most)
        if part is None:
            return ""
        parts.append(part)
        return part.name

    while usb.put(stick, write) is not None:
        told(sum(each.ballots for each in parts))
    return parts


def as_codes(outbox: Outbox, sealer: Sealer) -> tuple[Part, list[str]] | None:
    """Return the oldest unsent ballots as one small file and its codes, as many as a few minutes can show; or None.

    150 to 200 bytes to a ballot, 500 to a code, five codes a second: some 750 ballots a minute if none is missed.
    """
    most = CODED_BALLOTS
    while True:
        into = io.BytesIO()
        part = write_part(outbox, into, sealer, 0, most)
        if part is None:
            return None
        if into.tell() <= frames.CHUNK * frames.MOST or most == 1:
            return part, frames.split(into.getvalue())
        most //= 2  # many have a comment
