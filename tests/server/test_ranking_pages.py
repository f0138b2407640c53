"""The yearly ranking over HTTP: criteria, points by hand, places, the signature that later data does not alter."""

import io
import re

import openpyxl
import pytest

from survey.ballot import Answer
from tests.kiosk_double import QUESTIONS
from tests.server.conftest import ORIGIN, code_at, csrf
from tests.server.test_results_pages import text

YEAR = "/xep-hang-nam/2026"
OFFICES = {"a": "xa-tan-trao.ttpvhcc", "b": "phuong-minh-xuan.ttpvhcc"}


def cast(kiosk, good, bad=0):
    level = lambda n: {question: Answer(n, 2000) for question in QUESTIONS}  # noqa: E731
    kiosk.send([kiosk.cast(answers=level(5)) for _ in range(good)] + [kiosk.cast(answers=level(1)) for _ in range(bad)])


@pytest.fixture
def kiosks(enrol):
    """Three offices with a kiosk: 40 content, 32 of 40, and 3 answers."""
    made = {name: enrol(name) for name in ("xa-tan-trao.q1", "phuong-minh-xuan.q1", "so-noi-vu.q1")}
    for kiosk, good, bad in zip(made.values(), (40, 32, 3), (0, 8, 0), strict=True):
        cast(kiosk, good, bad)
    return made


def post(client, path, **data):
    page = client.get(path if "chot" not in path else f"{YEAR}?ban=nay")
    return client.post(path, data={"csrf": csrf(page), **data}, headers=ORIGIN)


PLAN = {"name.0": "Hài lòng", "source.0": "satisfaction", "most.0": "60", "name.1": "Thủ tục", "source.1": "hand",
        "most.1": "40"}  # fmt: skip


def planned(client, **changed):
    answer = post(client, f"{YEAR}/tieu-chi", **(PLAN | changed))
    assert "Đã lưu tiêu chí" in answer.text, text(answer)


def hand_of(client):
    return re.search(r'name="points\.([0-9a-z]+)"', client.get(f"{YEAR}/diem").text)[1]


def entered(client, points="30", office="a"):
    one = hand_of(client)
    return post(client, f"{YEAR}/diem", office=OFFICES[office], **{f"points.{one}": points, f"base.{one}": "BB 12"})


@pytest.fixture
def whole(signed_in, kiosks):
    """A year with criteria and points, ready to be signed."""
    planned(signed_in)
    entered(signed_in)
    entered(signed_in, "35,5", "b")
    return signed_in


def test_a_year_without_criteria_teaches(signed_in):
    page = text(signed_in.get("/xep-hang-nam"))
    assert "Năm 2026 chưa có tiêu chí" in page
    assert "Đặt tiêu chí năm 2026" in page


def test_a_year_without_criteria_has_no_workbook(signed_in):
    assert signed_in.get(f"{YEAR}/bang.xlsx").status_code == 404


def test_places_points_and_margins_stand_on_the_page(whole):
    page = text(whole.get(YEAR))
    assert re.search(r"xã Tân Trào .*?90,00 ?\(84,7\d–90,00\)", page), page
    assert "83,50" in page
    assert "32/40, 80,0 %" in page
    assert "Riêng ở “Hài lòng”: thêm 5 câu trả lời hài lòng trong 40 câu trả lời là đủ." in page
    assert re.search(r"Quá ít phiếu \(dưới 30 câu trả lời\): [^.]*Sở Nội vụ", page)


def test_few_answers_are_never_a_number(whole):
    page = whole.get(YEAR).text
    row = page[page.index("Sở Nội vụ") :][:300]
    assert not re.search(r"\b3\b", re.sub(r"<[^>]+>", " ", row))


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(signed_in):
    answer = post(signed_in, f"{YEAR}/tieu-chi", **(PLAN | {"most.0": "55"}))
    assert answer.status_code == 422
    assert "Xin thêm 5 điểm" in answer.text
    assert 'value="Thủ tục"' in answer.text


def test_points_by_hand_without_their_base_are_refused(signed_in, kiosks):
    planned(signed_in)
    one = hand_of(signed_in)
    answer = post(signed_in, f"{YEAR}/diem", office=OFFICES["a"], **{f"points.{one}": "30", f"base.{one}": ""})
    assert answer.status_code == 422
    assert "Điểm nhập tay phải có căn cứ" in answer.text
    assert 'value="30"' in answer.text


def upload(client, body):
    token = csrf(client.get(f"{YEAR}/diem"))
    files = {"file": ("diem.xlsx", body)}
    return client.post(f"{YEAR}/diem/nhap", data={"csrf": token}, files=files, headers=ORIGIN)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_template_filled_in_is_read_back_and_faults_are_told_by_row_and_column(signed_in, kiosks, rows):
    planned(signed_in)
    book = openpyxl.load_workbook(io.BytesIO(signed_in.get(f"{YEAR}/diem/mau.xlsx").content))
    sheet = book["Điểm nhập tay"]
    for row in sheet.iter_rows(min_row=2):
        row[2].value, row[3].value = 30.5, "BB 12"
    n = sheet.max_row - 1
    sheet["C2"].value, sheet["A3"].value = 41, "KHONG-CO"
    answer = upload(signed_in, saved(book))
    assert answer.status_code == 422
    assert re.search(r"2 C \(Điểm\) 41 Xin ghi số từ 0 đến 40", text(answer)), text(answer)
    assert "Không có đơn vị mã này" in answer.text
    assert rows("SELECT COUNT(*) FROM ranking_entries") == [(0,)]
    sheet["C2"].value, sheet["A3"].value = 30.5, sheet["A2"].value
    assert "đã có ở hàng trên" in upload(signed_in, saved(book)).text
    book = openpyxl.load_workbook(io.BytesIO(signed_in.get(f"{YEAR}/diem/mau.xlsx").content))
    for row in book["Điểm nhập tay"].iter_rows(min_row=2):
        row[2].value, row[3].value = 30.5, "BB 12"
    assert f"{n} điểm mới" in upload(signed_in, saved(book)).text
    assert rows("SELECT DISTINCT points FROM ranking_entries") == [(3050,)]
    assert "0 điểm mới" in upload(signed_in, saved(book)).text


def signs(client, clock, version=1, **more):
    clock.now_ms += 60_000
    page = client.get(f"{YEAR}?ban=nay")
    form = {"csrf": csrf(page), "version": str(version), "code": code_at(clock), **more}
    return client.post(f"{YEAR}/chot", data=form, headers=ORIGIN)


def test_later_ballots_do_not_alter_what_was_signed_and_are_told(whole, kiosks, clock, rows):
    page = signs(whole, clock)
    assert "Đã chốt" in page.text
    assert "Số liệu không thay đổi từ khi chốt" in page.text
    body = rows("SELECT body, digest FROM ranking_snapshots")
    cast(kiosks["xa-tan-trao.q1"], 0, 40)
    page = text(whole.get(YEAR))
    assert rows("SELECT body, digest FROM ranking_snapshots") == body
    assert "còn nguyên" in page
    assert "Số liệu đã thay đổi sau khi chốt" in page
    assert re.search(r"Tổng điểm 90,00 60,00", page), page
    assert re.search(r"Hài lòng: số đếm 40/40 40/80", page)
    assert "90,00" in page
    assert "Tạm tính" in text(whole.get(f"{YEAR}?ban=nay"))


def test_a_new_version_needs_a_reason_and_the_old_one_stays_readable(whole, kiosks, clock, rows):
    signs(whole, clock)
    cast(kiosks["xa-tan-trao.q1"], 0, 40)
    assert "phải ghi lý do" in signs(whole, clock, 2).text
    assert "Bản chốt số 2" in signs(whole, clock, 2, why="Phiếu đến muộn").text
    assert "vừa chốt một bản khác" in signs(whole, clock, 2, why="Hai lần").text
    page = text(whole.get(f"{YEAR}?ban=1"))
    assert "Đây là bản cũ" in page
    assert "90,00" in page
    assert rows("SELECT version, why FROM ranking_snapshots ORDER BY version") == [(1, ""), (2, "Phiếu đến muộn")]
    assert whole.get(f"{YEAR}?ban=3").status_code == 404


def test_a_wrong_code_signs_nothing(whole, clock, rows):
    assert "Chưa chốt gì" in signs(whole, clock, code="000000").text
    assert rows("SELECT COUNT(*) FROM ranking_snapshots") == [(0,)]
    assert rows("SELECT COUNT(*) FROM audit WHERE action = 'ranking.sign'") == [(0,)]


def test_a_signed_body_that_was_changed_is_told(whole, clock, centre):
    signs(whole, clock)
    centre.writer.run(lambda work: work.run("UPDATE ranking_snapshots SET body = REPLACE(body, '9000', '9001')"))
    assert "không còn nguyên" in whole.get(YEAR).text


def test_a_leader_sees_the_own_place_and_nobody_elses_name(whole, as_role):
    page = text(as_role("leader", "phuong-minh-xuan").get(YEAR))
    assert "phường Minh Xuân" in page
    assert "xã Tân Trào" not in page
    assert "đơn vị đứng ngay trên" in page
    assert as_role("leader", "so-noi-vu", "leader-2").get(f"{YEAR}/diem").status_code == 404


def test_only_the_province_signs_and_enters(whole, as_role):
    steward = as_role("steward")
    assert steward.get(f"{YEAR}/diem").status_code == 200
    assert "Chốt bản số" not in steward.get(YEAR).text
    token = csrf(steward.get("/doi-mat-khau"))
    assert steward.post(f"{YEAR}/chot", data={"csrf": token, "version": "1"}, headers=ORIGIN).status_code == 403


def test_the_workbook_says_what_the_page_says(whole, clock):
    signs(whole, clock)
    book = openpyxl.load_workbook(io.BytesIO(whole.get(f"{YEAR}/bang.xlsx").content))
    cells = [[cell.value for cell in row] for row in book["Xếp hạng"].iter_rows()]
    assert any(row[2] == 90 and row[3] > 84 and row[5:] == [60, 30] for row in cells), cells
    assert any("SHA-256" in str(row[0]) for row in cells)
    assert any("Sở Nội vụ" in str(row[1]) for row in ([c.value for c in r] for r in book["Không xếp hạng"].iter_rows()))


def test_all_that_changes_is_audited(whole, clock, rows):
    signs(whole, clock)
    told = {row[0] for row in rows("SELECT DISTINCT action FROM audit")}
    assert {"ranking.plan", "ranking.enter", "ranking.sign"} <= told


def test_coverage_counts_the_days_whose_transactions_are_known(signed_in, kiosks, centre):
    form = {"name.0": "Tham gia", "source.0": "coverage", "most.0": "100", "bands.0": "", "first": "2026-11-01"}
    answer = post(signed_in, f"{YEAR}/tieu-chi", **form)
    assert "chưa nhập đủ số lượt giao dịch" in answer.text
    for first, last, n in (("2026-11-01", "2026-11-20", 20), ("2026-11-21", "2026-11-21", 100)):
        centre.writer.run(
            lambda work, first=first, last=last, n=n: work.run(
                'INSERT INTO transactions (office_id, "first", "last", n, source, entered_at) '
                "VALUES (?, ?, ?, ?, ?, ?)",
                (OFFICES["a"], first, last, n, "entered", 1),
            )
        )
    page = text(signed_in.get(YEAR))
    assert re.search(r"33,33.*?40/120, 33,3 %", page), page
