"""The whole desk as a technician works: real commands against a real centre, 200 rows, labels read back."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import openpyxl
import pytest
import zxingcpp
from PIL import Image

from appliance.enrol import enrol as enrol_kiosk
from appliance.settings import PANELS, Settings
from demo.centre import Centre
from provisioning import card, enrol, label, roster
from provisioning.rows import check
from survey.enrolment import EnrolRequest
from survey.provisioning import CodesGiven, Places

REPOSITORY = Path(__file__).parents[2]


def run(*words: object, cwd: Path, ok: bool = True) -> str:
    """Run one command of the desk; returns all it said."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "provisioning", *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=120,
        env=environment, check=False,
    )  # fmt: skip
    assert (done.returncode == 0) == ok, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def places_file(centre: Centre, tmp_path: Path) -> Path:
    """The counters as the centre writes them for a laptop without network."""
    centre.do("places", "--out", str(tmp_path / "quay.json"))
    return tmp_path / "quay.json"


def test_without_a_network_a_roster_becomes_cards_by_files_alone(
    centre: Centre, places_file: Path, tmp_path: Path
) -> None:
    desk = {"cwd": tmp_path}
    run("roster", "new", "ds.xlsx", "--places", places_file, **desk)
    assert "Danh sách đúng" in run("roster", "check", "ds.xlsx", "--places", places_file, **desk)
    run("enrol", "ds.xlsx", "--places", places_file, "--codes", "ma.json", "--ask", "xin.json", **desk)
    centre.do("codes", str(tmp_path / "xin.json"), "--out", str(tmp_path / "cho.json"))
    said = run("enrol", "ds.xlsx", "--places", places_file, "--codes", "ma.json", "--from", "cho.json", **desk)
    n = len(enrol.load(places_file, Places).counters)
    assert f"{n} mã sẵn sàng" in said
    assert (tmp_path / "ma.json").stat().st_mode & 0o077 == 0
    args = ("ds.xlsx", "--places", places_file, "--codes", "ma.json")
    boot = tmp_path / "the"
    boot.mkdir()
    assert "Sẽ ghi" in run("card", *args, "--counter", "xa-tan-trao.q1", "--boot", boot, "--dry-run", **desk)
    assert list(boot.iterdir()) == []
    assert "Đã ghi và đọc lại" in run("card", *args, "--counter", "xa-tan-trao.q1", "--boot", boot, **desk)
    assert "Thẻ đúng: xa-tan-trao.q1:1" in run("verify", *args, "--boot", boot, **desk)
    (boot / "user-data").write_text("#cloud-config\n{}\n")
    assert "khác với danh sách" in run("verify", *args, "--boot", boot, ok=False, **desk)
    run("register", *args, "hoan-cong.xlsx", **desk)
    book = openpyxl.load_workbook(tmp_path / "hoan-cong.xlsx")
    assert book.active.max_row == n + 1


def test_asking_again_gives_the_same_codes_and_a_used_one_is_told(
    centre: Centre, places_file: Path, tmp_path: Path
) -> None:
    run("roster", "new", "ds.xlsx", "--places", places_file, cwd=tmp_path)
    run("enrol", "ds.xlsx", "--places", places_file, "--codes", "ma.json", "--ask", "xin.json", cwd=tmp_path)

    def codes(name: str) -> dict[str, tuple[str, str]]:
        centre.do("codes", str(tmp_path / "xin.json"), "--out", str(tmp_path / name))
        return {one.counter: (one.code, one.device) for one in enrol.load(tmp_path / name, CodesGiven).rows}

    first = codes("1.json")
    assert codes("2.json") == first
    assert len({code for code, _ in first.values()}) == len(first)
    local = Settings(data_dir=str(tmp_path / "may"), centre=centre.url, panel=PANELS["7in"], fullscreen=False)
    enrol_kiosk(local, first["xa-tan-trao.q2"][0])
    third = codes("3.json")
    assert third["xa-tan-trao.q2"][0] == ""
    assert third["xa-tan-trao.q2"][1]
    assert {key: one for key, one in third.items() if key != "xa-tan-trao.q2"} == {
        key: one for key, one in first.items() if key != "xa-tan-trao.q2"
    }
    args = ("ds.xlsx", "--places", places_file, "--codes", "ma.json")
    run("enrol", *args, "--from", "3.json", cwd=tmp_path)
    said = run("card", *args, "--counter", "xa-tan-trao.q2", "--boot", tmp_path, ok=False, cwd=tmp_path)
    assert "ghi lần 2" in said
    (tmp_path / "boot/hailong").mkdir(parents=True)
    (tmp_path / "boot" / card.BUNDLE).write_bytes(b"")
    bookworm = ("--counter", "xa-tan-trao.q1", "--boot", tmp_path / "boot", "--os", "bookworm")
    assert "dùng Raspberry Pi OS Trixie" in run("card", *args, *bookworm, ok=False, cwd=tmp_path)
    assert [each.name for each in (tmp_path / "boot/hailong").iterdir()] == ["root.tar.gz"]


def test_a_faulty_roster_writes_no_card_and_says_every_fault(
    places_file: Path, tmp_path: Path, roster_of: Callable[..., Path]
) -> None:
    path = roster_of({"Mã quầy": "khong-co"}, {"Mã quầy": "xa-tan-trao.q1", "Xoay": "45"})
    said = run("roster", "check", path, "--places", places_file, "--marked", "sai.xlsx", ok=False, cwd=tmp_path)
    assert "khong-co" in said
    assert "45" in said
    assert "2 lỗi" in said
    assert (tmp_path / "sai.xlsx").exists()
    said = run("enrol", path, "--places", places_file, "--codes", "ma.json", ok=False, cwd=tmp_path)
    assert "còn 2 lỗi" in said


def test_two_hundred_rows_become_two_hundred_distinct_cards_within_a_minute(
    places, roster_of: Callable[..., Path], tmp_path: Path
) -> None:
    path = roster_of(*({"Mã quầy": one.code} for one in places.counters[:200]))
    enrol.save(tmp_path / "quay.json", places)
    rows = [
        {"counter": one.id, "slot": 1, "code": f"AAAAA-BBBBB-CCCCC-{at:05d}", "expires_at": 4_000_000_000_000}
        for at, one in enumerate(places.counters[:200])
    ]
    told = {"version": 1, "centre": places.centre, "made_at": 1, "rows": rows}
    (tmp_path / "ma.json").write_text(json.dumps(told))
    began = time.monotonic()
    said = run(
        "card", path, "--places", "quay.json", "--codes", "ma.json", "--counter", "tat-ca", "--boot", tmp_path / "the",
        cwd=tmp_path,
    )  # fmt: skip
    took_s = time.monotonic() - began
    assert "200 thẻ" in said
    folders = sorted((tmp_path / "the").iterdir())
    assert len(folders) == 200
    for name in ("hailong/kiosk.toml", "hailong/device.json", "user-data", "meta-data"):
        assert len({(folder / name).read_bytes() for folder in folders}) == 200, name
    assert took_s < 60


def test_labels_are_read_back_at_full_and_half_size(places, roster_of: Callable[..., Path], tmp_path: Path) -> None:
    path = roster_of(*({"Mã quầy": one.code} for one in places.counters[:30]))
    rows = check(roster.read(path), places).rows
    (tmp_path / "nhan.pdf").write_bytes(label.sheet(rows, places))
    subprocess.run(["pdftoppm", "-r", "200", "-png", "nhan.pdf", "trang"], cwd=tmp_path, check=True)
    fonts = subprocess.run(["pdffonts", "nhan.pdf"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert all(line.split()[-5] == "yes" for line in fonts.splitlines()[2:])
    for scale in (1.0, 0.5):
        found = set()
        for page in sorted(tmp_path.glob("trang*.png")):
            with Image.open(page) as picture:
                size = (int(picture.width * scale), int(picture.height * scale))
                found |= {one.text for one in zxingcpp.read_barcodes(picture.convert("L").resize(size))}
        assert found == {label.text_of(row) for row in rows}, scale


def test_over_the_network_a_token_gives_places_and_codes_within_its_reach(centre: Centre, tmp_path: Path) -> None:
    refused = httpx.get(centre.url + enrol.PLACES_PATH)
    assert refused.status_code == 401
    (tmp_path / "khoa").write_text("hl_khong-dung\n")
    said = run("places", "q.json", "--centre", centre.url, "--token-file", "khoa", ok=False, cwd=tmp_path)
    assert "Trung tâm từ chối (401)" in said
    said = run("places", "q.json", "--centre", "http://127.0.0.1:9", "--token-file", "khoa", ok=False, cwd=tmp_path)
    assert "Không liên lạc được" in said


def test_the_code_of_a_card_is_of_the_kind_a_kiosk_sends() -> None:
    assert re.search(r"\[A-Z0-9-\]", str(EnrolRequest.__annotations__["code"]))
