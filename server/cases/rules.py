"""How a case goes: its states, the moves between them, what each move needs and who may make it; pure, all data."""

from enum import StrEnum
from typing import Final

import msgspec


class State(StrEnum):
    """Where a case stands. The last four are ways out beside the main road."""

    NEW = "new"
    TRIAGED = "triaged"
    TRANSFERRED = "transferred"
    EXPLAINING = "explaining"
    EXPLAINED = "explained"
    MEETING = "meeting"
    CONCLUDED = "concluded"
    REMEDIED = "remedied"
    ANSWERED = "answered"
    CLOSED = "closed"
    NOT_OURS = "not_ours"
    COMPLAINT = "complaint"
    DUPLICATE = "duplicate"
    HIDDEN = "hidden"


WORDS: Final = {
    State.NEW: "Mới", State.TRIAGED: "Đã phân loại", State.TRANSFERRED: "Đã chuyển đơn vị",
    State.EXPLAINING: "Chờ giải trình", State.EXPLAINED: "Đã giải trình", State.MEETING: "Làm việc với công dân",
    State.CONCLUDED: "Kết luận", State.REMEDIED: "Khắc phục, xin lỗi", State.ANSWERED: "Đã trả lời",
    State.CLOSED: "Đóng", State.NOT_OURS: "Không thuộc thẩm quyền", State.COMPLAINT: "Chuyển khiếu nại/tố cáo",
    State.DUPLICATE: "Trùng", State.HIDDEN: "Ẩn (vi phạm quy chế)",
}  # fmt: skip
OVER: Final = frozenset({State.CLOSED, State.NOT_OURS, State.COMPLAINT, State.DUPLICATE, State.HIDDEN})
"""States in which nothing waits for anyone."""

FINDINGS: Final = {
    "right": "Phản ánh đúng", "partly": "Phản ánh đúng một phần", "wrong": "Phản ánh không đúng",
    "unknown": "Không đủ thông tin để kết luận",
}  # fmt: skip


class Move(msgspec.Struct, frozen=True):
    """One step that may be taken. needs: `note`, `document`, `finding`, `unit`, `answer` or `other` (another case).

    is_superior: of a priority case only someone above the unit it is about may take it.
    """

    source: State
    target: State
    words: str
    needs: tuple[str, ...] = ()
    is_superior: bool = False


def _road() -> list[Move]:
    s = State
    return [
        Move(s.NEW, s.TRIAGED, "Phân loại xong"),
        Move(s.NEW, s.CLOSED, "Đóng: lời cảm ơn, không cần trả lời"),
        Move(s.TRIAGED, s.TRANSFERRED, "Chuyển đơn vị xử lý", ("unit",)),
        Move(s.TRIAGED, s.EXPLAINING, "Đề nghị bộ phận của mình giải trình", ("note",)),
        Move(s.TRIAGED, s.MEETING, "Làm việc ngay với công dân", ("note",)),
        Move(s.TRIAGED, s.CONCLUDED, "Kết luận", ("finding", "note"), is_superior=True),
        Move(s.TRANSFERRED, s.EXPLAINING, "Đề nghị giải trình", ("note", "document")),
        Move(s.TRANSFERRED, s.TRIAGED, "Trả lại, phân loại lại", ("note",)),
        Move(s.EXPLAINING, s.EXPLAINED, "Gửi giải trình", ("note",)),
        Move(s.EXPLAINED, s.EXPLAINING, "Chưa rõ, đề nghị giải trình thêm", ("note",)),
        Move(s.EXPLAINED, s.MEETING, "Mời công dân làm việc", ("note",)),
        Move(s.EXPLAINED, s.CONCLUDED, "Kết luận", ("finding", "note"), is_superior=True),
        Move(s.MEETING, s.CONCLUDED, "Kết luận sau buổi làm việc", ("finding", "note", "document"), is_superior=True),
        Move(s.CONCLUDED, s.REMEDIED, "Đã khắc phục, xin lỗi", ("note", "document")),
        Move(s.CONCLUDED, s.ANSWERED, "Trả lời công dân", ("answer",)),
        Move(s.REMEDIED, s.ANSWERED, "Trả lời công dân", ("answer",)),
        Move(s.ANSWERED, s.CLOSED, "Đóng vụ việc"),
        Move(s.ANSWERED, s.TRIAGED, "Mở lại", ("note",)),
        Move(s.CLOSED, s.TRIAGED, "Mở lại", ("note",)),
    ]


def _exits() -> list[Move]:
    s, made = State, []
    for source in (s.NEW, s.TRIAGED, s.TRANSFERRED, s.EXPLAINING, s.EXPLAINED, s.MEETING):
        made += [
            Move(source, s.NOT_OURS, "Không thuộc thẩm quyền", ("note", "answer")),
            Move(source, s.COMPLAINT, "Chuyển khiếu nại/tố cáo", ("note", "document", "answer")),
            Move(source, s.DUPLICATE, "Trùng với vụ việc khác", ("other",)),
            Move(source, s.HIDDEN, "Ẩn vì vi phạm quy chế", ("note",), is_superior=True),
        ]
    return made


MOVES: Final = (*_road(), *_exits())


class Given(msgspec.Struct, frozen=True):
    """What a form says with a move. unit: where to. other: the number of the case this one repeats."""

    note: str = ""
    document: str = ""
    finding: str = ""
    unit: str = ""
    answer: str = ""
    other: int | None = None


NOTE_AT_MOST: Final = 4000
DOCUMENT_AT_MOST: Final = 80
MISSING: Final = {
    "note": "Chưa ghi nội dung. Xin ghi ngắn gọn đã làm gì, căn cứ nào.",
    "document": "Chưa có số văn bản. Xin ghi số, ký hiệu và ngày, ví dụ “12/UBND-VP ngày 21/11/2026”.",
    "finding": "Chưa chọn kết luận. Xin chọn một trong bốn kết luận.",
    "unit": "Chưa chọn đơn vị nhận. Xin chọn đơn vị trong danh sách.",
    "answer": "Chưa có lời trả lời công dân. Xin ghi lời trả lời; công dân đọc được bằng mã phiếu.",
    "other": "Chưa có số vụ việc gốc. Xin ghi số của vụ việc mà vụ việc này trùng.",
}
SUPERIOR_ONLY: Final = (
    "Vụ việc ưu tiên (nghi đưa thêm tiền, sách nhiễu) do cấp trên của đơn vị bị phản ánh kết luận. "
    "Xin gửi giải trình và chờ cấp trên."
)


def moves_from(state: State) -> list[Move]:
    """Return the steps that may be taken from a state, the main road first."""
    return [move for move in MOVES if move.source is state]


def move_to(state: State, target: str) -> Move | None:
    """Return the step from a state to another, or None if there is none."""
    return next((move for move in moves_from(state) if move.target == target), None)


def fault_of(move: Move, given: Given, *, is_priority: bool, is_above: bool) -> str | None:
    """Return in Vietnamese why a step cannot be taken, or None.

    is_above: who takes it stands above the unit the case is about.
    """
    if move.is_superior and is_priority and not is_above:
        return SUPERIOR_ONLY
    for need in move.needs:
        value = getattr(given, need)
        if value in ("", None) or (need == "finding" and value not in FINDINGS):
            return MISSING[need]
    if len(given.note) > NOTE_AT_MOST or len(given.answer) > NOTE_AT_MOST:
        return f"Nội dung dài quá {NOTE_AT_MOST} ký tự. Xin viết gọn lại hoặc đính kèm tệp."
    if len(given.document) > DOCUMENT_AT_MOST:
        return f"Số văn bản dài quá {DOCUMENT_AT_MOST} ký tự. Xin ghi gọn: số, ký hiệu, ngày."
    return None


def number_words(case: int) -> str:
    """Return a case's number as people write it.

    >>> number_words(12), read_number("VV-00012"), read_number("vv 12"), read_number("mười hai")
    ('VV-00012', 12, 12, None)
    """
    return f"VV-{case:05d}"


def read_number(text: str) -> int | None:
    """Return the number of a case as typed, or None if it is none."""
    digits = text.strip().upper().removeprefix("VV").strip(" -")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None


PUBLIC: Final = {
    "vi": {
        "waiting": "Đã tiếp nhận, đang phân loại.", "working": "Đang được xem xét, làm rõ.",
        "concluded": "Đã có kết luận, đang soạn trả lời.", "answered": "Đã trả lời.", "closed": "Đã khép lại.",
        "not_ours": "Không thuộc thẩm quyền của cơ quan này.",
        "complaint": "Đã chuyển sang trình tự khiếu nại, tố cáo theo luật.",
        "duplicate": "Được giải quyết chung với một phản ánh khác cùng nội dung.",
        "hidden": "Không xử lý tiếp vì nội dung không theo quy chế.",
    },
    "en": {
        "waiting": "Received and being sorted.", "working": "Being looked into.",
        "concluded": "Decided; the answer is being written.", "answered": "Answered.", "closed": "Closed.",
        "not_ours": "Not within this office's powers.",
        "complaint": "Passed on to the legal procedure for complaints.",
        "duplicate": "Handled together with another message on the same matter.",
        "hidden": "Not taken further: the content breaks the rules of use.",
    },
}  # fmt: skip
_PLAIN: Final = {
    State.NEW: "waiting", State.TRIAGED: "waiting", State.TRANSFERRED: "working", State.EXPLAINING: "working",
    State.EXPLAINED: "working", State.MEETING: "working", State.CONCLUDED: "concluded", State.REMEDIED: "concluded",
}  # fmt: skip


def in_plain_words(state: State, lang: str) -> str:
    """Return to a citizen how a case stands."""
    return PUBLIC[lang][_PLAIN.get(state, state.value)]
