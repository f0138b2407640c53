"""A results page as plain data: every number with its base, small cells covered; pure."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from server.results.queries import Answered, Tally
from server.results.rules import NOTHING, Levels, decimal, mean100, number, percent, top2, vietnamese_order
from survey.ballot import Channel, Status
from survey.qr_token import HEADLINE_LANES, Lane
from survey.questionnaire import Question, Questionnaire

HEADLINE: Final = frozenset(lane.value for lane in HEADLINE_LANES)
STATUSES: Final = {Status.COMPLETE: "Đủ câu", Status.PARTIAL: "Dở dang", Status.QUICK: "Nhanh (chỉ câu 9)"}
CHANNELS: Final = {
    Channel.TOUCH: "Ki-ốt, chạm màn hình", Channel.BUTTON: "Ki-ốt, nút bấm", Channel.QR: "Điện thoại, mã QR",
    Channel.LINK: "Đường dẫn", Channel.POST: "Bưu chính", Channel.PAPER: "Phiếu giấy", Channel.PHONE: "Gọi điện",
    Channel.IMPORT: "Biểu mẫu nhập vào",
}  # fmt: skip
LANES: Final = {
    Lane.SHARED: "Mã QR dùng lại", Lane.UNTIMED: "Mã QR khi ki-ốt chưa rõ giờ", Lane.OPEN: "Mã tĩnh hoặc mã QR cũ",
    Lane.MAIL: "Mã dùng một lần", Lane.QUARANTINE: "Chờ xem xét",
    Lane.ENTERED: "Cán bộ nhập từ giấy hoặc cuộc gọi", Lane.IMPORTED: "Nhập từ biểu mẫu khác",
    Lane.SUPERSEDED: "Phần đầu của phiếu chuyển sang máy khác (đã tính ở phần đầy đủ hơn)",
}  # fmt: skip
BAR: Final = 240
"""Units of width of a bar; the picture scales."""


class Segment(msgspec.Struct, frozen=True):
    """One level in a bar: its place and width, and whether its number fits in."""

    level: int
    x: float
    width: float
    label: str


class Line(msgspec.Struct, frozen=True):
    """One line of a breakdown, ready to print. is_covered: too few answers to be shown."""

    code: str
    name: str
    cells: list[str]
    na: str
    base: str
    top2: str
    mean100: str
    bar: list[Segment]
    is_covered: bool = False


class OfficeLine(msgspec.Struct, frozen=True):
    """One office: its ballots, and the share of satisfied answers to the overall question with its base."""

    id: str
    name: str
    n: str
    top2: str
    base: str


class Headline(msgspec.Struct, frozen=True):
    """A share with its base and how it was reckoned."""

    name: str
    share: str
    base: str
    formula: str


class Summary(msgspec.Struct, frozen=True):
    """Everything a results page says."""

    n: int
    by_status: list[tuple[str, str]]
    by_channel: list[tuple[str, list[str], str]]
    channel_totals: list[str]
    headlines: list[Headline]
    lines: list[Line]
    quick: Line | None
    offices: list[OfficeLine]
    other_lanes: list[tuple[str, str]]
    undated: str
    comments: str
    cover: str


def summarise(
    tallied: Sequence[Tally],
    answered: Sequence[Answered],
    questionnaire: Questionnaire,
    name_of: Callable[[str], str],
    min_cell: int,
    by_office: Sequence[Answered] | None = None,
) -> Summary:
    """Return what a page says of these counts.

    by_office: answers to the overall question by office, where `answered` does not tell offices apart.

    name_of: an office's name by id. min_cell: with fewer answers a breakdown is covered, `< 5`; the count never is.
    """
    valid = [tally for tally in tallied if tally.is_dated and tally.lane in HEADLINE]
    counted = [one for one in answered if one.lane in HEADLINE and one.questionnaire == questionnaire.id]
    local = [one for one in by_office or counted if one.lane in HEADLINE and one.questionnaire == questionnaire.id]
    full = [one for one in counted if one.status != Status.QUICK]
    quick = _pool(one.levels for one in counted if one.status == Status.QUICK)
    overall = questionnaire.quick_question
    pooled = _pool(one.levels for one in full if one.question != overall)
    general = _pool(one.levels for one in full if one.question == overall)
    cover = f"<\u00a0{min_cell}"
    asked = questionnaire.question(overall)
    return Summary(
        n=sum(tally.n for tally in valid),
        by_status=[(words, number(_n(valid, status=status))) for status, words in STATUSES.items()],
        by_channel=[
            (words, [number(_n(valid, channel, status)) for status in STATUSES], number(_n(valid, channel)))
            for channel, words in CHANNELS.items()
            if _n(valid, channel)
        ],
        channel_totals=[number(_n(valid, status=status)) for status in STATUSES],
        headlines=[
            _headline("Chỉ số hài lòng chung", "gộp câu 1–8", pooled, min_cell),
            _headline("Hài lòng chung", "câu 9", general, min_cell),
        ],
        lines=[
            _line(one, _pool(a.levels for a in full if a.question == one.id), min_cell)
            for one in questionnaire.questions
        ],
        quick=_line(asked, quick, min_cell) if asked and quick.base else None,
        offices=_offices(valid, local, overall, name_of, min_cell),
        other_lanes=[
            (words, number(sum(t.n for t in tallied if t.is_dated and t.lane == lane)))
            for lane, words in LANES.items()
            if any(t.lane == lane and t.is_dated for t in tallied)
        ],
        undated=number(sum(tally.n for tally in tallied if not tally.is_dated)),
        comments=number(sum(t.comments for t in tallied if t.is_dated and t.lane in {*HEADLINE, Lane.SUPERSEDED})),
        cover=cover,
    )


def _pool(several: Iterable[Levels]) -> Levels:
    return sum(several, Levels())


def _n(tallied: Sequence[Tally], channel: str | None = None, status: str | None = None) -> int:
    return sum(
        tally.n
        for tally in tallied
        if (channel is None or tally.channel == channel) and (status is None or tally.status == status)
    )


def _headline(name: str, scope: str, levels: Levels, min_cell: int) -> Headline:
    formula = f"{scope}: (Rất hài lòng + Hài lòng) / tổng số câu trả lời"
    if 0 < levels.base < min_cell:
        return Headline(name, NOTHING, f"<\u00a0{min_cell}", formula)
    return Headline(name, percent(top2(levels)), number(levels.base), formula)


def _line(question: Question, levels: Levels, min_cell: int) -> Line:
    name = question.criterion_vi
    if 0 < (levels.base or levels.na) < min_cell:
        cover = f"<\u00a0{min_cell}"
        return Line(question.code, name, [NOTHING] * 5, NOTHING, cover, NOTHING, NOTHING, [], is_covered=True)
    return Line(
        question.code,
        name,
        [number(n) for n in levels.descending],
        number(levels.na) if question.allow_na else "",
        number(levels.base),
        percent(top2(levels)),
        decimal(mean100(levels)),
        bar(levels),
    )


def bar(levels: Levels) -> list[Segment]:
    """Return the segments of a bar from level 5 at the left to level 1, as wide as their shares."""
    if not levels.base:
        return []
    segments: list[Segment] = []
    x = 0.0
    for level, n in zip((5, 4, 3, 2, 1), levels.descending, strict=True):
        width = BAR * n / levels.base
        if n:
            label = str(level) if width >= 14 else ""
            segments.append(Segment(level, round(x, 2), round(max(width - 1, 0.6), 2), label))
        x += width
    return segments


def _offices(
    valid: Sequence[Tally], counted: Sequence[Answered], overall: str, name_of: Callable[[str], str], min_cell: int
) -> list[OfficeLine]:
    found: list[OfficeLine] = []
    for office in {tally.office for tally in valid}:
        levels = _pool(
            one.levels
            for one in counted
            if one.office == office and one.question == overall and one.status != Status.QUICK
        )
        is_covered = 0 < levels.base < min_cell
        found.append(
            OfficeLine(
                office,
                name_of(office),
                number(sum(tally.n for tally in valid if tally.office == office)),
                NOTHING if is_covered else percent(top2(levels)),
                f"<\u00a0{min_cell}" if is_covered else number(levels.base),
            )
        )
    return sorted(found, key=lambda line: vietnamese_order(line.name))
