"""What kiosks say of supply and card, kept one row a day."""

from datetime import date, timedelta
from typing import Final

from server.database import Work
from server.devices.forecast import DAYS, DayTold
from server.devices.signs import is_power_low
from survey.batch import Health

KEPT_DAYS: Final = 60


def remember(work: Work, device: str, health: Health, day: date) -> None:
    """Note what a kiosk says today: low power at any time of the day makes it a day of low power."""
    is_low = None if health.throttled is None else is_power_low(health.throttled)
    if is_low is None and health.card_errors is None:
        return
    fresh = work.run(
        "INSERT INTO device_days (device_id, day, is_power_low, card_errors) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (device_id, day) DO NOTHING",
        (device, day.isoformat(), is_low, health.card_errors),
    )
    if fresh:
        work.run(
            "DELETE FROM device_days WHERE device_id = ? AND day < ?",
            (device, (day - timedelta(days=KEPT_DAYS)).isoformat()),
        )
        return
    work.run(
        "UPDATE device_days SET is_power_low = CASE WHEN is_power_low THEN is_power_low ELSE ? END, card_errors = ? "
        "WHERE device_id = ? AND day = ?",
        (is_low, health.card_errors, device, day.isoformat()),
    )


def told_lately(work: Work, device: str, today: date) -> list[DayTold]:
    """Return what a kiosk said on the days a forecast rests on, the oldest first."""
    rows = work.all(
        "SELECT day, is_power_low, card_errors FROM device_days WHERE device_id = ? AND day > ? ORDER BY day",
        (device, (today - timedelta(days=DAYS)).isoformat()),
    )
    return [DayTold(_day(day), None if is_low is None else bool(is_low), errors) for day, is_low, errors in rows]


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
