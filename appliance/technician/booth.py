"""The recorder's shell: microphone, loudspeaker and card around the pure studio; the card on a thread of its own."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from appliance.microphone import Microphone, MicrophoneError
from appliance.sound import BYTES_A_SECOND, Sound, SoundError, clip
from appliance.technician import studio as studios
from appliance.technician import take as takes
from appliance.technician.recordings import Recordings
from appliance.technician.state import Page, Wish, change
from appliance.technician.studio import GATE, Line, Studio, Tally, Verdict
from appliance.technician.take import Take
from appliance.tongues import TONGUES

if TYPE_CHECKING:
    from appliance.technician.guest import Technician

log = logging.getLogger(__name__)

NO_MICROPHONE: Final = "Chưa thấy micrô ({why}): cắm micrô USB rồi thử lại."
PULLED: Final = "Micrô đã ngắt giữa chừng: cắm lại micrô rồi thu lại."
FULL: Final = "Thẻ nhớ không ghi được ({why}): bản thu cũ vẫn còn."


class Booth:
    """Records for one technician. The microphone is open while `Dừng` is on the glass and at no other time."""

    def __init__(self, guest: "Technician") -> None:
        """guest: whose visit shows what happens."""
        self.guest = guest
        self.microphone = Microphone()
        self.sound = Sound()
        self._heard = bytearray()
        self._take: Take | None = None

    def begin(self, wish: Wish) -> None:
        """Begin what a visit wishes for: voices, studio or record."""
        if wish.what == "voices":
            self.close()
            self._change(tallies=self._tallies())
        elif wish.what == "studio":
            self._open(wish.about)
        else:
            getattr(self, f"_{wish.about}")()

    def tick(self, at_s: float) -> None:
        """Take a moment that passed: the meter moves, a recording that is too long ends, a prompt has been heard."""
        studio = self._studio
        if studio is None:
            return
        if studio.doing == "record":
            self._listen(studio, at_s)
        elif studio.doing == "play" and self.sound.left_s <= 0:
            self._show(studios.change(studio, doing=""))

    def close(self) -> None:
        """Let go of microphone and loudspeaker."""
        self.microphone.close()
        self.sound.close()
        self._heard, self._take = bytearray(), None

    # ---- what is shown

    @property
    def _studio(self) -> Studio | None:
        visit = self.guest.visit
        return visit.studio if visit is not None and visit.page is Page.STUDIO else None

    def _show(self, studio: Studio) -> None:
        self._change(studio=studio)

    def _change(self, **fields: Any) -> None:
        if self.guest.visit is not None:
            self.guest.visit = change(self.guest.visit, **fields)

    def _lines(self, lang: str) -> tuple[Line, ...]:
        return studios.script(self.guest.app.kiosk.questionnaire, lang)

    def _recordings(self, lang: str) -> Recordings:
        return Recordings(self.guest.folder / "voice" / lang)

    def _tallies(self) -> tuple[Tally, ...]:
        voices = self.guest.app.hands.voices
        found = []
        for tongue in TONGUES:
            lines = self._lines(tongue.code)
            kept = self._recordings(tongue.code).state(lines)[0]
            is_offered = voices.find(tongue.code, GATE) is not None
            found.append(studios.tally(tongue.code, lines, kept, is_offered=is_offered))
        return tuple(found)

    def _open(self, lang: str) -> None:
        lines = self._lines(lang)
        opened = studios.opened(lang, lines, *self._recordings(lang).state(lines))
        self._change(page=Page.STUDIO, studio=opened)

    # ---- recording

    def _record(self) -> None:
        self.sound.close()
        self._heard, self._take = bytearray(), None
        try:
            self.microphone.open(at_most_s=studios.LONGEST_S + 5)
        except MicrophoneError as error:
            self._fail(NO_MICROPHONE.format(why=error))

    def _listen(self, studio: Studio, at_s: float) -> None:
        heard = self.microphone.heard()
        self._heard += heard
        seconds = len(self._heard) / BYTES_A_SECOND
        if not heard and self.microphone.is_mute:
            self.microphone.close()
            self._fail(PULLED if self._heard else NO_MICROPHONE.format(why="không gửi tiếng"))
            return
        self._show(studios.heard(studio, takes.level(heard), seconds))
        if seconds >= studios.LONGEST_S:
            self.guest.touched("stop", at_s)

    def _stop(self) -> None:
        self._heard += self.microphone.heard()
        self.microphone.close()
        heard = bytes(self._heard)
        self._heard = bytearray()
        self.guest.work(lambda: takes.take_of(heard), self._judge)

    def _judge(self, take: Take) -> None:
        studio = self._studio
        if studio is None:
            return
        if take.verdict is Verdict.GOOD:
            self._write(studio, take)
            return
        self._take = take if take.verdict is not Verdict.EMPTY else None
        self._show(studios.judged(studio, take.verdict))

    def _keep(self) -> None:
        studio = self._studio
        if studio is not None and self._take is not None:
            self._write(studio, self._take)

    def _forget(self) -> None:
        self._take = None

    # ---- the card

    def _write(self, studio: Studio, take: Take) -> None:
        line, self._take = studio.line, None
        told = f"Đã thu: {take.seconds:.1f} giây".replace(".", ",")
        self._on_card(studio, lambda kept: kept.keep(line, takes.wav(take.samples)), told)

    def _delete(self) -> None:
        self._change_here(lambda kept, prompt: kept.delete(prompt), "Đã xóa. Có thể lấy lại.")

    def _swap(self) -> None:
        self._change_here(lambda kept, prompt: kept.undo(prompt), "Đã lấy lại bản trước.")

    def _change_here(self, do: Callable[[Recordings, str], None], told: str) -> None:
        studio = self._studio
        if studio is not None:
            prompt = studio.line.id
            self._on_card(studio, lambda kept: do(kept, prompt), told)

    def _on_card(self, studio: Studio, do: Callable[[Recordings], None], told: str) -> None:
        """Change the card on a thread; then show what is there, whatever came of it."""
        kept, lines = self._recordings(studio.lang), studio.lines

        def work() -> tuple[str, tuple[frozenset[str], frozenset[str], frozenset[str]]]:
            try:
                do(kept)
            except OSError as error:
                log.error("a recording could not be kept: %s", type(error).__name__)
                return FULL.format(why=error.strerror or type(error).__name__), kept.state(lines)
            return "", kept.state(lines)

        def then(outcome: tuple[str, tuple[frozenset[str], frozenset[str], frozenset[str]]]) -> None:
            why, state = outcome
            now = self._studio
            if now is not None:
                settled = studios.settled(now, *state, told)
                self._show(studios.failed(settled, why) if why else settled)

        self.guest.work(work, then)

    # ---- hearing

    def _play(self) -> None:
        studio = self._studio
        if studio is None:
            return
        try:
            samples = clip(self._recordings(studio.lang).path(studio.line.id))
        except SoundError as error:
            self._fail(f"Không nghe lại được ({error}): thu lại câu này.")
            return
        self._say(samples)

    def _hear(self) -> None:
        if self._take is not None:
            self._say(self._take.samples)

    def _say(self, samples: bytes) -> None:
        local = self.guest.local
        volume = self.guest.app.kiosk.volume if local.volume is None else local.volume
        if not self.sound.say(samples, volume / 100 * local.speech_volume / 100):
            self._fail(f"Không phát được tiếng ({self.sound.why_silent}): kiểm tra loa.")

    def _hush(self) -> None:
        self.sound.stop()

    def _fail(self, why: str) -> None:
        if self._studio is not None:
            self._show(studios.failed(self._studio, why))


WISHES: Final = frozenset({"voices", "studio", "record"})
"""What a visit may wish of a booth."""
