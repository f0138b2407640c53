"""The organisation changes by dated versions: previewed, saved whole, undone while nothing was built on it."""

import html
import re
from datetime import date

import pytest

from server.offices.changes import Change, ChangeError, Named, applied, planned
from server.offices.queries import Unit, every_version, successions
from server.offices.rules import faults, histories, is_found, new_id, on_day, plain
from server.offices.seed import units
from server.offices.succession import current_of
from tests.server.conftest import ORIGIN, csrf

DAY, TODAY = date(2026, 12, 1), date(2026, 12, 2)
REF = "Nghị quyết số 1684/NQ-UBTVQH15"


def after(change: Change, versions=None):
    given = units() if versions is None else versions
    plan = planned(given, change)
    return histories(applied(given, plan)), plan


def change(what: str, unit: str, **more) -> Change:
    return Change(what=what, unit=unit, day=more.pop("day", DAY), **({"legal_ref": REF} | more))


# ---- the pure rules ---------------------------------------------------------------------------------------


def test_the_sample_province_is_without_fault():
    assert faults(units()) == []


def test_a_new_name_begins_a_version_and_keeps_the_old_one():
    known, plan = after(change("rename", "xa-tan-trao", named=Named("XA-TAN-TRAO", "Phường Tân Trào")))
    assert on_day(known, "xa-tan-trao", date(2026, 11, 30)).name_vi == "Xã Tân Trào"
    assert on_day(known, "xa-tan-trao", DAY).name_vi == "Phường Tân Trào"
    assert plan.successions == ()


def test_units_merge_into_a_new_one_with_all_their_counters():
    into = (Named("SD", "Xã Sơn Dương mới"),)
    known, plan = after(change("merge", "xa-tan-trao", others=("XA-SON-DUONG",), into=into))
    assert on_day(known, "xa-tan-trao", DAY) is None
    assert on_day(known, "xa-tan-trao.ttpvhcc", DAY).parent == "sd"
    assert on_day(known, "xa-son-duong.ttpvhcc", DAY).parent == "sd"
    assert {(one.old, one.new, one.kind) for one in plan.successions} == {
        ("xa-tan-trao", "sd", "merge"), ("xa-son-duong", "sd", "merge"),
    }  # fmt: skip
    assert current_of(plan.successions, "xa-tan-trao", TODAY).unit == "sd"


def test_a_unit_takes_another_in_and_stands_on():
    known, plan = after(change("merge", "xa-tan-trao", into=(Named("XA-SON-DUONG"),)))
    assert on_day(known, "xa-son-duong", DAY) is not None
    assert [(one.old, one.new) for one in plan.successions] == [("xa-tan-trao", "xa-son-duong")]


def test_a_split_asks_where_each_unit_below_goes_and_never_guesses():
    into = (Named("HG1", "Phường Hà Giang 1"), Named("HG2", "Phường Hà Giang 2"))
    with pytest.raises(ChangeError, match="không tự đoán"):
        after(change("split", "xa-tan-trao", into=into))
    known, plan = after(change("split", "xa-tan-trao", into=into, below={"xa-tan-trao.ttpvhcc": "hg2"}))
    assert on_day(known, "xa-tan-trao.ttpvhcc", DAY).parent == "hg2"
    assert current_of(plan.successions, "xa-tan-trao", TODAY).parts == ("hg1", "hg2")


def test_a_unit_with_counters_is_closed_only_with_all_of_them():
    with pytest.raises(ChangeError, match="Bên dưới còn 1"):
        after(change("close", "xa-tan-trao"))
    known, _ = after(change("close", "xa-tan-trao", is_whole=True))
    assert all(on_day(known, one, DAY) is None for one in ("xa-tan-trao", "xa-tan-trao.q1", "xa-tan-trao.q2"))
    assert on_day(known, "xa-tan-trao.q1", date(2026, 11, 30)) is not None


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (change("move", "xa-tan-trao", parent="xa-tan-trao.ttpvhcc"), "vòng lặp"),
        (change("move", "xa-tan-trao", parent="xa-na-hang.q1"), "dưới quầy"),
        (change("move", "xa-tan-trao", parent="moon"), "không có đơn vị cấp trên"),
        (change("move", "xa-tan-trao", parent="huyen-son-duong"), "không tồn tại"),
        (change("rename", "xa-tan-trao", named=Named("XA-NA-HANG", "Xã")), "đã dùng cho “Xã Na Hang”"),
        (change("rename", "xa-tan-trao", named=Named("X", "n" * 91)), "91 ký tự"),
        (change("rename", "xa-tan-trao", named=Named("có dấu", "Xã")), "“có dấu” chưa đúng"),
        (change("rename", "xa-tan-trao", named=Named("XA-TAN-TRAO", "Xã Tân Trào")), "Không có gì thay đổi"),
        (change("rename", "huyen-son-duong", named=Named("H", "Huyện")), "không tồn tại"),
        (change("close", "xa-tan-trao", day=date(2025, 7, 1), is_whole=True), "đúng ngày 01/07/2025"),
        (change("add", "xa-na-hang", day=date(1900, 1, 1), named=Named("A", "A", kind="ward")), "ngày hiệu lực"),
        (change("merge", "xa-tan-trao", into=(Named("XA-NA-HANG"),), legal_ref=""), "căn cứ"),
        (change("merge", "xa-tan-trao", into=(Named("MOON"),)), "Không có đơn vị mang mã “MOON”"),
        (change("merge", "xa-tan-trao", into=(Named("XA-TAN-TRAO"),)), "chính là đơn vị này"),
        (change("split", "xa-tan-trao", into=(Named("A1", "A"),)), "từ hai đơn vị"),
    ],
)
def test_what_cannot_be_is_told_with_the_way_out(wanted, words):
    with pytest.raises(ChangeError, match=words):
        after(wanted)


def test_a_change_before_a_later_one_is_refused():
    known, _ = after(change("rename", "xa-tan-trao", named=Named("XA-TAN-TRAO", "Phường Tân Trào")))
    versions = [one for line in known.values() for one in line]
    with pytest.raises(ChangeError, match="đã có thay đổi từ 01/12/2026"):
        after(change("move", "xa-tan-trao", parent="xa-na-hang", day=date(2026, 11, 1)), versions)


def test_overlapping_validity_is_a_fault():
    one = Unit("x", "province", "X", "", "X", None, date(2020, 1, 1), None)
    two = Unit("x", "province", "Y", "", "X", None, date(2025, 7, 1), None)
    assert "chồng nhau" in faults([one, two])[0].words


def test_search_takes_words_with_and_without_diacritics():
    unit = Unit("x", "commune", "Phường Hà Giang 1", "", "00688", "tq", DAY, None)
    assert all(is_found(unit, words) for words in ("ha giang", "Hà Giang", "phuong 1", "00688", "Hà Giang"))
    assert not is_found(unit, "hả giang")
    assert plain("ĐƠN VỊ") == "don vi"
    assert new_id("00688", {"00688"}) == "00688-2"
    assert new_id("NHAP", set()) == "nhap-2"


# ---- pages ------------------------------------------------------------------------------------------------


def send(client, unit: str, path: str, *, step: str = "save", **fields: str):
    data = {"csrf": csrf(client.get("/phien")), "step": step, "day": DAY.isoformat(), "legal_ref": REF} | fields
    return client.post(f"/don-vi/{unit}/{path}", data=data, headers=ORIGIN, follow_redirects=True)


def undo(client, unit: str):
    page = client.get(f"/don-vi/{unit}")
    last = re.search(r'name="change" value="(\d+)"', page.text)
    data = {"csrf": csrf(page), "change": last[1] if last else "0"}
    return client.post(f"/don-vi/{unit}/hoan-tac", data=data, headers=ORIGIN, follow_redirects=True)


def stored(centre):
    with centre.engine.connect() as connection:
        return every_version(connection), successions(connection)


def test_the_tree_is_that_of_the_day(signed_in):
    assert "Huyện Sơn Dương" not in signed_in.get("/don-vi").text
    assert "Huyện Sơn Dương" in signed_in.get("/don-vi?ngay=2025-06-30").text
    assert "Xã Tân Trào" not in signed_in.get("/don-vi?ngay=2025-06-30").text
    assert "Xã Tân Trào" in signed_in.get("/don-vi?tim=tan+trao").text


def test_a_leader_sees_the_own_subtree_alone(as_role):
    leader = as_role("leader", "xa-tan-trao")
    page = leader.get("/don-vi").text
    assert "Xã Tân Trào" in page
    assert "Minh Xuân" not in page
    assert leader.get("/don-vi/xa-tan-trao.q1").status_code == 200
    assert leader.get("/don-vi/xa-na-hang").status_code == 404
    assert leader.get("/don-vi/moon").status_code == 404
    assert "Thêm đơn vị" not in leader.get("/don-vi/xa-tan-trao").text


def test_a_preview_stores_nothing_and_says_how_much_it_concerns(signed_in, centre, kiosk):
    kiosk.send([kiosk.cast() for _ in range(3)])
    before = stored(centre)
    page = send(signed_in, "xa-tan-trao", "doi-ten", step="look", name_vi="Phường Tân Trào", code="TT").text
    assert "<b>1</b> ki-ốt, <b>3</b> phiếu" in page
    assert "Phường Tân Trào (mã TT)" in page
    assert stored(centre) == before


def test_every_change_can_be_saved_and_undone(signed_in, centre, rows):
    before = stored(centre)
    split = {"into": "HG1; Hà Giang 1\nHG2; Hà Giang 2; Ha Giang 2", "below.xa-tan-trao.ttpvhcc": "hg1"}
    for path, fields in (
        ("them", {"name_vi": "Chi nhánh 2", "code": "TT.CN2", "kind": "branch"}),
        ("doi-ten", {"name_vi": "Phường Tân Trào", "name_en": "Tan Trao Ward", "code": "TT"}),
        ("chuyen", {"parent": "xa-na-hang"}),
        ("ket-thuc", {"is_whole": "1"}),
        ("sap-nhap", {"others": "XA-SON-DUONG", "into": "SD; Xã Sơn Dương mới"}),
        ("tach", split),
    ):
        version = rows("SELECT config_version FROM centre")
        assert send(signed_in, "xa-tan-trao", path, **fields).status_code == 200, path
        assert stored(centre) != before, path
        assert rows("SELECT config_version FROM centre") > version
        unit = "tt.cn2" if path == "them" else "xa-tan-trao"
        assert undo(signed_in, unit).status_code == 200, path
        assert stored(centre) == before, path
    actions = [row[0] for row in rows("SELECT action FROM audit ORDER BY id") if row[0].startswith("office.")]
    assert actions[0::2] == [f"office.{what}" for what in ("add", "rename", "move", "close", "merge", "split")]
    assert set(actions[1::2]) == {"office.undo"}


def test_the_history_of_a_unit_is_told_in_lines(signed_in):
    send(signed_in, "xa-tan-trao", "sap-nhap", into="SD; Xã Sơn Dương mới")
    old = html.unescape(signed_in.get("/don-vi/xa-tan-trao").text)
    assert "từ 01/07/2025 đến 30/11/2026: Xã Tân Trào (mã XA-TAN-TRAO), thuộc Tỉnh Tuyên Quang" in old
    assert f"từ 01/12/2026: sáp nhập vào Xã Sơn Dương mới, theo {REF}" in old
    assert "Xã Tân Trào" in html.unescape(signed_in.get("/don-vi/sd").text)


def test_a_fault_keeps_what_was_entered(signed_in, centre):
    before = stored(centre)
    page = send(signed_in, "xa-tan-trao", "tach", into="HG1; Hà Giang 1\nHG2; Hà Giang 2")
    assert page.status_code == 422
    assert "HG2; Hà Giang 2" in page.text
    assert 'name="below.xa-tan-trao.ttpvhcc"' in page.text
    assert send(signed_in, "xa-tan-trao", "doi-ten", name_vi="A", code="B", day="32/13/2026").status_code == 422
    assert stored(centre) == before


def test_a_new_counter_in_use_is_not_taken_back(signed_in, enrol, rows):
    page = send(signed_in, "xa-tan-trao.ttpvhcc", "them", name_vi="Quầy số 9", code="TT.Q9", kind="counter",
                day="2025-08-01")  # fmt: skip
    assert "Quầy số 9" in page.text
    kiosk = enrol("tt.q9")
    kiosk.send([kiosk.cast()])
    refused = undo(signed_in, "tt.q9")
    assert refused.status_code == 422
    assert "đã có 1 phiếu, 1 ki-ốt" in refused.text
    assert rows("SELECT office_id FROM ballots") == [("xa-tan-trao.ttpvhcc",)]


def test_only_the_newest_change_is_undone(signed_in, centre):
    send(signed_in, "xa-tan-trao", "doi-ten", name_vi="Phường Tân Trào", code="TT")
    first = re.search(r'name="change" value="(\d+)"', signed_in.get("/don-vi/xa-tan-trao").text)[1]
    send(signed_in, "xa-tan-trao", "doi-ten", name_vi="Phường Mới", code="TT", day="2027-01-01")
    data = {"csrf": csrf(signed_in.get("/phien")), "change": first}
    assert signed_in.post("/don-vi/xa-tan-trao/hoan-tac", data=data, headers=ORIGIN).status_code == 422
    undo(signed_in, "xa-tan-trao")
    undo(signed_in, "xa-tan-trao")
    assert stored(centre)[0] == sorted(stored(centre)[0], key=lambda one: one.valid_from)
    assert len([one for one in stored(centre)[0] if one.id == "xa-tan-trao"]) == 1


def test_ballots_keep_the_office_of_their_day_when_a_counter_moves(signed_in, kiosk, rows):
    kiosk.send([kiosk.cast()])
    send(signed_in, "xa-tan-trao.q1", "chuyen", parent="xa-na-hang.ttpvhcc", day="2026-01-01")
    kiosk.send([kiosk.cast()])
    offices = [row[0] for row in rows("SELECT office_id FROM ballots ORDER BY seq")]
    assert offices == ["xa-tan-trao.ttpvhcc", "xa-na-hang.ttpvhcc"]
