"""Who may do what: roles as data, permissions named by thing and verb; pure, no SQL, no clock."""

from enum import StrEnum
from typing import Final

import msgspec

PASSED_ON: Final = "leader"
"""The one role whose holder may be given the management of accounts in its own subtree as well."""


class May(StrEnum):
    """One thing an account may do; the value is what tests, documents and other features call it."""

    RESULTS_SEE = "results.see"
    REPORTS_MAKE = "reports.make"
    EXPORT_MAKE = "export.make"
    OFFICERS_SEE = "officers.see"
    COMMENTS_SEE = "comments.see"
    PHONES_SEE = "phones.see"
    CASES_SEE = "cases.see"
    CASES_HANDLE = "cases.handle"
    DATA_ENTER = "data.enter"
    DEVICES_SEE = "devices.see"
    DEVICES_CHANGE = "devices.change"
    OFFICES_SEE = "offices.see"
    OFFICES_CHANGE = "offices.change"
    QUESTIONNAIRES_SEE = "questionnaires.see"
    QUESTIONNAIRES_CHANGE = "questionnaires.change"
    USERS_MANAGE = "users.manage"
    AUDIT_SEE = "audit.see"
    ALERTS_SEE = "alerts.see"


WORDS: Final = {
    May.RESULTS_SEE: "Xem kết quả", May.REPORTS_MAKE: "Lập báo cáo", May.EXPORT_MAKE: "Xuất dữ liệu",
    May.OFFICERS_SEE: "Xem theo cán bộ", May.COMMENTS_SEE: "Đọc ý kiến góp ý",
    May.PHONES_SEE: "Xem số điện thoại để gọi lại", May.CASES_SEE: "Xem phản ánh",
    May.CASES_HANDLE: "Xử lý phản ánh", May.DATA_ENTER: "Nhập số liệu", May.DEVICES_SEE: "Xem thiết bị",
    May.DEVICES_CHANGE: "Quản lý thiết bị", May.OFFICES_SEE: "Xem danh mục đơn vị",
    May.OFFICES_CHANGE: "Sửa danh mục đơn vị", May.QUESTIONNAIRES_SEE: "Xem phiếu hỏi",
    May.QUESTIONNAIRES_CHANGE: "Sửa phiếu hỏi", May.USERS_MANAGE: "Quản lý tài khoản",
    May.AUDIT_SEE: "Xem nhật ký", May.ALERTS_SEE: "Nhận cảnh báo",
}  # fmt: skip


class Role(msgspec.Struct, frozen=True):
    """What one kind of account may do. is_local: it must be bound to a unit, never to the whole province."""

    id: str
    name: str
    words: str
    may: frozenset[May]
    is_local: bool = False


_SEEING: Final = frozenset(
    {
        May.ALERTS_SEE,
        May.RESULTS_SEE,
        May.REPORTS_MAKE,
        May.EXPORT_MAKE,
        May.OFFICERS_SEE,
        May.COMMENTS_SEE,
        May.CASES_SEE,
    }
)

ROLES: Final = {
    role.id: role
    for role in (
        Role("admin", "Quản trị tỉnh", "Làm được mọi việc trong hệ thống.", frozenset(May)),
        Role("viewer", "Xem toàn tỉnh", "Xem kết quả, báo cáo; không sửa gì.",
             _SEEING | {May.DEVICES_SEE, May.OFFICES_SEE, May.QUESTIONNAIRES_SEE}),
        Role("leader", "Lãnh đạo đơn vị", "Theo dõi và chỉ đạo xử lý trong đơn vị mình.",
             _SEEING | {May.CASES_HANDLE, May.PHONES_SEE, May.DATA_ENTER, May.DEVICES_SEE, May.OFFICES_SEE},
             is_local=True),
        Role("handler", "Người xử lý phản ánh", "Gọi lại cho người dân và trả lời phản ánh của đơn vị mình.",
             frozenset({May.ALERTS_SEE, May.RESULTS_SEE, May.COMMENTS_SEE, May.CASES_SEE, May.CASES_HANDLE,
                        May.PHONES_SEE}),
             is_local=True),
        Role("steward", "Người phụ trách số liệu", "Nhập số lượt giao dịch và phiếu giấy, lập báo cáo.",
             frozenset({May.ALERTS_SEE, May.RESULTS_SEE, May.REPORTS_MAKE, May.DATA_ENTER, May.OFFICES_SEE})),
        Role("technician", "Kỹ thuật viên", "Lắp đặt và trông coi ki-ốt; không xem kết quả.",
             frozenset({May.ALERTS_SEE, May.DEVICES_SEE, May.DEVICES_CHANGE, May.OFFICES_SEE})),
        Role("auditor", "Kiểm tra viên", "Xem kết quả và ai đã làm gì; không sửa gì.",
             frozenset({May.ALERTS_SEE, May.RESULTS_SEE, May.AUDIT_SEE})),
    )
}  # fmt: skip

GUARDED: Final = frozenset({May.PHONES_SEE, May.USERS_MANAGE})
"""Whoever may do one of these signs in with a code of their phone as well."""


def permissions(role: str, *, is_manager: bool = False) -> frozenset[May]:
    """Return what an account may do; nothing for a role that is not known.

    is_manager: the account also manages accounts of its own subtree; only a leader can.
    """
    found = ROLES.get(role)
    if found is None:
        return frozenset()
    return found.may | {May.USERS_MANAGE} if is_manager and role == PASSED_ON else found.may


def needs_code(allowed: frozenset[May]) -> bool:
    """Return whether an account with these permissions must have the second step.

    >>> needs_code(permissions("viewer")), needs_code(permissions("handler"))
    (False, True)
    """
    return bool(allowed & GUARDED)


def grantable(allowed: frozenset[May], unit: str | None) -> list[Role]:
    """Return the roles a manager may give: any at the top, below only local work the manager may do too.

    unit: what the manager is bound to; None for the whole province.
    """
    if May.USERS_MANAGE not in allowed:
        return []
    if unit is None:
        return list(ROLES.values())
    return [role for role in ROLES.values() if role.may <= allowed and role.id != PASSED_ON]


class Granted(msgspec.Struct, frozen=True):
    """What an account is to be given. unit: None for the whole province."""

    role: str
    unit: str | None
    is_manager: bool = False


def grant_fault(
    allowed: frozenset[May], own_unit: str | None, reach: frozenset[str] | None, wanted: Granted
) -> str | None:
    """Return in Vietnamese why a manager may not give this, or None if it may be given.

    allowed, own_unit: the manager's. reach: units of its subtree; None for the whole province.
    """
    roles = {role.id: role for role in grantable(allowed, own_unit)}
    role = roles.get(wanted.role)
    if role is None:
        return f"Không giao được vai trò “{wanted.role}”. Xin chọn một vai trò trong danh sách."
    if wanted.unit is None:
        if reach is not None:
            return "Tài khoản phải thuộc một đơn vị trong phạm vi của Ông/Bà. Xin chọn đơn vị."
        if role.is_local:
            return f"Vai trò “{role.name}” phải gắn với một đơn vị. Xin chọn đơn vị."
    elif reach is not None and wanted.unit not in reach:
        return "Đơn vị này không thuộc phạm vi của Ông/Bà. Xin chọn đơn vị khác."
    if wanted.is_manager and (wanted.role != PASSED_ON or own_unit is not None):
        return "Chỉ Quản trị tỉnh giao được việc quản lý tài khoản, và chỉ cho Lãnh đạo đơn vị."
    return None
