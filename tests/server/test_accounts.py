"""People sign in: one-time passwords, delays, sessions, forms that must come from our own pages."""

import pytest

from server.accounts.sign_in import wait_s
from tests.kiosk_double import NOW_MS
from tests.server.conftest import GOOD, ORIGIN, change, code_at, csrf, enter, enter_code, set_up


def test_nobody_sees_results_without_signing_in(client):
    for path in ("/ket-qua", "/ket-qua/version", "/doi-mat-khau"):
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/dang-nhap")


def test_a_one_time_password_must_be_changed_before_anything_else(client, admin, clock):
    assert enter(client, admin).headers["location"] == "/doi-mat-khau"
    assert client.get("/ket-qua", follow_redirects=False).headers["location"] == "/doi-mat-khau"
    assert change(client, admin, GOOD).headers["location"] == "/"
    assert client.get("/ket-qua", follow_redirects=False).headers["location"] == "/hai-buoc"
    set_up(client, clock)
    assert client.get("/ket-qua").status_code == 200


@pytest.mark.parametrize(
    "new", ["short", "matkhau123456789", "aaaaaaaaaaaaaaaaaaaa", "quantri quantri 2026", "Tuyên Quang 123456"]
)
def test_a_guessable_new_password_is_refused(client, admin, new):
    enter(client, admin)
    answer = change(client, admin, new)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_changed_password_ends_every_other_session(client, admin, rows):
    enter(client, admin)
    enter(client, admin)
    assert rows("SELECT count(*) FROM sessions") == [(2,)]
    change(client, admin, GOOD)
    assert rows("SELECT count(*) FROM sessions") == [(1,)]


def test_every_sign_in_has_a_new_session_and_only_its_digest_is_stored(client, admin, rows):
    first, second = (enter(client, admin).cookies["hailong"] for _ in range(2))
    assert first != second
    stored = [bytes(row[0]) for row in rows("SELECT id_hash FROM sessions")]
    assert len(stored) == 2
    assert first.encode() not in b"".join(stored)


def test_the_cookie_is_kept_from_scripts_and_other_sites(client, admin):
    cookie = enter(client, admin).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_an_unknown_name_is_told_the_same_as_a_wrong_password(client, admin):
    wrong, unknown = enter(client, "nope"), enter(client, "nope", name="nobody")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace("quantri", "") == unknown.text.replace("nobody", "")


def test_after_five_wrong_passwords_the_right_one_waits_too(client, admin, clock):
    for _ in range(5):
        enter(client, "wrong")
    assert enter(client, admin).status_code == 401
    clock.now_ms += 3_000
    assert enter(client, admin).status_code == 303


def test_the_wait_doubles_up_to_fifteen_minutes():
    assert [wait_s(n) for n in (0, 4, 5, 6, 7, 50)] == [0, 0, 2, 4, 8, 900]


def test_a_session_ends_after_half_an_hour_of_silence_and_after_twelve_hours(signed_in, clock):
    for _ in range(30):
        clock.now_ms += 25 * 60_000
        if clock.now_ms - NOW_MS < 12 * 3_600_000:
            assert signed_in.get("/ket-qua", follow_redirects=False).status_code == 200
    assert signed_in.get("/ket-qua", follow_redirects=False).status_code == 303
    enter(signed_in, GOOD)
    enter_code(signed_in, code_at(clock))
    assert signed_in.get("/ket-qua", follow_redirects=False).status_code == 200
    clock.now_ms += 31 * 60_000
    assert signed_in.get("/ket-qua", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("origin", ["http://evil.test", "null", ""])
def test_a_form_from_elsewhere_is_refused(client, admin, origin):
    assert enter(client, admin, origin=origin).status_code == 403


def test_a_form_without_its_token_is_refused(signed_in):
    answer = signed_in.post("/dang-xuat", data={"csrf": "made up"}, headers=ORIGIN, follow_redirects=False)
    assert answer.status_code == 403
    assert "Chưa thực hiện được" in answer.text
    assert signed_in.get("/ket-qua").status_code == 200


def test_signing_out_ends_the_session_at_the_centre(signed_in, rows):
    token = csrf(signed_in.get("/ket-qua"))
    signed_in.post("/dang-xuat", data={"csrf": token}, headers=ORIGIN, follow_redirects=False)
    assert rows("SELECT count(*) FROM sessions") == [(0,)]
    assert signed_in.get("/ket-qua", follow_redirects=False).status_code == 303


def test_a_disabled_account_is_out_at_once(signed_in, centre):
    centre.writer.run(lambda work: work.run("UPDATE accounts SET disabled_at = 1"))
    assert signed_in.get("/ket-qua", follow_redirects=False).status_code == 303
    assert enter(signed_in, GOOD).status_code == 401


def test_sign_ins_are_in_the_log_and_passwords_are_nowhere(signed_in, rows):
    actions = [row[0] for row in rows("SELECT action FROM audit ORDER BY id")]
    assert actions[-3:] == ["sign_in", "password.change", "second_step.set"]
    everything = str(rows("SELECT * FROM audit")) + str(rows("SELECT * FROM accounts"))
    assert GOOD not in everything


def test_pages_carry_their_guards(client):
    headers = client.get("/dang-nhap").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in headers["content-security-policy"]


def test_an_unknown_page_is_told_in_vietnamese_and_the_api_in_json(client):
    page = client.get("/khong-co")
    assert (page.status_code, "Không tìm thấy" in page.text) == (404, True)
    assert client.get("/static/../settings.py").status_code == 404
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
