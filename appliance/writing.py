"""A comment being written: keys, suggestions taken, phrases put in, the way back from each; pure, knows no screen."""

from typing import Final, Literal, get_args

import msgspec

from appliance import telex
from appliance.suggest import Offer
from appliance.telex import Scheme, Typing

Layer = Literal["lower", "upper", "symbols", "phrases"]
LAYERS: Final = frozenset(get_args(Layer))
_SCHEMES: Final[dict[str, Scheme]] = {scheme: scheme for scheme in telex.SCHEMES}
STOPS: Final = ".,;:!?)"


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """What is written so far.

    offers: other readings of the last words, as the table has them now. settled: characters the person chose already.
    is_helped: whether there is a table to suggest from.
    before: what a suggestion or a phrase took the place of, until the next key; erasing brings it back.
    """

    typing: Typing = Typing()
    layer: Layer = "lower"
    offers: tuple[Offer, ...] = ()
    is_helped: bool = False
    settled: int = 0
    before: "Writing | None" = None

    @property
    def text(self) -> str:
        """What is written, as it reads now."""
        return telex.text_of(self.typing)


def keyed(writing: Writing, what: str, at_most: int, *, is_vietnamese: bool) -> Writing:
    """Return the writing after a key: letters, `space`, a layer or a typing scheme."""
    if what in LAYERS:
        return _with(writing, layer=what)
    if scheme := _SCHEMES.get(what):
        return _with(writing, typing=telex.with_scheme(writing.typing, scheme))
    typing = writing.typing
    if writing.before is not None and what in (*STOPS, "space") and writing.text.endswith(" "):
        if what == "space":  # the one we set serves
            return _with(writing, before=None)
        typing = telex.with_text(typing, writing.text.rstrip())
    keys = " " if what == "space" else what
    keys = keys[0].upper() + keys[1:] if writing.layer == "upper" else keys
    typing = telex.typed(typing, keys, at_most, is_telex=is_vietnamese and writing.layer != "symbols")
    layer = "lower" if writing.layer == "upper" else writing.layer
    return _with(writing, typing=typing, layer=layer, before=None)


def erased(writing: Writing) -> Writing:
    """Return the writing without its last character, or as it was before a suggestion or phrase just taken."""
    if writing.before is not None:
        return _with(writing.before, layer=writing.layer, is_helped=writing.is_helped)
    typing = telex.erased(writing.typing)
    return _with(writing, typing=typing, settled=min(writing.settled, len(telex.text_of(typing))))


def offered(writing: Writing, offers: tuple[Offer, ...]) -> Writing:
    """Return the writing with these suggestions for its end."""
    is_same = offers == writing.offers and writing.is_helped
    return writing if is_same else _with(writing, offers=offers, is_helped=True)


def taken(writing: Writing, place: str, at_most: int) -> Writing:
    """Return the writing with the suggestion of that place in it, a space behind; no such place changes nothing."""
    if not place.isdecimal() or int(place) >= len(writing.offers):
        return writing
    offer = writing.offers[int(place)]
    return _put(writing, writing.text[: offer.start] + offer.text + " ", at_most)


def added(writing: Writing, phrase: str, at_most: int) -> Writing:
    """Return the writing with a phrase behind it as a sentence of its own."""
    text = writing.text.rstrip()
    join = "" if not text else " " if text[-1] in ".!?" else "." + " "
    return _put(writing, f"{text}{join}{phrase}. ", at_most) if phrase else writing


def _put(writing: Writing, text: str, at_most: int) -> Writing:
    if len(text.rstrip()) > at_most:
        return writing
    text = text[:at_most]
    before = _with(writing, before=None)
    return _with(writing, typing=telex.with_text(writing.typing, text), settled=len(text), offers=(), before=before)


def _with(writing: Writing, **fields: object) -> Writing:
    return msgspec.structs.replace(writing, **fields)
