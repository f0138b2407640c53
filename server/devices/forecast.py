"""What a kiosk's last weeks suggest of supply, card and glass: always with what it rests on; pure."""

from datetime import date, timedelta
from typing import Final

import msgspec

from survey.strip import Strip, strip_words

DAYS: Final = 14
HALF: Final = 7
LOW_DAYS: Final = 3
"""Days of low power in a week, below which nothing is said: a lightning storm makes one."""
RATE_DAYS: Final = 14
"""What is written a day is told from readings this far apart at least."""
AHEAD_DAYS: Final = 365
"""A card that lasts longer than this at least is no news yet."""
TENTHS: Final = 10
NAMES: Final = {
    "supply": "bộ nguồn có thể sắp hỏng", "card": "thẻ nhớ có thể sắp hỏng", "wear": "thẻ nhớ có thể sắp mòn hết",
    "touch": "mặt cảm ứng có dải không nhận chạm",
}  # fmt: skip
"""The kinds of forecasts, each in a few words."""


class DayTold(msgspec.Struct, frozen=True):
    """What a kiosk said on one day. None: it did not say. tenths_worn: of an eMMC's life. written_mb: since made."""

    day: date
    is_power_low: bool | None
    card_errors: int | None
    tenths_worn: int | None = None
    written_mb: int | None = None
    has_strips: bool = False


class Forecast(msgspec.Struct, frozen=True):
    """One part that may fail. kind: of NAMES; words: Vietnamese, with the evidence; days: of readings it rests on."""

    kind: str
    words: str
    days: int


def forecasts(told: list[DayTold], today: date, strips: list[Strip]) -> list[Forecast]:
    """Return what may fail soon, in the order of NAMES; [] for nothing.

    told: by day, as long back as it is kept. strips: of the glass, as the kiosk said last.
    """
    recent = [one for one in told if today - timedelta(days=DAYS) < one.day <= today]
    found = (_supply(recent, today), _card(recent), _wear(told, today), _touch(told, strips))
    return [one for one in found if one is not None]


def _supply(recent: list[DayTold], today: date) -> Forecast | None:
    said = [one for one in recent if one.is_power_low is not None]
    late = sum(bool(one.is_power_low) for one in said if one.day > today - timedelta(days=HALF))
    early = sum(bool(one.is_power_low) for one in said if one.day <= today - timedelta(days=HALF))
    if late < LOW_DAYS or late <= early:
        return None
    words = (
        f"Bộ nguồn có thể sắp hỏng: {late} ngày điện yếu trong {HALF} ngày gần đây, {early} ngày trong {HALF} ngày "
        f"trước đó (theo {len(said)} ngày máy có báo)."
    )
    return Forecast("supply", words, len(said))


def _card(recent: list[DayTold]) -> Forecast | None:
    counts = [(one.day, one.card_errors) for one in recent if one.card_errors is not None]
    if len(counts) < 2:
        return None
    (_, first), (_, last) = min(counts), max(counts)
    if last <= first:
        return None
    words = (
        f"Thẻ nhớ có thể sắp hỏng: thêm {last - first} lỗi ghi đọc, từ {first} lên {last} "
        f"(theo {len(counts)} ngày máy có báo)."
    )
    return Forecast("card", words, len(counts))


def _wear(told: list[DayTold], today: date) -> Forecast | None:
    """Tell the month from which an eMMC may be worn out, had it worn as much as it says at most.

    So much of its life went with what was written so far; the rest goes with as much again for each such part.
    """
    read = _of_this_card([one for one in told if one.tenths_worn is not None and one.written_mb is not None])
    if not read:
        return None
    worn, written = read[-1].tenths_worn or 0, read[-1].written_mb or 0
    if worn >= TENTHS:
        words = f"Thẻ nhớ đã mòn từ {TENTHS - 1}0 % tuổi thọ trở lên (theo {len(read)} ngày máy có báo)."
        return Forecast("wear", words, len(read))
    span = (read[-1].day - read[0].day).days
    daily_mb = (written - (read[0].written_mb or 0)) / span if span >= RATE_DAYS else 0.0
    if worn < 2 or daily_mb <= 0:  # a new card says 1 as well: up to a tenth, perhaps nothing
        return None
    left_days = written * (TENTHS - worn) / worn / daily_mb
    if left_days > AHEAD_DAYS:
        return None
    words = (
        f"Thẻ nhớ có thể mòn hết từ tháng {today + timedelta(days=left_days):%m/%Y}: đã mòn đến {worn}0 % khi ghi "
        f"{_gb(written)} GB, mỗi ngày ghi thêm {_gb(daily_mb)} GB (theo {len(read)} ngày máy có báo)."
    )
    return Forecast("wear", words, len(read))


def _of_this_card(read: list[DayTold]) -> list[DayTold]:
    """Return the readings since the card was last changed: what was written never grows less."""
    began = 0
    for at in range(1, len(read)):
        if (read[at].written_mb or 0) < (read[at - 1].written_mb or 0):
            began = at
    return read[began:]


def _gb(mb: float) -> str:
    return f"{mb / 1000:.1f}".replace(".", ",")


def _touch(told: list[DayTold], strips: list[Strip]) -> Forecast | None:
    days = [one.day for one in told if one.has_strips]
    if not strips or not days:
        return None
    where = "; ".join(map(strip_words, strips))
    words = f"Mặt cảm ứng có dải không nhận chạm: {where} (máy báo trong {len(days)} ngày, từ ngày {days[0]:%d/%m/%Y})."
    return Forecast("touch", words, len(days))
