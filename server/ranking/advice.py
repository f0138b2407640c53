"""What would change an office's rank, reckoned exactly from the same points; pure."""

import msgspec

from server.ranking.rules import Criterion, Plan, Scored, Standing, of_share, points_words


class Advice(msgspec.Struct, frozen=True):
    """lost: the criterion that costs most and how many hundredths. gap: hundredths to be above the next office.

    next: that office's id, "" for the first. answers: by how many satisfied answers in place of others it would be
    passed, None if no number does. of: the criterion they would be of.
    """

    lost: Criterion | None
    lost_points: int
    next: str = ""
    gap: int = 0
    of: Criterion | None = None
    answers: int | None = None
    is_short: bool = False


def more_answers(one: Criterion, score: Scored, gap: int) -> int | None:
    """Return how many answers must become satisfied to gain at least so many points; None if all would not do.

    The base stays: the same people, more of them content. gap: hundredths, at least 1.
    """
    part, base, now = score.counted.part, score.counted.base, score.points or 0
    if not base or of_share(one, base, base) - now < gap:
        return None
    low, high = 1, base - part
    while low < high:
        middle = (low + high) // 2
        if of_share(one, part + middle, base) - now >= gap:
            high = middle
        else:
            low = middle + 1
    return low


def advice(plan: Plan, rows: list[Standing]) -> dict[str, Advice]:
    """Return what would change each ranked office's place. rows: as `standings` gives them."""
    ranked = [row for row in rows if row.total is not None]
    found: dict[str, Advice] = {}
    for row in ranked:
        above = [one for one in ranked if (one.total or 0) > (row.total or 0)]
        found[row.office] = _of(plan, row, above[-1] if above else None)
    return found


def _of(plan: Plan, row: Standing, above: Standing | None) -> Advice:
    losses = [(one.most - (row.scores[one.id].points or 0), one) for one in plan.criteria]
    most, lost = max(losses, key=lambda pair: pair[0], default=(0, None))
    if above is None:
        return Advice(lost if most else None, most)
    gap = (above.total or 0) - (row.total or 0) + 1
    several = [one for one in plan.criteria if one.source == "satisfaction"]
    ways = [(found, one) for one in several if (found := more_answers(one, row.scores[one.id], gap)) is not None]
    answers, of = min(ways, key=lambda pair: pair[0], default=(None, None))
    return Advice(lost if most else None, most, above.office, gap, of, answers, bool(several) and answers is None)


def in_words(found: Advice, row: Standing, name_of_next: str) -> list[str]:
    """Return it in plain Vietnamese. name_of_next: the office above, as this reader may call it."""
    lines = []
    if found.lost is not None:
        lines.append(f"Mất nhiều điểm nhất ở “{found.lost.name}”: {points_words(found.lost_points)} điểm.")
    if not found.next:
        return [*lines, "Đang có tổng điểm cao nhất."]
    lines.append(f"Để có tổng điểm cao hơn {name_of_next}: cần thêm ít nhất {points_words(found.gap)} điểm.")
    if found.of is not None and found.answers is not None:
        base = row.scores[found.of.id].counted.base
        lines.append(
            f"Riêng ở “{found.of.name}”: thêm {found.answers} câu trả lời hài lòng trong {base} câu trả lời là đủ."
        )
    elif found.is_short:
        lines.append("Riêng mức độ hài lòng thì chưa đủ: dù mọi câu trả lời đều hài lòng vẫn cần thêm điểm khác.")
    return lines
