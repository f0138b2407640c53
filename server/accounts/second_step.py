"""The second step of signing in: set up, asked, taken away; each in one transaction with its line in the log."""

import hmac
import secrets
from hashlib import sha256

from server.accounts import queries, sealing, totp
from server.accounts.queries import Account, Session
from server.accounts.sessions import new_token, token_hash
from server.accounts.sign_in import Entered, note_failure
from server.audit.queries import record
from server.centre import Centre
from server.database import Work


def offered(centre: Centre, session: Session) -> bytes:
    """Return the secret a session is offered; the same for the whole session, so that a page may be loaded again."""
    return hmac.digest(sealing.key(centre, "totp offer"), session.id_hash, sha256)[:20]


def set_up(centre: Centre, session: Session, given: str) -> list[str] | None:
    """Store the offered secret once its first code is right; returns the recovery codes, or None if it is wrong.

    Every other session ends: one that was opened by the password alone must not become whole by somebody else's phone.
    """
    now_ms, secret, account = centre.now_ms(), offered(centre, session), session.account
    step = totp.step_of(secret, totp.plain(given), now_ms, account.totp_step)
    if step is None or account.totp is not None:
        return None
    sealed = sealing.seal(centre, "totp", str(account.id), secret)
    codes = [totp.recovery_code() for _ in range(totp.RECOVERY_CODES)]

    def store(work: Work) -> None:
        queries.set_totp(work, account.id, sealed, step)
        queries.close_all(work, account.id, but=session.id_hash)
        queries.set_recovery(work, account.id, [_digest(centre, code) for code in codes])
        record(work, now_ms, account.name, "second_step.set", "")

    centre.writer.run(store)
    return codes


def new_recovery(centre: Centre, session: Session, given: str) -> list[str] | None:
    """Return ten new recovery codes in place of all older ones, or None if the code is wrong."""
    now_ms, account = centre.now_ms(), session.account
    codes = [totp.recovery_code() for _ in range(totp.RECOVERY_CODES)]

    def renew(work: Work) -> bool:
        if not _passes(centre, work, account, given, now_ms):
            return False
        queries.set_recovery(work, account.id, [_digest(centre, code) for code in codes])
        record(work, now_ms, account.name, "second_step.recovery", "")
        return True

    return codes if centre.writer.run(renew) else None


def enter_code(centre: Centre, session: Session, given: str, browser: str) -> Entered | None:
    """Return the whole session that follows a right password and a right code, or None."""
    now_ms, account = centre.now_ms(), session.account
    token, csrf = new_token(), secrets.token_urlsafe(24)
    digest = token_hash(centre, token)

    def enter(work: Work) -> bool:
        if not _passes(centre, work, account, given, now_ms):
            return False
        queries.note_try(work, account.id, 0, 0)
        queries.close_session(work, session.id_hash)
        queries.open_session(work, digest, account.id, csrf, now_ms, browser=browser)
        record(work, now_ms, account.name, "sign_in", "")
        return True

    return Entered(token, account.must_change) if centre.writer.run(enter) else None


def confirmed(centre: Centre, work: Work, session: Session, given: str, now_ms: int) -> bool:
    """Return whether whoever is signed in has just proved it again by a code; a code is spent, a wrong one counted.

    Where the organisation's provider did the second step there is no code of ours to ask for.
    """
    if session.account.totp is None:
        return session.is_vouched
    return _passes(centre, work, session.account, given, now_ms)


def _passes(centre: Centre, work: Work, account: Account, given: str, now_ms: int) -> bool:
    """Return whether a code is right, and spend it; a wrong one counts like a wrong password."""
    row = work.one(
        work.locked("SELECT wait_until, totp, totp_step FROM accounts WHERE id = ? AND disabled_at IS NULL"),
        (account.id,),
    )
    if row is None or row[0] > now_ms or row[1] is None:
        return False
    code = totp.plain(given)
    if totp.is_digits(code):
        secret = sealing.unseal(centre, "totp", str(account.id), bytes(row[1]))
        step = None if secret is None else totp.step_of(secret, code, now_ms, row[2])
        if step is not None:
            queries.set_step(work, account.id, step)
            return True
    elif queries.spend_recovery(work, account.id, _digest(centre, code)):
        record(work, now_ms, account.name, "second_step.recovery_used", "")
        return True
    note_failure(work, account, now_ms)
    return False


def _digest(centre: Centre, code: str) -> bytes:
    return hmac.digest(sealing.key(centre, "recovery"), totp.plain(code).encode(), sha256)
