"""What a kiosk's last two weeks suggest of its supply and its card: always with what it rests on; pure."""

from datetime import date, timedelta
from typing import Final

import msgspec

DAYS: Final = 14
HALF: Final = 7
LOW_DAYS: Final = 3
"""Days of low power in a week, below which nothing is said: a lightning storm makes one."""


class DayTold(msgspec.Struct, frozen=True):
    """What a kiosk said on one day. None: it did not say."""

    day: date
    is_power_low: bool | None
    card_errors: int | None


def suspicions(told: list[DayTold], today: date) -> list[str]:
    """Return in Vietnamese what may fail soon, each with its evidence and the days it rests on; [] for nothing."""
    recent = [one for one in told if today - timedelta(days=DAYS) < one.day <= today]
    return [words for words in (_supply(recent, today), _card(recent)) if words]


def _supply(recent: list[DayTold], today: date) -> str:
    said = [one for one in recent if one.is_power_low is not None]
    late = sum(bool(one.is_power_low) for one in said if one.day > today - timedelta(days=HALF))
    early = sum(bool(one.is_power_low) for one in said if one.day <= today - timedelta(days=HALF))
    if late < LOW_DAYS or late <= early:
        return ""
    return (
        f"Bộ nguồn có thể sắp hỏng: {late} ngày điện yếu trong {HALF} ngày gần đây, {early} ngày trong {HALF} ngày "
        f"trước đó (theo {len(said)} ngày máy có báo)."
    )


def _card(recent: list[DayTold]) -> str:
    counts = [(one.day, one.card_errors) for one in recent if one.card_errors is not None]
    if len(counts) < 2:
        return ""
    (_, first), (_, last) = min(counts), max(counts)
    if last <= first:
        return ""
    return (
        f"Thẻ nhớ có thể sắp hỏng: thêm {last - first} lỗi ghi đọc, từ {first} lên {last} "
        f"(theo {len(counts)} ngày máy có báo)."
    )
