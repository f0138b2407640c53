"""Ready phrases: fair by their numbers, chosen by the respondent's own grades alone."""

from itertools import product

from appliance.phrases import AT_MOST, all_phrases, chosen, phrase_text, topics
from survey.questionnaire import bundled

QUESTIONNAIRE = bundled()
TOPICS = topics(QUESTIONNAIRE.id)
CRITICAL = {phrase.id for topic in TOPICS.values() for phrase in topic.critical}
IDS = [question.id for question in QUESTIONNAIRE.questions]


def kinds(levels):
    return ["critical" if phrase.id in CRITICAL else "praise" for phrase in chosen(QUESTIONNAIRE, levels)]


def test_there_are_as_many_critical_phrases_as_praising_about_each_question():
    assert set(TOPICS) == set(IDS)
    assert all(len(topic.praise) == len(topic.critical) >= 1 for topic in TOPICS.values())
    ids = [phrase.id for phrase in all_phrases(QUESTIONNAIRE.id)]
    assert len(set(ids)) == len(ids)
    assert all(phrase.vi and phrase.en for phrase in all_phrases(QUESTIONNAIRE.id))


def test_the_opposite_grades_bring_the_opposite_phrases_in_the_same_places():
    other = {"critical": "praise", "praise": "critical"}
    for levels in product((1, 3, 5), repeat=4):
        given = dict(zip(IDS, levels, strict=False))
        turned = {question: 6 - level for question, level in given.items()}
        if set(levels) != {3}:
            assert kinds(turned) == [other[kind] for kind in kinds(given)]


def test_everybody_meets_both_kinds_among_the_first_three():
    for levels in product((1, 2, 3, 4, 5, "na"), repeat=3):
        shown = kinds(dict(zip(IDS, levels, strict=False)))
        assert set(shown[:3]) == {"critical", "praise"}
        assert len(shown) <= AT_MOST


def test_phrases_are_about_what_was_graded():
    shown = [phrase.id for phrase in chosen(QUESTIONNAIRE, {"attitude": 1, "fees": 5, "dossier": 3, "access": "na"})]
    assert shown[:2] == ["attitude.rude", "fees.rules"]
    assert {name.partition(".")[0] for name in shown} == {"attitude", "fees", "overall"}


def test_a_questionnaire_they_were_not_written_for_has_none():
    import msgspec

    assert chosen(msgspec.structs.replace(QUESTIONNAIRE, id="other"), {"attitude": 1}) == []
    assert phrase_text("other", "attitude.rude", "vi") == ""
    assert phrase_text(QUESTIONNAIRE.id, "attitude.rude", "en") == "The officer was not polite"
