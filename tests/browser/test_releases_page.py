"""The page of releases in a real browser: from an empty centre to a stage in which a kiosk has failed."""

from pathlib import Path

from playwright.sync_api import Browser

from provisioning.release import build, keys, repository
from server.releases import take
from survey.batch import Health
from tests.browser.conftest import Served, handbook_picture
from tests.browser.test_centre_pages import sign_in
from tests.browser.test_english import left, names_of
from tests.browser.test_every_page import faults

WORDS = b"mot cum mat khau dai"


def published(root: Path) -> Path:
    keys.make(root / "keys", WORDS)
    (root / "third.py").write_text("X = 1\n")
    files = {"app/appliance/__main__.py": root / "third.py"}, {"lib/third.py": root / "third.py"}
    for version, counter in (("1.3.2", 12), ("1.4.0", 13)):
        for machine in ("aarch64", "armv7l"):
            build.build(root / version / machine, version, counter, (machine, "3.13"), *files)
            repository.publish(root / "repository", root / version / machine, root / "keys", WORDS)
    return root / "repository"


def test_a_release_goes_from_chosen_kiosks_to_a_tenth(served: Served, browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    sign_in(page, served)
    found = []
    page.goto(served.url + "/ban-phan-mem")
    found += faults(page, "/ban-phan-mem-trong", tmp_path)
    take.add(served.centre, published(tmp_path / "maker"), "quantri")
    kiosks = [served.kiosk(each) for each in ("xa-tan-trao.q1", "xa-tan-trao.q2", "phuong-minh-xuan.q1")]
    for kiosk in kiosks:
        kiosk.send([], health=Health(version="1.3.2"))
    page.goto(served.url + "/ban-phan-mem")
    found += faults(page, "/ban-phan-mem-co-ban", tmp_path)
    page.locator("select[name=version]").select_option("1.4.0")
    page.get_by_label("Máy thử trước").fill(f"{kiosks[0].device} {kiosks[1].device}")
    page.get_by_role("button", name="Bắt đầu với các máy này").click()
    kiosks[0].send([], health=Health(version="1.4.0"))
    kiosks[1].send([], health=Health(version="1.3.2", failed_release="1.4.0"))
    page.goto(served.url + "/ban-phan-mem")
    assert page.get_by_role("link", name=kiosks[1].device).is_visible()
    handbook_picture(page, "phien-ban-phan-mem", is_whole=True)
    page.get_by_role("button", name="Mở rộng ra 10 % số máy").click()
    assert kiosks[1].device in page.get_by_role("alert").inner_text()
    found += faults(page, "/ban-phan-mem-hong", tmp_path)
    page.get_by_label("Tôi đã xem xét").check()
    page.get_by_role("button", name="Mở rộng ra 10 % số máy").click()
    assert "Đã mở rộng" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Tạm dừng").click()
    found += faults(page, "/ban-phan-mem-dung", tmp_path)
    page.goto(served.url + "/ngon-ngu?lang=en&ve=/ban-phan-mem")
    assert left(page.content(), names_of(served)) == set()
    page.close()
    assert found == []
