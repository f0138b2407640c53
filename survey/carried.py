"""Ballots carried by hand: batches signed by the device, sealed to the centre, one after another in a file; pure.

`HLB1`, a line that says whose file it is, then records: four bytes of length and a sealed box of
kind (1) ‖ signature (64) ‖ body. The last record says how many came before it: a file cut short is known as such.
"""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import BinaryIO, Final, Literal, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey as OpenKey
from nacl.public import PublicKey as SealKey
from nacl.public import SealedBox

from survey import wire
from survey.ballot import Count, Hex128, Ident, Positive
from survey.batch import Batch
from survey.instant import Instant
from survey.packed import PackedError, unpack
from survey.signature import PrivateKey, PublicKey

MAGIC: Final = b"HLB1\n"
MAX_LABEL: Final = 1000
MAX_RECORD: Final = 2_100_000
MAX_PLAIN: Final = 16_000_000
MAX_FILE: Final = 16_000_000
"""A file that a form takes; the kiosk begins another one well before."""

BATCH, END = b"B", b"E"
T = TypeVar("T")

_DOMAIN: Final = b"hailong carried 1\x00"

Code = Literal["not_ours", "cut_short", "damaged", "bad_signature", "too_large"]


class CarriedError(ValueError):
    """A file that cannot be taken; `code` says why, stable."""

    def __init__(self, code: Code, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose file this is; readable by anyone, because the centre must know whose key to check. file: random."""

    version: int
    file: Hex128
    device: Ident
    stream: Hex128
    made: Instant


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The last record: how many batches and ballots, from which place to which."""

    batches: Positive
    ballots: Count
    first: Count
    last: Count


def file_name(device: str, stream: str, first: int, last: int) -> str:
    """Return what a file is called: `hailong-ks-000001-1a2b3c4d-1-500.hlb`."""
    return f"hailong-{device}-{stream[:8]}-{first}-{last}.hlb"


def head(label: Label) -> bytes:
    """Return a file's beginning."""
    return MAGIC + wire.encode(label) + b"\n"


def batch_record(label: Label, index: int, batch: Batch, key: PrivateKey, seal_key: bytes) -> bytes:
    """Return one batch as a record. index: 0, 1, 2 … in the file. seal_key: the centre's 32-byte public key."""
    return _record(label, index, BATCH, gzip.compress(wire.encode(batch), 6, mtime=0), key, seal_key)


def end_record(label: Label, index: int, end: End, key: PrivateKey, seal_key: bytes) -> bytes:
    """Return the last record."""
    return _record(label, index, END, wire.encode(end), key, seal_key)


def _record(label: Label, index: int, kind: bytes, body: bytes, key: PrivateKey, seal_key: bytes) -> bytes:
    plain = kind + key.sign(_signed(label, index, kind, body)) + body
    box = SealedBox(SealKey(seal_key)).encrypt(plain)
    return len(box).to_bytes(4) + bytes(box)


def _signed(label: Label, index: int, kind: bytes, body: bytes) -> bytes:
    return _DOMAIN + sha256(wire.encode(label)).digest() + kind + index.to_bytes(4) + sha256(body).digest()


def read_label(file: BinaryIO) -> Label:
    """Return whose file this is, read from its beginning. Raises CarriedError."""
    if file.read(len(MAGIC)) != MAGIC:
        raise CarriedError("not_ours", "the file does not begin as ours do")
    line = file.readline(MAX_LABEL)
    try:
        label = wire.decode(line, Label)
    except wire.WireError as error:
        raise CarriedError("not_ours" if line.endswith(b"\n") else "cut_short", str(error)[:200]) from error
    if label.version != wire.CONTRACT_VERSION or wire.encode(label) + b"\n" != line:
        raise CarriedError("not_ours", "the label is of another version or spelling")
    return label


def read_records(
    file: BinaryIO, label: Label, open_key: bytes | Sequence[bytes], key: PublicKey
) -> Iterator[Batch | End]:
    """Yield the batches and then the end of a file whose label was read; one record is in memory at a time.

    open_key: the centre's 32-byte private key, or several, tried in turn. key: the device's.
    Raises CarriedError at the first fault, also where anything stands after the end.
    """
    keys = [open_key] if isinstance(open_key, bytes) else open_key
    boxes = [SealedBox(OpenKey(one)) for one in keys]
    index = 0
    while True:
        plain = _opened(file, boxes)
        kind, signature, body = plain[:1], plain[1:65], plain[65:]
        try:
            key.verify(signature, _signed(label, index, kind, body))
        except InvalidSignature:
            raise CarriedError("bad_signature", f"record {index} is not of this device") from None
        if kind == END:
            if file.read(1):
                raise CarriedError("damaged", "something stands after the end")
            yield _decoded(body, End)
            return
        yield _decoded(_unpacked(body), Batch)
        index += 1


def _opened(file: BinaryIO, boxes: Sequence[SealedBox[OpenKey]]) -> bytes:
    length = file.read(4)
    if len(length) < 4:
        raise CarriedError("cut_short", "the file ends before its last record")
    size = int.from_bytes(length)
    if not 65 < size <= MAX_RECORD:
        raise CarriedError("damaged", f"a record of {size} bytes")
    sealed = file.read(size)
    if len(sealed) < size:
        raise CarriedError("cut_short", "the file ends within a record")
    for box in boxes:
        with suppress(CryptoError):
            return bytes(box.decrypt(sealed))
    raise CarriedError("damaged", "a record was changed, or is sealed to another centre")


def _unpacked(body: bytes) -> bytes:
    try:
        return unpack(body, MAX_PLAIN)
    except PackedError as error:
        raise CarriedError("too_large" if error.is_too_large else "damaged", f"a record: {error}") from error


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return wire.decode(body, kind)
    except wire.WireError as error:
        raise CarriedError("damaged", str(error)[:200]) from error
