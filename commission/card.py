"""The card's boot partition → what this machine shall be. A damaged card is told, never a dead machine."""

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = "hailong"
DEVICE, KIOSK, MANIFEST = "device.json", "kiosk.toml", "card.json"
HOST: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
SECRET: Final = re.compile(r'^enrol_code\s*=\s*"[^"]*"', re.MULTILINE)


class CardFaultError(Exception):
    """The card cannot be used; `str()` says what is wrong and what to do, in Vietnamese."""


@dataclass(frozen=True)
class Wifi:
    """A Wi-Fi. psk: 64 hexadecimal digits, "" for an open one. country: two letters."""

    ssid: str
    psk: str
    country: str


@dataclass(frozen=True)
class Card:
    """What the card says. network: cáp, wifi or không. address: with its length, "" for a lease. ssh_key: "" for none.

    kiosk: kiosk.toml as it stands. code: the one-time code, "" once it was used.
    """

    counter: str
    host: str
    network: str
    wifi: Wifi | None
    address: str
    gateway: str
    dns: tuple[str, ...]
    time_zone: str
    ssh_key: str
    kiosk: str
    centre: str
    code: str


def read(boot: Path) -> Card:
    """Return what the card in the boot partition says. Raises CardFaultError."""
    device = _device(boot / FOLDER / DEVICE)
    kiosk = _text(boot / FOLDER / KIOSK)
    try:
        settings = tomllib.loads(kiosk)
    except tomllib.TOMLDecodeError:
        raise CardFaultError(f"Tệp {KIOSK} trên thẻ bị hỏng. Xin ghi lại thẻ.") from None
    try:
        host, wifi = str(device["host"]), device.get("wifi")
        if not HOST.fullmatch(host):
            raise CardFaultError(f"Tên máy {host!r} trên thẻ không dùng được. Xin sửa danh sách và ghi lại thẻ.")
        return Card(
            counter=str(device["counter"]), host=host, network=str(device["network"]),
            wifi=Wifi(str(wifi["ssid"]), str(wifi["psk"]), str(wifi["country"])) if wifi else None,
            address=str(device["address"]), gateway=str(device["gateway"]), dns=tuple(map(str, device["dns"])),
            time_zone=str(device["time_zone"]), ssh_key=str(device["ssh_key"]), kiosk=kiosk,
            centre=str(settings.get("centre", "")), code=str(settings.get("enrol_code", "")),
        )  # fmt: skip
    except (KeyError, TypeError):
        raise CardFaultError(f"Tệp {DEVICE} trên thẻ thiếu phần. Xin ghi lại thẻ.") from None


def _device(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_text(path))
    except ValueError:
        raise CardFaultError(f"Tệp {DEVICE} trên thẻ bị hỏng. Xin ghi lại thẻ.") from None
    if not isinstance(found, dict) or found.get("version") != 1:
        raise CardFaultError(f"Tệp {DEVICE} không phải của bản này. Xin ghi lại thẻ bằng công cụ mới.")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CardFaultError(f"Thẻ chưa có tệp {path.name}. Xin ghi thẻ theo danh sách rồi cắm lại.") from None
    except (OSError, UnicodeDecodeError):
        raise CardFaultError(f"Không đọc được tệp {path.name} trên thẻ. Xin ghi lại thẻ.") from None


def blanked(kiosk: str) -> str:
    """Return kiosk.toml without its one-time code, as long as before: it is written over the old one.

    >>> blanked('enrol_code = "ABC-123"\\nrotation = 0\\n')
    'enrol_code = ""       \\nrotation = 0\\n'
    """
    return SECRET.sub(lambda found: 'enrol_code = ""'.ljust(len(found[0])), kiosk)
