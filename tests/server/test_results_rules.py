"""Rules of results: periods, what really changed, the league, what is covered, reasons, TT 01/2018; all without SQL."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.results.change import Share, holm, marks, p_value, wilson_interval
from server.results.cover import covered, is_total_safe
from server.results.league import league, shrink, strength
from server.results.pareto import pareto
from server.results.periods import KINDS, Period, parts, period_of, read_period, split, tenday_of
from server.results.rules import Levels, dissat, top2
from server.results.tt01 import (
    INDICES,
    average,
    of_levels,
    office_band,
    officer_band,
    officer_total,
    one_decimal,
    total,
)

DAYS = st.dates(date(2021, 3, 1), date(2098, 12, 31))
CUTS = st.integers(1, 28)
SHARES = st.integers(0, 400).flatmap(lambda base: st.builds(Share, st.integers(0, base), st.just(base)))


# ---- periods --------------------------------------------------------------------------------------------


@given(DAYS, CUTS, st.sampled_from([kind for kind in KINDS if kind != "khoang"]))
def test_periods_of_a_kind_lie_edge_to_edge_and_hold_their_day(day, cut, kind):
    one = period_of(kind, day, cut)
    assert one.first <= day <= one.last
    assert one.neighbour(1).first == one.last + timedelta(days=1)
    assert one.neighbour(-1).last == one.first - timedelta(days=1)
    assert one.neighbour(1).neighbour(-1) == one
    assert read_period(kind, one.value, date(2026, 1, 1), cut) == one


@given(DAYS, CUTS)
def test_a_year_is_its_halves_its_halves_their_quarters_and_those_their_months(day, cut):
    year = period_of("nam", day, cut)
    for kind, several in (("nua", 2), ("quy", 4), ("thang", 12)):
        first = period_of(kind, year.first, cut)
        found = [first]
        while len(found) < several:
            found.append(found[-1].neighbour(1))
        assert (found[0].first, found[-1].last) == (year.first, year.last)


def test_a_month_cut_on_the_21st_ends_on_the_20th_and_is_named_by_it():
    november = period_of("thang", date(2026, 11, 20), 21)
    assert (november.first, november.last, november.name) == (date(2026, 10, 21), date(2026, 11, 20), "tháng 11/2026")
    assert period_of("thang", date(2026, 12, 21), 21).value == "2027-01"
    year = period_of("nam", date(2026, 12, 20), 21)
    assert (year.first, year.last, year.name) == (date(2025, 12, 21), date(2026, 12, 20), "năm 2026")


def test_the_year_before_has_the_same_name_but_for_the_year():
    assert period_of("quy", date(2026, 11, 1)).last_year().name == "quý IV/2025"
    assert period_of("ngay", date(2024, 2, 29)).last_year().first == date(2023, 2, 28)
    assert period_of("tuan", date(2021, 1, 2)).last_year().value == "2019-W52"
    assert period_of("nua", date(2026, 3, 1), 21).last_year().value == "2025-H1"


@given(DAYS, st.integers(0, 800), CUTS)
def test_the_parts_of_a_trend_cover_the_period_and_nothing_else(day, more, cut):
    period = Period("khoang", day, day + timedelta(days=more), cut)
    found = parts(period)
    assert (found[0].first, found[-1].last) == (period.first, period.last)
    assert all(after.first == before.last + timedelta(days=1) for before, after in pairwise(found))
    assert len(found) <= 46


@given(DAYS, st.integers(0, 400))
def test_whole_tendays_and_the_days_left_over_make_the_span_again(day, more):
    last = day + timedelta(days=more)
    whole, edges = split(day, last)
    counted = [one for first, end in edges for one in _days(first, end)]
    assert len(counted) <= 20 or whole is None
    at = whole[0] if whole else None
    while whole and at and at <= whole[1]:
        counted += [one for one in _days(at, at + timedelta(days=11)) if tenday_of(one) == at]
        at = tenday_of(at + timedelta(days=11))
    assert sorted(counted) == _days(day, last)


def _days(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize("value", ["", "x", "2026-W60", "2026-Q5", "2026-H0", "99999", "2026-11-02_2026-11-01",
                                   "2020-01-01_2099-01-01", "2026-13", "٢٠٢٦"])  # fmt: skip
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_period_becomes_the_one_of_today(kind, value):
    today = date(2026, 11, 21)
    found = read_period(kind, value, today)
    assert found.kind == kind
    assert found.first <= today <= found.last or value == "٢٠٢٦"


# ---- really changed -------------------------------------------------------------------------------------


@given(st.integers(1, 500).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_the_interval_holds_the_share(counts):
    low, high = wilson_interval(*counts)
    assert 0 <= low <= counts[0] / counts[1] <= high <= 1


def test_a_share_of_nothing_has_no_interval():
    with pytest.raises(ValueError, match="is no share"):
        wilson_interval(0, 0)


@given(SHARES, SHARES)
def test_a_change_is_judged_alike_in_both_directions_and_only_from_30_answers(now, then):
    value = p_value(now, then)
    assert value == p_value(then, now)
    assert (value is None) == (min(now.base, then.base) < 30)
    assert value is None or 0 <= value <= 1


@given(st.lists(st.none() | st.floats(0, 1), max_size=12))
def test_adjusted_values_are_never_smaller_and_keep_their_order(values):
    adjusted = holm(values)
    known = [(p, q) for p, q in zip(values, adjusted, strict=True) if p is not None and q is not None]
    assert [q is None for q in adjusted] == [p is None for p in values]
    assert all(p <= q <= 1 for p, q in known)
    assert all(q1 <= q2 for p1, q1 in known for p2, q2 in known if p1 < p2)


def test_a_change_among_twenty_must_be_larger_than_one_alone():
    pair = (Share(90, 100), Share(80, 100))
    still = (Share(85, 100), Share(85, 100))
    assert marks([pair]) == ["up"]
    assert marks([pair, *[still] * 19])[0] == "same"
    assert marks([(Share(29, 29), Share(0, 29)), (Share(0, 300), Share(300, 300))]) == ["few", "down"]


# ---- the league -----------------------------------------------------------------------------------------


@given(st.lists(SHARES, min_size=1, max_size=12))
def test_a_shrunk_share_lies_between_its_own_and_the_common_one(shares):
    known = [one for one in shares if one.base]
    if known:
        mean = sum(one.satisfied for one in known) / sum(one.base for one in known)
        weight = strength(known)
        for one in known:
            own = one.satisfied / one.base
            assert min(own, mean) - 1e-9 <= shrink(one, mean, weight) <= max(own, mean) + 1e-9


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=4), SHARES, max_size=15))
def test_nobody_is_ranked_on_few_answers_and_no_place_is_skipped_without_cause(shares):
    rows = league(shares)
    assert {row.id for row in rows} == {unit for unit, share in shares.items() if share.base}
    assert all((row.rank is None) == (row.share.base < 30) for row in rows)
    ranks = [row.rank for row in rows if row.rank is not None]
    assert ranks == sorted(ranks)
    assert all(rank == place + 1 or rank == ranks[place - 1] for place, rank in enumerate(ranks))


def test_units_whose_intervals_overlap_share_a_rank_and_a_clearly_worse_one_does_not():
    rows = league({"a": Share(95, 100), "b": Share(93, 100), "c": Share(400, 1000), "d": Share(9, 9)})
    assert [(row.id, row.rank, row.is_shared) for row in rows] == [
        ("a", 1, True), ("b", 1, True), ("c", 3, False), ("d", None, False),
    ]  # fmt: skip


def test_thirty_of_thirty_does_not_lead_over_98_of_100_by_its_raw_share():
    others = {f"o{n}": Share(880 + 10 * (n % 8), 1000) for n in range(20)}
    rows = {row.id: row for row in league({"small": Share(30, 30), "large": Share(980, 1000), **others})}
    assert rows["small"].shrunk < rows["large"].shrunk


# ---- what is covered ------------------------------------------------------------------------------------

BASES = st.lists(st.integers(0, 40), min_size=1, max_size=12)


@given(BASES, st.integers(2, 10))
def test_every_small_cell_is_covered_and_none_can_be_reckoned_from_the_total(bases, least):
    hidden = covered(bases, least)
    assert all(is_hidden for base, is_hidden in zip(bases, hidden, strict=True) if 0 < base < least)
    lost = [base for base, is_hidden in zip(bases, hidden, strict=True) if is_hidden]
    if lost and is_total_safe(bases, least):
        assert len(lost) >= 2
        assert sum(lost) >= least
    if lost and not is_total_safe(bases, least):
        assert all(is_hidden or base == 0 for base, is_hidden in zip(bases, hidden, strict=True))


def test_one_small_cell_takes_its_smallest_neighbour_with_it():
    assert covered([3, 20, 8, 0], 5) == [True, False, True, False]
    assert covered([3, 20], 5, has_total=False) == [True, False]
    assert covered([2, 2], 5) == [True, True]
    assert not is_total_safe([2, 2], 5)


# ---- reasons --------------------------------------------------------------------------------------------


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(0, 60), max_size=10))
def test_reasons_fall_and_their_running_share_ends_at_100(counts):
    found = pareto(counts)
    assert sum(one.n for one in found) == sum(counts.values())
    assert [one.n for one in found] == sorted((one.n for one in found), reverse=True)
    assert not found or (abs(found[-1].running - 100) < 1e-9 and found[0].is_vital)


# ---- TT 01/2018 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "band"),
    [("18", "Xuất sắc"), ("15.0", "Xuất sắc"), ("14.9", "Tốt"), ("12", "Tốt"), ("11.9", "Khá"), ("9", "Khá"),
     ("8.9", "Trung bình"), ("6", "Trung bình"), ("5.9", "Yếu"), ("0", "Yếu")],
)  # fmt: skip
def test_an_office_at_a_bound_is_in_the_better_band(points, band):
    assert office_band(Decimal(points)) == band


@pytest.mark.parametrize(
    ("points", "words"),
    [("5", "100 %"), ("4.9", "70 % đến dưới"), ("3.5", "70 % đến dưới"), ("3.4", "dưới 70 %"), ("0", "dưới 70 %")],
)
def test_an_officer_at_a_bound_is_in_the_better_band(points, words):
    assert words in officer_band(Decimal(points))


def test_scores_are_rounded_half_up_to_one_decimal():
    assert (average(5, 4), average(29, 20), average(0, 0)) == (Decimal("1.3"), Decimal("1.5"), None)
    assert one_decimal(Decimal("1.25")) == Decimal("1.3")


def test_an_index_without_information_is_left_out_of_the_sum():
    assert total({}) is None
    assert total({1: None, 5: Decimal(2)}) == Decimal("2.0")
    assert total(dict.fromkeys(range(1, 10), Decimal(2))) == Decimal(18)
    assert officer_total(dict.fromkeys(range(1, 10), Decimal(2))) == Decimal(10)


def test_only_indices_1_3_4_and_7_may_come_from_ballots():
    assert [index.number for index in INDICES if index.questions] == [1, 3, 4, 7]
    assert of_levels(Levels(n5=2, n3=1, n1=1), 5) is None
    assert of_levels(Levels(n5=3, n3=1, n1=1), 5) == Decimal("1.4")


@given(st.builds(Levels, *[st.integers(0, 500)] * 6))
def test_satisfied_and_dissatisfied_answers_never_exceed_all(levels):
    if levels.base:
        assert 0 <= (top2(levels) or 0) + (dissat(levels) or 0) <= 100 + 1e-9
