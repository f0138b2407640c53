"""The spoken survey as someone meets it who cannot see: real pins, a real window, and the samples SDL really played."""

import threading

import pytest

from appliance.buttons import open_buttons
from appliance.settings import PANELS, Settings
from appliance.sound import BYTES_A_SECOND
from appliance.voice import Voices, build
from survey.ballot import Channel, Status
from survey.questionnaire import bundled
from tests.screens.conftest import PANEL, a_kiosk

PINS = [5, 6, 13, 19, 26]
IDS = [question.id for question in bundled().questions]
THREE = bundled("danh-gia-nhanh-3")


@pytest.fixture(scope="session")
def voice(tmp_path_factory):
    folder = tmp_path_factory.mktemp("voice")
    build([bundled(), THREE], folder, ("vi",))
    return folder


@pytest.fixture
def played(monkeypatch, tmp_path):
    """The file into which SDL writes every sample it plays."""
    file = tmp_path / "played.raw"
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(file))
    monkeypatch.setenv("SDL_DISKAUDIODELAY", "0")
    return file


class Visit:
    """A person at the five buttons; what is said is kept as prompt ids, beside being played."""

    def __init__(self, start, pins, local, **more):
        self.pins, self.local = pins, local
        self.buttons, why = open_buttons(local)
        assert why == ""
        self.rig = start(local=local, buttons=self.buttons, **more)
        self.said = []
        hands = self.rig.app.hands
        speak = hands._say

        def listen(say, lang, at_s):
            self.said.append((lang, say))
            speak(say, lang, at_s)

        hands._say = listen

    def _thread(self, work):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    def press(self, number, hold_s=0.15, settle_s=0.6):
        """number: of the button from the left, 1 first."""
        pin = self.pins.pin(self.local.button_pins[number - 1])
        self._thread(pin.drive_low)
        self.rig.wait(hold_s)
        self._thread(pin.drive_high)
        self.rig.wait(settle_s)

    def hold(self, number):
        self.press(number, hold_s=2.3)

    def heard(self):
        """Return the prompt ids of the last thing said that was not silence."""
        return next(say for _, say in reversed(self.said) if say)

    def listen(self):
        """Let the present prompt end."""
        hands = self.rig.app.hands
        self.rig.wait(max(0.0, hands.spoken_until_s - self.rig.now) + 0.1, 0.5)


@pytest.fixture
def visit(start, pins, voice, played):
    made, factory = [], pins

    def begin(output="headphones", questions=None, pins=PINS, **more):
        local = Settings(
            panel=PANELS[PANEL], fullscreen=False, button_pins=pins, voice_dir=str(voice), speech_output=output,
            data_dir="/nonexistent",
        )  # fmt: skip
        if questions is not None:
            more["kiosk"] = a_kiosk(questionnaire=questions)
        made.append(Visit(start, factory, local, **more))
        return made[-1]

    yield begin
    for one in made:
        one.buttons.close()


def test_a_held_button_begins_the_spoken_survey_and_its_press_was_no_grade(visit, store):
    one = visit()
    one.press(4, hold_s=1.0, settle_s=0)
    assert one.rig.screen == "received"
    one.rig.wait(0.1)
    one.rig.tap("done", 0.1)
    one.rig.until(lambda: one.rig.screen == "thanks")
    one.rig.tap("done")
    assert one.rig.screen == "idle"
    one.rig.wait(6)
    one.hold(4)
    assert one.rig.screen == "question"
    assert store.dropped == [store.kept[-1].id]
    assert len(store.cast_drafts) == 1
    assert one.heard()[:4] == ("welcome.5", "how", "~", "progress.1.9")
    assert one.rig.app.sitting.answers == {}


def test_nine_questions_by_five_buttons_alone_are_one_ballot_of_the_button_channel(visit, store):
    one = visit()
    one.hold(1)
    for n, number in enumerate([1, 2, 2, 1, 3, 1, 2, 2, 1]):
        assert f"question.{IDS[n]}" in one.heard()
        one.listen()
        one.press(number)
        assert one.heard() == ("chosen", f"level.likert5.{6 - number}", "again")
        assert len(one.rig.app.sitting.answers) == n
        one.press(number)
    one.rig.until(lambda: one.rig.screen == "thanks")
    one.rig.wait(0.3)
    (draft,) = store.cast_drafts
    assert (draft.channel, draft.status, draft.lang) == (Channel.BUTTON, Status.COMPLETE, "vi")
    assert [draft.answers[asked].level for asked in IDS] == [5, 4, 4, 5, 3, 5, 4, 4, 5]
    code = one.rig.app.sitting.code
    letters = [prompt.removeprefix("letter.") for prompt in one.heard() if prompt.startswith("letter.")]
    assert "".join(letters) == code
    one.press(1)
    assert [prompt[7:] for prompt in one.heard() if prompt.startswith("letter.")] == list(code)
    one.press(5)
    assert one.rig.screen == "idle"


def test_sound_of_the_right_length_came_out(visit, voice, played):
    one = visit()
    one.hold(1)
    sound = one.rig.app.hands._sound
    one.rig.until(lambda: sound.left_s == 0, 60)
    expected = len(Voices([voice]).samples(one.heard(), "vi"))
    assert expected > 20 * BYTES_A_SECOND
    written = played.read_bytes()
    assert expected - 4096 <= len(written.rstrip(b"\0")) <= expected + 4096 or len(written) >= expected
    loud = written.strip(b"\0")
    assert 0.9 * expected < len(loud) <= expected


def test_a_press_ends_what_is_being_said(visit):
    one = visit()
    one.hold(1)
    sound = one.rig.app.hands._sound
    one.press(3, settle_s=0)
    one.rig.wait(0.2)
    assert one.heard() == ("chosen", "level.likert5.3", "again")
    assert sound.left_s < 6


def test_another_button_changes_the_choice_and_the_screen_marks_it(visit):
    one = visit()
    one.hold(1)
    one.press(2)
    one.press(4)
    assert [face.is_chosen for face in one.rig.view.faces] == [False, False, False, True, False]
    assert one.rig.app.sitting.answers == {}
    one.press(4)
    one.rig.wait(0.5)
    assert one.rig.app.sitting.level(IDS[0]) == 2


def test_after_a_low_grade_three_reasons_are_walked_by_ear(visit):
    one = visit()
    one.hold(1)
    one.press(5)
    one.press(5)
    one.rig.wait(0.5)
    assert one.rig.screen == "reasons"
    reasons = [reason.id for reason in bundled().questions[0].follow_up.reasons]
    assert one.heard() == ("noted", f"why.{IDS[0]}", "walk.5", "~", f"reason.{reasons[0]}")
    one.press(3)
    assert one.heard() == ("picked",)
    one.press(2)
    assert one.heard() == (f"reason.{reasons[1]}",)
    one.press(1)
    assert one.heard() == (f"reason.{reasons[0]}", "picked")
    for _ in range(2):
        one.press(2)
        one.press(3)
    one.press(2)
    one.press(3)
    assert one.heard() == ("full",)
    one.press(5)
    one.rig.wait(0.3)
    assert one.rig.app.sitting.reasons == {IDS[0]: tuple(reasons[:3])}
    assert one.rig.app.sitting.step.about == IDS[1]


@pytest.mark.parametrize("number", [1, 5])
def test_over_a_loudspeaker_every_grade_sounds_the_same(visit, store, number):
    one = visit("speaker")
    one.hold(1)
    for _ in range(9):
        one.press(number)
        assert one.heard() == ("pressed",)
        one.press(number)
    one.rig.until(lambda: one.rig.screen == "thanks")
    one.rig.wait(0.3)
    said = [say for _, say in one.said if say]
    assert len(said) == 1 + 9 + 8 + 1
    assert one.heard() == ("noted", "thanks", "elsewhere", "not_a_complaint", "~", "code.ask")
    assert store.cast_drafts[0].reasons == {}
    one.press(1)
    assert one.heard()[0] == "code"


def test_held_buttons_repeat_go_back_and_say_that_a_question_does_not_apply(visit):
    one = visit()
    one.hold(1)
    one.hold(3)
    assert one.heard() == ("na.refused",)
    one.hold(5)
    assert one.heard()[0] == "first"
    for _ in range(5):
        one.press(1)
        one.press(1)
    one.rig.wait(0.4)
    assert one.rig.app.sitting.step.about == "fees"
    one.hold(1)
    assert one.heard()[:2] == ("progress.6.9", "question.fees")
    assert one.heard()[-1] == "na.hint"
    one.hold(3)
    one.rig.wait(0.4)
    assert one.rig.app.sitting.level("fees") == "na"
    assert one.heard()[:2] == ("level.na", "noted")
    one.hold(5)
    assert one.heard()[1] == "question.fees"


def test_patience_counts_from_the_end_of_a_prompt_and_the_question_whether_one_is_there_is_spoken(visit, store):
    one = visit()
    one.hold(1)
    one.press(1)
    one.press(1)
    one.listen()
    one.rig.wait(88, 0.5)
    assert one.rig.screen == "question"
    one.rig.wait(4, 0.5)
    assert one.rig.screen == "question+still_there"
    assert one.heard() == ("still_there",)
    one.press(3)
    assert one.rig.screen == "question"
    assert f"question.{IDS[1]}" in one.heard()
    one.listen()
    one.rig.wait(92 + 42, 0.5)
    one.rig.until(lambda: one.rig.screen == "thanks")
    (draft,) = store.cast_drafts
    assert (draft.status, len(draft.answers)) == (Status.PARTIAL, 1)
    assert draft.flags == ["timed_out"]


def test_with_two_voices_a_language_is_chosen_first_each_in_its_own(visit, voice, tmp_path):
    tay = voice / "tyz"
    tay.mkdir()
    (tay / "language.wav").write_bytes((voice / "vi" / "language.wav").read_bytes())
    one = visit()
    one.hold(1)
    assert one.heard() == ("vi/language", "vi/button.1", "~", "tyz/language", "tyz/button.2", "~")
    one.press(2)
    assert one.said[-1][0] == "tyz"
    assert one.heard()[0] == "welcome.5"
    assert one.rig.app.sitting.lang == "vi"
    (tay / "language.wav").unlink()
    tay.rmdir()


def test_without_prompts_a_held_button_is_a_press_and_nothing_else(start, store, pins, tmp_path):
    local = Settings(
        panel=PANELS[PANEL], fullscreen=False, button_pins=PINS, voice_dir=str(tmp_path), data_dir="/nonexistent"
    )
    one = Visit(start, pins, local)
    one.hold(2)
    assert one.rig.screen == "received"
    assert one.said == []
    one.rig.wait(8)
    one.rig.until(lambda: one.rig.screen == "thanks")
    assert store.cast_drafts[0].status == Status.QUICK
    one.buttons.close()


def test_without_a_sound_device_the_survey_goes_on_as_text_and_says_so_once(visit, store, monkeypatch, caplog):
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    from appliance import sound

    sdl = sound.the_sdl()
    sdl.SDL_QuitSubSystem(0x10)
    one = visit()
    one.hold(1)
    for _ in range(9):
        one.press(1)
        one.press(1)
    one.rig.until(lambda: one.rig.screen == "thanks")
    assert store.cast_drafts[0].status == Status.COMPLETE
    assert caplog.text.count("no sound:") == 1
    assert len(one.rig.app.hands.notes()) == 1


def test_three_buttons_cannot_answer_five_levels_and_say_so(start, pins, voice, played, store):
    local = Settings(
        panel=PANELS[PANEL], fullscreen=False, button_pins=PINS[:3], voice_dir=str(voice), data_dir="/nonexistent"
    )
    one = Visit(start, pins, local)
    one.hold(1)
    assert (one.heard(), one.rig.screen) == (("not_here",), "idle")
    for name in ("access", "read", "start"):
        one.rig.tap(name)
    assert one.heard()[:2] == ("progress.1.9", f"question.{IDS[0]}")
    assert "how" not in one.heard()
    one.buttons.close()


def test_three_levels_by_three_buttons_are_spoken_from_the_welcome_to_the_code(visit, voice, store, played):
    one = visit(questions=THREE, pins=PINS[:3])
    one.hold(1)
    assert one.heard()[:5] == ("welcome.3", "how", "~", "progress.1.3", "question.overall3")
    levels = tuple(part for n, level in enumerate((3, 2, 1), 1) for part in (f"button.{n}", f"level.likert3.{level}"))
    assert one.heard()[6:12] == levels
    sound = one.rig.app.hands._sound
    one.rig.until(lambda: sound.left_s == 0, 60)
    expected = sum(length(voice, name) for name in one.heard() if name != "~")
    assert len(played.read_bytes().strip(b"\0")) > 0.9 * expected, "every word of it was played"
    for number, level in ((1, 3), (3, 1)):
        one.press(number)
        assert one.heard() == ("chosen", f"level.likert3.{level}", "again")
        one.press(number)
    one.rig.wait(0.5)
    assert one.heard() == ("noted", "why.attitude3", "walk.3", "~", "reason.attitude3.impolite")
    one.press(1)
    one.press(2)
    assert one.heard() == ("picked",)
    one.press(3)
    one.rig.wait(0.5)
    assert one.heard()[:3] == ("noted", "progress.3.3", "question.time3")
    one.hold(2)
    one.rig.until(lambda: one.rig.screen == "thanks")
    (draft,) = store.cast_drafts
    assert (draft.channel, draft.status) == (Channel.BUTTON, Status.COMPLETE)
    assert [draft.answers[question.id].level for question in THREE.questions] == [3, 1, "na"]
    assert draft.reasons == {"attitude3": ["attitude3.not_listening"]}
    there = Voices([voice])
    said = {name.rpartition("/")[2] for _, say in one.said for name in say if name != "~"}
    assert {name for name in said if there.find("vi", name) is None} == set()


def length(voice, prompt):
    return len(Voices([voice]).samples((prompt,), "vi"))


def test_touch_still_works_beside_the_voice(visit):
    one = visit()
    one.hold(1)
    one.rig.tap("level-4", 1.0)
    assert one.rig.app.sitting.level(IDS[0]) == 4
    assert f"question.{IDS[1]}" in one.heard()
    one.rig.tap("listen")
    assert one.heard()[1] == f"question.{IDS[1]}"


def test_a_question_is_read_at_a_touch_and_nothing_else_changes(visit):
    one = visit()
    one.rig.tap("start")
    one.rig.tap("listen")
    assert one.heard() == ("progress.1.9", f"question.{IDS[0]}", "~", *(f"level.likert5.{n}" for n in (5, 4, 3, 2, 1)))
    assert one.rig.app.sitting.channel == Channel.TOUCH
    one.rig.tap("level-5")
    assert one.rig.app.hands.talk is None


def test_reading_aloud_is_asked_for_on_the_access_screen_and_ends_with_the_visit(visit):
    one = visit()
    for name in ("access", "read", "start"):
        one.rig.tap(name)
    assert one.heard()[0] == "welcome.5"
    one.rig.tap("exit")
    one.rig.wait(1)
    assert (one.rig.screen, one.rig.app.hands.talk, one.rig.app.hands.access.is_read) == ("idle", None, False)
    assert not one.rig.app.hands._sound.is_open


def test_the_volume_is_the_centres_and_the_machines(visit, voice, played):
    from tests.screens.conftest import a_kiosk

    one = visit(kiosk=a_kiosk(volume=0))
    one.hold(1)
    sound = one.rig.app.hands._sound
    one.rig.until(lambda: sound.left_s == 0, 60)
    assert played.read_bytes().strip(b"\0") == b""
