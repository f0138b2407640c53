"""Going on by phone from any question: the code that carries the answers so far, and what becomes of this half; pure.

The half is cast as a ballot of its own when its owner says that the code was scanned, or soon after. Until then going
back changes nothing. What was typed is never in the code.
"""

from typing import Any, Final

import msgspec

from appliance import sitting as sittings
from appliance import view as views
from appliance.sitting import Kind, Sitting, Stage, Step
from appliance.view import ChipsView, CommentView, Control, Frame, QuestionView
from survey import qr_token
from survey.ballot import Flag
from survey.handover import Half, pack
from survey.questionnaire import in_lang

WAIT_S: Final = 30.0
"""Nobody touches the code's screen for so long: the half is cast, its owner has gone."""
CODES_AT_MOST: Final = 16
OFFERED_AT: Final = frozenset({Kind.QUESTION, Kind.REASONS, Kind.CHOICE, Kind.COMMENT})

WORDS: Final[dict[str, dict[str, str]]] = {
    "offer": {"vi": "Tiếp trên điện thoại", "en": "Go on by phone"},
    "title": {"vi": "Trả lời tiếp trên điện thoại", "en": "Go on by phone"},
    "scan": {
        "vi": "Quét mã bằng Zalo hoặc máy ảnh để trả lời tiếp từ câu đang hỏi.",
        "en": "Scan the code with Zalo or your camera to go on from this question.",
    },
    "kept": {
        "vi": "Các câu đã trả lời vẫn được giữ; hai phần chỉ tính là một phiếu.",
        "en": "Your answers so far are kept; both parts count as one.",
    },
    "comment": {
        "vi": "Ý kiến đã viết vẫn được gửi từ máy này.",
        "en": "What you wrote is still sent from this kiosk.",
    },
    "done": {"vi": "Tôi đã quét", "en": "I have scanned it"},
}
"""Words of the hand-over, by key and language."""


class HandoverView(msgspec.Struct, frozen=True):
    """The code with the answers in it. address: what it says."""

    title: str
    lines: list[str]
    address: str
    controls: list[Control]


def can_open(sitting: Sitting, at_s: float) -> bool:
    """Return whether a touch on the offer is one: not a double touch, not an answer to the still-there question."""
    is_steady = at_s - sitting.pressed_at_s >= sitting.pace.lockout_s and sitting.moves_at_s is None
    is_open = sitting.stage is Stage.OPEN and sitting.step.kind in OFFERED_AT
    return is_open and is_steady and sittings.warning_s(sitting, at_s) is None


def opened(sitting: Sitting, address: str, at_s: float) -> Sitting:
    """Return the sitting with its code on the glass; unchanged where the address holds no token.

    address: made for this sitting alone and shown to nobody before, so that whoever opens it is its owner.
    """
    try:
        place = qr_token.place_of(address.rsplit("/", 1)[-1])
    except ValueError:
        return sitting
    return sittings.change(
        sitting,
        step=Step(Kind.HANDOVER, sitting.step.about),
        left_at=sitting.step,
        address=address,
        codes=(*sitting.codes, place)[-CODES_AT_MOST:],
        touched_at_s=at_s,
        pressed_at_s=at_s,
    )


def touched(sitting: Sitting, name: str, at_s: float) -> Sitting:
    """Return the sitting after a touch: on the code's screen by these rules, elsewhere by the sitting's own."""
    if sitting.stage is not Stage.OPEN or sitting.step.kind is not Kind.HANDOVER:
        return sittings.touched(sitting, name, at_s)
    if at_s - sitting.pressed_at_s < sitting.pace.lockout_s:
        return sitting
    sitting = sittings.change(sitting, touched_at_s=at_s, pressed_at_s=at_s)
    if name == "back" and sitting.left_at is not None:
        return sittings.moved(sitting, sitting.left_at, at_s)
    return _handed_over(sitting, at_s) if name == "done" else sitting


def after(sitting: Sitting, at_s: float) -> Sitting:
    """Return the sitting as time has left it by now."""
    if sitting.stage is not Stage.OPEN or sitting.step.kind is not Kind.HANDOVER:
        return sittings.after(sitting, at_s)
    return _handed_over(sitting, at_s) if at_s - sitting.touched_at_s >= WAIT_S else sitting


def _handed_over(sitting: Sitting, at_s: float) -> Sitting:
    return sittings.ended(sittings.change(sitting, marks=(*sitting.marks, Flag.HANDED_OVER)), at_s)


def view(sitting: Sitting, at_s: float, *, is_offered: bool) -> Frame:
    """Return the frame of an open sitting. is_offered: a code can be made, so the way to it is shown."""
    if sitting.step.kind is Kind.HANDOVER and _is_shown(sitting, at_s):
        screen: Any = _view(sitting)
        return Frame("handover", screen)
    frame = views.view(sitting, at_s)
    if not is_offered or not isinstance(frame.screen, QuestionView | ChipsView | CommentView):
        return frame
    controls = list(frame.screen.controls)
    place = next((n for n, control in enumerate(controls) if control.name == "exit"), len(controls) - 1)
    controls.insert(place, Control("handover", in_lang(WORDS["offer"], sitting.lang), "phone"))
    return msgspec.structs.replace(frame, screen=msgspec.structs.replace(frame.screen, controls=controls))


def _is_shown(sitting: Sitting, at_s: float) -> bool:
    """Return whether the code is still on the glass: until the half is saved, or its saving takes long."""
    is_saving = sitting.stage is Stage.CASTING and not sitting.has_failed
    return sitting.stage is Stage.OPEN or (is_saving and at_s - sitting.since_s < views.QUIET_SAVE_S)


def _view(sitting: Sitting) -> HandoverView:
    lang = sitting.lang
    lines = [in_lang(WORDS["scan"], lang), *([in_lang(WORDS["kept"], lang)] if sitting.answers else [])]
    if sitting.comment.strip():
        lines.append(in_lang(WORDS["comment"], lang))
    return HandoverView(
        title=in_lang(WORDS["title"], lang),
        lines=lines,
        address=address_of(sitting),
        controls=[
            Control("back", sitting.kiosk.questionnaire.text("buttons.back", lang), "back"),
            Control("done", in_lang(WORDS["done"], lang), "check", is_main=True),
        ],
    )


def address_of(sitting: Sitting) -> str:
    """Return what the code says: the address, and behind # the answers so far, which no server is told."""
    asks = sitting.left_at is not None and sitting.left_at.kind in {Kind.QUESTION, Kind.REASONS}
    half = Half(
        levels={asked: answer.level for asked, answer in sitting.answers.items()},
        reasons=sitting.reasons,
        context=sitting.context,
        at=sitting.step.about if asks else "",
    )
    fragment = pack(half, sitting.kiosk.questionnaire, sittings.context_items(sitting.kiosk))
    return f"{sitting.address}{'' if sitting.lang == 'vi' else '?lang=' + sitting.lang}#{fragment}"
