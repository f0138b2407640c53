"""Sealed notes: only the centre reads them, and their length tells little."""

import pytest
from nacl.public import PrivateKey

from survey.note import Note
from survey.sealing import PAD_TO, open_sealed, seal

CENTRE = PrivateKey(b"c" * 32)
PUBLIC = bytes(CENTRE.public_key)


def test_a_sealed_note_opens_with_the_centres_key_alone() -> None:
    note = Note(comment="Chờ lâu quá, cán bộ không hướng dẫn", phone="0912345678")
    sealed = seal(note, PUBLIC)
    assert "lâu".encode() not in sealed
    assert open_sealed(sealed, bytes(CENTRE)) == note
    with pytest.raises(ValueError, match="not for this key"):
        open_sealed(sealed, b"d" * 32)


def test_a_changed_box_is_refused() -> None:
    sealed = bytearray(seal(Note(comment="a"), PUBLIC))
    sealed[-1] ^= 1
    with pytest.raises(ValueError, match="changed"):
        open_sealed(bytes(sealed), bytes(CENTRE))


def test_the_length_of_a_box_says_only_its_64_bytes_step() -> None:
    lengths = {len(seal(Note(comment="x" * n), PUBLIC)) for n in range(1, 60)}
    assert all((length - 48) % PAD_TO == 0 for length in lengths)
    assert len(lengths) <= 3


def test_a_wrong_centre_key_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="fetch the settings again"):
        seal(Note(comment="a"), b"short")
