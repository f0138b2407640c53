"""A release on disk: its release.json, and whether its files are those it names."""

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

RELEASE: Final = "release.json"
FIRST: Final = "app/appliance/__main__.py"
"""What is started; a release without it is none."""


@dataclass(frozen=True)
class Release:
    """What a slot holds. digest: SHA-256 of its release.json. files: of each path its SHA-256 and size."""

    version: str
    counter: int
    digest: str
    files: dict[str, tuple[str, int]]


def release_of(slot: Path) -> Release | None:
    """Return what a slot says that it holds; None if it says nothing readable."""
    try:
        body = (slot / RELEASE).read_bytes()
        said: dict[str, Any] = json.loads(body)
        files = {str(path): (str(one["sha256"]), int(one["size"])) for path, one in said["files"].items()}
        return Release(str(said["version"]), int(said["counter"]), sha256(body).hexdigest(), files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def is_whole(slot: Path, digest: str, *, is_deep: bool = False) -> bool:
    """Return whether a slot holds the release of this digest: every file in its size, our own byte for byte.

    is_deep: every file byte for byte; some seconds on a slow card.
    """
    release = release_of(slot)
    if release is None or release.digest != digest or FIRST not in release.files:
        return False
    return all(
        _is_same(slot / path, said, size, has_to_read=is_deep or (path.endswith(".py") and path.startswith("app/")))
        for path, (said, size) in release.files.items()
    )


def _is_same(path: Path, said: str, size: int, *, has_to_read: bool) -> bool:
    try:
        if path.stat().st_size != size:
            return False
        return not has_to_read or hash_of(path) == said
    except OSError:
        return False


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError."""
    made = sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            made.update(part)
    return made.hexdigest()


def environment(slot: Path, release: Release | None, base: dict[str, str]) -> dict[str, str]:
    """Return the variables a slot's program is started with: it imports from its own folders and nowhere else."""
    said = {} if release is None else {"HAILONG_RELEASE": release.version, "HAILONG_RELEASE_DIGEST": release.digest}
    path = os.pathsep.join((str(slot / "app"), str(slot / "lib")))
    return {**base, **said, "PYTHONPATH": path, "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1"}
