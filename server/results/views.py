"""The pages of results as data, first half: the course of time, factors, counters; league; heat map; reasons."""

from server.results import queries, timed
from server.results.change import WORDS as MARK_WORDS
from server.results.change import marks
from server.results.cover import covered
from server.results.gathered import CHANGE, SHARES, Desk, level_rows, pooled, share_of
from server.results.grids import Column, Grid, Heat, Picture, Row, View, few
from server.results.league import TOO_FEW, league
from server.results.pareto import pareto
from server.results.rules import FORMULAS, Levels, number, percent, top2, vietnamese_order
from server.results.summary import CHANNELS, HEADLINE, LANES

WEEKDAYS = ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"]
LANE_WORDS = {
    "kiosk": "Ki-ốt",
    "qr-fresh": "Mã QR mới trên ki-ốt",
    **{str(lane): words for lane, words in LANES.items()},
}
CHANGE_NOTE = (
    "“Tăng thật/giảm thật”: kiểm định hai tỷ lệ so với kỳ trước, mức 5 %, chỉ khi mỗi bên có từ 30 câu trả lời, "
    "đã hiệu chỉnh Holm cho cả bảng. “Chưa rõ khác”: chênh lệch có thể chỉ do ngẫu nhiên."
)
COVER_NOTE = (
    "Ô có ít hơn {least} câu trả lời không hiện; khi cần, ô nhỏ kế tiếp cũng được che để không ai tính ngược ra được."
)


def analysis(desk: Desk) -> View:
    """Return the course of the overall share, and what it is by factor, counter, channel and field."""
    now, then = desk.answered(), desk.answered(desk.scope_of(desk.asked.period.neighbour(-1)))
    general = [one.id for one in desk.questionnaire.questions if one.id != desk.overall]
    factors = {}
    earlier = {}
    for factor in desk.questionnaire.sipas_factors:
        mine = {one.id for one in desk.questionnaire.questions if one.sipas_factor == factor.id}
        if mine:
            factors[factor.vi], earlier[factor.vi] = pooled(now, mine), pooled(then, mine)
    factors["Chỉ số chung (gộp các câu, trừ câu chung)"] = pooled(now, set(general))
    earlier["Chỉ số chung (gộp các câu, trừ câu chung)"] = pooled(then, set(general))
    cover = COVER_NOTE.format(least=desk.min_cell)
    grids = [
        course(desk),
        Grid(
            "Theo yếu tố SIPAS", "By SIPAS factor", [Column("Yếu tố", "factor", width=40), *SHARES, *CHANGE],
            level_rows(factors, desk.min_cell, before=earlier), [*FORMULAS.values(), CHANGE_NOTE, cover],
        ),
        *_desks(desk, cover),
        *_kinds(desk, cover),
        _fields(desk, cover),
    ]  # fmt: skip
    pictures = [
        Picture("xu-huong", f"Biểu đồ tỷ lệ hài lòng (câu chung) {desk.asked.period.name}; số liệu ở bảng bên dưới")
    ]
    return View("phan-tich", "Xu hướng và phân tích", "Trend and breakdowns", grids, pictures=pictures)


def points(desk: Desk) -> list[tuple[str, Levels]]:
    """Return the parts of the period with their overall answers, by what they are called on an axis."""
    asked, question = desk.asked, desk.questionnaire
    found = timed.trend(desk.connection, asked.period, asked.scope, question.id, desk.overall)
    named = {"ngay": "{0:%d/%m}", "tuan": "{0:%d/%m}–{1:%d/%m}", "thang": "{1:%m/%Y}"}
    return [
        (named[part.kind].format(part.first, part.last), levels) for part, levels in found if part.first <= asked.today
    ]


def course(desk: Desk) -> Grid:
    """Return the course of the overall share as a table; each part is compared with the one before."""
    parts = points(desk)
    earlier = dict(zip([name for name, _ in parts[1:]], [levels for _, levels in parts[:-1]], strict=True))
    columns = [
        Column("Thời gian", "part", width=16),
        *SHARES,
        Column("Phần trước", "previous", "percent", 10),
        CHANGE[1],
    ]
    rows = level_rows(dict(parts), desk.min_cell, before=earlier)
    shown = [row for row, (_, levels) in zip(rows, parts, strict=True) if levels.base]
    return Grid("Xu hướng: câu đánh giá chung", "Course of the overall question", columns, shown, [CHANGE_NOTE])


def _desks(desk: Desk, cover: str) -> list[Grid]:
    if not desk.asked.scope.office:
        return []
    counted = queries.counters(desk.connection, desk.asked.scope, desk.overall)
    parts: dict[str, Levels] = {}
    for counter, by_lane in sorted(counted.items()):
        mine = [Levels(**found) for lane, found in by_lane.items() if desk.asked.scope.lane or lane in HEADLINE]
        parts[desk.asked.name_of(counter)] = sum(mine, Levels())
    columns = [Column("Quầy", "counter", width=34), *SHARES]
    return [Grid("Theo quầy (câu chung)", "By counter", columns, level_rows(parts, desk.min_cell), [cover])]


def _kinds(desk: Desk, cover: str) -> list[Grid]:
    tallied = [one for one in queries.tallies(desk.connection, desk.asked.scope) if one.is_dated]
    lanes = {lane: sum(one.n for one in tallied if one.lane == lane) for lane in LANE_WORDS}
    headline = [one for one in tallied if desk.asked.scope.lane or one.lane in HEADLINE]
    channels = {str(one): sum(tally.n for tally in headline if tally.channel == one) for one in CHANNELS}
    rows = [Row([f"Kênh: {CHANNELS[one]}", n]) for one in CHANNELS if (n := channels[str(one)])]
    rows += [
        Row([f"Nguồn: {LANE_WORDS[lane]}{'' if lane in HEADLINE else ' (không tính vào số chính)'}", n])
        for lane, n in lanes.items()
        if n
    ]
    columns = [Column("Kênh, nguồn", "channel, lane", width=46), Column("Số phiếu", "ballots", "count")]
    return [Grid("Theo kênh và nguồn phiếu", "By channel and lane", columns, rows)]


def _fields(desk: Desk, cover: str) -> Grid:
    names = {option.id: option.vi for item in desk.questionnaire.items if item.id == "field" for option in item.options}
    found = timed.fields(desk.connection, desk.asked.scope, desk.questionnaire.id)
    parts = {names.get(one, one): pool.overall for one, pool in sorted(found.items())}
    columns = [Column("Lĩnh vực", "field", width=34), *SHARES]
    notes = ["Chỉ gồm phiếu có ghi lĩnh vực của lần giao dịch; câu đánh giá chung.", cover]
    if desk.asked.scope.counter or desk.asked.scope.channel:
        notes.append("Bảng này tính cho cả đơn vị, mọi quầy và mọi kênh.")
    rows = level_rows(parts, desk.min_cell, has_total=False)
    return Grid("Theo lĩnh vực", "By field", columns, rows, notes, empty="Chưa có phiếu nào ghi lĩnh vực trong kỳ này.")


def ranking(desk: Desk) -> View:
    """Return the league of offices by the overall question."""
    whole = desk.scope_of(desk.asked.period, office="", counter="")
    before = desk.scope_of(desk.asked.period.neighbour(-1), office="", counter="")
    now = desk.by_office(whole)
    then = desk.by_office(before)
    least = max(30, desk.min_cell)
    standings = league({office: share_of(levels) for office, levels in now.items()}, least)
    told = dict(
        zip(
            [one.id for one in standings],
            marks([(one.share, share_of(then.get(one.id, Levels()))) for one in standings]),
            strict=True,
        )
    )
    rows = []
    for one in standings:
        name, address = desk.asked.name_of(one.id), "/ket-qua" + desk.asked.address(don_vi=one.id, quay="")
        if one.rank is None:
            base = few(desk.min_cell) if one.share.base < desk.min_cell else one.share.base
            rows.append(Row([TOO_FEW, name, base, None, None, None, None, None, "–"], address, is_covered=True))
            continue
        place = f"{one.rank}{' (cùng hạng)' if one.is_shared else ''}"
        earlier = then.get(one.id, Levels())
        rows.append(
            Row(
                [place, name, one.share.base, one.share.percent, 100 * one.low, 100 * one.high, 100 * one.shrunk,
                 top2(earlier) if earlier.base >= desk.min_cell else None, MARK_WORDS[told[one.id]]],
                address,
            )
        )  # fmt: skip
    columns = [
        Column("Hạng", "rank", width=15), Column("Đơn vị", "office", width=36),
        Column("Số trả lời", "base", "count", 9),
        Column("Tỷ lệ hài lòng", "top2", "percent", 10), Column("Khoảng 95 % từ", "low", "percent", 10),
        Column("đến", "high", "percent", 9), Column("Sau hiệu chỉnh", "shrunk", "percent", 10), *CHANGE,
    ]  # fmt: skip
    notes = [
        "Câu đánh giá chung, phiếu đủ và dở dang; " + FORMULAS["top2"] + ".",
        "Khoảng 95 %: khoảng tin cậy Wilson. Đơn vị có khoảng chồng lên khoảng của đơn vị đứng đầu nhóm "
        "là “cùng hạng”: "
        "số phiếu chưa đủ để nói đơn vị nào hơn.",
        "Sau hiệu chỉnh: tỷ lệ được kéo về mức chung của các đơn vị, kéo mạnh hơn khi ít phiếu (beta-nhị thức, "
        "Kleinman 1973); xếp hạng theo số này để 30 phiếu may mắn không đứng trên 1.000 phiếu tốt.",
        f"“{TOO_FEW}”: dưới {least} câu trả lời, không xếp hạng.",
        CHANGE_NOTE,
    ]
    grid = Grid("Xếp hạng đơn vị", "League table", columns, rows, notes)
    pictures = [Picture("xep-hang", "Biểu đồ tỷ lệ hài lòng và khoảng tin cậy của các đơn vị đứng đầu; số liệu ở bảng")]
    return View("xep-hang", "Xếp hạng đơn vị", "League table", [grid], pictures=pictures if standings else [])


def hours(desk: Desk) -> View:
    """Return the heat map of hours and weekdays: ballots, and the share of satisfied among them."""
    pools = timed.heat(desk.connection, desk.asked.scope, desk.questionnaire.id, desk.now)
    at = sorted({hour for _, hour in pools} | set(range(7, 17)))
    keys = [(weekday, hour) for hour in at for weekday in range(7)]
    blank = timed.Pool(0, Levels())
    is_hidden = dict(zip(keys, covered([pools.get(key, blank).n for key in keys], desk.min_cell), strict=True))
    most = max((pool.n for pool in pools.values()), default=0)
    cells, rows = [], []
    for hour in at:
        line, row = [], [f"{hour:02d}:00–{hour:02d}:59"]
        for weekday, day in enumerate(WEEKDAYS):
            pool = pools.get((weekday, hour), blank)
            words, shade = (
                (few(desk.min_cell), 0) if is_hidden[weekday, hour] else (_count(pool.n), _shade(pool.n, most))
            )
            share = top2(pool.overall) if pool.overall.base >= desk.min_cell and not is_hidden[weekday, hour] else None
            said = f"{words or 0} phiếu, hài lòng {percent(share)}"
            line.append((words, shade, f"{day} {hour} giờ: {said}"))
            row.append(words if is_hidden[weekday, hour] else f"{number(pool.n)} · {percent(share)}" if pool.n else "")
        cells.append(line)
        rows.append(Row(row))
    columns = [Column("Giờ", "hour", width=14), *(Column(day, "", width=15) for day in WEEKDAYS)]
    notes = [
        "Mỗi ô: số phiếu · tỷ lệ hài lòng câu chung (top2). "
        "Số phiếu gồm cả phiếu nhanh, tính theo giờ bắt đầu của phiếu.",
        "Giờ chưa kết thúc không hiện. " + COVER_NOTE.format(least=desk.min_cell),
    ]
    if desk.asked.scope.counter or desk.asked.scope.channel:
        notes.append("Bảng này tính cho cả đơn vị, mọi quầy và mọi kênh.")
    grid = Grid(
        "Số phiếu và tỷ lệ hài lòng theo giờ", "Ballots and satisfaction by hour", columns, rows if pools else [], notes
    )
    heat = Heat(at, WEEKDAYS, cells) if pools else None
    return View("gio", "Theo giờ và thứ trong tuần", "Hours and weekdays", [grid], heat=heat)


def _count(n: int) -> str:
    return number(n) if n else ""


def _shade(n: int, most: int) -> int:
    return 0 if not n else min(5, 1 + 5 * n // (most + 1))


def why(desk: Desk) -> View:
    """Return the reasons given with low grades, the most frequent first."""
    found = pareto(reason_counts(desk))
    rows = []
    for one, covers in zip(found, covered([one.n for one in found], desk.min_cell), strict=True):
        told = [few(desk.min_cell), None, None] if covers else [one.n, one.share, one.running]
        rows.append(Row([one.id, *told, "●" if one.is_vital else ""], is_covered=covers))
    columns = [
        Column("Lý do", "reason", width=60), Column("Số lần", "times", "count"), Column("Tỷ lệ", "share", "percent"),
        Column("Cộng dồn", "running", "percent"), Column("Nhóm 80 %", "vital few", width=9),
    ]  # fmt: skip
    notes = [
        "Người trả lời từ mức 2 trở xuống chọn tối đa ba lý do. Tỷ lệ tính trên tổng số lần chọn; "
        "“Nhóm 80 %” là những lý do đứng đầu cộng lại tới 80 %: xử lý các lý do này trước.",
        f"Lý do có ít hơn {desk.min_cell} lần chọn không hiện số.",
    ]
    empty = "Chưa có lý do nào trong kỳ này: không ai cho mức 2 trở xuống, hoặc chưa có phiếu."
    grid = Grid("Lý do chưa hài lòng", "Reasons, Pareto", columns, rows, notes, empty)
    pictures = (
        [Picture("ly-do", "Biểu đồ các lý do chưa hài lòng, nhiều nhất ở trên; số liệu ở bảng bên dưới")]
        if rows
        else []
    )
    return View("ly-do", "Lý do chưa hài lòng", "Reasons", [grid], pictures=pictures)


def reason_counts(desk: Desk) -> dict[str, int]:
    """Return how often each reason was given in the headline, by its words with the criterion before them."""
    words = {
        (question.id, reason.id): f"{question.code} {reason.vi}"
        for question in desk.questionnaire.questions
        if question.follow_up
        for reason in question.follow_up.reasons
    }
    found: dict[str, int] = {}
    for (ref, question, reason, lane), n in queries.reasons(desk.connection, desk.asked.scope).items():
        if ref == desk.questionnaire.id and (desk.asked.scope.lane or lane in HEADLINE):
            name = words.get((question, reason), f"{question} {reason}")
            found[name] = found.get(name, 0) + n
    return dict(sorted(found.items(), key=lambda one: vietnamese_order(one[0])))
