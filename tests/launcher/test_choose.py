"""Which slot is started, as a function of the state."""

import pytest

from launcher.choose import Verdict, choose, judge
from launcher.state import Failure, State, StateError, confirmed, on_trial, parse, undone

TRIED = on_trial(State(current="b", digests={"b": "old"}), "a", "new", "2.0")
WHOLE = {"a", "b"}


def test_a_new_slot_is_started_twice_at_most() -> None:
    first = choose(TRIED, WHOLE, "boot", 10.0)
    second = choose(first.state, WHOLE, "boot", 20.0)
    third = choose(second.state, WHOLE, "boot", 30.0)
    assert (first.slot, second.slot, third.slot) == ("a", "a", "b")
    assert (first.state.starts, second.state.starts, second.state.began_s) == (1, 2, 10.0)
    assert [one.digest for one in third.state.failed] == ["new"]
    assert third.state.digests == {"b": "old"}, "a slot that failed may not be started as a way out either"


def test_a_power_cut_in_the_trial_counts_as_a_start() -> None:
    first = choose(TRIED, WHOLE, "boot", 10.0)
    after_cut = choose(first.state, WHOLE, "next boot", 3.0)
    assert (after_cut.slot, after_cut.state.starts, after_cut.state.began_s) == ("a", 2, 3.0)
    assert choose(after_cut.state, WHOLE, "third boot", 3.0).slot == "b"


def test_a_trial_that_is_overdue_is_not_started_again() -> None:
    first = choose(TRIED, WHOLE, "boot", 10.0)
    assert choose(first.state, WHOLE, "boot", 161.0).slot == "b"


def test_a_new_slot_that_is_not_whole_is_never_started() -> None:
    choice = choose(TRIED, {"b"}, "boot", 10.0)
    assert (choice.slot, choice.state.trial) == ("b", "")
    assert choice.state.has_failed("new")


@pytest.mark.parametrize(("whole", "slot"), [({"a", "b"}, "b"), ({"a"}, "a"), ({"b"}, "b"), (set(), "factory")])
def test_a_damaged_slot_gives_way_to_the_other_and_both_to_the_factory(whole: set[str], slot: str) -> None:
    state = State(current="b", digests={"a": "older", "b": "old"})
    choice = choose(state, whole, "boot", 1.0)
    assert choice.slot == slot
    assert choice.state.current == slot
    assert bool(choice.state.said) == (slot != "b")


def test_a_slot_that_nobody_vouches_for_is_never_started() -> None:
    assert choose(State(current="a"), {"a", "b"}, "boot", 1.0).slot == "factory"


@pytest.mark.parametrize(
    ("healthy", "now_s", "verdict"),
    [
        (None, 20.0, Verdict.WAIT),
        (("new", 2), 20.0, Verdict.WAIT),
        (("new", 3), 20.0, Verdict.PROVED),
        (("old", 9), 20.0, Verdict.WAIT),
        (("old", 9), 160.0, Verdict.UNDO),
        (None, 160.0, Verdict.UNDO),
    ],
)
def test_a_trial_is_proved_by_its_own_signs_of_life_only(
    healthy: tuple[str, int] | None, now_s: float, verdict: Verdict
) -> None:
    started = choose(TRIED, WHOLE, "boot", 10.0).state
    assert judge(started, healthy, "boot", now_s, looks=3, within_s=150.0) is verdict


def test_what_was_proved_becomes_current_and_the_one_before_stays_as_a_way_back() -> None:
    state = confirmed(choose(TRIED, WHOLE, "boot", 10.0).state, 7)
    assert (state.current, state.trial, state.counter, state.digests) == ("a", "", 7, {"a": "new", "b": "old"})
    assert state.free_slot == "b"


def test_a_release_undone_twice_is_noted_once() -> None:
    again = on_trial(undone(TRIED, "hung"), "a", "new", "2.0")
    assert undone(again, "crashed").failed == (Failure("new", "2.0", "crashed"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"current": "c"}',
        '{"trial": 1}',
        '{"failed": [1]}',
        '{"digests": []}',
        '{"starts": "x"}',
    ],
)
def test_a_state_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(StateError):
        parse(text)


def test_a_state_of_a_later_program_is_read_by_an_earlier_one() -> None:
    assert parse('{"current": "a", "digests": {"a": "d"}, "colour": "blue"}').current == "a"
