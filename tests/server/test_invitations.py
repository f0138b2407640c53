"""Codes that take one ballot each: on paper, in a link; and the codes and links that anyone may use."""

import io
import re

import openpyxl
import pytest

from server.ballots.verify import verify
from server.invitations import rules
from server.invitations.make import codes_of, end, make
from server.invitations.rules import Wanted
from server.phone import codes, one_time
from server.phone.dossier import Dossier, codes_for
from tests.kiosk_double import QUESTIONS
from tests.server.conftest import COUNTER, ORIGIN, csrf
from tests.server.test_write_api import token

OFFICE = "xa-tan-trao.ttpvhcc"
ALL = {f"q.{question}": "4" for question in QUESTIONS}
DAY_MS = 86_400_000


@pytest.fixture
def batch(centre):
    """Return a function that makes a batch."""

    def made(place=COUNTER, kind="insert", count=3, days=30):
        return make(centre, Wanted(place, kind, count, days, ""), "lan")

    return made


def code_of(centre, batch, number=1):
    return codes_of(centre.keys.invitation_key, batch, number, number)[0]


def opened(client, address):
    page = client.get(address)
    assert page.status_code == 200, page.text
    return re.search(r'name="ticket" value="([^"]+)"', page.text)[1]


def send(client, address, ticket, **form):
    return client.post(address, data={"ticket": ticket, **ALL, **form})


def for_dossier(centre, reference, field=""):
    return codes_for(centre, [Dossier(COUNTER, reference, field, 30)])[0]


STORED = "SELECT lane, channel, counter_id, office_id FROM ballots ORDER BY seq"


def test_a_code_on_paper_gives_one_ballot_in_its_own_lane(client, centre, batch, rows):
    address = f"/I/{code_of(centre, batch())}"
    assert send(client, address, opened(client, address)).status_code == 200
    assert rows(STORED) == [("mail", "post", COUNTER, OFFICE)]
    again = client.get(address)
    assert (again.status_code, "Mã này đã được dùng" in again.text, f"/o/{OFFICE}" in again.text) == (410, True, True)
    assert "has been used" in client.get(address + "?lang=en").text
    assert centre.writer.run(verify).faults == []


def test_a_form_sent_twice_is_one_ballot_and_two_openings_are_not_both_believed(client, centre, batch, rows):
    address = f"/i/{code_of(centre, batch(kind='link')).lower()}"
    first, second = opened(client, address), opened(client, address)
    answers = [send(client, address, ticket) for ticket in (first, first, second)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [row[:2] for row in rows(STORED)] == [("mail", "link"), ("shared", "link")]


def test_an_open_page_outlives_the_day_but_a_code_ends_with_its_own(client, centre, batch, rows, clock):
    made = batch(days=30)
    slow = f"/I/{code_of(centre, made, 1)}"
    ticket = opened(client, slow)
    clock.now_ms += 26 * 3_600_000
    send(client, slow, ticket)
    assert [row[0] for row in rows(STORED)] == ["mail"]
    clock.now_ms += 30 * DAY_MS
    late = client.get(f"/I/{code_of(centre, made, 2)}")
    assert (late.status_code, "Mã này đã hết hạn" in late.text) == (410, True)


def test_a_batch_taken_back_opens_nothing_until_it_holds_again(client, centre, batch):
    made = batch()
    address = f"/I/{code_of(centre, made)}"
    end(centre, made, "lan", is_ended=True)
    assert client.get(address).status_code == 404
    end(centre, made, "lan", is_ended=False)
    assert client.get(address).status_code == 200


def test_nothing_stored_opens_a_code_or_tells_by_which_ballot_it_was_used(client, centre, batch, rows):
    made = batch(count=2)
    address = f"/I/{code_of(centre, made)}"
    send(client, address, opened(client, address))
    key = centre.keys.invitation_key
    stored = {bytes(row[0]): row[1:] for row in rows("SELECT * FROM one_time_codes")}
    assert set(stored) == {codes.stored(key, code_of(centre, made, number)) for number in (1, 2)}
    ballot = rows("SELECT id FROM ballots")[0][0]
    for row in stored.values():
        assert bytes(ballot) not in row
    assert {bool(row[-1]) for row in stored.values()} == {True, False}


def test_a_dossier_has_one_code_however_often_it_is_asked_for(client, centre, rows, clock):
    code, until = for_dossier(centre, "H08.12-261122-0001")
    clock.now_ms += 5 * DAY_MS
    assert for_dossier(centre, "H08.12-261122-0001") == (code, until)
    assert for_dossier(centre, "H08.12-261122-0002")[0] != code
    address = f"/I/{code}"
    send(client, address, opened(client, address))
    assert for_dossier(centre, "H08.12-261122-0001")[0] == code
    assert client.get(address).status_code == 410
    assert not any("0001" in str(cell) for row in rows("SELECT * FROM one_time_codes") for cell in row)


def test_what_is_known_of_a_dossier_is_chosen_already_and_can_be_changed(client, centre, rows):
    fields = [one.id for item in questionnaire_items(centre) if item.id == "field" for one in item.options]
    code, _ = for_dossier(centre, "H08-1", fields[0])
    page = client.get(f"/I/{code}").text
    assert re.search(rf'value="{fields[0]}" checked', page)
    send(client, f"/I/{code}", opened(client, f"/I/{code}"), **{"x.field": fields[1]})
    assert fields[1] in rows("SELECT context FROM ballots")[0][0]


def questionnaire_items(centre):
    from survey.questionnaire import bundled

    return bundled().items


def test_an_offices_code_lets_the_citizen_choose_the_counter_or_not(client, rows):
    address = f"/o/{OFFICE}"
    page = client.get(address).text
    assert f'<option value="{COUNTER}">' in page
    send(client, address, opened(client, address), quay=COUNTER)
    send(client, address, opened(client, address), quay="")
    send(client, address, opened(client, address), quay="phuong-minh-xuan.q1")
    assert rows(STORED) == [("open", "qr", COUNTER, OFFICE), *[("open", "qr", OFFICE, OFFICE)] * 2]


def test_a_ballot_of_a_whole_office_is_counted_there_and_verified(client, centre, rows):
    address = f"/l/{OFFICE}"
    send(client, address, opened(client, address))
    assert rows("SELECT office_id, counter_id, channel, lane, n FROM rollup_ballots") == [
        (OFFICE, OFFICE, "link", "open", 1)
    ]
    assert rows("SELECT device FROM streams") == [(f"web-{OFFICE}",)]
    assert centre.writer.run(verify).faults == []


@pytest.mark.parametrize("place", ["tinh-tuyen-quang", "khong-co", "xa-tan-trao.q99"])
def test_no_place_no_page(client, place):
    assert [client.get(f"/{kind}/{place}").status_code for kind in "ol"] == [404, 404]


def test_a_typed_code_is_read_as_people_write_it_and_a_wrong_one_is_shown_again(client, centre, batch):
    code = code_of(centre, batch())
    typed = codes.spoken(code).lower().replace("0", "o").replace("1", "l")
    answer = client.get("/i", params={"ma": f" {typed} "}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/I/{code}?lang=vi")
    wrong = client.get("/i", params={"ma": "7K2M-9QXA"})
    assert (wrong.status_code, "“7K2M-9QXA” chưa đúng" in wrong.text) == (422, True)
    assert client.get("/I/000000000000").status_code == 404


# ---- the page


def test_a_steward_makes_prints_and_takes_back_a_batch(as_role, rows):
    client = as_role("steward")
    token = csrf(client.get("/loi-moi"))
    form = {"csrf": token, "place": OFFICE, "kind": "insert", "count": "30", "days": "90", "note": "Tháng 11"}
    page = client.post("/loi-moi", data=form, headers=ORIGIN)
    assert page.status_code == 200
    assert page.text.count('class="insert"') == 24
    batch = rows("SELECT id FROM one_time_batches")[0][0]
    rest = client.get(f"/loi-moi/dot/{batch}?tu=25").text
    assert rest.count('class="insert"') == 6
    client.post("/loi-moi", data={"csrf": token, "batch": batch, "do": "end"}, headers=ORIGIN)
    assert "Đã thu hồi" in client.get("/loi-moi").text
    actions = [
        row[0]
        for row in rows("SELECT action FROM audit WHERE action > 'invitation' AND action < 'invitatioo' ORDER BY id")
    ]
    assert actions[0] == "invitation.make"
    assert "invitation.end" in actions


def test_the_workbook_of_a_batch_has_a_link_a_line_and_no_formula(as_role, centre, batch):
    made = batch(kind="link", count=5)
    book = openpyxl.load_workbook(io.BytesIO(as_role("steward").get(f"/loi-moi/dot/{made.id}/duong-dan.xlsx").content))
    lines = [row for row in book.active.iter_rows(values_only=True) if isinstance(row[0], int)]
    base = centre.settings.public_base
    assert [row[1] for row in lines] == [f"{base}/I/{code}" for code in codes_of(centre.keys.invitation_key, made)]
    assert all(len(row[4]) <= 160 for row in lines)


def test_what_cannot_be_made_is_told_and_nothing_typed_is_lost(as_role, rows):
    client = as_role("steward")
    form = {"csrf": csrf(client.get("/loi-moi")), "place": OFFICE, "kind": "insert", "count": "501", "days": "90"}
    page = client.post("/loi-moi", data=form | {"note": "Đợt lớn"}, headers=ORIGIN)
    assert page.status_code == 422
    assert "Số mã là 501" in page.text
    assert 'value="Đợt lớn"' in page.text
    assert rows("SELECT count(*) FROM one_time_batches") == [(0,)]


def test_a_leader_sees_only_the_own_units_batches_and_posters(as_role, batch):
    mine, other = batch(), batch(place="phuong-minh-xuan.q1")
    client = as_role("leader", "xa-tan-trao")
    page = client.get("/loi-moi").text
    assert (mine.id in page, other.id in page) == (True, False)
    assert client.get(f"/loi-moi/dot/{other.id}").status_code == 404
    assert client.get("/loi-moi/ap-phich/phuong-minh-xuan.q1").status_code == 404
    assert client.get(f"/loi-moi/ap-phich/{COUNTER}?co=ban").status_code == 200


def test_a_message_fits_into_one_text_however_long_the_offices_name():
    link = "https://hailong.tuyenquang.gov.vn/I/7K2M9QXA4F0T"
    assert rules.sms("Xã Tân Trào", link).startswith("Xa Tan Trao moi Ong/Ba")
    long = rules.sms(
        "Trung tâm Phục vụ hành chính công phường Minh Xuân, thành phố Tuyên Quang, tỉnh Tuyên Quang", link
    )
    assert len(long) <= rules.SMS_AT_MOST
    assert long.isascii()
    assert link in long


def test_codes_are_stable_apart_and_use_every_character():
    key = bytes(range(32))
    made = [codes.of_batch(key, "a" * 16, number) for number in range(1, 501)]
    assert len(set(made)) == 500
    assert made == [codes.of_batch(key, "a" * 16, number) for number in range(1, 501)]
    assert codes.of_batch(bytes(32), "a" * 16, 1) != made[0]
    assert len(set("".join(made))) == 32
    assert [codes.read(codes.spoken(code)) for code in made] == made


def test_spending_is_once_whoever_is_first(centre, batch):
    digest = codes.stored(centre.keys.invitation_key, code_of(centre, batch()))
    assert [centre.writer.run(lambda work: one_time.spend(work, digest)) for _ in range(3)] == [True, False, False]


# ---- the one-stop software


def ask(client, key, *asked):
    headers = {"authorization": f"Bearer {key}"}
    return client.post("/api/v1/data/invitations", json={"rows": list(asked)}, headers=headers)


def test_the_one_stop_software_gets_one_link_a_dossier_and_its_qr(signed_in, centre, rows):
    key = token(signed_in, "invitations.make")
    asked = {"place": COUNTER, "reference": "H08.12-261122-0001", "field": "ho_tich", "qr": True}
    first, again = (ask(signed_in, key, asked).json()["rows"][0] for _ in range(2))
    assert first == again
    assert first["qr"].startswith("<svg")
    address = first["url"].removeprefix(centre.settings.public_base)
    send(signed_in, address, opened(signed_in, address))
    assert rows(STORED) == [("mail", "link", COUNTER, OFFICE)]
    assert ask(signed_in, key, asked).json()["rows"][0] == first, "whether it was used is not told"
    assert rows("SELECT count(*) FROM one_time_codes") == [(1,)]


def test_one_wrong_row_makes_nothing_and_is_named(signed_in, rows):
    key = token(signed_in, "invitations.make")
    good = {"place": COUNTER, "reference": "H08-1"}
    for wrong, word in (({"place": "moon"}, "rows[1].place"), ({"field": "moon"}, "rows[1].field")):
        answer = ask(signed_in, key, good, good | wrong)
        assert answer.status_code == 422
        assert word in answer.json()["words"]
    assert ask(signed_in, key, good | {"days": 0}).status_code == 422
    assert ask(signed_in, token(signed_in, "data.read"), good).status_code == 403
    assert rows("SELECT count(*) FROM one_time_codes") == [(0,)]


def test_a_token_of_a_unit_invites_for_that_unit_alone(as_role):
    key = token(as_role("leader", "xa-tan-trao"), "invitations.make")
    client = as_role("steward")
    assert ask(client, key, {"place": COUNTER, "reference": "1"}).status_code == 200
    assert ask(client, key, {"place": "phuong-minh-xuan.q1", "reference": "1"}).status_code == 422
