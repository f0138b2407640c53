"""How often one place may ask what anybody may ask; pure but for the buckets."""

import hmac
import ipaddress
import secrets
import threading
from hashlib import sha256
from typing import Final

import msgspec

BURST: Final = 20
REFILL_PER_S: Final = 1 / 6
WIDE_BURST: Final = 60
WIDE_REFILL_PER_S: Final = 5.0
PLACES_AT_MOST: Final = 50_000


class Bucket(msgspec.Struct):
    """Askings left of one place, as of a moment."""

    left: float
    at_s: float


class Limit:
    """How often one place, and everyone together, may ask. Nothing of it is stored; places are keyed digests.

    The key is of one day, random, and known to this process alone: yesterday's places cannot be told any more.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._day = -1
        self._key = b""
        self._places: dict[bytes, Bucket] = {}
        self._wide = Bucket(WIDE_BURST, 0.0)

    def takes(self, address: str, now_s: float) -> bool:
        """Return whether one more asking from here is taken. now_s: seconds of one clock, e.g. Unix time."""
        with self._lock:
            if int(now_s // 86_400) != self._day or len(self._places) > PLACES_AT_MOST:
                self._day, self._key, self._places = int(now_s // 86_400), secrets.token_bytes(32), {}
            place = hmac.digest(self._key, prefix(address).encode(), sha256)
            own = self._places.setdefault(place, Bucket(BURST, now_s))
            _fill(own, BURST, REFILL_PER_S, now_s)
            _fill(self._wide, WIDE_BURST, WIDE_REFILL_PER_S, now_s)
            if own.left < 1 or self._wide.left < 1:
                return False
            own.left -= 1
            self._wide.left -= 1
            return True


def asking_from(peer: str, forwarded: str) -> str:
    """Return the address an asking came from. forwarded: X-Forwarded-For, believed only of a proxy on this machine.

    >>> asking_from("127.0.0.1", "10.9.9.9, 203.0.113.9"), asking_from("198.51.100.7", "203.0.113.9")
    ('203.0.113.9', '198.51.100.7')
    """
    last = forwarded.rpartition(",")[2].strip()
    return last if last and peer in ("127.0.0.1", "::1") else peer


def _fill(bucket: Bucket, most: float, per_s: float, now_s: float) -> None:
    bucket.left = min(most, bucket.left + max(0.0, now_s - bucket.at_s) * per_s)
    bucket.at_s = now_s


def prefix(address: str) -> str:
    """Return what counts as one place: an IPv4 address, the first half of an IPv6 one.

    >>> prefix("203.0.113.9"), prefix("2001:db8:1:2:3::4"), prefix("testclient")
    ('203.0.113.9', '2001:db8:1:2::/64', 'testclient')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
