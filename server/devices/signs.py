"""What a kiosk says of itself as signs and words, by the column of the fleet's list; pure."""

from typing import Final

import msgspec

from survey.batch import UNDER_VOLTAGE_NOW, Health, hex_bits
from survey.strip import strip_words

SILENT_MS: Final = 3_600_000
"""A kiosk says something every five minutes; an hour of silence is shown."""
DAY_S: Final = 86_400
MB_LOW: Final = 500
TOO_HOT_C: Final = 80.0
LIFE_LOW: Final = 8
"""Tenths of an eMMC's life that are over when it is time to think of another one."""
BUTTONS: Final = {
    "ok": "tốt", "stuck": "kẹt", "chattering": "nhiễu", "unplugged": "tuột dây",
    "quiet-suspect": "lâu không ai bấm, xin thử",
}  # fmt: skip
COLUMNS: Final = ("queue", "power", "clock", "hands", "card", "version")


class Sign(msgspec.Struct, frozen=True):
    """One fact of a kiosk. is_bad: somebody should look."""

    words: str
    is_bad: bool = False


def signs(health: Health | None) -> dict[str, list[Sign]]:
    """Return what a kiosk says, by column; what it does not say is left out."""
    if health is None:
        return {name: [] for name in COLUMNS}
    return {
        "queue": _queue(health), "power": _power(health), "clock": _clock(health), "hands": _hands(health),
        "card": _card(health), "version": _version(health),
    }  # fmt: skip


def span(seconds: int) -> str:
    """Return a span of time in two of its units.

    >>> span(90_061), span(7_300), span(60)
    ('1 ngày 1 giờ', '2 giờ 1 phút', '1 phút')
    """
    days, rest = divmod(seconds, DAY_S)
    hours, rest = divmod(rest, 3600)
    if days:
        return f"{days} ngày {hours} giờ"
    return f"{hours} giờ {rest // 60} phút" if hours else f"{rest // 60} phút"


def _queue(health: Health) -> list[Sign]:
    if not health.queue:
        return [Sign("0 phiếu")]
    oldest_s = health.oldest_unsent_s or 0
    return [Sign(f"{health.queue} phiếu, lâu nhất {span(oldest_s)}", oldest_s > DAY_S)]


def _power(health: Health) -> list[Sign]:
    found = []
    if health.throttled is not None:
        is_now = bool(hex_bits(health.throttled) & UNDER_VOLTAGE_NOW)
        words = "nguồn đang yếu" if is_now else "nguồn từng yếu" if health.is_power_low else "nguồn đủ"
        found.append(Sign(words, bool(health.is_power_low)))
    if health.temperature_c is not None:
        degrees = f"{health.temperature_c:.0f} °C"
        found.append(Sign(degrees, health.temperature_c >= TOO_HOT_C))
    return found


def tenths_worn(card_life: str) -> int | None:
    """Return how many tenths of an eMMC's life are over at most, by its worse kind of memory; None: it does not say.

    >>> tenths_worn("0x01 0x03"), tenths_worn("")
    (3, None)
    """
    return max(map(hex_bits, card_life.split()), default=0) or None


def _clock(health: Health) -> list[Sign]:
    if not health.clock:
        return []
    return [Sign("đúng giờ") if health.clock == "exact" else Sign("giờ chưa chắc", is_bad=True)]


def _hands(health: Health) -> list[Sign]:
    wrong = [f"nút {name}: {BUTTONS.get(each, each)}" for name, each in sorted(health.buttons.items()) if each != "ok"]
    found = [Sign(words, is_bad=True) for words in wrong]
    if health.buttons and not wrong:
        found = [Sign(f"{len(health.buttons)} nút tốt")]
    if health.touch == "ok" and not health.strips:
        found.append(Sign("cảm ứng tốt"))
    elif health.touch not in {"", "ok"}:
        found.append(Sign("không thấy cảm ứng", is_bad=True))
    return found + [Sign(f"không nhận chạm: {strip_words(one)}", is_bad=True) for one in health.strips]


def _card(health: Health) -> list[Sign]:
    found = []
    if health.disk_free_mb is not None:
        room = health.disk_free_mb
        words = f"trống {room / 1000:.1f} GB".replace(".", ",") if room >= 1000 else f"trống {room} MB"
        found.append(Sign(words, room < MB_LOW))
    if health.card_errors:
        found.append(Sign(f"{health.card_errors} lỗi ghi đọc", is_bad=True))
    if (worn := tenths_worn(health.card_life)) is not None:
        found.append(Sign(f"mòn {worn}/10", worn >= LIFE_LOW))
    if health.damaged:
        found.append(Sign(f"{health.damaged} tệp hỏng", is_bad=True))
    return found


def _version(health: Health) -> list[Sign]:
    found = []
    if health.version:
        found.append(Sign(health.version + (f", khe {health.slot}" if health.slot else "")))
    if health.failed_release:
        found.append(Sign(f"thử {health.failed_release} hỏng", is_bad=True))
    return found
