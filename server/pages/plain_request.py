"""A request whose form and question hold only words: what is pasted from elsewhere may bring control characters."""

import re
from typing import Any, Final
from urllib.parse import quote

from litestar import Request
from litestar.enums import RequestEncodingType
from litestar.types import Receive, Scope, Send

from survey.plain import CONTROLS

_NO_CHARACTERS: Final = re.compile(
    "|".join(quote(one) for one in CONTROLS).encode() + f"|[{re.escape(CONTROLS[:-2])}]".encode(), re.IGNORECASE
)
"""What survey.plain takes out of a text, as it stands in a form or after a `?`: quoted, or the byte itself."""


def _without(written: bytes) -> bytes:
    """Return it without them; what is left joined may be one again."""
    while True:
        found = _NO_CHARACTERS.sub(b"", written)
        if found == written:
            return found
        written = found


class PlainRequest(Request[Any, Any, Any]):
    """Litestar's request, its question and its form without characters nobody types. Files stay as they are."""

    def __init__(self, scope: Scope, *args: Receive | Send, **more: Receive | Send) -> None:
        scope["query_string"] = _without(scope.get("query_string", b""))
        super().__init__(scope, *args, **more)  # type: ignore[arg-type]

    async def body(self) -> bytes:
        """Return the body."""
        body = await super().body()
        return _without(body) if self.content_type[0] == RequestEncodingType.URL_ENCODED else body
