"""The pictures of the technician's handbook, from the real window: `python -m demo.handbook`, into docs/vi/hinh/."""

import os
import tempfile
from pathlib import Path

from msgspec.structs import replace

from appliance import window
from appliance.firstboot import progress as progresses
from appliance.firstboot.progress import Applied, Progress, Proof, Stage
from appliance.settings import PANELS, Settings
from appliance.view import Frame
from demo.screens import ADDRESS, Memory, a_kiosk
from survey import frames, pin

OUT = Path(__file__).parent.parent / "docs" / "vi" / "hinh"
PIN = "402817"


class Poster:
    """A guest that shows one frame and hears nothing."""

    def __init__(self, frame: Frame) -> None:
        self.shown = frame

    def frame(self, at_s: float) -> Frame:
        """Return the frame."""
        return self.shown

    def touched(self, name: str, at_s: float) -> None:
        """Hear no finger."""

    def pressed(self, level: int, at_s: float) -> None:
        """Hear no button."""

    def tick(self, at_s: float) -> None:
        """Let time pass."""


def first_boots() -> list[tuple[str, Progress]]:
    """Return what a first boot shows, by its picture's name: settings, what is wrong, the counter, the pairing."""
    well = (
        Proof("host", "ok", "Tên máy", "hl-minh-xuan-q2"), Proof("zone", "ok", "Múi giờ", "Asia/Ho_Chi_Minh"),
        Proof("root", "ok", "Hệ thống chỉ đọc", "overlay"), Proof("data", "ok", "Phân vùng dữ liệu", "còn 27900 MB"),
        Proof("firewall", "ok", "Tường lửa", "đóng mọi cổng vào"), Proof("ssh", "ok", "SSH", "tắt"),
        Proof("clock", "ok", "Đồng hồ", "21/11/2026 15:04, do mạng giữ"),
    )  # fmt: skip
    address = Proof(
        "network", "bad", "Mạng", "cần 10.20.4.17/24, đang là 10.20.4.71/24", "Khởi động lại; xem danh sách."
    )
    waits = Progress(
        Applied(True, (*well, address)), Stage.ENROLLING, "Chưa tới được trung tâm. Xem cáp mạng hoặc Wi-Fi.", tries=2
    )
    done = Progress(
        Applied(True, well), Stage.READY, office="UBND phường Minh Xuân", counter="Quầy số 2", device="ks-000007"
    )
    letters, page = "7K3MQX2P", "https://khaosat.example.gov.vn/thiet-bi/ghep?ma=7K3MQX2P"
    pair = Progress(done.applied, Stage.PAIRING, letters=letters, four=("hạc", "miền", "nong", "tem"), page=page)
    return [
        ("lan-dau-kiem", Progress(done.applied, Stage.ENROLLING)), ("lan-dau-loi", waits), ("lan-dau-quay", done),
        ("lan-dau-ghep", pair),
    ]  # fmt: skip


def main() -> None:
    """Take every picture."""
    local = Settings(panel=PANELS["7in"], fullscreen=False, data_dir=tempfile.mkdtemp())
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    window.prepare(local, "offscreen")
    from appliance.app import KioskApp  # Kivy opens its window at import; the environment is set by now
    from appliance.clock import Clock
    from appliance.screens import pairing
    from appliance.technician import checks, state
    from appliance.technician.facts import Card, Code, Facts, Interface, Queue, Sound, Time, Trip
    from appliance.technician.guest import Technician
    from demo.rig import Rig

    OUT.mkdir(parents=True, exist_ok=True)
    store = Memory()
    store.clock = Clock(1)  # type: ignore[attr-defined]
    rig = Rig(KioskApp(replace(a_kiosk(), pin_hash=pin.digest(PIN)), local, store, lambda fresh: ADDRESS))
    side = Technician(rig.app, local)
    facts = Facts(
        interfaces=(Interface("eth0", True, ("IPv4", "IPv6")),), trip=Trip(True, 84),
        time=Time("21/11/2026 15:04", True, 240, 12), queue=Queue(37, 9000, sent_age_s=9000), throttled=0x50000,
        temperature_c=52.3, card=Card(21_400, 27_900, 0, "đã dùng 10 %", 96),
        buttons={"5": "ok", "4": "ok", "3": "ok", "2": "stuck", "1": "ok"}, code=Code(True, 33, 1.1),
        sound=Sound(False, 60),
    )  # fmt: skip

    def shot(name: str) -> None:
        rig.shot(OUT / f"{name}.png")

    def become(**fields: object) -> None:
        side.visit = state.change(side.visit, **fields)
        rig.wait(0.3)

    shot("cho")
    side.open()
    for digit in PIN[:4]:
        rig.tap(f"digit-{digit}", 0)
    shot("pin")
    for digit in PIN[4:]:
        rig.tap(f"digit-{digit}", 0)
    rig.tap("next", 0)
    rig.until(lambda: rig.screen == "technician-menu", 20)
    shot("menu")
    rig.tap("status", 0)
    rig.until(lambda: not side.visit.doing, 30)
    become(findings=tuple(checks.findings(facts)))
    shot("tinh-trang")
    rig.tap("back")
    rig.tap("trial", 0)
    rig.until(lambda: side.visit.trial is not None, 30)
    become(trial=replace(side.visit.trial, items=side.visit.trial.items[:0]))
    shot("nghiem-thu-cham")
    for n in range(5):
        rig.tap(f"touch-{n}")
    shot("nghiem-thu-qr")
    rig.tap("yes")
    rig.tap("skip")
    rig.until(lambda: side.visit.told is not None, 20)
    shot("nghiem-thu-ket-qua")
    rig.tap("back")
    rig.tap("usb")
    become(told=state.Told("Đã chép", "37 phiếu trong 1 tệp. Có thể rút USB; phiếu vẫn còn trên máy.", is_good=True))
    shot("usb")
    rig.tap("back")
    networks = (state.Network("UBND-Minh-Xuan", 82, is_joined=True), state.Network("Mot-Cua-2.4G", 67))
    become(page=state.Page.WIFI, local=replace(side.visit.local, has_wifi=True), networks=networks)
    shot("wifi")
    side.jobs.codes = frames.split(bytes(range(256)) * 24)
    side.jobs.ready = len(side.jobs.codes)
    become(page=state.Page.CARRY, codes=side.jobs.ready, carried="37 phiếu")
    shot("chuyen-qr")
    become(page=state.Page.MENU)
    rig.tap("voices")
    shot("thu-giong-chon")
    rig.tap("tongue-tyz")
    done = frozenset(line.id for line in side.visit.studio.lines[:41])
    side.booth.tick = lambda at_s: None  # no microphone here: the meter is as a voice would leave it
    become(studio=replace(side.visit.studio, kept=done, at=41, doing="record", seconds=4.0, level=0.4))
    shot("thu-giong")
    pairing.join()
    for name, progress in first_boots():
        rig.app.guest = Poster(progresses.frame(progress, 0.0))
        rig.until(lambda: rig.app.glass.shown is rig.app.guest.shown)
        shot(name)
    rig.app.guest = None
    rig.close()
    side.close()


if __name__ == "__main__":
    main()
