"""Lays a believed release into the free slot: whole, on disk, read back; only then is it put on trial."""

import compileall
import contextlib
import os
import shutil
import tarfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from launcher import slots, state
from launcher.state import State, durably, fsync_folder
from survey.release import Held, Release, identity

LIBS: Final = "libs"
DOWNLOADS: Final = "downloads"
PIECE: Final = 1 << 18


class LayError(Exception):
    """A release that cannot be laid down; `str()` says why. The slot stays unused."""


def lib_at(folder: Path, factory: Path, release: Release) -> Path | None:
    """Return where all of a release's libraries lie already, byte for byte, or None. folder: of the slots."""
    held = slots.release_of(factory)
    if held is not None:
        own = {path[4:]: Held(*one) for path, one in held.files.items() if path.startswith("lib/")}
        if identity(own) == release.lib:
            return factory / "lib"
    shared = folder / LIBS / release.lib
    return shared if _holds(shared, release.part("lib")) else None


def lay(folder: Path, known: State, release: Release, body: bytes, files: Mapping[str, Path], factory: Path) -> State:
    """Lay a release into the free slot and put it on trial; returns the state written. Raises LayError, OSError.

    body: release.json as signed. files: its archives, by name; the one of lib/ only where it is needed.
    """
    slot, digest = known.free_slot, sha256(body).hexdigest()
    known = state.emptied(known, slot)
    state.write(folder, known)  # from here on nobody starts what is being written
    at = folder / slot
    _forget(at)
    _prune(folder, known, release.lib)
    at.mkdir(parents=True)
    unpack(files[release.app_file], at / "app", release.part("app"))
    _lay_lib(folder, at, release, files, factory)
    durably(at / slots.RELEASE, body)
    compileall.compile_dir(str(at / "app"), quiet=2)
    os.sync()
    fsync_folder(at)
    fsync_folder(folder)
    _drop_cached(at)
    if not slots.is_whole(at, digest, is_deep=True):
        raise LayError(f"slot {slot} does not read back as it was written; is the card worn out?")
    tried = state.on_trial(known, slot, digest, release.version)
    state.write(folder, tried)
    return tried


def unpack(archive: Path, into: Path, files: Mapping[str, Held]) -> None:
    """Unpack an archive: exactly the files that were signed, none longer, nothing else. Raises LayError."""
    left = dict(files)
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                safe = tarfile.data_filter(member, str(into))
                held = left.pop(safe.name, None)
                source = tar.extractfile(member) if member.isreg() else None
                if held is None or source is None or member.size != held.size:
                    raise LayError(f"{archive.name}: {safe.name} is not in release.json, or of another size")
                _write(into / safe.name, source)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise LayError(f"{archive.name}: {type(error).__name__}: {error}") from error
    if left:
        raise LayError(f"{archive.name}: {len(left)} files are missing, {min(left)} first")
    for at, _, _ in os.walk(into):
        fsync_folder(Path(at))


def _lay_lib(folder: Path, at: Path, release: Release, files: Mapping[str, Path], factory: Path) -> None:
    there = lib_at(folder, factory, release)
    if there is None:
        fresh = folder / LIBS / f".{release.lib}"
        _forget(fresh)
        unpack(files[release.lib_file], fresh, release.part("lib"))
        compileall.compile_dir(str(fresh), quiet=2)
        os.sync()
        there = folder / LIBS / release.lib
        _forget(there)
        fresh.rename(there)
        fsync_folder(there.parent)
    target = there if there.is_relative_to(factory) else Path("..") / LIBS / release.lib
    (at / "lib").symlink_to(target)


def _write(path: Path, source: IO[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        shutil.copyfileobj(source, file, PIECE)
        file.flush()
        os.fsync(file.fileno())


def _prune(folder: Path, known: State, wanted: str) -> None:
    """Remove libraries that no slot which may be started needs, and downloads half unpacked."""
    linked = [folder / slot / "lib" for slot in known.digests if (folder / slot / "lib").is_symlink()]
    needed = {wanted, *(Path(os.readlink(each)).name for each in linked)}
    for each in (folder / LIBS).glob("*") if (folder / LIBS).exists() else ():
        if each.name not in needed:
            _forget(each)


def _holds(folder: Path, files: Mapping[str, Held]) -> bool:
    try:
        return folder.is_dir() and all(
            (folder / path).stat().st_size == one.size and slots.hash_of(folder / path) == one.sha256
            for path, one in files.items()
        )
    except OSError:
        return False


def _drop_cached(folder: Path) -> None:
    """Have the next reading come from the card, as far as the kernel agrees."""
    for at, _, names in os.walk(folder, followlinks=True):
        for name in names:
            with contextlib.suppress(OSError), (Path(at) / name).open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _forget(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def tidy(folder: Path, keep: frozenset[str] = frozenset()) -> None:
    """Remove downloads, except those of these hashes, begun or whole."""
    for each in (folder / DOWNLOADS).glob("*"):
        if each.name.removesuffix(".part") not in keep:
            each.unlink(missing_ok=True)
