"""Forecasts made by the worker and kept while they last: for the fleet's list, a kiosk's page and the alerts."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

import msgspec

from server.centre import Centre
from server.database import Work
from server.devices.forecast import NAMES, Forecast, forecasts
from server.devices.history import day_of, told_lately
from survey import wire
from survey.batch import Health
from survey.local_time import local_date
from survey.strip import Strip

LASTS_DAYS: Final = {"supply": 3, "card": 3}
"""A count over weeks wavers about its threshold: such a forecast ends only after so many days without it."""


class Foretold(msgspec.Struct, frozen=True):
    """A forecast that lasts. since: Unix milliseconds. held_on: the last day on which it was found."""

    device: str
    forecast: Forecast
    since: int
    held_on: date


Key = tuple[str, str]


def foretell(centre: Centre) -> int:
    """Make all forecasts anew and store what changed; returns how many rows did."""
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        work = Work(connection)
        found, held = _found(work, today), {_key(one): one for one in foretold(work)}
    if not _gone(held, found, today) and not _changed(held, found, today):
        return 0
    return centre.writer.run(lambda work: _store(work, found, today, centre.now_ms()))


def foretold(work: Work, device: str = "") -> list[Foretold]:
    """Return the forecasts that last, by device and kind. device: of this one only; "" for all."""
    rows = work.all(
        "SELECT device_id, kind, words, days, since, held_on FROM device_forecasts "
        "WHERE ? = '' OR device_id = ? ORDER BY device_id, kind",
        (device, device),
    )
    return [Foretold(row[0], Forecast(*row[1:4]), row[4], day_of(row[5])) for row in rows]


def _found(work: Work, today: date) -> dict[Key, Forecast]:
    told = told_lately(work, today)
    found: dict[Key, Forecast] = {}
    for device, health in work.all("SELECT id, last_health FROM devices WHERE revoked_at IS NULL ORDER BY id"):
        if device in told:
            found |= {(device, one.kind): one for one in forecasts(told[device], today, _strips(health))}
    return found


def _strips(health: str | None) -> list[Strip]:
    try:
        return wire.decode(health, Health).strips if health else []
    except wire.WireError:  # of another release
        return []


def _key(one: Foretold) -> Key:
    return one.device, one.forecast.kind


def _gone(held: dict[Key, Foretold], found: Iterable[Key], today: date) -> list[Key]:
    there = set(found)
    return [
        key
        for key, one in held.items()
        if key not in there and today - one.held_on >= timedelta(days=LASTS_DAYS.get(key[1], 0))
    ]


def _changed(held: dict[Key, Foretold], found: dict[Key, Forecast], today: date) -> list[Key]:
    return [
        key for key, one in found.items() if key not in held or (held[key].forecast, held[key].held_on) != (one, today)
    ]


def _store(work: Work, found: dict[Key, Forecast], today: date, now_ms: int) -> int:
    held = {_key(one): one for one in foretold(work)}
    gone, changed = _gone(held, found, today), _changed(held, found, today)
    work.many("DELETE FROM device_forecasts WHERE device_id = ? AND kind = ?", gone)
    work.many(
        "INSERT INTO device_forecasts (device_id, kind, words, days, since, held_on) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (device_id, kind) DO UPDATE SET words = excluded.words, days = excluded.days, "
        "held_on = excluded.held_on",
        [(*key, found[key].words, found[key].days, now_ms, today) for key in changed],
    )
    return len(gone) + len(changed)


def by_device(work: Work) -> dict[str, list[Forecast]]:
    """Return the forecasts that last, by device, in the order of NAMES."""
    found: dict[str, list[Forecast]] = {}
    for one in foretold(work):
        found.setdefault(one.device, []).append(one.forecast)
    kinds = list(NAMES)
    return {device: sorted(several, key=lambda one: kinds.index(one.kind)) for device, several in found.items()}
