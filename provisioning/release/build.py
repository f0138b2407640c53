"""Packs app/ and lib/ of a release for one kind of machine; the same sources give the same bytes."""

import gzip
import io
import os
import platform
import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from provisioning.release.keys import ReleaseError
from survey.release import ROOT, Held, Release, identity, release_file

OURS: Final = ("survey", "appliance", "launcher")
PASSED_OVER: Final = {"__pycache__", ".git", ".mypy_cache", ".ruff_cache"}
NAMES_THIS_MACHINE: Final = (".dist-info/RECORD", ".dist-info/direct_url.json")
RELEASE: Final = "release.json"
WHEN: Final = 1_704_067_200
"""The time that all files of an archive bear: 2024-01-01."""


def here() -> tuple[str, str]:
    """Return this machine's architecture and Python, as releases name them."""
    return platform.machine(), f"{sys.version_info.major}.{sys.version_info.minor}"


def sources(checkout: Path, share: Path | None = None) -> dict[str, Path]:
    """Return the files of app/, by their path below the slot."""
    found: dict[str, Path] = {}
    for package in OURS:
        for path in _files(checkout / package):
            found[f"app/{package}/{path.relative_to(checkout / package).as_posix()}"] = path
    if f"app/{OURS[1]}/__main__.py" not in found:
        raise ReleaseError(f"{checkout} không phải mã nguồn của Hài Lòng (không thấy appliance/__main__.py).")
    if share is not None:
        found |= {f"app/share/{path.relative_to(share).as_posix()}": path for path in _files(share)}
    return found


def libraries(folder: Path) -> dict[str, Path]:
    """Return the files of lib/, by their path below the slot; not what names this machine, programs and manuals."""
    paths = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    found = {
        f"lib/{name}": path
        for name, path in paths.items()
        if not name.startswith(("bin/", "share/")) and not name.endswith(NAMES_THIS_MACHINE)
    }
    if not found:
        raise ReleaseError(f"Thư mục thư viện {folder} trống. Xin để release build tự tải, hoặc chọn thư mục khác.")
    return found


def install(checkout: Path, into: Path, architecture: str, python: str) -> None:
    """Fill a folder with the kiosk's libraries at the locked versions. Raises ReleaseError.

    For another kind of machine ready-made wheels are taken.
    """
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["appliance"]]
    pinned = re.findall(r"^([A-Za-z0-9._-]+==[^\s\\;]+)", (checkout / "requirements.lock").read_text(), re.MULTILINE)
    into.mkdir(parents=True, exist_ok=True)
    limits = into.with_name(f".{into.name}.txt")
    limits.write_text("\n".join(pinned))
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-compile", "--target", str(into), "-c", str(limits)]
    if (architecture, python) != here():
        command += ["--platform", f"manylinux2014_{architecture}", "--platform", f"manylinux_2_28_{architecture}"]
        command += ["--python-version", python, "--only-binary=:all:"]
    done = subprocess.run([*command, *wanted], capture_output=True, text=True, check=False)
    limits.unlink()
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise ReleaseError(f"Không tải được thư viện cho {architecture}, Python {python}: {why}")


def build(
    out: Path, version: str, counter: int, kind: tuple[str, str], app: dict[str, Path], lib: dict[str, Path]
) -> Release:
    """Write release.json and both archives into a new folder; returns the release. Raises ReleaseError.

    kind: architecture and Python of the machines it is for.
    """
    if out.exists() and any(out.iterdir()):
        raise ReleaseError(f"{out} đã có tệp. Xin chọn thư mục khác.")
    held = {path: _held(file) for path, file in sorted({**app, **lib}.items())}
    of_lib = identity({path[4:]: one for path, one in held.items() if path.startswith("lib/")})
    tail = f"{kind[0]}-{kind[1]}.tar.gz"
    try:
        release = msgspec.convert({
            "version": version, "counter": counter, "architecture": kind[0], "python": kind[1], "lib": of_lib,
            "app_file": f"app-{version}-{tail}", "lib_file": f"lib-{of_lib[:16]}-{tail}",
            "files": msgspec.to_builtins(held),
        }, Release)  # fmt: skip
    except msgspec.ValidationError as error:
        raise ReleaseError(f"Bản phát hành không hợp lệ: {error}. Ví dụ đúng: --version 1.4.0 --counter 14") from None
    out.mkdir(parents=True, exist_ok=True)
    (out / release.app_file).write_bytes(_packed(app))
    (out / release.lib_file).write_bytes(_packed(lib))
    (out / release_file(version, *kind)).write_bytes(body_of(release))
    return release


def lay(slot: Path, release: Release, app: dict[str, Path], lib: dict[str, Path], root: bytes) -> None:
    """Lay a release out as the factory slot of an image, the trust anchor beside it."""
    for path, file in {**app, **lib}.items():
        at = slot / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(file.read_bytes())
    (slot / RELEASE).write_bytes(body_of(release))
    (slot / ROOT).write_bytes(root)


def body_of(release: Release) -> bytes:
    """Return release.json: the same release gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(release, order="sorted"), indent=1)


def _files(folder: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in PASSED_OVER)
        for name in sorted(names):
            if not name.endswith((".pyc", ".pyo")):
                yield Path(at) / name


def _held(file: Path) -> Held:
    body = file.read_bytes()
    return Held(sha256(body).hexdigest(), len(body))


def _packed(files: dict[str, Path]) -> bytes:
    """Return an archive without the top folder's name, times, owners or anything else of this machine."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, file in sorted(files.items()):
            info = tarfile.TarInfo(path.partition("/")[2])
            body = file.read_bytes()
            info.size, info.mtime, info.mode = len(body), WHEN, 0o644
            tar.addfile(info, io.BytesIO(body))
    return gzip.compress(plain.getvalue(), 6, mtime=WHEN)
