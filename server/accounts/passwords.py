"""Passwords: argon2id digests, what a new one must be, and one-time ones."""

import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""19 MiB, two passes: 21 ms a try here; the library's default costs ten times that and is a handle to choke us."""

SHORTEST, LONGEST = 15, 200
SHORTEST_WORD: Final = 4
LEAST_GUESSES_LOG10: Final = 10
"""zxcvbn's best grade: its lists of leaked passwords, keyboard rows, dates and repeats do not make it."""

DECOY: Final = HASHER.hash(secrets.token_urlsafe(16))
COMMON: Final = (
    "password", "passw0rd", "matkhau", "mậtkhẩu", "123456", "654321", "111111", "000000", "qwerty", "abc123",
    "iloveyou", "admin", "quantri", "quảntrị", "administrator", "hailong", "hàilòng", "kiosk", "vietnam", "việtnam",
    "tuyenquang", "tuyênquang", "hagiang", "hàgiang", "hanoi", "hànội", "motcua", "mộtcửa", "hanhchinhcong",
    "ubnd", "minhxuan", "nongtien", "tantrao", "sonduong", "nahang", "xincamon", "xinchao",
)  # fmt: skip
"""Common and local words a password may contain but not consist of."""


def digest(password: str) -> str:
    """Return the argon2id digest of a password."""
    return HASHER.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Return whether a password fits its digest. None takes as long, so that nobody learns which names exist."""
    try:
        return HASHER.verify(stored or DECOY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def fault(password: str, name: str, local: Iterable[str] = ()) -> str | None:
    """Return in Vietnamese why a new password will not do, or None if it will.

    local: words of this place, such as its units' names; with and without diacritics they count for nothing.
    """
    if len(password) < SHORTEST:
        return f"Mật khẩu cần ít nhất {SHORTEST} ký tự; mật khẩu này có {len(password)}."
    if len(password) > LONGEST:
        return f"Mật khẩu có nhiều nhất {LONGEST} ký tự."
    if len(set(password.casefold())) < 6:
        return "Mật khẩu lặp lại quá ít ký tự. Xin chọn một câu dễ nhớ hơn là một chuỗi lặp."
    words = {_letters(word) for word in (*COMMON, name, *local)} | {word for one in local for word in _shorter(one)}
    rest = _letters(password)
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= SHORTEST_WORD:
            rest = rest.replace(word, "")
    if sum(not character.isdigit() for character in rest) < 6:
        return "Mật khẩu chỉ gồm những từ dễ đoán. Xin thêm vài từ khác không liên quan đến đơn vị."
    if zxcvbn(password[:72], user_inputs=[name])["guesses_log10"] < LEAST_GUESSES_LOG10:
        return "Mật khẩu này nằm trong số hay gặp hoặc dễ đoán. Xin ghép bốn, năm từ không liên quan với nhau."
    return None


def _letters(words: str) -> str:
    """Return letters and digits alone, small, without diacritics: how people shorten a word they know."""
    plain = unicodedata.normalize("NFD", words.casefold().replace("đ", "d"))
    return "".join(character for character in plain if character.isalnum())


def _shorter(name: str) -> Iterator[str]:
    """Give a unit's name without its kind, and without its first two words: `Xã Tân Trào` is `tantrao` to its people.

    >>> list(_shorter("Xã Tân Trào"))
    ['tantrao', 'trao']
    """
    parts = name.split()
    for left_out in (1, 2):
        yield _letters("".join(parts[left_out:]))


def one_time() -> str:
    """Return a random password to be changed at the first sign-in, `xxxxx-xxxxx-xxxxx-xxxxx`."""
    letters = "".join(secrets.choice("abcdefghjkmnpqrstvwxyz23456789") for _ in range(20))
    return "-".join(letters[at : at + 5] for at in range(0, 20, 5))
