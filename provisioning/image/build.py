"""From this checkout to an image: wheels, root, overlay, partitions, manifest, each step said as it begins."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from provisioning.image import disk, manifest, root, wheels
from provisioning.image.tools import ImageError, copy, digest
from provisioning.release import build as releases
from provisioning.release import keys

HERE: Final = Path(__file__).resolve().parents[2]
PROGRAMS: Final = ("commission", "launcher")
HEADERS: Final = "libpython3.13-dev"
LOADED: Final = ("msgspec", "cryptography.hazmat.primitives", "nacl.public", "gpiozero", "sqlite_utils", "segno")
SHARED: Final = ("voice", "words.bin")


@dataclass(frozen=True)
class Order:
    """What is to be made. out: the image; cache: what is kept between builds; epoch_s: the newest time in it.

    version, counter: of the factory's release. keys: the folder of the release keys; only its public root is used.
    """

    out: Path
    cache: Path
    architecture: str
    version: str
    counter: int
    keys: Path
    epoch_s: int


def epoch() -> int:
    """Return when this checkout was last changed, Unix seconds; the day this was written where it has no history."""
    words = ["git", "-C", str(HERE), "log", "-1", "--format=%ct"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip().isdecimal() else 1_795_305_600


def libraries(architecture: str, cache: Path, lib: Path, say: Callable[[str], None]) -> None:
    """Fill lib/ from the lock for a kiosk's machine, with GPIO where it has any. Raises ImageError."""
    house = cache / f"wheels-{architecture}-{digest(HERE / 'image/appliance.lock')[:16]}"
    say("kho thư viện: tải đúng các bản đã khóa")
    wheels.lay_out(wheels.fetch(HERE / "image/appliance.lock", architecture, house), lib, architecture)
    if architecture == "arm64":
        say("lgpio: biên dịch cho máy kiosk")
        _lgpio(architecture, cache, lib, house, say)


def factory(order: Order, work: Path, say: Callable[[str], None]) -> Path:
    """Make the factory slot as a release is made, its trust anchor beside it. Raises ImageError, ReleaseError."""
    lib, slot = work / "lib", work / "factory"
    lib.mkdir(parents=True)
    libraries(order.architecture, order.cache, lib, say)
    kind = (wheels.MACHINES[order.architecture], wheels.PYTHON)
    app, held = releases.sources(HERE), releases.libraries(lib)
    release = releases.build(work / "built", order.version, order.counter, kind, app, held)
    releases.lay(slot, release, app, held, keys.root_of(order.keys))
    return slot


def _lgpio(architecture: str, cache: Path, lib: Path, house: Path, say: Callable[[str], None]) -> None:
    tar = root.debootstrapped([HEADERS], architecture, cache, say, is_whole=False)
    work = cache / "work-lgpio"
    tree = root.unpacked(tar, work / "root")
    headers = tree / f"usr/include/python{wheels.PYTHON}"
    own = tree / f"usr/include/{wheels.MACHINES[architecture]}-linux-gnu"
    for each in own.glob("python*/pyconfig.h"):
        shutil.copyfile(each, headers / "pyconfig.h")
    wheels.build_lgpio(wheels.sdist(house), headers, lib, architecture, work / "source")
    shutil.rmtree(work)


def build(order: Order, say: Callable[[str], None]) -> dict[str, object]:
    """Make the image and what is told of it, beside it; returns the manifest. Raises ImageError."""
    keys.root_of(order.keys)  # what is missing is said before an hour's work
    work = order.cache / f"work-{order.architecture}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    made = factory(order, work / "release", say)
    names = root.packages(HERE / "image/packages.txt", order.architecture)
    tree = root.unpacked(root.debootstrapped(names, order.architecture, order.cache, say), work / "root")
    say("phủ cài đặt của Hài Lòng lên gốc")
    root.customise(tree, HERE / "image/overlay", [HERE / name for name in PROGRAMS], made, order.epoch_s)
    share(tree, say)
    say("biên dịch trước cho khởi động nhanh")
    root.compiled(tree)
    root.imported(tree, LOADED + (("lgpio",) if order.architecture == "arm64" else ()))
    boot = work / "boot"
    disk.boot_files(tree, boot)
    root.clamp(tree, order.epoch_s)
    root.clamp(boot, order.epoch_s)
    say("ghép các phân vùng")
    parts = disk.plan(disk.needed_mb(tree))
    files = {part.name: work / f"{part.name}.part" for part in parts}
    size = {part.name: part.size_mb for part in parts}
    disk.fat(files["boot"], boot, size["boot"], order.epoch_s)
    maker = disk.own_maker(tree)
    disk.ext4(files["root"], tree, "rootfs", size["root"], order.epoch_s, maker=maker)
    (work / "slots").mkdir()
    data = disk.data_tree(work / "data")
    for name, folder in (("slots", work / "slots"), ("data", data)):
        root.clamp(folder, order.epoch_s)
        owner = disk.KIOSK_UID if name == "slots" else 0
        disk.ext4(files[name], folder, name, size[name], order.epoch_s, owner=owner, maker=maker)
    order.out.parent.mkdir(parents=True, exist_ok=True)
    disk.join(order.out, parts, files)
    say("bản kê và SBOM")
    told = manifest.write(order.out, tree, boot, parts, order.version, order.architecture)
    for name in ("kernel8.img", "initrd.img"):
        shutil.copyfile(boot / name, order.out.with_name(f"{order.out.stem}.{name}"))
    shutil.copyfile(boot / "cmdline.txt", order.out.with_name(f"{order.out.stem}.cmdline"))
    shutil.rmtree(work)
    return told


def share(tree: Path, say: Callable[[str], None]) -> None:
    """Lay in the rendered voice and the table of words, where this checkout has them."""
    for name in SHARED:
        source, target = HERE / "build" / name, tree / "usr/share/hailong" / name
        if not source.exists():
            say(f"không có build/{name}: xin chạy `make voice words` trước nếu cần; ảnh vẫn được tạo")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            copy(source, target)
        else:
            shutil.copyfile(source, target)


__all__ = ["ImageError", "Order", "build", "epoch", "factory", "share"]
