"""Batch and receipt: ballots out, signed answer back, one final verdict for each ballot."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from survey.ballot import Count, Hex128, Hex256, Ident, Positive
from survey.instant import Instant
from survey.strip import Strip

MAX_BALLOTS = 500
MAX_RECEIPT_BYTES = 65_536
MAX_WORDS = 60
STRIPS_AT_MOST: Final = 8
_HEX: Final = re.compile("[0-9a-f]*")

Word = Annotated[str, msgspec.Meta(max_length=400)]


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place in a chain and its link; seq 0 carries the stream's genesis."""

    seq: Count
    link: Hex256


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One ballot in a batch.

    leaf: stated by the device, so that the chain goes on over a ballot that cannot be decoded. Its letters are
    checked for a whole batch at once (`has_odd_leaf`): a pattern here takes half as long as decoding the entry.
    ballot: its JSON, decoded one by one: a bad ballot never takes good ones with it.
    """

    seq: Positive
    leaf: Annotated[str, msgspec.Meta(min_length=64, max_length=64)]
    ballot: msgspec.Raw


class Hole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows first…last that the device lost for good, and the link it still knows at `last`."""

    first: Positive
    last: Positive
    link: Hex256
    why: Annotated[str, msgspec.Meta(max_length=120)]


class Fix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A proven time: at mono_ms of this boot the true time was utc, give or take err_ms."""

    boot: Count
    mono_ms: Count
    utc: Instant
    err_ms: Count


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the display ledger: QR counters first…last of a boot were shown in this monotonic interval."""

    boot: Count
    first: Count
    last: Count
    from_ms: Count
    to_ms: Count


class Health(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a kiosk says of itself; counts and measures only, never an answer. None: not known on this machine.

    version: the release that runs. failed_release: the one that was tried and undone last. slot: where it lies.
    clock: exact or unproven. touch: ok or missing. card_errors, card_written_mb, card_life: of its file systems since
    they were made, the last as an eMMC words its wear. "" or None: not said. strips: of the glass that answer no
    touch, only where there are any.
    """

    version: str = ""
    queue: Count = 0
    oldest_unsent_s: Count | None = None
    uptime_s: Count = 0
    disk_free_mb: Count | None = None
    temperature_c: float | None = None
    throttled: str | None = None
    renderer: str | None = None
    buttons: dict[Ident, str] = {}
    casts: Count = 0
    damaged: Count = 0
    rejected: Count = 0
    notes: list[Word] = []
    failed_release: Annotated[str, msgspec.Meta(max_length=40)] = ""
    slot: Annotated[str, msgspec.Meta(max_length=20)] = ""
    clock: Annotated[str, msgspec.Meta(max_length=20)] = ""
    touch: Annotated[str, msgspec.Meta(max_length=20)] = ""
    card_errors: Count | None = None
    card_written_mb: Count | None = None
    card_life: Annotated[str, msgspec.Meta(max_length=20)] = ""
    strips: Annotated[list[Strip], msgspec.Meta(max_length=STRIPS_AT_MOST)] = []

    @property
    def is_power_low(self) -> bool | None:
        """Whether the firmware says that the voltage is too low, or was since the start; None: it says nothing."""
        return None if self.throttled is None else is_power_low(hex_bits(self.throttled))


UNDER_VOLTAGE_NOW: Final = 0x1
UNDER_VOLTAGE_EVER: Final = 0x10000


def is_power_low(throttled: int) -> bool:
    """Return whether the voltage is too low, or was since the start. throttled: the firmware's bits.

    Bits 0 and 16 alone: a hot processor is slowed down too, and that is no fault of the supply.

    >>> is_power_low(0x50000), is_power_low(0x80008)
    (True, False)
    """
    return bool(throttled & (UNDER_VOLTAGE_NOW | UNDER_VOLTAGE_EVER))


def hex_bits(text: str) -> int:
    """Return a number as the kernel writes it, 0 for what is none.

    >>> hex_bits("0x50005"), hex_bits(""), hex_bits("rubbish")
    (327685, 0, 0)
    """
    try:
        return int(text or "0", 16)
    except ValueError:
        return 0


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """At most 500 ballots, oldest first; an empty one is the heartbeat.

    boot: durable boot number. inst: random, lives in memory only; n: request number of this inst.
    echo: the last counter the centre said. head: the chain at the last ballot of this batch, or at the
    last receipted one if it is empty.
    """

    version: int
    device: Ident
    stream: Hex128
    boot: Count
    inst: Hex128
    n: Count
    echo: Count
    head: Head
    ballots: Annotated[list[Entry], msgspec.Meta(max_length=MAX_BALLOTS)] = []
    gone: Annotated[list[Hole], msgspec.Meta(max_length=100)] = []
    fixes: Annotated[list[Fix], msgspec.Meta(max_length=100)] = []
    shown: Annotated[list[Shown], msgspec.Meta(max_length=2000)] = []
    health: Health = Health()


def has_odd_leaf(entries: Sequence[Entry]) -> bool:
    """Return whether any stated leaf is not lower-case hex; such a batch is no batch."""
    return _HEX.fullmatch("".join([entry.leaf for entry in entries])) is None


class Verdict(StrEnum):
    """The one final word on a ballot. conflict: the id is known with other bytes; both are kept, set aside."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    CONFLICT = "conflict"


class Judged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True, gc=False):
    """A verdict on one ballot of the batch; code and words only where it was not plainly taken."""

    seq: Positive
    verdict: Verdict
    code: str = ""
    words: Annotated[str, msgspec.Meta(max_length=MAX_WORDS)] = ""


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The centre's answer to a batch.

    epoch: this incarnation of the centre's database; a new one voids receipts above upto.
    upto, head: the last place of this stream that the centre holds for good, and its link.
    open: holes declared and still open. counter: grows with every answer to this device; the device echoes it.
    nonce: the batch's. settings_etag: the newest settings; fetch them if yours differ.
    bundle: the request for a support bundle that waits, told only to software that says it understands it.
    """

    version: int
    epoch: Hex128
    stream: Hex128
    upto: Count
    head: Hex256
    counter: Count
    nonce: Hex128
    verdicts: list[Judged] = []
    open: list[tuple[Positive, Positive]] = []
    settings_etag: str = ""
    release: str = ""
    time: Instant
    bundle: Hex128 | msgspec.UnsetType = msgspec.UNSET
