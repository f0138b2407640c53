"""Accounts in SQL as their managers see them, and invitations; of a link only a digest is stored."""

from sqlalchemy import Connection, func, select

from server.accounts.queries import COLUMNS, Account
from server.accounts.rules import Granted
from server.database import Work
from server.offices.queries import Unit
from server.results.rules import vietnamese_order
from server.tables import accounts, invitations, org_versions
from server.users.rules import Line

WHOLE = "Toàn tỉnh"


def lines(connection: Connection, units: dict[str, Unit], reach: frozenset[str] | None) -> list[Line]:
    """Return every account in reach, by unit and name. units: as they stand today."""
    until = (
        select(func.max(invitations.c.expires_at)).where(invitations.c.account_id == accounts.c.id).scalar_subquery()
    )
    rows = connection.execute(select(accounts.c.made_at, accounts.c.entered_at, until, *COLUMNS)).all()
    found = []
    for made_at, entered_at, invited_until, *rest in rows:
        account = Account(*rest)
        if reach is None or account.unit in reach:
            unit_name = _unit_name(connection, units, account.unit)
            found.append(Line(account, made_at, entered_at, invited_until, unit_name))
    return sorted(found, key=lambda one: (one.account.unit is not None, vietnamese_order(one.unit_name),
                                          one.account.name))  # fmt: skip


def _unit_name(connection: Connection, units: dict[str, Unit], unit_id: str | None) -> str:
    if unit_id is None:
        return WHOLE
    if unit_id in units:
        return units[unit_id].name_vi
    v = org_versions.c
    last = connection.scalar(select(v.name_vi).where(v.unit_id == unit_id).order_by(v.valid_from.desc()).limit(1))
    return f"{last or unit_id} (đã kết thúc)"


def by_id(connection: Connection, account: int) -> Account | None:
    """Return an account, disabled or not."""
    row = connection.execute(select(*COLUMNS).where(accounts.c.id == account)).first()
    return None if row is None else Account(*row)


def invite_account(work: Work, name: str, person: str, login: str | None, granted: Granted, now_ms: int) -> int | None:
    """Store an account without a password; returns its id, or None if its name is taken."""
    row = work.one(
        "INSERT INTO accounts (name, password_hash, must_change, role, failures, wait_until, made_at, unit, person, "
        "is_manager, login) VALUES (?, '', ?, ?, 0, 0, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING RETURNING id",
        (name, False, granted.role, now_ms, granted.unit, person, granted.is_manager, login),
    )
    return None if row is None else int(row[0])


def is_login_free(work: Work, login: str, but: int = 0) -> bool:
    """Return whether no other account is matched by what the provider calls somebody."""
    return work.one("SELECT 1 FROM accounts WHERE login = ? AND id <> ?", (login, but)) is None


def change(work: Work, account: int, person: str, login: str | None, granted: Granted) -> None:
    """Store an account's person, role and unit."""
    work.run(
        "UPDATE accounts SET person = ?, login = ?, role = ?, unit = ?, is_manager = ? WHERE id = ?",
        (person, login, granted.role, granted.unit, granted.is_manager, account),
    )


def set_disabled(work: Work, account: int, at_ms: int | None) -> None:
    """Lock an account from a moment on, or let it in again with None."""
    work.run("UPDATE accounts SET disabled_at = ?, failures = 0, wait_until = 0 WHERE id = ?", (at_ms, account))


def other_admins(work: Work, account: int) -> int:
    """Return how many administrators of the province there are besides one; locks them."""
    return len(
        work.all(
            work.locked(
                "SELECT id FROM accounts WHERE role = 'admin' AND unit IS NULL AND disabled_at IS NULL AND id <> ?"
            ),
            (account,),
        )
    )


def set_invitation(work: Work, account: int, digest: bytes, now_ms: int, expires_at: int) -> None:
    """Store an account's one invitation in place of any older."""
    close_invitations(work, account)
    work.run(
        "INSERT INTO invitations (digest, account_id, made_at, expires_at) VALUES (?, ?, ?, ?)",
        (digest, account, now_ms, expires_at),
    )


def close_invitations(work: Work, account: int) -> int:
    """Delete an account's invitations; returns how many there were."""
    return work.run("DELETE FROM invitations WHERE account_id = ?", (account,))


def invited(connection: Connection, digest: bytes, now_ms: int) -> Account | None:
    """Return whom an invitation that still holds is for."""
    row = connection.execute(
        select(*COLUMNS)
        .join_from(invitations, accounts, accounts.c.id == invitations.c.account_id)
        .where(invitations.c.digest == digest, invitations.c.expires_at > now_ms, accounts.c.disabled_at.is_(None))
    ).first()
    return None if row is None else Account(*row)
