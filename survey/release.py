"""A release as its maker signs it, the centre offers it and a kiosk takes it: names and limits; pure."""

from hashlib import sha256
from typing import Annotated, Final

import msgspec

from survey.ballot import Hex256

Version = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,38}$")]
"""As people say it, `1.4.0`; what is newer is said by the counter alone."""
MOST_FILES: Final = 20_000
MOST_BYTES: Final = 900_000_000
MOST_RELEASE_BYTES: Final = 5_000_000
METADATA: Final = "metadata"
TARGETS: Final = "targets"
INDEX: Final = "index.json"
"""The signed list of all releases: an array of Label."""
ROOT: Final = "root.json"
"""The trust anchor: lies beside the factory slot, in the read-only image."""
UPDATES: Final = "/api/v1/updates"
STICK: Final = "hailong-updates"


class Held(msgspec.Struct, frozen=True):
    """One file of a release."""

    sha256: Hex256
    size: Annotated[int, msgspec.Meta(ge=0)]


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What release.json says. counter: grows with every release; a kiosk never goes down in it.

    architecture: as `uname -m` says it. python: major.minor. lib: the identity of all of lib/.
    app_file, lib_file: the signed archives. files: of every path below the slot, `app/…` and `lib/…`.
    """

    version: Version
    counter: Annotated[int, msgspec.Meta(ge=1)]
    architecture: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{1,20}$")]
    python: Annotated[str, msgspec.Meta(pattern=r"^3\.\d{1,2}$")]
    lib: Hex256
    app_file: str
    lib_file: str
    files: Annotated[dict[str, Held], msgspec.Meta(max_length=MOST_FILES)]

    @property
    def total_bytes(self) -> int:
        """What it takes on disk, unpacked."""
        return sum(one.size for one in self.files.values())

    def part(self, name: str) -> dict[str, Held]:
        """Return the files of `app` or `lib`, by their path below it."""
        return {path[len(name) + 1 :]: one for path, one in self.files.items() if path.startswith(f"{name}/")}


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What the signed list of targets says of a release.json beside its hash."""

    version: Version
    counter: Annotated[int, msgspec.Meta(ge=1)]
    architecture: str
    python: str


def release_file(version: str, architecture: str, python: str) -> str:
    """Return the name under which a release.json is signed."""
    return f"release-{version}-{architecture}-{python}.json"


def identity(files: dict[str, Held]) -> str:
    """Return the identity of a set of files: equal for equal paths and bytes.

    >>> identity({})[:8]
    'e3b0c442'
    """
    lines = "".join(f"{path} {one.sha256}\n" for path, one in sorted(files.items()))
    return sha256(lines.encode()).hexdigest()


def plain_path(path: str) -> bool:
    """Return whether a path of a release stays below its slot.

    >>> plain_path("app/a.py"), plain_path("../a"), plain_path("/etc/passwd"), plain_path("app//a")
    (True, False, False, False)
    """
    parts = path.split("/")
    return parts[0] in {"app", "lib"} and len(parts) > 1 and not any(part in {"", ".", ".."} for part in parts)
