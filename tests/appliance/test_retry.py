"""Retry rules: every fault of the network table, and how the uploader goes on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.retry import HOUR_S, LONGEST_S, SPREAD_S, Pace, Receipted, Refused, Unreachable, Untrusted, after, first
from survey.batch import MAX_BALLOTS

START = Pace()


def go_on(outcome: object, pace: Pace = START, *, chance: float = 0.5, has_more: bool = True, sent: int = 100) -> Pace:
    return after(outcome, pace, chance, every_s=300.0, has_more=has_more, sent=sent)  # type: ignore[arg-type]


def test_the_first_contact_is_spread_over_ten_minutes() -> None:
    assert first(0.0).wait_s == 0
    assert first(0.999).wait_s == pytest.approx(SPREAD_S, rel=0.01)


def test_a_receipt_goes_on_at_once_while_ballots_wait_and_rests_when_they_do_not() -> None:
    assert go_on(Receipted()).wait_s == 0
    assert go_on(Receipted(), has_more=False).wait_s == 300


def test_too_large_halves_the_batch_down_to_one_then_parks_that_ballot() -> None:
    pace, sizes = Pace(), []
    sent = MAX_BALLOTS
    while not pace.park:
        pace = go_on(Refused(413), pace, sent=sent)
        sent = min(sent, pace.batch)
        sizes.append(pace.batch)
    assert sizes == [250, 125, 62, 31, 15, 7, 3, 1, 1]
    assert go_on(Receipted(), pace, sent=1).batch == 2, "and grows again"


@pytest.mark.parametrize(("told_s", "waits_s"), [(7, 7), (99_999_999, HOUR_S), (0, 1)])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_a_place_in_the_queue_capped_at_an_hour(status: int, told_s: float, waits_s: float) -> None:
    assert go_on(Refused(status, "busy", told_s)).wait_s == waits_s


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_told_to_a_person_and_tried_hourly(status: int) -> None:
    pace = go_on(Refused(status, "unknown_device"))
    assert (pace.wait_s, "unknown_device" in pace.tell) == (HOUR_S, True)


def test_a_captive_portal_is_told_to_a_person() -> None:
    assert go_on(Untrusted("the network asks for a login")).tell == "the network asks for a login"


@given(st.integers(0, 40), st.floats(0, 0.999))
def test_backoff_has_full_jitter_between_one_second_and_ten_minutes(failures: int, chance: float) -> None:
    pace = go_on(Unreachable("refused"), Pace(failures=failures), chance=chance)
    assert 1 <= pace.wait_s <= min(LONGEST_S, max(1, 10 * 2**failures))
    assert pace.failures == failures + 1
