"""Where a kiosk's data may lie on a card: by its table, or by the marks of ext4 where that is gone; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from provisioning.mbr import entries

STEP: Final = 4 << 20
LINUX: Final = 0x83
MARK: Final = b"\x53\xef"
HEAD: Final = 2048
"""Bytes of a partition's beginning in which ext4 says what it is."""


@dataclass(frozen=True)
class Stretch:
    """A partition, in bytes of the card."""

    start: int
    size_bytes: int


def of_table(first: bytes, card_bytes: int) -> list[Stretch]:
    """Return the Linux partitions of a disk's first sector, the last first: there the kiosk's data lies."""
    found = [one for one in entries(first) if one.kind == LINUX and 0 < one.start < card_bytes]
    return [Stretch(one.start, one.size_bytes) for one in reversed(found)]


def ext4_bytes(head: bytes) -> int:
    """Return how large an ext4 says it is by its first 2,048 bytes; 0 where it is none."""
    block = head[1024:HEAD]
    if len(block) < 1024 or block[56:58] != MARK or block[24] > 6 or block[90:92] != b"\0\0":
        return 0  # 90: the number of this copy of the superblock; only the first begins a partition
    return int.from_bytes(block[4:8], "little") * (1024 << block[24])


def steps(card_bytes: int) -> Iterator[int]:
    """Yield where a partition of ours may begin: at every fourth megabyte."""
    yield from range(0, card_bytes, STEP)
