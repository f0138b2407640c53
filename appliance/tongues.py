"""The languages a kiosk can be spoken in, by their ISO 639-3 codes, with their names; pure.

own: how its speakers write the name, only where that spelling is in common use; "" where it is not settled.
"""

from typing import Final

import msgspec


class Tongue(msgspec.Struct, frozen=True):
    """One language: its code, its Vietnamese name, its own name."""

    code: str
    name: str
    own: str = ""


TONGUES: Final = (
    Tongue("tyz", "Tiếng Tày", "cằm Tày"),
    Tongue("nut", "Tiếng Nùng"),
    Tongue("hmn", "Tiếng Mông", "lus Hmoob"),
    Tongue("ium", "Tiếng Dao (Iu Miền)", "Iu Mienh waac"),
    Tongue("mji", "Tiếng Dao (Kim Mùn)", "Kim Mun"),
    Tongue("mlc", "Tiếng Sán Chay (Cao Lan)"),
    Tongue("vi", "Tiếng Việt"),
    Tongue("en", "Tiếng Anh", "English"),
)
"""In the order in which a recorder offers them: those without a rendered voice first."""

_BY_CODE: Final = {tongue.code: tongue for tongue in TONGUES}


def tongue(code: str) -> Tongue:
    """Return a language; one that is not listed is called by its code.

    >>> tongue("tyz").name
    'Tiếng Tày'
    """
    return _BY_CODE.get(code, Tongue(code, code))
