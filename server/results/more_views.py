"""The pages of results as data, second half: questions, officers, comparison, coverage, the nine indices."""

from decimal import Decimal

from msgspec.structs import replace

from server.results import entered, queries, timed, tt01
from server.results.change import WORDS as MARK_WORDS
from server.results.change import marks
from server.results.gathered import Desk, pooled, share_of
from server.results.grids import UNKNOWN, Column, Grid, Row, View, few
from server.results.periods import Period
from server.results.rules import FORMULAS, Levels, top2, vietnamese_order
from server.results.summary import HEADLINE
from server.results.views import CHANGE_NOTE

OFFICER_AT_LEAST = 10
TARGET = 30.0


def questions(desk: Desk) -> View:
    """Return how long each question took, and after which one people stopped."""
    answered = desk.answered()
    stopped = timed.stops(desk.connection, desk.asked.scope, desk.questionnaire.id)
    rows = []
    for one in desk.questionnaire.questions:
        mine = [each for each in answered if each.question == one.id]
        levels = pooled(mine)
        given = levels.base + levels.na
        seconds = sum(each.ms for each in mine) / 1000 / given if given >= desk.min_cell else None
        n = stopped.get(one.id, 0)
        rows.append(
            Row(
                [one.code, one.criterion_vi, few(desk.min_cell) if 0 < given < desk.min_cell else given, seconds,
                 few(desk.min_cell) if 0 < n < desk.min_cell else n, _share(n, sum(stopped.values()), desk.min_cell)],
            )
        )  # fmt: skip
    columns = [
        Column("Câu", "question", width=7), Column("Tiêu chí", "criterion", width=50),
        Column("Số lượt trả lời", "answers", "count"), Column("Thời gian TB (giây)", "mean seconds", "decimal", 11),
        Column("Dừng sau câu này", "stopped here", "count"), Column("Tỷ lệ trong phiếu dở", "of partial", "percent"),
    ]  # fmt: skip
    notes = [
        "Thời gian từ khi câu hiện ra đến khi bấm, kể cả câu trả lời “Không áp dụng”; phiếu nhanh không tính.",
        "Dừng sau câu này: phiếu dở dang có đây là câu cuối được trả lời. "
        "Câu nào làm nhiều người dừng thì nên xem lại lời hỏi.",
        f"Số nhỏ hơn {desk.min_cell} không hiện.",
    ]
    grid = Grid("Thời gian và nơi dừng của từng câu", "Time and drop-off", columns, rows if answered else [], notes)
    return View("cau-hoi", "Thời gian và nơi dừng theo câu hỏi", "Time and drop-off per question", [grid])


def _share(n: int, total: int, least: int) -> float | None:
    return None if n < least or not total else 100 * n / total


def officers(desk: Desk) -> View:
    """Return officers with at least ten ballots, and how many have fewer; by the duty roster as it stands now."""
    lead = []
    if not desk.asked.scope.office:
        lead.append("Xin chọn một đơn vị ở thanh lọc để xem theo cán bộ.")
        return View("can-bo", "Theo cán bộ", "By officer", [], lead)
    found = timed.of_officers(desk.connection, desk.asked.scope, desk.questionnaire.id)
    found.sort(key=lambda one: vietnamese_order(one.name))
    enough = [one for one in found if one.pool.overall.base >= OFFICER_AT_LEAST]
    fewer = [one for one in found if one.pool.overall.base < OFFICER_AT_LEAST]
    rows = []
    for one in enough:
        levels, general = one.pool.overall, one.pool.general
        rows.append(
            Row(
                [one.name, one.code, one.title, one.half_days, levels.base, top2(levels),
                 top2(general) if general.base >= OFFICER_AT_LEAST else None]
            )
        )  # fmt: skip
    for one in fewer:
        cells = [one.name, one.code, one.title, one.half_days, few(OFFICER_AT_LEAST), None, None]
        rows.append(Row(cells, is_covered=True))
    columns = [
        Column("Cán bộ", "officer", width=28), Column("Mã", "code", width=10), Column("Chức danh", "title", width=24),
        Column("Số buổi có phiếu", "half-days", "count"), Column("Số trả lời", "base", "count"),
        Column("Hài lòng chung", "top2, overall", "percent"),
        Column("Chỉ số gộp các câu khác", "top2, pooled", "percent"),
    ]  # fmt: skip
    notes = [
        f"Chỉ hiện tỷ lệ khi có từ {OFFICER_AT_LEAST} câu trả lời. "
        "Phiếu không ghi tên cán bộ: phiếu của một quầy trong một buổi "
        "được tính cho người trực quầy buổi đó theo lịch trực hiện nay (buổi chiều từ 12 giờ).",
        *_corrections(desk, found),
        "Dùng để giúp cán bộ làm tốt hơn; không xếp hạng cá nhân từ số ít phiếu. " + FORMULAS["top2"] + ".",
    ]
    empty = "Chưa có phiếu nào vào buổi có người trực trong lịch trực. Xin nhập lịch trực của đơn vị trước."
    return View(
        "can-bo", "Theo cán bộ", "By officer", [Grid("Theo cán bộ", "By officer", columns, rows, notes, empty)], lead
    )


def _corrections(desk: Desk, found: list[timed.Officer]) -> list[str]:
    """Return the line that says whose half-days were corrected on request; nothing where none were."""
    n_by = timed.corrected(desk.connection, desk.asked.scope)
    told = [f"{one.name} ({n_by[one.id]} buổi)" for one in found if one.id in n_by]
    return [f"Đã đính chính theo đề nghị: {', '.join(told)}."] if told else []


def comparison(desk: Desk) -> View:
    """Return two periods, two offices or both side by side, question by question."""
    asked = desk.asked
    other = asked.other or asked.period.neighbour(-1)
    here = desk.answered()
    office = asked.rival or asked.scope.office
    counter = "" if asked.rival else asked.scope.counter
    there = desk.answered(desk.scope_of(other, office=office, counter=counter))
    parts = {f"{one.code} {one.criterion_vi}": {one.id} for one in desk.questionnaire.questions}
    parts["Chỉ số chung (gộp các câu, trừ câu chung)"] = {
        one.id for one in desk.questionnaire.questions if one.id != desk.overall
    }
    pairs = [(pooled(here, mine), pooled(there, mine)) for mine in parts.values()]
    told = marks([(share_of(one), share_of(two)) for one, two in pairs])
    rows = []
    for name, (one, two), mark in zip(parts, pairs, told, strict=True):
        first, second = _seen(one, desk.min_cell), _seen(two, desk.min_cell)
        difference = None if first[1] is None or second[1] is None else first[1] - second[1]
        rows.append(Row([name, *first, *second, difference, MARK_WORDS[mark]]))
    names = [_place(desk, asked.scope.office, asked.period), _place(desk, office, other)]
    columns = [
        Column("Tiêu chí", "criterion", width=46), Column("A: số trả lời", "base", "count"),
        Column("A: hài lòng", "top2", "percent"), Column("B: số trả lời", "base", "count"),
        Column("B: hài lòng", "top2", "percent"), Column("A − B (điểm %)", "difference", "points"),
        Column("Khác thật?", "really different?", width=18),
    ]  # fmt: skip
    notes = [
        f"A: {names[0]}. B: {names[1]}.",
        FORMULAS["top2"] + ".",
        CHANGE_NOTE.replace("so với kỳ trước", "A so với B"),
    ]
    lead = [f"A: {names[0]}", f"B: {names[1]}"]
    grid = Grid("So sánh A và B", "A against B", columns, rows if here or there else [], notes)
    return View("so-sanh", "So sánh hai kỳ hoặc hai đơn vị", "Comparison", [grid], lead)


def _seen(levels: Levels, least: int) -> tuple[int | str, float | None]:
    return (few(least), None) if 0 < levels.base < least else (levels.base, top2(levels))


def _place(desk: Desk, office: str, period: Period) -> str:
    return f"{desk.asked.name_of(office) if office else 'mọi đơn vị được xem'}, {period.name}"


def coverage(desk: Desk) -> View:
    """Return ballots against transactions of each office; unknown stays unknown.

    Transactions are an office's: its ballots are counted at every counter and in every channel, whatever is filtered.
    """
    asked = desk.asked.scope
    scope = replace(asked, counter="", channel="", lane="", became={})
    ballots: dict[str, int] = {}
    for one in queries.tallies(desk.connection, scope):
        if one.is_dated and one.lane in HEADLINE:
            ballots[one.office] = ballots.get(one.office, 0) + one.n
    spans = entered.served(desk.connection, scope.first, scope.last, scope.within)
    known = [one.id for one in desk.asked.offices] if not scope.office else [scope.office]
    rows, counted, served_all = [], 0, 0
    for office in sorted({*known, *ballots}, key=lambda one: vietnamese_order(desk.asked.name_of(one))):
        if scope.office and office != scope.office:
            continue
        mine = [one for one in spans if one.office == office]
        n, total = ballots.get(office, 0), entered.total(mine, scope.first, scope.last)
        if total is not None:
            counted, served_all = counted + n, served_all + total
        rows.append(
            Row(
                [desk.asked.name_of(office), UNKNOWN if total is None else total, n, *_covered(n, total),
                 _spans(mine, total)],
                "/ket-qua/phu" + desk.asked.address(don_vi=office, quay=""),
            )
        )  # fmt: skip
    if served_all and len(rows) > 1:
        rows.append(
            Row(["Các đơn vị có số liệu", served_all, counted, *_covered(counted, served_all), ""], is_total=True)
        )
    columns = [
        Column("Đơn vị", "office", width=38), Column("Số lượt giao dịch", "transactions", "count", 14),
        Column("Số phiếu", "ballots", "count"), Column("Tỷ lệ tham gia", "coverage", "percent"),
        Column("Đạt chỉ tiêu 30 %", "target", width=16), Column("Ghi chú", "note", width=44),
    ]  # fmt: skip
    notes = [
        "Tỷ lệ tham gia (coverage) = 100 × số phiếu hợp lệ / số lượt giao dịch của cùng những ngày đó; chỉ tiêu 30 %.",
        f"Số lượt giao dịch do đơn vị nhập hoặc nhập từ Excel, không bao giờ ước tính; "
        f"còn thiếu ngày nào thì ghi “{UNKNOWN}”.",
    ]
    if scope != asked:
        notes.append("Bảng này tính cho cả đơn vị, mọi quầy và mọi kênh.")
    grid = Grid("Tỷ lệ tham gia đánh giá", "Coverage", columns, rows, notes, "Chưa có đơn vị nào trong phạm vi xem.")
    return View("phu", "Tỷ lệ tham gia đánh giá", "Coverage against transactions", [grid])


def _covered(n: int, total: int | None) -> tuple[float | str, str]:
    if total is None:
        return UNKNOWN, UNKNOWN
    if total == 0:
        return "–", "Không có giao dịch"
    share = 100 * n / total
    return share, "Đạt" if share >= TARGET else "Chưa đạt"


def _spans(mine: list[entered.Served], total: int | None) -> str:
    if not mine:
        return "chưa nhập"
    told = "; ".join(f"{one.first:%d/%m/%Y}–{one.last:%d/%m/%Y}: {one.n}" for one in mine[:3])
    more = f"; và {len(mine) - 3} kỳ khác" if len(mine) > 3 else ""
    return f"{'' if total is not None else 'chưa đủ ngày của kỳ: '}{told}{more}"


def sheet_scores(desk: Desk) -> dict[int, tuple[Decimal | None, str]]:
    """Return each index's score and where it comes from: entered by hand before out of ballots, None for unknown."""
    answered = desk.answered(desk.scope_of(desk.asked.period, counter="", channel="", lane="", became={}))
    scope = desk.asked.scope
    by_hand = entered.scores(desk.connection, scope.office, scope.first, scope.last)
    found: dict[int, tuple[Decimal | None, str]] = {}
    for index in tt01.INDICES:
        if index.number in by_hand:
            found[index.number] = (Decimal(by_hand[index.number]) / 10, "nhập tay")
            continue
        score = tt01.of_levels(pooled(answered, set(index.questions)), desk.min_cell) if index.questions else None
        found[index.number] = (score, "từ phiếu" if score is not None else "chưa có thông tin")
    return found


def nine(desk: Desk) -> View:
    """Return the sheet of Thông tư 01/2018/TT-VPCP of one office."""
    if not desk.asked.scope.office:
        lead = ["Xin chọn một đơn vị ở thanh lọc để lập bảng chín chỉ số."]
        return View("tt01", "Chín chỉ số theo Thông tư 01/2018/TT-VPCP", "Nine indices", [], lead)
    scores = sheet_scores(desk)
    rows = [
        Row([index.number, index.name, "2,0", UNKNOWN if (score := scores[index.number][0]) is None else float(score),
             scores[index.number][1]])
        for index in tt01.INDICES
    ]  # fmt: skip
    total = tt01.total({number: score for number, (score, _) in scores.items()})
    rows.append(
        Row(["Cộng", "Tổng điểm của đơn vị", "18,0", UNKNOWN if total is None else float(total), ""], is_total=True)
    )
    rows.append(Row(["Loại", "Xếp loại", "", UNKNOWN if total is None else tt01.office_band(total), ""], is_total=True))
    columns = [
        Column("TT", "no.", "text", 5), Column("Chỉ số", "index", width=60), Column("Điểm chuẩn", "most", width=10),
        Column("Điểm", "score", "decimal", 14), Column("Nguồn", "source", width=18),
    ]  # fmt: skip
    left_out = [str(number) for number, (score, _) in scores.items() if score is None]
    notes = [
        "Điều 15: điểm từng chỉ số làm tròn một chữ số thập phân; từ 15 Xuất sắc, từ 12 Tốt, từ 9 Khá, "
        "từ 6 Trung bình, dưới 6 Yếu; chỉ số không đủ thông tin không tính vào tổng.",
        "Chỉ số 1, 3, 4, 7 có thể lấy từ phiếu (Điều 14). Thông tư không nói năm mức thành mấy điểm; phần mềm quy ước: "
        "mức 4–5 là 2 điểm, mức 3 là 1 điểm, mức 1–2 là 0 điểm. Nếu đơn vị không dùng quy ước này, xin nhập tay.",
    ]
    if left_out:
        notes.append(f"Chưa có thông tin, không tính vào tổng: chỉ số {', '.join(left_out)}.")
    grid = Grid("Bảng chín chỉ số", "Nine indices", columns, rows, notes)
    return View("tt01", "Chín chỉ số theo Thông tư 01/2018/TT-VPCP", "Nine indices", [grid])
