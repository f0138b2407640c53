"""What an image is made of: a manifest that can be checked against it, and a bill of materials in CycloneDX."""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot5
from packageurl import PackageURL

from provisioning.image.disk import Part
from provisioning.image.tools import digest


def tree_digest(root: Path) -> str:
    """Return one digest of all there is below a folder: paths, kinds, modes, owners, contents; no times.

    Two images of one checkout and one kept root have the same, whatever wrote their partitions and their times.
    """
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*"), key=lambda each: each.relative_to(root).as_posix()):
        whole.update(_line(root, path).encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def _line(root: Path, path: Path) -> str:
    found = path.lstat()
    name = path.relative_to(root).as_posix()
    head = f"{name}\0{stat.filemode(found.st_mode)}\0{found.st_uid}:{found.st_gid}\0"
    if stat.S_ISLNK(found.st_mode):
        return f"{head}{os.readlink(path)}\n"
    return f"{head}{digest(path) if stat.S_ISREG(found.st_mode) else ''}\n"


def debian(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield name, version and architecture of each Debian package of a root."""
    for block in (root / "var/lib/dpkg/status").read_text(encoding="utf-8").split("\n\n"):
        found = HeaderParser().parsestr(block)
        if found.get("Status", "").endswith(" installed"):
            yield str(found["Package"]), str(found["Version"]), str(found["Architecture"])


def python(lib: Path) -> Iterator[tuple[str, str]]:
    """Yield name and version of each Python package of a folder."""
    for path in sorted(lib.glob("*.dist-info/METADATA")):
        found = HeaderParser().parsestr(path.read_text(encoding="utf-8"), headersonly=True)
        yield str(found["Name"]), str(found["Version"])


def bill(root: Path, version: str, architecture: str) -> str:
    """Return the bill of materials, CycloneDX 1.5 as JSON."""
    bom = Bom()
    whole = Component(name="hailong-image", version=version, type=ComponentType.FIRMWARE)
    bom.metadata.component = whole
    for name, number, machine in debian(root):
        where = PackageURL("deb", "debian", name, number, {"arch": machine, "distro": "trixie"})
        bom.components.add(Component(name=name, version=number, type=ComponentType.LIBRARY, purl=where))
    for name, number in python(root / "opt/hailong/factory/lib"):
        where = PackageURL("pypi", None, name.lower(), number)
        bom.components.add(Component(name=name, version=number, type=ComponentType.LIBRARY, purl=where))
    bom.register_dependency(whole, bom.components)
    return JsonV1Dot5(bom).output_as_string(indent=1)


def write(
    image: Path, root: Path, boot: Path, parts: Sequence[Part], version: str, architecture: str
) -> dict[str, Any]:
    """Write `IMAGE.manifest.json` and `IMAGE.cdx.json` beside an image; returns the manifest."""
    told: dict[str, Any] = {
        "version": version, "architecture": architecture, "image": image.name, "bytes": image.stat().st_size,
        "sha256": digest(image), "root_sha256": tree_digest(root), "boot_sha256": tree_digest(boot),
        "parts": [asdict(part) for part in parts],
        "debian": {name: number for name, number, _ in debian(root)},
        "python": dict(python(root / "opt/hailong/factory/lib")),
    }  # fmt: skip
    image.with_suffix(".manifest.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    image.with_suffix(".cdx.json").write_text(bill(root, version, architecture), encoding="utf-8")
    return told
