"""The technicians' PIN of a counter, an office or the whole province, as a wish that kiosks' settings carry signed."""

import msgspec

from server.audit.queries import record
from server.centre import config_changed
from server.database import Work

FIELD = "pin_hash"


class PinScopeError(ValueError):
    """There is nothing to give this PIN to; `str()` says what to do."""


def set_pin(work: Work, units: list[str], digest: str, now_ms: int, actor: str) -> None:
    """Give these units' kiosks the PIN of this digest; "" takes it away. A counter's is stronger than its office's."""
    for unit in units:
        row = work.one("SELECT kiosk FROM org_units WHERE id = ?", (unit,))
        if row is None:
            raise PinScopeError(f"{unit!r} is no unit; `python -m server counters` lists counters")
        wishes = msgspec.json.decode(row[0]) | {FIELD: digest}
        if not digest:
            del wishes[FIELD]
        work.run("UPDATE org_units SET kiosk = ? WHERE id = ?", (msgspec.json.encode(wishes).decode(), unit))
        record(work, now_ms, actor, "technician_pin.set" if digest else "technician_pin.remove", unit)
    config_changed(work)


def counter_of(work: Work, device: str) -> str:
    """Return the counter a device stands at. Raises PinScopeError if it is not enrolled."""
    row = work.one("SELECT counter_id FROM devices WHERE id = ?", (device,))
    if row is None:
        raise PinScopeError(f"device {device!r} is not enrolled")
    return str(row[0])


def tops(work: Work) -> list[str]:
    """Return the units that stand above all others: the province."""
    return [row[0] for row in work.all("SELECT DISTINCT unit_id FROM org_versions WHERE parent_id IS NULL")]


def own_pins(work: Work) -> list[str]:
    """Return the units that have a PIN of their own."""
    rows = work.all("SELECT id, kiosk FROM org_units WHERE kiosk <> '{}' ORDER BY id")
    return [row[0] for row in rows if msgspec.json.decode(row[1]).get(FIELD)]
