"""What every page shares: the templates' environment, the style sheet, the headers that keep pages to themselves."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.types import Message, Scope

SERVER = Path(__file__).parent.parent
STATIC = Path(__file__).parent / "static"
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

GUARDS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
}


def environment() -> Environment:
    """Return the templates of every feature; whatever is printed is escaped."""
    folders = [SERVER / "pages", *sorted(SERVER.glob("*/pages"))]
    made = Environment(
        loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.globals["asset"] = asset
    made.filters["upfirst"] = upfirst
    return made


def upfirst(words: str) -> str:
    """Return words with a capital first letter; the others stay as they are, unlike those of `capitalize`.

    >>> upfirst("quý IV/2026")
    'Quý IV/2026'
    """
    return words[:1].upper() + words[1:]


@cache
def _file(name: str) -> tuple[bytes, str, str]:
    path = STATIC / name
    if path.parent != STATIC or path.suffix not in KINDS or not path.is_file():
        raise NotFoundException("no such file")
    body = path.read_bytes()
    return body, KINDS[path.suffix], sha256(body).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a file of ours; it changes when the file does, so that it may be kept for a year."""
    return f"/static/{name}?{_file(name)[2]}"


@get("/static/{name:str}", sync_to_thread=False)
def static_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Give a file of ours."""
    body, kind, _ = _file(name)
    age = 31_536_000 if request.url.query else 60
    return Response(body, media_type=kind, headers={"cache-control": f"public, max-age={age}, immutable"})


async def guard(message: Message, scope: Scope) -> None:
    """Add the guarding headers to whatever a browser is sent."""
    if message["type"] == "http.response.start" and not scope["path"].startswith("/api/"):
        there = {name.lower() for name, _ in message["headers"]}
        extra = [(name, value) for name, value in GUARDS.items() if name not in there]
        message["headers"] = [*message["headers"], *extra]
