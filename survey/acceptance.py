"""The acceptance sheet: what a technician tried on site, item by item, and the verdict; pure."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

import msgspec

from survey.ballot import Count, Hex128, Ident
from survey.instant import Instant

MAX_SHEET_BYTES: Final = 32_768

Outcome = Literal["pass", "fail", "skipped"]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing tried. value: what was measured, in Vietnamese."""

    id: Ident
    outcome: Outcome
    value: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One acceptance test. id: random, the idempotency key; clock: of `began`; who: initials, or ""."""

    version: int
    id: Hex128
    device: Ident
    software: Annotated[str, msgspec.Meta(max_length=40)]
    began: Instant
    clock: Literal["exact", "unproven"]
    took_ms: Count
    who: Annotated[str, msgspec.Meta(max_length=12)] = ""
    verdict: Literal["pass", "fail"]
    items: Annotated[list[Item], msgspec.Meta(min_length=1, max_length=60)]


class SheetReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The centre holds the sheet of this id; sent again, the answer is the same. nonce: the request's."""

    version: int
    id: Hex128
    nonce: Hex128
    time: Instant


def verdict_of(items: Sequence[Item]) -> Literal["pass", "fail"]:
    """Return the verdict on these items: one failure fails the kiosk; what was skipped is no failure."""
    return "fail" if any(item.outcome == "fail" for item in items) else "pass"
