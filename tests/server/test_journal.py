"""The audit log as a page: filtered, scoped, held against itself, given as a workbook."""

import io
import re

import openpyxl

from server.audit.queries import record
from tests.kiosk_double import NOW_MS
from tests.server.conftest import GOOD, enter

DAY_MS = 86_400_000


def subjects(page: str) -> list[str]:
    return re.findall(r'</b></td><td translate="no">([^<]*)</td>', page)


def write(centre, *lines: tuple[int, str, str, str]) -> None:
    centre.writer.run(lambda work: [record(work, *line) for line in lines])


def test_the_log_is_shown_newest_first_and_filtered_by_person_action_and_day(as_role, centre):
    client = as_role("auditor")
    write(
        centre,
        (NOW_MS - DAY_MS, "lan", "report.month", "một"),
        (NOW_MS, "lan", "account.invite", "hai"),
        (NOW_MS, "minh", "report.month", "ba"),
    )
    assert subjects(client.get("/nhat-ky").text)[:3] == ["ba", "hai", "một"]
    assert subjects(client.get("/nhat-ky?nguoi=lan").text) == ["hai", "một"]
    assert subjects(client.get("/nhat-ky?viec=report.month").text) == ["ba", "một"]
    assert subjects(client.get("/nhat-ky?ngay=2026-11-20&nguoi=lan").text) in ([], ["một"])
    day = re.search(r"(\d\d)/(\d\d)/(\d{4})", client.get("/nhat-ky?nguoi=minh").text)
    assert subjects(client.get(f"/nhat-ky?ngay={day[3]}-{day[2]}-{day[1]}&nguoi=minh").text) == ["ba"]
    assert "chưa đúng" in client.get("/nhat-ky?ngay=hôm nay").text


def test_a_whole_log_says_how_many_lines_and_a_changed_one_where_it_breaks(as_role, centre, rows):
    client = as_role("auditor")
    write(centre, *((NOW_MS, "lan", "report.month", str(n)) for n in range(4)))
    n = rows("SELECT count(*) FROM audit")[0][0]
    assert f"Nguyên vẹn {n} dòng" in client.get("/nhat-ky").text
    broken = rows("SELECT id FROM audit WHERE subject = '2'")[0][0]
    centre.writer.run(lambda work: work.run("UPDATE audit SET subject = 'x' WHERE id = ?", (broken,)))
    page = client.get("/nhat-ky").text
    assert "Nguyên vẹn" not in page
    assert f"bị sửa từ dòng {broken}" in page


def test_older_lines_are_on_the_next_page(as_role, centre):
    client = as_role("auditor")
    write(centre, *((NOW_MS, "lan", "report.month", f"s{n}") for n in range(250)))
    seen, address = [], "/nhat-ky?nguoi=lan"
    while address:
        page = client.get(address).text
        seen += subjects(page)
        found = re.search(r'href="(/nhat-ky\?[^"]*truoc=\d+)">Cũ hơn', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == [f"s{n}" for n in range(249, -1, -1)]


def test_an_auditor_of_one_unit_sees_the_lines_of_its_people_alone(as_role, client):
    as_role("viewer", "xa-tan-trao", name="nguoi-trong")
    as_role("viewer", "phuong-minh-xuan", name="nguoi-ngoai")
    page = as_role("auditor", "xa-tan-trao").get("/nhat-ky").text
    assert "nguoi-trong" in page
    assert "nguoi-ngoai" not in page
    assert "nguoi-ngoai" not in client.get("/nhat-ky?nguoi=nguoi-ngoai").text.split("<section")[1]
    book = openpyxl.load_workbook(io.BytesIO(client.get("/nhat-ky/nhat-ky.xlsx").content))
    assert "nguoi-ngoai" not in str([[cell.value for cell in row] for row in book["Nhật ký"].iter_rows()])


def test_the_workbook_holds_what_was_asked_for_as_text_and_is_audited_itself(as_role, centre, rows):
    client = as_role("auditor")
    write(centre, (NOW_MS, "lan", "report.month", "=1+1"), (NOW_MS, "minh", "report.month", "khác"))
    book = openpyxl.load_workbook(io.BytesIO(client.get("/nhat-ky/nhat-ky.xlsx?nguoi=lan").content))
    cells = {cell.value: cell.data_type for row in book["Nhật ký"].iter_rows() for cell in row}
    assert cells["=1+1"] == "s"
    assert "khác" not in cells
    assert rows("SELECT action, subject FROM audit ORDER BY id DESC")[0] == ("audit.export", "1")


def test_the_names_of_failed_sign_ins_are_those_of_accounts_alone(client, as_role):
    as_role("auditor")
    enter(client, GOOD, "mat khau go nham vao o ten")
    assert "go nham" not in client.get("/nhat-ky").text
