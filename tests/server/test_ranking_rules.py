"""Points, margins, ranks and what would change them, against numbers reckoned by hand."""

from datetime import date

import pytest

from server.ranking.advice import advice, in_words, more_answers
from server.ranking.entry import PlanError, read_bands, read_entry, read_plan
from server.ranking.rules import Band, Counted, Criterion, Plan, of_share, scored, standings
from server.results.change import wilson_interval

HAPPY = Criterion("h", "Hài lòng", "satisfaction", 6000)
HAND = Criterion("t", "Thủ tục", "hand", 4000)
PLAN = Plan(2026, date(2026, 1, 1), date(2026, 12, 31), (HAPPY, HAND))
NAMES = {"a": "An", "b": "Bình", "c": "Cao", "d": "Dung"}


def known(part, base, points=3000):
    return {"h": Counted(part, base), "t": Counted(points=points, note="BB 01")}


def test_points_follow_the_share_to_the_hundredth():
    assert of_share(HAPPY, 86, 90) == 5733
    assert of_share(HAPPY, 90, 90) == 6000


def test_bands_give_the_highest_that_is_reached():
    one = Criterion("c", "C", "coverage", 1000, (Band(300, 1000), Band(200, 500)))
    assert [of_share(one, part, 1000) for part in (300, 299, 200, 199, 900)] == [1000, 500, 500, 0, 1000]


def test_the_margin_of_satisfaction_is_carried_into_the_total():
    row = standings(PLAN, {"a": "An"}, {"a": known(80, 100)})[0]
    low, high = wilson_interval(80, 100)
    assert (row.total, row.low, row.high) == (7800, 3000 + round(6000 * low), 3000 + round(6000 * high))


def test_several_questions_of_one_ballot_are_no_more_people():
    one = Criterion("h", "H", "satisfaction", 6000, questions=("q1", "q2", "q3"))
    three, single = scored(one, Counted(240, 300)), scored(HAPPY, Counted(80, 100))
    assert (three.points, three.low, three.high) == (single.points, single.low, single.high)


def test_ranks_are_ranges_where_margins_overlap():
    rows = standings(PLAN, NAMES, {"a": known(990, 1000), "b": known(800, 1000), "c": known(790, 1000),
                                   "d": known(100, 1000)})  # fmt: skip
    assert [(row.office, row.rank) for row in rows] == [("a", "1"), ("b", "2–3"), ("c", "2–3"), ("d", "4")]


def test_nobody_is_ranked_on_few_answers_or_with_a_criterion_missing():
    rows = standings(PLAN, NAMES, {"a": known(40, 50), "b": known(29, 29), "c": {"h": Counted(40, 50)}, "d": {}})
    assert [(row.office, row.rank, row.is_few) for row in rows] == [
        ("a", "1", False), ("c", "", False), ("b", "", True), ("d", "", True),
    ]  # fmt: skip
    assert "chưa có số liệu" in rows[1].why


def test_an_office_without_any_case_gets_what_the_criterion_says():
    full = Criterion("v", "Vụ việc", "cases", 1000)
    assert scored(full, Counted()).points == 1000
    assert scored(Criterion("v", "Vụ việc", "cases", 1000, none_is_full=False), Counted()).points is None


@pytest.mark.parametrize("gap", [1, 59, 60, 61, 600, 1199, 1200])
def test_the_answers_that_would_do_are_exactly_enough(gap):
    score = scored(HAPPY, Counted(80, 100))
    found = more_answers(HAPPY, score, gap)
    assert found is not None
    assert of_share(HAPPY, 80 + found, 100) - score.points >= gap
    assert of_share(HAPPY, 80 + found - 1, 100) - score.points < gap
    assert more_answers(HAPPY, score, 1201) is None


def test_advice_says_what_passes_the_next_office():
    rows = standings(PLAN, NAMES, {"a": known(90, 100), "b": known(80, 100, 3500)})
    found = advice(PLAN, rows)
    assert (found["b"].next, found["b"].gap, found["b"].answers) == ("a", 101, 2)
    words = in_words(found["b"], rows[1], "An")
    assert words == [
        "Mất nhiều điểm nhất ở “Hài lòng”: 12,00 điểm.",
        "Để có tổng điểm cao hơn An: cần thêm ít nhất 1,01 điểm.",
        "Riêng ở “Hài lòng”: thêm 2 câu trả lời hài lòng trong 100 câu trả lời là đủ.",
    ]
    assert found["a"].next == ""


def form(**changed):
    return {"name.0": "Hài lòng", "source.0": "satisfaction", "most.0": "60", "name.1": "Thủ tục", "source.1": "hand",
            "most.1": "40"} | changed  # fmt: skip


def read(**changed):
    return read_plan(2026, form(**changed), {"q9": "overall"}, [f"n{n}" for n in range(15)], frozenset({"h"}))


def test_a_plan_is_read_as_it_was_typed():
    plan = read(**{"id.0": "h", "questions.0": "9", "bands.0": "90 = 60; 80=45,5"})
    assert [one.id for one in plan.criteria] == ["h", "n1"]
    assert plan.criteria[0].questions == ("overall",)
    assert plan.criteria[0].bands == (Band(900, 6000), Band(800, 4550))
    assert (plan.first, plan.last) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"most.0": "55"}, "Tổng điểm tối đa là 95, phải đúng 100. Xin thêm 5 điểm."),
        ({"most.0": "nhiều"}, "điểm tối đa “nhiều” không hợp lệ"),
        ({"name.1": "hài lòng"}, "ghi hai lần"),
        ({"source.1": "trời"}, "nguồn “trời”"),
        ({"questions.0": "Q77"}, "không có câu hỏi “Q77”"),
        ({"bands.0": "90 = 70"}, "70 điểm lớn hơn điểm tối đa 60"),
        ({"bands.0": "90 = 20; 95 = 10"}, "tỷ lệ cao hơn phải được điểm không ít hơn"),
        ({"first": "2026-12-01", "last": "2026-01-01"}, "Xin đổi lại hai ngày"),
        ({"first": "hôm nay"}, "“hôm nay” không phải ngày"),
    ],
)
def test_each_fault_of_a_plan_is_named(changed, says):
    with pytest.raises(PlanError) as error:
        read(**changed)
    assert any(says in fault for fault in error.value.faults), error.value.faults


def test_every_fault_is_told_at_once():
    with pytest.raises(PlanError) as error:
        read(**{"most.0": "x", "most.1": "y"})
    assert len(error.value.faults) == 2


def test_points_by_hand_need_what_they_stand_on():
    assert read_entry("a", HAND, "41", "BB", "")[0] == "Điểm"
    assert read_entry("a", HAND, "35,5", "", "")[0] == "Căn cứ"
    assert read_entry("a", HAND, "35,5", "BB 01/2026", "").points == 3550
    assert read_entry("a", HAND, "", "", "").points is None


def test_what_is_no_band_is_told():
    assert "không hiểu" in read_bands("chín mươi", 100, "Tiêu chí 1")[1][0]
