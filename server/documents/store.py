"""Issuers and numbers of documents in SQL."""

import msgspec
from sqlalchemy import Connection, select

from server.database import Work
from server.documents.issuer import Issuer
from server.tables import document_issuers, document_numbers


def issuer_of(connection: Connection, unit: str) -> Issuer:
    """Return an office's settings for documents, empty ones where nothing was set. unit: "" for the province."""
    body = connection.scalar(select(document_issuers.c.body).where(document_issuers.c.unit_id == unit))
    return msgspec.json.decode(body, type=Issuer) if body else Issuer()


def set_issuer(work: Work, unit: str, issuer: Issuer, actor: str, at: int) -> None:
    """Store an office's settings for documents."""
    work.run("DELETE FROM document_issuers WHERE unit_id = ?", (unit,))
    body = msgspec.json.encode(issuer).decode()
    work.run("INSERT INTO document_issuers (unit_id, body, at, actor) VALUES (?, ?, ?, ?)", (unit, body, at, actor))


def next_number(connection: Connection, unit: str, year: int) -> int:
    """Return the number the next document of a unit would have: 1 for the first of a year."""
    n = document_numbers.c
    latest = connection.scalar(select(n.latest).where(n.unit_id == unit, n.year == year))
    return 1 + (latest or 0)


def take_number(work: Work, unit: str, year: int, number: int) -> bool:
    """Take that number. Returns False, and takes nothing, if another document took it in between."""
    work.all(work.locked("SELECT id FROM centre"))
    if next_number(work.connection, unit, year) != number:
        return False
    if number == 1:
        work.run("INSERT INTO document_numbers (unit_id, year, latest) VALUES (?, ?, ?)", (unit, year, 1))
    else:
        work.run("UPDATE document_numbers SET latest = ? WHERE unit_id = ? AND year = ?", (number, unit, year))
    return True
