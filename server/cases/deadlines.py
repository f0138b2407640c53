"""By when a case must be where: working days with the province's holidays, 80 % and breach; pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Final

import msgspec

from server.cases.rules import OVER, State
from server.offices.calendar import add_working_days
from survey.local_time import DAY_MS, EPOCH_ORDINAL, LOCAL_MS, local_date

Days = Annotated[int, msgspec.Meta(ge=1, le=60)]
WARN_AT: Final = 0.8


class Terms(msgspec.Struct, frozen=True):
    """How long each step may take. The first three in working days, the answer in calendar days from the opening."""

    triage_days: Days = 1
    transfer_days: Days = 2
    explain_days: Days = 3
    answer_days: Days = 7


class Due(msgspec.Struct, frozen=True):
    """A time-limit. since_ms, until_ms: Unix milliseconds; until the end of a local day. what: `step` or `answer`."""

    since_ms: int
    until_ms: int
    what: str = "step"

    @property
    def day(self) -> date:
        """The last local day."""
        return local_date(self.until_ms - 1)

    @property
    def warn_ms(self) -> int:
        """The moment at which four fifths are gone."""
        return self.since_ms + int((self.until_ms - self.since_ms) * WARN_AT)


def end_of_day_ms(day: date) -> int:
    """Return the Unix milliseconds at which a local day is over."""
    return (day.toordinal() - EPOCH_ORDINAL + 1) * DAY_MS - LOCAL_MS


def due_of(terms: Terms, decided: Mapping[date, bool], state: State, since_ms: int, opened_ms: int) -> Due | None:
    """Return the time-limit of a case in a state, or None where none runs.

    decided: the province's own days off and days worked. since_ms: when it came into the state. The answer's limit
    ends every step's.
    """
    if state in OVER or state is State.ANSWERED:
        return None
    answer = end_of_day_ms(local_date(opened_ms) + timedelta(days=terms.answer_days))
    days = {
        State.NEW: terms.triage_days, State.TRIAGED: terms.transfer_days, State.TRANSFERRED: terms.explain_days,
        State.EXPLAINING: terms.explain_days,
    }.get(state)  # fmt: skip
    if days is None:
        return Due(min(since_ms, answer), answer, "answer")
    step = end_of_day_ms(add_working_days(decided, local_date(since_ms), days))
    if answer < step:
        return Due(min(since_ms, answer), answer, "answer")
    return Due(since_ms, step)


def sign_of(due_ms: int | None, warn_ms: int | None, now_ms: int) -> str:
    """Return `late`, `soon` (four fifths are gone), `running`, or "" where nothing runs."""
    if due_ms is None or warn_ms is None:
        return ""
    if now_ms >= due_ms:
        return "late"
    return "soon" if now_ms >= warn_ms else "running"
