"""A file as a row of QR codes, for a phone's camera: any order, any gaps, any repeats; pure.

`HLF1` file (4 bytes) · index · count · crc, then the chunk, all in base32, which a QR holds in its alphanumeric mode.
The row is shown again and again; a phone that missed one waits for the next turn.
"""

import struct
import zlib
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

import msgspec

from survey import base32

MARK: Final = "HLF1"
CHUNK: Final = 500
"""Bytes to a code: with 8 for its head a QR of version 15–16, read at arm's length from a 7" screen."""

MOST: Final = 400
_HEAD: Final = struct.Struct(">4sHHI")


class Piece(msgspec.Struct, frozen=True):
    """One code's content. file: the first 4 bytes of the file's SHA-256, so that two files never mix."""

    file: bytes
    index: int
    count: int
    chunk: bytes


def split(data: bytes, chunk: int = CHUNK) -> list[str]:
    """Return the codes of a file, in order. Raises ValueError if it is empty or needs more than MOST codes."""
    count = -(-len(data) // chunk)
    if not 1 <= count <= MOST:
        raise ValueError(f"{len(data)} bytes make {count} codes; 1 to {MOST} can be shown")
    file = sha256(data).digest()[:4]
    return [_code(Piece(file, at, count, data[at * chunk : (at + 1) * chunk])) for at in range(count)]


def _code(piece: Piece) -> str:
    place = struct.pack(">4sHH", piece.file, piece.index, piece.count)
    crc = zlib.crc32(place + piece.chunk)
    packed = _HEAD.pack(piece.file, piece.index, piece.count, crc) + piece.chunk
    return MARK + base32.encode(packed)


def read(text: str) -> Piece | None:
    """Return the piece in a code, None if it is another code or was misread."""
    if not text.startswith(MARK):
        return None
    body = text[len(MARK) :]
    try:
        packed = base32.decode(body)
        file, index, count, crc = _HEAD.unpack_from(packed)
    except (struct.error, ValueError):
        return None
    chunk = packed[_HEAD.size :]
    if index >= count or zlib.crc32(struct.pack(">4sHH", file, index, count) + chunk) != crc:
        return None
    return Piece(file, index, count, chunk)


class Joined(msgspec.Struct, frozen=True):
    """What is read so far of the file whose codes came last. data: the whole file once it is there, else None."""

    have: int
    count: int
    data: bytes | None = None


def join(texts: Iterable[str]) -> Joined:
    """Return a file from codes in any order, with repeats, gaps and foreign codes among them."""
    pieces: dict[bytes, dict[int, Piece]] = {}
    last: Piece | None = None
    for text in texts:
        piece = read(text)
        if piece is not None:
            last = piece
            pieces.setdefault(piece.file, {})[piece.index] = piece
    if last is None:
        return Joined(0, 0)
    found = pieces[last.file]
    if len(found) < last.count:
        return Joined(len(found), last.count)
    data = b"".join(found[at].chunk for at in range(last.count))
    return Joined(len(found), last.count, data if sha256(data).digest()[:4] == last.file else None)
