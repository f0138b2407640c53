"""Plan lines: written, approved by somebody else, done, held against what citizens said before and after."""

import html
import io
from datetime import UTC, date, datetime, timedelta

import msgspec
import openpyxl
import pytest

from server.accounts.rules import permissions
from server.plans.effect import windows
from server.plans.rules import (
    Draft,
    Plan,
    State,
    after_move,
    approval_fault,
    draft_faults,
    may_approve,
    move_fault,
    read_draft,
)
from survey.ballot import Answer
from survey.enrolment import Acted
from tests.kiosk_double import NOW_MS, QUESTIONS
from tests.server import test_results
from tests.server.conftest import OFFICE, ORIGIN, csrf

TODAY = date(2026, 11, 21)
GOOD = {
    "unit": OFFICE, "period": "thang/2026-10", "about": "|", "finding": "Thiếu ghế ở khu chờ", "action": "Mua 20 ghế",
    "owner": f"u:{OFFICE}", "due_on": "2026-12-31", "window_days": "28", "text_vi": "Thêm 20 ghế ở khu chờ",
    "text_en": "20 more seats",
}  # fmt: skip


def text(page):
    return html.unescape(test_results.text(page)).replace("\u00a0", " ")


def a_plan(**changed):
    made = Plan(
        1, OFFICE, "thang/2026-10", date(2026, 10, 1), date(2026, 10, 31), "", "", "f", "a", f"u:{OFFICE}",
        date(2026, 12, 1), 28, "Thêm ghế", "", "", State.DRAFT, None, None, "lan", 0, 1,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changed)


# ---- rules


def test_a_line_goes_from_draft_to_review_and_each_exit_needs_a_reason():
    plan = a_plan()
    for target in (State.APPROVED, State.DOING, State.DONE, State.REVIEWED):
        assert move_fault(plan, target, "lý do", TODAY, TODAY) is None
        plan = after_move(plan, target, TODAY)
    assert (plan.state, plan.started_on, plan.done_on, plan.revision) == (State.REVIEWED, TODAY, TODAY, 5)
    for state in (State.DRAFT, State.APPROVED, State.DOING, State.DONE):
        assert "lý do" in move_fault(a_plan(state=state), State.DROPPED, "", None, TODAY)
        assert move_fault(a_plan(state=state), State.DROPPED, "hết tiền", None, TODAY) is None


def test_no_step_is_skipped_no_day_lies_ahead_and_nothing_ends_before_it_began():
    assert "không chuyển như vậy" in move_fault(a_plan(), State.DONE, "", TODAY, TODAY)
    approved = a_plan(state=State.APPROVED)
    assert "không muộn hơn hôm nay" in move_fault(approved, State.DOING, "", TODAY + timedelta(days=1), TODAY)
    doing = a_plan(state=State.DOING, started_on=TODAY)
    assert "trước ngày bắt đầu" in move_fault(doing, State.DONE, "", TODAY - timedelta(days=1), TODAY)


def test_going_back_hides_the_words_and_going_on_keeps_the_first_day():
    shown = a_plan(state=State.APPROVED, text_by="sep")
    assert after_move(shown, State.DRAFT, None).text_by == ""
    done = a_plan(state=State.DONE, started_on=date(2026, 11, 1), done_on=TODAY, text_by="sep")
    again = after_move(done, State.DOING, None)
    assert (again.started_on, again.done_on, done.is_public, again.is_public) == (date(2026, 11, 1), None, True, False)


def test_whoever_wrote_it_does_not_approve_it_unless_nobody_else_leads():
    leader = permissions("leader")
    assert approval_fault(leader, "lan", "hoa", frozenset({"lan"})) is None
    assert approval_fault(leader, "lan", "lan", frozenset({"lan"})) is None
    assert "hung" in approval_fault(leader, "lan", "lan", frozenset({"lan", "hung"}))
    assert {role: may_approve(permissions(role)) for role in ("admin", "leader", "steward", "handler", "viewer")} == {
        "admin": True, "leader": True, "steward": False, "handler": False, "viewer": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("unit", "moon", "Đơn vị"), ("period", "thang/1999-01", "Kỳ"), ("finding", "", "Phát hiện"),
        ("action", "x" * 1001, "1001"), ("owner", "a:khong-co", "Người chịu trách nhiệm"),
        ("due_on", "31/02/2026", "Hạn"),
        ("window_days", "30", "4, 8 hoặc 12 tuần"), ("text_vi", "Gọi 0912 345 678", "số điện thoại"),
        ("text_vi", "x" * 121, "tối đa 120"),
    ],
)  # fmt: skip
def test_a_form_says_which_field_is_wrong(field, value, told):
    places = {f"{name}s": frozenset({GOOD[name]}) for name in ("unit", "owner", "period")}
    assert draft_faults(read_draft(GOOD), **places) == []
    (only,) = draft_faults(read_draft(GOOD | {field: value}), **places)
    assert told in only


def test_ids_that_could_not_be_ids_are_not_kept():
    assert read_draft({"about": "q1|<script>"}) == Draft(question="q1", window_days="")


def test_the_windows_are_equally_long_and_hold_no_day_of_the_work():
    plan = a_plan(state=State.DONE, started_on=date(2026, 10, 5), done_on=date(2026, 10, 9), window_days=28)
    before, after, known_on = windows(plan, date(2026, 11, 7))
    assert (before.first, before.last) == (date(2026, 9, 7), date(2026, 10, 4))
    assert (after.first, after.last, known_on) == (date(2026, 10, 10), date(2026, 11, 6), date(2026, 11, 7))
    assert windows(plan, date(2026, 11, 6))[1] is None


# ---- pages


def act(client, plan, **fields):
    page = client.get(f"/ke-hoach/{plan}")
    revision = page.text.partition('name="revision" value="')[2].partition('"')[0]
    form = {"csrf": csrf(client.get("/doi-mat-khau")), "revision": revision} | fields
    return client.post(f"/ke-hoach/{plan}", data=form, headers=ORIGIN, follow_redirects=False)


def make(client, **changed):
    form = {"csrf": csrf(client.get("/doi-mat-khau"))} | GOOD | changed
    return client.post("/ke-hoach/moi", data=form, headers=ORIGIN, follow_redirects=False)


def moved(client, plan, *steps):
    for target, day in steps:
        answer = act(client, plan, act="move", target=target, day=day, note="Đã xem")
        assert answer.status_code == 303, text(answer)


@pytest.fixture
def done(signed_in):
    """A line written and approved by the only one there is, work from 5 to 9 October."""
    assert make(signed_in).status_code == 303
    moved(signed_in, 1, ("approved", ""), ("doing", "2026-10-05"), ("done", "2026-10-09"))
    return signed_in


def cast(kiosk, day, good, bad):
    wall = f"{day}T03:00:00.000Z"
    levels = [5] * good + [2] * bad
    kiosk.send([kiosk.cast(answers={one: Answer(level, 2000) for one in QUESTIONS}, wall=wall) for level in levels])


def test_an_empty_list_teaches_and_leads_to_the_form(signed_in):
    page = signed_in.get("/ke-hoach").text
    assert "Chưa có kế hoạch nào" in page
    assert 'href="/ke-hoach/moi"' in page


def test_a_line_is_made_changed_approved_and_its_history_tells_all_of_it(signed_in, rows):
    assert make(signed_in).headers["location"] == "/ke-hoach/1?xong=lap"
    edit = {"act": "edit"} | GOOD | {"action": "Mua 30 ghế"}
    assert act(signed_in, 1, **edit).status_code == 303
    assert act(signed_in, 1, act="move", target="approved").status_code == 303
    page = text(signed_in.get("/ke-hoach/1"))
    assert "Mua 20 ghế → Mua 30 ghế" in page
    assert "Dự thảo → Đã duyệt" in page
    assert [row[0] for row in rows("SELECT action FROM audit ORDER BY id") if row[0].startswith("plan.")] == [
        "plan.make", "plan.change", "plan.move",
    ]  # fmt: skip
    assert act(signed_in, 1, **edit).status_code == 422


def test_a_faulty_form_keeps_all_that_was_typed(signed_in):
    page = make(signed_in, due_on="mai", action="Mua 20 ghế nhựa")
    assert page.status_code == 422
    assert "Hạn: “mai” không phải ngày" in text(page)
    assert "Mua 20 ghế nhựa" in page.text


def test_a_steward_writes_and_a_leader_approves_and_neither_twice(as_role, client):
    steward = as_role("steward", "xa-tan-trao")
    assert make(steward).status_code == 303
    assert "Chỉ lãnh đạo" in text(act(steward, 1, act="move", target="approved"))
    leader = as_role("leader", "xa-tan-trao")
    assert make(leader).status_code == 303
    assert act(leader, 2, act="move", target="approved").status_code == 303  # nobody else leads
    assert act(leader, 1, act="move", target="approved").status_code == 303
    assert make(leader).status_code == 303
    other = as_role("leader", "xa-tan-trao", "leader-hai")
    assert act(other, 3, act="move", target="approved").status_code == 303
    assert make(other).status_code == 303
    assert "Người viết không tự duyệt" in text(act(other, 4, act="move", target="approved"))


def test_a_form_of_a_line_that_went_on_changes_nothing(signed_in):
    make(signed_in)
    answer = act(signed_in, 1, act="move", target="approved", revision="9")
    assert answer.status_code == 422
    assert "người khác thay đổi" in text(answer)


def test_a_line_of_another_commune_does_not_exist(signed_in, as_role):
    make(signed_in)
    leader = as_role("leader", "phuong-minh-xuan")
    assert leader.get("/ke-hoach/1").status_code == 404
    assert act(leader, 1, act="move", target="approved").status_code == 404
    assert leader.get(f"/ke-hoach?don_vi={OFFICE}").status_code == 404
    assert "Chưa có kế hoạch nào" in leader.get("/ke-hoach").text
    assert make(leader).status_code == 422


def test_an_overdue_line_is_marked_until_it_is_done(signed_in):
    make(signed_in, due_on="2026-11-01")
    assert "Quá hạn" in text(signed_in.get("/ke-hoach?nhom=qua-han"))
    assert "KH-0001" in text(signed_in.get("/ke-hoach?nhom=qua-han"))
    moved(signed_in, 1, ("approved", ""), ("doing", "2026-11-02"), ("done", "2026-11-03"))
    assert "KH-0001" not in text(signed_in.get("/ke-hoach?nhom=qua-han"))


def test_before_and_after_stand_with_bases_intervals_and_whether_it_really_changed(done, enrol):
    kiosk = enrol("xa-tan-trao.q1")
    cast(kiosk, "2026-09-20", 20, 20)
    cast(kiosk, "2026-10-07", 0, 50)  # while the work went on: in neither window
    cast(kiosk, "2026-10-20", 36, 4)
    page = text(done.get("/ke-hoach/1"))
    assert "50,0 % 40" in page
    assert "90,0 % 40 76,9 % – 96,0 %" in page
    assert "tăng thật" in page
    assert "50,0 % → 90,0 % trên 40 và 40 câu trả lời" in text(done.get("/ke-hoach"))


def test_too_few_ballots_are_not_compared_and_fewer_than_five_not_even_told(done, enrol):
    kiosk = enrol("xa-tan-trao.q1")
    cast(kiosk, "2026-09-20", 4, 0)
    cast(kiosk, "2026-10-20", 10, 2)
    page = text(done.get("/ke-hoach/1"))
    assert "dưới 5" in page
    assert "100,0" not in page
    assert "83,3 % 12" in page
    assert "Chưa đủ phiếu để so" in page


def test_the_weakest_question_and_the_reason_given_most_are_proposed(signed_in, enrol):
    kiosk = enrol("xa-tan-trao.q1")
    wall = "2026-10-13T03:00:00.000Z"
    low = QUESTIONS[1]
    answers = {one: Answer(2 if one == low else 5, 2000) for one in QUESTIONS}
    kiosk.send([kiosk.cast(answers=answers, wall=wall) for _ in range(31)])
    page = signed_in.get(f"/ke-hoach/moi?don_vi={OFFICE}&ky=thang/2026-10")
    assert "0,0 % hài lòng trên 31 câu trả lời, thấp nhất trong kỳ" in text(page)
    assert f"cau={low}" in page.text
    assert "chưa đủ phiếu để gợi ý" in signed_in.get(f"/ke-hoach/moi?don_vi={OFFICE}&ky=thang/2026-09").text


def test_the_workbook_has_a_row_a_line_with_real_numbers_and_no_formula(done, enrol):
    kiosk = enrol("xa-tan-trao.q1")
    cast(kiosk, "2026-09-20", 20, 20)
    cast(kiosk, "2026-10-20", 36, 4)
    make(done, action="=1+1")
    book = openpyxl.load_workbook(io.BytesIO(done.get("/ke-hoach/ke-hoach.xlsx").content))
    found = {row[1]: row for row in book.active.iter_rows(min_row=8, values_only=True) if row[1]}
    assert found["KH-0001"][10:14] == (50, 40, 90, 40)
    assert found["KH-0002"][5] == "=1+1"
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)


def test_words_that_are_changed_are_hidden_until_they_are_approved_again(done, rows):
    shown = lambda: [tuple(row) for row in rows("SELECT text_vi, text_by FROM plans")]  # noqa: E731
    assert shown() == [("Thêm 20 ghế ở khu chờ", "quantri")]
    assert act(done, 1, act="text", text_vi="Thêm 25 ghế", text_en="").status_code == 303
    assert shown() == [("Thêm 25 ghế", "")]
    assert act(done, 1, act="approve").status_code == 303
    assert shown() == [("Thêm 25 ghế", "quantri")]
    assert act(done, 1, act="approve", off="1").status_code == 303
    assert shown() == [("Thêm 25 ghế", "")]


# ---- what everybody reads


def publish(client):
    form = {"csrf": csrf(client.get("/cong-bo")), f"o.{OFFICE}": "1"}
    assert client.post("/cong-bo", data=form, headers=ORIGIN).status_code == 200


def public_pages(client):
    return [text(client.get(f"/cong-khai{path}")) for path in ("", f"/{OFFICE}", f"/{OFFICE}/ap-phich")]


def test_what_was_done_stands_on_the_public_pages_once_done_and_approved_and_goes_with_its_approval(done):
    publish(done)
    assert all("Thêm 20 ghế ở khu chờ" in page for page in public_pages(done))
    assert "Làm xong ngày 09/10/2026" in public_pages(done)[1]
    assert not any("Thiếu ghế" in page or "Mua 20 ghế" in page for page in public_pages(done))
    act(done, 1, act="approve", off="1")
    assert not any("Thêm 20 ghế" in page or "Góp ý – đã làm" in page for page in public_pages(done))


def test_a_plan_that_is_not_done_is_on_no_public_page(signed_in):
    publish(signed_in)
    make(signed_in)
    moved(signed_in, 1, ("approved", ""), ("doing", "2026-10-05"))
    assert not any("Thêm 20 ghế" in page for page in public_pages(signed_in))


@pytest.mark.parametrize(("n", "is_told"), [(29, False), (30, True)])
def test_before_and_after_are_public_only_from_thirty_answers_on_each_side(done, enrol, n, is_told):
    publish(done)
    kiosk = enrol("xa-tan-trao.q1")
    cast(kiosk, "2026-09-20", 20, 20)
    cast(kiosk, "2026-10-20", n, 0)
    for page in public_pages(done)[:2]:
        assert ("Trước: 50,0 % hài lòng trên 40 câu trả lời" in page) is is_told
        assert (f"100,0 % trên {n} câu trả lời" in page) is is_told


def test_the_line_reaches_the_kiosks_of_the_office_at_once_and_leaves_them_again(done, enrol, clock):
    kiosk, other = enrol("xa-tan-trao.q1"), enrol("phuong-minh-xuan.q1")
    assert kiosk.settings().acted == [Acted("Thêm 20 ghế ở khu chờ", "20 more seats")]
    assert other.settings().acted is msgspec.UNSET
    act(done, 1, act="approve", off="1")
    assert kiosk.settings().acted is msgspec.UNSET
    act(done, 1, act="approve")
    assert kiosk.settings().acted == [Acted("Thêm 20 ghế ở khu chờ", "20 more seats")]
    clock.now_ms += 183 * 86_400_000
    assert kiosk.settings().acted is msgspec.UNSET


def test_a_line_of_the_commune_reaches_its_office_and_a_kiosk_is_told_five_at_most(signed_in, enrol):
    for n in range(6):
        make(signed_in, unit="xa-tan-trao", owner="u:xa-tan-trao", text_vi=f"Việc {n}")
        moved(signed_in, n + 1, ("approved", ""), ("doing", "2026-10-05"), ("done", f"2026-10-1{n}"))
    kiosk = enrol("xa-tan-trao.q1")
    assert [one.vi for one in kiosk.settings().acted] == ["Việc 5", "Việc 4", "Việc 3", "Việc 2", "Việc 1"]


def test_the_clock_of_these_tests_stands_after_both_windows():
    assert datetime.fromtimestamp(NOW_MS / 1000, UTC).date() >= date(2026, 11, 7)
