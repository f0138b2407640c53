"""Whether a kiosk takes a release: pure; every refusal is a value with Vietnamese words."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec

from survey.release import MOST_BYTES, Label, Release, plain_path

ROOM_BYTES: Final = 32_000_000
"""So much stays free after an update."""


class Why(StrEnum):
    """Why nothing is done."""

    CLOCK = "clock"
    TRIAL = "trial"
    NO_WISH = "no_wish"
    NOT_OFFERED = "not_offered"
    SAME = "same"
    OLDER = "older"
    FAILED = "failed"
    ROOM = "room"
    ODD = "odd"


WORDS: Final = {
    Why.CLOCK: "Giờ của máy chưa được xác nhận nên chưa cập nhật. Xin nối mạng để máy lấy giờ.",
    Why.TRIAL: "Đang thử bản mới; xin chờ máy khởi động lại.",
    Why.NO_WISH: "Trung tâm chưa chọn bản nào cho máy này.",
    Why.NOT_OFFERED: "Không có bản này cho loại máy này.",
    Why.SAME: "Máy đã ở đúng bản.",
    Why.OLDER: "Bản này cũ hơn bản đang chạy; máy không bao giờ lùi bản.",
    Why.FAILED: "Bản này đã thử và hỏng trên máy này; máy không tự thử lại.",
    Why.ROOM: "Thẻ nhớ không đủ chỗ cho bản mới.",
    Why.ODD: "Bản phát hành không hợp lệ nên không dùng.",
}


class Stay(msgspec.Struct, frozen=True):
    """Nothing is done, and why. about: what it is about, for the log."""

    why: Why
    about: str = ""

    @property
    def words(self) -> str:
        """Return the reason in Vietnamese."""
        return WORDS[self.why]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known before anything is fetched.

    wished: the centre's version for this kiosk, "" for none. digest: of what runs. counter: the highest of what runs
    and what was ever confirmed. failed: digests that were undone. is_exact: the time is proven. is_by_hand: a
    technician's stick, where the newest counts if the centre wishes nothing.
    """

    wished: str
    version: str
    digest: str
    counter: int
    failed: frozenset[str]
    is_exact: bool
    has_trial: bool
    is_by_hand: bool
    architecture: str
    python: str


def before(facts: Facts) -> Stay | None:
    """Return why nothing is even looked for, or None."""
    if not facts.is_exact:
        return Stay(Why.CLOCK)
    if facts.has_trial:
        return Stay(Why.TRIAL)
    if facts.wished and facts.wished == facts.version:
        return Stay(Why.SAME, facts.version)
    return None if facts.wished or facts.is_by_hand else Stay(Why.NO_WISH)


def chosen(facts: Facts, labels: Sequence[Label]) -> Label | Stay:
    """Return which of the signed releases to take."""
    mine = [one for one in labels if (one.architecture, one.python) == (facts.architecture, facts.python)]
    if facts.wished:
        mine = [one for one in mine if one.version == facts.wished]
    if not mine:
        return Stay(Why.NOT_OFFERED, facts.wished)
    newest = max(mine, key=lambda one: one.counter)
    if newest.version == facts.version:
        return Stay(Why.SAME, newest.version)
    return Stay(Why.OLDER, newest.version) if newest.counter < facts.counter else newest


def fits(facts: Facts, label: Label, release: Release, digest: str) -> Stay | None:
    """Return why a signed release.json is not taken, or None. digest: its SHA-256."""
    if digest in facts.failed:
        return Stay(Why.FAILED, release.version)
    if digest == facts.digest:
        return Stay(Why.SAME, release.version)
    said = (label.version, label.counter, label.architecture, label.python)
    if said != (release.version, release.counter, release.architecture, release.python):
        return Stay(Why.ODD, "release.json says other than its signature")
    odd = [path for path in release.files if not plain_path(path)]
    if odd or release.total_bytes > MOST_BYTES:
        return Stay(Why.ODD, odd[0] if odd else f"{release.total_bytes} bytes")
    return None


def has_room(free_bytes: int, need_bytes: int) -> Stay | None:
    """Return why there is no room, or None."""
    if free_bytes >= need_bytes + ROOM_BYTES:
        return None
    return Stay(Why.ROOM, f"{need_bytes // 1_000_000} MB needed, {free_bytes // 1_000_000} MB free")
