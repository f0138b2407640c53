"""A ballot: all answers of one sitting, immutable once cast; its id, its ballot code and the facts about it."""

import hashlib
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

from survey.scales import Level

Ident = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,79}$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Hex128 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
Hex256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Positive = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
CodePlace = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
Codes = Annotated[list[CodePlace], msgspec.Meta(min_length=1, max_length=16)]
Salt = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
SealedBox = Annotated[bytes, msgspec.Meta(min_length=49, max_length=12_288)]


class Channel(StrEnum):
    """How the answers came to us."""

    TOUCH = "touch"
    BUTTON = "button"
    QR = "qr"
    LINK = "link"
    POST = "post"
    PAPER = "paper"
    PHONE = "phone"
    IMPORT = "import"


class Status(StrEnum):
    """complete: every question answered or NA; partial: left midway; quick: the overall grade only, by a button."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    QUICK = "quick"


class Flag(StrEnum):
    """A fact that travels with a ballot; never a reason to drop it."""

    FAST = "fast"
    STRAIGHT_LINE = "straight_line"
    OUT_OF_HOURS = "out_of_hours"
    DOUBLE_PRESS = "double_press"
    TIMED_OUT = "timed_out"
    POWER_CUT = "power_cut"
    HANDED_OVER = "handed_over"
    SALVAGED = "salvaged"


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One answer: a level of the question's scale or `na`, and the milliseconds spent on the question."""

    level: Annotated[int, msgspec.Meta(ge=1, le=5)] | Literal["na"]
    ms: Annotated[int, msgspec.Meta(ge=0, le=86_400_000)] = 0


class Consent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Which consent text was agreed to (its id in the questionnaire), in which language."""

    text: Ident
    lang: Ident


class Ballot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """One sitting of one respondent. Field meanings are docs/contract.md's.

    id: the idempotency key everywhere; never used for order or time.
    seq: 1, 2, 3 … in its stream, without gaps. mono_ms: CLOCK_BOOTTIME. wall: the raw wall clock, right or wrong.
    answers_salt, sealed_salt: 16 random bytes each, so that a leaf tells nothing of what it covers.
    Ids and the wall clock are checked against what is known (questionnaire.faults), not by pattern: ten times faster.
    gc=False: a ballot never holds itself, so the collector need not look at it.
    sealed: the Note, closed to the centre's public key; None when nothing was written.
    codes: places (`qr_token.place_of`) of the codes this sitting showed for going on by phone; absent where it showed
    none, so that bytes and leaves of other ballots are what they always were.
    """

    id: UUID
    device: Name
    stream: Annotated[str, msgspec.Meta(min_length=32, max_length=32)]
    seq: Positive
    boot: Count
    mono_ms: Count
    wall: Annotated[str, msgspec.Meta(min_length=24, max_length=24)]
    clock: Literal["exact", "unproven"]
    questionnaire: Name
    layout: Name
    lang: Name
    channel: Channel
    status: Status
    answers: dict[str, Answer]
    answers_salt: Salt
    reasons: dict[str, list[str]] = {}
    context: dict[str, str] = {}
    sealed: SealedBox | None = None
    sealed_salt: Salt | None = None
    consent: Consent | None = None
    flags: list[Flag] = []
    codes: Codes | msgspec.UnsetType = msgspec.UNSET

    def level(self, question: str) -> Level | None:
        """Return the level given to a question, `na`, or None if it was not answered."""
        answer = self.answers.get(question)
        return None if answer is None else answer.level


HOUR_MS: Final = 3_600_000


def ballot_id(wall_ms: int, entropy: bytes) -> UUID:
    """Return a UUIDv7 whose time part says only the hour: index locality without a witness of the moment.

    wall_ms: Unix time in milliseconds, right or wrong. entropy: 14 random bytes.
    Raises ValueError if entropy is not 14 bytes.
    """
    if len(entropy) != 14:
        raise ValueError(f"entropy is {len(entropy)} bytes; give 14")
    below_hour = int.from_bytes(entropy[:4]) % HOUR_MS
    stamp = (max(wall_ms, 0) // HOUR_MS * HOUR_MS + below_hour) & (2**48 - 1)
    low = int.from_bytes(entropy[4:])
    number = stamp << 80 | 7 << 76 | (low >> 62 & 0xFFF) << 64 | 0b10 << 62 | low & (2**62 - 1)
    return UUID(int=number)


CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 10


def ballot_code(ballot: UUID) -> str:
    """Return the mã phiếu of a ballot: nine characters of Crockford base32 from its id and one check character.

    The check is a weighted sum in GF(32): one wrong character or two swapped neighbours never pass.
    """
    digest = hashlib.sha256(b"hailong ma phieu v1" + ballot.bytes).digest()
    number = int.from_bytes(digest[:6]) >> 3
    values = [number >> (5 * place) & 31 for place in reversed(range(CODE_LENGTH - 1))]
    return "".join(CROCKFORD[value] for value in [*values, _check(values)])


def read_ballot_code(text: str) -> str:
    """Return a typed mã phiếu in its one spelling: upper case, without spaces or dashes, O I L read as 0 1 1.

    Raises ValueError, saying what is wrong, if it has another length, a foreign character or a wrong check character.
    """
    plain = "".join(text.split()).replace("-", "").upper().translate(str.maketrans("OIL", "011"))
    if len(plain) != CODE_LENGTH:
        raise ValueError(f"a ballot code has {CODE_LENGTH} characters; this one has {len(plain)}")
    foreign = sorted(set(plain) - set(CROCKFORD))
    if foreign:
        raise ValueError(f"a ballot code never has {' '.join(foreign)}; please read it again")
    values = [CROCKFORD.index(character) for character in plain]
    if values[-1] != _check(values[:-1]):
        raise ValueError("the check character does not fit; one character is mistyped")
    return plain


def _check(values: list[int]) -> int:
    total = 0
    for value in values:
        total = _double(total ^ value)
    return total


def _double(value: int) -> int:
    """Multiply by x in GF(32) with x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
