"""Workbooks that were looked through and wait to be confirmed, in SQL; each is its uploader's alone, for a day."""

import secrets

from server.database import Work

KEPT_MS = 24 * 3_600_000


def keep(work: Work, account: int, kind: str, name: str, body: bytes, now_ms: int) -> str:
    """Store a workbook and return its id; an earlier one of the same kind and account goes, as do all of yesterday."""
    work.run("DELETE FROM uploads WHERE at < ? OR (account_id = ? AND kind = ?)", (now_ms - KEPT_MS, account, kind))
    made = secrets.token_hex(16)
    work.run(
        "INSERT INTO uploads (id, account_id, kind, at, name, body) VALUES (?, ?, ?, ?, ?, ?)",
        (made, account, kind, now_ms, name[-120:], body),
    )
    return made


def peek(work: Work, upload: str, account: int, kind: str) -> tuple[str, bytes] | None:
    """Return the name and body of a file that waits and let it wait on, or None if it is not there any more."""
    row = work.one(
        "SELECT name, body FROM uploads WHERE id = ? AND account_id = ? AND kind = ?", (upload[:40], account, kind)
    )
    return None if row is None else (str(row[0]), bytes(row[1]))


def take(work: Work, upload: str, account: int, kind: str) -> bytes | None:
    """Return a workbook that waits and forget it, or None if it is not there any more."""
    row = work.one(
        "SELECT body FROM uploads WHERE id = ? AND account_id = ? AND kind = ?", (upload[:40], account, kind)
    )
    work.run("DELETE FROM uploads WHERE id = ? AND account_id = ?", (upload[:40], account))
    return None if row is None else bytes(row[0])
