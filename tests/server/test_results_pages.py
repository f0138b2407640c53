"""The further pages of results, read as a person reads them: numbers that were counted, small ones covered."""

import html
import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest

from server.results.desk import SHEETS, VIEWS
from survey.ballot import Answer, Status
from tests.kiosk_double import QUESTIONS
from tests.server import test_results
from tests.server.conftest import OFFICE, ORIGIN, csrf


def text(page):
    """Return a page's words, spaces alike."""
    return html.unescape(test_results.text(page)).replace("\u00a0", " ")


MONTH = "?ky=thang&luc=2026-11"


def given(level: int, questions=QUESTIONS):
    return {question: Answer(level, 2000) for question in questions}


@pytest.fixture
def counted(enrol):
    """Three offices: 40 content, 40 not, and 3."""
    for counter, good, bad in (("xa-tan-trao.q1", 40, 0), ("phuong-minh-xuan.q1", 8, 32), ("so-noi-vu.q1", 3, 0)):
        kiosk = enrol(counter)
        reasons = {"reasons": {"attitude": ["attitude.impolite"]}}
        kiosk.send(
            [kiosk.cast(answers=given(5), context={"field": "ho_tich"}) for _ in range(good)]
            + [kiosk.cast(answers=given(1), **reasons) for _ in range(bad)]
        )


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("asked", ["", MONTH, "?ky=nam&luc=2026", f"?ky=quy&don_vi={OFFICE}", "?ky=tuan&kenh=touch",
                                   "?tu=2026-10-15&den=2026-11-21&nguon=kiosk"])  # fmt: skip
def test_every_page_answers_for_every_kind_of_period(signed_in, counted, name, asked):
    answer = signed_in.get(f"/ket-qua/{name}{asked}")
    assert answer.status_code == 200, answer.text
    assert len(answer.content) < 200_000


def test_the_league_ranks_by_what_was_counted_and_ranks_nobody_on_three(signed_in, counted):
    page = text(signed_in.get(f"/ket-qua/xep-hang{MONTH}"))
    assert re.search(r"1 Trung tâm Phục vụ hành chính công xã Tân Trào 40 100,0", page)
    assert re.search(r"2 Trung tâm Phục vụ hành chính công phường Minh Xuân 40 20,0", page)
    assert re.search(r"quá ít phiếu Sở Nội vụ < 5", page)


def test_the_hour_that_has_not_ended_is_not_shown(kiosk, signed_in):
    kiosk.send([kiosk.cast(wall="2026-11-21T08:00:00.000Z") for _ in range(6)])
    assert "Chưa có phiếu nào" in text(signed_in.get("/ket-qua/gio"))
    assert "Chưa có phiếu nào" in text(signed_in.get(f"/ket-qua/gio{MONTH}"))
    kiosk.send([kiosk.cast(wall="2026-11-21T07:10:00.000Z") for _ in range(7)])
    for asked in ("", MONTH, "?ky=nam"):
        page = text(signed_in.get(f"/ket-qua/gio{asked}"))
        assert "Thứ Bảy 14 giờ: 7 phiếu, hài lòng 100,0 %" in page
        assert "Thứ Bảy 15 giờ: 0 phiếu" in page or "15:00" not in page


def test_reasons_stand_by_how_often_they_were_given(signed_in, counted):
    page = text(signed_in.get(f"/ket-qua/ly-do{MONTH}"))
    assert "32 100,0 % 100,0 % ●" in page


def test_the_place_where_people_stop_and_the_seconds_are_shown(kiosk, signed_in):
    kiosk.send([kiosk.cast(answers=given(4, QUESTIONS[:3]), status=Status.PARTIAL) for _ in range(6)])
    page = text(signed_in.get(f"/ket-qua/cau-hoi{MONTH}"))
    assert re.search(r"Q3 .*? 6 2,0 6 100,0 %", page)


def test_an_officer_is_found_by_the_half_day_and_shown_from_ten_answers(kiosk, centre, signed_in):
    def seat(work) -> None:
        for officer, name in (("a", "Lò Thị Ánh"), ("b", "Ma Văn Bình")):
            work.run("INSERT INTO officers (id, office_id, name, code, title) VALUES (?, ?, ?, ?, 'Công chức')",
                     (officer, OFFICE, name, officer.upper()))  # fmt: skip
        for part, officer in (("am", "a"), ("pm", "b")):
            work.run("INSERT INTO duties (counter_id, day, part, officer_id) VALUES (?, '2026-11-20', ?, ?)",
                     ("xa-tan-trao.q1", part, officer))  # fmt: skip

    centre.writer.run(seat)
    kiosk.send([kiosk.cast(wall="2026-11-20T02:00:00.000Z") for _ in range(10)])
    kiosk.send([kiosk.cast(wall="2026-11-20T06:00:00.000Z", answers=given(1)) for _ in range(9)])
    page = text(signed_in.get(f"/ket-qua/can-bo{MONTH}&don_vi={OFFICE}"))
    assert "Lò Thị Ánh A Công chức 1 10 100,0 % 100,0 %" in page
    assert "Ma Văn Bình B Công chức 1 < 10 – –" in page
    assert "Lò Thị Ánh" not in text(signed_in.get(f"/ket-qua/can-bo{MONTH}"))


def test_a_steward_sees_no_officers(as_role):
    assert as_role("steward").get(f"/ket-qua/can-bo?don_vi={OFFICE}").status_code == 403
    assert as_role("steward").get("/bao-cao/ket-qua/can-bo.xlsx").status_code == 403


def test_two_offices_are_compared_and_the_difference_is_called_real_only_when_it_is(signed_in, counted):
    asked = f"{MONTH}&don_vi={OFFICE}&don_vi_2=phuong-minh-xuan.ttpvhcc&ky_2=thang&luc_2=2026-11"
    page = text(signed_in.get(f"/ket-qua/so-sanh{asked}"))
    assert re.search(r"Q9 .*? 40 100,0 % 40 20,0 % \+80,0 ▲ tăng thật", page)
    same = text(signed_in.get(f"/ket-qua/so-sanh{MONTH}&don_vi={OFFICE}&ky_2=thang&luc_2=2026-11"))
    assert "0,0 chưa rõ khác" in same


@pytest.mark.parametrize("name", VIEWS)
def test_a_leader_finds_no_other_unit_on_any_page(as_role, counted, name):
    leader = as_role("leader", "xa-tan-trao")
    assert "Minh Xuân" not in leader.get(f"/ket-qua/{name}{MONTH}").text
    assert leader.get(f"/ket-qua/{name}{MONTH}&don_vi=so-noi-vu").status_code == 404
    assert leader.get(f"/ket-qua/{name}{MONTH}&don_vi_2=so-noi-vu").status_code == 404


# ---- coverage -------------------------------------------------------------------------------------------


def enter(client, **data):
    form = {
        "csrf": csrf(client.get("/ket-qua/phu")),
        "office": OFFICE,
        "first": "2026-11-01",
        "last": "2026-11-20",
        "n": "100",
    }
    return client.post("/ket-qua/phu?tu=2026-11-01&den=2026-11-20", data=form | data, headers=ORIGIN)


def test_coverage_is_unknown_until_every_day_of_the_period_has_its_transactions(kiosk, signed_in, rows):
    kiosk.send([kiosk.cast(wall="2026-11-10T02:00:00.000Z") for _ in range(30)])
    asked = "/ket-qua/phu?tu=2026-11-01&den=2026-11-20"
    assert "Chưa có số liệu 30 Chưa có số liệu Chưa có số liệu chưa nhập" in text(signed_in.get(asked))
    assert enter(signed_in, last="2026-11-12", n="60").status_code == 200
    assert "Chưa có số liệu 30 Chưa có số liệu" in text(signed_in.get(asked))
    assert enter(signed_in, first="2026-11-13", n="40").status_code == 200
    assert "xã Tân Trào 100 30 30,0 % Đạt" in text(signed_in.get(asked))
    assert rows("SELECT count(*) FROM audit WHERE action = 'transactions.enter'") == [(2,)]


def test_coverage_is_of_the_whole_office_whatever_counter_or_channel_is_looked_at(kiosk, signed_in):
    """Transactions are entered for an office: one counter's ballots among them would be another share."""
    kiosk.send([kiosk.cast(wall="2026-11-10T02:00:00.000Z") for _ in range(30)])
    enter(signed_in)
    asked = f"/ket-qua/phu?tu=2026-11-01&den=2026-11-20&don_vi={OFFICE}"
    for narrowed in ("&quay=xa-tan-trao.q2", "&kenh=qr", "&nguon=shared"):
        page = text(signed_in.get(asked + narrowed))
        assert "xã Tân Trào 100 30 30,0 % Đạt" in page, narrowed
    assert "mọi quầy và mọi kênh" in text(signed_in.get(asked + "&quay=xa-tan-trao.q2"))


def test_the_same_days_entered_again_replace_the_number_and_overlapping_ones_are_refused(signed_in, rows):
    enter(signed_in)
    enter(signed_in, n="1.250")
    assert rows("SELECT n FROM transactions") == [(1250,)]
    answer = enter(signed_in, first="2026-11-20", last="2026-11-21", n="7")
    assert (answer.status_code, "trùng ngày với số đã nhập cho kỳ 01/11/2026–20/11/2026" in text(answer)) == (400, True)
    assert 'value="7"' in answer.text
    assert rows("SELECT count(*) FROM transactions") == [(1,)]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [({"n": "-3"}, "“-3” không phải số lượt"), ({"n": "nhiều"}, "“nhiều” không phải số lượt"),
     ({"first": "2026-11-21"}, "sau đến ngày"), ({"last": "2026-12-31"}, "không nằm giữa"),
     ({"office": "huyen-son-duong"}, "chưa chọn đơn vị"), ({"first": "hôm qua"}, "“hôm qua” không phải ngày")],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name_and_nothing_is_stored(signed_in, rows, changed, fault):
    answer = enter(signed_in, **changed)
    assert (answer.status_code, fault in text(answer)) == (400, True)
    assert rows("SELECT count(*) FROM transactions") == [(0,)]


def sheet(*lines):
    book = openpyxl.Workbook()
    for line in [("Mã", "Từ", "Đến", "Số lượt"), *lines]:
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_is_taken_whole_or_not_at_all(signed_in, rows):
    def send(body):
        form = {"csrf": csrf(signed_in.get("/ket-qua/phu"))}
        return signed_in.post("/ket-qua/phu/nhap", data=form, files={"file": ("a.xlsx", body)}, headers=ORIGIN)

    good = ("SO-NOI-VU", date(2026, 10, 1), date(2026, 10, 31), 812)
    answer = send(sheet(good, ("SO-NOI-VU", "01/11/2026", "31/11/2026", 5)))
    assert answer.status_code == 400
    assert "Hàng 3, cột C: “31/11/2026” không phải ngày" in text(answer)
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet(good))) as whole, zipfile.ZipFile(broken, "w") as made:
        for name in whole.namelist():
            made.writestr(name, whole.read(name)[: 200 if "sheet1" in name else None])
    for bad in (b"no workbook", b"", broken.getvalue()):
        assert send(bad).status_code == 400
    assert rows("SELECT count(*) FROM transactions") == [(0,)]
    assert "Đã nhập 1 hàng" in text(send(sheet(good)))
    assert rows("SELECT office_id, n, source FROM transactions") == [("so-noi-vu", 812, "import")]


def test_a_leader_enters_nothing_for_another_unit(as_role, rows):
    leader = as_role("leader", "xa-tan-trao")
    assert enter(leader, office="so-noi-vu").status_code == 400
    assert rows("SELECT count(*) FROM transactions") == [(0,)]


# ---- TT 01/2018 -----------------------------------------------------------------------------------------


def test_the_nine_indices_come_from_ballots_or_by_hand_and_the_rest_is_left_out(signed_in, counted, rows):
    address = f"/ket-qua/tt01?ky=quy&don_vi={OFFICE}"
    page = text(signed_in.get(address))
    assert "Tổng điểm của đơn vị 18,0 8,0" in page
    assert "Xếp loại Trung bình" in page
    assert "không tính vào tổng: chỉ số 2, 5, 6, 8, 9" in page
    form = {"csrf": csrf(signed_in.get(address)), "i1": "", "i3": "1,5", "i5": "2", "i9": "2", "i2": "1.5", "i6": "2"}
    assert signed_in.post(address, data=form, headers=ORIGIN).status_code == 200
    page = text(signed_in.get(address))
    assert "Tổng điểm của đơn vị 18,0 15,0" in page
    assert "Xếp loại Xuất sắc" in page
    wrong = signed_in.post(address, data=form | {"i5": "2,5"}, headers=ORIGIN)
    assert (wrong.status_code, "Chỉ số 5: “2,5” không hợp lệ" in text(wrong)) == (400, True)
    assert rows("SELECT tenths FROM index_scores WHERE number = 5") == [(20,)]


# ---- files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHEETS)
def test_every_table_is_a_workbook_without_formulas(signed_in, counted, rows, name):
    answer = signed_in.get(f"/bao-cao/ket-qua/{name}.xlsx{MONTH}&don_vi={OFFICE}")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
    assert "f" not in kinds
    assert rows("SELECT count(*) FROM audit WHERE action = 'results.export'") == [(1,)]


@pytest.mark.parametrize("name", ["xu-huong", "xep-hang", "ly-do"])
def test_a_chart_is_an_svg_without_script(signed_in, counted, name):
    answer = signed_in.get(f"/ket-qua/bieu-do/{name}.svg{MONTH}")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert b"<script" not in answer.content
    assert b"http://www.w3.org/2000/svg" in answer.content
    assert signed_in.get("/ket-qua/bieu-do/tranh.svg").status_code == 404
