"""A machine that nobody knows becomes a kiosk: a real window, a real centre, and the record of it at the centre."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from demo.centre import REPOSITORY, Centre
from tests.appliance.test_outbox import a_draft, a_moment
from tests.faults.test_network import counted
from tests.journey.test_press import leader
from tests.waiting import until

PROOFS = [
    {"id": "host", "sign": "ok", "name": "Tên máy", "value": "ki-q1"},
    {"id": "network", "sign": "warn", "name": "Mạng", "value": "chưa có địa chỉ", "way_out": "Cắm cáp mạng."},
]
WALK = """
import os, sys
from pathlib import Path
from appliance import window
from appliance.settings import PANELS, Settings
folder, centre, code, applied, panel = sys.argv[1:6]
local = Settings(data_dir=folder, centre=centre, enrol_code=code, fullscreen=False, panel=PANELS[panel])
os.environ["SDL_VIDEODRIVER"] = "offscreen"
window.prepare(local, "offscreen"); window.take_lean_style()
from appliance.firstboot.window import FirstBoot
from kivy.clock import Clock
from kivy.core.window import Window
app = FirstBoot(local)
app.work.applied = Path(applied)
def look(_):
    stage = str(app.progress.stage)
    print("stage", stage, app.progress.words, flush=True)
    if stage == "ready":
        Window.screenshot(name=folder + "/ready.png")
        Clock.schedule_once(lambda _: app.touched("begin"), 0.5)
Clock.schedule_interval(look, 0.5)
app.run()
print("done", app.is_done, flush=True)
"""


@pytest.fixture
def first_boot(tmp_path: Path):
    """Return a function that starts a first boot in a process of its own."""
    data, applied = tmp_path / "data", tmp_path / "run" / "applied.json"
    data.mkdir()
    applied.parent.mkdir()
    applied.write_text(json.dumps({"is_done": True, "proofs": PROOFS}))
    running = []

    def start(centre: str, code: str, walk: str = WALK, panel: str = "7in") -> tuple[subprocess.Popen[bytes], Path]:
        words = [sys.executable, "-c", walk, str(data), centre, code, str(applied), panel]
        with (tmp_path / "said").open("ab") as said:
            running.append(
                subprocess.Popen(
                    words, stdout=said, stderr=said, cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}
                )
            )
        return running[-1], tmp_path / "said"

    yield start
    for each in running:
        if each.poll() is None:
            each.kill()
            each.wait()


def test_a_machine_with_its_card_s_code_becomes_known_and_files_its_record(centre: Centre, first_boot, tmp_path):
    counter = centre.counter()
    process, said = first_boot(centre.url, centre.code(counter))
    assert process.wait(60) == 0, said.read_text()
    assert "done True" in said.read_text()
    held = centre.rows("SELECT id, counter_id FROM devices ORDER BY id DESC LIMIT 1")
    assert [row[1] for row in held] == [counter]
    sheet = json.loads(next((tmp_path / "data/acceptance").glob("*.json")).read_bytes())
    assert sheet["device"] == held[0][0]
    assert [item["id"] for item in sheet["items"]] == ["set-host", "set-network", "enrolled"]
    assert sheet["verdict"] == "pass"
    assert next((tmp_path / "data").glob("ready*.png")).stat().st_size > 5_000


def test_the_test_asked_for_at_a_first_boot_stands_on_the_kiosk_s_glass(centre: Centre, first_boot, tmp_path):
    """By the very command of the image: the first boot's window, a touch, and the kiosk that it becomes."""
    kiosk, said = tmp_path / "kiosk.toml", tmp_path / "said"
    kiosk.write_text(
        f'data_dir = "{tmp_path / "data"}"\ncentre = "{centre.url}"\nenrol_code = "{centre.code(centre.counter())}"\n'
        "fullscreen = false\n"
    )
    process, _ = first_boot(str(kiosk), "", COMMAND)
    until(lambda: "first boot done" in said.read_text(), 60)
    until(lambda: "technician: first trial" in said.read_text(), 60)
    assert said.read_text().count("first boot: first picture") == 1
    assert process.poll() is None


def test_a_code_the_centre_does_not_know_is_said_on_the_glass_and_asked_again(centre: Centre, first_boot):
    before = centre.rows("SELECT count(*) FROM devices")
    process, said = first_boot(centre.url, "AAAAA-BBBBB-CCCCC-DDDDD")
    until(lambda: "stage refused Trung tâm không biết mã này" in said.read_text(), 40)
    assert process.poll() is None
    assert centre.rows("SELECT count(*) FROM devices") == before


def test_a_centre_out_of_reach_keeps_the_kiosk_trying(first_boot):
    process, said = first_boot("http://127.0.0.1:9", "AAAAA-BBBBB-CCCCC-DDDDD")
    until(lambda: "Chưa tới được trung tâm" in said.read_text(), 40)
    assert process.poll() is None


def test_the_very_first_contact_is_not_spread_somebody_waits_to_see_it(centre: Centre, enrol_machine):
    """The service as the image runs it; without the rule it would wait up to ten minutes."""
    kiosk = enrol_machine()
    kiosk.outbox.cast(a_draft(), a_moment(1))
    kiosk.outbox.close()
    settings = kiosk.folder / "kiosk.toml"
    settings.write_text(f'data_dir = "{kiosk.folder}"\ncentre = "{centre.url}"\n')
    process = subprocess.Popen(
        [sys.executable, "-m", "appliance", "--settings", str(settings), "upload"], cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: counted(centre, kiosk.outbox.device) == 1, 20)
    finally:
        process.terminate()
        assert process.wait(20) == 0


COMMAND = """
import os, sys
from pathlib import Path
os.environ["SDL_VIDEODRIVER"] = "offscreen"
from appliance import settings, window as windows
windows.prepare(settings.read(Path(sys.argv[2])), "offscreen"); windows.take_lean_style()
from appliance.firstboot import window
from appliance.__main__ import main
applied, began, ticked = Path(sys.argv[4]), window.FirstBoot.on_start, window.FirstBoot.tick
def on_start(self):
    self.work.applied = applied
    began(self)
def tick(self, passed_s=0.0):
    ticked(self, passed_s)
    if self.progress.stage == "ready":
        self.touched("trial")
window.FirstBoot.on_start, window.FirstBoot.tick = on_start, tick
sys.argv = ["appliance", "--settings", sys.argv[2], "run", "--no-uploader", "--first-boot"]
sys.exit(main(sys.argv[1:]))
"""


PAIR = WALK.replace(
    'print("stage", stage, app.progress.words, flush=True)',
    'print("stage", stage, app.progress.words, flush=True)\n'
    "    if app.progress.four and not shots:\n"
    '        shots.append(Window.screenshot(name=folder + "/pairing.png"))\n'
    '        print("pair", app.progress.letters, *app.progress.four, app.progress.page, flush=True)',
).replace("app = FirstBoot(local)", "shots = []\napp = FirstBoot(local)")


def test_a_machine_without_a_code_is_paired_by_a_person_who_compares_four_words(centre: Centre, first_boot, tmp_path):
    counter, desk = centre.counter(), leader(centre)
    process, said = first_boot(centre.url, "", PAIR)
    until(lambda: "\npair " in said.read_text(), 60)
    _, letters, *four, address = re.search(r"^pair .*$", said.read_text(), re.MULTILINE)[0].split(" ")
    seen = zxingcpp.read_barcodes(Image.open(next((tmp_path / "data").glob("pairing*.png"))))
    assert [one.text for one in seen] == [address] == [f"{centre.url}/thiet-bi/ghep?ma={letters}"]
    until(lambda: "four-words" in desk.get(address).text, 20)
    shown = desk.get(address).text
    assert re.findall(r"<li>([^<]+)</li>", re.search(r"four-words.*?</ol>", shown, re.DOTALL)[0]) == four
    token = re.search(r'name="csrf" value="([^"]+)"', shown)[1]
    done = desk.post(
        centre.url + "/thiet-bi/ghep",
        data={"csrf": token, "ma": letters, "quay": counter, "giong": "1"},
        headers={"Origin": centre.url},
    )
    assert "Đã ghép" in done.text
    assert process.wait(60) == 0, said.read_text()
    device = json.loads((tmp_path / "data/grant.json").read_bytes())["device"]
    assert centre.rows("SELECT counter_id FROM devices WHERE id = ?", device) == [(counter,)]
    assert (tmp_path / "data/kiosk-settings.json").exists()


SLOW = WALK.replace(
    "app = FirstBoot(local)",
    """import time
begin, flipped = FirstBoot.on_start, FirstBoot._flipped
FirstBoot.on_start = lambda self: (begin(self), time.sleep(1))
def _flipped(self, *_):
    print("flipped", flush=True)
    flipped(self)
FirstBoot._flipped = _flipped
app = FirstBoot(local)""",
)


def test_a_supervisor_hears_of_a_first_boot_once_something_is_on_the_glass(first_boot, tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "300000")
        _, said = first_boot("http://127.0.0.1:9", "AAAAA-BBBBB-CCCCC-DDDDD", SLOW)
        assert line.recv(1000) == b"READY=1\nWATCHDOG=1"
        assert "flipped" in said.read_text()
        assert line.recv(1000) == b"WATCHDOG=1"


INSTEAD = PAIR.replace(
    'if stage == "ready":',
    'if stage == "refused": app.touched("pair")\n'
    '    if shots: print("lists", type(app.glass.shown.screen).__name__, flush=True)\n'
    '    if stage == "ready":',
)


def test_a_refused_card_is_paired_instead_also_where_a_setting_did_not_apply(centre: Centre, first_boot, tmp_path):
    wrong = {"id": "firewall", "sign": "bad", "name": "Tường lửa", "value": "chưa bật", "way_out": "Khởi động lại."}
    (tmp_path / "run/applied.json").write_text(json.dumps({"is_done": True, "proofs": [*PROOFS, wrong]}))
    process, said = first_boot(centre.url, "AAAAA-BBBBB-CCCCC-DDDDD", INSTEAD)
    until(lambda: process.poll() is not None or said.read_text().count("lists RowsView") > 1, 60)
    assert "stage refused" in said.read_text()
    assert process.poll() is None, "the list that had a button has none now, and stands beside the code in turn"


@pytest.mark.parametrize("panel", ["10in", "7in-portrait"])
def test_the_code_is_read_from_every_panel(centre: Centre, first_boot, tmp_path, panel):
    first_boot(centre.url, "", PAIR, panel)
    said = tmp_path / "said"
    until(lambda: said.exists() and "\npair " in said.read_text(), 60)
    address = said.read_text().partition("\npair ")[2].split("\n")[0].split(" ")[-1]
    picture = Image.open(next((tmp_path / "data").glob("pairing*.png")))
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [address]
