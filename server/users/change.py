"""Changing an account that is there: each change in one transaction with its line in the log."""

from server.accounts import queries
from server.accounts.queries import Account
from server.accounts.rules import Granted, grant_fault
from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.users import queries as users

LAST_ADMIN = "Đây là Quản trị tỉnh cuối cùng; khóa hoặc đổi vai trò thì không còn ai quản lý hệ thống."


def regrant(
    centre: Centre,
    actor: Account,
    reach: frozenset[str] | None,
    target: Account,
    person: str,
    login: str | None,
    granted: Granted,
) -> str | None:
    """Give an account another person's name, role or unit; returns in Vietnamese why not, or None once it is done."""
    fault = grant_fault(actor.allowed, actor.unit, reach, granted)
    if fault is not None:
        return fault
    is_leaving_top = target.role == "admin" and target.unit is None and (granted.role, granted.unit) != ("admin", None)

    def change(work: Work) -> str | None:
        if is_leaving_top and not users.other_admins(work, target.id):
            return LAST_ADMIN
        if login and not users.is_login_free(work, login, but=target.id):
            return f"Tài khoản cơ quan “{login}” đã gắn với người khác. Xin xem lại."
        users.change(work, target.id, person, login, granted)
        words = f"{target.name} {granted.role} {granted.unit or '*'}{' manager' if granted.is_manager else ''}"
        record(work, centre.now_ms(), actor.name, "account.change", words)
        return None

    return centre.writer.run(change)


def disable(centre: Centre, actor: Account, target: Account) -> str | None:
    """Lock an account and end its sessions; returns in Vietnamese why not, or None once it is done."""

    def lock(work: Work) -> str | None:
        if target.role == "admin" and target.unit is None and not users.other_admins(work, target.id):
            return LAST_ADMIN
        users.set_disabled(work, target.id, centre.now_ms())
        users.close_invitations(work, target.id)
        queries.close_all(work, target.id)
        record(work, centre.now_ms(), actor.name, "account.disable", target.name)
        return None

    return centre.writer.run(lock)


def enable(centre: Centre, actor: Account, target: Account) -> None:
    """Let an account in again; also ends the delay of wrong tries."""

    def unlock(work: Work) -> None:
        users.set_disabled(work, target.id, None)
        record(work, centre.now_ms(), actor.name, "account.enable", target.name)

    centre.writer.run(unlock)


def reset_second_step(centre: Centre, actor: Account, target: Account) -> None:
    """Take the second step away, for a lost phone; it is set up anew at the next sign-in where it is needed."""

    def forget(work: Work) -> None:
        queries.forget_second_step(work, target.id)
        record(work, centre.now_ms(), actor.name, "second_step.reset", target.name)

    centre.writer.run(forget)


def end_sessions(centre: Centre, actor: Account, target: Account) -> int:
    """End every session of an account; returns how many there were."""

    def end(work: Work) -> int:
        ended = queries.close_all(work, target.id)
        record(work, centre.now_ms(), actor.name, "session.end_all", f"{target.name} {ended}")
        return ended

    return centre.writer.run(end)
