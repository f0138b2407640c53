"""Signing in, signing out, changing a password: each in one transaction, with its line in the log."""

import secrets

import msgspec

from server.accounts import passwords, queries
from server.accounts.queries import Account, Session
from server.accounts.sessions import new_token, token_hash
from server.audit.queries import record
from server.centre import Centre
from server.database import Work

FREE_TRIES = 5
LONGEST_WAIT_S = 900


class Entered(msgspec.Struct, frozen=True):
    """A sign-in that succeeded. token: for the cookie alone. needs_code: the second step is still to come."""

    token: str
    must_change: bool
    needs_code: bool = False


def wait_s(failures: int) -> int:
    """Return how long an account waits after so many wrong passwords in a row: 0, then doubling to 15 minutes."""
    return 0 if failures < FREE_TRIES else int(min(2 ** (failures - FREE_TRIES + 1), LONGEST_WAIT_S))


def sign_in(centre: Centre, name: str, password: str, browser: str = "") -> Entered | None:
    """Return a new session, or None. Names that do not exist take as long and are told the same.

    With a second step the session opens nothing yet, and wrong tries are forgotten only after it.
    """
    now_ms = centre.now_ms()
    with centre.engine.connect() as connection:
        account = queries.by_name(connection, name)
    is_open = account is not None and not account.is_disabled and account.wait_until <= now_ms
    is_right = passwords.is_right(account.password_hash if account and is_open else None, password)
    if account is None or not is_open:
        return None
    if not is_right:
        centre.writer.run(lambda work: note_failure(work, account, now_ms))
        return None
    needs_code = account.totp is not None
    token, csrf = new_token(), secrets.token_urlsafe(24)
    digest = token_hash(centre, token)

    def enter(work: Work) -> None:
        if not needs_code:
            queries.note_try(work, account.id, 0, 0)
        queries.open_session(work, digest, account.id, csrf, now_ms, browser=browser, needs_code=needs_code)
        record(work, now_ms, account.name, "sign_in.half" if needs_code else "sign_in", "")

    centre.writer.run(enter)
    return Entered(token, account.must_change, needs_code)


def note_failure(work: Work, account: Account, now_ms: int) -> None:
    """Count a wrong password or code; from the fifth in a row the account waits."""
    row = work.one(work.locked("SELECT failures FROM accounts WHERE id = ?"), (account.id,))
    failures = (row[0] if row else account.failures) + 1
    queries.note_try(work, account.id, failures, now_ms + wait_s(failures) * 1000)
    record(work, now_ms, account.name, "sign_in.failed", str(failures))


def sign_out(centre: Centre, session: Session) -> None:
    """End a session."""
    now_ms = centre.now_ms()

    def leave(work: Work) -> None:
        queries.close_session(work, session.id_hash)
        record(work, now_ms, session.account.name, "sign_out", "")

    centre.writer.run(leave)


def change_password(
    centre: Centre, session: Session, old: str, new: str, again: str, browser: str = ""
) -> str | Entered:
    """Return a new session under the new password, or in Vietnamese why not; all older sessions end."""
    account, now_ms = session.account, centre.now_ms()
    if account.wait_until > now_ms:
        return "Đã nhập sai nhiều lần. Xin chờ vài phút rồi thử lại."
    if not passwords.is_right(account.password_hash, old):
        centre.writer.run(lambda work: note_failure(work, account, now_ms))
        return "Mật khẩu hiện tại không đúng."
    if new != again:
        return "Hai lần nhập mật khẩu mới không giống nhau."
    if new == old:
        return "Mật khẩu mới phải khác mật khẩu hiện tại."
    with centre.engine.connect() as connection:
        wrong = passwords.fault(new, account.name, queries.unit_names(connection))
    if wrong is not None:
        return wrong
    digest = passwords.digest(new)
    token, csrf = new_token(), secrets.token_urlsafe(24)

    def change(work: Work) -> None:
        queries.set_password(work, account.id, digest)
        queries.open_session(
            work, token_hash(centre, token), account.id, csrf, now_ms, browser=browser, is_vouched=session.is_vouched
        )
        record(work, now_ms, account.name, "password.change", "")

    centre.writer.run(change)
    return Entered(token, must_change=False)
