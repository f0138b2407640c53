"""The support bundle: versions, settings, health, logs and checks in one zip; never an answer, a note, a key, a token.

What goes in is named here one by one; a new field or file stays out until it is.
"""

import io
import platform
import re
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from appliance import identity
from appliance.clock import wall_ms
from appliance.hardware import said
from appliance.outbox import READ_BACK, Outbox
from appliance.settings import Settings
from appliance.technician import sheets
from appliance.technician.checks import findings
from appliance.technician.facts import Facts
from appliance.updates.told import version

LINES: Final = 800
PACKAGES: Final = (
    "kivy",
    "gpiozero",
    "lgpio",
    "msgspec",
    "cryptography",
    "pynacl",
    "requests",
    "segno",
    "sqlite-utils",
)
LOCAL: Final = (
    "data_dir", "centre", "panel", "fullscreen", "rotation", "volume", "max_fps", "button_pins", "lockout_s",
    "cooldown_s", "bounce_s", "stuck_s", "upload_every_s", "log_level",
)  # fmt: skip
KIOSK: Final = (
    "version", "etag", "device", "office", "counter", "public_base", "qr_kiosk", "languages", "hours", "context_on",
    "overall_first", "idle_timeout_s", "countdown_s", "thanks_s", "retention_days", "volume", "release",
)  # fmt: skip
LINK: Final = ("outcome", "why", "unsent", "failures")
FACE: Final = ("casts", "notes", "buttons")
SYSTEM: Final = ("etc/os-release", "proc/version", "proc/uptime", "proc/loadavg", "proc/meminfo", "proc/mounts",
                 "proc/diskstats", "proc/device-tree/model", "proc/cmdline")  # fmt: skip
RESERVED: Final = 16_384
"""Of a bounded bundle: for the list of what was left out, and the zip's own end."""
TOLD: Final = 60
LOG_LEAST: Final = 2_000
HEADS: Final = 160
_LONG: Final = re.compile(r"[A-Za-z0-9+/=_-]{24,}")
_NUMBER: Final = re.compile(r"\+?\d[\d .]{7,}\d")


class Part(msgspec.Struct, frozen=True):
    """One file of a bundle. is_log: its newest lines alone are worth something, too."""

    name: str
    content: bytes
    is_log: bool = False


def parts(folder: Path, local: Settings | None, facts: Facts, outbox: Outbox, root: Path) -> Iterator[Part]:
    """Yield what a bundle holds, the most telling first. local: None where this process does not know them.

    A part that cannot be read on a failing card stands there as NAME.fault with the error's class: the others go on.
    """
    for name, make in _makers(folder, local, facts, outbox, root):
        try:
            yield Part(name, make(), is_log=name.startswith("logs/"))
        except Exception as error:  # noqa: BLE001 the worse the card, the more a bundle is worth
            yield Part(f"{name}.fault", type(error).__name__.encode())


def _makers(
    folder: Path, local: Settings | None, facts: Facts, outbox: Outbox, root: Path
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    yield "versions.json", lambda: _json(_versions())
    yield "settings.json", lambda: _json(_settings(folder, local))
    yield "facts.json", lambda: _json(facts)
    yield "findings.json", lambda: _json(findings(facts))
    yield "outbox.json", lambda: _json(_outbox(outbox))
    yield "link.json", lambda: _json(_named(folder / "link.json", LINK))
    yield "window.json", lambda: _json(_named(folder / "face.json", FACE))
    for path in SYSTEM:
        yield f"system/{path.replace('/', '-')}", lambda path=path: said(root / path)[:64_000].encode()  # type: ignore[misc]
    yield "logs/uploader.log", lambda: scrubbed(_tail(folder / "uploader.log")).encode()
    yield "logs/journal.log", lambda: scrubbed(_journal("-u", "hailong*", "-n", str(LINES))).encode()
    yield "boots.txt", lambda: _journal("--list-boots").encode()
    for sheet in reversed(sheets.every(folder)):
        yield f"acceptance/{sheet.name}", sheet.read_bytes


def _json(content: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content))


def write_bundle(file: BinaryIO, folder: Path, local: Settings, facts: Facts, outbox: Outbox, root: Path) -> str:
    """Write the zip, whole; returns what it is to be called. root: `/`, or a copy for a test."""
    granted = identity.grant(folder)
    device = granted.device if granted else "unknown"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for part in parts(folder, local, facts, outbox, root):
            zipped.writestr(part.name, part.content)
    return f"hailong-ho-tro-{device}-{wall_ms() // 1000}.zip"


def fitted(several: Iterable[Part], most: int) -> tuple[bytes, list[str]]:
    """Return a zip of at most `most` bytes, at least 32,768, and what was left out: it stands in the zip as well.

    A log that is too long is given with its newest lines; any other part is there whole or not at all.
    """
    room, into, left_out = most - RESERVED, io.BytesIO(), []
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as zipped:
        for part in several:
            content = part.content
            while part.is_log and len(content) > LOG_LEAST and _packed(part.name, content) > room:
                content = content[len(content) // 2 :].partition(b"\n")[2]
            cost = _packed(part.name, content)
            if cost > room:
                left_out.append(part.name)
                continue
            if content != part.content:
                left_out.append(f"{part.name}: {len(part.content) - len(content)} / {len(part.content)} B")
            zipped.writestr(part.name, content)
            room -= cost
        told = left_out[:TOLD]
        if len(left_out) > TOLD:
            told.append(f"+ {len(left_out) - TOLD}")
        if told:
            zipped.writestr("left-out.json", msgspec.json.format(msgspec.json.encode(told)))
    return into.getvalue(), told


def _packed(name: str, content: bytes) -> int:
    """Return at most how many bytes of a zip a file takes: packed, its name twice, two heads."""
    return len(zlib.compress(content)) + 2 * len(name.encode()) + HEADS


def scrubbed(text: str) -> str:
    """Return a log without whatever could be a key, a token, an id or a number to call; it should hold none anyway.

    >>> scrubbed("seq=12 took_s=0.031 to 0912345678")
    'seq=12 took_s=0.031 to …'
    """
    return _NUMBER.sub("…", _LONG.sub("…", text))


def _versions() -> dict[str, Any]:
    found = {"hailong": version(), "python": platform.python_version(), "kernel": platform.release()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "-"
    return found


def _settings(folder: Path, local: Settings | None) -> dict[str, Any]:
    kiosk = identity.kiosk_settings(folder)
    told: dict[str, Any] = {} if local is None else {"local": {name: getattr(local, name) for name in LOCAL}}
    if kiosk is not None:
        told["centre"] = {name: getattr(kiosk, name) for name in KIOSK} | {
            "questionnaire": kiosk.questionnaire.ref,
            "has_pin": bool(kiosk.pin_hash),
        }
    return told


def _outbox(outbox: Outbox) -> dict[str, Any]:
    """Return how the outbox is, not what is in it."""
    head = outbox.head()
    return {
        "counts": outbox.counts(),
        "boot": outbox.boot,
        "head_seq": head.seq,
        "stream8": outbox.stream[:8],
        "fixes": [{"boot": fix.boot, "utc_ms": fix.utc_ms, "err_ms": fix.err_ms} for fix in outbox.fixes()],
        "pragmas": {name: outbox.db.execute(f"PRAGMA {name}").fetchone()[0] for name in READ_BACK},
        "pragma_faults": outbox.pragma_faults,
        "integrity_check": [row[0] for row in outbox.db.execute("PRAGMA integrity_check").fetchall()][:20],
        "broken_at": outbox.broken_at(),
        "holes": [(hole.first, hole.last) for hole in outbox.holes()],
        "damaged": sorted(path.name for path in outbox.path.parent.glob("damaged-*")),
    }


def _named(path: Path, names: tuple[str, ...]) -> dict[str, Any]:
    try:
        said = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}
    return {name: said[name] for name in names if name in said} if isinstance(said, dict) else {}


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 200_000))
            return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-LINES:])
    except OSError:
        return ""


def _journal(*words: str) -> str:
    try:
        done = subprocess.run(
            ["journalctl", "--no-pager", *words], capture_output=True, text=True, timeout=20, check=False  # noqa: S607
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
