"""The only encoder and decoder of the contract: JSON, unknown fields refused, errors that name path and value."""

from typing import Any, Final, TypeVar

import msgspec

CONTRACT_VERSION: Final = 1
CONTENT_TYPE: Final = "application/vnd.hailong.v1+json"

T = TypeVar("T")

_canonical = msgspec.json.Encoder(order="sorted")
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


class WireError(ValueError):
    """Bytes that are not the message they should be; `str()` names the path, the value and what was expected."""


def encode(message: Any) -> bytes:
    """Return a message as canonical JSON: keys sorted, no spaces, so that equal values have equal bytes."""
    return _canonical.encode(message)


def decode(data: bytes | msgspec.Raw | str, kind: type[T]) -> T:
    """Return the message in `data`, decoded and validated in one step.

    Raises WireError naming the path and what was expected there.
    """
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    try:
        return decoder.decode(data)  # type: ignore[no-any-return]
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WireError(f"not a {getattr(kind, '__name__', kind)}: {error}") from error
