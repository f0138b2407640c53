"""Whether it got better: the index in whole windows before the start and after the end, with bases; pure."""

from datetime import date, timedelta
from typing import Final, Literal

import msgspec

from server.plans.rules import Plan
from server.results.change import BASE_AT_LEAST, WORDS, Share, marks, wilson_interval
from server.results.rules import Levels, number, percent, top2

PUBLIC_AT_LEAST: Final = BASE_AT_LEAST
"""Answers each window needs before everybody may see the two shares."""

Kept = Literal["shown", "few", "waits", "none"]


class Window(msgspec.Struct, frozen=True):
    """Days that are counted, both ends included."""

    first: date
    last: date

    @property
    def name(self) -> str:
        """Return it in words."""
        return f"{self.first:%d/%m/%Y} – {self.last:%d/%m/%Y}"


class Side(msgspec.Struct, frozen=True):
    """One window with its answers. least: cells of fewer answers are covered."""

    window: Window
    levels: Levels
    least: int

    @property
    def is_covered(self) -> bool:
        """Return whether nothing of it may be told."""
        return self.levels.base < self.least

    @property
    def share(self) -> str:
        """Return the satisfied share in words, a dash where it is covered."""
        return "–" if self.is_covered else percent(top2(self.levels))

    @property
    def base(self) -> str:
        """Return how many answered, in words; below the least only that."""
        return f"dưới {self.least}" if self.is_covered else number(self.levels.base)

    @property
    def interval(self) -> str:
        """Return the 95 % interval in words, a dash where it is covered."""
        if self.is_covered:
            return "–"
        low, high = wilson_interval(self.levels.n5 + self.levels.n4, self.levels.base)
        return f"{percent(100 * low)} – {percent(100 * high)}"

    @property
    def counted(self) -> Share:
        """Return the satisfied answers of their base."""
        return Share(self.levels.n5 + self.levels.n4, self.levels.base)


class Effect(msgspec.Struct, frozen=True):
    """Before and after of a line. before: None until work began. after: None until its window is over."""

    before: Side | None
    after: Side | None
    known_on: date | None = None

    @property
    def words(self) -> str:
        """Return what can be said of the change."""
        if self.before is None:
            return "Chưa bắt đầu làm nên chưa có gì để so."
        if self.after is None:
            return f"So được từ ngày {self.known_on:%d/%m/%Y}." if self.known_on else "So được sau khi làm xong."
        told = marks([(self.after.counted, self.before.counted)])[0]
        return "Chưa đủ phiếu để so" if told == "few" else WORDS[told].capitalize()

    @property
    def is_public(self) -> bool:
        """Return whether both windows have enough answers for everybody to see them."""
        return (
            self.before is not None and self.after is not None
            and min(self.before.levels.base, self.after.levels.base) >= PUBLIC_AT_LEAST
        )  # fmt: skip


def windows(plan: Plan, today: date) -> tuple[Window | None, Window | None, date | None]:
    """Return the window before the start, the one after the end if it is over, and the day that is known from.

    Both are equally long, and neither has a day of the work itself.

    >>> from server.plans.rules import State
    >>> days = (date(2026, 10, 1), date(2026, 10, 31))
    >>> one = Plan(1, "u", "thang/2026-10", *days, "", "", "f", "a", "u:u", days[1], 28, "", "", "", State.DONE,
    ...            date(2026, 9, 1), date(2026, 9, 3), "me", 0, 0)
    >>> before, after, _ = windows(one, date(2026, 11, 1))
    >>> before.name, after.name
    ('04/08/2026 – 31/08/2026', '04/09/2026 – 01/10/2026')
    """
    if plan.started_on is None:
        return None, None, None
    long = timedelta(days=plan.window_days)
    before = Window(plan.started_on - long, plan.started_on - timedelta(days=1))
    if plan.done_on is None:
        return before, None, None
    after = Window(plan.done_on + timedelta(days=1), plan.done_on + long)
    known_on = after.last + timedelta(days=1)
    return before, after if today >= known_on else None, known_on
