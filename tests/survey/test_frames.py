"""A file as codes: whole from any order with repeats; never whole from anything else."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import frames


@given(st.binary(min_size=1, max_size=4000), st.integers(40, 600), st.randoms(use_true_random=False))
def test_a_file_comes_back_from_any_order_with_repeats_and_other_codes_among_them(data, chunk, chance):
    codes = frames.split(data, chunk)
    shown = [*codes, *codes, "HTTPS://KS.EXAMPLE.VN/Q/X", "HLF1", "HLF1AAAA", "", codes[0][:-1] + "7"]
    chance.shuffle(shown)
    joined = frames.join([*shown, codes[0]])
    assert joined == frames.Joined(len(codes), len(codes), data)


@given(st.binary(min_size=200, max_size=4000), st.data())
def test_while_one_code_is_missing_nothing_is_given(data, draw):
    codes = frames.split(data, 100)
    missing = draw.draw(st.integers(0, len(codes) - 1))
    joined = frames.join(codes[:missing] + codes[missing + 1 :])
    assert joined.data is None
    assert joined.have == len(codes) - 1


def test_a_misread_letter_never_passes():
    code = frames.split(bytes(range(200)))[0]
    chance = random.Random(7)
    for _ in range(2000):
        at = chance.randrange(4, len(code))
        letter = chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        read = frames.read(code[:at] + letter + code[at + 1 :])
        assert read is None or read.chunk == bytes(range(200))


def test_two_files_never_mix():
    one, other = frames.split(b"a" * 1200), frames.split(b"b" * 1200)
    assert frames.join([one[0], other[1], one[2]]).data is None
    assert frames.join([one[0], other[1], one[2], one[1]]).data == b"a" * 1200


def test_codes_are_alphanumeric_and_small_enough_for_the_glass():
    import segno

    (code, *_) = frames.split(b"\xff" * 5000)
    made = segno.make(code, error="l", micro=False)
    assert made.mode == "alphanumeric"
    assert made.version <= 18


def test_a_file_that_is_empty_or_too_long_is_refused():
    for data in (b"", b"x" * (frames.CHUNK * frames.MOST + 1)):
        with pytest.raises(ValueError, match="codes"):
            frames.split(data)
