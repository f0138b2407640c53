"""Signing in with the organisation's account: a real OpenID provider of its own process on loopback, a real browser."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from demo import second_step
from tests.browser.conftest import Served, serve

INVITED = "lan@tuyenquang.test"


def _person(sub: str, **claims: object) -> str:
    return json.dumps({"sub": sub, "email_verified": True} | claims)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Return the address of an OpenID provider that knows four people."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    people = [
        _person("lan", email=INVITED),
        _person("lan-otp", email=INVITED, amr=["pwd", "otp"]),
        _person("la", email="la@tuyenquang.test"),
        _person("gia", email=INVITED, email_verified=False),
    ]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "-n", "true"]
    command += [word for one in people for word in ("--user-claims", one)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address, until = f"http://127.0.0.1:{port}", time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if httpx.get(f"{address}/.well-known/openid-configuration").status_code == 200:
                break
        except httpx.TransportError:
            time.sleep(0.2)
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture
def joined(tmp_path: Path, issuer: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Return a served centre with this provider, where one person is invited as a handler of phones."""
    yield from serve(
        tmp_path, monkeypatch, oidc_issuer=issuer, oidc_client_id="hai-long", oidc_client_secret="quiet",
        oidc_second_step="otp mfa",
    )  # fmt: skip


def add(served: Served, role: str) -> None:
    served.centre.writer.run(
        lambda work: work.run(
            "INSERT INTO accounts (name, password_hash, must_change, role, failures, wait_until, made_at, unit, login) "
            "VALUES ('lan', '', ?, ?, 0, 0, 1, ?, ?)",
            (False, role, "xa-tan-trao", INVITED),
        )
    )


def go(page: Page, served: Served, sub: str) -> None:
    page.goto(served.url + "/dang-nhap")
    page.get_by_role("link", name="Đăng nhập bằng tài khoản cơ quan").click()
    page.get_by_role("button", name=sub, exact=True).first.click()


def test_an_invited_person_signs_in_with_the_organisations_account(joined: Served, phone: Page) -> None:
    add(joined, "viewer")
    go(phone, joined, "lan")
    expect(phone.get_by_role("heading", name="Kết quả khảo sát")).to_be_visible()
    expect(phone.locator("select[name=don_vi]")).to_contain_text("Xã Tân Trào")
    actions = joined.centre.writer.run(lambda work: work.all("SELECT actor, action FROM audit ORDER BY id"))
    assert tuple(actions[-1]) == ("lan", "sign_in.provider")


@pytest.mark.parametrize("sub", ["la", "gia"])
def test_nobody_gets_an_account_by_signing_in_and_an_unverified_address_is_nobodys(
    joined: Served, phone: Page, sub: str
) -> None:
    add(joined, "viewer")
    go(phone, joined, sub)
    expect(phone.get_by_role("alert")).to_contain_text("chưa được mời")
    count = joined.centre.writer.run(lambda work: work.one("SELECT count(*) FROM accounts"))
    assert count is not None
    assert count[0] == 2
    phone.goto(joined.url + "/ket-qua")
    expect(phone.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_our_second_step_is_asked_unless_the_provider_did_one(joined: Served, phone: Page) -> None:
    add(joined, "handler")
    go(phone, joined, "lan")
    expect(phone.get_by_role("heading", name="Bảo vệ bằng bước thứ hai")).to_be_visible()
    second_step.set_up(phone)
    phone.context.clear_cookies()
    go(phone, joined, "lan")
    expect(phone.get_by_role("heading", name="Bước thứ hai")).to_be_visible()
    phone.context.clear_cookies()
    go(phone, joined, "lan-otp")
    expect(phone.get_by_role("heading", name="Kết quả khảo sát")).to_be_visible()


def test_a_locked_account_stays_out(joined: Served, phone: Page) -> None:
    add(joined, "viewer")
    joined.centre.writer.run(lambda work: work.run("UPDATE accounts SET disabled_at = 1 WHERE name = 'lan'"))
    go(phone, joined, "lan")
    expect(phone.get_by_role("alert")).to_contain_text("chưa được mời")


def test_a_return_that_was_not_begun_here_opens_nothing(joined: Served, phone: Page) -> None:
    add(joined, "viewer")
    phone.goto(joined.url + "/dang-nhap/co-quan/ve?code=x&state=y")
    expect(phone.get_by_role("alert")).to_contain_text("không hoàn tất")


def test_without_a_provider_there_is_no_button_and_no_way(served: Served, phone: Page) -> None:
    phone.goto(served.url + "/dang-nhap")
    expect(phone.get_by_role("link", name="tài khoản cơ quan")).to_have_count(0)
    answer = phone.goto(served.url + "/dang-nhap/co-quan")
    assert answer is not None
    assert answer.status == 404


def test_a_provider_that_does_not_answer_is_told(tmp_path: Path, phone: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    made = serve(tmp_path, monkeypatch, oidc_issuer=f"http://127.0.0.1:{port}", oidc_client_id="hai-long")
    served = next(made)
    phone.goto(served.url + "/dang-nhap/co-quan")
    expect(phone.get_by_role("alert")).to_contain_text("Chưa liên lạc được")
    made.close()
