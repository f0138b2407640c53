"""Four partitions → one file that a card is flashed from: FAT to boot, root, slots of the application, data."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from provisioning.image.root import LABEL, number_of
from provisioning.image.tools import run

MB: Final = 1 << 20
SECTOR: Final = 512
FIRST_MB: Final = 4
BOOT_MB, SLOTS_MB, DATA_MB = 256, 768, 256
SPARE: Final = 1.12
KIOSK_UID: Final = 960
CMDLINE: Final = (
    f"console=tty1 root=PARTUUID={LABEL}-02 rootfstype=ext4 fsck.repair=yes rootwait overlayroot=tmpfs:recurse=0 "
    "quiet loglevel=3 systemd.show_status=false systemd.ssh_auto=no vt.global_cursor_default=0 consoleblank=0 panic=10"
)


@dataclass(frozen=True)
class Part:
    """One partition. start_mb, size_mb: on the disk; kind: of the MBR."""

    name: str
    start_mb: int
    size_mb: int
    kind: str


def plan(root_mb: int) -> tuple[Part, ...]:
    """Return the partitions for a root of a size; each begins where the one before ends.

    >>> [part.start_mb for part in plan(1000)]
    [4, 260, 1260, 2028]
    """
    parts, at = [], FIRST_MB
    sizes = (("boot", BOOT_MB, "c"), ("root", root_mb, "83"), ("slots", SLOTS_MB, "83"), ("data", DATA_MB, "83"))
    for name, size, kind in sizes:
        parts.append(Part(name, at, size, kind))
        at += size
    return tuple(parts)


def table(parts: Sequence[Part]) -> str:
    """Return the partition table as sfdisk reads it."""
    lines = ["label: dos", f"label-id: 0x{LABEL}"]
    for part in parts:
        start, size = part.start_mb * MB // SECTOR, part.size_mb * MB // SECTOR
        lines.append(f"start={start}, size={size}, type={part.kind}" + (", bootable" if part.name == "boot" else ""))
    return "\n".join(lines) + "\n"


def needed_mb(root: Path) -> int:
    """Return how large a partition a root needs, with room for what ext4 itself takes; a multiple of 4."""
    used = sum(
        -(-os.lstat(os.path.join(folder, name)).st_size // 4096) * 4096 + 256
        for folder, names, files in os.walk(root)
        for name in (*names, *files)
    )
    return -(-int(used * SPARE / MB + 64) // 4) * 4


def fat(path: Path, files: Path, size_mb: int, epoch_s: int) -> None:
    """Make the boot partition of a folder. Raises ImageError."""
    path.unlink(missing_ok=True)
    with path.open("wb") as file:
        file.truncate(size_mb * MB)
    run(["mkfs.vfat", "-F", "32", "-n", "bootfs", "-i", LABEL, "--invariant", str(path)])
    env = {"MTOOLS_SKIP_CHECK": "1", "SOURCE_DATE_EPOCH": str(epoch_s), "TZ": "UTC"}
    for each in sorted(files.iterdir()):
        run(["mcopy", "-s", "-m", "-i", str(path), str(each), "::"], environment=env)


@dataclass(frozen=True)
class Maker:
    """The program that makes ext4: words to run it, and what it is told by its surroundings."""

    words: tuple[str, ...] = ("mke2fs",)
    environment: tuple[tuple[str, str], ...] = ()


def own_maker(root: Path) -> Maker:
    """Return an image's own mke2fs, run from its folder (emulated where need be).

    Debian 13's writes no time but SOURCE_DATE_EPOCH and takes names in order, whatever this machine's own would do.
    """
    loader = next((root / "usr").glob("lib*/ld-linux-*.so.?"))
    libraries = next((root / "usr/lib").glob("*-linux-gnu/libext2fs.so.2")).parent
    words = (str(loader), "--library-path", str(libraries), str(root / "usr/sbin/mke2fs"))
    return Maker(words, (("MKE2FS_CONFIG", str(root / "etc/mke2fs.conf")),))


def ext4(
    path: Path, tree: Path, label: str, size_mb: int, epoch_s: int, *, owner: int = 0, maker: Maker | None = None
) -> None:
    """Make an ext4 partition of a tree; owner: of its topmost folder; maker: None for this machine's own.

    Raises ImageError.
    """
    path.unlink(missing_ok=True)
    by = maker or Maker()
    number = number_of(label)
    env = {"SOURCE_DATE_EPOCH": str(epoch_s), "E2FSPROGS_FAKE_TIME": str(epoch_s), **dict(by.environment)}
    words = [*by.words, "-q", "-t", "ext4", "-L", label, "-U", number, "-O", "^metadata_csum_seed"]
    extra = f"hash_seed={number},lazy_itable_init=0,lazy_journal_init=0,root_owner={owner}:{owner}"
    run([*words, "-E", extra, "-d", str(tree), str(path), f"{size_mb}M"], environment=env)


def boot_files(root: Path, into: Path) -> tuple[Path, Path]:
    """Move kernel and initial RAM disk out of a root to the boot files; returns both. The Pi's own names for them."""
    into.mkdir(parents=True, exist_ok=True)
    kernels, disks = sorted((root / "boot").glob("vmlinuz-*")), sorted((root / "boot").glob("initrd.img-*"))
    for each in (root / "boot/firmware").iterdir():
        shutil.move(each, into / each.name)
    for each in (*into.glob("vmlinuz-*"), *into.glob("initrd.img-*")):
        each.unlink()  # the same two again, under names nothing here boots
    shutil.move(kernels[-1], into / "kernel8.img")
    shutil.move(disks[-1], into / "initrd.img")
    (into / "cmdline.txt").write_text(CMDLINE + "\n")
    (into / "config.txt").write_text(CONFIG)
    return into / "kernel8.img", into / "initrd.img"


CONFIG: Final = """\
# Written by Hài Lòng's image; the kiosk's own settings are in hailong/.
arm_64bit=1
kernel=kernel8.img
initramfs initrd.img followkernel
enable_uart=0
disable_splash=1
disable_overscan=1
dtparam=watchdog=on
dtparam=audio=on
hdmi_force_hotplug=1
"""


def data_tree(into: Path) -> Path:
    """Make what the data partition begins with: the kiosk's folder, and one for networks joined on site."""
    for name, mode, owner in (("kiosk", 0o700, KIOSK_UID), ("network", 0o700, 0)):
        (into / name).mkdir(parents=True, exist_ok=True, mode=mode)
        if os.geteuid() == 0:
            os.chown(into / name, owner, owner)
    return into


def join(image: Path, parts: Sequence[Part], files: dict[str, Path]) -> None:
    """Write partitions into one sparse file, with their table. Raises ImageError."""
    image.unlink(missing_ok=True)
    with image.open("wb") as file:
        file.truncate((parts[-1].start_mb + parts[-1].size_mb) * MB)
    for part in parts:
        words = ["dd", f"if={files[part.name]}", f"of={image}", "bs=4M", f"seek={part.start_mb // 4}"]
        run([*words, "conv=sparse,notrunc", "status=none"])
    draft = image.with_suffix(".sfdisk")
    draft.write_text(table(parts))
    run(["sh", "-c", 'exec sfdisk -q "$1" < "$2"', "sh", str(image), str(draft)])
    draft.unlink()
