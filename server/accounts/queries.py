"""Accounts and sessions in SQL; of a session only a digest is stored."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, select

from server.accounts.rules import May, permissions
from server.database import Work
from server.tables import accounts, org_versions, recovery_codes, sessions

IDLE_MS = 30 * 60_000
LIFE_MS = 12 * 3_600_000
HALF_MS = 5 * 60_000
"""How long a right password waits for the code of the second step."""


class Account(msgspec.Struct, frozen=True):
    """Someone who may sign in. wait_until: Unix milliseconds before which no password is looked at.

    unit: the top of what they see; None for the whole province. totp: the sealed secret of the second step, if any.
    totp_step: the last half minute whose code was used. login: who the organisation's provider says they are.
    """

    id: int
    name: str
    password_hash: str
    must_change: bool
    role: str
    failures: int
    wait_until: int
    is_disabled: bool
    unit: str | None = None
    person: str = ""
    is_manager: bool = False
    login: str | None = None
    totp: bytes | None = None
    totp_step: int = 0

    @property
    def allowed(self) -> frozenset[May]:
        """Return what the account may do."""
        return permissions(self.role, is_manager=self.is_manager)


class Session(msgspec.Struct, frozen=True):
    """A sign-in that still holds. needs_code: only the password was right so far; it opens nothing yet.

    is_vouched: the organisation's provider did the second step.
    """

    id_hash: bytes
    account: Account
    csrf: str
    seen_at: int
    made_at: int = 0
    needs_code: bool = False
    is_vouched: bool = False

    @property
    def unit(self) -> str | None:
        """Return the top of what may be seen; None for the whole province."""
        return self.account.unit

    def may(self, permission: str) -> bool:
        """Return whether this may be done."""
        return permission in self.account.allowed


COLUMNS = (
    accounts.c.id,
    accounts.c.name,
    accounts.c.password_hash,
    accounts.c.must_change,
    accounts.c.role,
    accounts.c.failures,
    accounts.c.wait_until,
    accounts.c.disabled_at.is_not(None),
    accounts.c.unit,
    accounts.c.person,
    accounts.c.is_manager,
    accounts.c.login,
    accounts.c.totp,
    accounts.c.totp_step,
)


def by_name(connection: Connection, name: str) -> Account | None:
    """Return an account by its name, disabled or not."""
    row = connection.execute(select(*COLUMNS).where(accounts.c.name == name)).first()
    return None if row is None else Account(*row)


def by_login(connection: Connection, login: str) -> Account | None:
    """Return the account matched by what the provider calls somebody, disabled or not."""
    row = connection.execute(select(*COLUMNS).where(accounts.c.login == login)).first()
    return None if row is None else Account(*row)


def unit_names(connection: Connection) -> list[str]:
    """Return the names and codes of the centre's own units of all times: words a password may not consist of."""
    v = org_versions.c
    return [word for row in connection.execute(select(v.name_vi, v.name_en, v.code).distinct()) for word in row if word]


def add(
    work: Work, name: str, password_hash: str, role: str, now_ms: int, *, must_change: bool, unit: str | None = None
) -> bool:
    """Store an account; returns whether its name was free. unit: None for the whole province."""
    return (
        work.run(
            "INSERT INTO accounts (name, password_hash, must_change, role, failures, wait_until, made_at, unit) "
            "VALUES (?, ?, ?, ?, 0, 0, ?, ?) ON CONFLICT (name) DO NOTHING",
            (name, password_hash, must_change, role, now_ms, unit),
        )
        == 1
    )


def set_password(work: Work, account: int, password_hash: str) -> None:
    """Store a new password and end every session of the account."""
    work.run(
        "UPDATE accounts SET password_hash = ?, must_change = ?, failures = 0, wait_until = 0 WHERE id = ?",
        (password_hash, False, account),
    )
    work.run("DELETE FROM sessions WHERE account_id = ?", (account,))


def note_try(work: Work, account: int, failures: int, wait_until: int) -> None:
    """Store how often in a row a password was wrong, and until when to wait."""
    work.run("UPDATE accounts SET failures = ?, wait_until = ? WHERE id = ?", (failures, wait_until, account))


def open_session(
    work: Work,
    id_hash: bytes,
    account: int,
    csrf: str,
    now_ms: int,
    *,
    browser: str = "",
    needs_code: bool = False,
    is_vouched: bool = False,
) -> None:
    """Store a sign-in; one that is whole is noted as the account's last."""
    work.run(
        "INSERT INTO sessions (id_hash, account_id, csrf, made_at, seen_at, browser, needs_code, is_vouched) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (id_hash, account, csrf, now_ms, now_ms, browser, needs_code, is_vouched),
    )
    if not needs_code:
        work.run("UPDATE accounts SET entered_at = ? WHERE id = ?", (now_ms, account))


def set_totp(work: Work, account: int, sealed: bytes | None, step: int) -> None:
    """Store the second step's sealed secret; None takes it away. step: the last one used."""
    work.run("UPDATE accounts SET totp = ?, totp_step = ? WHERE id = ?", (sealed, step, account))


def forget_second_step(work: Work, account: int) -> None:
    """Take the second step away, with its recovery codes, and end every session of the account."""
    set_totp(work, account, None, 0)
    set_recovery(work, account, [])
    close_all(work, account)


def set_step(work: Work, account: int, step: int) -> None:
    """Note the half minute whose code was used."""
    work.run("UPDATE accounts SET totp_step = ? WHERE id = ?", (step, account))


def set_recovery(work: Work, account: int, digests: Sequence[bytes]) -> None:
    """Store the digests of recovery codes in place of all older ones."""
    work.run("DELETE FROM recovery_codes WHERE account_id = ?", (account,))
    work.many(
        "INSERT INTO recovery_codes (account_id, digest) VALUES (?, ?)", [(account, digest) for digest in digests]
    )


def spend_recovery(work: Work, account: int, digest: bytes) -> bool:
    """Delete a recovery code; returns whether it was there."""
    return work.run("DELETE FROM recovery_codes WHERE account_id = ? AND digest = ?", (account, digest)) == 1


def recovery_left(connection: Connection, account: int) -> int:
    """Return how many recovery codes an account still has."""
    query = select(func.count()).where(recovery_codes.c.account_id == account)
    return int(connection.scalar(query) or 0)


class Held(msgspec.Struct, frozen=True):
    """One of an account's sessions. key: what a form calls it."""

    key: str
    made_at: int
    seen_at: int
    browser: str


def held(connection: Connection, account: int, now_ms: int) -> list[Held]:
    """Return an account's sessions that still hold, the last seen first."""
    s = sessions.c
    rows = connection.execute(
        select(s.id_hash, s.made_at, s.seen_at, s.browser)
        .where(s.account_id == account, s.needs_code.is_(False))
        .where(s.seen_at > now_ms - IDLE_MS, s.made_at > now_ms - LIFE_MS)
        .order_by(s.seen_at.desc(), s.made_at.desc())
    )
    return [Held(bytes(row[0]).hex(), row[1], row[2], row[3]) for row in rows]


def close_one(work: Work, account: int, id_hash: bytes) -> bool:
    """End one session of an account; returns whether it was there."""
    return work.run("DELETE FROM sessions WHERE account_id = ? AND id_hash = ?", (account, id_hash)) == 1


def close_all(work: Work, account: int, but: bytes = b"") -> int:
    """End every session of an account but one; returns how many."""
    return work.run("DELETE FROM sessions WHERE account_id = ? AND id_hash <> ?", (account, but))


def session(connection: Connection, id_hash: bytes, now_ms: int) -> Session | None:
    """Return a session that still holds: seen in the last 30 minutes, begun in the last 12 hours.

    One that waits for its code holds for five minutes.
    """
    s = sessions.c
    row = connection.execute(
        select(s.csrf, s.seen_at, s.made_at, s.needs_code, s.is_vouched, *COLUMNS)
        .join_from(sessions, accounts, accounts.c.id == s.account_id)
        .where(s.id_hash == id_hash, s.seen_at > now_ms - IDLE_MS, s.made_at > now_ms - LIFE_MS)
        .where(accounts.c.disabled_at.is_(None))
    ).first()
    if row is None or (row[3] and row[2] <= now_ms - HALF_MS):
        return None
    csrf, seen_at, made_at, needs_code, is_vouched, *rest = row
    return Session(id_hash, Account(*rest), csrf, seen_at, made_at, bool(needs_code), bool(is_vouched))


def see_session(work: Work, id_hash: bytes, now_ms: int) -> None:
    """Note that a session is in use."""
    work.run("UPDATE sessions SET seen_at = ? WHERE id_hash = ?", (now_ms, id_hash))


def close_session(work: Work, id_hash: bytes) -> None:
    """End a session."""
    work.run("DELETE FROM sessions WHERE id_hash = ?", (id_hash,))


def sweep(work: Work, now_ms: int) -> int:
    """Delete sessions that no longer hold; returns how many."""
    return work.run("DELETE FROM sessions WHERE seen_at <= ? OR made_at <= ?", (now_ms - IDLE_MS, now_ms - LIFE_MS))
