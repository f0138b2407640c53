"""Results: every share with its base, small breakdowns covered, quick ballots and other lanes apart."""

import re
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.results.periods import day_of, month_of, read_period
from server.results.queries import Answered, Tally
from server.results.rules import Levels, decimal, mean100, number, percent, top2, vietnamese_order
from server.results.summary import bar, summarise
from survey.ballot import Answer, Channel, Status
from survey.questionnaire import bundled
from tests.kiosk_double import QUESTIONS


def text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_shares_and_means_have_no_value_without_a_base():
    assert (top2(Levels(na=7)), mean100(Levels(na=7)), percent(None), decimal(None)) == (None, None, "–", "–")


def test_the_figures_of_huong_an_come_out_as_printed():
    assert percent(top2(Levels(n5=305, n4=15))) == "100,0\u00a0%"
    assert percent(100 * 305 / 320) == "95,3\u00a0%"
    assert number(8605) == "8.605"


@pytest.mark.parametrize(("value", "printed"), [(0.05, "0,1"), (82.25, "82,3"), (82.35, "82,4"), (1234.5, "1.234,5")])
def test_halves_are_rounded_up_at_print(value, printed):
    assert decimal(value) == printed


@given(st.builds(Levels, *[st.integers(0, 500)] * 6))
def test_a_share_lies_between_0_and_100_and_a_bar_is_as_wide_as_its_page(levels):
    share = top2(levels)
    assert (share is None) == (levels.base == 0)
    assert share is None or 0 <= share <= 100
    assert all(0 <= one.x <= 240 and one.x + one.width <= 241 for one in bar(levels))


def test_periods_have_neighbours():
    december = month_of(date(2026, 12, 5))
    assert (december.last, december.neighbour(1).value, december.neighbour(-1).value) == (
        date(2026, 12, 31),
        "2027-01",
        "2026-11",
    )
    assert day_of(date(2026, 3, 1)).neighbour(-1).name == "ngày 28/02/2026"


@pytest.mark.parametrize("value", ["", "2026-13", "x", "9999-12", "2026-02-30", "0001-01"])
def test_a_period_that_does_not_exist_is_today(value):
    today = date(2026, 11, 21)
    assert read_period("ngay", value, today) == day_of(today)
    assert read_period("thang", value, today) == month_of(today)


def test_names_sort_as_vietnamese_sorts():
    names = ["Đông", "Dương", "Ân", "An", "Ăn", "Ê", "E", "Ỷ", "Y"]
    assert sorted(names, key=vietnamese_order) == ["An", "Ăn", "Ân", "Dương", "Đông", "E", "Ê", "Y", "Ỷ"]


def summary(n, min_cell=5, **changed):
    levels = Levels(n5=n)
    answered = [Answered("a", bundled().id, one, "kiosk", "complete", levels) for one in QUESTIONS]
    tallied = [msgspec.structs.replace(Tally("a", "touch", "kiosk", "complete", True, n, 0), **changed)]
    return summarise(tallied, answered, bundled(), lambda unit: unit, min_cell)


@pytest.mark.parametrize(("n", "covered"), [(4, True), (5, False)])
def test_a_breakdown_of_fewer_than_five_is_covered_but_the_count_is_not(n, covered):
    shown = summary(n)
    assert shown.n == n
    assert {line.is_covered for line in shown.lines} == {covered}
    assert (shown.headlines[1].share == "–") == covered
    assert (shown.offices[0].top2 == "–") == covered


def test_a_demonstration_shows_small_numbers():
    assert summary(1, min_cell=1).lines[0].top2 == "100,0\u00a0%"


def test_undated_ballots_and_other_lanes_are_never_in_the_headline():
    assert (summary(7, is_dated=False).n, summary(7, is_dated=False).undated) == (0, "7")
    other = summary(7, lane="quarantine")
    assert (other.n, other.other_lanes) == (0, [("Chờ xem xét", "7")])


def test_the_page_shows_what_a_kiosk_sent_and_its_number_changes(kiosk, signed_in):
    before = signed_in.get("/ket-qua/version")
    kiosk.send([kiosk.cast() for _ in range(6)])
    quick = {"answers": {"overall": Answer(1, 5)}, "status": Status.QUICK, "channel": Channel.BUTTON}
    kiosk.send([kiosk.cast(**quick) for _ in range(5)])
    after = signed_in.get("/ket-qua/version", headers={"if-none-match": before.headers["etag"]})
    assert (before.text, after.text) == ("0", "11")
    again = signed_in.get("/ket-qua/version", headers={"if-none-match": after.headers["etag"]})
    assert again.status_code == 304
    page = text(signed_in.get("/ket-qua"))
    assert "Số phiếu 11" in page
    assert "Chỉ số hài lòng chung 100,0\u00a0% trên 48 câu trả lời" in page.replace("100,0 %", "100,0\u00a0%")
    assert "Phiếu nhanh" in page
    assert "ngày 21/11/2026" in page


def test_the_page_of_one_office_counts_only_that_office(enrol, signed_in):
    one, other = enrol(), enrol("so-noi-vu.q1")
    one.send([one.cast() for _ in range(5)])
    other.send([other.cast() for _ in range(7)])
    assert "Số phiếu 12" in text(signed_in.get("/ket-qua"))
    assert "Số phiếu 7" in text(signed_in.get("/ket-qua?don_vi=so-noi-vu"))
    assert "Số phiếu 5" in text(
        signed_in.get("/ket-qua?ky=thang&luc=2026-11&don_vi=xa-tan-trao.ttpvhcc&quay=xa-tan-trao.q1")
    )
    assert "Số phiếu 0" in text(signed_in.get("/ket-qua?ky=ngay&luc=2026-11-20"))


def test_a_district_is_offered_only_while_it_stood(signed_in):
    assert "Huyện Sơn Dương" not in text(signed_in.get("/ket-qua"))
    assert "Huyện Sơn Dương" in text(signed_in.get("/ket-qua?ky=thang&luc=2025-06"))


def test_whatever_an_address_says_is_escaped_or_ignored(signed_in):
    answer = signed_in.get("/ket-qua?ky=<b>&luc=<script>&don_vi='--&quay=%00")
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace("<script src", "")
