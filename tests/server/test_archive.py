"""Issued reports: numbered per office and year, never changed, hashed; schedules: once a period, whatever crashes."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256

import msgspec
import pytest

from server.__main__ import main
from server.documents.issuer import Issuer
from server.documents.store import set_issuer
from server.mail import outbox
from server.reports import archive, schedule
from server.reports.archive import issue
from server.reports.due import DoneError, make, make_due, once_of
from server.reports.schedule import Schedule
from server.results.periods import period_of
from server.worker import CHORES, Worker
from survey.ballot import Channel
from survey.qr_token import Lane
from tests.kiosk_double import NOW_MS
from tests.server.conftest import COUNTER, OFFICE, ORIGIN, csrf
from tests.server.typed import every_question, store
from tests.waiting import until

OCTOBER, NOVEMBER = (period_of("thang", date(2026, month, 1)) for month in (10, 11))
DAY_MS = 86_400_000
PAGE = "/bao-cao/van-ban"


@pytest.fixture
def october(centre):
    given = [(date(2026, 10, 5), every_question(5), {})] * 40
    centre.writer.run(lambda work: store(work, COUNTER, Lane.KIOSK, Channel.TOUCH, given))


def everything(centre):
    with centre.engine.connect() as connection:
        return archive.listed(connection, None, None)


def audited(rows: Callable[..., list[tuple[object, ...]]], action: str) -> int:
    return len(rows(f"SELECT id FROM audit WHERE action = '{action}'"))


def test_numbers_run_by_office_and_start_again_each_year(centre, october, clock):
    numbers = [issue(centre, unit, OCTOBER, "a").numbered for unit in (OFFICE, OFFICE, "")]
    assert numbers == ["01/BC", "02/BC", "01/BC"]
    clock.now_ms += 365 * DAY_MS
    assert issue(centre, OFFICE, OCTOBER, "a").number == 1
    assert {(one.unit, one.year) for one in everything(centre)} == {(OFFICE, 2026), ("", 2026), (OFFICE, 2027)}


def test_files_are_hashed_and_a_changed_file_is_seen(centre, october, signed_in):
    made = issue(centre, OFFICE, OCTOBER, "a")
    answer = signed_in.get(f"{PAGE}/{made.id}/pdf")
    assert sha256(answer.content).hexdigest() == made.pdf_digest
    assert "còn nguyên như khi ban hành" in signed_in.get(f"{PAGE}/{made.id}").text
    centre.writer.run(lambda work: work.run("UPDATE issued_documents SET word = ? WHERE id = ?", (b"x", made.id)))
    assert "không còn như khi ban hành" in signed_in.get(f"{PAGE}/{made.id}").text


def test_data_that_changed_afterwards_is_told_with_both_numbers(centre, october, signed_in):
    made = issue(centre, OFFICE, OCTOBER, "a")
    assert "Số liệu đã thay đổi" not in signed_in.get(f"{PAGE}/{made.id}").text
    more = [(date(2026, 10, 6), every_question(1), {})] * 3
    centre.writer.run(lambda work: store(work, COUNTER, Lane.ENTERED, Channel.PAPER, more))
    said = signed_in.get(f"{PAGE}/{made.id}").text
    assert "Số liệu đã thay đổi sau khi ban hành" in said
    assert '<td class="n">40</td><td class="n"><b>43</b></td>' in said
    with centre.engine.connect() as connection:
        assert archive.is_whole(connection, made)


def test_two_who_issue_at_once_never_share_a_number(centre, october):
    first = archive._made(centre, OFFICE, OCTOBER, "a")
    second = issue(centre, OFFICE, OCTOBER, "b")
    assert first[0].number == second.number == 1
    assert not centre.writer.run(lambda work: archive.take_number(work, OFFICE, 2026, 1))
    assert issue(centre, OFFICE, OCTOBER, "a").number == 2


def test_a_person_issues_on_the_page_and_it_is_audited(signed_in, october, centre, rows, clock):
    said = signed_in.get(f"{PAGE}?don_vi={OFFICE}")
    form = {"csrf": csrf(said), "don_vi": OFFICE, "do": "issue", "ky": "thang:2026-10"}
    answer = signed_in.post(PAGE, data=form, headers=ORIGIN)
    assert answer.status_code == 200
    assert "Báo cáo số 01/BC" in answer.text
    assert audited(rows, "report.issue") == 1
    year = signed_in.post(PAGE, data=form | {"ky": "nam:2026"}, headers=ORIGIN)
    assert year.status_code == 422
    assert "chưa hết" in year.text


def test_settings_of_an_office_stand_on_its_documents(signed_in, october, centre, rows):
    said = signed_in.get(f"{PAGE}?don_vi={OFFICE}")
    form = {"csrf": csrf(said), "don_vi": OFFICE, "do": "issuer", "symbol": "BC-TTPVHCC", "title": "Giám đốc"}
    assert "Đã lưu mẫu" in signed_in.post(PAGE, data=form, headers=ORIGIN).text
    assert issue(centre, OFFICE, OCTOBER, "a").numbered == "01/BC-TTPVHCC"
    bad = signed_in.post(PAGE, data=form | {"symbol": "BC TT", "name": "Lê Bình"}, headers=ORIGIN)
    assert bad.status_code == 422
    assert "Ký hiệu “BC TT”" in bad.text
    assert 'value="Lê Bình"' in bad.text
    assert audited(rows, "issuer.set") == 1


def test_drafts_come_as_word_and_pdf_with_the_right_names(signed_in, october):
    for form, kind in (("pdf", b"%PDF"), ("word", b"PK")):
        answer = signed_in.get(f"{PAGE}/tai?ky=thang:2026-10&don_vi={OFFICE}&dang={form}")
        assert answer.content.startswith(kind)
        assert "du-thao-bao-cao-2026-10" in answer.headers["content-disposition"]
    assert signed_in.get(f"{PAGE}/tai?ky=thang:xx").status_code == 422


def test_another_office_sees_neither_the_page_nor_a_document(as_role, october, centre):
    made, whole = issue(centre, OFFICE, OCTOBER, "a"), issue(centre, "", OCTOBER, "a")
    stranger = as_role("leader", "xa-son-thuy")
    for path in (
        f"?don_vi={OFFICE}",
        f"/{made.id}",
        f"/{made.id}/pdf",
        f"/{whole.id}",
        f"/tai?ky=thang:2026-10&don_vi={OFFICE}",
    ):
        assert stranger.get(PAGE + path).status_code == 404, path


# ---- schedules


def a_schedule(centre, **changed) -> Schedule:
    given = {
        "id": "s1", "unit": OFFICE, "kind": "thang", "after_days": 1, "is_working": True,
        "recipients": ["vanthu@tinh.example"], "made_at": NOW_MS - 60 * DAY_MS, "made_by": "a",
    }  # fmt: skip
    made = Schedule(**(given | changed))
    centre.writer.run(lambda work: schedule.add(work, made))
    return made


def test_a_report_is_made_on_the_working_day_after_its_period():
    one = Schedule("s", "", "thang", 1, True, [], 0, "a")
    assert schedule.due_day(one, OCTOBER, {}) == date(2026, 11, 2)  # 1 November 2026 is a Sunday
    assert schedule.due_day(one, OCTOBER, {date(2026, 11, 2): False}) == date(2026, 11, 3)
    kept = Schedule("s", "", "thang", 1, False, [], 0, "a")
    assert schedule.due_day(kept, OCTOBER, {}) == date(2026, 11, 1)


def test_what_is_due_is_made_once_with_one_mail(centre, october, clock):
    a_schedule(centre)
    made, failed = make_due(centre)
    assert (made, failed) == (len(everything(centre)), 0)
    assert made >= 1
    again = len(everything(centre))
    assert make_due(centre) == (0, 0)
    assert len(everything(centre)) == again
    with centre.engine.connect() as connection:
        mails = [outbox.found(connection, once_of(one.id)) for one in everything(centre)]
    assert [mail.state for mail in mails if mail] == ["waiting"] * made


def test_a_crash_after_making_makes_no_second_report(centre, october):
    one = a_schedule(centre)
    first = make(centre, one, OCTOBER)
    with pytest.raises(DoneError):  # a second process that gathered what is due before the first was done
        make(centre, one, OCTOBER)
    assert [each.id for each in everything(centre)] == [first.id]
    with centre.engine.connect() as connection:
        assert archive.next_number(connection, OFFICE, 2026) == 2


def test_what_fails_is_told_waits_and_is_made_when_tried_again(centre, october, signed_in, clock):
    one = a_schedule(centre, made_at=NOW_MS)
    clock.now_ms = NOW_MS + 40 * DAY_MS
    centre.writer.run(lambda work: work.run("INSERT INTO document_issuers VALUES (?, '{', 0, 'a')", (OFFICE,)))
    assert make_due(centre)[0] == 0
    with centre.engine.connect() as connection:
        run = next(iter(schedule.runs(connection, [one.id]).values()))
    assert run.fault.startswith("Chưa lập được báo cáo")
    assert make_due(centre) == (0, 0)
    centre.writer.run(lambda work: set_issuer(work, OFFICE, Issuer(), "a", 0))
    centre.writer.run(lambda work: schedule.again(work, one.id, clock.now_ms))
    assert make_due(centre)[0] == 1


def test_periods_before_the_schedule_are_not_made(centre, october):
    a_schedule(centre, made_at=NOW_MS)
    assert make_due(centre) == (0, 0)


def test_a_schedule_is_set_on_the_page_shown_and_ended(signed_in, october, centre, rows):
    form = {
        "csrf": csrf(signed_in.get(f"{PAGE}?don_vi={OFFICE}")), "don_vi": OFFICE, "do": "plan", "kind": "quy",
        "after_days": "5", "is_working": "1", "recipients": "vanthu@tinh.example\nubnd@tinh.example",
    }  # fmt: skip
    bad = signed_in.post(PAGE, data=form | {"recipients": "khong phai"}, headers=ORIGIN)
    assert bad.status_code == 422
    assert "Hộp thư “khong”" in bad.text
    said = signed_in.post(PAGE, data=form, headers=ORIGIN).text
    assert "Hằng quý, 5 ngày sau khi hết kỳ" in said
    which = rows("SELECT id FROM report_schedules")[0][0]
    assert "Chưa có lịch nào" in signed_in.post(PAGE, data=form | {"do": "end", "schedule": which}, headers=ORIGIN).text
    subjects = [str(row[0]) for row in rows("SELECT subject FROM audit WHERE action = 'schedule.make'")]
    assert len(subjects) == 1
    assert "@" not in subjects[0]


def test_the_worker_that_serves_makes_what_is_due(centre, october):
    a_schedule(centre)
    worker = Worker(centre, tuple(msgspec.structs.replace(one, every_s=0.05) for one in CHORES))
    try:
        until(lambda: bool(everything(centre)), 30)
    finally:
        worker.close()
    assert everything(centre)


def test_the_command_makes_what_is_due_and_says_so(centre, october, capsys, monkeypatch):
    a_schedule(centre, kind="nam", after_days=1, made_at=0)
    monkeypatch.setenv("HAILONG_CENTRE_DATA_DIR", centre.settings.data_dir)
    monkeypatch.setenv("HAILONG_CENTRE_DATABASE_URL", centre.settings.database)
    assert main(["reports-due"]) == 0
    assert "3 reports made, 0 failed; 0 mails sent" in capsys.readouterr().out
