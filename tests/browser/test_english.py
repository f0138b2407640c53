"""Every page of the centre in English: what a reader sees is English, but for people's and places' names."""

from playwright.sync_api import Browser
from sqlalchemy import select

from server.pages.english import VIETNAMESE, translated
from server.tables import org_versions
from tests.browser.conftest import Served
from tests.browser.test_centre_pages import sign_in
from tests.browser.test_every_page import PAGES, filled

OWN_ENGLISH = ("/tra-cuu",)
"""Pages that speak English by themselves."""


KEPT = (
    "Hài Lòng", "NĐ-CP", "TT-VPCP", "Tết", "Hùng", "“Cán bộ”", "“Hướng dẫn”", "sheet Dữ liệu phiếu", "Tiếng Việt",
    "Quầy số 1", "TT PVHCC xã Tân Trào", "Nguyễn Thị Lan", "Chờ lâu quá", "Cảm ơn cán bộ nhiệt tình", "Tuyên Quang",
)  # fmt: skip
"""What stays Vietnamese on an English page: names, sheets of Vietnamese workbooks, what citizens wrote."""


def names_of(served: Served) -> list[str]:
    """Return the names of units, the longest first, and what else stays Vietnamese."""
    with served.centre.engine.connect() as connection:
        found = [row[0] for row in connection.execute(select(org_versions.c.name_vi))]
    return [*sorted(found, key=len, reverse=True), *KEPT]


def left(html: str, names: list[str]) -> set[str]:
    """Return the Vietnamese words of a page that are nobody's name."""
    found = set()
    for words in translated(html)[1]:
        rest = words
        for name in names:
            rest = rest.replace(name, "")
        if VIETNAMESE.search(rest):
            found.add(words)
    return found


def test_every_page_speaks_english(served: Served, browser: Browser) -> None:
    page = browser.new_page()
    sign_in(page, served)
    filled(served, page)
    page.goto(served.url + "/ngon-ngu?lang=en&ve=/ket-qua")
    assert page.locator("html").get_attribute("lang") == "en"
    names = names_of(served)
    missing = {}
    for where in PAGES:
        address = where if not where.startswith("/cong-khai") else where + "?lang=en"
        page.goto(served.url + address)
        words = left(page.content(), names) if where not in OWN_ENGLISH else set()
        if words:
            missing[where] = sorted(words)
    page.close()
    assert missing == {}
