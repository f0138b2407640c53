"""Which slot to start, and whether a trial has proved itself: pure functions of the state."""

from collections.abc import Set
from dataclasses import dataclass, replace
from enum import Enum

from launcher.state import FACTORY, SLOTS, STARTS_AT_MOST, TRIAL_S, State, undone


@dataclass(frozen=True)
class Choice:
    """What to start, and the state to write before that."""

    slot: str
    state: State


class Verdict(Enum):
    """Of a trial: still running, proved, to be undone; none where nothing is on trial."""

    NONE = "none"
    WAIT = "wait"
    PROVED = "proved"
    UNDO = "undo"


def choose(state: State, whole: Set[str], boot: str, now_s: float, within_s: float = TRIAL_S) -> Choice:
    """Return the slot to start. whole: slots whose files are all there. now_s: seconds since power-on.

    >>> choose(State(trial="a", digests={"a": "d"}), {"a"}, "boot", 5.0).slot
    'a'
    >>> choose(State(trial="a", digests={"a": "d"}, starts=2), {"a"}, "boot", 5.0).slot
    'factory'
    """
    if state.trial:
        why = _why_not(state, whole, boot, now_s, within_s)
        if not why:
            began_s = state.began_s if state.boot == boot else now_s
            return Choice(state.trial, replace(state, starts=state.starts + 1, boot=boot, began_s=began_s))
        state = undone(state, why)
    others = [slot for slot in SLOTS if slot != state.current and slot in state.digests]
    for slot in (state.current, *others):
        if slot == FACTORY or (slot in whole and slot in state.digests):
            return Choice(slot, _settled(state, slot))
    return Choice(FACTORY, _settled(state, FACTORY))


def _why_not(state: State, whole: Set[str], boot: str, now_s: float, within_s: float) -> str:
    if state.trial not in whole:
        return "its files are not whole"
    if state.starts >= STARTS_AT_MOST:
        return f"it was started {state.starts} times and never proved itself"
    if state.boot == boot and now_s - state.began_s >= within_s:
        return f"it did not prove itself within {within_s:.0f} s"
    return ""


def _settled(state: State, slot: str) -> State:
    """Return the state with a slot as the current one; what it takes the place of is damaged."""
    if slot == state.current:
        return state
    digests = {name: digest for name, digest in state.digests.items() if name != state.current}
    return replace(state, current=slot, digests=digests, said=f"slot {state.current} is damaged; {slot} runs")


def judge(
    state: State, healthy: tuple[str, int] | None, boot: str, now_s: float, *, looks: int, within_s: float
) -> Verdict:
    """Return what is to be done with the trial.

    healthy: what the kiosk says of itself: its release's digest and how often it found itself alive; None for nothing.
    looks: so many are enough.
    """
    if not state.trial:
        return Verdict.NONE
    if state.boot != boot:
        return Verdict.WAIT  # the launcher has not started it in this boot
    if healthy is not None and healthy[0] == state.digests.get(state.trial) and healthy[1] >= looks:
        return Verdict.PROVED
    return Verdict.UNDO if now_s - state.began_s >= within_s else Verdict.WAIT
