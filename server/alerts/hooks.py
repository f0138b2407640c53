"""Webhooks in SQL: programs that are told, their sealed secrets, what goes to them, what is dead."""

import secrets
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from server.accounts.sealing import seal, unseal
from server.alerts.kinds import Hook
from server.alerts.payload import new_secret
from server.centre import Centre
from server.database import Work

PURPOSE: Final = "webhook"
BOTH_MS: Final = 24 * 3_600_000
"""How long the secret before signs beside a new one."""

LEASE_MS: Final = 60_000
AT_ONCE: Final = 20
WAITS_MS: Final = (10_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000, 86_400_000)
SHOWN: Final = 100


class Webhook(msgspec.Struct, frozen=True):
    """A program as its page shows it."""

    id: str
    name: str
    url: str
    for_persons: bool
    kinds: tuple[str, ...]
    unit: str | None
    made_by: str
    made_at: int
    ended_at: int | None

    @property
    def hook(self) -> Hook:
        """Return what deciding needs of it."""
        return Hook(self.id, self.kinds, self.unit, self.for_persons)


class Delivery(msgspec.Struct, frozen=True):
    """One thing that goes to a program. state: waiting, sent or dead."""

    id: str
    webhook: str
    alert: int | None
    receiver: str
    state: str
    tries: int
    next_at: int
    fault: str
    made_at: int
    sent_at: int | None


class Claimed(msgspec.Struct, frozen=True):
    """A delivery to be tried now. held: the secrets that sign it."""

    id: str
    url: str
    body: str
    tries: int
    held: list[str]


COLUMNS: Final = "id, name, url, for_persons, kinds, unit_id, made_by, made_at, ended_at"


def _webhook(row: Any) -> Webhook:
    key, name, url, for_persons, kinds, unit, made_by, made_at, ended_at = row
    told = tuple(msgspec.json.decode(kinds, type=list[str]))
    return Webhook(key, name, url, bool(for_persons), told, unit, made_by, made_at, ended_at)


def listed(connection: Connection, reached: frozenset[str] | None) -> list[Webhook]:
    """Return the programs in reach, the ended ones last."""
    rows = Work(connection).all(f"SELECT {COLUMNS} FROM webhooks ORDER BY ended_at IS NOT NULL, made_at")  # noqa: S608
    return [one for one in map(_webhook, rows) if reached is None or one.unit in reached]


def active(work: Work) -> list[Hook]:
    """Return the programs that are told now."""
    rows = work.all(f"SELECT {COLUMNS} FROM webhooks WHERE ended_at IS NULL ORDER BY made_at, id")  # noqa: S608
    return [_webhook(row).hook for row in rows]


def find(connection: Connection, wanted: str, reached: frozenset[str] | None) -> Webhook | None:
    """Return a program in reach that was not ended."""
    return next((one for one in listed(connection, reached) if one.id == wanted and one.ended_at is None), None)


def make(work: Work, centre: Centre, new: Webhook) -> str:
    """Store a program; returns its secret, which is shown this once."""
    secret = new_secret()
    work.run(
        "INSERT INTO webhooks (id, name, url, for_persons, kinds, unit_id, secret, made_by, made_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.id, new.name, new.url, new.for_persons, msgspec.json.encode(new.kinds).decode(), new.unit,
            seal(centre, PURPOSE, new.id, secret.encode()), new.made_by, new.made_at,
        ),
    )  # fmt: skip
    return secret


def rotate(work: Work, centre: Centre, webhook: str, now_ms: int) -> str:
    """Give a program a new secret; the one before signs beside it for a day. Returns the new one."""
    secret = new_secret()
    work.run(
        "UPDATE webhooks SET old_secret = secret, old_until = ?, secret = ? WHERE id = ?",
        (now_ms + BOTH_MS, seal(centre, PURPOSE, webhook, secret.encode()), webhook),
    )
    return secret


def end(work: Work, webhook: str, now_ms: int) -> None:
    """Tell a program nothing more; what still waits for it is dead."""
    work.run("UPDATE webhooks SET ended_at = ? WHERE id = ?", (now_ms, webhook))
    work.run(
        "UPDATE webhook_deliveries SET state = 'dead', fault = ? WHERE webhook_id = ? AND state = 'waiting'",
        ("Kênh gửi đã ngừng.", webhook),
    )


def put(work: Work, webhook: str, alert: int | None, receiver: str, body: str, times: tuple[int, int]) -> bool:
    """Store what goes to a program; returns False if it is there. times: (now, when it is due)."""
    return bool(
        work.run(
            "INSERT INTO webhook_deliveries (id, webhook_id, alert_id, receiver, body, state, tries, next_at, fault, "
            "made_at) VALUES (?, ?, ?, ?, ?, 'waiting', 0, ?, '', ?) "
            "ON CONFLICT (webhook_id, alert_id, receiver) DO NOTHING",
            (f"msg_{secrets.token_hex(16)}", webhook, alert, receiver, body, times[1], times[0]),
        )
    )


def spare(work: Work, alert: int, receiver: str) -> None:
    """Drop what was not yet tried of an alert for a person who took it in."""
    work.run(
        "DELETE FROM webhook_deliveries WHERE alert_id = ? AND receiver = ? AND state = 'waiting' AND tries = 0",
        (alert, receiver),
    )


def drop(work: Work, alert: int) -> None:
    """Drop what was not yet tried of an alert that is over."""
    work.run("DELETE FROM webhook_deliveries WHERE alert_id = ? AND state = 'waiting' AND tries = 0", (alert,))


def has_due(connection: Connection, now_ms: int) -> bool:
    """Return whether anything is due."""
    query = "SELECT 1 FROM webhook_deliveries WHERE state = 'waiting' AND next_at <= ? LIMIT 1"
    return Work(connection).one(query, (now_ms,)) is not None


def claim(work: Work, centre: Centre, now_ms: int) -> list[Claimed]:
    """Take what is due for a minute; should this sender die, another tries after it."""
    work.all(work.locked("SELECT id FROM centre"))
    rows = work.all(
        "SELECT webhook_deliveries.id, url, body, tries, webhook_id, secret, old_secret, old_until "
        "FROM webhook_deliveries JOIN webhooks ON webhooks.id = webhook_id "
        "WHERE state = 'waiting' AND next_at <= ? AND ended_at IS NULL ORDER BY next_at, webhook_deliveries.id LIMIT ?",
        (now_ms, AT_ONCE),
    )
    for row in rows:
        work.run("UPDATE webhook_deliveries SET next_at = ?, tries = tries + 1 WHERE id = ?",
                 (now_ms + LEASE_MS, row[0]))  # fmt: skip
    return [Claimed(row[0], row[1], row[2], row[3] + 1, _held(centre, row, now_ms)) for row in rows]


def _held(centre: Centre, row: Any, now_ms: int) -> list[str]:
    both = [row[5], row[6] if (row[7] or 0) > now_ms else None]
    opened = [unseal(centre, PURPOSE, row[4], bytes(one)) for one in both if one is not None]
    return [one.decode() for one in opened if one is not None]


def settle(work: Work, delivery: str, fault: str, after: tuple[str, int], now_ms: int) -> None:
    """Store how an attempt ended. after: as `after_attempt` says."""
    state, wait_ms = after
    work.run(
        "UPDATE webhook_deliveries SET state = ?, fault = ?, next_at = ?, sent_at = ? WHERE id = ?",
        (state, fault, now_ms + wait_ms, now_ms if state == "sent" else None, delivery),
    )


def after_attempt(tries: int, fault: str, *, is_final: bool) -> tuple[str, int]:
    """Return the state after so many tries, and how many milliseconds to wait; pure.

    >>> after_attempt(1, "", is_final=False), after_attempt(2, "HTTP 500", is_final=False)
    (('sent', 0), ('waiting', 60000))
    >>> after_attempt(8, "HTTP 500", is_final=False), after_attempt(1, "HTTP 410", is_final=True)
    (('dead', 0), ('dead', 0))
    """
    if not fault:
        return "sent", 0
    if is_final or tries > len(WAITS_MS):
        return "dead", 0
    return "waiting", WAITS_MS[tries - 1]


def again(work: Work, delivery: str, webhooks: Iterable[str], now_ms: int) -> bool:
    """Have something dead tried again from the beginning; returns whether there is such a thing."""
    for webhook in webhooks:
        if work.run(
            "UPDATE webhook_deliveries SET state = 'waiting', tries = 0, next_at = ?, fault = '' "
            "WHERE id = ? AND webhook_id = ? AND state = 'dead'",
            (now_ms, delivery, webhook),
        ):
            return True
    return False


def deliveries(connection: Connection, webhooks: Iterable[str], state: str = "") -> list[Delivery]:
    """Return the latest that went to these programs, the newest first. state: "" for any."""
    found: list[Delivery] = []
    for webhook in webhooks:
        rows = Work(connection).all(
            "SELECT id, webhook_id, alert_id, receiver, state, tries, next_at, fault, made_at, sent_at "
            "FROM webhook_deliveries WHERE webhook_id = ? AND (state = ? OR ? = '') ORDER BY made_at DESC, id LIMIT ?",
            (webhook, state, state, SHOWN),
        )
        found += [Delivery(*row) for row in rows]
    return sorted(found, key=lambda one: -one.made_at)[:SHOWN]
