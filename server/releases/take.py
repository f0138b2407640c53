"""A published repository comes in: believed by its signatures, copied so that kiosks never see half of it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.api.metadata import Metadata, Targets
from tuf.ngclient import FetcherInterface, Updater

from server.audit.queries import record
from server.centre import Centre
from server.releases import queries
from survey.release import METADATA, TARGETS, Label

FOLDER: Final = "releases"
SEEN: Final = "seen"
"""The lists last believed; an older repository is refused."""


class TakeError(ValueError):
    """A repository that is not taken; `str()` says why and what to do."""


class _Local(FetcherInterface):
    """Reads a folder as if it were a server."""

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = Path(url)
        if not path.is_file():
            raise DownloadHTTPError(f"{path} is not there", 404)
        yield path.read_bytes()


def folder_of(centre: Centre) -> Path:
    """Return where the centre keeps what kiosks fetch."""
    return centre.settings.folder / FOLDER


def add(centre: Centre, source: Path, actor: str) -> list[str]:
    """Take a repository in; returns the versions that are new here. Raises TakeError, and then nothing has changed.

    The first one brings the root that all later ones must follow from.
    """
    home = folder_of(centre)
    targets = _believed(home, source)
    labels = _labels(targets)
    known = {one.version: one.counter for one in _taken(centre)}
    for one in labels:
        if known.get(one.version, one.counter) != one.counter:
            raise TakeError(f"bản {one.version} đã có ở trung tâm với số thứ tự {known[one.version]}; xin đặt tên khác")
    _copy(home, source, targets)
    now_ms = centre.now_ms()

    def hold(work):  # type: ignore[no-untyped-def]
        new = queries.take(work, labels, now_ms, actor)
        for version in new:
            record(work, now_ms, actor, "release.add", version)
        return new

    return list(centre.writer.run(hold))


def _taken(centre: Centre) -> list[queries.Taken]:
    with centre.engine.connect() as connection:
        return queries.taken(connection)


def _believed(home: Path, source: Path) -> Targets:
    """Return the signed list of a folder, every file of it read and compared. Raises TakeError."""
    roots = home / METADATA / "1.root.json", source / METADATA / "1.root.json"
    anchor = next((path for path in roots if path.is_file()), None)
    if anchor is None:
        raise TakeError(f"{source} không phải kho bản phát hành (không có {METADATA}/1.root.json)")
    trial = home / f".{SEEN}"
    shutil.rmtree(trial, ignore_errors=True)
    if (home / SEEN).is_dir():
        shutil.copytree(home / SEEN, trial, symlinks=True)
    trial.mkdir(parents=True, exist_ok=True)
    try:
        updater = Updater(str(trial), f"{source / METADATA}/", fetcher=_Local(), bootstrap=anchor.read_bytes())
        updater.refresh()
        targets = Metadata[Targets].from_file(str(trial / "targets.json")).signed
        for name, info in targets.targets.items():
            with (source / TARGETS / f"{info.hashes['sha256']}.{name}").open("rb") as file:
                info.verify_length_and_hashes(file)
    except (RepositoryError, DownloadError, OSError) as error:
        shutil.rmtree(trial, ignore_errors=True)
        raise TakeError(f"kho {source} không được nhận: {type(error).__name__}: {error}") from error
    return targets


def _labels(targets: Targets) -> list[Label]:
    said = (info.unrecognized_fields.get("custom") for info in targets.targets.values())
    try:
        return [msgspec.convert(one, Label) for one in said if one]
    except msgspec.ValidationError as error:
        raise TakeError(f"nhãn của một bản phát hành không đọc được: {error}") from error


def _copy(home: Path, source: Path, targets: Targets) -> None:
    """Copy archives first and the list that makes them count last."""
    for part in (TARGETS, METADATA):
        (home / part).mkdir(parents=True, exist_ok=True)
    for name, info in targets.targets.items():
        _put(source / TARGETS / f"{info.hashes['sha256']}.{name}", home / TARGETS)
    lists = sorted((source / METADATA).glob("*.json"), key=lambda path: (path.name == "timestamp.json", path.name))
    for path in lists:
        _put(path, home / METADATA)
    shutil.rmtree(home / SEEN, ignore_errors=True)
    (home / f".{SEEN}").replace(home / SEEN)


def _put(file: Path, folder: Path) -> None:
    at = folder / file.name
    if at.exists() and at.stat().st_size == file.stat().st_size and at.read_bytes() == file.read_bytes():
        return
    fresh = folder / f".{file.name}.new"
    with file.open("rb") as source, fresh.open("wb") as into:
        shutil.copyfileobj(source, into)
        into.flush()
        os.fsync(into.fileno())
    fresh.replace(at)
