"""Which failures to try again, when, and with how small a batch; pure."""

from typing import Final

import msgspec

from survey.batch import MAX_BALLOTS

FIRST_S: Final = 10.0
LONGEST_S: Final = 600.0
HOUR_S: Final = 3600.0
SPREAD_S: Final = 600.0


class Outcome(msgspec.Struct, frozen=True, tag=True):
    """What came of one exchange with the centre."""


class Receipted(Outcome, frozen=True):
    """A signed receipt to our nonce."""


class Refused(Outcome, frozen=True):
    """An answer other than 200. code: the problem's, or "". retry_after_s: as told, or None."""

    status: int
    code: str = ""
    retry_after_s: float | None = None


class Unreachable(Outcome, frozen=True):
    """No answer: refused, no name, timed out, cut. why: one word for the service screen."""

    why: str


class Untrusted(Outcome, frozen=True):
    """Something answered 200 that is not our centre: a captive portal, a proxy, a wrong key."""

    why: str


class Pace(msgspec.Struct, frozen=True):
    """How the uploader goes on.

    wait_s: before the next exchange. failures: in a row. batch: ballots at most in the next one.
    tell: what a person must know, "" if nothing. park: the single ballot just sent is too large for the centre.
    """

    wait_s: float = 0.0
    failures: int = 0
    batch: int = MAX_BALLOTS
    tell: str = ""
    park: bool = False


def first(chance: float) -> Pace:
    """Return the pace after start: spread over 10 minutes, so that a province's kiosks do not wake as one.

    chance: a random number in [0, 1).
    """
    return Pace(wait_s=SPREAD_S * chance)


def after(outcome: Outcome, pace: Pace, chance: float, *, every_s: float, has_more: bool, sent: int) -> Pace:
    """Return how to go on after an exchange.

    chance: a random number in [0, 1), the full jitter. every_s: the heartbeat when all is well.
    has_more: ballots wait. sent: ballots in the batch just tried.
    """
    if isinstance(outcome, Receipted):
        grown = min(MAX_BALLOTS, max(1, pace.batch) * 2)
        return Pace(wait_s=0.0 if has_more else every_s, batch=grown)
    failures = pace.failures + 1
    if isinstance(outcome, Refused):
        return _after_refusal(outcome, pace, failures, chance, sent)
    if isinstance(outcome, Untrusted):
        return Pace(_jittered(failures, chance), failures, pace.batch, outcome.why)
    return Pace(_jittered(failures, chance), failures, pace.batch)


def _after_refusal(refused: Refused, pace: Pace, failures: int, chance: float, sent: int) -> Pace:
    if refused.status == 413:
        if sent > 1:
            return Pace(0.0, failures, max(1, min(pace.batch, sent) // 2))
        return Pace(0.0 if sent else _jittered(failures, chance), failures, 1, park=sent == 1)
    if refused.status in (401, 403):
        return Pace(HOUR_S, failures, pace.batch, f"the centre refuses this kiosk ({refused.code or refused.status})")
    if refused.status in (429, 503) and refused.retry_after_s is not None:
        return Pace(min(max(refused.retry_after_s, 1.0), HOUR_S), failures, pace.batch)
    return Pace(_jittered(failures, chance), failures, pace.batch)


def _jittered(failures: int, chance: float) -> float:
    """Full jitter over a doubling ceiling, 10 s … 10 min; never less than a second."""
    ceiling: float = min(LONGEST_S, FIRST_S * 2.0 ** min(failures - 1, 10))
    return max(1.0, ceiling * chance)
