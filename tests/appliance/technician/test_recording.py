"""Recordings: trimmed and judged, written whole, the former one to be had back, offered by the rule there is."""

import subprocess
import wave
from array import array
from math import pi, sin

import pytest

from appliance.microphone import Microphone, MicrophoneError
from appliance.sound import AUDIO, BYTES_A_SECOND, RATE, clip, the_sdl
from appliance.technician import studio as studios
from appliance.technician.recordings import Recordings
from appliance.technician.studio import GATE, Line, Verdict
from appliance.technician.take import LEAD_S, level, take_of, wav
from appliance.voice import Voices
from survey.questionnaire import bundled

LINE = Line("how", "Bấm một nút để chọn.")


def tone(seconds: float, loud: int, hertz: float = 220.0) -> bytes:
    return array("h", [round(loud * sin(2 * pi * hertz * n / RATE)) for n in range(round(RATE * seconds))]).tobytes()


def hush(seconds: float) -> bytes:
    return bytes(2 * round(RATE * seconds))


@pytest.fixture(scope="module")
def spoken(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("said") / "said.wav"
    subprocess.run(["espeak-ng", "-v", "vi", "-w", str(path), "Xin chào Ông, Bà."], check=True)
    return clip(path)


# ---- a take


def test_silence_at_both_ends_goes_and_a_pause_within_stays():
    said = tone(0.5, 9000) + hush(0.8) + tone(0.5, 9000)
    take = take_of(hush(2) + said + hush(3))
    assert take.verdict is Verdict.GOOD
    assert abs(take.seconds - (1.8 + 2 * LEAD_S)) < 0.03


def test_speech_in_a_humming_hall_is_cut_out_of_the_hum(spoken):
    hum = tone(6, 400, 50)
    voice = array("h", spoken)
    mixed = array("h", hum)
    for n, sample in enumerate(voice):
        mixed[2 * RATE + n] = max(-32768, min(32767, mixed[2 * RATE + n] + sample))
    take = take_of(mixed.tobytes())
    assert take.verdict is Verdict.GOOD
    assert take.seconds < len(voice) / RATE + 2 * LEAD_S + 0.1


def test_the_tap_on_the_glass_is_not_speech():
    tap = tone(0.015, 20_000)
    assert take_of(hush(0.5) + tap + hush(1) + tap + hush(0.5)).verdict is Verdict.EMPTY
    take = take_of(tap + hush(1) + tone(0.6, 9000) + hush(1) + tap)
    assert abs(take.seconds - (0.6 + 2 * LEAD_S)) < 0.03


@pytest.mark.parametrize(
    ("heard", "verdict"),
    [
        (b"", Verdict.EMPTY),
        (hush(2), Verdict.EMPTY),
        (tone(1, 700), Verdict.QUIET),
        (tone(1, 32_767), Verdict.CLIPPED),
        (tone(1, 12_000), Verdict.GOOD),
    ],
)
def test_too_quiet_too_loud_and_nothing_are_told_apart(heard, verdict):
    assert take_of(heard).verdict is verdict


def test_a_take_is_written_as_the_voice_plays_it(tmp_path):
    samples = tone(0.3, 9000)
    (tmp_path / "a.wav").write_bytes(wav(samples))
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
    assert clip(tmp_path / "a.wav") == samples
    assert abs(level(samples) - 9000 / 32768) < 0.001


# ---- the card


def test_a_new_recording_keeps_the_former_one_and_undo_changes_them_about(tmp_path):
    kept = Recordings(tmp_path / "tyz")
    first, second = wav(tone(0.3, 9000)), wav(tone(0.5, 9000))
    kept.keep(LINE, first)
    assert kept.state([LINE]) == ({"how"}, frozenset(), frozenset())
    kept.keep(LINE, second)
    assert (kept.path("how").read_bytes(), kept.state([LINE])[2]) == (second, {"how"})
    kept.undo("how")
    assert kept.path("how").read_bytes() == first
    kept.undo("how")
    assert kept.path("how").read_bytes() == second
    assert sorted(path.name for path in kept.folder.iterdir()) == ["how.before", "how.wav", "read.json"]


def test_what_was_deleted_is_not_played_and_can_be_had_back(tmp_path):
    kept = Recordings(tmp_path / "tyz")
    first = wav(tone(0.3, 9000))
    kept.keep(LINE, first)
    kept.delete("how")
    assert Voices([tmp_path]).find("tyz", "how") is None
    assert kept.state([LINE]) == (frozenset(), frozenset(), {"how"})
    kept.undo("how")
    assert kept.path("how").read_bytes() == first
    assert kept.state([LINE]) == ({"how"}, frozenset(), frozenset())


def test_a_recording_of_words_that_have_changed_is_told_and_a_file_put_by_hand_is_not(tmp_path):
    kept = Recordings(tmp_path / "tyz")
    kept.keep(LINE, wav(tone(0.3, 9000)))
    now = Line("how", "Bấm một nút.")
    assert kept.state([now])[:2] == (frozenset(), {"how"})
    kept.keep(now, wav(tone(0.3, 9000)))
    assert kept.state([now])[:2] == ({"how"}, frozenset())
    kept.undo("how")
    assert kept.state([now])[:2] == (frozenset(), {"how"})
    kept.path("noted").write_bytes(wav(tone(0.3, 9000)))
    assert kept.state([Line("noted", "Đã ghi.")])[0] == {"noted"}


def test_a_card_that_takes_no_write_keeps_the_recording_that_was_there(tmp_path, monkeypatch):
    import os

    kept = Recordings(tmp_path / "tyz")
    first = wav(tone(0.3, 9000))
    kept.keep(LINE, first)
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        kept.keep(LINE, wav(tone(0.5, 9000)))
    assert kept.path("how").read_bytes() == first


# ---- the studio


def test_the_script_has_what_everyone_hears_first_then_the_languages_name_then_lists():
    names = [line.id for line in studios.script(bundled(), "tyz")]
    assert len(names) == len(set(names)) > 200
    gate = names.index(GATE)
    assert {"welcome.5", "question.fees", "level.likert5.3", "button.5", "thanks"} <= set(names[:gate])
    assert {"letter.0", "reason.fees.no_receipt", "item.role"} <= set(names[gate:])
    assert {"welcome.3", "walk.3", "test"}.isdisjoint(names)


def test_a_kiosk_of_three_levels_has_no_words_of_five_buttons():
    names = {line.id for line in studios.script(bundled("danh-gia-nhanh-3"), "tyz")}
    assert {"welcome.3", "walk.3", "button.3", "level.likert3.1"} <= names
    assert {"welcome.5", "walk.5", "button.4", "button.5"}.isdisjoint(names)


def test_a_take_that_is_not_good_is_kept_only_if_a_person_says_so():
    studio = studios.opened("tyz", (LINE,), frozenset(), frozenset(), frozenset())
    studio, wish = studios.touched(studio, "record")
    assert wish == "record"
    studio, wish = studios.touched(studio, "stop")
    judged = studios.judged(studio, Verdict.QUIET)
    assert [studios.touched(judged, name)[1] for name in ("keep", "record", "discard", "play", "next", "delete")] == [
        "keep", "record", "forget", "hear", "", "",
    ]  # fmt: skip


# ---- the microphone


@pytest.fixture
def sdl(monkeypatch):
    """SDL with its disk driver: what it hears comes from a file."""
    library = the_sdl()
    library.SDL_QuitSubSystem(AUDIO)
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIODELAY", "2")
    yield library
    library.SDL_QuitSubSystem(AUDIO)


def test_what_the_device_hears_arrives_sample_by_sample(sdl, tmp_path, monkeypatch):
    import time

    source = tmp_path / "said.raw"
    source.write_bytes(tone(1.0, 9000))
    monkeypatch.setenv("SDL_DISKAUDIOFILEIN", str(source))
    microphone = Microphone()
    microphone.open(at_most_s=30)
    heard = b""
    until_s = time.monotonic() + 10
    while len(heard) < 1.2 * BYTES_A_SECOND and time.monotonic() < until_s:
        heard += microphone.heard()
        time.sleep(0.01)
    assert microphone.is_open
    microphone.close()
    assert not microphone.is_open
    assert microphone.heard() == b""
    said = source.read_bytes()
    assert heard[: len(said)] == said


def test_a_microphone_that_is_forgotten_closes_by_itself(sdl, tmp_path, monkeypatch):
    import time

    source = tmp_path / "said.raw"
    source.write_bytes(tone(0.1, 9000))
    monkeypatch.setenv("SDL_DISKAUDIOFILEIN", str(source))
    microphone = Microphone()
    microphone.open(at_most_s=0.2)
    assert microphone.is_open
    time.sleep(0.6)
    assert not microphone.is_open


def test_without_a_microphone_sdl_says_why(sdl, tmp_path, monkeypatch):
    monkeypatch.setenv("SDL_DISKAUDIOFILEIN", str(tmp_path / "nothing.raw"))
    with pytest.raises(MicrophoneError):
        Microphone().open(at_most_s=1)
    sdl.SDL_QuitSubSystem(AUDIO)
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    with pytest.raises(MicrophoneError):
        Microphone().open(at_most_s=1)
