"""Half a sitting as a fragment: what goes in comes out, and what is damaged is known to be."""

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from survey.handover import Half, pack, unpack
from survey.questionnaire import bundled
from tests.values import a_ballot, ballots

NINE = bundled()
ITEMS = NINE.context_items[:3]


@given(ballots(), st.data())
def test_what_is_packed_is_unpacked(ballot, data):
    levels = {asked: answer.level for asked, answer in ballot.answers.items()}
    context = {item.id: data.draw(st.sampled_from([option.id for option in item.options])) for item in ITEMS[:2]}
    at = data.draw(st.sampled_from(["", *(question.id for question in NINE.questions)]))
    reasons = {asked: sorted(chosen) for asked, chosen in ballot.reasons.items()}
    half = Half(levels, reasons, context, at)
    back = unpack(pack(half, NINE, ITEMS), NINE, ITEMS)
    assert {asked: sorted(chosen) for asked, chosen in back.reasons.items()} == reasons
    assert (back.levels, back.context, back.at) == (levels, context, at)


@given(st.integers(0, 100), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_one_wrong_character_is_known(place, letter):
    text = pack(Half({"attitude": 2}, {"attitude": ["attitude.impolite"]}, {}, "access"), NINE)
    place %= len(text) - 1  # the last one has bits that say nothing
    damaged = text[:place] + letter + text[place + 1 :]
    if damaged != text:
        with pytest.raises(ValueError, match=r"damaged|another questionnaire"):
            unpack(damaged, NINE)


@pytest.mark.parametrize("text", ["", "A", "lower", "0189", "AAAAAAAA", "A" * 400])
def test_what_is_no_fragment_is_refused(text):
    with pytest.raises(ValueError, match="fragment"):
        unpack(text, NINE)


def test_a_fragment_holds_letters_that_a_qr_packs_and_an_address_keeps():
    text = pack(Half({question.id: 1 for question in NINE.questions}), NINE, ITEMS)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def test_nine_low_grades_with_reasons_still_fit_a_code_of_45_modules():
    reasons = {q.id: [reason.id for reason in q.follow_up.reasons[:3]] for q in NINE.questions if q.follow_up}
    choices = {item.id: item.options[0].id for item in ITEMS}
    text = pack(Half({question.id: 1 for question in NINE.questions}, reasons, choices, ""), NINE, ITEMS)
    head = "HTTPS://" + "A" * 35 + "/Q/" + "A" * 44
    assert segno.make([head, "?lang=en#", text], error="m", micro=False).symbol_size(1, 0)[0] <= 45


def test_a_ballot_without_codes_has_the_bytes_it_always_had():
    from survey import wire

    assert b"codes" not in wire.encode(a_ballot())
    assert b'"codes":[5]' in wire.encode(a_ballot(codes=[5]))
