"""What the kernel says of the card and the glass; None or "" where this machine does not say."""

from pathlib import Path
from typing import Final

MULTITOUCH_X: Final = 0x35
"""ABS_MT_POSITION_X: a device with this axis is a touch panel. Source: linux/input-event-codes.h."""
LONG_BITS: Final = 64


def card_errors(root: Path = Path("/")) -> int | None:
    """Return how many errors ext4 has met on this machine's partitions since they were made."""
    return _sum(root, "sys/fs/ext4/*/errors_count")


def card_written_mb(root: Path = Path("/")) -> int | None:
    """Return how much was ever written to this machine's partitions."""
    kbytes = _sum(root, "sys/fs/ext4/*/lifetime_write_kbytes")
    return None if kbytes is None else kbytes // 1024


def card_life(root: Path = Path("/")) -> str:
    """Return what an eMMC says of its wear, in tenths of its life, `0x01 0x02`; an SD card does not say."""
    for path in sorted(root.glob("sys/block/mmcblk*/device/life_time")):
        if words := said(path):
            return words[:20]
    return ""


def touch(root: Path = Path("/")) -> str:
    """Return "ok" where a touch panel is there, "missing" where none is; "" on a desk, where none need be."""
    if not (root / "proc/device-tree/model").exists():
        return ""
    found = said(root / "proc/bus/input/devices")
    axes = (line.removeprefix("B: ABS=") for line in found.splitlines() if line.startswith("B: ABS="))
    return "ok" if any(_has_axis(bits) for bits in axes) else "missing"


def _has_axis(bits: str) -> bool:
    try:
        longs = [int(each, 16) for each in reversed(bits.split())]
    except ValueError:
        return False
    at, bit = divmod(MULTITOUCH_X, LONG_BITS)
    return at < len(longs) and bool(longs[at] >> bit & 1)


def _sum(root: Path, pattern: str) -> int | None:
    counts = [int(text) for path in root.glob(pattern) if (text := said(path)).isdecimal()]
    return sum(counts) if counts else None


def said(path: Path) -> str:
    """Return what a file of the system says, without the blanks around it; "" where it is not there or says nothing."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
