"""Paper typed ballot by ballot over HTTP: counted on its day, typed twice, settled, taken back; scans as files."""

import re

from server.paper.rules import progress, scan_kind
from survey.questionnaire import bundled
from tests.server.conftest import COUNTER, OFFICE, ORIGIN, csrf
from tests.server.test_desk import counts
from tests.server.test_imports import is_whole

IDS = [question.id for question in bundled().questions]


def begin(client, **more):
    form = {"csrf": csrf(client.get("/phieu-giay")), "place": COUNTER, "day": "2026-08-29", "kind": "desk", "said": "2"}
    page = client.post("/phieu-giay", data=form | more, headers=ORIGIN, follow_redirects=True)
    assert page.status_code == 200, page.text
    return str(page.url.path)


def fields(page):
    return dict(re.findall(r'<input type="hidden" name="(csrf|form|lan)" value="([^"]*)"', page.text))


def key(client, where, digits, **more):
    page = client.get(where)
    form = fields(page) | {f"q.{asked}": digit.strip() for asked, digit in zip(IDS, digits, strict=True)} | more
    return client.post(where.split("?")[0], data=form, headers=ORIGIN, follow_redirects=True), form


def act(client, where, **more):
    form = {"csrf": csrf(client.get(where))} | more
    return client.post(f"{where}/sua", data=form, headers=ORIGIN, follow_redirects=True)


def test_a_ballot_of_nine_keys_counts_on_the_day_written_on_it(signed_in, centre, rows):
    where = begin(signed_in)
    page, _ = key(signed_in, where, "54321K0 5")
    assert "Phiếu số 2" in page.text
    assert [(str(day), hour, *rest) for day, hour, *rest in rows(
        "SELECT day, hour, office_id, counter_id, lane, channel, status, levels FROM ballots")] == [
        ("2026-08-29", None, OFFICE, COUNTER, "entered", "paper", "partial", "54321nn-5")]  # fmt: skip
    assert is_whole(centre, rows)


def test_a_form_sent_twice_is_one_ballot(signed_in, rows):
    where = begin(signed_in)
    _, form = key(signed_in, where, "555555555")
    signed_in.post(where, data=form, headers=ORIGIN)
    assert rows("SELECT count(*) FROM ballots") == [(1,)]


def test_a_wrong_key_is_named_and_nothing_typed_is_lost(signed_in, rows):
    page, _ = key(signed_in, begin(signed_in), "5432K7555")
    assert page.status_code == 422
    assert "Câu 5: “K”" in page.text
    assert "Câu 6: “7”" in page.text
    assert 'value="5"' in page.text
    assert rows("SELECT * FROM ballots") == []


def test_the_last_ballot_is_taken_back_from_every_count(signed_in, centre, rows):
    where = begin(signed_in)
    key(signed_in, where, "555555555")
    before = counts(rows)
    key(signed_in, where, "111111111", comment="gọi 0912345678")
    page = act(signed_in, where)
    assert "Đã bỏ phiếu số 2" in page.text
    assert counts(rows) == before
    assert is_whole(centre, rows)


def test_two_people_type_a_pile_and_a_third_look_decides(signed_in, centre, rows):
    where = begin(signed_in)
    key(signed_in, where, "555555555")
    key(signed_in, where, "444444444", comment="Chờ lâu")
    key(signed_in, f"{where}?lan=2", "555555555")
    page, _ = key(signed_in, f"{where}?lan=2", "445444444")
    assert "1 phiếu hai lần nhập khác nhau" in page.text
    assert rows("SELECT count(*) FROM ballots") == [(2,)]
    page = act(signed_in, where, do="settle", number="2", levels="445444444")
    assert "không phiếu nào còn khác nhau" in page.text
    live = rows("SELECT levels, sealed IS NOT NULL FROM ballots WHERE lane = 'entered' ORDER BY seq")
    assert [(levels, bool(sealed)) for levels, sealed in live] == [("555555555", False), ("445444444", True)]
    assert is_whole(centre, rows)


def test_the_third_look_may_find_both_wrong_and_a_slip_changes_nothing(signed_in, centre, rows):
    where = begin(signed_in)
    key(signed_in, where, "444444444")
    key(signed_in, f"{where}?lan=2", "445444444")
    for wrong, words in (
        ("44644", "“6” không phải mức"), ("5555555555", "gõ 10 phím mà phiếu có 9 câu"), ("---", "chưa gõ mức nào"),
        ("K44444444", "câu này không có"),
    ):  # fmt: skip
        page = act(signed_in, where, do="settle", number="1", levels=wrong)
        assert page.status_code == 422
        assert words in page.text
    assert rows("SELECT levels FROM ballots WHERE lane = 'entered'") == [("444444444",)]
    page = act(signed_in, where, do="settle", number="1", levels="4424 5-K45")
    assert "không phiếu nào còn khác nhau" in page.text
    assert rows("SELECT levels FROM ballots WHERE lane = 'entered'") == [("44245-n45",)]
    assert is_whole(centre, rows)


def test_a_pile_is_held_against_the_number_written_on_it():
    assert [progress(1, 2), progress(2, 2), progress(3, 2), progress(3, None)] == [
        "1 / 2 phiếu", "đủ 2 phiếu", "3 phiếu, nhiều hơn 2 ghi trên tập", "đã nhập 3 phiếu"]  # fmt: skip


def test_a_call_is_of_the_channel_phone_and_reads_the_whole_question(signed_in, rows):
    where = begin(signed_in, kind="phone", place=OFFICE)
    assert bundled().questions[0].wording("vi").long in signed_in.get(where).text
    key(signed_in, where, "555555555")
    assert rows("SELECT channel, office_id, counter_id FROM ballots") == [("phone", OFFICE, OFFICE)]


def test_a_scan_is_known_by_its_bytes_and_given_as_a_file_only(signed_in):
    where = begin(signed_in)
    data = {"csrf": csrf(signed_in.get(where))}
    pdf = b"%PDF-1.7\n1 0 obj\n"
    page = signed_in.post(f"{where}/quet", data=data, files={"file": ("phieu.jpg", pdf)}, headers=ORIGIN)
    assert "Đã lưu bản quét" in page.text
    link = re.search(r'href="(/phieu-giay/quet/\d+)"', page.text)
    got = signed_in.get(link[1])
    assert (got.content, got.headers["content-type"]) == (pdf, "application/pdf")
    assert got.headers["content-disposition"].startswith("attachment")
    page = signed_in.post(f"{where}/quet", data=data, files={"file": ("a.pdf", b"<script>")}, headers=ORIGIN)
    assert page.status_code == 422
    assert scan_kind(b"<svg>") is None


def test_another_units_pile_is_not_there(signed_in, as_role):
    where = begin(signed_in)
    client = as_role("steward", "phuong-minh-xuan")
    assert client.get(where).status_code == 404
    form = {"csrf": csrf(client.get("/phieu-giay")), "place": COUNTER, "day": "2026-08-29", "kind": "desk"}
    assert client.post("/phieu-giay", data=form, headers=ORIGIN).status_code == 422
