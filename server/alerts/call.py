"""Calling webhooks: one signed POST with a deadline, no redirects, to public addresses only; what failed waits."""

import asyncio
import ipaddress
import logging
import socket
import ssl
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx
import msgspec
import structlog

from server.alerts import hooks
from server.alerts.hooks import Claimed
from server.alerts.payload import headers
from server.centre import Centre
from server.settings import Settings

log = structlog.get_logger()
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # they would write addresses, which may hold a program's key
DEADLINE_S: Final = 10.0
URL_AT_MOST: Final = 500
GONE: Final = 410


class CallError(Exception):
    """A call that did not succeed. `str()`: in Vietnamese, without the address. is_final: trying again is no use."""

    def __init__(self, words: str, *, is_final: bool = False) -> None:
        super().__init__(words)
        self.is_final = is_final


class Target(msgspec.Struct, frozen=True):
    """Where a call goes. url: with the resolved address in place of the name, which `host` and `name` keep."""

    url: str
    host: str
    name: str


def call(centre: Centre) -> int:
    """Post what is due to the programs; returns how many were taken."""
    due = centre.writer.run(lambda work: hooks.claim(work, centre, centre.now_ms())) if _has_due(centre) else []
    if not due:
        return 0
    faults = asyncio.run(_all(centre, due))
    for one, fault in zip(due, faults, strict=True):
        _settle(centre, one, fault)
    sent = sum(fault is None for fault in faults)
    log.info("webhooks", sent=sent, failed=len(due) - sent)
    return sent


def _has_due(centre: Centre) -> bool:
    with centre.engine.connect() as connection:
        return hooks.has_due(connection, centre.now_ms())


def _settle(centre: Centre, one: Claimed, fault: CallError | None) -> None:
    after = hooks.after_attempt(one.tries, str(fault or ""), is_final=fault is not None and fault.is_final)
    words = str(fault or "")
    centre.writer.run(lambda work: hooks.settle(work, one.id, words, after, centre.now_ms()))


async def _all(centre: Centre, due: list[Claimed]) -> list[CallError | None]:
    return await asyncio.gather(*(_one(centre, one) for one in due))


async def _one(centre: Centre, one: Claimed) -> CallError | None:
    try:
        async with asyncio.timeout(DEADLINE_S):
            await _post(centre, one)
    except CallError as error:
        return error
    except TimeoutError:
        return CallError(f"Không trả lời trong {DEADLINE_S:.0f} giây.")
    except Exception as error:  # noqa: BLE001 - whatever one address does must not hold up the others
        return CallError(f"Không nối được ({type(error).__name__}).")
    return None


async def _post(centre: Centre, one: Claimed) -> None:
    if not one.held:
        raise CallError("Không mở được khóa ký (thư mục khóa đã đổi). Xin đổi khóa của kênh.", is_final=True)
    target = await _resolved(one.url, centre.settings)
    signed = headers(one.id, centre.now_ms(), one.body, one.held)
    told = {"host": target.host, "content-type": "application/json; charset=utf-8", "user-agent": "HaiLong/1"}
    context = ssl.create_default_context(cafile=centre.settings.webhook_ca_file or None)
    async with (
        httpx.AsyncClient(verify=context, follow_redirects=False, trust_env=False, timeout=DEADLINE_S) as client,
        client.stream(
            "POST", target.url, content=one.body.encode(), headers=told | signed,
            extensions={"sni_hostname": target.name},
        ) as answer,
    ):  # fmt: skip
        if not 200 <= answer.status_code < 300:
            raise CallError(f"Trả lời mã {answer.status_code}.", is_final=answer.status_code == GONE)


async def _resolved(url: str, settings: Settings) -> Target:
    """Return where to connect. Every address of the name must be allowed, and the one checked is the one called."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    name = parts.hostname or ""
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses or not all(is_allowed(parts.scheme, one, is_inside=settings.webhook_inside) for one in addresses):
        raise CallError("Địa chỉ nhận nằm trong mạng riêng hoặc không dùng HTTPS; cài đặt không cho phép gửi tới đó.")
    return _target(parts, addresses[0], port)


def _target(parts: SplitResult, address: str, port: int) -> Target:
    inner = f"[{address}]" if ":" in address else address
    query = f"?{parts.query}" if parts.query else ""
    host = parts.netloc.rpartition("@")[2]
    return Target(f"{parts.scheme}://{inner}:{port}{parts.path or '/'}{query}", host, parts.hostname or "")


def is_allowed(scheme: str, address: str, *, is_inside: bool) -> bool:
    """Return whether a resolved address may be called; pure.

    >>> is_allowed("https", "8.8.8.8", is_inside=False), is_allowed("https", "10.0.0.1", is_inside=False)
    (True, False)
    >>> is_allowed("http", "127.0.0.1", is_inside=True), is_allowed("http", "10.0.0.1", is_inside=True)
    (True, False)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    plain = getattr(found, "ipv4_mapped", None) or found
    if plain.is_multicast or plain.is_unspecified or plain.is_reserved:
        return False
    if scheme == "http":
        return is_inside and plain.is_loopback
    return scheme == "https" and (is_inside or plain.is_global)


def url_fault(url: str, *, is_inside: bool) -> str | None:
    """Return in Vietnamese why an address cannot be called, or None; pure. What it resolves to is seen at each call."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if len(url) > URL_AT_MOST or not parts.hostname or port == 0 or any(one.isspace() for one in url):
        return f"Địa chỉ “{url[:80]}” không đúng. Xin ghi như https://cong-tin.tinh.gov.vn/hailong."
    if parts.username or parts.password or parts.fragment:
        return "Địa chỉ không được có tên, mật khẩu hay dấu #. Bên nhận kiểm tra chữ ký, không cần mật khẩu."
    is_here = is_inside and parts.hostname in ("127.0.0.1", "::1", "localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        return "Địa chỉ phải bắt đầu bằng https:// để nội dung đi kín."
    return None
