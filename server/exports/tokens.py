"""Tokens of programs that read: made by whoever may export, for what they may see themselves, shown once."""

import secrets
from datetime import date
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Connection

from server.accounts.queries import Session
from server.audit.queries import record
from server.database import Work
from server.offices.queries import all_versions
from server.offices.scope import subtree
from survey.local_time import DAY_MS

PREFIX: Final = "hl_"
DAYS: Final = (30, 90, 365)
SEEN_EVERY_MS: Final = 3_600_000
NAME_AT_MOST: Final = 80
READ: Final = "data.read"
WRITE: Final = "transactions.write"
INVITE: Final = "invitations.make"
ENROL: Final = "devices.enrol"
SCOPES: Final = {
    READ: "Đọc dữ liệu", WRITE: "Ghi số lượt giao dịch", INVITE: "Lấy đường dẫn đánh giá cho từng hồ sơ",
    ENROL: "Lập mã ghi danh cho ki-ốt",
}  # fmt: skip


class Token(msgspec.Struct, frozen=True):
    """One token as it is listed. *_at: Unix milliseconds; used_at, revoked_at: None for never."""

    id: int
    name: str
    unit: str | None
    made_by: str
    made_at: int
    expires_at: int
    used_at: int | None
    revoked_at: int | None
    scope: str = READ

    def holds(self, now_ms: int) -> bool:
        """Return whether a program may still read with it."""
        return self.revoked_at is None and now_ms < self.expires_at


_COLUMNS: Final = "id, name, unit, made_by, made_at, expires_at, used_at, revoked_at, scope"


def make(work: Work, session: Session, name: str, days: int, now_ms: int, scope: str = READ) -> str:
    """Store a new token for what its maker may see; returns it, which nobody can do again."""
    token = PREFIX + secrets.token_urlsafe(32)
    work.run(
        "INSERT INTO api_tokens (name, digest, unit, made_by, made_at, expires_at, scope) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (name, digest(token), session.unit, session.account.name, now_ms, now_ms + days * DAY_MS, scope),
    )
    record(work, now_ms, session.account.name, "token.make", f"{name} {days} days {scope}")
    return token


def digest(token: str) -> bytes:
    """Return what is stored of a token: it is random and long, so a plain SHA-256 will do."""
    return sha256(token.encode()).digest()


def listed(work: Work, session: Session) -> list[Token]:
    """Return the tokens a manager may see: all for the whole province, else those of the own unit."""
    rows = work.all(f"SELECT {_COLUMNS} FROM api_tokens ORDER BY id DESC")  # noqa: S608 our own words
    return [token for token in (Token(*row) for row in rows) if session.unit in (None, token.unit)]


def revoke(work: Work, session: Session, token_id: int, now_ms: int) -> str | None:
    """End a token; returns its name, or None if there is none that this manager may end."""
    found = next((token for token in listed(work, session) if token.id == token_id), None)
    if found is None or found.revoked_at is not None:
        return None
    work.run("UPDATE api_tokens SET revoked_at = ? WHERE id = ?", (now_ms, token_id))
    record(work, now_ms, session.account.name, "token.revoke", found.name)
    return found.name


def held(work: Work, token: str, now_ms: int) -> Token | None:
    """Return a token that holds now, or None."""
    row = work.one(f"SELECT {_COLUMNS} FROM api_tokens WHERE digest = ?", (digest(token),))  # noqa: S608
    found = None if row is None else Token(*row)
    return found if found and found.holds(now_ms) else None


def seen(work: Work, token_id: int, now_ms: int) -> None:
    """Note that a token is in use."""
    work.run("UPDATE api_tokens SET used_at = ? WHERE id = ?", (now_ms, token_id))


def reach_of(connection: Connection, unit: str | None, first: date, last: date) -> frozenset[str] | None:
    """Return what `reach` returns, outside a transaction."""
    return None if unit is None else subtree(all_versions(connection, first, last).values(), unit)


def reach(work: Work, unit: str | None, first: date, last: date) -> frozenset[str] | None:
    """Return the ids of the units a token may see in a period; None for the whole province."""
    return reach_of(work.connection, unit, first, last)
