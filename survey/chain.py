"""The per-device hash chain: leaf(ballot) covers everything but its place, link(previous, seq, leaf) its place."""

from hashlib import sha256
from typing import Literal
from uuid import UUID

import msgspec

from survey import wire
from survey.ballot import Answer, Ballot, Channel, Consent, Flag, Status

NOTHING_SEALED = sha256(b"").digest()


class _Answers(msgspec.Struct, frozen=True):
    answers: dict[str, Answer]
    context: dict[str, str]
    reasons: dict[str, list[str]]


class _Meta(msgspec.Struct, frozen=True):
    id: UUID
    device: str
    boot: int
    mono_ms: int
    wall: str
    clock: Literal["exact", "unproven"]
    questionnaire: str
    layout: str
    lang: str
    channel: Channel
    status: Status
    consent: Consent | None
    flags: list[Flag]
    codes: list[int] | msgspec.UnsetType


def answers_digest(ballot: Ballot) -> bytes:
    """Return the 32-byte salted digest of what was answered: answers, reasons and context."""
    part = wire.encode(_Answers(ballot.answers, ballot.context, ballot.reasons))
    return sha256(ballot.answers_salt + part).digest()


def sealed_digest(ballot: Ballot) -> bytes:
    """Return the 32-byte salted digest of the sealed part; a fixed one when nothing was written."""
    if ballot.sealed is None:
        return NOTHING_SEALED
    return sha256((ballot.sealed_salt or b"") + ballot.sealed).digest()


def meta_bytes(ballot: Ballot) -> bytes:
    """Return the canonical bytes of what is left: neither answers nor sealed part, nor its place in the chain."""
    b = ballot
    return wire.encode(
        _Meta(
            b.id, b.device, b.boot, b.mono_ms, b.wall, b.clock, b.questionnaire,
            b.layout, b.lang, b.channel, b.status, b.consent, b.flags, b.codes,
        )
    )  # fmt: skip


def leaf_of_parts(answers: bytes, sealed: bytes, meta: bytes) -> bytes:
    """Return a leaf from its parts' digests, so that a ballot whose sealed part was erased still verifies."""
    return sha256(b"\x00" + answers + sealed + meta).digest()


def leaf(ballot: Ballot) -> bytes:
    """Return the 32-byte leaf of a ballot. It does not cover stream and seq: a re-chained ballot keeps its leaf."""
    return leaf_of_parts(answers_digest(ballot), sealed_digest(ballot), meta_bytes(ballot))


def genesis(device: str, stream: str) -> bytes:
    """Return the link before the first ballot of a device's stream."""
    return sha256(b"\x02" + device.encode() + b"\x00" + bytes.fromhex(stream)).digest()


def link(previous: bytes, seq: int, leaf_digest: bytes) -> bytes:
    """Return the link of one place in the chain: the link before it, its number (from 1) and its leaf."""
    return sha256(b"\x01" + previous + seq.to_bytes(8) + leaf_digest).digest()
