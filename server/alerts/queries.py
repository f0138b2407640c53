"""Alerts in SQL: who may be told, what was told, what people did with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from server.accounts.rules import permissions
from server.alerts.kinds import Person, Thing, Told, Wants, read_wants
from server.alerts.words import Alert
from server.database import Work

COLUMNS: Final = (
    "alerts.id, kind, office_id, unit_id, counter_id, case_id, device, limit_n, limit_more, base, tenths, since, "
    "alerts.at, about, ended_at"
)
WIDTH: Final = 15
"""How many columns an alert has."""
KEPT_MS: Final = 400 * 86_400_000


class Line(msgspec.Struct, frozen=True):
    """An alert as one person sees it. told_at: None where it was not told to them."""

    alert: Alert
    told_at: int | None = None
    acknowledged_at: int | None = None
    snoozed_until: int | None = None
    mail_at: int | None = None
    mailed_at: int | None = None

    def state(self, now_ms: int) -> str:
        """Return how it stands with this person: new, snoozed, acknowledged, ended, or other for one not told them."""
        if self.acknowledged_at is not None:
            return "acknowledged"
        if self.alert.ended_at is not None:
            return "ended"
        if self.told_at is None:
            return "other"
        return "snoozed" if (self.snoozed_until or 0) > now_ms else "new"


class Note(msgspec.Struct, frozen=True):
    """What someone said of an alert, closed."""

    actor: str
    at: int
    sealed: bytes


def persons(work: Work) -> list[Person]:
    """Return everyone who can sign in, with what they want."""
    rows = work.all(
        "SELECT accounts.id, name, unit, role, is_manager, body FROM accounts "
        "LEFT JOIN alert_subscriptions ON account_id = accounts.id WHERE disabled_at IS NULL ORDER BY accounts.id"
    )
    return [
        Person(row[0], row[1], row[2], permissions(row[3], is_manager=bool(row[4])),
               read_wants(row[5]) if row[5] else Wants())
        for row in rows
    ]  # fmt: skip


def wants_of(connection: Connection, account: int) -> Wants:
    """Return what one person wants."""
    row = Work(connection).one("SELECT body FROM alert_subscriptions WHERE account_id = ?", (account,))
    return Wants() if row is None else read_wants(row[0])


def set_wants(work: Work, account: int, wants: Wants, at: int) -> None:
    """Store what a person wants from now on."""
    work.run(
        "INSERT INTO alert_subscriptions (account_id, body, changed_at) VALUES (?, ?, ?) "
        "ON CONFLICT (account_id) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at",
        (account, msgspec.json.encode(wants).decode(), at),
    )


def cursor(work: Work, name: str) -> int:
    """Return up to which line everything was told."""
    row = work.one("SELECT upto FROM alert_cursors WHERE name = ?", (name,))
    return int(row[0]) if row else 0


def move_cursor(work: Work, name: str, upto: int) -> None:
    """Note up to which line everything was told."""
    work.run(
        "INSERT INTO alert_cursors (name, upto) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET upto = excluded.upto",
        (name, upto),
    )


def add(work: Work, thing: Thing, at: int) -> tuple[int, bool]:
    """Store a thing once; returns its alert's number and whether it is new."""
    row = work.one(
        "INSERT INTO alerts (once, kind, office_id, unit_id, counter_id, case_id, device, limit_n, limit_more, base, "
        "tenths, since, at, about) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (once) DO NOTHING RETURNING id",
        (
            thing.once, thing.kind, thing.office, thing.unit, thing.counter, thing.case, thing.device, *thing.limit,
            thing.base, thing.tenths, thing.since, at, thing.about,
        ),
    )  # fmt: skip
    if row is not None:
        return int(row[0]), True
    there = work.one("SELECT id FROM alerts WHERE once = ?", (thing.once,))
    assert there is not None
    return int(there[0]), False


def lasting(work: Work, kind: str) -> dict[str, int]:
    """Return the alerts of a kind that have not ended, their numbers by what they are."""
    return dict(work.all("SELECT once, id FROM alerts WHERE kind = ? AND ended_at IS NULL", (kind,)))


def end(work: Work, alerts: Sequence[int], at: int) -> None:
    """Note that alerts are over: they wait for nobody any more, and no e-mail of them goes out."""
    for alert in alerts:
        work.run("UPDATE alerts SET ended_at = ? WHERE id = ? AND ended_at IS NULL", (at, alert))
        work.run("UPDATE alert_receipts SET mail_at = NULL WHERE alert_id = ?", (alert,))


def hand(work: Work, alert: int, told: Told, at: int) -> bool:
    """Store that a person is told; returns whether they were not before."""
    return bool(
        work.run(
            "INSERT INTO alert_receipts (alert_id, account_id, at, mail_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (alert_id, account_id) DO NOTHING",
            (alert, told.account, at, told.mail_at),
        )
    )


def known(work: Work, onces: Iterable[str]) -> dict[str, set[int]]:
    """Return by thing, of those that are stored, who was told."""
    found: dict[str, set[int]] = {}
    wanted = sorted(set(onces))
    for begin in range(0, len(wanted), 500):
        some = wanted[begin : begin + 500]
        for once, account in work.all(
            "SELECT once, account_id FROM alerts LEFT JOIN alert_receipts ON alert_id = id "  # noqa: S608 only marks
            f"WHERE once IN ({', '.join('?' * len(some))})",
            some,
        ):
            found.setdefault(once, set()).update([] if account is None else [account])
    return found


def lines(connection: Connection, account: int, since_ms: int) -> list[Line]:
    """Return the alerts since a moment as one person sees them, the newest first."""
    rows = Work(connection).all(
        f"SELECT {COLUMNS}, alert_receipts.at, acknowledged_at, snoozed_until, mail_at, mailed_at FROM alerts "  # noqa: S608
        "LEFT JOIN alert_receipts ON alert_id = alerts.id AND account_id = ? WHERE alerts.at >= ? "
        "ORDER BY alerts.id DESC",
        (account, since_ms),
    )
    return [Line(Alert(*row[:WIDTH]), *row[WIDTH:]) for row in rows]


def line(connection: Connection, account: int, alert: int) -> Line | None:
    """Return one alert as a person sees it."""
    row = Work(connection).one(
        f"SELECT {COLUMNS}, alert_receipts.at, acknowledged_at, snoozed_until, mail_at, mailed_at FROM alerts "  # noqa: S608
        "LEFT JOIN alert_receipts ON alert_id = alerts.id AND account_id = ? WHERE alerts.id = ?",
        (account, alert),
    )
    return None if row is None else Line(Alert(*row[:WIDTH]), *row[WIDTH:])


def unread(connection: Connection, account: int, now_ms: int) -> int:
    """Return how many alerts wait for a person."""
    row = Work(connection).one(
        "SELECT count(*) FROM alert_receipts JOIN alerts ON alerts.id = alert_id WHERE account_id = ? "
        "AND acknowledged_at IS NULL AND ended_at IS NULL AND (snoozed_until IS NULL OR snoozed_until <= ?)",
        (account, now_ms),
    )
    return int(row[0]) if row else 0


def newest(connection: Connection, account: int) -> int:
    """Return the number of the newest alert told to a person; 0 before the first."""
    row = Work(connection).one("SELECT MAX(alert_id) FROM alert_receipts WHERE account_id = ?", (account,))
    return int(row[0] or 0) if row else 0


def acknowledge(work: Work, account: int, alert: int, at: int) -> None:
    """Store that a person took an alert in; what was still to be mailed to them is not."""
    work.run(
        "INSERT INTO alert_receipts (alert_id, account_id, at, acknowledged_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (alert_id, account_id) DO UPDATE SET acknowledged_at = excluded.acknowledged_at, mail_at = NULL, "
        "snoozed_until = NULL",
        (alert, account, at, at),
    )


def give_back(work: Work, account: int, alert: int) -> None:
    """Have an alert wait for a person again."""
    work.run(
        "UPDATE alert_receipts SET acknowledged_at = NULL, snoozed_until = NULL WHERE alert_id = ? AND account_id = ?",
        (alert, account),
    )


def snooze(work: Work, account: int, alert: int, until: int, at: int) -> None:
    """Have an alert leave a person alone until a moment; its e-mail too, should it still wait."""
    work.run(
        "INSERT INTO alert_receipts (alert_id, account_id, at, snoozed_until) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (alert_id, account_id) DO UPDATE SET snoozed_until = excluded.snoozed_until, "
        "acknowledged_at = NULL",
        (alert, account, at, until),
    )
    work.run(
        "UPDATE alert_receipts SET mail_at = ? WHERE alert_id = ? AND account_id = ? AND mail_at < ?",
        (until, alert, account, until),
    )


def takers(connection: Connection, alerts: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """Return by alert who took it in and when, the first one first."""
    found: dict[int, list[tuple[str, int]]] = {}
    for begin in range(0, len(alerts), 500):
        some = alerts[begin : begin + 500]
        for alert, name, at in Work(connection).all(
            "SELECT alert_id, name, acknowledged_at FROM alert_receipts JOIN accounts "  # noqa: S608 only marks
            f"ON accounts.id = account_id WHERE alert_id IN ({', '.join('?' * len(some))}) "
            "AND acknowledged_at IS NOT NULL ORDER BY acknowledged_at",
            some,
        ):
            found.setdefault(alert, []).append((name, at))
    return found


def forget(work: Work, account: int, alerts: Sequence[int]) -> None:
    """Have alerts a person may no longer see wait for them no longer."""
    work.many(
        "DELETE FROM alert_receipts WHERE account_id = ? AND alert_id = ?", [(account, alert) for alert in alerts]
    )


def add_note(work: Work, alert: int, actor: str, at: int, sealed: bytes) -> None:
    """Store what someone said of an alert, closed."""
    work.run("INSERT INTO alert_notes (alert_id, actor, at, sealed) VALUES (?, ?, ?, ?)", (alert, actor, at, sealed))


def notes(connection: Connection, alert: int) -> list[Note]:
    """Return what was said of an alert, the first one first."""
    rows = Work(connection).all("SELECT actor, at, sealed FROM alert_notes WHERE alert_id = ? ORDER BY id", (alert,))
    return [Note(row[0], row[1], bytes(row[2])) for row in rows]


def samples(work: Work, day: date) -> dict[str, list[tuple[int, int]]]:
    """Return by counter when the number of its low grades changed today."""
    found: dict[str, list[tuple[int, int]]] = {}
    for counter, at, n in work.all(
        "SELECT counter_id, at, n FROM alert_samples WHERE day = ? ORDER BY counter_id, at", (day,)
    ):
        found.setdefault(counter, []).append((at, n))
    return found


def add_samples(work: Work, day: date, at: int, fresh: Mapping[str, int]) -> None:
    """Store numbers of low grades that changed; those of other days go."""
    work.run("DELETE FROM alert_samples WHERE day < ?", (day,))
    rows: list[tuple[Any, ...]] = [(day, counter, at, n) for counter, n in sorted(fresh.items())]
    work.many(
        "INSERT INTO alert_samples (day, counter_id, at, n) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (day, counter_id, at) DO UPDATE SET n = excluded.n",
        rows,
    )


def sweep(work: Work, now_ms: int) -> int:
    """Delete what is older than 400 days; returns how many alerts."""
    old = now_ms - KEPT_MS
    work.run("DELETE FROM webhook_deliveries WHERE made_at < ?", (old,))
    for table in ("webhook_deliveries", "alert_notes", "alert_receipts"):
        work.run(f"DELETE FROM {table} WHERE alert_id IN (SELECT id FROM alerts WHERE at < ?)", (old,))  # noqa: S608
    return work.run("DELETE FROM alerts WHERE at < ?", (old,))
