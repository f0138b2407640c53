"""What the pages say of units: the tree of a day, the line of a unit's history, what a change does; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from server.offices.changes import Plan
from server.offices.queries import COUNTER, Unit
from server.offices.rules import KINDS, History, day_words, is_found
from server.offices.succession import KINDS as WENT
from server.offices.succession import Succession, came_from, went_into
from server.results.rules import vietnamese_order

RANK = {kind: place for place, kind in enumerate(KINDS)}


class Node(msgspec.Struct, frozen=True):
    """A unit and what stands below it."""

    unit: Unit
    below: "list[Node]"

    @property
    def counters(self) -> int:
        """Return how many counters stand below, at any depth."""
        return sum(1 if one.unit.kind == COUNTER else one.counters for one in self.below)

    @property
    def inner(self) -> int:
        """Return how many units other than counters stand right below."""
        return sum(one.unit.kind != COUNTER for one in self.below)


class Found(msgspec.Struct, frozen=True):
    """A unit a search found, with the names above it."""

    unit: Unit
    above: str


class Step(msgspec.Struct, frozen=True):
    """One unit in the preview of a change: how it stands before and after, in words."""

    name: str
    before: list[str]
    after: list[str]


def order(unit: Unit) -> tuple[int, tuple[list[int], list[int]], str]:
    """Return the place of a unit among its like: by kind, then in the order of the Vietnamese alphabet."""
    return RANK.get(unit.kind, 99), vietnamese_order(unit.name_vi), unit.id


def tree(standing: Mapping[str, Unit], reached: frozenset[str] | None) -> list[Node]:
    """Return the units of a day as a tree, of those in reach; what stands below nothing shown is at the top."""
    shown = {one.id: one for one in standing.values() if reached is None or one.id in reached}
    below: defaultdict[str, list[Unit]] = defaultdict(list)
    for one in shown.values():
        below[one.parent if one.parent in shown else ""].append(one)
    placed: set[str] = set()

    def node(unit: Unit) -> Node:
        placed.add(unit.id)
        under = [one for one in sorted(below[unit.id], key=order) if one.id not in placed]
        return Node(unit, [node(one) for one in under])

    return [node(one) for one in sorted(below[""], key=order)]


def search(standing: Mapping[str, Unit], reached: frozenset[str] | None, words: str) -> list[Found]:
    """Return the units in reach that a search finds, with what stands above each."""
    hits = [one for one in standing.values() if (reached is None or one.id in reached) and is_found(one, words)]
    return [Found(one, _above(standing, one)) for one in sorted(hits, key=order)]


def _above(standing: Mapping[str, Unit], unit: Unit) -> str:
    names: list[str] = []
    seen, at = {unit.id}, unit.parent
    while at is not None and at in standing and at not in seen:
        seen.add(at)
        names.append(standing[at].name_vi)
        at = standing[at].parent
    return " › ".join(names[::-1])


def name_of(known: History, unit: str | None) -> str:
    """Return a unit's newest name, or its id if there is none."""
    return known[unit][-1].name_vi if unit is not None and unit in known else unit or ""


def told(known: History, links: Sequence[Succession], unit: str) -> list[str]:
    """Return a unit's history as readable lines, the earliest first."""
    lines = [
        _came(known, day, kind, old, ref) for (day, kind, ref), old in _grouped(came_from(links, unit), is_old=True)
    ]
    lines += [span(known, one) for one in known.get(unit, ())]
    lines += [_went(known, day, kind, new, ref) for (day, kind, ref), new in _grouped(went_into(links, unit))]
    return lines


def span(known: History, one: Unit) -> str:
    """Return one version in words: `từ 01/07/2025 đến nay: Xã Tân Trào (mã …), thuộc Tỉnh …`."""
    above = f", thuộc {name_of(known, one.parent)}" if one.parent else ""
    end = f"đến {day_words(one.valid_to)}"
    return f"từ {day_words(one.valid_from)} {end}: {one.name_vi} (mã {one.code}){above}"


def _grouped(links: Iterable[Succession], *, is_old: bool = False) -> list[tuple[tuple[date, str, str], list[str]]]:
    found: defaultdict[tuple[date, str, str], list[str]] = defaultdict(list)
    for one in links:
        found[one.day, one.kind, one.legal_ref].append(one.old if is_old else one.new)
    return sorted(found.items())


def _ref(legal_ref: str) -> str:
    return f", theo {legal_ref}" if legal_ref else ""


def _came(known: History, day: date, kind: str, old: list[str], ref: str) -> str:
    names = ", ".join(name_of(known, one) for one in old)
    word = "nhận một phần của" if kind == "split" else f"{WENT.get(kind, kind)} từ"
    return f"từ {day_words(day)}: {word} {names}{_ref(ref)}"


def _went(known: History, day: date, kind: str, new: list[str], ref: str) -> str:
    names = ", ".join(name_of(known, one) for one in new)
    word = {"split": "tách thành", "merge": "sáp nhập vào"}.get(kind, f"{WENT.get(kind, kind)} thành")
    return f"từ {day_words(day)}: {word} {names}{_ref(ref)}"


def steps(before: History, after: History, plan: Plan) -> list[Step]:
    """Return what a plan does to each unit, in words: new units first."""
    found = []
    for unit in plan.units:
        gone = [span(before, one) for one in plan.removed if one.id == unit]
        come = [span(after, one) for one in sorted(plan.added, key=lambda one: one.valid_from) if one.id == unit]
        found.append(Step(name_of(after if unit in after else before, unit), gone, come))
    return sorted(found, key=lambda step: (bool(step.before), vietnamese_order(step.name)))
