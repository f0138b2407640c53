"""What a technician can have done, each by a thread of its own: sheets, sticks, codes, Wi-Fi, local settings."""

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from appliance import identity, keys
from appliance.overrides import BacklightError, backlight, read_overrides, set_backlight, write_overrides
from appliance.screens.idle import drawn_code
from appliance.screens.technician import spot_share
from appliance.technician import bundle, sheets, sneakernet, state, trial, usb, wifi
from appliance.technician.facts import Code
from appliance.technician.state import Local, Page, Told, Wish
from appliance.updates.told import version
from appliance.view import IdleView
from survey import qr_token

if TYPE_CHECKING:
    from appliance.technician.guest import Technician

CODES_A_SECOND = 5


class Jobs:
    """The jobs of one kiosk's technician."""

    def __init__(self, guest: "Technician") -> None:
        self.guest = guest
        self.codes: list[str] = []
        self.ready = 0
        self.is_release_waiting = False
        self._last_told_s = 0.0

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self.guest.folder

    def begin(self, wish: Wish) -> None:
        """Begin what is wished for."""
        getattr(self, f"_{wish.what}")(wish)

    def forget(self) -> None:
        """Let go of what a visit used."""
        self.codes = []

    # ---- the acceptance sheet

    def _sheet(self, wish: Wish) -> None:
        guest, visit = self.guest, self.guest.visit
        if visit is None or visit.trial is None:
            return
        tried, took_s = visit.trial, guest.app.monotonic() - visit.trial.began_at_s
        clock = getattr(guest.app.store, "clock", None)
        granted = identity.grant(self.folder)
        device = granted.device if granted else guest.app.kiosk.device
        if clock is None:
            guest.tell(Told("", "Hộp phiếu chưa mở, phiếu nghiệm thu không ghi được.", is_good=False))
            return
        sheet = sheets.sheet_of(tried.items, device, version(), clock.now(), took_s, wish.about)
        guest.note(f"acceptance {sheet.verdict}")
        guest.app.strips.tried_spots(trial.spots(tried), spot_share(guest.app.sizes))

        def kept(_: Any) -> None:
            guest.tell(Told("", "Đã ghi phiếu nghiệm thu, máy sẽ tự gửi về trung tâm", is_good=True))

        guest.work(lambda: sheets.keep(self.folder, sheet), kept)

    # ---- ballots on a stick

    def _export(self, _: Wish) -> None:
        def do() -> Told:
            stick = usb.the_stick(self.guest.local.usb_dirs, self.guest.machine.root)
            outbox, _clock = self.guest.machine.open_outbox()
            try:
                parts = sneakernet.export(outbox, stick, self._sealer(), self._written)
            finally:
                outbox.close()
            if not parts:
                return Told("Không có phiếu nào chờ gửi.", "Không cần chép.", is_good=True)
            count = sum(part.ballots for part in parts)
            words = f"{count} phiếu trong {len(parts)} tệp. Có thể rút USB; phiếu vẫn còn trên máy."
            return Told("Đã chép", words, is_good=True)

        def ended(told: Told) -> None:
            self.guest.note("all that waits is on the stick")
            self.guest.tell(told)

        self.guest.work(do, ended)

    def _written(self, ballots: int) -> None:
        self.progress(Told("Đang chép…", f"{ballots} phiếu"))

    def _sealer(self) -> sneakernet.Sealer:
        return sneakernet.Sealer(keys.device_key(self.folder), self.guest.app.kiosk.seal_key)

    # ---- releases off a stick

    def _stick(self, _: Wish) -> None:
        guest, root = self.guest, self.guest.machine.root

        def seen(has_releases: bool) -> None:
            if guest.visit is not None:
                guest.visit = state.change(guest.visit, has_releases=has_releases)

        def do() -> bool:
            from appliance.technician import releases  # most visits need neither these libraries nor a stick

            return releases.has_stick(guest.local, root)

        guest.work(do, seen)

    def _update(self, _: Wish) -> None:
        guest, root = self.guest, self.guest.machine.root

        def do() -> tuple[Told, bool]:
            from appliance.technician import releases
            from appliance.updates.told import is_waiting

            outcome = releases.taken(guest.local, root, self._updating)
            return releases.told_of(outcome), is_waiting()

        def ended(made: tuple[Told, bool]) -> None:
            told, self.is_release_waiting = made
            guest.note(f"update from a stick: {'a release waits' if self.is_release_waiting else 'nothing taken'}")
            guest.tell(told)

        guest.work(do, ended)

    def _updating(self, words: str, share: float | None) -> None:
        self.progress(Told("Đang cập nhật từ USB:", words, share=share), is_step=share is None)

    # ---- ballots as codes

    def _carry(self, _: Wish) -> None:
        guest = self.guest

        def do() -> tuple[sneakernet.Part, list[str]] | None:
            outbox, _clock = guest.machine.open_outbox()
            try:
                return sneakernet.as_codes(outbox, self._sealer())
            finally:
                outbox.close()

        guest.note("outbox carried as codes")
        guest.work(do, self._to_codes)

    def _to_codes(self, made: tuple[sneakernet.Part, list[str]] | None) -> None:
        guest = self.guest
        if guest.visit is None or guest.visit.page is not Page.CARRY:
            return
        if made is None:
            guest.tell(Told("Không có phiếu nào chờ gửi.", is_good=True))
            return
        part, codes = made
        self.codes, self.ready = codes, 0
        words = f"{part.ballots} phiếu"
        guest.visit = state.change(guest.visit, codes=len(codes), carried=words)
        guest.shown_from_now()
        threading.Thread(target=lambda: self._draw(codes), name="codes", daemon=True).start()
        guest.tell(Told("", is_good=True))

    def _draw(self, codes: list[str]) -> None:
        """Have the codes drawn ahead of the glass: one takes several frames' time on a Pi."""
        for number, text in enumerate(codes, 1):
            if self.codes is not codes:
                return
            drawn_code(text, "l")
            self.ready = number

    # ---- the support bundle

    def _bundle(self, _: Wish) -> None:
        guest, known = self.guest, self.guest.known()

        def do() -> Told:
            stick = usb.the_stick(guest.local.usb_dirs, guest.machine.root)
            facts = guest.machine.facts(**known)
            outbox, _clock = guest.machine.open_outbox()
            try:
                path = usb.put(
                    stick,
                    lambda file: bundle.write_bundle(file, self.folder, guest.local, facts, outbox, guest.machine.root),
                )
            finally:
                outbox.close()
            name = path.name if path else ""
            return Told("Đã ghi gói hỗ trợ.", f"{name}. Có thể rút USB.", is_good=True)

        guest.note("support bundle to a stick")
        guest.work(do, guest.tell)

    # ---- settings of this machine

    def local(self) -> Local:
        """Return what can be changed here, as it stands."""
        kept, _ = read_overrides(self.folder)
        volume = kept.volume if kept.volume is not None else self.guest.app.kiosk.volume
        return Local(
            volume=volume,
            brightness=backlight(self.guest.machine.root),
            rotation=kept.rotation if kept.rotation is not None else self.guest.local.rotation,
            has_wifi=wifi.is_here(),
        )

    def _change(self, wish: Wish) -> None:
        name, _, value = wish.about.partition("=")
        root = self.guest.machine.root

        def do() -> None:
            kept, _ = read_overrides(self.folder)
            write_overrides(self.folder, replace(kept, **{name: int(value)}))
            if name == "brightness":
                set_backlight(root, int(value))

        self.guest.note(f"{name} changed to {value}")
        try:
            do()
        except (OSError, BacklightError) as error:
            self.guest.tell(Told("Không đổi được.", str(error)[:120], is_good=False))

    def _restart(self, _: Wish) -> None:
        self.guest.note("restart of the program")
        self.guest.app.stop()

    # ---- Wi-Fi

    def _wifi(self, _: Wish) -> None:
        if not wifi.is_here():
            self.guest.tell(Told("", "", is_good=False))
            return

        def seen(networks: tuple[state.Network, ...]) -> None:
            guest = self.guest
            if guest.visit is not None and guest.visit.page is Page.WIFI:
                guest.visit = state.change(guest.visit, networks=networks)
            guest.tell(Told("", f"Thấy {len(networks)} mạng" if networks else "Không thấy mạng nào", is_good=True))

        self.guest.work(wifi.networks, seen)

    def _join(self, wish: Wish) -> None:
        self.guest.note("Wi-Fi changed")

        def joined(why: str) -> None:
            words = Told("Không nối được.", why, is_good=False) if why else Told("Đã nối", wish.about, is_good=True)
            self.guest.tell(words)

        self.guest.work(lambda: wifi.join(wish.about, wish.secret), joined)

    # ---- the code on the waiting screen

    def code_on_glass(self) -> Code | None:
        """Return the code that respondents see: whether its token is ours, and how large it is drawn."""
        app = self.guest.app
        if not app.qr:
            return None
        screen = app.glass.screens.get(IdleView)
        drawn = getattr(screen, "code", None)
        if drawn is None or drawn.texture is None:
            return None
        try:
            token = qr_token.read(app.qr.rpartition("/")[2], app.kiosk.qr_key)
            is_ours = token.kiosk == app.kiosk.qr_kiosk
        except ValueError:
            is_ours = False
        panel = app.sizes.panel
        module_mm = drawn.width / drawn.texture.width * panel.width_mm / panel.width_px
        return Code(is_ours, drawn.texture.width - 8, round(module_mm, 3))

    # ---- progress

    def progress(self, told: Told, *, is_step: bool = False) -> None:
        """Tell how far a job is, from its thread, at most four times a second; is_step: it says something new."""
        now_s = time.monotonic()
        if is_step or now_s - self._last_told_s >= 0.25:
            self._last_told_s = now_s
            self.guest.app.later(lambda: self.guest.tell(told))

    def code(self, since_s: float) -> tuple[str, str]:
        """Return the code to show so long after the first one, and its place among all."""
        if not self.codes or not self.ready:
            return "", ""
        at = int(since_s * CODES_A_SECOND) % min(self.ready, len(self.codes))
        return self.codes[at], f"mã {at + 1}/{len(self.codes)}"
