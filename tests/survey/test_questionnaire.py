"""The nine questions, and what makes a ballot wrong under them."""

import unicodedata

import pytest
from hypothesis import given

from survey.ballot import Answer, Ballot, Status
from survey.questionnaire import bundled, faults, rules_of
from survey.scales import SCALES, scale
from tests.values import a_ballot, ballots

RULES = rules_of(bundled())
ALL = a_ballot().answers


def test_the_bundled_questionnaire_has_the_nine_questions_in_order() -> None:
    questionnaire = bundled()
    assert questionnaire.ref == "sipas-motcua-9@1.0.0"
    assert [question.code for question in questionnaire.questions] == [f"Q{n}" for n in range(1, 10)]
    assert [q.id for q in questionnaire.questions if q.allow_na] == ["fees", "resolution", "feedback"]
    assert questionnaire.quick_question == "overall"


def test_every_text_is_nfc_and_fits_the_kiosk() -> None:
    for question in bundled().questions:
        for lang in ("vi", "en"):
            words = question.wording(lang).kiosk
            assert unicodedata.is_normalized("NFC", words)
            assert 0 < len(words) <= 70


@given(ballots())
def test_a_ballot_made_of_its_own_questions_has_no_fault(ballot: Ballot) -> None:
    assert faults(ballot, RULES) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"answers": ALL | {"colour": Answer(4)}}, "unknown_question"),
        ({"answers": ALL | {"attitude": Answer("na")}}, "na_not_allowed"),
        ({"reasons": {"attitude": ["attitude.impolite"]}}, "reason_without_low_level"),
        ({"answers": ALL | {"fees": Answer(1)}, "reasons": {"fees": ["fees.moon"]}}, "unknown_reason"),
        (
            {
                "answers": ALL | {"fees": Answer(1)},
                "reasons": {"fees": ["fees.other", "fees.no_receipt", "fees.not_posted_fee", "fees.payment_method"]},
            },
            "too_many_reasons",
        ),
        ({"answers": ALL | {"fees": Answer(1)}, "reasons": {"fees": ["fees.other"] * 2}}, "too_many_reasons"),
        ({"context": {"role": "king"}}, "unknown_context"),
        ({"context": {"shoe_size": "41"}}, "unknown_context"),
        ({"answers": {}}, "empty"),
        ({"answers": {"overall": Answer(4)}}, "wrong_status"),
        ({"status": Status.PARTIAL}, "wrong_status"),
        ({"status": Status.QUICK}, "wrong_status"),
        ({"sealed": b"x" * 60}, "salt_without_seal"),
    ],
)
def test_each_fault_has_its_code_and_short_words(changes: dict, code: str) -> None:
    found = faults(a_ballot(**changes), RULES)
    assert [fault for fault, _ in found] == [code]
    assert all(0 < len(words) <= 60 for _, words in found)


def test_likert3_never_takes_likert5_levels() -> None:
    assert SCALES["likert3"].is_satisfied(2)
    assert not SCALES["likert5"].is_satisfied(3)
    with pytest.raises(ValueError, match="likert7"):
        scale("likert7")


def test_an_unknown_questionnaire_is_named_with_those_that_ship() -> None:
    with pytest.raises(ValueError, match=r"'moon'.*sipas-motcua-9"):
        bundled("moon")
