"""The rotating token: what fits, what is fresh, what is refused."""

import random

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from survey.qr_token import FRESH_S, TOKEN_CHARS, WINDOW_S, QrToken, is_fresh, kiosk_of, make, qr_key, read

KEY = qr_key(b"m" * 32, "k-0001", "e" * 32)

tokens = st.builds(
    QrToken,
    kiosk=st.integers(0, 2**32 - 1),
    boot=st.integers(0, 4095),
    counter=st.integers(0, 2**20 - 1),
    window=st.integers(0, 2**32 - 1),
    head=st.binary(min_size=4, max_size=4),
)


@given(tokens)
def test_a_token_reads_back_in_either_case(token: QrToken) -> None:
    text = make(token, KEY)
    assert len(text) == TOKEN_CHARS
    assert read(text, KEY) == token
    assert read(text.lower(), KEY) == token
    assert kiosk_of(text) == token.kiosk


@given(tokens, st.integers(0, TOKEN_CHARS - 2), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_changed_token_is_refused(token: QrToken, place: int, other: str) -> None:
    text = make(token, KEY)
    if text[place] != other:
        with pytest.raises(ValueError, match="QR token"):
            read(text[:place] + other + text[place + 1 :], KEY)


def test_no_random_tag_is_believed() -> None:
    good = make(QrToken(1, 1, 1, 1, b"head"), KEY)
    guess = random.Random(7)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    for _ in range(20_000):
        forged = good[:27] + "".join(guess.choices(alphabet, k=17))
        if forged[27:] != good[27:]:
            with pytest.raises(ValueError, match="QR token"):
                read(forged, KEY)


def test_another_devices_key_does_not_read_it() -> None:
    with pytest.raises(ValueError, match="tag"):
        read(make(QrToken(1, 1, 1, 1, b"head"), KEY), qr_key(b"m" * 32, "k-0002", "e" * 32))


@pytest.mark.parametrize("text", ["", "A" * 43, "1" * 44, "é" * 44, "A" * 44])
def test_what_is_no_token_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="not a QR token"):
        kiosk_of(text)


def test_a_token_is_fresh_for_ten_minutes_after_its_window_and_never_without_one() -> None:
    token = QrToken(1, 1, 1, 1000, b"head")
    end_s = 1001 * WINDOW_S
    assert is_fresh(token, end_s - 10)
    assert is_fresh(token, end_s + FRESH_S)
    assert not is_fresh(token, end_s + FRESH_S + 1)
    assert not is_fresh(token, end_s - 10 * WINDOW_S)
    assert not is_fresh(QrToken(1, 1, 1, 0, b"head"), end_s)


def test_the_code_on_the_screen_has_at_most_33_modules_for_hosts_up_to_35_characters() -> None:
    url = f"HTTPS://{'A' * 32}.VN/Q/{make(QrToken(1, 1, 1, 1, b'head'), KEY)}"
    code = segno.make(url, error="m", boost_error=False, micro=False)
    assert code.mode == "alphanumeric"
    assert code.symbol_size(border=0) == (33, 33)
