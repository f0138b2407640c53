"""A disk's first sector with the partition table of old (MBR), which cards of a Raspberry Pi have; pure."""

from dataclasses import dataclass
from typing import Final

SECTOR: Final = 512
ENTRIES: Final = range(446, 510, 16)
SIGNED: Final = b"\x55\xaa"


@dataclass(frozen=True)
class Entry:
    """One line of the table. kind: what the partition is for; the rest in bytes of the card."""

    kind: int
    start: int
    size_bytes: int


def entries(first: bytes) -> list[Entry]:
    """Return the four lines of a disk's first sector, empty ones too; nothing where there is no table."""
    if len(first) < SECTOR or first[510:512] != SIGNED:
        return []

    def sectors(at: int) -> int:
        return int.from_bytes(first[at : at + 4], "little")

    return [Entry(first[at + 4], sectors(at + 8) * SECTOR, sectors(at + 12) * SECTOR) for at in ENTRIES]
