"""One sheet of a workbook as plain data: rows, notes and drawings, whatever writes them."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from server.reports.sheet import Column


class Row(msgspec.Struct, frozen=True):
    """One row: a value for each column, numbers as numbers; None leaves a cell empty."""

    cells: Sequence[Any]
    is_total: bool = False


class Chart(msgspec.Struct, frozen=True):
    """A native drawing of a table's columns, counted from 1. rows: how many of its first rows are drawn.

    levels: shares of levels, stacked. course: lines, from `floor` up. pareto: bars of the first value, a line of the
    second.
    """

    kind: Literal["levels", "course", "pareto"]
    title: str
    label: int
    values: Sequence[int]
    rows: int
    floor: float = 0


class Sheet(msgspec.Struct, frozen=True):
    """One sheet: its name in the book (at most 31 letters), its title, and what stands in it."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    notes: Sequence[str] = ()
    charts: Sequence[Chart] = ()
