"""The wheelhouse of the kiosk's machine, from the lock, and laid out flat; no compiler and no pip where it runs."""

import shutil
import sys
import tarfile
from pathlib import Path
from typing import Final

from provisioning.image.tools import ImageError, run

PYTHON: Final = "3.13"
"""Of Debian 13 and of Raspberry Pi OS Trixie."""
PLATFORMS: Final = ("manylinux2014_{0}", "manylinux_2_17_{0}", "manylinux_2_28_{0}", "manylinux_2_34_{0}")
MACHINES: Final = {"arm64": "aarch64", "amd64": "x86_64"}
LEFT_OUT: Final = ("pip", "setuptools", "docutils", "pygments", "kivy_garden")
"""What other packages want for their own tools, which a kiosk never runs."""
LGPIO: Final = "lgpio==0.2.2.0"
"""Real GPIO through the kernel's character device. Newer Pythons have no wheel of it but a hollow 0.0.0.2."""


def fetch(lock: Path, architecture: str, house: Path) -> list[Path]:
    """Bring the wheels of a lock for a machine; returns them. Raises ImageError."""
    house.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    words += ["--only-binary", ":all:", "--require-hashes", "--requirement", str(lock), "--dest", str(house)]
    words += ["--python-version", PYTHON, "--implementation", "cp"]
    words += [word for abi in ("cp313", "abi3", "none") for word in ("--abi", abi)]
    words += [word for one in PLATFORMS for word in ("--platform", one.format(MACHINES[architecture]))]
    run(words)
    return sorted(house.glob("*.whl"))


def lay_out(wheels: list[Path], lib: Path, architecture: str) -> None:
    """Install wheels flat into a folder, none of them run. Raises ImageError."""
    chosen = [str(one) for one in wheels if one.name.split("-")[0].lower() not in LEFT_OUT]
    words = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-index",
    ]
    words += ["--no-compile", "--target", str(lib), "--only-binary", ":all:", "--python-version", PYTHON]
    words += ["--implementation", "cp", *(word for abi in ("cp313", "abi3", "none") for word in ("--abi", abi))]
    words += [word for one in PLATFORMS for word in ("--platform", one.format(MACHINES[architecture]))]
    run([*words, *chosen])
    for waste in (lib / "share", lib / "bin", lib / "kivy" / "tools"):
        shutil.rmtree(waste, ignore_errors=True)


def build_lgpio(source: Path, headers: Path, lib: Path, architecture: str, work: Path) -> Path:
    """Compile lgpio's own sources for the kiosk's machine, here; returns the module. Raises ImageError.

    source: its sdist. headers: Python's include folder of the kiosk's root.
    """
    with tarfile.open(source) as archive:
        archive.extractall(work, filter="data")
    tree = next(work.glob("lgpio-*"))
    run(["swig", "-python", f"-I{tree}", "-o", str(tree / "lgpio_wrap.c"), str(tree / "lgpio.i")])
    machine = MACHINES[architecture]
    compiler = f"{machine}-linux-gnu-gcc"
    module = lib / f"_lgpio.cpython-313-{machine}-linux-gnu.so"
    words = [compiler, "-shared", "-fPIC", "-O2", "-s", "-w", f"-I{headers}", f"-I{tree / 'src'}"]
    run([*words, str(tree / "lgpio_wrap.c"), *map(str, sorted((tree / "src").glob("*.c"))), "-o", str(module)])
    shutil.copyfile(tree / "lgpio.py", lib / "lgpio.py")
    return module


def sdist(house: Path) -> Path:
    """Bring lgpio's sources. Raises ImageError."""
    words = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    run([*words, "--no-binary", ":all:", LGPIO, "--dest", str(house)])
    found = sorted(house.glob("lgpio-*.tar.gz"))
    if not found:
        raise ImageError(f"Không tải được nguồn của {LGPIO}.")
    return found[0]
