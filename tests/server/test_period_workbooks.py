"""Workbooks of any period: the sheets of each, what each source counts as, what stays covered, what the page shows."""

import io
from datetime import date

import openpyxl
import pytest

from server.reports import choice
from server.reports.asked import Asked, asked_for
from server.reports.book import CATALOGUE, workbook
from server.reports.gathered import gather, months
from server.reports.sheets import data
from server.results.periods import Period, period_of
from server.results.rules import Levels
from server.results.tallied import Paper
from survey.ballot import Answer, Channel, Flag
from survey.qr_token import Lane
from tests.kiosk_double import QUESTIONS
from tests.server.conftest import COUNTER, OFFICE
from tests.server.test_month_workbook import table
from tests.server.test_seed_workbooks import fetched
from tests.server.typed import every_question, store

MONTH = ["Tổng hợp", "Theo câu hỏi", "Theo quầy, lĩnh vực", "Lý do chưa hài lòng", "Ý kiến góp ý"]
END = ["Chất lượng số liệu", "Dữ liệu phiếu"]
TREND = ["Theo tháng", "Theo yếu tố"]
NOVEMBER = date(2026, 11, 10)


@pytest.mark.parametrize(
    ("asked", "sheets"),
    [
        ("ky=thang:2026-11", [*MONTH, *END]),
        ("tu=2026-11-01&den=2026-11-20", [*MONTH[:2], *TREND, *MONTH[2:], *END]),
        ("ky=quy:2026-Q4", [*MONTH[:2], *TREND, *MONTH[2:], "TT 01-2018", *END]),
        ("ky=nua:2026-H2", [*MONTH[:2], *TREND, *MONTH[2:4], "Việc cần theo dõi", MONTH[4], "TT 01-2018", *END]),
        (
            "ky=nam:2026",
            [*MONTH[:2], *TREND, *MONTH[2:4], "Việc cần theo dõi", MONTH[4], "TT 01-2018", "Xếp hạng", *END],
        ),
    ],
)
def test_each_kind_of_period_has_its_sheets_and_each_prints_on_a4(signed_in, kiosk, asked, sheets):
    kiosk.send([kiosk.cast() for _ in range(6)])
    book = fetched(signed_in, f"/bao-cao/so?{asked}")
    assert book.sheetnames == sheets
    for sheet in book:
        assert len(sheet.title) <= 31
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.page_setup.fitToWidth, sheet.print_title_rows) == (1, "$7:$7")
        assert sheet.oddFooter.center.text == "Trang &P/&N"
        assert table(book, sheet.title), sheet.title


@pytest.fixture
def every_lane(centre):
    """Ballots of November in every lane of one office, of different levels: how many is told by the lane's place."""
    lanes = {
        Lane.KIOSK: (Channel.TOUCH, 30, 5), Lane.QR_FRESH: (Channel.QR, 10, 5), Lane.MAIL: (Channel.LINK, 7, 4),
        Lane.ENTERED: (Channel.PAPER, 40, 3), Lane.IMPORTED: (Channel.IMPORT, 13, 2), Lane.OPEN: (Channel.QR, 50, 1),
    }  # fmt: skip

    def fill(work) -> None:
        for lane, (channel, n, level) in lanes.items():
            store(work, COUNTER, lane, channel, [(NOVEMBER, every_question(level), {})] * n)

    centre.writer.run(fill)


def test_valid_ballots_are_the_sum_of_the_sources_and_the_headline_stands_beside_them(signed_in, every_lane):
    row = table(fetched(signed_in, "/bao-cao/so?ky=thang:2026-11"), "Tổng hợp")[0]
    sources = ["Ki-ốt (chạm)", "QR", "Nút bấm", "Thư, mã một lần", "Giấy, điện thoại", "Biểu mẫu nhập"]
    assert [row[one] for one in sources] == [30, 10, 0, 7, 40, 13]
    assert row["Số phiếu hợp lệ"] == row["Số trả lời câu 9"] == 100
    assert row["Tỷ lệ hài lòng (%)"] == 47
    assert (row["Trong đó ki-ốt, QR: số trả lời"], row["Trong đó ki-ốt, QR: hài lòng (%)"]) == (40, 100)
    assert "50 phiếu qua mã dán cố định" in row["Ghi chú"]


def test_transactions_give_the_coverage_of_valid_ballots(signed_in, every_lane, centre):
    def enter(work) -> None:
        for first, last, n in (("2026-11-01", "2026-11-15", 150), ("2026-11-16", "2026-11-30", 100)):
            work.run(
                'INSERT INTO transactions (office_id, "first", "last", n, source, entered_at) '
                "VALUES (?, ?, ?, ?, 'entered', 1)",
                (OFFICE, first, last, n),
            )

    centre.writer.run(enter)
    office, total = table(fetched(signed_in, "/bao-cao/so?ky=thang:2026-11"), "Tổng hợp")[:2]
    for row in (office, total):
        told = (row["Số lượt giao dịch"], row["Tỷ lệ tham gia (%)"], row["Đạt chỉ tiêu 30 %"])
        assert told == (250, 40, "Đạt")


def asked_of(connection, kind="thang", day=date(2026, 11, 21)) -> Asked:
    return asked_for(connection, period_of(kind, NOVEMBER), "", day, top=None, min_cell=5)


def test_paper_that_was_only_summed_up_is_in_columns_of_its_own(centre, every_lane):
    paper = {OFFICE: Paper(60, {question: Levels(n5=50, n3=10) for question in QUESTIONS})}
    with centre.engine.connect() as connection:
        book = openpyxl.load_workbook(io.BytesIO(workbook(connection, asked_of(connection), paper)))
    office, total = table(book, "Tổng hợp")[:2]
    for row in (office, total):
        assert (row["Số phiếu hợp lệ"], row["Số trả lời câu 9"], row["Tỷ lệ hài lòng (%)"]) == (100, 100, 47)
        assert row["Phiếu giấy kiểm tổng (số)"] == 60
        assert row["Kể cả giấy kiểm tổng: số trả lời"] == 160
        assert row["Kể cả giấy kiểm tổng: hài lòng (%)"] == pytest.approx(100 * 97 / 160)
    question = table(book, "Theo câu hỏi")[0]
    assert (question["Tổng số trả lời"], question["Phiếu giấy kiểm tổng: số trả lời"]) == (100, 60)


def test_what_is_gathered_is_plain_data_without_a_connection(centre, every_lane):
    with centre.engine.connect() as connection:
        gathered = gather(connection, asked_of(connection, "nam"))
    assert (gathered.valid, gathered.with_comment, len(gathered.course)) == (100, 0, 12)
    assert [one.n for one in gathered.course] == [0] * 10 + [100, 0]
    for entry in CATALOGUE:
        assert all(list(sheet.rows) is not None for sheet in entry.make(gathered))


def test_a_comment_is_listed_with_its_lowest_grade_and_never_its_words(signed_in, as_role, kiosk):
    answers = {question: Answer(5, 900) for question in QUESTIONS} | {"attitude": Answer(2, 900)}
    kiosk.send([kiosk.cast(answers=answers, sealed=b"x" * 60, sealed_salt=b"s" * 16)])
    row = table(fetched(signed_in, "/bao-cao/so?ky=thang:2026-11"), "Ý kiến góp ý")[0]
    assert (row["Mức thấp nhất"], row["Nội dung"]) == (2, "(niêm phong – xem ở mục Vụ việc)")
    assert len(row["Mã phiếu"]) == 10
    steward = table(fetched(as_role("steward"), "/bao-cao/so?ky=thang:2026-11"), "Ý kiến góp ý")[0]
    assert steward["Mã phiếu"] == "–", "a code leads to the case; who may not read comments has none"


def test_officers_are_named_only_to_who_may_see_them_and_only_of_one_office(signed_in, as_role, kiosk):
    kiosk.send([kiosk.cast()])
    address = f"/bao-cao/so?ky=thang:2026-11&don_vi={OFFICE}"
    assert "Theo cán bộ" in fetched(signed_in, address).sheetnames
    assert "Theo cán bộ" not in fetched(as_role("steward"), address).sheetnames


def test_a_small_counter_and_a_rare_reason_are_covered(signed_in, kiosk):
    answers = {question: Answer(1, 900) for question in QUESTIONS}
    kiosk.send([kiosk.cast(answers=answers, reasons={"attitude": ["attitude.harassment"]}) for _ in range(3)])
    book = fetched(signed_in, "/bao-cao/so?ky=thang:2026-11")
    assert table(book, "Theo quầy, lĩnh vực")[0]["Rất hài lòng"] == "<\u00a05"
    assert table(book, "Lý do chưa hài lòng")[0]["Số lần chọn"] == "<\u00a05"


def test_the_quality_of_the_counts_is_told_by_office(signed_in, kiosk, clock):
    kiosk.send([kiosk.cast(flags=[Flag.FAST]), kiosk.cast(wall="2026-11-09T02:00:00.000Z"), kiosk.cast()])
    row = table(fetched(signed_in, "/bao-cao/so?ky=thang:2026-11"), "Chất lượng số liệu")[0]
    assert (row["Phiếu nhận được"], row["Hợp lệ"], row["Có dấu hiệu cần lưu ý"]) == (3, 3, 1)
    assert (row["Nhận muộn quá 3 ngày"], row["Số lượt giao dịch"]) == (1, "Chưa đủ")
    assert "trả lời rất nhanh 1" in row["Chi tiết"]


def test_a_kiosk_that_counts_nothing_on_working_days_is_told(centre, kiosk):
    """It was enrolled on Saturday the 21st; the report is made on Monday the 30th; the 24th is a public holiday."""
    with centre.engine.connect() as connection:
        gathered = gather(connection, asked_of(connection, day=date(2026, 11, 30)))
    assert gathered.signs[OFFICE].silent == {COUNTER: 4}


def test_charts_are_native_and_read_the_cells_beside_them(signed_in, kiosk):
    answers = {question: Answer(2, 900) for question in QUESTIONS}
    kiosk.send([kiosk.cast(answers=answers, reasons={"attitude": ["attitude.harassment"]}) for _ in range(6)])
    book = fetched(signed_in, "/bao-cao/so?ky=nua:2026-H2")
    drawn = {sheet.title: len(sheet._charts) for sheet in book if sheet._charts}
    assert drawn == {"Theo câu hỏi": 1, "Theo tháng": 1, "Lý do chưa hài lòng": 1}
    levels = book["Theo câu hỏi"]._charts[0]
    assert levels.series[0].val.numRef.f == "'Theo câu hỏi'!$D$8:$D$16"


def test_more_ballots_than_a_sheet_holds_go_on_in_another(centre, every_lane):
    from server.reports.queries import each_ballot

    with centre.engine.connect() as connection:
        asked = asked_of(connection)
        gathered = gather(connection, asked)
        ballots = each_ballot(connection, asked.scope)
        made = [(one.name, len(list(one.rows))) for one in data.sheets(gathered, ballots, 60)]
    assert made == [("Dữ liệu phiếu", 60), ("Dữ liệu phiếu (2)", 60), ("Dữ liệu phiếu (3)", 30)]


def test_ballots_one_by_one_can_be_left_out(signed_in, every_lane):
    book = fetched(signed_in, "/bao-cao/so?ky=nam:2026&phieu=khong")
    assert "Dữ liệu phiếu" not in book.sheetnames
    assert table(book, "Tổng hợp")[0]["Số phiếu hợp lệ"] == 100


# ---- which period


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("ky=tuan:2026-W03", "không có trong danh sách"),
        ("ky=quy:2026-Q9", "không có thật"),
        ("ky=", "không có trong danh sách"),
        ("tu=2026-11-30&den=2026-11-01", "đứng trước"),
        ("tu=x&den=2026-11-01", "Từ ngày “x” không phải ngày"),
        ("tu=2020-01-01&den=2026-11-01", "dài quá ba năm"),
        ("tu=1999-01-01&den=1999-02-01", "nằm ngoài khoảng"),
    ],
)
def test_a_period_that_cannot_be_is_refused_in_words_that_help(signed_in, given, words):
    answer = signed_in.get(f"/bao-cao/so?{given}")
    assert answer.status_code == 422
    assert words in answer.text


def test_a_cut_day_moves_the_months_of_a_year_and_its_name():
    lines = choice.rows({"2026-11": 7, "2026-10": 5}, 2026, date(2026, 11, 10), 15)
    assert {one.key: one.n for one in lines if one.n} == {
        "nam:2026": 12, "nua:2026-H2": 12, "quy:2026-Q4": 12, "thang:2026-11": 7, "thang:2026-10": 5,
    }  # fmt: skip
    november = next(one for one in lines if one.key == "thang:2026-11")
    assert (november.days, november.is_open) == ("15/10/2026 – 14/11/2026", True)


def test_the_months_of_any_days_are_cut_at_its_ends():
    parts = months(Period("khoang", date(2023, 3, 10), date(2023, 5, 4)))
    assert [(one.first, one.last) for one in parts] == [
        (date(2023, 3, 10), date(2023, 3, 31)),
        (date(2023, 4, 1), date(2023, 4, 30)),
        (date(2023, 5, 1), date(2023, 5, 4)),
    ]


def test_the_page_counts_each_period_and_leads_to_its_workbook(signed_in, every_lane):
    page = signed_in.get("/bao-cao").text
    assert "/bao-cao/so?ky=nua%3A2026-H2" in page
    assert page.count(">100</td>") == 4, "month, quarter, half-year and year"
    assert "Chưa có phiếu nào" not in page


def test_without_ballots_the_page_teaches_what_to_wait_for(signed_in):
    assert "Chưa có phiếu nào" in signed_in.get("/bao-cao").text


def test_a_download_is_in_the_audit_log_with_its_period(signed_in, every_lane, rows):
    fetched(signed_in, f"/bao-cao/so?ky=quy:2026-Q4&don_vi={OFFICE}")
    assert ("report.make", f"2026-Q4 {OFFICE}") in rows("SELECT action, subject FROM audit")
