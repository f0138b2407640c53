"""The centre's time, asked for by a kiosk whose own clock is too wrong for a certificate."""

import msgspec

from survey.ballot import Hex128
from survey.instant import Instant


class TimeTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The time at the centre as it answered; the answer is signed. nonce: the request's."""

    version: int
    time: Instant
    nonce: Hex128
