"""What may be written as a card: drives as sysfs shows them, and which of them must be left alone, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Bus = Literal["usb", "sd", "other"]
SECTOR: Final = 512
LARGEST_BYTES: Final = 300_000_000_000
"""No kiosk's card is larger; somebody's backup disk is."""
NO_DRIVES: Final = ("loop", "ram", "zram", "dm-", "md", "sr", "nbd", "fd")
SYSTEM: Final = ("/", "/boot", "/boot/efi", "/boot/firmware", "/usr", "/var", "/home", "swap")


@dataclass(frozen=True)
class Drive:
    """One whole drive. uses: where it or a part of it is mounted, `swap`, or what else holds it."""

    name: str
    size_bytes: int
    is_read_only: bool
    bus: Bus
    model: str
    parts: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Return where it is opened."""
        return Path("/dev") / self.name


def size_words(size_bytes: int) -> str:
    """Return a size as it is printed on cards.

    >>> size_words(31_914_983_424)
    '31,9 GB'
    """
    return f"{size_bytes / 1e9:.1f} GB".replace(".", ",")


def refusal(drive: Drive, needed_bytes: int = 0) -> str:
    """Return why a drive may not be written, in Vietnamese with the way out; "" if it may."""
    held = [use for use in drive.uses if use in SYSTEM or not use.startswith("/")]
    if held:
        return f"{drive.path} là ổ của chính máy này ({', '.join(held)}). Xin chọn thẻ khác: flash list."
    if drive.bus == "other":
        return f"{drive.path} không phải thẻ nhớ hay USB. Xin chọn thẻ khác: flash list."
    if drive.uses:
        return f"{drive.path} đang mở ở {', '.join(drive.uses)}. Xin tháo (umount) rồi chạy lại."
    if drive.size_bytes == 0:
        return f"{drive.path} chưa có thẻ trong khe. Xin cắm thẻ."
    if drive.is_read_only:
        return f"{drive.path} bị khóa ghi. Xin gạt lẫy khóa bên cạnh thẻ, hoặc thay thẻ."
    if drive.size_bytes > LARGEST_BYTES:
        return f"{drive.path} có {size_words(drive.size_bytes)}, quá lớn để là thẻ của ki-ốt. Xin xem lại."
    if drive.size_bytes < needed_bytes:
        words = f"{size_words(drive.size_bytes)}, cần ít nhất {size_words(needed_bytes)}"
        return f"{drive.path} nhỏ quá: {words}. Xin dùng thẻ lớn hơn."
    return ""


# ---- what this machine shows


def found(root: Path = Path("/")) -> list[Drive]:
    """Return the drives of a machine, by name. root: where its sys/ and proc/ are."""
    mounts, swaps = _mounts(root / "proc/self/mountinfo"), _swaps(root / "proc/swaps")
    blocks = root / "sys/block"
    names = sorted(each.name for each in blocks.iterdir()) if blocks.is_dir() else []
    return [_drive(blocks / name, mounts, swaps) for name in names if not name.startswith(NO_DRIVES)]


def _drive(block: Path, mounts: list[tuple[str, str, str]], swaps: list[str]) -> Drive:
    parts = tuple(sorted(each.parent.name for each in block.glob("*/partition")))
    uses = [use for folder in (block, *(block / part for part in parts)) for use in _uses(folder, mounts, swaps)]
    model = " ".join(
        f"{_said(block / 'device/vendor')} {_said(block / 'device/model') or _said(block / 'device/name')}".split()
    )
    return Drive(
        name=block.name, size_bytes=int(_said(block / "size") or 0) * SECTOR,
        is_read_only=_said(block / "ro") == "1",
        bus=_bus(block), model=model, parts=parts, uses=tuple(dict.fromkeys(uses)),
    )  # fmt: skip


def _bus(block: Path) -> Bus:
    """Return how a drive is joined: soldered memory of a laptop is `other`, though it is named like a card."""
    if any(part.startswith("usb") for part in block.resolve().parts):
        return "usb"
    if block.name.startswith("mmcblk") and "boot" not in block.name and "rpmb" not in block.name:
        return "sd" if _said(block / "device/type") == "SD" else "other"
    return "usb" if _said(block / "removable") == "1" else "other"


def _uses(folder: Path, mounts: list[tuple[str, str, str]], swaps: list[str]) -> Iterator[str]:
    number, path = _said(folder / "dev"), f"/dev/{folder.name}"
    for device, place, source in mounts:
        if device == number or source == path:
            yield place
    if path in swaps:
        yield "swap"
    holders = folder / "holders"
    for holder in sorted(holders.iterdir()) if holders.is_dir() else ():
        yield holder.name
        yield from _uses(holder.resolve(), mounts, swaps)


def _mounts(path: Path) -> list[tuple[str, str, str]]:
    """Return (device number, where, source) of every mount."""
    made = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        words, _, rest = line.partition(" - ")
        made.append((words.split()[2], _plain(words.split()[4]), _plain([*rest.split(), "", ""][1])))
    return made


def _plain(word: str) -> str:
    for letter, code in ((" ", "\\040"), ("\t", "\\011"), ("\n", "\\012"), ("\\", "\\134")):
        word = word.replace(code, letter)
    return word


def _swaps(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()[1:] if path.exists() else []
    return [line.split()[0] for line in lines if line.strip()]


def _said(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
