"""The pages of cases: who sees what, steps in order, undo as a new line, files checked by their bytes, search."""

import io
import re
import secrets
import zipfile

import openpyxl
import pytest

from server.cases import events, queries
from server.cases.open import open_waiting
from server.cases.watch import watch
from survey.note import Note
from survey.sealing import seal
from tests.server.conftest import ORIGIN, csrf
from tests.server.test_cases_open import low

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def case(enrol, centre):
    """Return a function that opens one case at a counter, by a comment."""
    kiosks = {}

    def opened(comment="Chờ lâu quá, gọi tôi 0912345678", counter="xa-tan-trao.q1", phone="", **changed):
        kiosk = kiosks.get(counter) or kiosks.setdefault(counter, enrol(counter))
        sealed = seal(Note(comment=comment, phone=phone), centre.keys.seal_key)
        kiosk.send([kiosk.cast(sealed=sealed, sealed_salt=secrets.token_bytes(16), **changed)])
        assert open_waiting(centre) == 1

    return opened


def act(client, case=1, **form):
    token = csrf(client.get(f"/vu-viec/{case}"))
    return client.post(f"/vu-viec/{case}", data={"csrf": token, **form}, headers=ORIGIN)


def states(rows):
    return [row[0] for row in rows("SELECT state FROM cases ORDER BY id")]


def test_an_empty_list_teaches(as_role):
    assert "Vụ việc tự mở trong vòng một phút" in as_role("viewer").get("/vu-viec").text


def test_a_handler_reads_the_comment_with_its_numbers_covered_and_that_is_audited(as_role, case, rows):
    case()
    page = as_role("handler", "xa-tan-trao").get("/vu-viec/1")
    assert "Chờ lâu quá, gọi tôi 09xx xxx 678" in page.text
    assert "0912345678" not in page.text
    assert "không phải là đơn khiếu nại" in page.text
    assert rows("SELECT subject FROM audit WHERE action = 'case.read'") == [("VV-00001",)]


def test_a_case_of_another_unit_is_told_like_one_that_does_not_exist(as_role, case):
    case(counter="phuong-minh-xuan.q1")
    client = as_role("handler", "xa-tan-trao")
    other, none = client.get("/vu-viec/1"), client.get("/vu-viec/9")
    assert (other.status_code, other.text) == (404, none.text)
    assert "VV-00001" not in client.get("/vu-viec").text


def test_a_technician_and_a_steward_see_no_cases(as_role, case):
    case()
    assert as_role("technician").get("/vu-viec/1").status_code == 403
    assert as_role("steward").get("/vu-viec").status_code == 403


def test_a_step_needs_what_its_data_says_and_loses_nothing_of_what_was_entered(as_role, case, rows):
    case()
    client = as_role("handler", "xa-tan-trao")
    act(client, act="move", target="triaged")
    answer = act(client, act="move", target="concluded", note="Đã hỏi cán bộ", finding="maybe")
    assert answer.status_code == 422
    assert "Chưa chọn kết luận" in answer.text
    assert "Đã hỏi cán bộ" in answer.text
    assert states(rows) == ["triaged"]


def test_a_step_that_is_not_allowed_from_here_is_refused(as_role, case, rows):
    case()
    answer = act(as_role("handler", "xa-tan-trao"), act="move", target="answered", answer="Xong")
    assert (answer.status_code, "đã được người khác chuyển bước" in answer.text) == (422, True)
    assert states(rows) == ["new"]


def test_an_undo_is_a_new_line_and_the_history_stays_whole(as_role, case, rows, centre):
    case()
    client = as_role("handler", "xa-tan-trao")
    act(client, act="move", target="triaged")
    assert "Đã hoàn tác" in act(client, act="undo").text
    assert states(rows) == ["new"]
    assert [row[0] for row in rows("SELECT kind FROM case_events ORDER BY id")] == ["opened", "move", "undo"]
    assert "Không có bước nào để hoàn tác" in act(client, act="undo").text
    assert centre.writer.run(events.first_broken) is None


def test_a_changed_line_of_the_history_is_found(as_role, case, centre):
    case()
    act(as_role("handler", "xa-tan-trao"), act="move", target="triaged")
    centre.writer.run(lambda work: work.run("UPDATE case_events SET actor = 'ai' WHERE id = 2"))
    assert centre.writer.run(events.first_broken) == 2


def test_a_priority_case_is_concluded_only_from_above(as_role, case, rows):
    case("", **low(fees="fees.informal_payment"))
    handler = as_role("handler", "xa-tan-trao")
    act(handler, act="move", target="triaged")
    refused = act(handler, act="move", target="concluded", note="Không có", finding="wrong")
    assert "do cấp trên của đơn vị bị phản ánh kết luận" in refused.text
    assert "Chỉ cấp trên được bỏ" in act(handler, act="priority", is_priority="0", note="thôi").text
    act(as_role("admin"), act="move", target="concluded", note="Đã xác minh", finding="right")
    assert states(rows) == ["concluded"]
    assert "do cấp trên" in act(as_role("handler", "xa-tan-trao", "khac"), act="undo").text


def test_a_transfer_moves_the_case_and_both_units_see_it(as_role, case, rows):
    case(counter="phuong-minh-xuan.q1")
    admin = as_role("admin")
    act(admin, act="move", target="triaged")
    act(admin, act="move", target="transferred", unit="xa-tan-trao", note="Chuyển theo thẩm quyền")
    assert rows("SELECT unit_id FROM cases") == [("xa-tan-trao",)]
    assert as_role("handler", "xa-tan-trao").get("/vu-viec/1").status_code == 200
    assert as_role("handler", "phuong-minh-xuan").get("/vu-viec/1").status_code == 200
    act(as_role("admin", None, "admin2"), act="undo")
    assert rows("SELECT unit_id, state FROM cases") == [("phuong-minh-xuan.ttpvhcc", "triaged")]


def test_search_finds_with_and_without_diacritics_and_only_what_may_be_read(as_role, case):
    case("Ghế ngồi chờ bị hỏng")
    case("Cho tôi hỏi lệ phí")
    client = as_role("handler", "xa-tan-trao")
    found = {asked: client.get("/vu-viec", params={"tim": asked}).text for asked in ("cho", "chờ", "GHE NGOI", "vv 2")}
    assert [("VV-00001" in text, "VV-00002" in text) for text in found.values()] == [
        (True, True), (True, False), (True, False), (False, True),
    ]  # fmt: skip
    assert "VV-00002" in client.get("/vu-viec?tim=VV-00002").text


def test_duplicates_are_merged_and_the_first_keeps_both(as_role, case, rows):
    case()
    case("Vẫn chờ lâu")
    client = as_role("handler", "xa-tan-trao")
    assert "Không có vụ việc số 7" in act(client, 2, act="move", target="duplicate", other="VV-00007").text
    act(client, 2, act="move", target="duplicate", other="VV-00001")
    assert rows("SELECT state, merged_into FROM cases ORDER BY id") == [("new", None), ("duplicate", 1)]
    act(client, 2, act="undo")
    assert rows("SELECT state, merged_into FROM cases ORDER BY id") == [("new", None), ("new", None)]


def test_thanks_are_closed_together_and_nothing_else(as_role, case, rows):
    case("Cảm ơn cán bộ nhiệt tình")
    case("Chờ lâu quá")
    client = as_role("handler", "xa-tan-trao")
    page = client.get("/vu-viec?nhom=cam-on")
    assert "Cảm ơn cán bộ nhiệt tình" in page.text
    assert "VV-00001" not in client.get("/vu-viec").text
    client.post("/vu-viec", data={"csrf": csrf(page), "case": ["1"]}, headers=ORIGIN)
    assert states(rows) == ["closed", "new"]


def docx(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def attach(client, body, name="bien-ban.pdf"):
    token = csrf(client.get("/vu-viec/1"))
    return client.post("/vu-viec/1/tep", data={"csrf": token}, files={"file": (name, body)}, headers=ORIGIN)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (PNG, ""),
        (b"%PDF-1.7 x", ""),
        (docx("[Content_Types].xml", "word/document.xml"), ""),
        (docx("word/document.xml", "word/vbaProject.bin"), "không phải PDF"),
        (docx("xl/workbook.xml"), "không phải PDF"),
        (b"<html><script>alert(1)</script>", "không phải PDF"),
        (b"", "trống"),
        (b"%PDF-" + bytes(10_000_000), "lớn hơn 10 MB"),
    ],
    ids=["png", "pdf", "docx", "macros", "xlsx", "html", "empty", "large"],
)
def test_a_file_is_taken_by_what_it_is_and_only_ever_given_to_be_saved(as_role, case, body, wrong):
    case()
    client = as_role("handler", "xa-tan-trao")
    answer = attach(client, body)
    assert wrong in answer.text
    given = client.get("/vu-viec/tep/1")
    assert given.status_code == (404 if wrong else 200)
    if not wrong:
        assert given.content == body
        assert given.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in given.headers["content-security-policy"]


def test_time_limits_are_told_once_at_four_fifths_and_once_at_their_end(as_role, case, rows, centre, clock):
    case()
    assert watch(centre) == 0
    clock.now_ms = rows("SELECT warn_at FROM cases")[0][0]
    assert (watch(centre), watch(centre)) == (1, 0)
    clock.now_ms = rows("SELECT due_at FROM cases")[0][0]
    assert (watch(centre), watch(centre)) == (1, 0)
    assert rows("SELECT kind, \"after\" FROM case_events WHERE kind IN ('warned', 'late') ORDER BY id") == [
        ("warned", ""), ("late", "xa-tan-trao"),
    ]  # fmt: skip
    assert "VV-00001" in as_role("leader", "xa-tan-trao").get("/vu-viec?nhom=qua-han").text


def test_the_register_is_a_workbook_with_numbers_covered(as_role, case):
    case()
    client = as_role("handler", "xa-tan-trao")
    answer = client.get("/vu-viec/so-theo-doi.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    words = str([[cell.value for cell in row] for row in book["Sổ theo dõi"].iter_rows()])
    assert "SỔ THEO DÕI PHẢN ÁNH, KIẾN NGHỊ" in words
    assert "VV-00001" in words
    assert "09xx xxx 678" in words
    assert "0912345678" not in words


def rules_form(client, **changed):
    page = client.get("/vu-viec/quy-tac").text
    fields = dict(re.findall(r'<input name="(\w+)" type="number"[^>]* value="(\d+)"', page))
    form = {**fields, "comment": "1", "reasons": "1", "priority": ["fees.informal_payment"], **changed}
    return client.post("/vu-viec/quy-tac", data={"csrf": csrf(client.get("/vu-viec/quy-tac")), **form}, headers=ORIGIN)


def test_the_province_changes_its_rules_and_they_hold_from_then_on(as_role, case, rows, centre):
    admin = as_role("admin")
    assert "Đã lưu" in rules_form(admin, triage_days="3", priority=["attitude.harassment"]).text
    with centre.engine.connect() as connection:
        held = queries.rules(connection)
    assert (held.terms.triage_days, held.priority_reasons) == (3, ("attitude.harassment",))
    case("", **low(fees="fees.informal_payment"))
    assert [bool(row[0]) for row in rows("SELECT is_priority FROM cases")] == [False]


def test_a_wrong_rule_is_named_with_its_value_and_nothing_is_stored(as_role, rows):
    answer = rules_form(as_role("admin"), triage_days="0", words_days="500")
    assert (answer.status_code, "“0” không được" in answer.text) == (422, True)
    assert 'value="500"' in answer.text
    assert "không muộn hơn" in rules_form(as_role("admin", None, "hai"), closed_days="400").text
    assert rows("SELECT count(*) FROM case_rules") == [(0,)]
