"""What kiosks say of supply, card and glass, kept one row a day."""

from datetime import date, timedelta
from typing import Any, Final

from server.database import Work
from server.devices.forecast import DayTold
from server.devices.signs import tenths_worn
from survey.batch import UNDER_VOLTAGE_NOW, Health, hex_bits
from survey.local_time import local_date

KEPT_DAYS: Final = 60
COLUMNS: Final = "day, is_power_low, card_errors, tenths_worn, written_mb, has_strips"


def remember(work: Work, device: str, health: Health, now_ms: int) -> None:
    """Note what a kiosk says today: low power at any time of the day makes it a day of low power."""
    day = local_date(now_ms)
    worn, has_strips = tenths_worn(health.card_life), bool(health.strips)
    is_low = _is_low_today(work, device, health, now_ms)
    if (is_low, health.card_errors, worn, has_strips) == (None, None, None, False):
        return
    said = (is_low, health.card_errors, worn, health.card_written_mb, has_strips)
    fresh = work.run(
        f"INSERT INTO device_days (device_id, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) "  # noqa: S608 our own names
        "ON CONFLICT (device_id, day) DO NOTHING",
        (device, day.isoformat(), *said),
    )
    if fresh:
        work.run(
            "DELETE FROM device_days WHERE device_id = ? AND day < ?",
            (device, (day - timedelta(days=KEPT_DAYS)).isoformat()),
        )
        return
    work.run(
        "UPDATE device_days SET is_power_low = CASE WHEN is_power_low THEN is_power_low ELSE ? END, card_errors = ?, "
        "tenths_worn = ?, written_mb = ?, has_strips = ? WHERE device_id = ? AND day = ?",
        (*said, device, day.isoformat()),
    )


def _is_low_today(work: Work, device: str, health: Health, now_ms: int) -> bool | None:
    """Return whether power was low today; None where the machine does not say.

    The firmware says "since the start" until the next start: one dip would make every later day a day of low power.
    It counts for today if the machine started today, or if no day since its start has it yet.
    """
    if not health.is_power_low or hex_bits(health.throttled or "") & UNDER_VOLTAGE_NOW:
        return health.is_power_low
    began, today = local_date(now_ms - 1000 * health.uptime_s), local_date(now_ms)
    counted = work.one(
        "SELECT 1 FROM device_days WHERE device_id = ? AND day >= ? AND day < ? AND is_power_low LIMIT 1",
        (device, began.isoformat(), today.isoformat()),
    )
    return counted is None


def told_lately(work: Work, today: date) -> dict[str, list[DayTold]]:
    """Return by device what those kiosks said of which something may be told, on the days kept, the oldest first.

    Left out are kiosks of which no kind of forecast could hold: no low power, no error, no wear, no strip lately.
    """
    rows = work.all(
        f"SELECT device_id, {COLUMNS} FROM device_days WHERE device_id IN (SELECT device_id FROM device_days "  # noqa: S608
        "WHERE day > ? AND (is_power_low OR card_errors > 0 OR tenths_worn > 1 OR has_strips)) "
        "ORDER BY device_id, day",
        ((today - timedelta(days=KEPT_DAYS)).isoformat(),),
    )
    found: dict[str, list[DayTold]] = {}
    for device, *said in rows:
        found.setdefault(device, []).append(_told(*said))
    return found


def day_of(value: date | str) -> date:
    """Return a day of the database, which SQLite keeps as words."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def _told(day: date | str, is_low: Any, errors: Any, worn: Any, written: Any, has_strips: Any) -> DayTold:
    return DayTold(day_of(day), None if is_low is None else bool(is_low), errors, worn, written, bool(has_strips))
