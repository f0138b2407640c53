"""Makes this machine what its card says: files, names, time zone. Run again it changes nothing."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from commission.card import FOLDER, KIOSK, MANIFEST, Card, blanked
from commission.plan import Put, files_of

Run = Callable[[Sequence[str]], str]
"""Runs a command and returns what it wrote; "" where it failed or is not there."""
LONG_S: Final = 30
HOSTNAME: Final = Path("/proc/sys/kernel/hostname")


def run(words: Sequence[str]) -> str:
    """Run a command for at most LONG_S."""
    try:
        return subprocess.run(words, capture_output=True, text=True, timeout=LONG_S, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def put(root: Path, path: str, what: Put) -> None:
    """Write one file whole, with its mode and owner."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, what.mode), "w", encoding="utf-8") as file:
        file.write(what.body)
    draft.chmod(what.mode)
    if os.geteuid() == 0 and what.owner != "root":
        try:
            shutil.chown(draft, what.owner, what.owner)
        except LookupError:
            draft.chmod(0o400)
    draft.replace(target)


def apply(card: Card, root: Path, command: Run = run) -> list[str]:
    """Write what the card says below root; returns what could not be written, in Vietnamese."""
    faults = []
    for path, what in files_of(card).items():
        try:
            put(root, path, what)
        except OSError as error:
            faults.append(f"không ghi được /{path}: {error.strerror}")
    zone = root / "etc/localtime"
    try:
        zone.unlink(missing_ok=True)
        zone.symlink_to(f"/usr/share/zoneinfo/{card.time_zone}")
    except OSError as error:
        faults.append(f"không đặt được múi giờ: {error.strerror}")
    if root == Path("/"):
        try:
            HOSTNAME.write_text(f"{card.host}\n")  # what `hostname` needs CAP_SYS_ADMIN for, root may write here
        except OSError as error:
            faults.append(f"không đặt được tên máy: {error.strerror}")
        if card.wifi:
            command(["iw", "reg", "set", card.wifi.country])
        if card.ssh_key:
            Path("/root/.ssh").chmod(0o700)
            command(["systemctl", "--no-block", "start", "ssh.service"])
    return faults


def blank(boot: Path, command: Run = run) -> bool:
    """Take the used code off the card, and note there that it has booted; returns whether it is gone.

    The boot partition is written only for this moment. FAT swaps no two files at once, so the code is written over
    where it stands: a cut leaves it or blanks. The note is the desk's alone; without it a card is merely asked again.
    """
    place = boot / FOLDER
    kiosk, manifest = place / KIOSK, place / MANIFEST
    before = kiosk.read_bytes().decode()
    if blanked(before) == before:
        return True
    command(["mount", "-o", "remount,rw", str(boot)])
    try:
        _overwrite(kiosk, blanked(before))
        if manifest.exists():
            said = manifest.read_text(encoding="utf-8")
            _replace(manifest, said.replace('"files":', '"is_booted": true,\n "files":', 1))
    except OSError:
        return False
    finally:
        os.sync()
        command(["mount", "-o", "remount,ro", str(boot)])
    after = kiosk.read_bytes().decode()
    return blanked(after) == after


def _overwrite(path: Path, body: str) -> None:
    with path.open("r+", encoding="utf-8", newline="") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, body: str) -> None:
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
