"""An error on the wire: a stable code for programs, words with the way out for people."""

import msgspec


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What a centre answers when it cannot do what was asked. status: the HTTP status it came with."""

    code: str
    words: str
    status: int
    retry_after_s: int | None = None
