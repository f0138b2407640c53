"""Signed in or not: the cookie, the session behind it, and the checks every form must pass."""

import hmac
import secrets
from hashlib import sha256
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from server.accounts.browsers import in_words
from server.accounts.queries import Session, see_session, session
from server.accounts.rules import needs_code
from server.centre import Centre
from server.problem import RefusalError, SignInError

SEEN_EVERY_MS = 60_000


def centre_of(request: Request[Any, Any, Any]) -> Centre:
    """Return the centre a request came to."""
    centre: Centre = request.app.state.centre
    return centre


def cookie_name(centre: Centre) -> str:
    """Return the cookie's name; over HTTPS one that no other host and no plain page can set."""
    return "__Host-hailong" if centre.settings.is_https else "hailong"


def new_cookie(centre: Centre, token: str) -> Cookie:
    """Return the cookie of a sign-in; it ends with the browser."""
    return Cookie(
        key=cookie_name(centre), value=token, path="/", httponly=True, samesite="lax", secure=centre.settings.is_https
    )


def new_token() -> str:
    """Return a new session's secret."""
    return secrets.token_urlsafe(32)


def token_hash(centre: Centre, token: str) -> bytes:
    """Return what is stored of a session's secret."""
    return hmac.digest(centre.keys.session[:32], token.encode(), sha256)


def find(request: Request[Any, Any, Any]) -> Session | None:
    """Return the session of a request, or None."""
    centre = centre_of(request)
    token = request.cookies.get(cookie_name(centre))
    if not token or len(token) > 100:
        return None
    now_ms = centre.now_ms()
    with centre.engine.connect() as connection:
        found = session(connection, token_hash(centre, token), now_ms)
    if found is not None and now_ms - found.seen_at > SEEN_EVERY_MS:
        centre.writer.run(lambda work: see_session(work, found.id_hash, now_ms))
    return found


def require(request: Request[Any, Any, Any], permission: str = "") -> Session:
    """Return the session of someone who may do a thing; server/offices/scope.py says where.

    permission: one of rules.May; "" asks for the province's administrator.
    Raises SignInError, which leads to the sign-in page or to the step that is missing, and RefusalError 403.
    """
    found = entered(request)
    is_allowed = found.may(permission) if permission else found.account.role == "admin" and found.unit is None
    if not is_allowed:
        raise RefusalError(403, "not_allowed", f"this account may not {permission or 'administer'}")
    return found


def entered(request: Request[Any, Any, Any]) -> Session:
    """Return the session of anyone who has done every step of signing in. Raises SignInError."""
    return partly(request)


def missing_step(found: Session) -> str | None:
    """Return the page of the step a sign-in still lacks, or None if it is whole."""
    if found.needs_code:
        return "/dang-nhap/ma"
    if found.account.must_change:
        return "/doi-mat-khau"
    if found.account.totp is None and not found.is_vouched and needs_code(found.account.allowed):
        return "/hai-buoc"
    return None


def partly(request: Request[Any, Any, Any], *steps: str) -> Session:
    """Return the session of someone who has done every step, or stands at one of these. Raises SignInError."""
    found = find(request)
    if found is None:
        raise SignInError("/dang-nhap")
    step = missing_step(found)
    if step is not None and step not in steps:
        raise SignInError(step)
    return found


def browser_of(request: Request[Any, Any, Any]) -> str:
    """Return the kind of a request's browser in words."""
    return in_words(request.headers.get("user-agent", "")[:400])


def check_origin(request: Request[Any, Any, Any]) -> None:
    """Return if a form was sent from our own page. Raises RefusalError 403."""
    origin = request.headers.get("origin", "")
    if origin.partition("://")[2].lower() != request.headers.get("host", "").lower():
        raise RefusalError(403, "foreign_origin", "the form was not sent from this site")


def check_form(request: Request[Any, Any, Any], found: Session, token: str) -> None:
    """Return if a form of a signed-in person is theirs. Raises RefusalError 403."""
    check_origin(request)
    if not hmac.compare_digest(found.csrf.encode(), token.encode()):
        raise RefusalError(403, "stale_form", "the form is not of this session")
