"""One-time codes for the rows of a roster: asked of the centre, or taken from a file it exported."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import requests

from provisioning.durable import put
from provisioning.rows import Row
from survey import wire
from survey.provisioning import CodeGiven, CodesAsked, CodesGiven, Places, Wanted

PLACES_PATH = "/api/v1/provisioning/places"
CODES_PATH = "/api/v1/provisioning/codes"
TIMEOUT_S = (10, 60)

T = TypeVar("T")


class CentreError(Exception):
    """The centre could not be asked, or said no; `str()` says why and what to do, in Vietnamese."""


class CentreLine:
    """The way to a centre, for a token made there for this."""

    def __init__(self, base: str, token: str) -> None:
        self._base = base.rstrip("/")
        self._session = requests.Session()
        self._session.headers.update({"authorization": f"Bearer {token.strip()}"})

    def places(self) -> Places:
        """Return the counters that kiosks may be made for. Raises CentreError."""
        return self._ask("GET", PLACES_PATH, None, Places)

    def codes(self, rows: Sequence[Row], days: int) -> CodesGiven:
        """Return a code for each row; the same row asked again has the same code. Raises CentreError."""
        asked = asked_for(rows, days)
        return self._ask("POST", CODES_PATH, wire.encode(asked), CodesGiven)

    def _ask(self, method: str, path: str, body: bytes | None, kind: type[T]) -> T:
        try:
            answer = self._session.request(
                method, self._base + path, data=body, timeout=TIMEOUT_S, allow_redirects=False
            )
        except requests.RequestException as error:
            raise CentreError(
                f"Không liên lạc được với trung tâm {self._base} ({type(error).__name__}). "
                "Xin xem mạng và địa chỉ, hoặc dùng tệp do trung tâm xuất."
            ) from None
        if answer.status_code != requests.codes.ok:
            raise CentreError(f"Trung tâm từ chối ({answer.status_code}): {_words(answer)}")
        try:
            return wire.decode(answer.content, kind)
        except wire.WireError:
            raise CentreError(f"{self._base} không trả lời như một trung tâm Hài Lòng. Xin xem lại địa chỉ.") from None


def _words(answer: requests.Response) -> str:
    try:
        return str(msgspec.json.decode(answer.content)["words"])[:300]
    except (msgspec.DecodeError, KeyError, TypeError):
        return "không rõ vì sao"


def asked_for(rows: Sequence[Row], days: int) -> CodesAsked:
    """Return what the centre is asked for."""
    return CodesAsked(version=wire.CONTRACT_VERSION, rows=[Wanted(row.counter, row.slot) for row in rows], days=days)


def save(path: Path, found: Places | CodesGiven | CodesAsked) -> None:
    """Write a file that only its owner may read."""
    put(path, wire.encode(found), 0o600)


def load(path: Path, kind: type[T]) -> T:
    """Return what a file holds. Raises CentreError."""
    try:
        return wire.decode(path.read_bytes(), kind)
    except FileNotFoundError:
        raise CentreError(f"Không thấy tệp {path}.") from None
    except (OSError, wire.WireError):
        raise CentreError(f"{path.name} không phải tệp do trung tâm xuất. Xin xuất lại.") from None


def merged(old: CodesGiven | None, new: CodesGiven) -> CodesGiven:
    """Return both, the newer answer for a row that is in both: asking may be done in parts."""
    rows: dict[tuple[str, int], CodeGiven] = {}
    for one in (*(old.rows if old else []), *new.rows):
        rows[one.counter, one.slot] = one
    return msgspec.structs.replace(new, rows=list(rows.values()))
