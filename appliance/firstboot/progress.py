"""How far a first boot has come, and what the glass says of it; pure."""

from enum import StrEnum
from typing import Final

import msgspec

from appliance.technician.pages import AskView, Row, RowsView
from appliance.technician.state import ROWS
from appliance.view import Control, Frame
from survey.acceptance import Item, Outcome
from survey.pairing import grouped

READY_S: Final = 60.0
"""The counter's name stands on the glass so long, then the survey begins by itself."""
PART_S: Final = 5.0
"""A part of a long list stands so long before the next one."""
TRIAL: Final = Control("trial", "Nghiệm thu", "pen")
OUTCOMES: Final[dict[str, Outcome]] = {"ok": "pass", "warn": "pass", "bad": "fail"}


class Stage(StrEnum):
    """settings: they are being read back. enrolling: the centre is asked. refused: it said no. ready: all is known.

    pairing: there is no code; a person types what the glass shows at the centre.
    """

    SETTINGS = "settings"
    ENROLLING = "enrolling"
    REFUSED = "refused"
    PAIRING = "pairing"
    READY = "ready"


class Proof(msgspec.Struct, frozen=True):
    """One setting as root's own program found it. sign: ok, warn, bad or wait; the rest Vietnamese."""

    id: str
    sign: str
    name: str
    value: str
    way_out: str = ""


class Applied(msgspec.Struct, frozen=True):
    """What root's own program has left so far."""

    is_done: bool = False
    proofs: tuple[Proof, ...] = ()


class Progress(msgspec.Struct, frozen=True):
    """One first boot. words: why the centre cannot be reached, or said no. office, counter, device: once enrolled.

    letters, four, page: what a person types, compares and where, while this kiosk waits to be paired; "" before.
    """

    applied: Applied = Applied()
    stage: Stage = Stage.SETTINGS
    words: str = ""
    office: str = ""
    counter: str = ""
    device: str = ""
    tries: int = 0
    since_s: float = 0.0
    letters: str = ""
    four: tuple[str, ...] = ()
    page: str = ""


class PairView(msgspec.Struct, frozen=True):
    """A code to scan, letters to type, four words to compare. where: whereto; ask: what the words are for."""

    title: str
    where: str
    letters: str
    ask: str
    four: list[str]
    qr: str
    controls: list[Control]


def rows(progress: Progress) -> list[Row]:
    """Return the lines of the list, the enrolment last."""
    found = [Row(one.sign, one.name, one.value, one.way_out) for one in progress.applied.proofs]
    if progress.stage is Stage.REFUSED:
        found.append(Row("bad", "Ghi danh", "trung tâm từ chối", progress.words))
    elif progress.stage is Stage.READY:
        found.append(Row("ok", "Ghi danh", f"{progress.counter} · {progress.device}"))
    elif progress.words:
        found.append(Row("wait", "Ghi danh", f"lần thử {progress.tries}, máy tự thử lại", progress.words))
    else:
        found.append(Row("wait", "Ghi danh", "đang hỏi trung tâm" if progress.applied.is_done else "sau khi kiểm tra"))
    return found


def is_troubled(progress: Progress) -> bool:
    """Return whether something did not apply."""
    return any(one.sign == "bad" for one in progress.applied.proofs) or progress.stage is Stage.REFUSED


def frame(progress: Progress, at_s: float) -> Frame:
    """Return what is on the glass: the counter once all is well, else the list, what is wrong first."""
    if progress.stage is Stage.READY and not is_troubled(progress):
        return Frame("first-boot", _ready(progress, at_s))  # type: ignore[arg-type]
    if _is_code_shown(progress, at_s):
        return Frame("first-boot", _pairing(progress))  # type: ignore[arg-type]
    lines = rows(progress)
    if is_troubled(progress):  # what is well would only push it off the glass
        lines = [one for one in lines if one.sign in {"bad", "wait"}]
    parts = -(-len(lines) // ROWS)
    part = int(max(0.0, at_s - progress.since_s) / PART_S) % parts
    shown = lines[part * ROWS : part * ROWS + ROWS]
    controls = []
    if progress.stage is Stage.READY:
        controls = [TRIAL, Control("begin", "Vẫn bắt đầu khảo sát", "next", is_main=True)]
    if progress.stage is Stage.REFUSED:
        controls = [Control("pair", "Ghép bằng mã trên màn hình", "phone", is_main=True)]
    note = f"Tự làm, không cần chạm · trang {part + 1}/{parts}"
    if is_troubled(progress):
        note = f"Có mục chưa được: làm theo dòng chữ đậm · trang {part + 1}/{parts}"
    view = RowsView("Máy đang chuẩn bị lần đầu", note, shown, controls)
    return Frame("first-boot", view)  # type: ignore[arg-type]


def _is_code_shown(progress: Progress, at_s: float) -> bool:
    """Return whether the code to pair with stands on the glass now; what did not apply takes every third part."""
    if progress.stage is not Stage.PAIRING or not progress.letters:
        return False
    return not is_troubled(progress) or int(max(0.0, at_s - progress.since_s) / PART_S) % 3 != 2


def _pairing(progress: Progress) -> PairView:
    host = progress.page.partition("?")[0].partition("://")[2]
    return PairView(
        "Ghép máy với trung tâm", f"Quét mã bằng điện thoại đã đăng nhập, hoặc mở {host} và ghi:",
        grouped(progress.letters), "Trang ấy phải hiện đúng bốn từ này:", list(progress.four), progress.page,
        [Control("again", "Lấy mã khác", "retry")],
    )  # fmt: skip


def _ready(progress: Progress, at_s: float) -> AskView:
    left_s = max(0, round(READY_S - (at_s - progress.since_s)))
    text = f"{progress.office}\n{progress.counter}\n\nKhảo sát tự bắt đầu sau {left_s} giây."
    title = f"Đúng quầy này chưa? · Máy {progress.device}"
    return AskView(title, text, "ok", None, "", [TRIAL, Control("begin", "Bắt đầu khảo sát", "check", is_main=True)])


def is_over(progress: Progress, at_s: float) -> bool:
    """Return whether the survey begins by itself now: also where something is amiss, citizens come first."""
    return progress.stage is Stage.READY and at_s - progress.since_s >= READY_S


def items(progress: Progress) -> list[Item]:
    """Return what the as-built record holds: every setting, and the enrolment."""
    found = [
        Item(f"set-{one.id}", OUTCOMES.get(one.sign, "skipped"), f"{one.name}: {one.value}"[:200])
        for one in progress.applied.proofs
    ]
    return [*found, Item("enrolled", "pass", f"{progress.office} · {progress.counter}"[:200])]
