"""Every kiosk screen on the three panels, Vietnamese and English, on one sheet each: `make screens`.

Each panel has a process of its own: a process has one window.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from nacl.public import PrivateKey

from appliance import window
from appliance.draft import Draft
from appliance.settings import PANELS, Settings
from survey.ballot import ballot_code
from survey.enrolment import Acted, Hours, KioskSettings, Place
from survey.questionnaire import bundled

OUT = Path("screens")
ADDRESS = "HTTPS://KS.TUYENQUANG.GOV.VN/Q/AEAAAAABQAAACAAAAABQAAAAAAAEFA5WZ3FQIEXNQPMB"
COMMENT = {
    "vi": "Cans booj raats nhieejt tinhf, nhuwng tooi phair ddi laij 3 laanf vif bij ddoif theem giaays towf.",
    "en": "The officer was kind, but I had to come three times for extra papers.",
}


class Memory:
    """A disk that always takes a ballot, unless told not to."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def keep(self, draft: Draft) -> None:
        """Nothing is kept."""

    def drop(self, ballot_id: UUID) -> None:
        """Nothing was kept."""

    def cast(self, draft: Draft, done: Callable[[str], None], failed: Callable[[Exception], None]) -> None:
        """Answer from another thread, as the outbox does."""
        error = self.error
        answer = (lambda: done(ballot_code(draft.id))) if error is None else (lambda: failed(error))
        threading.Thread(target=answer, daemon=True).start()


def a_kiosk() -> KioskSettings:
    """Return a kiosk of the demo's province, with two questions about the visit."""
    return KioskSettings(
        version=1,
        etag="demo",
        device="k-demo",
        office=Place(
            "minh-xuan",
            {"vi": "Bộ phận Một cửa · UBND phường Minh Xuân", "en": "One-stop office · Minh Xuân ward"},
        ),
        counter=Place("q3", {"vi": "Quầy số 3 · Tư pháp – Hộ tịch", "en": "Counter 3 · Civil status"}),
        questionnaire=bundled(),
        public_base="HTTPS://KS.TUYENQUANG.GOV.VN",
        qr_kiosk=7,
        qr_key=bytes(32),
        seal_key=bytes(PrivateKey(bytes(range(32))).public_key),
        context_on=["step", "field"],
        contact_point="quầy Tiếp công dân",
        acted=[Acted("Thêm 20 ghế và hai quạt ở khu chờ", "Twenty more seats and two fans in the waiting area")],
    )


def take(panel: str, lang: str) -> None:
    """Walk through one visit and write each screen's picture."""
    local = Settings(panel=PANELS[panel], fullscreen=False)
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    window.prepare(local, "offscreen")
    window.take_lean_style()
    from appliance.app import KioskApp  # Kivy opens its window at import; the environment is set by now
    from demo.rig import Rig

    store = Memory()
    rig = Rig(KioskApp(a_kiosk(), local, store, lambda fresh: ADDRESS, new_id=lambda: UUID(int=77)))
    folder = OUT / f"{panel}-{lang}"
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0

    def shot(name: str) -> None:
        nonlocal taken
        taken += 1
        rig.shot(folder / f"{taken:02d}-{name}.png")

    if lang != "vi":
        rig.tap("lang")
    shot("idle")
    rig.tap("start")
    shot("question")
    touch = rig.down("level-2")
    shot("question-touched")
    rig.up(touch)
    rig.wait(0.5)
    rig.tap("reason-responsibility.absent")
    rig.tap("reason-responsibility.careless")
    shot("reasons")
    for name in ("next", *["level-5"] * 4):
        rig.tap(name)
    shot("question-na")
    for name in ("na", "back", "back"):
        rig.tap(name)
    shot("question-again")
    for name in ("next", "next", "level-4", "level-4", "level-3"):
        rig.tap(name)
    shot("choice")
    rig.tap("choice-submit")
    shot("choice-many")
    rig.tap("skip")
    rig.type_keys(COMMENT[lang])
    shot("comment")
    rig.tap("handover")
    shot("handover")
    rig.tap("back")
    rig.tap("next")
    rig.tap("next")
    shot("contact")
    rig.tap("consent")
    rig.tap("next")
    rig.type_keys("091234")
    rig.tap("next")
    shot("phone")
    rig.wait(46, 0.5)
    shot("still-there")
    rig.tap("stay")
    rig.type_keys("5678")
    store.error = OSError("full")
    rig.tap("next")
    rig.until(lambda: rig.screen == "failed")
    shot("failed")
    store.error = None
    rig.tap("retry")
    rig.until(lambda: rig.screen == "thanks")
    shot("thanks")
    rig.tap("done")
    if lang != "vi":
        rig.tap("lang")
    rig.app.pressed(4)
    rig.wait(2)
    shot("received")
    rig.wait(40, 0.5)
    easier(rig, shot, lang)
    night(rig, shot)
    rig.close()


def easier(rig: Any, shot: Callable[[str], None], lang: str) -> None:
    """Take the screens of the easier modes: large text, low reach."""
    for mode in ("large", "low"):
        if lang != "vi":
            rig.tap("lang")
        rig.tap("access")
        if mode == "large":
            shot("access")
        rig.tap(mode)
        rig.tap("start")
        rig.tap("level-2")
        shot(f"{mode}-reasons")
        rig.tap("back")
        shot(f"{mode}-question")
        rig.tap("exit")
        rig.until(lambda: rig.screen == "thanks")
        shot(f"{mode}-thanks")
        rig.tap("done")


def night(rig: Any, shot: Callable[[str], None]) -> None:
    """Take the waiting screen after closing time and at night."""
    rig.app.kiosk = replace(rig.app.kiosk, hours=[Hours(day, "07:30", "17:00") for day in range(1, 6)])
    for name, hour in (("closed", 10), ("asleep", 13)):  # 17:05 and 20:00 of a Friday in Viet Nam
        at = datetime(2026, 11, 20, hour, 5 if hour == 10 else 0, tzinfo=UTC)
        rig.app.utc_ms = lambda at=at: int(at.timestamp() * 1000)
        rig.wait(100, 1.0)
        shot(name)


def sheet(panel: str, lang: str) -> Path:
    """Lay the pictures of one panel and language side by side; return the file."""
    from PIL import Image  # only the sheet needs it

    pictures = [Image.open(path) for path in sorted((OUT / f"{panel}-{lang}").glob("*.png"))]
    w, h = pictures[0].size
    across, scale = (4, 600 / w) if w > h else (8, 360 / w)
    w, h = round(w * scale), round(h * scale)
    down = -(-len(pictures) // across)
    whole = Image.new("RGB", (across * (w + 12) + 12, down * (h + 12) + 12), "#6B7280")
    for n, picture in enumerate(pictures):
        whole.paste(
            picture.resize((w, h), Image.Resampling.LANCZOS), (12 + n % across * (w + 12), 12 + n // across * (h + 12))
        )
    path = OUT / f"{panel}-{lang}.png"
    whole.save(path)
    return path


def main() -> None:
    """Take every picture and print the sheets' paths."""
    if len(sys.argv) == 3:
        take(sys.argv[1], sys.argv[2])
        return
    for panel in PANELS:
        for lang in ("vi", "en"):
            subprocess.run([sys.executable, "-m", "demo.screens", panel, lang], check=True)
            print(sheet(panel, lang))


if __name__ == "__main__":
    main()
