"""Files of other forms carried in over HTTP: tried dry, stored once, grown, taken back, counted right all the time."""

import io
import re
from datetime import datetime

import openpyxl
import pytest

from server.ballots.recount import rebuild
from server.ballots.verify import verify
from survey.questionnaire import bundled
from survey.sealing import open_sealed
from tests.server.conftest import COUNTER, OFFICE, ORIGIN, csrf
from tests.server.test_desk import counts
from tests.server.test_reading import HEAD, as_csv, as_xlsx

FORM = bundled()
GOOD = ["Rất hài lòng", "Hài lòng", "Bình thường", "4", "5", "Không áp dụng", "HL", "hai long", "★★★★★"]


def row(at, comment="", first="Rất hài lòng"):
    return [at, first, *GOOD[1:], comment]


def export(*rows, head=HEAD):
    return as_csv([head, *rows]).encode("utf-8-sig")


def fields(page):
    """Return a page's form as a browser would send it: hidden fields, texts, and the choices made."""
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    source = re.search(r'name="source" value="([^"]*)"', page.text)
    found |= {"source": source[1]} if source else {}
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page.text, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def upload(client, body, name="Khảo sát (Câu trả lời).csv"):
    data = {"csrf": csrf(client.get("/nhap-lieu"))}
    return client.post("/nhap-lieu", data=data, files={"file": (name, body)}, headers=ORIGIN)


def send(client, path, data):
    return client.post(path, data=data, headers=ORIGIN, follow_redirects=True)


def trial(client, body, **more):
    page = upload(client, body)
    assert page.status_code == 200, page.text
    return send(client, "/nhap-lieu/xem-thu", fields(page) | {"office": OFFICE} | more)


def carry(client, body, **more):
    page = trial(client, body, **more)
    return send(client, "/nhap-lieu/thuc-hien", fields(page))


def figures(page):
    return [int(one) for one in re.findall(r'<p class="big">(\d+)</p>', page.text)]


def is_whole(centre, rows):
    faults = centre.writer.run(verify).faults
    before = counts(rows)
    centre.writer.run(rebuild)
    return faults == [] and counts(rows) == before


def test_an_export_is_tried_dry_and_then_counts_on_its_own_days(signed_in, centre, rows):
    body = export(row("29/08/2026 9:40:00", "Chờ lâu"), row("30/08/2026 14:05:10"))
    page = trial(signed_in, body)
    assert figures(page) == [2, 0, 0]
    assert rows("SELECT count(*) FROM ballots") == [(0,)]
    assert figures(send(signed_in, "/nhap-lieu/thuc-hien", fields(page))) == [2, 0, 0]
    found = rows("SELECT day, hour, office_id, lane, channel, status, levels FROM ballots ORDER BY day")
    assert [(str(day), *rest) for day, *rest in found] == [
        ("2026-08-29", 9, OFFICE, "imported", "import", "complete", "54345n445"),
        ("2026-08-30", 14, OFFICE, "imported", "import", "complete", "54345n445"),
    ]
    assert is_whole(centre, rows)


def test_a_grown_file_adds_only_its_new_rows(signed_in, rows):
    first = [row("29/08/2026 9:40:00"), row("30/08/2026 14:05:10")]
    carry(signed_in, export(*first))
    page = trial(signed_in, export(*first, row("31/08/2026 8:00:00")))
    assert figures(page) == [1, 2, 0]
    send(signed_in, "/nhap-lieu/thuc-hien", fields(page))
    assert rows("SELECT count(*) FROM ballots") == [(3,)]
    assert figures(trial(signed_in, export(*first, row("31/08/2026 8:00:00")))) == [0, 3, 0]


def test_a_column_more_does_not_make_old_rows_new(signed_in, rows):
    carry(signed_in, export(row("29/08/2026 9:40:00")))
    grown = export([*row("29/08/2026 9:40:00"), ""], [*row("30/08/2026 9:40:00"), "Zalo"],
                   head=[*HEAD, "Ông/Bà biết qua đâu?"])  # fmt: skip
    assert figures(trial(signed_in, grown, source="Khảo sát Câu trả lời")) == [1, 1, 0]


def test_rows_of_the_same_day_without_a_time_are_all_people(signed_in):
    same = [row("29/08/2026"), row("29/08/2026")]
    carry(signed_in, export(*same))
    assert figures(trial(signed_in, export(*same, row("29/08/2026")))) == [1, 2, 0]


def test_a_row_sent_twice_in_the_same_second_is_one(signed_in):
    assert figures(trial(signed_in, export(row("29/08/2026 9:40:01"), row("29/08/2026 9:40:01")))) == [1, 1, 0]


def test_refused_rows_are_told_and_the_others_come_in(signed_in, rows):
    body = export(row("29/08/2026 9:40:00"), row("hôm qua"), row("30/08/2026 8:00", first="Tàm tạm"))
    page = trial(signed_in, body)
    assert figures(page) == [1, 0, 2]
    assert "hôm qua" in page.text
    assert "Tàm tạm" in page.text
    sheet = send(signed_in, "/nhap-lieu/xem-thu", fields(page) | {"do": "refused"})
    made = openpyxl.load_workbook(io.BytesIO(sheet.content)).active
    assert [made.cell(2, 1).value, made.cell(3, 2).value] == ["hôm qua", "Tàm tạm"]
    assert made.cell(3, 2).fill.fgColor.rgb.endswith("FFD9D9")
    send(signed_in, "/nhap-lieu/thuc-hien", fields(page))
    assert rows("SELECT count(*) FROM ballots") == [(1,)]


def test_an_undone_import_counts_nowhere_and_can_be_done_again(signed_in, centre, rows):
    before = counts(rows)
    page = carry(signed_in, export(row("29/08/2026 9:40:00"), row("30/08/2026 14:05:10")))
    after = counts(rows)
    where = str(page.url.path)
    send(signed_in, f"{where}/hoan-tac", fields(page))
    assert counts(rows) == before
    assert is_whole(centre, rows)
    assert send(signed_in, f"{where}/hoan-tac", {"csrf": csrf(page)}).status_code == 422
    send(signed_in, f"{where}/hoan-tac", {"csrf": csrf(page), "do": "redo"})
    assert counts(rows) == after
    assert is_whole(centre, rows)


def test_an_undone_file_can_come_in_anew_and_then_the_first_never_again(signed_in, centre, rows):
    body = export(row("29/08/2026 9:40:00"))
    page = carry(signed_in, body)
    where = str(page.url.path)
    send(signed_in, f"{where}/hoan-tac", {"csrf": csrf(page)})
    assert figures(carry(signed_in, body)) == [1, 0, 0]
    assert send(signed_in, f"{where}/hoan-tac", {"csrf": csrf(page), "do": "redo"}).status_code == 422
    assert rows("SELECT lane, count(*) FROM ballots GROUP BY lane ORDER BY lane") == [("imported", 1), ("withdrawn", 1)]
    assert is_whole(centre, rows)


def test_an_order_nobody_can_tell_is_asked(signed_in, rows):
    body = export(row("05/07/2026 9:40:00"), row("06/07/2026 9:40:00"))
    page = upload(signed_in, body)
    asked = send(signed_in, "/nhap-lieu/xem-thu", fields(page) | {"office": OFFICE})
    assert asked.status_code == 422
    assert "Không ngày nào trên 12" in asked.text
    page = send(signed_in, "/nhap-lieu/xem-thu", fields(asked) | {"order": "mdy"})
    send(signed_in, "/nhap-lieu/thuc-hien", fields(page))
    assert {str(day) for (day,) in rows("SELECT day FROM ballots")} == {"2026-05-07", "2026-06-07"}


def test_a_workbook_with_title_office_counter_and_real_dates_comes_in(signed_in, rows):
    head = ["Đơn vị", "Quầy", *HEAD]
    line = ["Xã Tân Trào", "Quầy số 1", datetime(2026, 8, 29, 9, 40), *GOOD, ""]
    body = as_xlsx([["TỔNG HỢP PHIẾU KHẢO SÁT"], [], head, line], merges=["A1:M1"])
    assert figures(carry(signed_in, body, office="")) == [1, 0, 0]
    assert rows("SELECT office_id, counter_id FROM ballots") == [(OFFICE, COUNTER)]


def test_words_are_sealed_and_numbers_kept_only_with_consent(signed_in, centre, rows):
    head = [*HEAD, "Số điện thoại", "Đồng ý liên hệ"]
    body = export([*row("29/08/2026 9:40:00", "gọi 0912345678"), "912345678", "Có"],
                  [*row("30/08/2026 9:40:00", "số 0987654321"), "987654321", "Không"], head=head)  # fmt: skip
    carry(signed_in, body)
    sealed = [bytes(one) for (one,) in rows("SELECT sealed FROM ballots ORDER BY day")]
    notes = [open_sealed(one, centre.keys.sealing) for one in sealed]
    assert all(b"0912345678" not in one for one in sealed)
    assert rows("SELECT consent IS NOT NULL FROM ballots ORDER BY day") in ([(1,), (0,)], [(True,), (False,)])
    for note, phone in zip(notes, ("0912345678", ""), strict=True):
        assert (note.phone, "đã che" in note.comment) == (phone, True)
    told = " ".join(str(one) for one in rows("SELECT subject FROM audit"))
    assert "0912" not in told
    assert "gọi" not in told


def test_a_day_before_the_office_stood_is_refused_with_the_way_out(signed_in):
    page = trial(signed_in, export(row("29/08/2019 9:40:00")))
    assert figures(page) == [0, 0, 1]
    assert "không có trong danh mục" in page.text


def test_a_steward_of_one_office_carries_in_for_it_alone(as_role, rows):
    client = as_role("steward", "phuong-minh-xuan")
    page = upload(client, export(row("29/08/2026 9:40:00")))
    assert "xa-tan-trao" not in page.text
    refused = send(client, "/nhap-lieu/xem-thu", fields(page) | {"office": OFFICE})
    assert refused.status_code == 422


def test_another_units_import_is_not_there(signed_in, as_role):
    where = str(carry(signed_in, export(row("29/08/2026 9:40:00"))).url.path)
    client = as_role("steward", "phuong-minh-xuan")
    assert client.get(where).status_code == 404


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"not a table"])
def test_what_is_no_table_is_told_on_the_page(signed_in, body):
    page = upload(signed_in, body)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
