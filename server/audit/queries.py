"""The audit log in SQL: each line carries the digest of the line before it. Never personal data, never a secret."""

from hashlib import sha256

from server.database import Work
from survey import wire

START = bytes(32)


def record(work: Work, at: int, actor: str, action: str, subject: str) -> None:
    """Write one line. at: Unix milliseconds. actor: an account's name or a device's id. subject: what it was about."""
    work.all(work.locked("SELECT id FROM centre"))
    last = work.one("SELECT digest FROM audit ORDER BY id DESC LIMIT 1")
    previous = START if last is None else bytes(last[0])
    work.run(
        "INSERT INTO audit (at, actor, action, subject, previous, digest) VALUES (?, ?, ?, ?, ?, ?)",
        (at, actor, action, subject, previous, digest(previous, at, actor, action, subject)),
    )


def digest(previous: bytes, at: int, actor: str, action: str, subject: str) -> bytes:
    """Return the 32-byte digest of a line and all before it."""
    return sha256(previous + wire.encode([at, actor, action, subject])).digest()


def first_broken(work: Work) -> int | None:
    """Return the id of the first line that does not fit the ones before it, or None if the log is whole."""
    previous = START
    for line, at, actor, action, subject, before, own in work.all(
        "SELECT id, at, actor, action, subject, previous, digest FROM audit ORDER BY id"
    ):
        if bytes(before) != previous or bytes(own) != digest(previous, at, actor, action, subject):
            return int(line)
        previous = bytes(own)
    return None
