"""Sums that an office counted itself: kept as sums, held against the number of ballots, in no count of ballots."""

import html
import io
import re
from datetime import date

import openpyxl

from server.results.queries import Scope
from server.results.rules import Levels
from server.results.tallied import papers, together
from tests.server.conftest import OFFICE, ORIGIN, csrf
from tests.server.test_desk import counts

AUGUST = {"office": OFFICE, "first": "2026-08-01", "last": "2026-08-31", "ballots": "320", "form": "a" * 32,
          "overall.n5": "305", "overall.n4": "15", "fees.n5": "100", "fees.na": "220"}  # fmt: skip


def enter(client, **more):
    form = {"csrf": csrf(client.get("/phieu-giay/kiem-tong"))} | AUGUST | more
    return client.post(
        "/phieu-giay/kiem-tong", data=form, files={"file": ("", b"")}, headers=ORIGIN, follow_redirects=True
    )


def sums(centre, first=date(2026, 8, 1), last=date(2026, 8, 31), within=None):
    with centre.engine.connect() as connection:
        found = together(list(papers(connection, Scope(first, last, within=within), "sipas-motcua-9").values()))
    return found.ballots, {one: levels for one, levels in found.levels.items() if levels != Levels()}


def test_a_tally_is_kept_as_sums_and_no_ballot_is_made_of_it(signed_in, centre, rows):
    before = counts(rows)
    assert enter(signed_in).status_code == 200
    assert sums(centre) == (320, {"overall": Levels(n5=305, n4=15), "fees": Levels(n5=100, na=220)})
    assert counts(rows) == before
    assert rows("SELECT count(*) FROM ballots") == [(0,)]


def test_a_tally_counts_only_where_its_whole_span_lies(signed_in, centre):
    enter(signed_in)
    assert sums(centre, last=date(2026, 8, 30))[0] == 0
    assert sums(centre, within=frozenset({"moon"}))[0] == 0


def test_more_answers_than_ballots_are_refused_and_nothing_is_lost(signed_in, centre):
    page = enter(signed_in, **{"overall.n5": "306"})
    assert page.status_code == 422
    assert "Câu 9: 321 câu trả lời, nhiều hơn 320 phiếu" in page.text
    assert 'value="306"' in page.text
    assert sums(centre)[0] == 0


def test_a_form_sent_twice_is_one_tally(signed_in, centre):
    enter(signed_in)
    enter(signed_in)
    assert sums(centre)[0] == 320


def test_a_tally_is_taken_back_and_counted_again(signed_in, centre, rows):
    page = enter(signed_in)
    ((made,),) = rows("SELECT id FROM tallies")
    where = f"/phieu-giay/kiem-tong/{made}/hoan-tac"
    signed_in.post(where, data={"csrf": csrf(page)}, headers=ORIGIN)
    assert sums(centre)[0] == 0
    signed_in.post(where, data={"csrf": csrf(page), "do": "redo"}, headers=ORIGIN)
    assert sums(centre)[0] == 320


def test_tallies_are_had_as_a_workbook(signed_in):
    enter(signed_in)
    sheet = openpyxl.load_workbook(io.BytesIO(signed_in.get("/phieu-giay/kiem-tong.xlsx").content)).active
    rows = {row[7]: row[8:] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows["overall"] == (305, 15, 0, 0, 0, 0)


def test_another_units_tally_cannot_be_taken_back(signed_in, as_role, rows):
    enter(signed_in)
    ((made,),) = rows("SELECT id FROM tallies")
    client = as_role("steward", "phuong-minh-xuan")
    page = client.get("/phieu-giay/kiem-tong")
    answer = client.post(f"/phieu-giay/kiem-tong/{made}/hoan-tac", data={"csrf": csrf(page)}, headers=ORIGIN)
    assert answer.status_code == 404


def test_tallies_stand_on_the_overview_and_in_the_workbooks_by_themselves(signed_in, as_role):
    enter(signed_in)
    page = html.unescape(signed_in.get("/ket-qua?ky=thang&luc=2026-08").text)
    block = page.split("<h2>Phiếu giấy kiểm tổng</h2>")[1].split("</section>")[0]
    assert "320 phiếu do đơn vị tự kiểm đếm" in block
    row = re.findall(r"<td[^>]*>([^<]*)</td>", block.split("Q9</span>")[1].split("</tr>")[0])
    assert row == ["305", "15", "0", "0", "0", "0", "320", "100,0\xa0%"]
    assert re.search(r'id="so-phieu">([^<]+)<', page)[1] == "0"
    assert "Phiếu giấy kiểm tổng" not in signed_in.get("/ket-qua?ky=thang&luc=2026-08&kenh=touch").text
    book = openpyxl.load_workbook(io.BytesIO(signed_in.get("/bao-cao/thang/2026-08.xlsx").content))
    cells = [cell for row in book["Tổng hợp"].iter_rows(values_only=True) for cell in row]
    assert 320 in cells
    own = openpyxl.load_workbook(
        io.BytesIO(signed_in.get("/bao-cao/ket-qua/tong-quan.xlsx?ky=thang&luc=2026-08").content)
    )
    assert any("kiểm tổng" in name for name in own.sheetnames)
    other = as_role("leader", "phuong-minh-xuan").get("/ket-qua?ky=thang&luc=2026-08").text
    assert "Phiếu giấy kiểm tổng" not in other


def test_the_scan_of_a_tally_is_had_from_the_list(signed_in):
    form = {"csrf": csrf(signed_in.get("/phieu-giay/kiem-tong"))} | AUGUST
    file = ("bang kiem.pdf", b"%PDF-1.7\n1 0 obj\n")
    page = signed_in.post("/phieu-giay/kiem-tong", data=form, files={"file": file}, headers=ORIGIN)
    link = re.search(r'href="(/phieu-giay/quet/\d+)">Bản quét: bang kiem.pdf<', page.text)[1]
    assert "attachment" in signed_in.get(link).headers["content-disposition"]
