"""What one device's first boot reads from its card's boot partition: written, and read back against the roster.

A card is a folder of files: it can be written on any system that shows the boot partition, without root.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import tomli_w
import yaml

from provisioning.durable import put
from provisioning.rows import Row

System = Literal["trixie", "bookworm", "own"]
SYSTEMS: Final = ("trixie", "bookworm", "own")
FOLDER: Final = "hailong"
MANIFEST: Final = "hailong/card.json"
PANELS: Final = {
    "7in": {"width_px": 800, "height_px": 480, "width_mm": 154.1, "height_mm": 85.9},
    "10in": {"width_px": 1280, "height_px": 800, "width_mm": 216.6, "height_mm": 135.4},
    "7in-portrait": {"width_px": 720, "height_px": 1280, "width_mm": 88.3, "height_mm": 157.0},
}
PINS: Final = {0: [], 3: [5, 13, 26], 5: [5, 6, 13, 19, 26]}
"""GPIO (BCM) numbers of the buttons, the best level first, as on the wiring drawing."""
ZONE: Final = "Asia/Ho_Chi_Minh"
FIRST_BOOT: Final = "/boot/firmware/hailong/first-boot"
SSH_ON: Final = ["systemctl", "enable", "--now", "--no-block", "ssh.service"]
"""Raspberry Pi OS has SSH turned off, and a key alone does not turn it on."""
BUNDLE: Final = "hailong/root.tar.gz"
BOOKWORM: Final = (
    "Lưu ý: thẻ Bookworm chỉ đặt tên máy, mạng và SSH, không tự thành ki-ốt: gói ngoại tuyến cần Trixie (Python 3.13). "
    "Muốn máy tự cài: dùng Raspberry Pi OS Trixie (64 bit) và --os trixie, hoặc hình ảnh của Hài Lòng."
)


class CardError(Exception):
    """A card that cannot be written or is not what it should be; `str()` says what and what to do, in Vietnamese."""


class Code(msgspec.Struct, frozen=True):
    """What a row was given by the centre. centre: its base address."""

    centre: str
    code: str


def check_bundle(system: System) -> None:
    """Raise CardError where the offline bundle cannot make a system a kiosk: it is Trixie's, and only its."""
    if system == "bookworm":
        raise CardError(
            "Gói ngoại tuyến không cài được lên Bookworm: gói làm cho Trixie (Python 3.13). Chưa ghi gì. "
            "Xin dùng Raspberry Pi OS Trixie (64 bit) và --os trixie, hoặc hình ảnh của Hài Lòng."
        )
    if system == "own":
        raise CardError(
            "Hình ảnh của Hài Lòng đã có đủ chương trình, không cần gói. Chưa ghi gì. "
            "Xin bỏ --bundle; nếu đây là Raspberry Pi OS Trixie, xin ghi --os trixie."
        )


def psk(ssid: str, password: str) -> str:
    """Return a Wi-Fi passphrase as the 64 hexadecimal digits of IEEE 802.11i: the passphrase itself stays at home.

    >>> psk("IEEE", "password")
    'f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e'
    """
    return hashlib.pbkdf2_hmac("sha1", password.encode(), ssid.encode(), 4096, 32).hex()


def files_of(row: Row, code: Code, system: System, instance: str) -> dict[str, bytes]:
    """Return the files of one card by their path; pure.

    instance: what makes cloud-init apply this card though it has applied another; new for every writing.
    """
    found = {f"{FOLDER}/kiosk.toml": _toml(_kiosk(row, code)), f"{FOLDER}/device.json": _json(_device(row, instance))}
    if system == "trixie":
        found |= {
            "user-data": b"#cloud-config\n" + _yaml(_user_data(row)),
            "network-config": _yaml(_network(row)),
            "meta-data": _yaml({"instance-id": instance, "local-hostname": row.host}),
        }
    elif system == "bookworm":
        found["custom.toml"] = _toml(_custom(row))
    return found


def _kiosk(row: Row, code: Code) -> dict[str, Any]:
    return {
        "centre": code.centre, "enrol_code": code.code, "panel": PANELS[row.panel], "rotation": row.rotation,
        "button_pins": PINS[row.buttons],
    }  # fmt: skip


def _device(row: Row, instance: str) -> dict[str, Any]:
    """What our own first boot applies itself where the system's did not: without the enrolment code."""
    wifi = {"ssid": row.ssid, "psk": psk(row.ssid, row.password) if row.password else "", "country": row.country}
    return {
        "version": 1, "instance": instance, "counter": row.counter, "slot": row.slot, "host": row.host,
        "network": row.network, "wifi": wifi if row.network == "wifi" else None, "address": row.address,
        "gateway": row.gateway, "dns": list(row.dns), "time_zone": ZONE, "ssh_key": row.ssh_key,
    }  # fmt: skip


def _user_data(row: Row) -> dict[str, Any]:
    """Return cloud-init's user data: no password for anybody, SSH only by the row's key.

    locale: the one that is there: on Debian cloud-init makes no other, and its whole stage would end as failed.
    """
    found: dict[str, Any] = {
        "hostname": row.host, "manage_etc_hosts": True, "timezone": ZONE, "locale": "C.UTF-8",
        "ssh_pwauth": False, "disable_root": True,
        "runcmd": [["sh", "-c", f"[ ! -x {FIRST_BOOT} ] || exec {FIRST_BOOT}"]],
    }  # fmt: skip
    if row.ssh_key:
        found["ssh_authorized_keys"] = [row.ssh_key]
        found["runcmd"].insert(0, SSH_ON)
    return found


def _network(row: Row) -> dict[str, Any]:
    own: dict[str, Any] = {"dhcp4": not row.address, "optional": True}
    if row.address:
        own |= {"addresses": [row.address], "routes": [{"to": "default", "via": row.gateway}]}
    if row.dns:
        own["nameservers"] = {"addresses": list(row.dns)}
    found: dict[str, Any] = {"version": 2, "renderer": "NetworkManager"}
    if row.network == "cáp":
        found["ethernets"] = {"eth0": own}
    if row.network == "wifi":
        point = {"password": psk(row.ssid, row.password)} if row.password else {}
        found["wifis"] = {"wlan0": own | {"regulatory-domain": row.country, "access-points": {row.ssid: point}}}
    return {"network": found}  # cloud-init takes it without, but its own schema and netplan do not


def _custom(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {
        "config_version": 1, "system": {"hostname": row.host},
        "ssh": {"enabled": bool(row.ssh_key), "password_authentication": False},
        "locale": {"timezone": ZONE, "keymap": "us"},
    }  # fmt: skip
    if row.ssh_key:
        found["ssh"]["authorized_keys"] = [row.ssh_key]
    if row.network == "wifi":
        found["wlan"] = {"ssid": row.ssid, "country": row.country, "hidden": False}
        if row.password:
            found["wlan"] |= {"password": psk(row.ssid, row.password), "password_encrypted": True}
    return found


def _yaml(value: Any) -> bytes:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=1000).encode()


def _toml(value: Any) -> bytes:
    return tomli_w.dumps(value).encode()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


# ---- the folder


def write(boot: Path, files: Mapping[str, bytes], row: Row, *, is_dry: bool = False) -> list[str]:
    """Write a card's files and read them back; returns their paths. Raises CardError.

    boot: the mounted boot partition. An older card of ours is replaced; files that are not ours stay.
    """
    if not boot.is_dir():
        raise CardError(f"Không thấy thư mục {boot}. Xin cắm thẻ và xem phân vùng khởi động hiện ở đâu.")
    before = manifest(boot)
    if before is not None and before.get("key") not in (None, row.key) and before.get("is_booted"):
        raise CardError(f"Thẻ này đã chạy ở {before.get('host')}. Xin ghi hình ảnh mới lên thẻ trước.")
    told = _json({
        "version": 1, "key": row.key, "host": row.host, "files": {path: _digest(body) for path, body in files.items()},
    })  # fmt: skip
    everything = {**files, MANIFEST: told}
    if is_dry:
        return sorted(everything)
    try:
        for path, body in everything.items():
            target = boot / path
            target.parent.mkdir(parents=True, exist_ok=True)
            put(target, body)
    except OSError as error:
        raise CardError(f"Không ghi được {path}: {error.strerror}. Xin xem thẻ có bị khóa ghi hay đầy không.") from None
    wrong = verify(boot, files)
    if wrong:
        raise CardError("; ".join(wrong))
    return sorted(everything)


def manifest(boot: Path) -> dict[str, Any] | None:
    """Return what is said of the card, None if it is none of ours."""
    try:
        found = json.loads((boot / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def verify(boot: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return what a card has otherwise than its row says, in Vietnamese; nothing if it is right."""
    wrong = []
    for path, body in files.items():
        try:
            there = (boot / path).read_bytes()
        except OSError:
            wrong.append(f"thiếu tệp {path}")
            continue
        if there != body:
            wrong.append(f"tệp {path} khác với danh sách ({len(there)} byte, cần {len(body)})")
    return wrong


def verify_row(boot: Path, row: Row, code: Code, system: System) -> list[str]:
    """Return what a card has otherwise than its row says; the instance is the card's own."""
    try:
        device = json.loads((boot / FOLDER / "device.json").read_bytes())
        instance = str(device["instance"])
    except (OSError, ValueError, KeyError, TypeError):
        return [f"không đọc được {FOLDER}/device.json: đây không phải thẻ của Hài Lòng, hoặc chưa ghi xong"]
    return verify(boot, files_of(row, code, system, instance))
