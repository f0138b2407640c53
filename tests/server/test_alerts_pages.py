"""The pages of alerts: reach, what a person does with one, own settings, webhooks with their dead letters."""

import io
import re

import openpyxl
import pytest

from server.accounts.rules import ROLES
from server.alerts import hooks
from server.alerts.tell import tell_cases
from server.audit.queries import first_broken
from server.cases.open import open_waiting
from survey.ballot import Answer
from tests.kiosk_double import NOW_MS, QUESTIONS
from tests.server.conftest import OFFICE, ORIGIN, csrf
from tests.server.listening import listening

LOW = {"answers": {one: Answer(1 if one == "attitude" else 5, 900) for one in QUESTIONS},
       "reasons": {"attitude": ["attitude.harassment"]}}  # fmt: skip
FORM = {
    "kinds": ["case_priority", "case_late"], "low_n": "5", "low_minutes": "0", "share": "70", "share_base": "10",
    "silent_minutes": "60", "mailbox": "lan@xa.example", "pace": "hour", "quiet_begin": "18:00", "quiet_end": "07:00",
    "has_days_off": "1", "through": ["case_priority"],
}  # fmt: skip


@pytest.fixture
def told(enrol, centre):
    """Return a function that opens priority cases at two offices and tells them."""

    def tell() -> None:
        for counter in ("xa-tan-trao.q1", "phuong-minh-xuan.q1"):
            kiosk = enrol(counter)
            kiosk.send([kiosk.cast(**LOW)])
        open_waiting(centre)
        assert tell_cases(centre) == 2

    return tell


def send(client, path: str, **form: object):
    token = csrf(client.get("/canh-bao/cai-dat"))
    return client.post(path, data={"csrf": token, **form}, headers=ORIGIN, follow_redirects=False)


def badge(client) -> str:
    found = re.search(r'<nav class="pages.*?class="count count-hot">(\d+)<', client.get("/phien").text, re.DOTALL)
    return found[1] if found else ""


def mine(client, rows) -> int:
    """Return the number of the alert at xã Tân Trào."""
    return int(rows("SELECT id FROM alerts WHERE office_id = ?", OFFICE)[0][0])


def test_a_leader_sees_the_own_subtree_alone_with_a_count_in_the_bar(as_role, told):
    leader = as_role("leader", "xa-tan-trao")
    told()
    page = leader.get("/canh-bao").text
    assert "Ưu tiên: vụ việc VV-0000" in page
    assert "Tân Trào" in page
    assert "Minh Xuân" not in page
    assert badge(leader) == "1"


def test_an_alert_of_another_unit_is_told_like_one_that_does_not_exist(as_role, told, rows):
    as_role("viewer")
    told()
    leader = as_role("leader", "phuong-minh-xuan")
    answer = leader.get(f"/canh-bao/{mine(leader, rows)}")
    assert (answer.status_code, answer.text) == (404, leader.get("/canh-bao/9999").text)
    assert send(leader, f"/canh-bao/{mine(leader, rows)}", act="acknowledge").status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_every_role_opens_the_list_and_its_settings(as_role, told, role):
    client = as_role(role, "xa-tan-trao" if ROLES[role].is_local else None)
    told()
    assert client.get("/canh-bao").status_code == client.get("/canh-bao/cai-dat").status_code == 200
    sees_cases = "cases.see" in ROLES[role].may
    assert ("VV-0000" in client.get("/canh-bao?nhom=tat-ca").text) == sees_cases
    assert bool(badge(client)) == sees_cases


def test_what_one_acknowledges_others_still_see_with_the_name(as_role, told, rows):
    as_role("viewer", name="tinh")
    leader = as_role("leader", "xa-tan-trao", name="lan")
    told()
    alert = mine(leader, rows)
    assert (
        send(leader, f"/canh-bao/{alert}", act="acknowledge", back="list").headers["location"] == "/canh-bao?xong=nhan"
    )
    assert badge(leader) == ""
    assert "lan" in leader.get("/canh-bao?nhom=da-nhan").text
    send(leader, f"/canh-bao/{alert}", act="return")
    assert badge(leader) == "1"


def test_a_snoozed_alert_comes_back_when_its_time_is_over(as_role, told, clock, rows):
    leader = as_role("leader", "xa-tan-trao")
    told()
    alert = mine(leader, rows)
    send(leader, f"/canh-bao/{alert}", act="snooze", until="hour")
    assert badge(leader) == ""
    assert "hiện lại lúc 21/11/2026 16:00" in leader.get("/canh-bao?nhom=tam-hoan").text
    clock.now_ms += 20 * 60_000
    leader.get("/canh-bao")
    clock.now_ms += 20 * 60_000
    leader.get("/canh-bao")
    clock.now_ms = NOW_MS + 3_600_000
    assert badge(leader) == "1"


@pytest.mark.parametrize("day", ["", "2026-11-21", "2027-11-21", "mai"])
def test_a_day_that_cannot_be_is_told_and_nothing_is_snoozed(as_role, told, rows, day):
    leader = as_role("leader", "xa-tan-trao")
    told()
    answer = send(leader, f"/canh-bao/{mine(leader, rows)}", act="snooze", until="day", day=day)
    assert answer.status_code == 422
    assert "không dùng được" in answer.text
    assert badge(leader) == "1"


def test_a_comment_is_read_by_the_unit_and_closed_in_the_database(as_role, told, rows, centre):
    leader = as_role("leader", "xa-tan-trao", name="lan")
    told()
    alert = mine(leader, rows)
    send(leader, f"/canh-bao/{alert}", act="note", note="Đã gọi <quầy 1>")
    assert "Đã gọi &lt;quầy 1&gt;" in leader.get(f"/canh-bao/{alert}").text
    assert "Đã gọi".encode() not in bytes(rows("SELECT sealed FROM alert_notes")[0][0])
    assert send(leader, f"/canh-bao/{alert}", act="note", note=" ").status_code == 422
    assert centre.writer.run(first_broken) is None
    assert ("lan", "alert.note", str(alert)) in rows("SELECT actor, action, subject FROM audit")


def test_the_version_changes_when_an_alert_comes(as_role, told):
    leader = as_role("leader", "xa-tan-trao")
    before = leader.get("/canh-bao/phien-ban")
    same = leader.get("/canh-bao/phien-ban", headers={"if-none-match": before.headers["etag"]})
    assert same.status_code == 304
    told()
    assert leader.get("/canh-bao/phien-ban").text != before.text


def test_whoever_moves_to_another_unit_has_nothing_waiting_from_the_old_one(as_role, told, centre):
    leader = as_role("leader", "xa-tan-trao", name="lan")
    told()
    centre.writer.run(lambda work: work.run("UPDATE accounts SET unit = 'xa-na-hang' WHERE name = 'lan'"))
    assert "VV-0000" not in leader.get("/canh-bao").text
    assert badge(leader) == ""


def test_the_workbook_holds_what_the_list_holds(as_role, told):
    leader = as_role("leader", "xa-tan-trao")
    told()
    answer = leader.get("/canh-bao/danh-sach.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [row for row in sheet.iter_rows(min_row=8, values_only=True) if isinstance(row[0], int)]
    assert [(row[2], row[7]) for row in rows] == [("Vụ việc ưu tiên", "Mới")]


def test_settings_are_stored_and_shown_again(as_role, rows):
    leader = as_role("leader", "xa-tan-trao")
    answer = send(leader, "/canh-bao/cai-dat", **FORM, units=["xa-tan-trao.ttpvhcc", "phuong-minh-xuan"])
    assert "Đã lưu" in answer.text
    assert 'value="lan@xa.example"' in leader.get("/canh-bao/cai-dat").text
    (body,) = rows("SELECT body FROM alert_subscriptions")[0]
    assert "xa-tan-trao.ttpvhcc" in body
    assert "phuong-minh-xuan" not in body, "a unit outside is not taken"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("low_n", "2", "từ 5 đến 1000"), ("share_base", "3", "từ 5 đến"), ("silent_minutes", "", "Im lặng"),
        ("mailbox", "không phải thư", "không đúng"), ("mailbox", "a@b.vn, c@d.vn", "một hộp thư"),
        ("quiet_begin", "25:00", "như 18:00"), ("pace", "luc-nao-do", "nhịp gửi"), ("share", "٣", "từ 1 đến 100"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_the_rest_of_the_form_is_kept(as_role, rows, field, value, words):
    leader = as_role("leader", "xa-tan-trao")
    answer = send(leader, "/canh-bao/cai-dat", **(FORM | {field: value}))
    assert answer.status_code == 422
    assert words in answer.text
    assert ("07:00" if field == "mailbox" else "lan@xa.example") in answer.text
    assert rows("SELECT count(*) FROM alert_subscriptions") == [(0,)]


def test_a_trial_goes_to_the_own_mailbox_once_a_minute(as_role, rows):
    leader = as_role("leader", "xa-tan-trao")
    assert "trên đường" in send(leader, "/canh-bao/cai-dat", **FORM, **{"try": "1"}).text
    assert "chờ một phút" in send(leader, "/canh-bao/cai-dat", **FORM, **{"try": "1"}).text
    assert rows("SELECT recipients FROM mails") == [('["lan@xa.example"]',)]


# ---- webhooks ------------------------------------------------------------------------------------------

HOOK = {"act": "make", "name": "Kênh một", "url": "https://cong.tinh.example/h", "unit": "", "kinds": ["case_late"]}


def secret_in(text: str) -> str:
    found = re.search(r'id="khoa-ky">([^<]+)<', text)
    return found[1] if found else ""


def test_a_secret_is_shown_once_and_another_after_a_change(signed_in, rows):
    first = secret_in(send(signed_in, "/canh-bao/webhook", **HOOK).text)
    assert first.startswith("whsec_")
    assert first not in signed_in.get("/canh-bao/webhook").text
    (webhook,) = rows("SELECT id FROM webhooks")[0]
    second = secret_in(send(signed_in, "/canh-bao/webhook", act="rotate", id=webhook).text)
    assert second.startswith("whsec_")
    assert second != first
    told = str(rows("SELECT subject FROM audit"))
    assert first not in told
    assert "https://" not in told


@pytest.mark.parametrize("url", ["http://cong.tinh.example/", "https://u:p@a.vn/", "khong"])
def test_an_address_without_tls_or_with_a_password_is_refused_and_the_form_kept(signed_in, rows, url):
    answer = send(signed_in, "/canh-bao/webhook", **(HOOK | {"url": url}))
    assert answer.status_code == 422
    assert "Kênh một" in answer.text
    assert rows("SELECT count(*) FROM webhooks") == [(0,)]


def test_a_dead_letter_is_sent_again_from_the_page(signed_in, centre, rows):
    send(signed_in, "/canh-bao/webhook", **HOOK)
    (webhook,) = rows("SELECT id FROM webhooks")[0]
    send(signed_in, "/canh-bao/webhook", act="trial", id=webhook)
    centre.writer.run(
        lambda work: work.run("UPDATE webhook_deliveries SET state = 'dead', tries = 8, fault = 'Mã 500'")
    )
    page = signed_in.get("/canh-bao/webhook").text
    assert "Không gửi được" in page
    assert "Mã 500" in page
    (delivery,) = rows("SELECT id FROM webhook_deliveries")[0]
    assert "Đang gửi lại" in send(signed_in, "/canh-bao/webhook", act="again", delivery=delivery).text
    assert rows("SELECT state, tries FROM webhook_deliveries") == [("waiting", 0)]
    assert send(signed_in, "/canh-bao/webhook", act="again", delivery="msg_0").status_code == 404


def test_an_ended_program_is_sent_nothing_more(signed_in, centre, rows):
    with listening() as program:
        send(signed_in, "/canh-bao/webhook", **HOOK)
        (webhook,) = rows("SELECT id FROM webhooks")[0]
        send(signed_in, "/canh-bao/webhook", act="trial", id=webhook)
        send(signed_in, "/canh-bao/webhook", act="end", id=webhook)
        assert program.taken == []
    assert rows("SELECT state FROM webhook_deliveries") == [("dead",)]
    assert centre.writer.run(hooks.active) == []
    assert send(signed_in, "/canh-bao/webhook", act="rotate", id=webhook).status_code == 404


def test_an_administrator_of_one_unit_makes_programs_for_it_alone(as_role, rows):
    bound = as_role("admin", "xa-tan-trao")
    assert send(bound, "/canh-bao/webhook", **HOOK).status_code == 422
    assert send(bound, "/canh-bao/webhook", **(HOOK | {"unit": "phuong-minh-xuan"})).status_code == 404
    assert secret_in(send(bound, "/canh-bao/webhook", **(HOOK | {"unit": "xa-tan-trao"})).text)
    whole = as_role("admin")
    assert "Kênh một" in whole.get("/canh-bao/webhook").text
    other = as_role("admin", "phuong-minh-xuan")
    assert "Kênh một" not in other.get("/canh-bao/webhook").text
