"""The second step: asked of whoever sees phones or manages accounts, never passed twice with one code."""

import re

import pytest

from server.accounts import browsers, totp
from tests.server.conftest import GOOD, ORIGIN, SECRETS, code_at, csrf, enter, enter_code, set_up


def recovery_codes(page: str) -> list[str]:
    return re.findall(r"<li><code>([^<]+)</code>", page)


def test_an_administrator_without_a_second_step_is_led_to_it_from_everywhere(client, admin, centre):
    enter(client, admin)
    centre.writer.run(lambda work: work.run("UPDATE accounts SET must_change = ?", (False,)))
    for path in ("/", "/ket-qua", "/thiet-bi", "/phien", "/bao-cao/thang/2026-11.xlsx"):
        assert client.get(path, follow_redirects=False).headers["location"] == "/hai-buoc"


@pytest.mark.parametrize("role", ["viewer", "steward", "technician", "auditor"])
def test_a_role_that_sees_no_phones_is_asked_for_none(as_role, role):
    assert as_role(role).get("/phien").status_code == 200
    assert role not in SECRETS


def test_a_wrong_first_code_sets_nothing_up(client, admin, rows):
    enter(client, admin)
    page = client.post("/doi-mat-khau", data={"csrf": csrf(client.get("/doi-mat-khau")), "old": admin, "new": GOOD,
                                              "again": GOOD}, headers=ORIGIN)  # fmt: skip
    answer = client.post("/hai-buoc", data={"csrf": csrf(page), "code": "000000"}, headers=ORIGIN)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert rows("SELECT totp FROM accounts") == [(None,)]


def test_the_second_sign_in_asks_for_the_code_and_opens_nothing_before(signed_in, clock):
    signed_in.cookies.clear()
    clock.now_ms += 60_000
    assert enter(signed_in, GOOD).headers["location"] == "/dang-nhap/ma"
    for path in ("/ket-qua", "/phien", "/hai-buoc", "/doi-mat-khau", "/"):
        assert signed_in.get(path, follow_redirects=False).headers["location"] == "/dang-nhap/ma"
    assert enter_code(signed_in, code_at(clock)).status_code == 303
    assert signed_in.get("/ket-qua").status_code == 200


def test_a_code_opens_once(signed_in, clock):
    clock.now_ms += 60_000
    code = code_at(clock)
    enter(signed_in, GOOD)
    assert enter_code(signed_in, code).status_code == 303
    enter(signed_in, GOOD)
    assert enter_code(signed_in, code).status_code == 401
    clock.now_ms += 30_000
    assert enter_code(signed_in, code_at(clock)).status_code == 303


def test_the_code_of_the_set_up_does_not_sign_in(signed_in, clock):
    enter(signed_in, GOOD)
    assert enter_code(signed_in, code_at(clock)).status_code == 401


def test_wrong_codes_delay_the_account_like_wrong_passwords(signed_in, clock, rows):
    clock.now_ms += 60_000
    enter(signed_in, GOOD)
    for _ in range(5):
        assert enter_code(signed_in, "000000").status_code == 401
    assert enter_code(signed_in, code_at(clock)).status_code == 401
    assert rows("SELECT failures FROM accounts") == [(5,)]
    assert enter(signed_in, GOOD).status_code == 401
    clock.now_ms += 3_000
    enter(signed_in, GOOD)
    assert rows("SELECT failures FROM accounts") == [(5,)], "a right password alone forgets nothing"
    assert enter_code(signed_in, code_at(clock)).status_code == 303
    assert rows("SELECT failures FROM accounts") == [(0,)]


def test_a_right_password_waits_five_minutes_for_its_code(signed_in, clock):
    enter(signed_in, GOOD)
    clock.now_ms += 5 * 60_000
    assert signed_in.get("/dang-nhap/ma", follow_redirects=False).headers["location"] == "/dang-nhap"


def test_a_recovery_code_opens_once_and_is_stored_as_a_digest(client, admin, clock, centre, rows):
    enter(client, admin)
    centre.writer.run(lambda work: work.run("UPDATE accounts SET must_change = ?", (False,)))
    codes = recovery_codes(set_up(client, clock).text)
    assert len(set(codes)) == 10
    assert codes[0] not in str(rows("SELECT * FROM recovery_codes"))
    for expected in (303, 401):
        enter(client, admin)
        assert enter_code(client, codes[0].upper().replace("-", " ")).status_code == expected
    assert rows("SELECT count(*) FROM recovery_codes") == [(9,)]
    assert ("second_step.recovery_used",) in rows("SELECT action FROM audit")


def test_new_recovery_codes_replace_the_old_ones(signed_in, clock, rows):
    clock.now_ms += 60_000
    before = set(rows("SELECT digest FROM recovery_codes"))
    form = {"csrf": csrf(signed_in.get("/hai-buoc")), "code": code_at(clock)}
    assert len(recovery_codes(signed_in.post("/hai-buoc", data=form, headers=ORIGIN).text)) == 10
    assert not before & set(rows("SELECT digest FROM recovery_codes"))


def test_the_secret_is_nowhere_in_the_database_or_the_log(signed_in, rows):
    everything = str([rows(f"SELECT * FROM {table}") for table in ("accounts", "audit", "sessions")])
    assert SECRETS["quantri"] not in everything
    assert rows("SELECT totp IS NULL FROM accounts")[0][0] in (0, False)


def test_the_page_draws_the_code_itself_without_script_or_picture(client, admin, centre):
    enter(client, admin)
    centre.writer.run(lambda work: work.run("UPDATE accounts SET must_change = ?", (False,)))
    page = client.get("/hai-buoc").text
    assert "<svg" in page
    assert " style=" not in page
    assert page == client.get("/hai-buoc").text, "loaded again it offers the same key"


def test_a_session_of_the_password_alone_ends_when_the_second_step_is_set_up(client, admin, clock, centre):
    enter(client, admin)
    centre.writer.run(lambda work: work.run("UPDATE accounts SET must_change = ?", (False,)))
    stolen = client.cookies["hailong"]
    client.cookies.clear()
    enter(client, admin)
    set_up(client, clock)
    assert client.get("/ket-qua").status_code == 200
    client.cookies.set("hailong", stolen)
    assert client.get("/ket-qua", follow_redirects=False).headers["location"] == "/dang-nhap"


def test_a_wrong_current_password_counts_into_the_delay_too(as_role, rows):
    client = as_role("viewer")
    for _ in range(6):
        form = {"csrf": csrf(client.get("/doi-mat-khau")), "old": "wrong", "new": GOOD, "again": GOOD}
        answer = client.post("/doi-mat-khau", data=form, headers=ORIGIN)
    assert "Xin chờ vài phút" in answer.text
    assert rows("SELECT failures FROM accounts") == [(5,)]


def test_a_phone_half_a_minute_off_is_taken_and_a_minute_off_is_not():
    secret = b"12345678901234567890"
    code = "287082"
    assert [totp.step_of(secret, code, at, 0) for at in (29_000, 59_000, 89_000, 119_000)] == [1, 1, 1, None]
    assert totp.step_of(secret, code, 59_000, 1) is None


# ---- sessions -------------------------------------------------------------------------------------------


def test_sessions_are_listed_by_the_kind_of_browser_and_ended(as_role, clock, rows):
    client = as_role("viewer")
    first = client.cookies["hailong"]
    client.cookies.clear()
    enter(client, GOOD, "viewer-tinh", **{"user-agent": "Mozilla/5.0 (iPhone; CPU) AppleWebKit Version/19 Safari/604"})
    page = client.get("/phien").text
    assert "Safari trên iPhone" in page
    assert "đăng nhập ở 2 nơi" in page
    key = re.search(r'name="key" value="([0-9a-f]{64})"', page)[1]
    client.post("/phien", data={"csrf": csrf(client.get("/phien")), "key": key}, headers=ORIGIN)
    assert rows("SELECT count(*) FROM sessions") == [(1,)]
    client.cookies.set("hailong", first)
    assert client.get("/phien", follow_redirects=False).headers["location"] == "/dang-nhap"


def test_nobody_ends_somebody_elses_session_from_the_own_page(as_role, rows):
    as_role("auditor")
    key = bytes(rows("SELECT id_hash FROM sessions")[0][0]).hex()
    client = as_role("viewer")
    for given in (key, "zz", ""):
        client.post("/phien", data={"csrf": csrf(client.get("/phien")), "key": given}, headers=ORIGIN)
    assert rows("SELECT count(*) FROM sessions") == [(2,)]
    client.post("/phien", data={"csrf": csrf(client.get("/phien")), "key": "all"}, headers=ORIGIN)
    assert rows("SELECT count(*) FROM sessions") == [(2,)]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge trên Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox trên Linux"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537 Chrome/150 Mobile Safari/537", "Chrome trên Android"),
        ("", "Trình duyệt khác"),
        ("x" * 400, "Trình duyệt khác"),
    ],
)
def test_a_browser_is_told_in_words_that_name_nobody(told, words):
    assert browsers.in_words(told) == words
    assert len(browsers.in_words(told)) <= 40
