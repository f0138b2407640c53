"""The figures that offices once counted by hand come out of a period's workbook, counted from ballots alone.

Phường Hương An, first half of 2019: 320 ballots, 305 very satisfied, 15 satisfied. Huyện Gia Lâm, March to October
2023: 8,605 = 2,336 at the district + 6,269 at its 22 communes, 214 of them with a comment.
"""

import csv
import io
import subprocess
from datetime import date, timedelta
from itertools import cycle, islice
from time import monotonic

import openpyxl
import pytest

from server.ballots.verify import verify
from server.offices.queries import Unit, add_unit
from server.reports.sheets.summary import SUMMARY
from server.results.rules import decimal, number
from survey.ballot import Channel
from survey.qr_token import Lane
from tests.server.test_month_workbook import table
from tests.server.typed import every_question, store

WARD = "phuong-huong-an"
DISTRICT = "huyen-gia-lam"
COMMUNES = 22


def days(first: date, last: date):
    """Give the weekdays of a span, over and over."""
    return cycle(day for n in range((last - first).days + 1) if (day := first + timedelta(days=n)).weekday() < 5)


def fetched(client, address: str) -> openpyxl.Workbook:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    return openpyxl.load_workbook(io.BytesIO(answer.content))


@pytest.fixture
def huong_an(centre):
    """The ward of thị xã Hương Trà as it stood, and its half-year of paper."""

    def fill(work) -> None:
        begin, end = date(2018, 1, 1), date(2021, 6, 30)
        add_unit(work, Unit("thi-xa-huong-tra", "town", "Thị xã Hương Trà", "", "HT", None, begin, date(2025, 6, 30)))
        add_unit(work, Unit(WARD, "ward", "Phường Hương An", "", "HA", "thi-xa-huong-tra", begin, end))
        when = days(date(2019, 1, 2), date(2019, 6, 28))
        levels = [5] * 305 + [4] * 15
        given = [(day, every_question(level), {}) for day, level in zip(when, levels, strict=False)]
        store(work, WARD, Lane.ENTERED, Channel.PAPER, given)

    centre.writer.run(fill)


def test_the_half_year_of_huong_an_is_320_of_which_305_and_15(signed_in, huong_an, centre):
    book = fetched(signed_in, f"/bao-cao/so?ky=nua:2019-H1&don_vi={WARD}")
    office, total = table(book, "Tổng hợp")[:2]
    assert (office["Đơn vị"], total["Đơn vị"]) == ("Phường Hương An", "Tổng cộng")
    for row in (office, total):
        assert (row["Số phiếu hợp lệ"], row["Giấy, điện thoại"], row["Ki-ốt (chạm)"]) == (320, 320, 0)
        assert (row["RHL (số)"], row["HL (số)"], row["BT (số)"], row["Số trả lời câu 9"]) == (305, 15, 0, 320)
        assert (decimal(row["RHL (%)"]), decimal(row["HL (%)"])) == ("95,3", "4,7")
        assert row["Tỷ lệ hài lòng (%)"] == 100
        assert (row["Trong đó ki-ốt, QR: số trả lời"], row["Trong đó ki-ốt, QR: hài lòng (%)"]) == (0, "–")
    assert book["Tổng hợp"]["A2"].value == "PHƯỜNG HƯƠNG AN"
    assert book["Tổng hợp"]["A1"].value == "THỊ XÃ HƯƠNG TRÀ"
    months = table(book, "Theo tháng")[:7]
    assert [row["Tháng"] for row in months] == [*(f"{n:02d}/2019" for n in range(1, 7)), "Cả kỳ"]
    assert sum(row["Số phiếu hợp lệ"] for row in months[:6]) == months[6]["Số phiếu hợp lệ"] == 320
    assert centre.writer.run(verify).faults == []


def test_libreoffice_opens_the_half_year_with_its_charts_and_reads_the_same(signed_in, huong_an, tmp_path):
    """Every sheet as text for the numbers, and as pages for the charts."""
    made = tmp_path / "nua.xlsx"
    made.write_bytes(signed_in.get(f"/bao-cao/so?ky=nua:2019-H1&don_vi={WARD}").content)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    every_sheet = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,false,false,false,-1"
    for form in (every_sheet, "pdf"):
        command = ["soffice", profile, "--headless", "--convert-to", form, "--outdir", tmp_path, made]
        subprocess.run(command, check=True, timeout=120, stdout=subprocess.DEVNULL)
    with (tmp_path / "nua-Tổng hợp.csv").open(encoding="utf-8", newline="") as file:
        total = next(row for row in csv.reader(file, delimiter=";") if "Tổng cộng" in row)
    place = [column.title for column in SUMMARY].index
    assert [total[place(one)] for one in ("Số phiếu hợp lệ", "RHL (số)", "HL (số)")] == ["320", "305", "15"]
    sheets = openpyxl.load_workbook(made).sheetnames
    assert {path.stem.removeprefix("nua-") for path in tmp_path.glob("nua-*.csv")} == set(sheets)
    assert (tmp_path / "nua.pdf").stat().st_size > 20_000


@pytest.fixture
def gia_lam(centre):
    """The district and its communes as they stood in 2023, their rows of a form carried in within a few seconds."""
    begin, end = date(2020, 1, 1), date(2025, 6, 30)
    communes = [(f"gia-lam-{n:02d}", f"Xã thứ {n:02d} (Gia Lâm)") for n in range(1, COMMUNES + 1)]

    def fill(work) -> None:
        add_unit(work, Unit(DISTRICT, "district", "Huyện Gia Lâm", "", "GL", None, begin, end))
        for place, (one, name) in enumerate(communes, 1):
            add_unit(work, Unit(one, "commune", name, "", f"GL{place:02d}", DISTRICT, begin, end))
        each, more = divmod(6269, COMMUNES)
        counts = [(one, each + (place < more)) for place, (one, _) in enumerate(communes)]
        sealed = {"sealed": b"x" * 60, "sealed_salt": b"s" * 16}
        first = days(date(2023, 3, 1), date(2023, 10, 31))
        said = 214 - COMMUNES * 8
        store(work, DISTRICT, Lane.IMPORTED, Channel.IMPORT, _given(first, 2336, said, sealed))
        for one, n in counts:
            when = days(date(2023, 7, 3), date(2023, 10, 31))
            store(work, one, Lane.IMPORTED, Channel.IMPORT, _given(when, n, 8, sealed))

    started = monotonic()
    centre.writer.run(fill)
    assert monotonic() - started < 20


def _given(when, n: int, said: int, sealed: dict):
    levels = islice(cycle([5, 5, 5, 4, 5, 5, 4, 5, 3]), n)
    return [
        (day, every_question(level), sealed if place < said else {})
        for place, (day, level) in enumerate(zip(when, levels, strict=False))
    ]


def test_eight_months_of_gia_lam_are_8605_with_214_comments(signed_in, gia_lam):
    book = fetched(signed_in, "/bao-cao/so?tu=2023-03-01&den=2023-10-31")
    rows = [row for row in table(book, "Tổng hợp") if isinstance(row["TT"], int) or row["Đơn vị"] == "Tổng cộng"]
    by_name = {row["Đơn vị"]: row for row in rows}
    total = by_name.pop("Tổng cộng")
    district = by_name.pop("Huyện Gia Lâm")
    assert len(by_name) == COMMUNES
    below = sum(row["Số phiếu hợp lệ"] for row in by_name.values())
    assert (number(total["Số phiếu hợp lệ"]), total["Biểu mẫu nhập"]) == ("8.605", 8605)
    assert (district["Số phiếu hợp lệ"], below) == (2336, 6269)
    assert total["Số ý kiến góp ý"] == sum(row["Số ý kiến góp ý"] for row in [district, *by_name.values()]) == 214
    said = [row for row in table(book, "Ý kiến góp ý") if isinstance(row["TT"], int)]
    assert len(said) == len({row["Mã phiếu"] for row in said}) == 214
    assert {row["Nội dung"] for row in said} == {"(niêm phong – xem ở mục Vụ việc)"}
    ballots = [row for row in table(book, "Dữ liệu phiếu") if isinstance(row["TT"], int)]
    assert len(ballots) == 8605
