"""Recording a language at the kiosk: real touches, a real microphone device of SDL's, and the files that came of it."""

import subprocess
from array import array
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.settings import PANELS, Settings
from appliance.sound import AUDIO, BYTES_A_SECOND, clip, the_sdl
from appliance.technician.studio import GATE
from appliance.voice import Voices, build
from survey.questionnaire import bundled
from tests.screens.conftest import PANEL, a_kiosk
from tests.screens.test_technician import STORED, let_in

SMALL = replace(bundled(), questions=bundled().questions[:1], context_items=[], demographics=[])


@pytest.fixture(scope="session")
def voice(tmp_path_factory):
    """Vietnamese prompts of a short questionnaire, as the image has them."""
    folder = tmp_path_factory.mktemp("voice")
    build([SMALL], folder, ("vi",))
    return folder


@pytest.fixture(scope="session")
def spoken(tmp_path_factory):
    """Somebody's words with silence around them, as samples."""
    path = tmp_path_factory.mktemp("said") / "said.wav"
    subprocess.run(["espeak-ng", "-v", "vi", "-s", "150", "-w", str(path), "Tiếng Tày"], check=True)
    return bytes(BYTES_A_SECOND // 2) + clip(path) + bytes(BYTES_A_SECOND // 2)


def louder(samples: bytes, by: float) -> bytes:
    return array("h", [max(-32768, min(32767, round(by * each))) for each in array("h", samples)]).tobytes()


@pytest.fixture
def booth(start, store, tmp_path, voice, monkeypatch):
    """A technician before the languages; `microphone` says what is plugged in: samples, or None for nothing."""
    from appliance.technician.guest import Technician

    library, source, played = the_sdl(), tmp_path / "microphone.raw", tmp_path / "played.raw"
    library.SDL_QuitSubSystem(AUDIO)
    for name, value in {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILEIN": str(source),
                        "SDL_DISKAUDIOFILE": str(played), "SDL_DISKAUDIODELAY": "10"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    local = Settings(panel=PANELS[PANEL], fullscreen=False, data_dir=str(tmp_path / "data"), voice_dir=str(voice))
    (tmp_path / "data").mkdir()
    store.clock = Clock(1)
    rig = start(local, a_kiosk(pin_hash=STORED, questionnaire=SMALL))
    side = Technician(rig.app, local)

    def microphone(samples: bytes | None) -> None:
        source.unlink(missing_ok=True)
        if samples is not None:
            source.write_bytes(samples)

    kiosk = SimpleNamespace(
        rig=rig, side=side, folder=tmp_path / "data" / "voice", played=played, microphone=microphone, voice=voice
    )
    let_in(kiosk)
    rig.tap("voices")
    yield kiosk
    side.close()
    library.SDL_QuitSubSystem(AUDIO)


def recorded(kiosk, samples: bytes, seconds: float) -> None:
    """Record one take of so many seconds, and wait until it was judged."""
    kiosk.microphone(samples)
    kiosk.rig.tap("record")
    kiosk.rig.until(lambda: kiosk.side.visit.studio.seconds >= seconds, 30)
    kiosk.rig.tap("stop", 0)
    kiosk.rig.until(lambda: not kiosk.side.visit.studio.doing, 20)


def length_s(samples: bytes) -> float:
    return len(samples) / BYTES_A_SECOND


def within(part: bytes, whole: bytes) -> bool:
    return whole.find(part) >= 0


def test_a_prompt_is_recorded_heard_deleted_and_had_back_by_touch(booth, spoken):
    rig = booth.rig
    assert rig.view.tiles[0].hint.startswith("cằm Tày · 0/")
    rig.tap("tongue-tyz")
    assert rig.view.text == "Xin chào Ông, Bà. Đây là phiếu khảo sát bằng giọng nói, ẩn danh. " + rig.view.text[65:]
    booth.microphone(spoken)
    rig.tap("record")
    assert set(rig.targets()) == {"stop", "back"}
    levels = []

    def is_all_said() -> bool:
        levels.append(rig.view.level or 0)
        return booth.side.visit.studio.seconds >= length_s(spoken)

    rig.until(is_all_said, 30)
    assert max(levels) > 0.1, "the meter never moved"
    rig.tap("stop", 0)
    rig.until(lambda: not booth.side.visit.studio.doing, 20)
    assert rig.view.sign == "ok"
    path = booth.folder / "tyz" / "welcome.5.wav"
    samples = clip(path)
    assert within(samples, spoken), "what was written is what was heard"
    assert length_s(samples) < length_s(spoken) - 0.5, "the silence at both ends is gone"
    rig.tap("play", 0)
    rig.until(lambda: not booth.side.visit.studio.doing, 20)
    assert booth.played.stat().st_size >= len(samples)
    assert "đã thu 1/" in rig.view.title
    rig.tap("delete")
    rig.until(lambda: not path.exists(), 10)
    rig.until(lambda: rig.has("undo"), 10)
    assert "đã thu 0/" in rig.view.title
    rig.tap("undo")
    rig.until(path.exists, 10)
    assert clip(path) == samples


def test_a_whisper_and_a_shout_are_told_and_kept_only_if_accepted(booth, spoken):
    rig, path = booth.rig, booth.folder / "tyz" / "welcome.5.wav"
    rig.tap("tongue-tyz")
    recorded(booth, louder(spoken, 0.05), 1.2)
    assert "quá nhỏ" in rig.view.note
    assert not path.exists()
    rig.tap("discard")
    recorded(booth, louder(spoken, 20), 1.2)
    assert "quá to" in rig.view.note
    assert not path.exists()
    rig.tap("play", 0)
    rig.tap("keep", 0)
    rig.until(path.exists, 10)
    rig.until(lambda: "Đã thu" in rig.view.note, 10)


def test_silence_leaves_the_recording_that_was_there(booth, spoken):
    rig, path = booth.rig, booth.folder / "tyz" / "welcome.5.wav"
    rig.tap("tongue-tyz")
    recorded(booth, spoken, 1.2)
    before = path.read_bytes()
    recorded(booth, bytes(3 * BYTES_A_SECOND), 1.0)
    assert "Không nghe thấy tiếng nói" in rig.view.note
    assert path.read_bytes() == before


def test_without_a_microphone_it_says_so_and_once_plugged_in_it_records(booth, spoken):
    rig = booth.rig
    rig.tap("tongue-tyz")
    booth.microphone(None)
    rig.tap("record")
    assert rig.view.note.startswith("Chưa thấy micrô")
    assert rig.view.note.endswith("cắm micrô USB rồi thử lại.")
    assert rig.view.sign == "bad"
    recorded(booth, spoken, 1.2)
    assert (booth.folder / "tyz" / "welcome.5.wav").exists()


def test_a_recording_ends_by_itself_at_the_longest(booth, spoken, monkeypatch):
    from appliance.technician import studio

    monkeypatch.setattr(studio, "LONGEST_S", 1.5)
    booth.microphone(spoken + spoken)
    booth.rig.tap("tongue-tyz")
    booth.rig.tap("record")
    booth.rig.until(lambda: booth.side.visit.studio.doing != "record", 30)
    booth.rig.until(lambda: not booth.side.visit.studio.doing, 20)
    assert not booth.side.booth.microphone.is_open
    assert length_s(clip(booth.folder / "tyz" / "welcome.5.wav")) < 1.9


def test_nobody_is_listened_to_after_a_technician_has_gone(booth, spoken):
    booth.microphone(spoken)
    booth.rig.tap("tongue-tyz")
    booth.rig.tap("record")
    assert booth.side.booth.microphone.is_open
    booth.rig.wait(185, 0.5)
    assert booth.rig.screen == "idle"
    assert not booth.side.booth.microphone.is_open
    assert list(booth.folder.glob("*/*")) == []


def test_a_language_is_offered_once_its_name_is_recorded_and_what_it_lacks_is_vietnamese(booth, spoken):
    rig, side = booth.rig, booth.side
    rig.tap("tongue-tyz")
    recorded(booth, spoken, 1.2)
    rig.tap("next")
    assert rig.view.place.startswith("câu 2/")
    rig.tap("last")
    rig.tap("back")
    assert (rig.view.tiles[0].icon, rig.view.tiles[0].hint[:11]) == ("", "cằm Tày · 1")
    rig.tap("tongue-tyz")
    while side.visit.studio.line.id != GATE:
        rig.tap("next", 0)
    assert "tên của thứ tiếng" in rig.view.text
    recorded(booth, spoken, 1.2)
    rig.tap("back")
    assert rig.view.tiles[0].icon == "check"
    rig.tap("back")
    rig.tap("exit")
    rig.tap("access")
    rig.tap("read")
    assert [(chip.name, chip.text) for chip in rig.view.voices] == [
        ("voice-vi", "Tiếng Việt"),
        ("voice-tyz", "Tiếng Tày"),
    ]
    voices = rig.app.hands.voices
    assert voices.samples((GATE,), "tyz") == clip(booth.folder / "tyz" / f"{GATE}.wav")
    assert voices.samples(("thanks",), "tyz") == clip(booth.voice / "vi" / "thanks.wav")


def test_a_persons_voice_goes_before_the_rendered_one_until_it_is_deleted(booth, spoken):
    rig = booth.rig
    rig.tap("tongue-vi")
    recorded(booth, spoken, 1.2)
    there = Voices([booth.folder, booth.voice])
    mine, rendered = booth.folder / "vi" / "welcome.5.wav", booth.voice / "vi" / "welcome.5.wav"
    assert there.find("vi", "welcome.5") == mine
    rig.tap("delete", 0)
    rig.until(lambda: not mine.exists(), 10)
    assert there.find("vi", "welcome.5") == rendered
