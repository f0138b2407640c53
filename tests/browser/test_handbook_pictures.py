"""The pictures of the handbooks, from a province with ballots of two months: `make handbook` takes them anew.

Each test here also runs without taking any: the pages, the workbook and the report must be there to be photographed.
"""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, Page

from server.cases.open import open_waiting
from server.offices.queries import COUNTER, standing
from survey.ballot import Answer, Consent
from survey.note import Note
from survey.sealing import seal
from tests.browser.conftest import PICTURES, Served, handbook_picture
from tests.browser.test_centre_pages import sign_in
from tests.kiosk_double import QUESTIONS

REPOSITORY = Path(__file__).parents[2]
BOOKS = ("docs/vi/don-vi.md", "docs/vi/trung-tam.md")
MADE_BY = ("tests/browser/*.py", "demo/*.py")
PAGES = {
    "dv-cay": "/don-vi",
    "dv-loi-moi": "/loi-moi?don_vi=xa-tan-trao.q1",
    "dv-ngay-nghi": "/ngay-nghi?nam=2026",
    "dv-goi-lai": "/goi-lai",
    "tt-bao-cao": "/bao-cao",
    "tt-phan-tich": "/ket-qua/phan-tich?ky=thang",
    "tt-xep-hang": "/ket-qua/xep-hang?ky=thang",
    "tt-gio": "/ket-qua/gio?ky=thang",
    "tt-van-ban": "/bao-cao/van-ban",
    "tt-cong-khai": "/cong-khai/xa-tan-trao.ttpvhcc",
}
"""Pictures of pages as they open; the others are taken where a test comes past them."""
BLANK = 5_000
"""A page with nothing on it makes a picture of fewer bytes."""


def counters(served: Served) -> list[str]:
    with served.centre.engine.connect() as connection:
        return sorted(one.id for one in standing(connection, datetime.now(UTC).date()) if one.kind == COUNTER)


def fill(served: Served) -> None:
    """Cast some thousand ballots of the last sixty days, at every third counter, as people do."""
    chance = Random(7)
    today = datetime.now(UTC).replace(hour=2, minute=0)
    for place, counter in enumerate(sorted({"xa-tan-trao.q1", *counters(served)[::3]})):
        kiosk, mean = served.kiosk(counter), 0.97 - 0.02 * (place % 9)
        ballots = []
        for ago in range(60, 0, -1):
            for _ in range(chance.randint(1, 4)):
                wall = (today - timedelta(days=ago)).replace(hour=chance.choice((1, 2, 2, 3, 7, 8, 8, 9)))
                levels = {one: chance.choice((4, 5, 5)) if chance.random() < mean else chance.choice((1, 2, 3, 3))
                          for one in QUESTIONS}  # fmt: skip
                answers = {one: Answer(level, chance.randint(1200, 4000)) for one, level in levels.items()}
                ballots.append(kiosk.cast(answers=answers, wall=f"{wall:%Y-%m-%dT%H:%M:%S.000Z}"))
        for at in range(0, len(ballots), 100):
            kiosk.send(ballots[at : at + 100])
    note = seal(Note(comment="Chờ lâu quá, xin thêm ghế", phone="0912345678"), served.centre.keys.seal_key)
    kiosk = served.kiosk("xa-tan-trao.q2")
    kiosk.send([kiosk.cast(sealed=note, sealed_salt=bytes(16), consent=Consent("contact_v1", "vi"),
                           wall=f"{today - timedelta(days=1):%Y-%m-%dT%H:%M:%S.000Z}")])  # fmt: skip
    open_waiting(served.centre)


@pytest.fixture
def office(served: Served, browser: Browser):
    """A page signed in to a province with ballots."""
    page = browser.new_page()
    sign_in(page, served)
    fill(served)
    page.goto(served.url + "/cong-bo")
    page.locator("input[name='o.xa-tan-trao.ttpvhcc']").check()
    page.get_by_role("button", name="Lưu").click()
    yield page
    page.close()


def saved(page: Page, served: Served, address: str, into: Path) -> Path:
    """Download a file with the page's session."""
    answer = page.context.request.get(served.url + address)
    assert answer.ok, answer.status
    into.write_bytes(answer.body())
    return into


def printed(pdf: Path, page_number: int, name: str) -> int:
    """Turn a page of a PDF into a picture of the handbook, or at least into a picture; returns its bytes."""
    target = Path(PICTURES) / name if PICTURES else pdf.with_name(name)
    subprocess.run(
        ["pdftoppm", "-r", "80", "-png", "-singlefile", "-f", str(page_number), "-l", str(page_number), pdf, target],
        check=True, timeout=60,
    )  # fmt: skip
    return target.with_suffix(".png").stat().st_size


def test_every_page_of_the_handbooks_is_there(served: Served, office: Page) -> None:
    for name, address in PAGES.items():
        office.set_viewport_size({"width": 1280, "height": 800})
        answer = office.goto(served.url + address)
        assert answer is not None
        assert answer.ok, address
        assert "Chưa có phiếu nào trong kỳ" not in office.inner_text("main"), address
        handbook_picture(office, name)


def test_the_report_and_the_workbook_of_the_handbook_are_there(served: Served, office: Page, tmp_path: Path) -> None:
    month = (datetime.now(UTC).replace(day=1) - timedelta(days=2)).strftime("%Y-%m")
    pdf = saved(office, served, f"/bao-cao/van-ban/tai?dang=pdf&ky=thang:{month}", tmp_path / "bao-cao.pdf")
    assert printed(pdf, 1, "tt-bao-cao-pdf") > BLANK
    book = saved(office, served, f"/bao-cao/so?ky=thang:{month}&phieu=khong", tmp_path / "so.xlsx")
    subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", tmp_path, book], check=True,
                   timeout=180, capture_output=True)  # fmt: skip
    assert printed(tmp_path / "so.pdf", 1, "tt-so-tong-hop") > BLANK
    pages = subprocess.run(["pdftotext", tmp_path / "so.pdf", "-"], check=True, capture_output=True, text=True).stdout
    questions = next(at for at, text in enumerate(pages.split("\f"), 1) if at > 1 and "Tinh thần trách nhiệm" in text)
    assert printed(tmp_path / "so.pdf", questions, "tt-so-cau-hoi") > BLANK


def test_every_picture_of_the_handbooks_is_taken_by_a_test_or_a_demo() -> None:
    makers = "".join(path.read_text() for pattern in MADE_BY for path in REPOSITORY.glob(pattern))
    named = {name for book in BOOKS for name in re.findall(r"\(hinh/([\w-]+)\.png\)", (REPOSITORY / book).read_text())}
    assert len(named) > 20
    assert sorted(name for name in named if f'"{name}"' not in makers and f"{name}.png" not in makers) == []
