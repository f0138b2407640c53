"""A support bundle that the centre asked one kiosk for: what is sent, and what comes back; pure."""

from typing import Annotated, Final, Literal

import msgspec

from survey.ballot import Hex128, Ident
from survey.instant import Instant

UNDERSTANDS: Final = "hailong-understands"
"""A header of a kiosk's batch: words for what its software can do beyond version 1; no older centre minds it."""
BUNDLE: Final = "bundle"
"""The word of `UNDERSTANDS` without which no receipt carries `bundle`: older kiosks refuse fields they do not know."""

MAX_BUNDLE_BYTES: Final = 2 * 1024 * 1024
MAX_MESSAGE_BYTES: Final = MAX_BUNDLE_BYTES * 4 // 3 + 32_768
"""A whole message: the zip in base64, and what was left out of it."""

Why = Literal["", "not_made", "given_up"]
"""Why there is none: making it failed; or it was begun so often, and never arrived, that the kiosk stopped trying."""


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The answer to a request. id: the request's, the idempotency key; zip: b"" where why says why there is none.

    left_out: names of parts, and how much of each, that were left out for the size. fault: the error's class, or "".
    """

    version: int
    id: Hex128
    device: Ident
    software: Annotated[str, msgspec.Meta(max_length=40)] = ""
    zip: Annotated[bytes, msgspec.Meta(max_length=MAX_BUNDLE_BYTES)] = b""
    left_out: Annotated[list[Annotated[str, msgspec.Meta(max_length=120)]], msgspec.Meta(max_length=100)] = []
    why: Why = ""
    fault: Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z_][A-Za-z0-9_]{0,59})?$")] = ""


class BundleReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The centre holds an answer to this request; sent again, it changes nothing. nonce: the request's."""

    version: int
    id: Hex128
    nonce: Hex128
    time: Instant
