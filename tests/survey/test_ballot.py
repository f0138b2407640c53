"""Ballot ids, ballot codes, encoding."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import wire
from survey.ballot import CROCKFORD, Ballot, ballot_code, ballot_id, read_ballot_code
from tests.values import NOON_MS, a_ballot, ballots


@given(ballots())
def test_a_ballot_comes_back_from_the_wire_as_it_was(ballot: Ballot) -> None:
    assert wire.decode(wire.encode(ballot), Ballot) == ballot


@given(ballots())
def test_equal_ballots_have_equal_bytes_whatever_the_order_of_their_answers(ballot: Ballot) -> None:
    shuffled = dict(random.Random(1).sample(list(ballot.answers.items()), len(ballot.answers)))
    other = Ballot(**{name: getattr(ballot, name) for name in ballot.__struct_fields__} | {"answers": shuffled})
    assert wire.encode(other) == wire.encode(ballot)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (b'"seq":1,', b'"seq":0,'),
        (b'"channel":"touch"', b'"channel":"fax"'),
        (b'"clock":"exact"', b'"clock":"sundial"'),
        (b'"level":4', b'"level":9'),
        (b'"level":4', b'"level":"maybe"'),
        (b'"lang":"vi"', b'"language":"vi"'),
    ],
)
def test_a_wrong_value_is_refused_with_its_path(change: bytes, named: bytes) -> None:
    bad = wire.encode(a_ballot()).replace(change, named, 1)
    with pytest.raises(wire.WireError, match=r"not a Ballot: .*(\$|field)"):
        wire.decode(bad, Ballot)


def test_an_id_is_a_uuid7_that_says_only_the_hour() -> None:
    minutes = Counter()
    for number in range(400):
        entropy = random.Random(number).randbytes(14)
        made = ballot_id(NOON_MS + 17 * 60_000, entropy)
        stamp_ms = made.int >> 80
        assert made.version == 7
        assert made.variant == "specified in RFC 4122"
        assert stamp_ms // 3_600_000 == NOON_MS // 3_600_000
        minutes[stamp_ms // 60_000 % 60] += 1
    assert len(minutes) == 60, "the minute is random below the hour"


def test_an_id_needs_fourteen_random_bytes() -> None:
    with pytest.raises(ValueError, match="13 bytes"):
        ballot_id(NOON_MS, b"x" * 13)


@given(st.uuids())
def test_a_ballot_code_reads_back_however_it_is_typed(ballot: object) -> None:
    code = ballot_code(ballot)  # type: ignore[arg-type]
    assert len(code) == 10
    assert read_ballot_code(f" {code[:5].lower()}-{code[5:]} ") == code
    assert read_ballot_code(code.replace("0", "O").replace("1", "l")) == code


@given(st.uuids(), st.integers(0, 9), st.sampled_from(CROCKFORD))
def test_one_wrong_character_never_passes(ballot: object, place: int, other: str) -> None:
    code = ballot_code(ballot)  # type: ignore[arg-type]
    if code[place] != other:
        with pytest.raises(ValueError, match="check character"):
            read_ballot_code(code[:place] + other + code[place + 1 :])


@given(st.uuids(), st.integers(0, 8))
def test_two_swapped_neighbours_never_pass(ballot: object, place: int) -> None:
    code = ballot_code(ballot)  # type: ignore[arg-type]
    if code[place] != code[place + 1]:
        with pytest.raises(ValueError, match="check character"):
            read_ballot_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


def test_a_code_with_a_foreign_character_or_another_length_says_so() -> None:
    with pytest.raises(ValueError, match="never has U"):
        read_ballot_code("UUUUUUUUUU")
    with pytest.raises(ValueError, match="this one has 3"):
        read_ballot_code("abc")
