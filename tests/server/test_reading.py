"""Files as people make them: every trap of exports and typed tables, read the same."""

import io
import unicodedata
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.imports import headings, values
from server.imports.reading import ReadError, decoded, read
from server.imports.values import CellError, aliases, level_of, masked, moment_of, order_of, phone_of
from survey.questionnaire import bundled

FORM = bundled()
QUESTIONS = [question.text["vi"].long for question in FORM.questions]
HEAD = ["Dấu thời gian", *(f"Câu {n}. {words} *" for n, words in enumerate(QUESTIONS, 1)), "Ý kiến khác"]
ANSWERS = ["Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "5", "Không áp dụng", "HL", "hai long", "★★★★★"]
ROW = ["29/08/2026 9:40:00", *ANSWERS, "Chờ lâu,\nxin thêm ghế"]


def as_csv(rows, delimiter=","):
    def cell(text):
        text = str(text)
        return '"' + text.replace('"', '""') + '"' if any(one in text for one in f'{delimiter}"\n') else text

    return "\r\n".join(delimiter.join(map(cell, row)) for row in rows) + "\r\n"


def as_xlsx(rows, merges=(), title="Câu trả lời biểu mẫu 1"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for area in merges:
        sheet.merge_cells(area)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def loose(text):
    """Return text as windows-1258 writes it: letters with their own marks, tones behind."""
    found = ""
    for one in text:
        try:
            one.encode("cp1258")
            found += one
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", one)
            tones = [mark for mark in parts[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"]
            rest = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
            found += rest + "".join(tones)
    return found


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
def test_text_is_read_in_every_encoding_and_with_every_delimiter(encoding, delimiter):
    row = [cell.replace("★★★★★", "5") for cell in ROW]
    text = as_csv([HEAD, row, row], delimiter)
    body = loose(text).encode("cp1258") if encoding == "cp1258" else text.encode(encoding)
    sheet = read(body)
    assert sheet.headings == tuple(HEAD)
    assert [line.cells for line in sheet.lines] == [tuple(row)] * 2


LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ ÀÁĐÊÔƠƯ"


@given(st.text(LETTERS, min_size=1))
@settings(max_examples=200, deadline=None)
def test_vietnamese_survives_windows_1258(text):
    assert decoded(b"\xd0" + loose(text).encode("cp1258")) in (f"Đ{text}", f"\u0110{text}")


def test_headings_stand_below_a_merged_title_and_above_a_numbering():
    rows = [["UBND XÃ SƠN ĐÔNG"], ["KẾT QUẢ KHẢO SÁT THÁNG 8"], [], HEAD, [f"({n})" for n in range(1, 12)], ROW]
    sheet = read(as_xlsx(rows, merges=["A1:K1", "A2:K2"]))
    assert (sheet.head_row, len(sheet.lines), sheet.lines[0].row) == (4, 1, 6)


def test_a_merged_cell_stands_in_every_row_it_covers():
    rows = [["Đơn vị", *HEAD], ["Xã Tân Trào", *ROW], [None, *ROW]]
    sheet = read(as_xlsx(rows, merges=["A2:A3"]))
    assert [line.cells[0] for line in sheet.lines] == ["Xã Tân Trào"] * 2


def test_the_sheet_of_answers_is_found_among_others():
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([HEAD, ROW])))
    first = book.create_sheet("Tổng hợp", 0)
    first.append(["Tháng", "Số phiếu"])
    first.append([8, 305])
    into = io.BytesIO()
    book.save(into)
    assert read(into.getvalue()).name == "Câu trả lời biểu mẫu 1"


def test_a_zip_of_one_table_is_read_and_of_two_is_told():
    def packed(*names):
        into = io.BytesIO()
        with zipfile.ZipFile(into, "w") as made:
            for name in names:
                made.writestr(name, as_csv([HEAD, ROW]))
        return into.getvalue()

    assert len(read(packed("Khảo sát.csv")).lines) == 1
    with pytest.raises(ReadError, match="2 bảng"):
        read(packed("a.csv", "b.csv"))


def test_a_bomb_is_not_unpacked():
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.csv", b"0" * 130_000_000)
    assert len(into.getvalue()) < 1_000_000
    with pytest.raises(ReadError, match="quá lớn"):
        read(into.getvalue())


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0old", b"\x89PNG\r\n\x1a\n\0\0\0", b"x"])
def test_what_is_no_table_is_told_in_vietnamese(body):
    with pytest.raises(ReadError) as told:
        read(body)
    assert "Xin" in str(told.value)


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_told(body):
    try:
        sheet = read(body)
    except ReadError as error:
        told = str(error)
    else:
        told = "Xin" if all(len(line.cells) == len(sheet.headings) for line in sheet.lines) else ""
    assert "Xin" in told


def test_a_question_with_two_columns_keeps_both_apart():
    sheet = read(as_csv([[*HEAD, HEAD[1]], [*ROW, "Hài lòng"]]).encode())
    assert sheet.headings[-1] == f"{HEAD[1]} (2)"
    roles = headings.suggested(sheet.headings, FORM)
    assert roles[1] == roles[-1] == FORM.questions[0].id


def test_questions_are_found_word_for_word_short_in_grids_and_with_old_and_new_tone_marks():
    ids = [question.id for question in FORM.questions]
    assert headings.suggested(HEAD, FORM) == ["time", *ids, "comment"]
    grid = [f"Đánh giá [{question.text['vi'].kiosk}]" for question in FORM.questions]
    assert headings.suggested(grid, FORM) == ids
    criteria = ["Timestamp", *(f"{n}) {question.criterion_vi.upper()}" for n, question in enumerate(FORM.questions, 1))]
    assert headings.suggested(criteria, FORM) == ["time", *ids]
    assert headings.normal("Thủ tục hoà giải, uý lạo, quý") == headings.normal("thủ tục hòa giải, úy lạo, quý")


def test_a_column_nobody_knows_is_left_to_a_person():
    assert headings.suggested(["Dấu thời gian", "Ông/Bà biết dịch vụ qua đâu?", "Email"], FORM) == ["time", "extra", ""]


@pytest.mark.parametrize(
    ("cell", "level"),
    [("Rất hài lòng", 5), ("RẤT HÀI LÒNG ", 5), ("rat hai long", 5), ("5 - Rất hài lòng", 5), ("Hài lòng (4)", 4),
     (4, 4), (4.0, 4), ("4", 4), ("3/5", 3), ("★★", 2), ("★★★☆☆", 3), ("😡", 1), ("☹️", 2), ("", None), (None, None),
     ("–", None)],
)  # fmt: skip
def test_a_cell_says_its_level(cell, level):
    question = FORM.questions[0]
    assert level_of(cell, aliases(FORM, question), question, is_one_best=False) == level


def test_a_number_counts_from_the_other_end_where_the_form_did_but_words_do_not():
    question, known = FORM.questions[0], aliases(FORM, FORM.questions[0])
    assert [level_of(cell, known, question, is_one_best=True) for cell in (1, "5", "1 - Rất hài lòng")] == [5, 1, 5]


@pytest.mark.parametrize("cell", ["Tạm ổn thôi", "6", "0", "80%", "Không áp dụng", "★★★★★★"])
def test_a_cell_nobody_can_read_is_told_never_guessed(cell):
    question = FORM.questions[0]
    with pytest.raises(CellError):
        level_of(cell, aliases(FORM, question), question, is_one_best=False)


def test_not_applicable_is_an_answer_where_the_question_has_it():
    question = next(one for one in FORM.questions if one.allow_na)
    assert level_of("Không có", aliases(FORM, question), question, is_one_best=False) == "na"


@pytest.mark.parametrize(
    ("cell", "order", "day", "hour"),
    [("29/08/2026 09:40", "dmy", date(2026, 8, 29), 9), ("8/29/2026 21:05:09", "mdy", date(2026, 8, 29), 21),
     ("2023/07/05 9:41:02 AM GMT+7", "dmy", date(2023, 7, 5), 9),
     ("2023/07/05 9:41:02 PM GMT+7", "mdy", date(2023, 7, 5), 21), ("05/07/2023 12:00 SA", "dmy", date(2023, 7, 5), 0),
     ("2026-08-29T20:40:00Z", "dmy", date(2026, 8, 30), 3), ("9:40 29/8/2026", "dmy", date(2026, 8, 29), 9),
     (45112.40349, "dmy", date(2023, 7, 5), 9), ("45112", "dmy", date(2023, 7, 5), None),
     (datetime(2026, 8, 29, 9, 40), "dmy", date(2026, 8, 29), 9), (datetime(2026, 8, 7, 9, 40), "swapped",
     date(2026, 7, 8), 9), ("29-08-2026", "dmy", date(2026, 8, 29), None)],
)  # fmt: skip
def test_a_cell_says_its_local_moment(cell, order, day, hour):
    found = moment_of(cell, order)
    assert (found.day, found.hour) == (day, hour)


@pytest.mark.parametrize("cell", ["", None, "hôm qua", "31/02/2026", "29/08/2026 25:00", 12, "13/13/2026"])
def test_a_cell_that_is_no_moment_is_told(cell):
    with pytest.raises(CellError):
        moment_of(cell, "dmy")


@pytest.mark.parametrize(
    ("cells", "order", "is_asked"),
    [(["05/07/2023", "29/08/2023"], "dmy", False), (["7/5/2023", "8/29/2023"], "mdy", False),
     (["05/07/2023", "06/07/2023"], "", True), (["29/08/2023", "8/29/2023"], "", True),
     ([datetime(2023, 7, 5), "29/08/2023"], "", True), ([datetime(2023, 7, 25), "29/08/2023"], "dmy", False),
     ([datetime(2023, 7, 5)], "dmy", False), (["2023/07/05 9:41:02 AM GMT+7"], "dmy", False)],
)  # fmt: skip
def test_the_order_of_day_and_month_is_the_files_and_asked_where_nothing_says_it(cells, order, is_asked):
    found, question = order_of(cells)
    assert (found, bool(question)) == (order, is_asked)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 86_399))
def test_a_moment_written_either_way_is_read_back(day, second):
    at = datetime(day.year, day.month, day.day, second // 3600, second // 60 % 60, second % 60)
    assert moment_of(f"{at:%d/%m/%Y %H:%M:%S}", "dmy") == moment_of(f"{at:%m/%d/%Y %I:%M:%S %p}", "mdy")


def test_telephone_numbers_are_masked_and_a_lost_zero_is_given_back():
    assert "912" not in masked("gọi 0912.345.678 hoặc +84 912 345 678")
    assert masked("hồ sơ 2026-0912") == "hồ sơ 2026-0912"
    assert [phone_of(cell) for cell in (912345678, "0912 345 678", 84912345678, None)] == [
        "0912345678", "0912345678", "+84912345678", ""]  # fmt: skip
    with pytest.raises(CellError):
        phone_of("12345")


def test_consent_is_only_what_says_yes():
    assert [values.is_yes(cell) for cell in ("Có", "Tôi đồng ý", "x", "Không", "", None, "Không đồng ý")] == [
        True, True, True, False, False, False, False]  # fmt: skip
