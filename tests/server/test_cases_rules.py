"""The rules of cases, pure: every move, every deadline, what opens a case, what is covered."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cases.deadlines import Terms, due_of, end_of_day_ms, sign_of
from server.cases.masks import has_number, mask_phone, mask_words
from server.cases.opening import Rules, Told, Verdict, is_thanks, judge
from server.cases.rules import (
    FINDINGS,
    MOVES,
    OVER,
    PUBLIC,
    SUPERIOR_ONLY,
    WORDS,
    Given,
    State,
    fault_of,
    in_plain_words,
    move_to,
    moves_from,
)
from server.offices.calendar import is_working
from survey.local_time import local_date
from tests.kiosk_double import NOW_MS

WHOLE = Given("đã xem", "12/UBND-VP", "right", "xa-tan-trao", "Cảm ơn Ông/Bà", 7)
TODAY = local_date(NOW_MS)
GIVEN = st.builds(
    Given,
    note=st.sampled_from(["", "đã làm", "x" * 4001]),
    document=st.sampled_from(["", "12/UBND", "x" * 81]),
    finding=st.sampled_from(["", "right", "unknown", "maybe"]),
    unit=st.sampled_from(["", "xa-tan-trao"]),
    answer=st.sampled_from(["", "Cảm ơn"]),
    other=st.sampled_from([None, 3]),
)


def test_every_state_has_words_and_plain_words_in_both_languages():
    assert set(WORDS) == set(State)
    assert all(in_plain_words(state, lang) for state in State for lang in PUBLIC)


def test_every_state_can_be_reached_and_the_main_road_leads_to_the_end():
    reached, waiting = {State.NEW}, [State.NEW]
    while waiting:
        fresh = {move.target for move in moves_from(waiting.pop())} - reached
        reached |= fresh
        waiting += fresh
    assert reached == set(State)
    road = ["triaged", "transferred", "explaining", "explained", "meeting", "concluded", "remedied", "answered",
            "closed"]  # fmt: skip
    state = State.NEW
    for target in road:
        move = move_to(state, target)
        assert move is not None, (state, target)
        state = move.target


def test_no_pair_of_states_has_two_moves_and_nothing_leads_out_of_a_side_exit():
    pairs = [(move.source, move.target) for move in MOVES]
    assert len(pairs) == len(set(pairs))
    assert {move.source for move in MOVES} & OVER == {State.CLOSED}


@given(st.sampled_from(MOVES), GIVEN, st.booleans(), st.booleans())
def test_a_move_is_taken_exactly_when_all_it_needs_is_given(move, told, is_priority, is_above):
    fault = fault_of(move, told, is_priority=is_priority, is_above=is_above)
    missing = [need for need in move.needs if getattr(told, need) in ("", None)]
    is_barred = move.is_superior and is_priority and not is_above
    is_long = len(told.note) > 4000 or len(told.document) > 80
    is_odd = "finding" in move.needs and told.finding not in FINDINGS
    assert (fault is None) == (not missing and not is_barred and not is_long and not is_odd)
    if is_barred:
        assert fault == SUPERIOR_ONLY


@given(st.sampled_from(State), st.sampled_from(State))
def test_a_step_the_data_does_not_hold_cannot_be_taken(source, target):
    assert (move_to(source, target) is not None) == any(m.source is source and m.target is target for m in MOVES)


@given(st.sampled_from(State), st.integers(0, 500), st.integers(0, 200), st.builds(
    Terms, st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.integers(1, 30)))  # fmt: skip
def test_a_step_never_ends_after_the_answer_is_due_and_its_warning_lies_before_its_end(state, ahead, later, terms):
    opened = NOW_MS + ahead * 3_600_000
    since = opened + later * 3_600_000
    due = due_of(terms, {}, state, since, opened)
    if state in OVER or state is State.ANSWERED:
        assert due is None
        return
    assert due.until_ms <= end_of_day_ms(local_date(opened) + timedelta(days=terms.answer_days))
    assert due.since_ms <= due.warn_ms <= due.until_ms
    assert due.what == "answer" or is_working({}, due.day)


def test_triage_is_due_on_the_next_working_day_and_days_off_do_not_count():
    saturday = NOW_MS
    assert TODAY.weekday() == 5
    due = due_of(Terms(), {}, State.NEW, saturday, saturday)
    assert due.day == TODAY + timedelta(days=2)
    monday_off = due_of(Terms(), {TODAY + timedelta(days=2): False}, State.NEW, saturday, saturday)
    assert monday_off.day == date(2026, 11, 25), "24 November is a public holiday"


def test_tet_moves_a_deadline():
    opened = end_of_day_ms(date(2027, 2, 3)) - 50_000_000
    due = due_of(Terms(answer_days=30), {}, State.TRIAGED, opened, opened)
    assert due.day > date(2027, 2, 10)


def test_a_time_limit_warns_at_four_fifths_and_is_late_at_its_end():
    due = due_of(Terms(), {}, State.NEW, NOW_MS, NOW_MS)
    signs = [sign_of(due.until_ms, due.warn_ms, at) for at in (NOW_MS, due.warn_ms, due.until_ms)]
    assert signs == ["running", "soon", "late"]
    assert sign_of(None, None, NOW_MS) == ""


def told(**changes):
    fields = {"day": TODAY, "received": TODAY, "levels": {"attitude": 5}, "reasons": {}, "overall": 5}
    return Told(**(fields | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Verdict()),
        ({"levels": {"attitude": 1}}, Verdict()),
        ({"levels": {"attitude": 2}, "reasons": {"attitude": ["attitude.unfair"]}}, Verdict("reasons")),
        ({"levels": {"attitude": 3}, "reasons": {"attitude": ["attitude.unfair"]}}, Verdict()),
        ({"levels": {"attitude": 3}, "reasons": {"attitude": ["attitude.harassment"]}}, Verdict("reasons", True)),
        ({"levels": {"fees": 1}, "reasons": {"fees": ["fees.informal_payment"]}}, Verdict("reasons", True)),
        ({"comment": "Chờ lâu quá"}, Verdict("comment")),
        ({"comment": "Cảm ơn cán bộ"}, Verdict("thanks")),
        ({"comment": "Cảm ơn cán bộ", "has_contact": True}, Verdict("comment")),
        ({"has_contact": True}, Verdict("contact")),
        ({"overall": 1, "low_today": 5}, Verdict("", False, True)),
        ({"overall": 5, "low_today": 5}, Verdict()),
        ({"comment": "Chờ lâu", "day": TODAY - timedelta(days=61)}, Verdict()),
    ],
)  # fmt: skip
def test_what_a_ballot_opens(changes, expected):
    assert judge(Rules(), told(**changes)) == expected


def test_a_province_may_switch_rules_off():
    quiet = Rules(opens_on_comment=False, opens_on_reasons=False, threshold=0, priority_reasons=())
    low = told(comment="Chậm", levels={"fees": 1}, reasons={"fees": ["fees.informal_payment"]}, overall=1, low_today=50)
    assert judge(quiet, low) == Verdict()


def test_thanks_with_a_but_are_not_thanks():
    assert is_thanks("Cán bộ nhiệt tình, vui vẻ", 5)
    assert not is_thanks("Cán bộ nhiệt tình nhưng ghế ngồi hỏng", 5)
    assert not is_thanks("Cảm ơn", 2)


@pytest.mark.parametrize("number", ["0912345678", "0912 345 678", "+84 912.345.678", "024 3825 1234"])
def test_a_telephone_number_in_words_is_covered_wherever_it_stands(number):
    covered = mask_words(f"xin gọi{number}, cảm ơn")
    assert number not in covered
    assert "xx xxx" in covered


@given(st.integers(10**11, 10**12 - 1))
def test_an_identity_number_leaves_no_digit(number):
    assert not any(one.isdigit() for one in mask_words(f"CCCD {number}"))


def test_dates_money_and_dossiers_stay():
    words = "Nộp ngày 21/11/2026, phí 150.000 đồng, hồ sơ 12345, 8h30"
    assert (mask_words(words), has_number(words)) == (words, False)


def test_a_masked_number_shows_the_last_three_digits():
    assert mask_phone("0912345678") == "09xx xxx 678"
