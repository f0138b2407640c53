"""The roster: every fault at once, by row and column; a marked copy; a template that reads back clean."""

import openpyxl
import pytest

from provisioning import roster
from provisioning.roster import RosterError
from provisioning.rows import check, host_of

WIFI = {"Mạng": "wifi", "Tên Wi-Fi": "UBND", "Mật khẩu Wi-Fi": "12345678"}
FIXED = {"Địa chỉ IP": "10.20.1.15/24", "Cổng ra": "10.20.1.1"}


def faults(path, places):
    return [(one.line, one.column) for one in check(roster.read(path), places).faults]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Mã quầy": "TT.Q999"}, "counter"),
        ({"Mã quầy": "", "Ghi chú": "x"}, "counter"),
        ({"Lần": "0"}, "slot"),
        ({"Lần": "hai"}, "slot"),
        ({"Tên máy": "Ki ốt 1"}, "host"),
        ({"Tên máy": "kiốt"}, "host"),
        ({"Mạng": "5G"}, "network"),
        ({"Mật khẩu Wi-Fi": "12345678"}, "password"),
        ({"Tên Wi-Fi": "UBND"}, "ssid"),
        (WIFI | {"Tên Wi-Fi": ""}, "ssid"),
        (WIFI | {"Mật khẩu Wi-Fi": "1234567"}, "password"),
        (WIFI | {"Mật khẩu Wi-Fi": "mậtkhẩuđẹp"}, "password"),
        (WIFI | {"Mã nước Wi-Fi": "Việt Nam"}, "country"),
        (FIXED | {"Địa chỉ IP": "10.20.1.300/24"}, "address"),
        (FIXED | {"Địa chỉ IP": "10.20.1.15"}, "address"),
        (FIXED | {"Địa chỉ IP": "10.20.1.0/24"}, "address"),
        (FIXED | {"Cổng ra": "10.20.2.1"}, "gateway"),
        ({"Địa chỉ IP": "10.20.1.15/24"}, "gateway"),
        ({"Cổng ra": "10.20.1.1"}, "gateway"),
        ({"DNS": "8.8.8.8, google"}, "dns"),
        ({"Màn hình": "24in"}, "panel"),
        ({"Xoay": "45"}, "rotation"),
        ({"Số nút": "4"}, "buttons"),
        ({"Khóa SSH": "ssh-rsa AAAA"}, "ssh_key"),
    ],
)
def test_one_wrong_cell_is_named_and_nothing_else(roster_of, places, cells, column):
    path = roster_of({"Mã quầy": "TT.Q2"}, {"Mã quầy": "TT.Q1"} | cells, {"Mã quầy": "TT.Q3"})
    assert set(faults(path, places)) == {(3, column)}
    assert [row.counter for row in check(roster.read(path), places).rows] == ["xa-tan-trao.q2", "xa-tan-trao.q3"]


def test_every_fault_is_told_at_once(roster_of, places):
    path = roster_of(
        {"Mã quầy": "XX", "Mạng": "vệ tinh", "Xoay": "1"}, {"Mã quầy": "TT.Q1", "Lần": "x", "DNS": "a"},
        {"Mã quầy": "TT.Q2"}, {"Mã quầy": "TT.Q2"},
    )  # fmt: skip
    assert set(faults(path, places)) == {
        (2, "counter"), (2, "network"), (2, "rotation"), (3, "slot"), (3, "dns"), (5, "counter"), (5, "host"),
    }  # fmt: skip


def test_the_same_address_or_name_twice_is_told_with_the_first_row(roster_of, places):
    path = roster_of({"Mã quầy": "TT.Q1"} | FIXED, {"Mã quầy": "TT.Q2", "Tên máy": "ki-xa-tan-trao-q1"} | FIXED)
    told = {one.column: one.words for one in check(roster.read(path), places).faults}
    assert "dòng 2" in told["address"]
    assert "dòng 2" in told["host"]


def test_a_second_device_of_a_counter_is_a_second_slot(roster_of, places):
    found = check(roster.read(roster_of({"Mã quầy": "TT.Q1"}, {"Mã quầy": "TT.Q1", "Lần": 2})), places)
    assert found.faults == []
    assert [row.key for row in found.rows] == ["xa-tan-trao.q1:1", "xa-tan-trao.q1:2"]
    assert found.rows[1].host == "ki-xa-tan-trao-q1-2"


def test_host_names_are_never_too_long():
    assert len(host_of("x" * 200 + ".q1", 12)) <= 63


def test_a_nearly_right_code_is_suggested(roster_of, places):
    found = check(roster.read(roster_of({"Mã quầy": "tt.q1"})), places)
    assert "Có phải “TT.Q1”?" in found.faults[0].words


def test_the_marked_copy_colours_the_faulty_cells_and_changes_nothing_else(roster_of, places, tmp_path):
    path = roster_of({"Mã quầy": "TT.Q1", "Xoay": "45"}, {"Mã quầy": "TT.Q2"})
    roster.marked(path, check(roster.read(path), places).faults, tmp_path / "sai.xlsx")
    before, after = openpyxl.load_workbook(path).active, openpyxl.load_workbook(tmp_path / "sai.xlsx").active
    coloured = [cell.coordinate for row in after.iter_rows() for cell in row if cell.comment]
    assert len(coloured) == 1
    assert after[coloured[0]].value == "45"
    assert after[coloured[0]].fill.fgColor.rgb.endswith("FFC7CE")
    assert [[cell.value for cell in row] for row in before] == [[cell.value for cell in row] for row in after]


def test_the_template_with_every_counter_is_right_as_it_is(places, tmp_path):
    roster.template(tmp_path / "mau.xlsx", places.counters)
    found = check(roster.read(tmp_path / "mau.xlsx"), places)
    assert found.faults == []
    assert len({row.host for row in found.rows}) == len(places.counters)


@pytest.mark.parametrize("body", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook_is_named(tmp_path, body):
    (tmp_path / "x.xlsx").write_bytes(body)
    with pytest.raises(RosterError, match=r"x\.xlsx"):
        roster.read(tmp_path / "x.xlsx")


def test_an_empty_roster_says_where_to_write(roster_of):
    with pytest.raises(RosterError, match="chưa có máy nào"):
        roster.read(roster_of())
