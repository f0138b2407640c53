"""Tables as plain data, shown alike on a page and in a workbook; pure."""

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from server.results.rules import NOTHING, decimal, number, percent

Form = Literal["text", "count", "percent", "points", "decimal"]
UNKNOWN: Final = "Chưa có số liệu"


class Column(msgspec.Struct, frozen=True):
    """One column. en: its English words, shown small. form: how its numbers are written. width: in a workbook."""

    title: str
    en: str = ""
    form: Form = "text"
    width: float = 12


class Row(msgspec.Struct, frozen=True):
    """One row: a value for each column, numbers as numbers. address: where its first cell leads; "" nowhere."""

    cells: list[Any]
    address: str = ""
    is_total: bool = False
    is_covered: bool = False


class Grid(msgspec.Struct, frozen=True):
    """One table with its name, what it says where it is empty, and how its numbers were reckoned."""

    title: str
    en: str
    columns: list[Column]
    rows: list[Row]
    notes: list[str] = []
    empty: str = "Chưa có phiếu nào trong kỳ này."


class Picture(msgspec.Struct, frozen=True):
    """A drawing beside a table. chart: its name in charts; alt: what it shows in words."""

    chart: str
    alt: str


class Heat(msgspec.Struct, frozen=True):
    """A table of hours by weekdays. cells: for each hour (words, shade 0 to 5, words for who cannot see it)."""

    hours: list[int]
    weekdays: list[str]
    cells: list[list[tuple[str, int, str]]]


class View(msgspec.Struct, frozen=True):
    """One page of results."""

    name: str
    title: str
    en: str
    grids: list[Grid]
    lead: list[str] = []
    pictures: list[Picture] = []
    heat: Heat | None = None


def shown(value: Any, form: Form) -> str:
    """Return a cell as a page prints it; words stay as they are, None is a dash.

    >>> shown(95.25, "percent"), shown(-1.26, "points"), shown(None, "count")
    ('95,3\\xa0%', '−1,3', '–')
    """
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    match form:
        case "percent":
            return percent(value)
        case "points":
            text = decimal(abs(value))
            return text if text == "0,0" else f"{'+' if value > 0 else '−'}{text}"
        case "decimal":
            return decimal(float(value))
        case "count":
            return number(value)
    return str(value)


def few(least: int) -> str:
    """Return what stands where a number is covered."""
    return f"<\u00a0{least}"


def hidden(cells: Sequence[Any], least: int, keep: int) -> list[Any]:
    """Return a row's cells with all after the first `keep` covered; the first of those says why."""
    return [*cells[:keep], few(least), *[NOTHING] * (len(cells) - keep - 1)]
