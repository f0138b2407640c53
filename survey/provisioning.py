"""What the technician's laptop asks of the centre: the counters there are, and one-time codes for rows of a roster."""

from typing import Annotated

import msgspec

from survey.ballot import Ident
from survey.questionnaire import Text

Slot = Annotated[int, msgspec.Meta(ge=1, le=99)]
"""Which device of a counter: 1 for the first, one more for each that takes its place."""
ROWS_AT_MOST = 1000


class CounterPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A counter that stands. code: what offices call it by."""

    id: Ident
    code: Annotated[str, msgspec.Meta(max_length=40)]
    name: Text
    office: Ident
    office_name: Text


class Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where kiosks may stand. centre: base address that kiosks are given; made_at: Unix milliseconds."""

    version: int
    centre: str
    made_at: int
    counters: list[CounterPlace]


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of a roster that needs a code."""

    counter: Ident
    slot: Slot = 1


class CodesAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rows that need codes; the same row asked for again has the same code."""

    version: int
    rows: Annotated[list[Wanted], msgspec.Meta(min_length=1, max_length=ROWS_AT_MOST)]
    days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 30


class CodeGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a row was answered with. code: "" once a device used it, then device says which."""

    counter: Ident
    slot: Slot
    code: Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[A-Z0-9-]*$")]
    expires_at: int
    device: str = ""


class CodesGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The answer, rows in the order they were asked in."""

    version: int
    centre: str
    made_at: int
    rows: list[CodeGiven]
