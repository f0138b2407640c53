"""What a first boot does beside its window: waits for root's proofs, asks the centre until it answers, files it."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from appliance import identity
from appliance.clock import Moment, wall_ms
from appliance.enrol import enrol, pair
from appliance.failures import CannotStartError
from appliance.firstboot.progress import Applied, Progress, Stage, items
from appliance.link import CLOCK, LinkError
from appliance.pairing import Offer
from appliance.retry import Refused, Unreachable, Untrusted
from appliance.settings import Settings
from appliance.technician import sheets
from appliance.updates.told import version
from survey.pairing import PAGE

log = logging.getLogger(__name__)

APPLIED: Final = Path("/run/hailong/applied.json")
PAUSES_S: Final = (2.0, 5.0, 10.0, 20.0, 30.0)
"""Between two questions to the centre, the last one for ever: somebody stands there and waits."""
PROOFS_S: Final = 90.0
"""How long root's proofs are waited for; a desk has none."""
LOOK_S: Final = 0.5
REFUSING: Final = frozenset({400, 401, 403, 404, 409, 410, 422})
REFUSAL: Final = "Xin mã mới cho quầy này ở trung tâm rồi ghi lại thẻ, hoặc ghép bằng mã trên màn hình."
REFUSALS: Final = {
    "code_used": "Mã trên thẻ đã dùng cho máy khác. Chạm ghép bằng mã, hoặc xin mã mới rồi ghi lại thẻ.",
    "code_expired": "Mã trên thẻ đã hết hạn. Chạm ghép bằng mã, hoặc xin mã mới rồi ghi lại thẻ.",
    "unknown_code": "Trung tâm không biết mã này. Xem địa chỉ trung tâm trên thẻ.",
    "pairing_expired": "Mã ghép đã hết hạn; máy đang xin mã mới.",
    "key_known": "Thẻ này là bản sao của thẻ khác. Ghi lại hình ảnh lên thẻ, không sao chép.",
    "counter_closed": "Quầy của mã này không còn. Xin mã cho quầy khác ở trung tâm.",
}


class Work:
    """One first boot's thread. told: called with every new state, from this thread."""

    def __init__(self, local: Settings, told: Callable[[Progress], None], applied: Path = APPLIED) -> None:
        self.local, self.told, self.applied = local, told, applied
        self.progress = Progress(since_s=time.monotonic())
        self._stop, self._wants_pairing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="first-boot", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End; what is under way is finished by the next start."""
        self._stop.set()
        self._wants_pairing.set()

    def _become(self, **changes: object) -> None:
        self.progress = msgspec.structs.replace(self.progress, **changes)
        self.told(self.progress)

    def _work(self) -> None:
        began_ms, began_s = wall_ms(), time.monotonic()
        self._wait_for_proofs()
        self._become(stage=Stage.ENROLLING)
        device = self._enrol() if self.local.enrol_code else self._pair()
        if device is None:
            return
        folder = Path(self.local.data_dir)
        kiosk = identity.kiosk_settings(folder)
        granted = identity.grant(folder)
        office = kiosk.office.name if kiosk else granted.office if granted else {}
        counter = kiosk.counter.name if kiosk else granted.counter if granted else {}
        self._become(
            stage=Stage.READY, device=device, office=office.get("vi", ""), counter=counter.get("vi", ""),
            words="", since_s=time.monotonic(),
        )  # fmt: skip
        took_s = time.monotonic() - began_s
        ended = Moment(0, 0, began_ms + round(1000 * took_s), is_exact=False)
        sheets.keep(folder, sheets.sheet_of(items(self.progress), device, version(), ended, took_s, who=""))
        log.info("first boot done took_s=%.0f", took_s)

    def _wait_for_proofs(self) -> None:
        until_s = time.monotonic() + PROOFS_S
        while not self._stop.is_set() and time.monotonic() < until_s:
            found = read_applied(self.applied)
            if found != self.progress.applied:
                self._become(applied=found)
            if found.is_done or not self.applied.parent.exists():
                return
            self._stop.wait(LOOK_S)

    def _enrol(self) -> str | None:
        """Ask until the centre answers; a refusal is asked again too: somebody may renew the code there."""
        tries = 0
        while not self._stop.is_set():
            if self._wants_pairing.is_set():
                return self._pair()
            try:
                return enrol(self.local, self.local.enrol_code)
            except (CannotStartError, OSError) as error:
                stage, words = reason(error)
            tries += 1
            log.warning("not enrolled yet tries=%d %s", tries, stage)
            self._become(stage=stage, words=words, tries=tries, applied=read_applied(self.applied))
            self._wait(PAUSES_S[min(tries, len(PAUSES_S)) - 1])
        return None

    def _wait(self, seconds: float) -> None:
        """Wait; a person's wish ends it at once."""
        self._wants_pairing.wait(seconds)

    def pair(self) -> None:
        """Ask for letters to be paired with, new ones where there are some; called from the window."""
        self._wants_pairing.set()

    def _pair(self) -> str | None:
        """Show letters until a person has confirmed them; asked anew when their term is over."""
        tries = 0
        while not self._stop.is_set():
            self._wants_pairing.clear()
            self._become(stage=Stage.PAIRING, letters="", four=(), page="")
            try:
                return pair(self.local, self._offered, self._is_unwanted)
            except (CannotStartError, OSError) as error:
                words = reason(error)[1]
            tries += 1
            log.warning("not paired yet tries=%d", tries)
            self._become(letters="", words=words, tries=tries, applied=read_applied(self.applied))
            self._wait(PAUSES_S[min(tries, len(PAUSES_S)) - 1])
        return None

    def _offered(self, offer: Offer) -> None:
        page = f"{self.local.centre.rstrip('/')}{PAGE}?ma={offer.letters}"
        self._become(letters=offer.letters, four=tuple(offer.words), page=page, words="", since_s=time.monotonic())

    def _is_unwanted(self, seconds: float) -> bool:
        """Wait between two polls; return whether this request is to be dropped."""
        self._wants_pairing.wait(seconds)
        return self._wants_pairing.is_set() or self._stop.is_set()


def reason(error: Exception) -> tuple[Stage, str]:
    """Return why this kiosk is not enrolled yet and what to do, for the person who stands there."""
    outcome = error.__cause__.outcome if isinstance(error.__cause__, LinkError) else None
    if isinstance(outcome, Refused) and outcome.status in REFUSING:
        return Stage.REFUSED, REFUSALS.get(outcome.code, REFUSAL)
    if isinstance(outcome, Unreachable) and outcome.why == CLOCK:
        return Stage.ENROLLING, "Đồng hồ của máy sai, hoặc mạng này có trang đăng nhập. Xem cổng đăng nhập của mạng."
    if isinstance(outcome, Untrusted):
        return Stage.ENROLLING, "Có máy khác trả lời thay trung tâm: mạng có trang đăng nhập? Thử mạng khác."
    return Stage.ENROLLING, "Chưa tới được trung tâm. Xem cáp mạng hoặc Wi-Fi."


def read_applied(path: Path) -> Applied:
    """Return what root's own program has left, nothing where it has not."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Applied)
    except (OSError, msgspec.MsgspecError):
        return Applied()
