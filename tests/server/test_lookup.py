"""The citizen's page: what a mã phiếu tells, says and erases; and what it never tells."""

import statistics
import time
from uuid import UUID

import pytest

from server.ballots.verify import verify
from server.cases import events
from server.cases.open import index_codes, open_waiting
from server.limit import BURST, Limit
from server.public import routes as public
from server.public.rules import code_of
from server.seals.seal import seal_due
from survey.ballot import ballot_code
from survey.local_time import DAY_MS
from tests.server.conftest import ORIGIN, csrf
from tests.server.test_cases_open import said  # noqa: F401 - a fixture
from tests.server.test_cases_pages import act


@pytest.fixture(autouse=True)
def unlimited(monkeypatch):
    """Every test begins with a full bucket."""
    monkeypatch.setattr(public, "LIMIT", Limit())


@pytest.fixture
def code(said, centre, rows):  # noqa: F811
    """Return a function that sends a ballot and gives its mã phiếu."""

    def given(*words, **changed):
        said(*words, **changed)
        open_waiting(centre)
        index_codes(centre)
        return ballot_code(UUID(bytes=bytes(rows("SELECT id FROM ballots ORDER BY seq DESC")[0][0])))

    return given


def look(client, code, **form):
    return client.post("/tra-cuu", data={"ma": code, **form})


def test_a_code_tells_that_the_ballot_is_counted_since_when_and_how_its_case_stands(client, code):
    page = look(client, code("Chờ lâu quá"))
    assert "đã về trung tâm ngày 21/11/2026 và đã được đếm" in page.text
    assert "Đã tiếp nhận, đang phân loại." in page.text
    assert "Chờ lâu quá" not in page.text
    assert "set-cookie" not in page.headers


def test_a_code_tells_the_seal_its_ballot_lies_in_once_there_is_one(client, code, centre, clock):
    found = code("Chờ lâu quá")
    assert "dấu niêm phong" not in look(client, found).text
    clock.now_ms += DAY_MS
    seal_due(centre)
    assert "nằm trong dấu niêm phong ngày 21/11/2026" in look(client, found).text
    assert "public seal of 21/11/2026" in client.post("/tra-cuu?lang=en", data={"ma": found}).text


def test_a_code_may_be_typed_in_any_spelling(client, code):
    found = code("Chờ lâu quá")
    assert "đã được đếm" in look(client, f" {found[:5].lower()}-{found[5:].lower()} ").text


def test_a_wrong_code_and_an_unknown_one_are_told_alike(client, code):
    known = code("x")
    unknown = ballot_code(UUID(int=5 << 64 | 7 << 76 | 2 << 62))
    wrong = known[:-1] + ("0" if known[-1] != "0" else "1")
    assert code_of(wrong) is None
    pages = [look(client, one).text.replace(one, "") for one in (wrong, unknown)]
    assert pages[0] == pages[1]
    assert "Chưa thấy phiếu có mã này" in pages[0]


def test_every_look_takes_the_same_time(client, code):
    known = code("Chờ lâu quá")

    def took(one):
        began = time.monotonic()
        look(client, one)
        return time.monotonic() - began

    right = [took(known) for _ in range(4)]
    wrong = [took("AAAAA-AAAAA") for _ in range(4)]
    assert min(right + wrong) >= public.FLOOR_S
    assert abs(statistics.median(right) - statistics.median(wrong)) < 0.1


def test_too_many_looks_from_one_place_are_sent_away_and_others_are_not(client):
    limit = Limit()
    assert [limit.takes("203.0.113.9", 1000.0) for _ in range(BURST + 1)] == [True] * BURST + [False]
    assert limit.takes("203.0.113.10", 1000.0)
    assert limit.takes("203.0.113.9", 1010.0)
    assert b"203" not in b"".join(limit._places)


def test_a_sent_away_look_is_told_so(client, code, monkeypatch):
    known = code("x")
    monkeypatch.setattr(public, "FLOOR_S", 0)
    statuses = [look(client, known).status_code for _ in range(BURST + 1)]
    assert statuses == [200] * BURST + [429]


def test_the_office_answers_the_citizen_rates_once_and_writes_again(client, as_role, code, rows):
    known = code("Chờ lâu quá")
    handler = as_role("handler", "xa-tan-trao")
    act(handler, act="move", target="triaged")
    assert "cho rồi" not in look(client, known).text
    assert look(client, known, viec="cham", muc="5").status_code == 200
    assert rows("SELECT rating FROM cases") == [(None,)]
    act(handler, act="move", target="concluded", finding="right", note="Đúng là chờ lâu")
    act(handler, act="move", target="answered", answer="Xin lỗi Ông/Bà, đã thêm quầy.")
    handler.cookies.clear()
    page = look(client, known)
    assert "Xin lỗi Ông/Bà, đã thêm quầy." in page.text
    assert "Đúng là chờ lâu" not in page.text
    assert "Cảm ơn Ông/Bà đã đánh giá" in look(client, known, viec="cham", muc="4").text
    assert "mỗi vụ việc đánh giá một lần" in look(client, known, viec="cham", muc="1").text
    assert rows("SELECT rating FROM cases") == [(4,)]
    assert "Đã gửi lời nhắn" in look(client, known, viec="nhan", loi="Cảm ơn, nay đã nhanh").text
    assert "Cảm ơn, nay đã nhanh" in as_role("leader", "xa-tan-trao").get("/vu-viec/1").text


def test_a_message_after_the_close_opens_the_case_again_and_one_without_a_case_opens_one(client, as_role, code, rows):
    known, plain = code("Cảm ơn cán bộ"), code("")
    handler = as_role("handler", "xa-tan-trao")
    act(handler, act="move", target="closed")
    look(client, known, viec="nhan", loi="Xin hỏi thêm")
    look(client, plain, viec="nhan", loi="Thiếu bút")
    assert rows("SELECT state, why FROM cases ORDER BY id") == [("triaged", "thanks"), ("new", "message")]


def test_messages_are_counted_and_a_long_one_is_not_lost(client, code):
    known = code("Chờ lâu")
    assert "dài quá 1.000" in look(client, known, viec="nhan", loi="á" * 1001).text
    assert "á" * 1001 in look(client, known, viec="nhan", loi="á" * 1001).text
    told = [look(client, known, viec="nhan", loi="nữa").text for _ in range(6)]
    assert ["Đã gửi" in text for text in told] == [True] * 5 + [False]


def test_consent_is_withdrawn_the_number_goes_the_comment_stays_and_every_chain_holds(
    client, as_role, code, rows, centre
):
    known = code("Chờ lâu quá", "0912345678")
    assert "Rút đồng ý" in look(client, known).text
    assert "Số điện thoại đã xóa" in look(client, known, viec="rut").text
    assert rows("SELECT sealed, sealed_salt FROM ballots") == [(None, None)]
    assert rows("SELECT call_state FROM cases") == [("withdrawn",)]
    page = as_role("handler", "xa-tan-trao").get("/vu-viec/1").text
    assert "Chờ lâu quá" in page
    assert "678" not in page
    assert rows("SELECT what, why, case_id, n FROM deletions") == [("contact", "citizen", 1, 1)]
    assert centre.writer.run(verify).faults == []
    assert centre.writer.run(events.first_broken) is None


def test_a_number_withdrawn_before_the_worker_looked_leaves_a_case_with_the_comment(
    client, said, centre, rows, as_role  # noqa: F811
):  # fmt: skip
    said("Chờ lâu quá", "0912345678")
    index_codes(centre)
    known = ballot_code(UUID(bytes=bytes(rows("SELECT id FROM ballots")[0][0])))
    look(client, known, viec="rut")
    open_waiting(centre)
    assert "Chờ lâu quá" in as_role("handler", "xa-tan-trao").get("/vu-viec/1").text
    assert rows("SELECT count(*) FROM cases") == [(1,)]


def test_all_that_was_written_is_erased_and_the_ballot_still_counts(client, as_role, code, rows, centre):
    known = code("Chờ lâu quá", "0912345678")
    look(client, known, viec="nhan", loi="Nhắn thêm nữa")
    assert "Đã xóa số điện thoại và mọi điều" in look(client, known, viec="xoa").text
    page = as_role("handler", "xa-tan-trao").get("/vu-viec/1").text
    assert "Chờ lâu quá" not in page
    assert "Nhắn thêm nữa" not in page
    assert "(nội dung đã xóa)" in page
    assert rows("SELECT sum(n), sum(comments) FROM rollup_ballots") == [(1, 1)]
    assert centre.writer.run(verify).faults == []
    assert centre.writer.run(events.first_broken) is None


def test_the_page_speaks_english(client, code):
    page = client.post("/tra-cuu?lang=en", data={"ma": code("Slow")})
    assert "is counted" in page.text
    assert 'lang="en"' in page.text


def waiting_call(client):
    page = client.get("/goi-lai")
    return page, csrf(page)


def test_a_number_is_masked_and_shown_in_full_only_for_a_reason_that_is_written_down(as_role, code, rows):
    code("Chờ lâu", "0912345678")
    handler = as_role("handler", "xa-tan-trao")
    page, token = waiting_call(handler)
    assert "09xx xxx 678" in page.text
    assert "0912345678" not in page.text
    none = handler.post("/goi-lai/1", data={"csrf": token, "act": "unmask"}, headers=ORIGIN)
    assert (none.status_code, "0912345678" in none.text) == (422, False)
    full = handler.post("/goi-lai/1", data={"csrf": token, "act": "unmask", "reason": "call_back"}, headers=ORIGIN)
    assert "0912345678" in full.text
    assert rows("SELECT case_id, actor, reason FROM contact_reads") == [(1, "handler-xa-tan-trao", "call_back")]
    assert rows("SELECT subject FROM audit WHERE action = 'contact.read'") == [("VV-00001 call_back",)]
    assert "0912345678" not in str(rows("SELECT * FROM audit"))


def test_three_calls_without_an_answer_end_the_calling(as_role, code, rows):
    code("Chờ lâu", "0912345678")
    handler = as_role("handler", "xa-tan-trao")
    for _ in range(3):
        token = waiting_call(handler)[1]
        handler.post("/goi-lai/1", data={"csrf": token, "act": "call", "outcome": "no_answer"}, headers=ORIGIN)
    assert rows("SELECT call_state, tries FROM cases") == [("unreachable", 3)]
    assert "Không ai đang chờ gọi lại" in handler.get("/goi-lai").text


def test_a_number_of_another_unit_is_never_shown(as_role, code):
    code("Chờ lâu", "0912345678")
    other = as_role("handler", "phuong-minh-xuan")
    page, token = waiting_call(other)
    assert "09xx" not in page.text
    form = {"csrf": token, "act": "unmask", "reason": "call_back"}
    assert other.post("/goi-lai/1", data=form, headers=ORIGIN).status_code == 404
    assert as_role("viewer").get("/goi-lai").status_code == 403


def test_a_message_to_a_duplicate_reaches_the_case_it_is_handled_with(client, as_role, code, rows):
    code("Chờ lâu")
    known = code("Vẫn chờ lâu")
    act(as_role("handler", "xa-tan-trao"), 2, act="move", target="duplicate", other="VV-00001")
    page = look(client, known, viec="nhan", loi="Tôi nhắn thêm")
    assert "Đã gửi lời nhắn" in page.text
    assert rows("SELECT case_id FROM case_events WHERE kind = 'message'") == [(1,)]


def test_a_ballot_cast_a_moment_ago_is_found_before_the_worker_looks(client, said, rows):  # noqa: F811
    said("Chờ lâu quá")
    page = look(client, ballot_code(UUID(bytes=bytes(rows("SELECT id FROM ballots")[0][0]))))
    assert "đã được đếm" in page.text
    assert "Đã tiếp nhận, đang phân loại." in page.text
