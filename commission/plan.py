"""A card → the files that make this machine so; pure."""

import uuid
from dataclasses import dataclass
from typing import Final

from commission.card import Card

KEYFILE: Final = "etc/NetworkManager/system-connections/hailong.nmconnection"
KEYS: Final = "root/.ssh/authorized_keys"
SSH_RULE: Final = "run/hailong/nft.d/ssh.nft"
KIOSK: Final = "run/hailong/kiosk.toml"
SPACE: Final = uuid.UUID("6f0c1c0e-7a0f-4f0a-9d1c-0b6a4a6a11d0")


@dataclass(frozen=True)
class Put:
    """A file to be there. owner: the user it belongs to."""

    body: str
    mode: int = 0o644
    owner: str = "root"


def files_of(card: Card) -> dict[str, Put]:
    """Return the files by their path below the root."""
    found = {
        "etc/hostname": Put(f"{card.host}\n"),
        "etc/hosts": Put(f"127.0.0.1 localhost\n127.0.1.1 {card.host}\n::1 localhost ip6-localhost\n"),
        "etc/timezone": Put(f"{card.time_zone}\n"),
        KIOSK: Put(card.kiosk, 0o400, "hailong"),
    }
    if card.network != "không":
        found[KEYFILE] = Put(keyfile(card), 0o600)
    if card.wifi:
        found["etc/modprobe.d/hailong-wifi.conf"] = Put(f"options cfg80211 ieee80211_regdom={card.wifi.country}\n")
    if card.ssh_key:
        found[KEYS] = Put(f"{card.ssh_key}\n", 0o600)
        found[SSH_RULE] = Put("add rule inet hailong input tcp dport 22 accept\n")
    return found


def keyfile(card: Card) -> str:
    """Return NetworkManager's connection. Source: NetworkManager's nm-settings-keyfile(5)."""
    parts = {
        "connection": {
            "id": "hailong", "uuid": str(uuid.uuid5(SPACE, f"{card.host} {card.network}")),
            "type": "wifi" if card.wifi else "ethernet", "autoconnect": "true", "autoconnect-retries": "0",
        },
        "ipv4": _ipv4(card),
        "ipv6": {"method": "auto", "addr-gen-mode": "stable-privacy"},
    }  # fmt: skip
    if card.wifi:
        parts["wifi"] = {"mode": "infrastructure", "ssid": _bytes(card.wifi.ssid)}
        if card.wifi.psk:
            parts["wifi-security"] = {"key-mgmt": "wpa-psk", "psk": card.wifi.psk}
    lines = [f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in part.items()) for name, part in parts.items()]
    return "\n".join(lines)


def _ipv4(card: Card) -> dict[str, str]:
    found = {"method": "manual" if card.address else "auto"}
    if card.address:
        found["address1"] = f"{card.address},{card.gateway}" if card.gateway else card.address
    if card.dns:
        found["dns"] = "".join(f"{one};" for one in card.dns)
    return found


def _bytes(ssid: str) -> str:
    """Return a name as its bytes: a keyfile's own escapes would turn some names into others."""
    return "".join(f"{byte};" for byte in ssid.encode())
