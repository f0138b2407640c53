"""One real window for the whole process, offscreen; KIOSK_PANEL names the panel: 7in, 10in or 7in-portrait."""

import os
import threading
from uuid import UUID

import pytest
from nacl.public import PrivateKey

from appliance import window
from appliance.settings import PANELS, Settings
from survey.ballot import ballot_code
from survey.enrolment import KioskSettings, Place
from survey.questionnaire import bundled

PANEL = os.environ.get("KIOSK_PANEL", "7in")
SEAL_KEY = PrivateKey(bytes(range(32)))
URL = "HTTPS://KS.TUYENQUANG.GOV.VN/Q/AEAAAAABQAAACAAAAABQAAAAAAAEFA5WZ3FQIEXNQPMB"

os.environ["SDL_VIDEODRIVER"] = "offscreen"
window.prepare(Settings(panel=PANELS[PANEL], fullscreen=False), window.choose_video(os.environ))
window.take_lean_style()


def a_kiosk(**changed) -> KioskSettings:
    """Return settings of a kiosk in use."""
    values = {
        "version": 1,
        "etag": "e1",
        "device": "k1",
        "office": Place(
            "mx", {"vi": "Bộ phận Một cửa · UBND phường Minh Xuân", "en": "One-stop office · Minh Xuân ward"}
        ),
        "counter": Place("q3", {"vi": "Quầy số 3 · Tư pháp – Hộ tịch", "en": "Counter 3 · Civil status"}),
        "questionnaire": bundled(),
        "public_base": "HTTPS://KS.TUYENQUANG.GOV.VN",
        "qr_kiosk": 7,
        "qr_key": bytes(32),
        "seal_key": bytes(SEAL_KEY.public_key),
        "contact_point": "quầy Tiếp công dân, ĐT 0207 3822 822",
    }
    return KioskSettings(**{**values, **changed})


class MemoryStore:
    """What the outbox promises, in memory: answers come from another thread."""

    def __init__(self) -> None:
        self.kept, self.cast_drafts, self.dropped = [], [], []
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def keep(self, draft):
        self.kept.append(draft)

    def cast(self, draft, done, failed):
        self.cast_drafts.append(draft)

        def write():
            self.gate.wait(10)
            done(ballot_code(draft.id)) if self.error is None else failed(self.error)

        threading.Thread(target=write, daemon=True).start()

    def drop(self, ballot_id):
        self.dropped.append(ballot_id)


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def start(store):
    """Return a function that starts a kiosk and gives its rig; the rig is closed afterwards."""
    from appliance.app import KioskApp
    from demo.rig import Rig

    rigs = []

    def begin(local: Settings | None = None, kiosk: KioskSettings | None = None, **more) -> Rig:
        local = local or Settings(panel=PANELS[PANEL], fullscreen=False)
        ids = iter(range(1, 1000))
        more.setdefault("qr_url", lambda fresh: URL)
        app = KioskApp(kiosk or a_kiosk(), local, store, new_id=lambda: UUID(int=next(ids)), **more)
        rigs.append(Rig(app))
        return rigs[-1]

    yield begin
    for rig in rigs:
        rig.close()


@pytest.fixture
def rig(start):
    return start()
