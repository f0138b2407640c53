"""What units wish of their kiosks: fields of the settings, a counter's stronger than its office's or the province's."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from server.audit.queries import record
from server.centre import config_changed
from server.database import Work


class WishError(ValueError):
    """A wish that nobody can have; `str()` says what to do."""


def wish(
    work: Work, units: list[str], field: str, value: str | list[dict[str, Any]], said: tuple[int, str, str, str]
) -> None:
    """Have these units wish this value of a field; "" or [] takes it away. Raises WishError naming what is no unit.

    said: what the log says of it: Unix milliseconds, who, what was done, and words after each unit.
    """
    now_ms, actor, action, words = said
    for unit in units:
        wishes = {name: each for name, each in wishes_of(work, unit).items() if name != field}
        if value:
            wishes[field] = value
        work.run("UPDATE org_units SET kiosk = ? WHERE id = ?", (msgspec.json.encode(wishes).decode(), unit))
        record(work, now_ms, actor, action, f"{unit} {words}".strip())
    config_changed(work)


def put(work: Work, unit: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Have a unit wish these fields, None for not any more; return what it wished of them before, None for nothing.

    Unlike `wish` it takes 0 and False for values; the log and `config_changed` are the caller's.
    """
    before = wishes_of(work, unit)
    after = {**before, **fields}
    kept = {name: value for name, value in after.items() if value is not None}
    work.run("UPDATE org_units SET kiosk = ? WHERE id = ?", (msgspec.json.encode(kept).decode(), unit))
    return {name: before.get(name) for name in fields}


def wishes_of(work: Work, unit: str) -> dict[str, Any]:
    """Return what a unit itself wishes. Raises WishError if it is none."""
    row = work.one("SELECT kiosk FROM org_units WHERE id = ?", (unit,))
    if row is None:
        raise WishError(f"{unit!r} is no unit; `python -m server counters` lists counters")
    wishes: dict[str, Any] = msgspec.json.decode(row[0])
    return wishes


def together(line: Sequence[str], said: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the wishes that hold at the last unit of a line, the nearest strongest; pure."""
    found: dict[str, Any] = {}
    for unit in line:
        found |= {name: value for name, value in said.get(unit, {}).items() if value is not None}
    return found


def with_own(work: Work, field: str) -> list[str]:
    """Return the units that wish something of a field themselves."""
    rows = work.all("SELECT id, kiosk FROM org_units WHERE kiosk <> '{}' ORDER BY id")
    return [row[0] for row in rows if msgspec.json.decode(row[1]).get(field)]
