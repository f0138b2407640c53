"""An alert as a person meets it: the number in the bar, the list, acknowledged, snoozed, settings, a webhook.

The measured way from a kiosk to page, mailbox and program stands here too, and prints its seconds.
With HAILONG_PICTURES=folder it also takes the handbook's pictures there.
"""

import json
import socket
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, expect
from standardwebhooks import Webhook

from server.alerts.tell import tell_cases, tell_measures
from server.cases.open import open_waiting
from survey.ballot import Answer, Channel
from tests.browser.conftest import Served, handbook_picture, serve
from tests.browser.test_centre_pages import sign_in, wall
from tests.browser.test_every_page import faults
from tests.kiosk_double import QUESTIONS
from tests.server.listening import Listening, listening

AT_MOST_S = 60.0


class Taking:
    """What a mail server was given."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append((time.monotonic(), envelope.content))
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Taking, int]]:
    taking = Taking()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(taking, hostname="127.0.0.1", port=port)
    controller.start()
    yield taking, port
    controller.stop()


@pytest.fixture
def program() -> Iterator[Listening]:
    with listening() as told:
        yield told


@pytest.fixture
def joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, post: tuple[Taking, int]) -> Iterator[Served]:
    more: dict[str, Any] = {
        "smtp_host": "127.0.0.1", "smtp_port": post[1], "smtp_security": "none", "smtp_from": "hailong@tinh.example",
        "webhook_inside": True,
    }  # fmt: skip
    yield from serve(tmp_path, monkeypatch, **more)


def bad(served: Served, counter: str, reason: str, n: int = 1) -> None:
    kiosk = served.kiosk(counter)
    answers = {one: Answer(1 if one in ("attitude", QUESTIONS[-1]) else 4, 900) for one in QUESTIONS}
    kiosk.send([
        kiosk.cast(wall=wall(), channel=Channel.TOUCH, answers=answers, reasons={"attitude": [reason]})
        for _ in range(n)
    ])  # fmt: skip


def ask_for_mail(page: Page, served: Served) -> None:
    page.goto(served.url + "/canh-bao/cai-dat")
    page.get_by_label("E-mail").fill("lan@xa.example")
    page.locator("input[name=quiet_begin]").fill("00:00")
    page.locator("input[name=quiet_end]").fill("00:00")
    page.locator("input[name=has_days_off]").uncheck()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Đã lưu")


def join_program(page: Page, served: Served, url: str) -> str:
    page.goto(served.url + "/canh-bao/webhook")
    page.get_by_label("Tên").fill("Cổng tin nhắn của tỉnh")
    page.get_by_label("Địa chỉ nhận").fill(url)
    page.get_by_role("button", name="Lập kênh").click()
    return page.inner_text("#khoa-ky")


def test_a_low_grade_reaches_page_mailbox_and_program_within_a_minute(
    joined: Served, browser: Browser, post: tuple[Taking, int], program: Listening
) -> None:
    page = browser.new_page()
    sign_in(page, joined)
    ask_for_mail(page, joined)
    secret = join_program(page, joined, program.url)
    page.goto(joined.url + "/canh-bao")
    began = time.monotonic()
    bad(joined, "xa-tan-trao.q1", "attitude.harassment")
    seconds: dict[str, float] = {}
    while len(seconds) < 3 and time.monotonic() - began < AT_MOST_S + 5:
        shown = page.get_by_role("link", name="Ưu tiên: vụ việc VV-00001").count()
        for name, is_there in (("page", shown), ("mail", post[0].taken), ("webhook", program.taken)):
            if is_there:
                seconds.setdefault(name, time.monotonic() - began)
        page.wait_for_timeout(200)
    print("seconds from the press:", {name: round(took, 1) for name, took in seconds.items()})
    assert set(seconds) == {"page", "mail", "webhook"}
    assert max(seconds.values()) < AT_MOST_S
    headers, body = program.taken[0]
    assert Webhook(secret).verify(body, headers)["data"]["case"] == "VV-00001"
    assert json.loads(body)["data"]["priority"] is True
    letter = message_from_bytes(post[0].taken[0][1], policy=default)
    assert f"{joined.url}/canh-bao/1" in letter.get_content()
    print(letter.get_content())
    page.close()


def test_a_person_works_through_alerts_and_every_page_of_them_fits(
    joined: Served, browser: Browser, tmp_path: Path, program: Listening
) -> None:
    page, pictures = browser.new_page(), tmp_path / "pictures"
    pictures.mkdir()
    sign_in(page, joined)
    page.goto(joined.url + "/canh-bao")
    expect(page.get_by_role("heading", name="Chưa có cảnh báo nào")).to_be_visible()
    found = faults(page, "canh-bao-trong", pictures)
    bad(joined, "xa-tan-trao.q1", "attitude.harassment")
    bad(joined, "phuong-minh-xuan.q2", "attitude.unfair", 5)
    open_waiting(joined.centre)
    tell_cases(joined.centre)
    tell_measures(joined.centre)
    page.goto(joined.url + "/canh-bao")
    expect(page.locator(".bar .count-hot")).to_contain_text("2")
    found += faults(page, "canh-bao", pictures)
    handbook_picture(page, "dv-canh-bao", is_whole=True)
    page.get_by_role("link", name="Ưu tiên").click()
    page.get_by_label("Ghi chú").fill("Đã gọi trưởng quầy, mời lên làm việc lúc 15 giờ.")
    page.get_by_role("button", name="Ghi").click()
    page.get_by_role("button", name="Đã nhận").click()
    expect(page.get_by_role("status")).to_contain_text("Đã nhận")
    found += faults(page, "canh-bao-mot", pictures)
    page.goto(joined.url + "/canh-bao")
    page.get_by_role("button", name="Hoãn 1 giờ").first.click()
    expect(page.get_by_role("heading", name="Không còn cảnh báo nào chờ")).to_be_visible()
    page.goto(joined.url + "/canh-bao?nhom=tat-ca")
    found += faults(page, "canh-bao-tat-ca", pictures)
    page.goto(joined.url + "/canh-bao/cai-dat")
    found += faults(page, "canh-bao-cai-dat", pictures)
    handbook_picture(page, "dv-canh-bao-cai-dat", is_whole=True)
    program.answer = 410
    join_program(page, joined, program.url)
    found += faults(page, "webhook-khoa", pictures)
    page.get_by_role("button", name="Gửi thử").click()
    page.wait_for_timeout(7000)
    page.goto(joined.url + "/canh-bao/webhook")
    expect(page.get_by_role("heading", name="Không gửi được")).to_be_visible()
    found += faults(page, "webhook", pictures)
    handbook_picture(page, "tt-webhook", is_whole=True)
    page.close()
    assert found == []
