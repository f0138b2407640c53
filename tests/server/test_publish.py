"""What everybody may see: offices that agreed, whole months, thirty answers and more, each share with its base."""

import csv
import html
import io
import re

import pytest

from survey.ballot import Answer, Status
from tests.kiosk_double import QUESTIONS
from tests.server import test_results
from tests.server.conftest import OFFICE, ORIGIN, csrf

OTHER = "phuong-minh-xuan.ttpvhcc"


def text(page):
    return html.unescape(test_results.text(page)).replace("\u00a0", " ")


def given(level):
    return {question: Answer(level, 2000) for question in QUESTIONS}


@pytest.fixture
def october(enrol):
    """October 2026: 40 answers at one office, 36 good; 29 at another; September: 30 at the first, 15 good."""
    kiosk, other = enrol("xa-tan-trao.q1"), enrol("phuong-minh-xuan.q1")
    at = "2026-10-13T03:00:00.000Z"
    kiosk.send([kiosk.cast(answers=given(5 if n < 36 else 2), wall=at) for n in range(40)])
    kiosk.send([kiosk.cast(answers=given(4 if n < 15 else 1), wall="2026-09-10T03:00:00.000Z") for n in range(30)])
    kiosk.send([kiosk.cast(answers=given(1), wall="2026-11-20T03:00:00.000Z") for _ in range(50)])
    quick = {"answers": {"overall": Answer(1, 0)}, "status": Status.QUICK}
    kiosk.send([kiosk.cast(wall=at, **quick) for _ in range(20)])
    other.send([other.cast(answers=given(5), wall=at) for _ in range(29)])


@pytest.fixture
def publish(signed_in):
    def chosen(*offices):
        form = {"csrf": csrf(signed_in.get("/cong-bo"))} | {f"o.{one}": "1" for one in offices}
        return signed_in.post("/cong-bo", data=form, headers=ORIGIN)

    return chosen


def test_nobody_publishes_until_the_province_says_so(client, october, publish, rows):
    assert "Chưa có đơn vị nào" in client.get("/cong-khai").text
    assert client.get(f"/cong-khai/{OFFICE}").status_code == 404
    assert "1 đơn vị công bố" in publish(OFFICE).text
    assert client.get(f"/cong-khai/{OFFICE}").status_code == 200
    publish()
    assert client.get(f"/cong-khai/{OFFICE}").status_code == 404
    assert [row[0] for row in rows("SELECT action FROM audit WHERE action IN ('publish.begin', 'publish.end')")] == [
        "publish.begin", "publish.end",
    ]  # fmt: skip


def test_the_newest_whole_month_stands_with_its_base_and_interval_and_nothing_of_this_month(client, october, publish):
    publish(OFFICE)
    page = text(client.get("/cong-khai"))
    assert "Tháng 10/2026" in page
    assert re.search(r"xã Tân Trào 90,0 % 40 76,9 % – 96,0 %", page)
    months = text(client.get(f"/cong-khai/{OFFICE}"))
    assert re.search(r"Tháng 09/2026 50,0 % 30 ", months)
    assert "11/2026" not in months


def test_a_month_of_29_says_neither_its_share_nor_how_few_they_were(client, october, publish):
    publish(OTHER)
    for address in ("/cong-khai", f"/cong-khai/{OTHER}", f"/cong-khai/{OTHER}/nhung", f"/cong-khai/{OTHER}/ap-phich"):
        page = text(client.get(address))
        assert "100,0" not in page
        assert not re.search(r"\b29\b", page)
        assert "dưới 30" in page
    assert len(client.get("/cong-khai/du-lieu.csv").text.splitlines()) == 1


def test_the_open_data_has_a_row_a_month_and_a_dictionary_of_every_column(client, october, publish):
    publish(OFFICE, OTHER)
    answer = client.get("/cong-khai/du-lieu.csv")
    found = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(one["month"], one["n5"], one["n2"], one["base"], one["top2_percent"]) for one in found] == [
        ("2026-09", "0", "0", "30", "50.0"), ("2026-10", "36", "4", "40", "90.0"),
    ]  # fmt: skip
    words = csv.DictReader(io.StringIO(client.get("/cong-khai/mo-ta.csv").content.decode("utf-8-sig")))
    assert [one["column"] for one in words] == list(found[0])
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_widget_may_stand_in_any_site_and_the_pages_in_none(client, october, publish):
    publish(OFFICE)
    assert "frame-ancestors *" in client.get(f"/cong-khai/{OFFICE}/nhung").headers["content-security-policy"]
    assert "frame-ancestors 'none'" in client.get(f"/cong-khai/{OFFICE}").headers["content-security-policy"]


def test_public_pages_need_no_account_and_set_no_cookie(client, october, publish):
    publish(OFFICE)
    client.cookies.clear()
    for path in ("", f"/{OFFICE}", f"/{OFFICE}/nhung", f"/{OFFICE}/ap-phich", "/du-lieu.csv", "/mo-ta.csv"):
        answer = client.get("/cong-khai" + path)
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)


def test_a_bound_account_cannot_decide_for_the_province(as_role):
    assert as_role("leader", "xa-tan-trao").get("/cong-bo").status_code == 403
