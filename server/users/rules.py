"""What may be done to an account, and what the list says of it; pure."""

import re
from enum import StrEnum
from typing import Final

import msgspec

from server.accounts.queries import Account
from server.accounts.rules import ROLES, May, grantable, needs_code, permissions

INVITED_MS: Final = 72 * 3_600_000
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
LOGIN_AT_MOST: Final = 200


class State(StrEnum):
    """How an account stands; the value is shown."""

    ACTIVE = "Đang dùng"
    INVITED = "Đã mời, chưa vào"
    EXPIRED = "Lời mời hết hạn"
    WAITING = "Tạm chờ do nhập sai"
    DISABLED = "Đã khóa"


class Line(msgspec.Struct, frozen=True):
    """One account in the list. entered_at: its last sign-in. invited_until: of an open invitation, or None."""

    account: Account
    made_at: int
    entered_at: int | None
    invited_until: int | None
    unit_name: str

    @property
    def role_name(self) -> str:
        """Return the role in words."""
        role = ROLES.get(self.account.role)
        name = role.name if role else self.account.role
        return f"{name}, quản lý tài khoản" if self.account.is_manager else name

    @property
    def second_step(self) -> str:
        """Return in words whether the second step is there, or still to come."""
        if self.account.totp is not None:
            return "Đang bật"
        return "Cần, chưa bật" if needs_code(self.account.allowed) else "Không cần"


def state_of(line: Line, now_ms: int) -> State:
    """Return how an account stands."""
    if line.account.is_disabled:
        return State.DISABLED
    if line.account.wait_until > now_ms:
        return State.WAITING
    if not line.account.password_hash and line.entered_at is None and not line.account.login:
        return State.INVITED if line.invited_until and line.invited_until > now_ms else State.EXPIRED
    return State.ACTIVE


def may_manage(actor: Account, reach: frozenset[str] | None, target: Account) -> bool:
    """Return whether a manager may change an account: never the own one, never beyond what it may give itself.

    reach: the units of the manager's subtree; None for the whole province.
    """
    if May.USERS_MANAGE not in actor.allowed or actor.id == target.id:
        return False
    if reach is None:
        return True
    below = {role.id for role in grantable(actor.allowed, actor.unit)}
    return target.unit in reach and target.role in below and not target.is_manager


def name_fault(name: str) -> str | None:
    """Return in Vietnamese why a sign-in name will not do, or None."""
    if NAME.fullmatch(name):
        return None
    return (
        f"Tên đăng nhập “{name[:40]}” chưa đúng. Xin dùng 3 đến 40 ký tự: chữ thường không dấu, chữ số, "
        "dấu chấm, gạch nối; ví dụ lan.tantrao."
    )


def is_found(line: Line, words: str) -> bool:
    """Return whether a search finds an account by name, person, role or unit."""
    where = " ".join((line.account.name, line.account.person, line.role_name, line.unit_name)).casefold()
    return all(word in where for word in words.casefold().split())


def role_words(role: str) -> str:
    """Return what a role may do, in words, for the list to choose from."""
    return f"{ROLES[role].name}: {ROLES[role].words}" + (" Cần bước thứ hai." if needs_code(permissions(role)) else "")
