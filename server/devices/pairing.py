"""A device without a code asks to be known, is compared by a person, and is granted its counter; in one transaction."""

import secrets
from typing import Final

import msgspec
from sqlalchemy import insert

from server.audit.queries import record
from server.database import Work
from server.devices.enrol import Enrolled, places_of, settle, standing
from server.devices.queries import Device
from server.devices.queries import device as device_of
from server.offices.queries import COUNTER
from server.problem import RefusalError
from server.tables import pairings
from survey.ballot import CROCKFORD
from survey.local_time import DAY_MS, local_date
from survey.pairing import LETTERS, PairPoll, PairRequest, commitment, words

TERM_MS: Final = 30 * 60_000
OPEN_AT_MOST: Final = 500
"""Requests that wait at once; a province sets up fewer kiosks in half an hour."""


class Waiting(msgspec.Struct, frozen=True):
    """A request as it is held. secret: None until the device told it. device: "" until a person confirmed."""

    letters: str
    public_key: bytes
    commitment: bytes
    secret: bytes | None
    salt: bytes
    model: str
    software: str
    expires_at: int
    device: str

    def words(self, centre_key: bytes) -> list[str]:
        """Return the four words to compare; [] while the device has not told its secret."""
        return [] if self.secret is None else words(self.public_key, centre_key, self.secret, self.salt)


def ask(work: Work, request: PairRequest, now_ms: int) -> Waiting | RefusalError:
    """Return the new request of a device, in place of any it had before, or why it can have none.

    The request must be signed with its key: whoever was confirmed before is granted the same device again.
    """
    work.run("DELETE FROM pairings WHERE expires_at < ?", (now_ms - DAY_MS,))
    held = work.one(work.locked("SELECT device_id FROM pairings WHERE public_key = ?"), (request.public_key,))
    device = held[0] if held else None  # confirmed before, and the grant was lost on its way: it is given again
    if not device and work.one("SELECT 1 FROM devices WHERE public_key = ?", (request.public_key,)) is not None:
        return RefusalError(409, "key_known", "another device has this key; write the card anew, never copy a card")
    work.run("DELETE FROM pairings WHERE public_key = ?", (request.public_key,))
    row = work.one("SELECT count(*) FROM pairings WHERE device_id IS NULL AND expires_at >= ?", (now_ms,))
    if row and row[0] >= OPEN_AT_MOST:
        return RefusalError(503, "busy", "too many kiosks wait to be paired; try again later", 60)
    letters = _fresh(work)
    plain = {"model": request.model.replace("\x00", ""), "software": request.software.replace("\x00", "")}
    work.connection.execute(
        insert(pairings).values(
            letters=letters, public_key=request.public_key, commitment=request.commitment,
            salt=secrets.token_bytes(16), made_at=now_ms, expires_at=now_ms + TERM_MS,
            device_id=device, **plain,
        )
    )  # fmt: skip
    found = waiting(work, letters)
    assert found is not None
    return found


def _fresh(work: Work) -> str:
    while True:
        letters = "".join(secrets.choice(CROCKFORD) for _ in range(LETTERS))
        if waiting(work, letters) is None:
            return letters


def waiting(work: Work, letters: str, *, is_locked: bool = False) -> Waiting | None:
    """Return the request of these letters, over its term or not; None where there is none."""
    query = (
        "SELECT letters, public_key, commitment, secret, salt, model, software, expires_at, device_id "
        "FROM pairings WHERE letters = ?"
    )
    row = work.one(work.locked(query) if is_locked else query, (letters,))
    if row is None:
        return None
    secret = None if row[3] is None else bytes(row[3])
    return Waiting(row[0], bytes(row[1]), bytes(row[2]), secret, bytes(row[4]), row[5], row[6], row[7], row[8] or "")


def hear(work: Work, poll: PairPoll, now_ms: int) -> Enrolled | RefusalError | None:
    """Take a device's secret; return its enrolment, None while nobody has confirmed, or why it must ask anew."""
    held = waiting(work, poll.letters, is_locked=True)
    if held is None or (not held.device and now_ms > held.expires_at):
        return RefusalError(410, "pairing_expired", "this request is over its term; ask anew")
    if commitment(held.public_key, poll.secret) != held.commitment:
        return RefusalError(400, "wrong_secret", "this is not the secret the device was committed to; ask anew")
    if held.secret is None:
        work.run("UPDATE pairings SET secret = ? WHERE letters = ?", (poll.secret, poll.letters))
    if not held.device:
        return None
    found = device_of(work.connection, held.device)
    if found is None or found.revoked_at is not None:
        return RefusalError(410, "pairing_expired", "this device was revoked; ask anew")
    return standing(work, found, now_ms)


WRONG: Final = {
    "unknown": "Không có máy nào đang chờ với mã này. Xin xem lại tám chữ trên màn hình máy.",
    "expired": "Mã này đã quá 30 phút. Trên máy, chạm “Lấy mã khác”, rồi ghi mã mới.",
    "used": "Mã này đã ghép xong cho một máy. Mỗi mã chỉ ghép một lần.",
    "silent": "Máy chưa trả lời trung tâm. Xin chờ vài giây rồi tải lại trang.",
    "key": "Khóa của máy này đã có ở trung tâm: thẻ là bản sao của thẻ khác. Xin ghi lại hình ảnh lên thẻ, không sao "
    "chép.",
    "counter": "Quầy này không còn trong danh mục hôm nay. Xin chọn quầy khác.",
    "words": "Chưa ghép. Xin so bốn từ với màn hình máy, rồi đánh dấu vào ô “Bốn từ giống nhau”.",
}
"""Why nothing was paired, for the person at the page."""


def why_not(held: Waiting | None, now_ms: int) -> str:
    """Return why a request cannot be confirmed, a key of WRONG; "" where it can; pure."""
    if held is None:
        return "unknown"
    if held.device:
        return "used"
    if now_ms > held.expires_at:
        return "expired"
    return "silent" if held.secret is None else ""


def confirm(work: Work, letters: str, counter: str, now_ms: int, actor: str) -> Device | str:
    """Make a device of a request at a counter; return it, or why not, a key of WRONG."""
    held = waiting(work, letters, is_locked=True)
    wrong = why_not(held, now_ms)
    if held is None or wrong:
        return wrong
    places = places_of(work, counter, local_date(now_ms))
    if places is None or places[1].kind != COUNTER:
        return "counter"
    made = settle(work, counter, held, now_ms)
    if isinstance(made, RefusalError):
        return "key"
    work.run("UPDATE pairings SET device_id = ? WHERE letters = ?", (made.id, letters))
    record(work, now_ms, actor, "device.pair", f"{counter} {made.id}")
    return made
