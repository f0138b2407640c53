"""The first page of results as tables for a workbook: by question and by office, as the page shows them."""

from server.results.gathered import CHANGE, SHARES, Desk, level_rows, pooled
from server.results.grids import Column, Grid, View
from server.results.rules import FORMULAS, Levels, number, vietnamese_order
from server.results.tallied import Paper, papers, together
from server.results.views import CHANGE_NOTE, COVER_NOTE


def overview(desk: Desk) -> View:
    """Return every question, and the overall question of every office, each with the period before."""
    now, then = desk.answered(), desk.answered(desk.scope_of(desk.asked.period.neighbour(-1)))
    questions = {f"{one.code} {one.criterion_vi}": {one.id} for one in desk.questionnaire.questions}
    earlier = {name: pooled(then, mine) for name, mine in questions.items()}
    by_question = level_rows(
        {name: pooled(now, mine) for name, mine in questions.items()}, desk.min_cell, before=earlier, has_total=False
    )
    offices = {desk.asked.name_of(office): levels for office, levels in desk.by_office(desk.asked.scope).items()}
    ordered = dict(sorted(offices.items(), key=lambda one: vietnamese_order(one[0])))
    notes = [*FORMULAS.values(), CHANGE_NOTE, COVER_NOTE.format(least=desk.min_cell)]
    grids = [
        Grid("Theo câu hỏi", "By question", [Column("Tiêu chí", "criterion", width=46), *SHARES, *CHANGE], by_question,
             notes),
        Grid("Theo đơn vị (câu chung)", "By office", [Column("Đơn vị", "office", width=38), *SHARES],
             level_rows(ordered, desk.min_cell), notes[-1:]),
    ]  # fmt: skip
    paper = together(list(papers(desk.connection, desk.asked.scope, desk.questionnaire.id).values()))
    return View("tong-quan", "Kết quả khảo sát", "Results", [*grids, *([_paper(desk, paper)] if paper.ballots else [])])


def _paper(desk: Desk, paper: Paper) -> Grid:
    questions = [one for one in desk.questionnaire.questions if paper.levels.get(one.id, Levels()).base]
    told = f"{number(paper.ballots)} phiếu do đơn vị tự kiểm đếm và nhập tổng; cộng riêng, không gộp vào bảng nào khác."
    parts = {f"{one.code} {one.criterion_vi}": paper.levels[one.id] for one in questions}
    columns = [Column("Tiêu chí", "criterion", width=46), *SHARES]
    return Grid("Phiếu giấy kiểm tổng", "Paper tallies", columns, level_rows(parts, 1, has_total=False), [told])
