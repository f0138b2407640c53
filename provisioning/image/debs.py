"""Debian packages for another machine, fetched with an apt root of their own: nothing of this machine's changes."""

from pathlib import Path
from typing import Final

from provisioning.image.root import mirrors
from provisioning.image.tools import run

FOLDERS: Final = (
    "etc/apt/apt.conf.d", "etc/apt/preferences.d", "etc/apt/sources.list.d", "var/lib/apt/lists/partial",
    "var/cache/apt/archives/partial", "var/lib/dpkg",
)  # fmt: skip
TRUSTED: Final = "/etc/apt/trusted.gpg.d"


def apt_root(folder: Path, suite: str, architecture: str, status: str = "") -> list[str]:
    """Make an apt root and fetch its lists; returns the options that apt programs take for it. Raises ImageError.

    status: of dpkg, what the other machine has already.
    """
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    lines = [f"deb {each} {suite} main non-free-firmware" for each in mirrors()]
    (folder / "etc/apt/sources.list").write_text("\n".join(lines) + "\n")
    (folder / "var/lib/dpkg/status").write_text(status)
    at = folder.resolve()
    options = [
        f"Dir={at}", f"Dir::State::status={at}/var/lib/dpkg/status", f"Dir::Etc::TrustedParts={TRUSTED}",
        f"APT::Architecture={architecture}", f"APT::Architectures={architecture}", "APT::Sandbox::User=root",
        "Acquire::Languages=none", "Acquire::Retries=5", "APT::Install-Recommends=false", "Debug::NoLocking=1",
    ]  # fmt: skip
    found = [word for one in options for word in ("-o", one)]
    run(["apt-get", *found, "-qq", "update"])
    return found


def download(options: list[str], names: list[str], into: Path) -> list[Path]:
    """Fetch packages and what they need that the other machine has not; returns the files. Raises ImageError."""
    into.mkdir(parents=True, exist_ok=True)
    where = ["-o", f"Dir::Cache::archives={into.resolve()}"]
    (into / "partial").mkdir(exist_ok=True)
    run(["apt-get", *options, *where, "-y", "-qq", "--download-only", "install", *names])
    return sorted(into.glob("*.deb"))


def one(options: list[str], name: str, into: Path) -> Path:
    """Fetch one package without what it needs; returns the file. Raises ImageError."""
    into.mkdir(parents=True, exist_ok=True)
    run(["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(into), "apt-get", *options, "-qq", "download", name])
    return max(into.glob(f"{name}_*.deb"), key=lambda each: each.stat().st_mtime)
