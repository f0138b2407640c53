"""Inviting people and letting them choose their own password: each in one transaction with its line in the log."""

import hmac
import secrets
from hashlib import sha256

import msgspec

from server.accounts import passwords, queries, sealing
from server.accounts.queries import Account
from server.accounts.rules import Granted, grant_fault
from server.accounts.sessions import new_token, token_hash
from server.accounts.sign_in import Entered
from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.users import queries as users
from server.users.rules import INVITED_MS, name_fault


class Wanted(msgspec.Struct, frozen=True):
    """A person to be invited, as the form says. login: what the organisation's provider calls them, if it is used."""

    name: str
    person: str
    login: str | None
    granted: Granted


class Link(msgspec.Struct, frozen=True):
    """An invitation as it is shown once. token: the secret in its address."""

    account: int
    name: str
    token: str
    expires_at: int


def digest_of(centre: Centre, token: str) -> bytes:
    """Return what is stored of a link."""
    return hmac.digest(sealing.key(centre, "invitation"), token.encode(), sha256)


def invite(centre: Centre, actor: Account, reach: frozenset[str] | None, wanted: Wanted) -> Link | str:
    """Make an account and return its link, or in Vietnamese why not."""
    fault = name_fault(wanted.name) or grant_fault(actor.allowed, actor.unit, reach, wanted.granted)
    if fault is None and not wanted.person:
        fault = "Xin nhập họ tên của người được mời."
    if fault is not None:
        return fault
    now_ms, token = centre.now_ms(), secrets.token_urlsafe(24)
    expires_at = now_ms + INVITED_MS

    def make(work: Work) -> Link | str:
        if wanted.login and not users.is_login_free(work, wanted.login):
            return f"Tài khoản cơ quan “{wanted.login}” đã gắn với người khác. Xin xem lại."
        account = users.invite_account(work, wanted.name, wanted.person, wanted.login, wanted.granted, now_ms)
        if account is None:
            return f"Tên đăng nhập “{wanted.name}” đã có người dùng. Xin chọn tên khác."
        users.set_invitation(work, account, digest_of(centre, token), now_ms, expires_at)
        record(work, now_ms, actor.name, "account.invite", f"{wanted.name} {_in_words(wanted.granted)}")
        return Link(account, wanted.name, token, expires_at)

    return centre.writer.run(make)


def invite_again(centre: Centre, actor: Account, target: Account) -> Link:
    """Return a new link for an account that is there; older links end, an older password holds until it is used."""
    now_ms, token = centre.now_ms(), secrets.token_urlsafe(24)
    expires_at = now_ms + INVITED_MS

    def make(work: Work) -> None:
        users.set_invitation(work, target.id, digest_of(centre, token), now_ms, expires_at)
        record(work, now_ms, actor.name, "account.invite_again", target.name)

    centre.writer.run(make)
    return Link(target.id, target.name, token, expires_at)


def accept(centre: Centre, token: str, new: str, again: str, browser: str) -> Entered | str | None:
    """Return a session under the password the invited person chose, in Vietnamese why not, or None for a dead link.

    With a second step already set up, its code is still asked for.
    """
    now_ms, digest = centre.now_ms(), digest_of(centre, token)
    with centre.engine.connect() as connection:
        account = users.invited(connection, digest, now_ms)
        if account is None:
            return None
        if new != again:
            return "Hai lần nhập mật khẩu không giống nhau."
        fault = passwords.fault(new, account.name, queries.unit_names(connection))
    if fault is not None:
        return fault
    stored, cookie, csrf = passwords.digest(new), new_token(), secrets.token_urlsafe(24)
    needs_code = account.totp is not None

    def enter(work: Work) -> bool:
        if users.close_invitations(work, account.id) == 0:
            return False
        queries.set_password(work, account.id, stored)
        queries.open_session(
            work, token_hash(centre, cookie), account.id, csrf, now_ms, browser=browser, needs_code=needs_code
        )
        record(work, now_ms, account.name, "account.accept", "")
        return True

    return Entered(cookie, must_change=False, needs_code=needs_code) if centre.writer.run(enter) else None


def _in_words(granted: Granted) -> str:
    return f"{granted.role} {granted.unit or '*'}{' manager' if granted.is_manager else ''}"
