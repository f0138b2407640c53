"""Changes to the organisation: versions and a change give new versions and successions, or a fault; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from server.offices.queries import Unit
from server.offices.rules import (
    FIRST_DAY,
    LAST_DAY,
    ONE_DAY,
    History,
    day_words,
    faults,
    histories,
    new_id,
    on_day,
    standing_on,
)  # fmt: skip
from server.offices.succession import Succession

What = Literal["add", "rename", "move", "close", "merge", "split"]

WHAT: Final[dict[str, str]] = {
    "add": "Thêm đơn vị, quầy", "rename": "Đổi tên, mã", "move": "Chuyển đơn vị cấp trên", "close": "Kết thúc",
    "merge": "Sáp nhập", "split": "Tách",
}  # fmt: skip

replace = msgspec.structs.replace


class Named(msgspec.Struct, frozen=True):
    """A unit by its code; with a name it is made if no unit has that code."""

    code: str
    name_vi: str = ""
    name_en: str = ""
    kind: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What someone wants done from a day on. unit: whose page it is; for `add` the unit above.

    named: the new unit or name. parent: where `move` leads. others: codes merged along. into: what merge and split
    lead to. below: for a split, where each unit below goes: an id by id. is_whole: `close` closes all below as well.
    """

    what: What
    unit: str
    day: date
    legal_ref: str = ""
    named: Named = Named("")
    parent: str = ""
    others: tuple[str, ...] = ()
    into: tuple[Named, ...] = ()
    below: dict[str, str] = {}
    is_whole: bool = False


class Plan(msgspec.Struct, frozen=True):
    """Versions that go, versions that come, successions that come; a version that is changed does both."""

    removed: tuple[Unit, ...] = ()
    added: tuple[Unit, ...] = ()
    successions: tuple[Succession, ...] = ()

    @property
    def units(self) -> list[str]:
        """Return the ids of all units it touches."""
        return sorted({one.id for one in (*self.removed, *self.added)})

    @property
    def is_empty(self) -> bool:
        """Return whether it changes nothing."""
        return not (self.removed or self.added or self.successions)


class ChangeError(ValueError):
    """A change that cannot be made; `str()` says why, in Vietnamese."""


def planned(versions: Sequence[Unit], change: Change) -> Plan:
    """Return what a change does. Raises ChangeError with the fault in Vietnamese; then nothing may be changed."""
    known = histories(versions)
    if not FIRST_DAY <= change.day <= LAST_DAY:
        raise ChangeError(f"Ngày {day_words(change.day)} chưa đúng. Xin nhập ngày hiệu lực.")
    if change.what in ("merge", "split") and not change.legal_ref:
        raise ChangeError("Xin nhập căn cứ, ví dụ Nghị quyết số 1684/NQ-UBTVQH15.")
    plan = _tidy(MAKERS[change.what](known, change))
    if plan.is_empty:
        raise ChangeError("Không có gì thay đổi: mọi mục vẫn như cũ.")
    fresh = new_faults(versions, plan)
    if fresh:
        raise ChangeError(" ".join(fresh))
    return plan


def applied(versions: Iterable[Unit], plan: Plan) -> list[Unit]:
    """Return the versions after a plan."""
    gone = {(one.id, one.valid_from) for one in plan.removed}
    return [one for one in versions if (one.id, one.valid_from) not in gone] + list(plan.added)


def new_faults(versions: Sequence[Unit], plan: Plan) -> list[str]:
    """Return what would be wrong after a plan and was not before, as sentences; older faults stop nobody."""
    before = set(faults(versions))
    after = applied(versions, plan)
    names = {one.id: one.name_vi for one in after}
    found = [one for one in faults(after) if one not in before]
    return [f"{names.get(one.unit, one.unit)}, {one.column.lower()}: {one.words}" for one in found]


def below(known: History, unit: str, day: date) -> list[Unit]:
    """Return the units right below one on a day, by code."""
    found = [one for one in standing_on(known, day).values() if one.parent == unit]
    return sorted(found, key=lambda one: one.code)


def cut(one: Unit, day: date) -> tuple[Unit, ...]:
    """Return what is left of a version that ends before a day: nothing if it began that day."""
    return (replace(one, valid_to=day - ONE_DAY),) if one.valid_from < day else ()


def _standing(known: History, unit: str, day: date) -> Unit:
    found = on_day(known, unit, day)
    if found is None:
        raise ChangeError(f"Đơn vị “{unit}” không tồn tại vào {day_words(day)}. Xin chọn ngày khác.")
    if any(one.valid_from > day for one in known[unit]):
        later = known[unit][-1].valid_from
        raise ChangeError(
            f"“{found.name_vi}” đã có thay đổi từ {day_words(later)}, sau ngày {day_words(day)}. "
            "Xin hoàn tác thay đổi đó trước, hoặc chọn ngày sau nó."
        )
    return found


def _by_code(known: History, code: str, day: date) -> Unit | None:
    return next((one for one in standing_on(known, day).values() if one.code.casefold() == code.casefold()), None)


def _changed(one: Unit, day: date, **to: object) -> Plan:
    fresh = replace(one, valid_from=day, **to)
    return Plan() if replace(fresh, valid_from=one.valid_from) == one else Plan((one,), (*cut(one, day), fresh))


def _closed(one: Unit, day: date) -> Plan:
    if one.valid_from == day:
        raise ChangeError(f"“{one.name_vi}” bắt đầu đúng ngày {day_words(day)}, không kết thúc được trong ngày đó.")
    return Plan((one,), cut(one, day))


def _together(plans: Iterable[Plan]) -> Plan:
    every = list(plans)
    return Plan(
        tuple(one for plan in every for one in plan.removed),
        tuple(one for plan in every for one in plan.added),
        tuple(one for plan in every for one in plan.successions),
    )


def _tidy(plan: Plan) -> Plan:
    return Plan(tuple(dict.fromkeys(plan.removed)), tuple(dict.fromkeys(plan.added)), plan.successions)


def _made(known: History, named: Named, like: Unit | None, parent: str | None, day: date) -> Unit:
    kind = named.kind or (like.kind if like else "")
    return Unit(new_id(named.code, known), kind, named.name_vi, named.name_en, named.code, parent, day, None)


def _add(known: History, change: Change) -> Plan:
    _standing(known, change.unit, change.day)
    return Plan(added=(_made(known, change.named, None, change.unit, change.day),))


def _rename(known: History, change: Change) -> Plan:
    one, named = _standing(known, change.unit, change.day), change.named
    to = {"name_vi": named.name_vi, "name_en": named.name_en, "code": named.code or one.code}
    return _changed(one, change.day, **to)


def _move(known: History, change: Change) -> Plan:
    return _changed(_standing(known, change.unit, change.day), change.day, parent=change.parent or None)


def _close(known: History, change: Change) -> Plan:
    one = _standing(known, change.unit, change.day)
    beneath = below(known, one.id, change.day)
    if beneath and not change.is_whole:
        names = ", ".join(each.name_vi for each in beneath[:5])
        raise ChangeError(
            f"Bên dưới còn {len(beneath)} đơn vị, quầy: {names}. Xin chuyển chúng đi trước, hoặc chọn kết thúc cả."
        )
    deeper = [_close(known, replace(change, unit=each.id)) for each in beneath]
    return _together([_closed(one, change.day), *deeper])


def _successors(known: History, change: Change, like: Unit) -> tuple[list[Unit], Plan]:
    """Return the units a merge or split leads to, and what makes those that are new."""
    found, fresh, taken = [], [], dict(known)
    for named in change.into:
        unit = _by_code(known, named.code, change.day)
        if unit is None and not named.name_vi:
            raise ChangeError(f"Không có đơn vị mang mã “{named.code}”. Để lập đơn vị mới, xin ghi cả tên sau mã.")
        if unit is None:
            unit = _made(taken, named, like, like.parent, change.day)
            taken[unit.id] = [unit]
            fresh.append(unit)
        found.append(unit)
    if len({one.id for one in found}) < len(found):
        raise ChangeError("Một đơn vị được ghi hai lần trong các đơn vị nhận. Xin bỏ một dòng.")
    return found, Plan(added=tuple(fresh))


def _merge(known: History, change: Change) -> Plan:
    own = _standing(known, change.unit, change.day)
    into, made = _successors(known, change, own)
    if len(into) != 1:
        raise ChangeError("Sáp nhập là vào một đơn vị: xin ghi đúng một dòng ở đơn vị nhận.")
    old = {own.id: own}
    for code in change.others:
        unit = _by_code(known, code, change.day)
        if unit is None:
            raise ChangeError(f"Không có đơn vị mang mã “{code}” vào {day_words(change.day)}. Xin kiểm tra lại mã.")
        old[unit.id] = _standing(known, unit.id, change.day)
    old.pop(into[0].id, None)
    if not old:
        raise ChangeError("Đơn vị nhận chính là đơn vị này. Xin ghi mã của đơn vị khác.")
    every = {one: into[0].id for unit in old for one in (each.id for each in below(known, unit, change.day))}
    return _together([made, _moves(known, every, change.day), *_ends(list(old.values()), into, "merge", change)])


def _split(known: History, change: Change) -> Plan:
    own = _standing(known, change.unit, change.day)
    into, made = _successors(known, change, own)
    if len(into) < 2:
        raise ChangeError("Tách là thành từ hai đơn vị: xin ghi mỗi đơn vị nhận một dòng.")
    if own.id in {one.id for one in into}:
        raise ChangeError("Đơn vị bị tách không thể là đơn vị nhận. Nếu nó vẫn còn, xin chỉ thêm đơn vị mới.")
    beneath = below(known, own.id, change.day)
    missing = [one.name_vi for one in beneath if change.below.get(one.id) not in {each.id for each in into}]
    if missing:
        raise ChangeError(f"Chưa chọn nơi đến của {', '.join(missing)}. Hệ thống không tự đoán.")
    every = {one.id: change.below[one.id] for one in beneath}
    return _together([made, _moves(known, every, change.day), *_ends([own], into, "split", change)])


def _moves(known: History, goes: Mapping[str, str], day: date) -> Plan:
    return _together(_changed(_standing(known, unit, day), day, parent=parent) for unit, parent in goes.items())


def _ends(old: Sequence[Unit], into: Sequence[Unit], kind: str, change: Change) -> list[Plan]:
    links = [Succession(one.id, new.id, change.day, kind, change.legal_ref) for one in old for new in into]
    return [Plan(successions=tuple(links)), *(_closed(one, change.day) for one in old)]


def successor_ids(versions: Sequence[Unit], change: Change) -> dict[str, str]:
    """Return the names of the units a split leads to by id, to choose from; empty while they cannot be told."""
    known = histories(versions)
    own = on_day(known, change.unit, change.day)
    if own is None:
        return {}
    try:
        return {one.id: one.name_vi for one in _successors(known, change, own)[0]}
    except ChangeError:
        return {}


MAKERS: Final = {"add": _add, "rename": _rename, "move": _move, "close": _close, "merge": _merge, "split": _split}
