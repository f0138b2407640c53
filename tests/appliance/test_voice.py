"""The voice: prompts rendered by the real espeak-ng, found, replaced by recordings, joined to samples."""

import struct
import wave
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from appliance import speech
from appliance.prompts import CODE_LETTERS, prompts
from appliance.settings import Settings
from appliance.sitting import Kind, Step, change, opened
from appliance.sound import RATE, Sound, SoundError, clip
from appliance.speech import PAUSE
from appliance.spoken import begun, fits, patient
from appliance.voice import PAUSE_S, VoiceError, Voices, all_prompts, build, main, missing, say_test, to_speak
from survey.ballot import ballot_code
from survey.questionnaire import bundled
from tests.screens.conftest import a_kiosk

SOME_ID = UUID(int=7)
SMALL = msgspec.structs.replace(bundled(), questions=bundled().questions[:1], context_items=[], demographics=[])
"""One question: quick to render."""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("voice")
    build([SMALL], folder)
    return folder


def a_sound(path: Path, seconds: float, rate: int = RATE, channels: int = 1, width: int = 2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(struct.pack("<h", 1000)[:width] * channels * round(rate * seconds))
    return path


def test_every_prompt_of_both_languages_is_rendered_as_16_bit_mono(built):
    for lang in ("vi", "en"):
        assert missing(SMALL, Voices([built]), lang) == []
        for path in (built / lang).glob("*.wav"):
            with wave.open(str(path)) as file:
                assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
                assert file.getnframes() > RATE // 10


def test_only_what_changed_is_rendered_again_and_recordings_stay(built):
    assert build([SMALL], built) == {"vi": 0, "en": 0}
    texts = {**SMALL.texts, "thanks": {"vi": "Cảm ơn!", "en": "Thank you!"}}
    reworded = msgspec.structs.replace(SMALL, texts=texts)
    assert build([reworded], built) == {"vi": 1, "en": 0}
    recorded = a_sound(built / "vi" / "noted.wav", 0.5).read_bytes()
    (built / "en" / "noted.wav").unlink()
    assert build([SMALL], built) == {"vi": 1, "en": 1}
    assert (built / "vi" / "noted.wav").read_bytes() == recorded


def test_a_recorded_language_is_used_where_it_is_and_vietnamese_elsewhere(built, tmp_path):
    a_sound(tmp_path / "tyz" / "language.wav", 0.7)
    a_sound(tmp_path / "tyz" / "how.wav", 0.25, rate=44_100, channels=2)
    there = Voices([tmp_path, built])
    assert there.languages(["vi", "en"]) == ("vi", "en", "tyz")
    assert len(there.samples(("language",), "tyz")) == 2 * round(0.7 * RATE)
    assert abs(len(there.samples(("how",), "tyz")) - 2 * 0.25 * RATE) < 200
    assert there.samples(("test",), "tyz") == clip(built / "vi" / "test.wav")
    assert there.samples(("en/test", PAUSE), "tyz") == clip(built / "en" / "test.wav") + bytes(
        2 * round(PAUSE_S * RATE)
    )


def test_a_file_that_cannot_be_played_is_named_once_and_left_out(built, tmp_path, caplog):
    a_sound(tmp_path / "tyz" / "test.wav", 0.1, width=1)
    there = Voices([tmp_path, built])
    for _ in range(2):
        assert there.samples(("test",), "tyz") == clip(built / "vi" / "test.wav")
    assert caplog.text.count("test.wav has 8 bit") == 1
    with pytest.raises(SoundError, match="use WAV"):
        clip(tmp_path / "none.wav")


def test_without_prompts_there_is_silence_and_no_error(tmp_path):
    assert Voices([tmp_path]).samples(("test", "how"), "vi") == b""
    assert Voices([tmp_path]).languages(["vi"]) == ()
    local = Settings(voice_dir=str(tmp_path), data_dir=str(tmp_path))
    assert "appliance.voice build" in say_test(local)


def test_the_technicians_test_says_why_nothing_can_be_heard(built, tmp_path, monkeypatch):
    local = Settings(voice_dir=str(built), data_dir=str(tmp_path))
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    sound = Sound()
    assert say_test(local, sound) == ""
    assert sound.left_s > 0
    sound._sdl.SDL_QuitSubSystem(0x10)
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    assert say_test(local, Sound()) != ""


def test_without_espeak_the_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VoiceError, match="apt-get install espeak-ng"):
        build([SMALL], tmp_path)


def test_a_voice_is_built_for_every_questionnaire_that_ships():
    asked = to_speak(None)
    assert [one.id for one in asked] == ["sipas-motcua-9", "danh-gia-nhanh-3"]
    for lang in ("vi", "en"):
        texts = all_prompts(asked, lang)
        for one in asked:
            assert prompts(one, lang).items() <= texts.items(), "two questionnaires have other words for one prompt"
    reworded = msgspec.structs.replace(asked[0], texts={**asked[0].texts, "thanks": {"vi": "Cảm ơn!"}})
    assert all_prompts(to_speak(reworded), "vi")["thanks"] == "Cảm ơn!"


def test_check_lists_what_each_language_lacks(built, tmp_path, capsys):
    assert main(["check", "--out", str(tmp_path)]) == 1
    assert "vi: 0/" in capsys.readouterr().out


# ---- what is said


def test_every_prompt_that_can_be_said_exists_in_every_rendered_language():
    kiosk = a_kiosk(context_on=["role", "step", "field", "gender", "age"])
    known = prompts(kiosk.questionnaire, "vi").keys()
    assert known == prompts(kiosk.questionnaire, "en").keys()
    said = set(speech.greeting((5, 4, 3, 2, 1)) + speech.greeting((3, 2, 1)) + speech.spelled(CODE_LETTERS))
    sitting = opened(kiosk, SOME_ID, "vi", "l1", 0.0)
    for question in kiosk.questionnaire.questions:
        at = change(sitting, step=Step(Kind.QUESTION, question.id))
        said |= set(speech.question(at, (5, 4, 3, 2, 1)) + speech.candidate(question, 1, "headphones"))
        said |= set(speech.walk(change(at, step=Step(Kind.REASONS, question.id)), (), 0))
    for item in kiosk.context_on:
        said |= set(speech.walk(change(sitting, step=Step(Kind.CHOICE, item)), (), 0))
    for output in ("headphones", "speaker"):
        said |= set(speech.thanks(ballot_code(SOME_ID), output, has_buttons=True))
    assert said - known <= {PAUSE}


def test_a_question_is_said_with_each_button_in_its_place():
    sitting = opened(a_kiosk(), SOME_ID, "vi", "l1", 0.0)
    assert speech.question(sitting, (5, 4, 3, 2, 1)) == (
        "progress.1.9", "question.responsibility", "~",
        "button.1", "level.likert5.5", "button.2", "level.likert5.4", "button.3", "level.likert5.3",
        "button.4", "level.likert5.2", "button.5", "level.likert5.1",
    )  # fmt: skip


def test_over_a_loudspeaker_what_is_said_of_a_press_is_the_same_for_every_level():
    question = bundled().questions[0]
    assert {speech.candidate(question, level, "speaker") for level in range(1, 6)} == {("pressed",)}
    assert len({speech.candidate(question, level, "headphones") for level in range(1, 6)}) == 5


def test_a_spoken_sitting_differs_from_any_other_in_nothing_that_is_sent():
    sitting = opened(a_kiosk(), SOME_ID, "vi", "l1-800x480", 0.0)
    turn = begun(sitting, ("vi", "tyz"), "tyz", (5, 4, 3, 2, 1), "headphones")
    assert (turn.sitting.lang, turn.sitting.layout, turn.sitting.channel) == ("vi", "l1-800x480", "button")
    assert turn.sitting.kiosk.questionnaire == sitting.kiosk.questionnaire


def test_three_buttons_fit_three_levels_and_nothing_else():
    assert fits(a_kiosk(), (5, 4, 3, 2, 1))
    assert not fits(a_kiosk(), (3, 2, 1))
    assert not fits(a_kiosk(), ())


def test_patience_is_doubled_within_what_the_settings_allow():
    assert patient(a_kiosk()).idle_timeout_s == 90
    assert patient(a_kiosk(idle_timeout_s=600)).idle_timeout_s == 600


def test_no_more_languages_are_named_than_there_are_buttons_to_choose_with():
    kiosk = a_kiosk(questionnaire=bundled("danh-gia-nhanh-3"))
    sitting = opened(kiosk, SOME_ID, "vi", "row", 0.0)
    turn = begun(sitting, ("vi", "en", "hmn", "tyz"), "vi", (3, 2, 1), "speaker")
    assert turn.say is not None
    assert [name for name in turn.say if "language" in name] == ["vi/language", "en/language", "hmn/language"]
