"""What makes a stock Raspberry Pi OS a kiosk without a network: one archive to lay on the card's boot partition."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from provisioning.image import debs, root
from provisioning.image.build import HERE, PROGRAMS, Order, factory, share
from provisioning.image.tools import copy, digest, run

STOCK: Final = ("linux-image", "raspi-firmware", "initramfs-tools", "overlayroot", "busybox")
"""What Raspberry Pi OS has in its own way, and keeps: kernel, firmware, how it starts."""
FOLDER: Final = "hailong"


def needed(names: Sequence[str]) -> list[str]:
    """Return the packages of a list that a stock system may be given; pure.

    >>> needed(["kbd", "linux-image-arm64", "overlayroot"])
    ['kbd']
    """
    return [one for one in names if not one.startswith(STOCK)]


def joined(
    out: Path, made: Path, packages: Sequence[Path], work: Path, epoch_s: int, say: Callable[[str], None]
) -> str:
    """Write the archive; returns its SHA-256. made: the factory slot; work: an empty folder. Raises ImageError."""
    tree, into = work / "tree", work / "bundle" / FOLDER
    copy(HERE / "image/overlay", tree)
    for name in PROGRAMS:
        copy(HERE / name, tree / "usr/lib/hailong" / name)
    shutil.copytree(made, tree / "opt/hailong/factory")
    share(tree, say)
    (into / "debs").mkdir(parents=True)
    packed(tree, into / "root.tar.gz", epoch_s, is_packed=True)
    for each in packages:
        shutil.copyfile(each, into / "debs" / each.name.replace("%3a", "_"))
    shutil.copyfile(HERE / "image/first-boot", into / "first-boot")
    (into / "first-boot").chmod(0o755)
    files = sorted(each for each in into.rglob("*") if each.is_file())
    lines = [f"{digest(each)}  {each.relative_to(into).as_posix()}" for each in files]
    (into / "sha256sums").write_text("\n".join(lines) + "\n")
    out.parent.mkdir(parents=True, exist_ok=True)
    packed(work / "bundle", out, epoch_s, is_packed=False)
    return digest(out)


def packed(folder: Path, out: Path, epoch_s: int, *, is_packed: bool) -> None:
    """Write a folder as an archive, the same bytes for the same files; all of it root's. Raises ImageError."""
    words = ["tar", "--sort=name", f"--mtime=@{epoch_s}", "--owner=0", "--group=0", "--numeric-owner"]
    words += [*(["-I", "gzip -n -6"] if is_packed else []), "-cf", str(out.resolve()), "-C", str(folder)]
    run([*words, *sorted(each.name for each in folder.iterdir())])


def bundle(order: Order, say: Callable[[str], None]) -> str:
    """Make the archive of this checkout; returns its SHA-256. Raises ImageError, ReleaseError."""
    work = order.cache / "work-bundle"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    say("gói Debian: tải cho arm64, chỉ những gói ki-ốt cần")
    names = needed(root.packages(HERE / "image/packages.txt", order.architecture))
    options = debs.apt_root(work / "apt", root.SUITE, order.architecture)
    packages = debs.download(options, names, work / "debs")
    say(f"{len(packages)} gói; chương trình ki-ốt và thư viện")
    made = factory(order, work / "release", say)
    told = joined(order.out, made, packages, work / "joined", order.epoch_s, say)
    shutil.rmtree(work)
    return told
