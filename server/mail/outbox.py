"""The outbox in SQL: what waits, what was sent, what is dead; nothing is put twice, nothing is lost by a crash."""

import json
import secrets
from typing import Any, Final

import msgspec
import structlog
from sqlalchemy import Connection, select

from server.centre import Centre
from server.database import Work
from server.mail.message import Message, as_bytes
from server.mail.send import SendError, is_set, send
from server.tables import mails

log = structlog.get_logger()
LEASE_MS: Final = 10 * 60_000
"""How long a message is one sender's; after it another tries, should the first have died."""

FIRST_MS: Final = 60_000
LONGEST_MS: Final = 6 * 3_600_000
MOST_TRIES: Final = 12
AT_ONCE: Final = 20


class Mail(msgspec.Struct, frozen=True):
    """One message as a page shows it. state: waiting, sent or dead."""

    id: str
    once: str
    subject: str
    n_recipients: int
    state: str
    tries: int
    fault: str
    made_at: int
    sent_at: int | None


def put(work: Work, message: Message, sender: str, at: int) -> bool:
    """Put a message into the outbox. Returns False, and puts nothing, if the same is there or has no recipient."""
    if not message.recipients or work.one("SELECT id FROM mails WHERE once = ?", (message.once,)):
        return False
    made = secrets.token_hex(16)
    body = as_bytes(message, sender or "hailong@localhost", made, at)
    work.run(
        "INSERT INTO mails (id, once, subject, recipients, message, state, tries, next_at, fault, made_at) "
        "VALUES (?, ?, ?, ?, ?, 'waiting', 0, ?, '', ?)",
        (made, message.once, message.subject, json.dumps(list(message.recipients)), body, at, at),
    )
    return True


def deliver(centre: Centre) -> tuple[int, int]:
    """Send what is due. Returns (sent, failed); (0, 0) while no mail server is set: everything waits."""
    if not is_set(centre.settings):
        return 0, 0
    sent = failed = 0
    for row in centre.writer.run(lambda work: _claimed(work, centre.now_ms())):
        if _sent(centre, row):
            sent += 1
        else:
            failed += 1
    if sent or failed:
        log.info("mail", sent=sent, failed=failed)
    return sent, failed


def _claimed(work: Work, now: int) -> list[tuple[Any, ...]]:
    work.all(work.locked("SELECT id FROM centre"))
    rows = work.all(
        "SELECT id, recipients, message, tries FROM mails WHERE state = 'waiting' AND next_at <= ? "
        "ORDER BY next_at, id LIMIT ?",
        (now, AT_ONCE),
    )
    for row in rows:
        work.run("UPDATE mails SET next_at = ?, tries = tries + 1 WHERE id = ?", (now + LEASE_MS, row[0]))
    return rows


def _sent(centre: Centre, row: tuple[Any, ...]) -> bool:
    mail, recipients, message, tries = row
    try:
        refused = send(centre.settings, bytes(message), json.loads(recipients))
    except SendError as error:
        state, wait = after_failure(tries + 1, is_final=error.is_final)
        words, due = str(error), centre.now_ms() + wait
        centre.writer.run(
            lambda work: work.run("UPDATE mails SET state = ?, fault = ?, next_at = ? WHERE id = ?",
                                  (state, words, due, mail))
        )  # fmt: skip
        return False
    words = f"Máy chủ thư từ chối {refused} hộp thư nhận." if refused else ""
    centre.writer.run(
        lambda work: work.run("UPDATE mails SET state = 'sent', fault = ?, sent_at = ?, message = ? WHERE id = ?",
                              (words, centre.now_ms(), b"", mail))
    )  # fmt: skip
    return True


def after_failure(tries: int, *, is_final: bool) -> tuple[str, int]:
    """Return the state after so many tries and how many milliseconds to wait: doubled each time; pure.

    >>> after_failure(1, is_final=False), after_failure(3, is_final=False)
    (('waiting', 60000), ('waiting', 240000))
    >>> after_failure(1, is_final=True)[0], after_failure(12, is_final=False)[0]
    ('dead', 'dead')
    """
    if is_final or tries >= MOST_TRIES:
        return "dead", 0
    return "waiting", min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1))


def again(work: Work, once: str, at: int) -> bool:
    """Let a message that is not sent be tried at once, from the beginning. Returns whether there is one."""
    statement = "UPDATE mails SET state = 'waiting', tries = 0, next_at = ? WHERE once = ? AND state <> 'sent'"
    return bool(work.run(statement, (at, once)))


def found(connection: Connection, once: str) -> Mail | None:
    """Return a message by what it is."""
    m = mails.c
    row = connection.execute(
        select(m.id, m.once, m.subject, m.recipients, m.state, m.tries, m.fault, m.made_at, m.sent_at).where(
            m.once == once
        )
    ).first()
    return None if row is None else Mail(*row[:3], len(json.loads(row[3])), *row[4:])
