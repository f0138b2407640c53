"""Reads every setting back from the running system: what a card asked for is there, or is said not to be."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from commission.apply import Run, put
from commission.card import Card
from commission.plan import Put

DATA: Final = "/var/lib/hailong"
APPLIED: Final = "run/hailong/applied.json"
NETWORK_S: Final = 60.0
"""How long an address is waited for; the kiosk works without one."""


@dataclass(frozen=True)
class Proof:
    """One setting. sign: ok, warn, bad or wait. name, value, way_out: Vietnamese."""

    id: str
    sign: str
    name: str
    value: str
    way_out: str = ""


def _said(name: str, ident: str, want: str, have: str, way_out: str) -> Proof:
    if want == have:
        return Proof(ident, "ok", name, have)
    return Proof(ident, "bad", name, f"cần {want}, đang là {have or 'không rõ'}", way_out)


def settings(card: Card, root: Path, command: Run) -> Iterator[Proof]:
    """Yield a proof of each setting but the network."""
    again = "Khởi động lại máy; nếu vẫn vậy, ghi lại thẻ."
    yield _said("Tên máy", "host", card.host, command(["hostname"]), again)
    zone = str((root / "etc/localtime").readlink()) if (root / "etc/localtime").is_symlink() else ""
    yield _said("Múi giờ", "zone", card.time_zone, zone.removeprefix("/usr/share/zoneinfo/"), again)
    kind = command(["findmnt", "-no", "FSTYPE", "/"])
    yield _said("Hệ thống chỉ đọc", "root", "overlay", kind, "Thẻ không được bảo vệ khi mất điện; ghi lại hình ảnh.")
    yield _data(command)
    yield _firewall(card, command)
    yield _ssh(card, command)
    yield _clock(command)


def _clock(command: Run) -> Proof:
    """Return whether something outside this machine keeps its clock; a kiosk works without, and dates no ballot."""
    is_kept = command(["timedatectl", "show", "--property=NTPSynchronized", "--value"]) == "yes"
    now = time.strftime("%d/%m/%Y %H:%M")
    if is_kept:
        return Proof("clock", "ok", "Đồng hồ", f"{now}, do mạng giữ")
    return Proof("clock", "warn", "Đồng hồ", f"{now}, chưa được xác nhận", "Sẽ đúng khi tới được trung tâm.")


def _data(command: Run) -> Proof:
    found = command(["findmnt", "-no", "FSTYPE,OPTIONS", DATA]).split(" ")[0]
    if found != "ext4":
        return Proof("data", "bad", "Phân vùng dữ liệu", "chưa gắn", "Thẻ hỏng hoặc ghi dở. Thay thẻ khác.")
    room = command(["df", "--output=avail", "-BM", DATA]).splitlines()[-1:]
    return Proof("data", "ok", "Phân vùng dữ liệu", f"còn {room[0].strip().removesuffix('M') if room else '?'} MB")


def _firewall(card: Card, command: Run) -> Proof:
    rules = command(["nft", "list", "chain", "inet", "hailong", "input"])
    if "policy drop" not in rules:
        return Proof("firewall", "bad", "Tường lửa", "chưa bật", "Khởi động lại; nếu vẫn vậy, ghi lại hình ảnh.")
    is_open, is_wanted = "dport 22" in rules, bool(card.ssh_key)
    if is_open != is_wanted:
        return Proof("firewall", "bad", "Tường lửa", "cổng SSH không như danh sách", "Khởi động lại máy.")
    return Proof("firewall", "ok", "Tường lửa", "đóng mọi cổng vào" + (" trừ SSH" if is_open else ""))


def _ssh(card: Card, command: Run) -> Proof:
    is_on, is_wanted = command(["systemctl", "is-active", "ssh.service"]) == "active", bool(card.ssh_key)
    words = "bật, chỉ bằng khóa" if is_on else "tắt"
    if is_on == is_wanted:
        return Proof("ssh", "ok", "SSH", words)
    return Proof("ssh", "bad", "SSH", words, "Không như danh sách. Khởi động lại; nếu vẫn vậy, ghi lại thẻ.")


def network(card: Card, command: Run) -> Proof:
    """Return whether the network is as the card wants it, now."""
    name = "Mạng"
    if card.network == "không":
        return Proof("network", "ok", name, "không dùng mạng; phiếu mang về bằng USB")
    found = command(["nmcli", "-g", "IP4.ADDRESS,IP4.GATEWAY", "connection", "show", "--active", "hailong"])
    address = found.replace(" | ", "\n").splitlines()[0] if found else ""
    if not address:
        hint = "Cắm cáp mạng" if card.network == "cáp" else f"Xem Wi-Fi {card.wifi.ssid if card.wifi else ''} có bật"
        return Proof("network", "wait", name, "chưa có địa chỉ", f"{hint}. Khảo sát vẫn chạy khi không có mạng.")
    if card.address and address != card.address:
        return Proof("network", "bad", name, f"cần {card.address}, đang là {address}", "Khởi động lại; xem danh sách.")
    return Proof("network", "ok", name, f"{address} ({card.network})")


def prove(
    card: Card,
    root: Path,
    command: Run,
    *,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> list[Proof]:
    """Prove all, the network for up to NETWORK_S, telling the screen as it goes; returns what came of it."""
    found: list[Proof] = []
    for one in settings(card, root, command):
        found.append(one)
        tell(root, found, is_done=False)
    until_s = clock() + NETWORK_S
    line = network(card, command)
    while line.sign == "wait" and clock() < until_s:
        tell(root, [*found, line], is_done=False)
        wait(2)
        line = network(card, command)
    found.append(Proof(line.id, "warn", line.name, line.value, line.way_out) if line.sign == "wait" else line)
    tell(root, found, is_done=True)
    return found


def tell(root: Path, found: list[Proof], *, is_done: bool) -> None:
    """Leave what is known for the screen."""
    body = json.dumps({"is_done": is_done, "proofs": [asdict(one) for one in found]}, ensure_ascii=False)
    put(root, APPLIED, Put(body, 0o644))
