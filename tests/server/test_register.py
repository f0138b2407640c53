"""The register of processing: what is kept is counted, consents are told apart, a request is met and written down."""

from io import BytesIO

from openpyxl import load_workbook

from server.ballots.verify import verify
from server.cases.events import first_broken
from server.register.rules import Request, activities
from survey.local_time import DAY_MS, local_date
from tests.kiosk_double import NOW_MS
from tests.server.conftest import ORIGIN, csrf
from tests.server.test_cases_open import said  # noqa: F401 - a fixture
from tests.server.test_lookup import code  # noqa: F401 - a fixture

PAGE = "/du-lieu-ca-nhan"


def ask(client, **form):
    return client.post(PAGE, data={"csrf": csrf(client.get(PAGE)), **form}, headers=ORIGIN)


def test_the_register_counts_what_is_kept_and_names_who_opens_it(said, signed_in):  # noqa: F811
    said("Chờ lâu", "0912345678")
    said("Ghế hỏng")
    page = signed_in.get(PAGE).text
    line = page[page.index("Số điện thoại, họ tên người dân để lại") :]
    assert "Người xử lý phản ánh" in line
    assert "90 ngày sau khi đóng vụ việc, chậm nhất 180 ngày sau khi nhận" in line
    assert 'data-name="Đang giữ">1<' in line
    assert 'data-name="Đang giữ">2<' in line[line.index("Lời góp ý") :]
    assert "21/11/2026" in line
    assert "0912345678" not in page
    assert "Ghế hỏng" not in page


def test_each_consent_stands_with_its_words_and_the_ballots_that_carry_it(said, signed_in):  # noqa: F811
    said("Chờ lâu", "0912345678")
    said("Chờ lâu", "0987654321")
    page = signed_in.get(PAGE).text
    assert "contact_v1" in page
    assert "Tôi đồng ý để" in page
    assert "I agree that" in page
    assert "<b>2</b> phiếu mang lời này" in page
    assert "vi: 2" in page


def test_a_request_at_the_desk_is_looked_up_and_met_and_the_code_is_written_down_nowhere(
    code, signed_in, centre, clock, rows  # noqa: F811
):  # fmt: skip
    found = code("Chờ lâu, gọi 0912345678", "0912345678")
    page = ask(signed_in, ma=found, ngay="2026-11-19", viec="tra")
    assert "Đang giữ số điện thoại" in page.text
    assert "0912345678" not in page.text
    page = ask(signed_in, ma=found, ngay="2026-11-19", viec="xoa")
    assert "Đã xóa 1 nơi lưu" in page.text
    assert "đúng hạn" in page.text
    assert rows("SELECT sealed FROM ballots") == [(None,)]
    assert rows("SELECT what, n, actor FROM erasure_requests") == [("words", 1, "quantri")]
    told = rows("SELECT action, subject FROM audit WHERE action IN ('data.look', 'data.erase') ORDER BY id")
    assert told == [("data.look", "xa-tan-trao.ttpvhcc"), ("data.erase", "xa-tan-trao.ttpvhcc 1")]
    assert not rows("SELECT id FROM audit WHERE subject LIKE ?", f"%{found}%")
    assert centre.writer.run(verify).faults == []
    assert centre.writer.run(first_broken) is None
    assert "Không còn giữ" in ask(signed_in, ma=found, ngay="2026-11-19", viec="tra").text
    clock.now_ms += DAY_MS


def test_withdrawing_keeps_the_words_and_erases_the_number(code, signed_in, rows):  # noqa: F811
    found = code("Chờ lâu", "0912345678")
    assert "Đã xóa 1 nơi lưu" in ask(signed_in, ma=found, viec="rut").text
    assert rows("SELECT what FROM erasure_requests") == [("contact",)]
    assert rows("SELECT count(*) FROM case_events WHERE kind = 'kept' AND sealed IS NOT NULL") == [(1,)]


def test_an_unknown_code_and_a_day_that_cannot_be_are_told(signed_in):
    assert "Chưa thấy phiếu có mã này" in ask(signed_in, ma="ABCDE-12345").text
    answer = ask(signed_in, ma="ABCDE-12345", ngay="2026-11-22")
    assert (answer.status_code, "Ngày yêu cầu “2026-11-22” chưa đúng" in answer.text) == (422, True)
    assert 'value="ABCDE-12345"' in answer.text


def test_the_workbook_says_the_same_and_its_download_is_audited(said, signed_in, rows):  # noqa: F811
    said("Chờ lâu", "0912345678")
    book = load_workbook(BytesIO(signed_in.get(f"{PAGE}/so-dang-ky.xlsx").content))
    assert book.sheetnames == ["Hoạt động xử lý", "Đồng ý", "Yêu cầu xóa", "Nhật ký xóa"]
    values = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "contact_v1" in values
    assert not [value for value in values if isinstance(value, str) and "0912345678" in value]
    assert rows("SELECT count(*) FROM audit WHERE action = 'data.export'") == [(1,)]


def test_an_auditor_reads_the_register_and_erases_nothing(as_role, code):  # noqa: F811
    found = code("Chờ lâu", "0912345678")
    client = as_role("auditor")
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Người dân yêu cầu</h2>" not in page.text
    assert client.post(PAGE, data={"ma": found, "viec": "xoa"}, headers=ORIGIN).status_code == 403


def test_seventy_two_hours_are_three_days():
    def met(days):
        done = local_date(NOW_MS + days * DAY_MS)
        return Request(local_date(NOW_MS), done, "words", 1, "a").is_in_time

    assert [met(days) for days in (0, 3, 4)] == [True, True, False]


def test_a_kind_that_is_not_counted_shows_no_number():
    from server.cases.opening import Retention

    assert {one.n for one in activities(Retention(), {}, "–")} == {None}
