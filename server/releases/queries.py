"""Releases, steps of rollouts and what kiosks run, in SQL."""

from datetime import date

import msgspec
from sqlalchemy import Connection, insert, select

from server.database import Work
from server.devices.release_wish import Step
from server.offices.queries import all_versions
from server.releases.rules import Kiosk
from server.tables import devices, releases, rollout_steps
from survey import wire
from survey.batch import Health
from survey.release import Label


class Taken(msgspec.Struct, frozen=True):
    """A release that was taken in. machines: the kinds it is for."""

    version: str
    counter: int
    machines: list[str]
    at: int
    actor: str


def taken(connection: Connection) -> list[Taken]:
    """Return every release, the newest first."""
    r = releases.c
    query = select(r.version, r.counter, r.machines, r.at, r.actor).order_by(r.counter.desc())
    return [Taken(row[0], row[1], msgspec.json.decode(row[2]), row[3], row[4]) for row in connection.execute(query)]


def take(work: Work, labels: list[Label], now_ms: int, actor: str) -> list[str]:
    """Hold these releases; returns the versions that are new here, the oldest first."""
    machines: dict[tuple[int, str], list[str]] = {}
    for one in labels:
        machines.setdefault((one.counter, one.version), []).append(f"{one.architecture} · Python {one.python}")
    known = {one.version for one in taken(work.connection)}
    for (counter, version), kinds in sorted(machines.items()):
        body = msgspec.json.encode(sorted(kinds)).decode()
        if version in known:
            work.run("UPDATE releases SET machines = ? WHERE version = ?", (body, version))
        else:
            row = {"version": version, "counter": counter, "machines": body, "at": now_ms, "actor": actor}
            work.connection.execute(insert(releases).values(row))
    return [version for _, version in sorted(machines) if version not in known]


def add_step(work: Work, step: Step, now_ms: int, actor: str) -> None:
    """Put a step in force."""
    row = {
        "version": step.version, "previous": step.previous, "stage": step.stage, "is_paused": step.is_paused,
        "canaries": msgspec.json.encode(step.canaries).decode(), "at": now_ms, "actor": actor,
    }  # fmt: skip
    work.connection.execute(insert(rollout_steps).values(row))


def kiosks(connection: Connection, today: date) -> list[Kiosk]:
    """Return every kiosk in use with what it says of its program, by id."""
    units = all_versions(connection, today, today)
    d = devices.c
    found = []
    for row in connection.execute(
        select(d.id, d.counter_id, d.last_health).where(d.revoked_at.is_(None)).order_by(d.number)
    ):
        counter = units.get(row[1])
        office = units.get(counter.parent or "") if counter else None
        health = _health(row[2])
        found.append(Kiosk(
            row[0], office.name_vi if office else "", counter.name_vi if counter else row[1], health.version,
            health.failed_release,
        ))  # fmt: skip
    return found


def _health(body: str | None) -> Health:
    try:
        return wire.decode(body, Health) if body else Health()
    except wire.WireError:
        return Health()
