"""What is shown, as values: words, order, names; no window."""

from uuid import UUID

import pytest

from appliance import sitting as sittings
from appliance.sitting import Kind, Step, change, opened, opened_by_button
from appliance.view import WORDS, grouped, idle, keyboard, phone_grouped, view
from survey.ballot import ballot_code
from tests.appliance.test_sitting import ID, a_kiosk, a_likert3


def at(kind, about="", **changed):
    return change(opened(a_kiosk(), ID, "vi", "l", 0.0), step=Step(kind, about), **changed)


def names(controls):
    return [control.name for control in controls]


def test_every_word_of_our_own_is_there_in_both_languages():
    assert all(words.get("vi") and words.get("en") for words in WORDS.values())


def test_the_happiest_face_comes_first():
    faces = view(at(Kind.QUESTION, "attitude"), 0.0).screen.faces
    assert names(faces) == ["level-5", "level-4", "level-3", "level-2", "level-1"]
    assert faces[0].words == "Rất hài lòng"


def test_a_scale_of_three_shows_three_faces_of_the_same_five():
    sitting = opened(a_kiosk(questionnaire=a_likert3()), ID, "vi", "l", 0.0)
    assert [(face.name, face.mood) for face in view(sitting, 0.0).screen.faces] == [
        ("level-3", 5),
        ("level-2", 4),
        ("level-1", 2),
    ]


def test_not_applicable_is_offered_only_where_it_may_be():
    assert "na" not in names(view(at(Kind.QUESTION, "attitude"), 0.0).screen.controls)
    assert "na" in names(view(at(Kind.QUESTION, "fees"), 0.0).screen.controls)


def test_the_first_question_has_no_way_back_and_the_second_has():
    assert "back" not in names(view(at(Kind.QUESTION, "responsibility"), 0.0).screen.controls)
    assert "back" in names(view(at(Kind.QUESTION, "attitude"), 0.0).screen.controls)


def test_progress_counts_questions():
    assert view(at(Kind.QUESTION, "access"), 0.0).screen.progress == "Câu 3/9"


def test_the_consent_names_office_days_code_and_place():
    kiosk = a_kiosk(retention_days=30, contact_point="quầy 9")
    sitting = change(opened(kiosk, ID, "vi", "l", 0.0), step=Step(Kind.CONTACT))
    screen = view(sitting, 0.0).screen
    for part in ("Bộ phận Một cửa", "30 ngày", grouped(ballot_code(ID)), "quầy 9"):
        assert part in screen.consent
    assert not screen.is_agreed
    assert "{" not in view(change(sitting, lang="en"), 0.0).screen.consent


def test_the_still_there_question_counts_down():
    sitting = at(Kind.QUESTION, "attitude")
    assert view(sitting, 44.9).still_there is None
    assert [view(sitting, moment).still_there.left_s for moment in (45.0, 46.5, 64.9)] == [20, 19, 1]
    assert "19 giây" in view(sitting, 46.5).still_there.text


def test_a_quick_save_shows_no_screen_of_its_own_and_a_slow_one_does():
    sitting = sittings.ended(opened_by_button(a_kiosk(), ID, "vi", "l", 0.0, 5), 1.0)
    assert view(sitting, 1.1).name == "received"
    assert view(sitting, 1.5).name == "saving"


def test_a_kiosk_with_one_language_has_no_switch():
    assert idle(a_kiosk(languages=["vi"]), "vi", "X", 0.0).screen.lang is None
    assert idle(a_kiosk(languages=["vi", "tyz", "en"]), "vi", "X", 0.0).screen.lang.text == "English"


def test_idle_messages_take_turns():
    kiosk = a_kiosk(idle_messages=[{"vi": "một"}, {"vi": "hai", "en": "two"}])
    anonymous = kiosk.questionnaire.text("privacy_short", "vi")
    said = [idle(kiosk, "vi", "X", moment).screen.message for moment in (0.0, 16.0, 31.0, 46.0)]
    assert said == ["một", "hai", anonymous, "một"]
    assert idle(kiosk, "en", "X", 16.0).screen.message == "two"


@pytest.mark.parametrize(("lang", "layer"), [("vi", "lower"), ("vi", "upper"), ("vi", "symbols"), ("en", "lower")])
def test_every_key_of_the_keyboard_has_its_own_name(lang, layer):
    keys = [key.name for row in keyboard(lang, layer) for key in row]
    assert len(set(keys)) == len(keys)


def test_phone_numbers_are_grouped_as_people_read_them():
    assert phone_grouped("0912345678") == "0912 345 678"
    assert phone_grouped("+84912345678") == "+84 912 345 678"
    assert phone_grouped("") == ""


def test_no_sitting_shows_anothers_code():
    other = change(at(Kind.CONTACT), ballot=UUID(int=8))
    assert view(other, 0.0).screen.consent != view(at(Kind.CONTACT), 0.0).screen.consent
