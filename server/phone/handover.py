"""What the page behind a kiosk's code needs to take over answers: its one small script, and what that script says.

The answers are in the address's fragment, which stays in the phone. Without the script the page begins at question 1.
"""

from base64 import b64encode
from hashlib import sha256
from typing import Final

import msgspec

from server.pages import STATIC
from survey.handover import ref_mark

SCRIPT: Final = (STATIC / "phone.js").read_text(encoding="utf-8").strip()
SCRIPT_SOURCE: Final = f"script-src 'sha256-{b64encode(sha256(SCRIPT.encode()).digest()).decode()}'"
"""The page's policy allows this script and no other."""

TAKEN: Final = {
    "vi": "Đã nhận # câu trả lời từ máy. Xin Ông/Bà trả lời tiếp từ đây.",
    "en": "# answers received from the kiosk. Please go on from here.",
}
DAMAGED: Final = {
    "vi": "Chưa đọc được các câu đã trả lời trên máy. Xin Ông/Bà trả lời từ câu 1; phiếu vẫn chỉ tính một lần.",
    "en": "The answers from the kiosk could not be read. Please start at question 1; you are still counted once.",
}


class TakingOver(msgspec.Struct, frozen=True):
    """What stands in the page. mark: by which the script knows fragments of this questionnaire; # is their number."""

    mark: int
    taken: str
    damaged: str
    script: str = SCRIPT


def taking_over(ref: str, lang: str) -> TakingOver:
    """Return what a page of this questionnaire needs."""
    return TakingOver(int.from_bytes(ref_mark(ref)), TAKEN[lang], DAMAGED[lang])
