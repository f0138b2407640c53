"""One gzip member, unpacked up to a limit; pure."""

import zlib


class PackedError(ValueError):
    """Bytes that are not one whole gzip member, or hold more than they may. is_too_large: the latter."""

    def __init__(self, words: str, *, is_too_large: bool = False) -> None:
        super().__init__(words)
        self.is_too_large = is_too_large


def unpack(body: bytes, limit: int) -> bytes:
    """Return what a gzip body holds, at most `limit` bytes. Raises PackedError; never unpacks further than that."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise PackedError("the body is not gzip") from error
    if len(plain) > limit:
        raise PackedError(f"the body unpacks to over {limit} bytes; send fewer ballots", is_too_large=True)
    if not unpacker.eof:
        raise PackedError("the gzip body is cut short")
    if unpacker.unused_data:
        raise PackedError("the body has more than one gzip member")
    return plain
