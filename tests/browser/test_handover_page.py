"""A phone takes over the answers of a kiosk from the address's fragment, and nobody else sees them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from survey.handover import Half, pack
from survey.questionnaire import bundled
from tests.browser.conftest import Served, quiet_page
from tests.browser.test_centre_pages import scanned

NINE = bundled()
IDS = [question.id for question in NINE.questions]
HALF = Half(
    {"responsibility": 5, "attitude": 2, "access": 4, "fees": "na"},
    {"attitude": ["attitude.impolite", "attitude.other"]},
    {},
    "transparency" if "transparency" in IDS else IDS[3],
)


@pytest.fixture
def touch(browser: Browser) -> Iterator[Page]:
    """Return a phone with script."""
    with quiet_page(browser, 390, 844, has_touch=True) as page:
        yield page


def checked(page: Page) -> dict[str, list[str]]:
    """Return what is chosen on the page, by field."""
    pairs = page.evaluate("[...new FormData(document.forms[0])].map(([n, v]) => [n, v])")
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name[:2] in {"q.", "r.", "x."} and value:
            found.setdefault(name, []).append(value)
    return found


def test_answers_from_the_fragment_are_filled_in_and_the_next_question_is_in_sight(served: Served, touch: Page) -> None:
    asked: list[Request] = []
    touch.on("request", lambda request: asked.append(request))
    fragment = pack(HALF, NINE)
    address = scanned(served)
    touch.goto(f"{address}#{fragment}")
    assert checked(touch) == {
        "q.responsibility": ["5"],
        "q.attitude": ["2"],
        "r.attitude": ["attitude.impolite", "attitude.other"],
        "q.access": ["4"],
        "q.fees": ["na"],
    }
    expect(touch.locator("#ho")).to_have_text("Đã nhận 4 câu trả lời từ máy. Xin Ông/Bà trả lời tiếp từ đây.")
    expect(touch.locator("#ho")).to_be_in_viewport()
    expect(touch.locator(f"label[for={HALF.at}-5]")).to_be_in_viewport()
    assert touch.url == address, "the answers are gone from the address bar"
    assert len(asked) == 1
    assert not any(fragment in f"{one.url}{one.post_data}{one.headers}" for one in asked)


def test_the_other_language_takes_the_answers_along(served: Served, touch: Page) -> None:
    touch.goto(f"{scanned(served)}#{pack(HALF, NINE)}")
    touch.get_by_role("link", name="English").tap()
    expect(touch.locator("#ho")).to_have_text("4 answers received from the kiosk. Please go on from here.")
    assert checked(touch)["q.fees"] == ["na"]


@pytest.mark.parametrize("fragment", ["A", "HELLO", "<img src=x onerror=alert(1)>", "%F0%9F", pack(HALF, NINE)[:-3]])
def test_a_damaged_fragment_is_ignored_with_a_calm_line(served: Served, touch: Page, fragment: str) -> None:
    touch.goto(f"{scanned(served)}#{fragment}")
    expect(touch.locator("#ho")).to_contain_text("Chưa đọc được các câu đã trả lời trên máy")
    assert checked(touch) == {}
    assert "#" not in touch.url


def test_a_plain_code_says_nothing_of_answers(served: Served, touch: Page) -> None:
    touch.goto(scanned(served))
    expect(touch.locator("#ho")).to_be_hidden()
    assert checked(touch) == {}


def test_every_half_a_person_can_leave_is_filled_in_as_it_was(served: Served, touch: Page) -> None:
    touch.goto(scanned(served))
    script = touch.locator("script").inner_text()
    for count in range(1, len(IDS) + 1):
        levels = {one: 1 + (n + count) % 5 for n, one in enumerate(IDS[:count])}
        reasons = {
            q.id: [reason.id for reason in q.follow_up.reasons[count % 4 :][:3]]
            for q in NINE.questions
            if q.follow_up and q.id in levels and q.asks_reasons(levels[q.id])
        }
        touch.evaluate(f"document.forms[0].reset(); location.hash = {pack(Half(levels, reasons), NINE)!r}")
        touch.evaluate(script)
        expected = {f"q.{one}": [str(level)] for one, level in levels.items()}
        expected |= {f"r.{one}": chosen for one, chosen in reasons.items() if chosen}
        assert checked(touch) == expected


def test_what_was_said_of_the_visit_is_taken_along(served: Served, touch: Page) -> None:
    items = [item for item in NINE.context_items if item.default_on]
    half = Half({"responsibility": 4}, {}, {"role": "organisation", "field": "khac"}, "attitude")
    touch.goto(f"{scanned(served)}#{pack(half, NINE, items)}")
    assert checked(touch) == {"q.responsibility": ["4"], "x.role": ["organisation"], "x.field": ["khac"]}
    touch.locator("summary").tap()
    assert touch.locator("label[for=x-field-khac]").bounding_box()["height"] >= 48
