"""A roster on disk, and the counters of the sample province."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from provisioning.rows import COLUMNS
from survey.provisioning import CounterPlace, Places

TITLES = [column.title for column in COLUMNS]


@pytest.fixture
def places() -> Places:
    """Thirty counters."""
    counters = [
        CounterPlace(
            id=f"xa-tan-trao.q{n}", code=f"TT.Q{n}", name={"vi": f"Quầy số {n}: Đất đai", "en": f"Counter {n}"},
            office="xa-tan-trao.ttpvhcc", office_name={"vi": "Trung tâm PVHCC xã Tân Trào", "en": "Tân Trào"},
        )
        for n in range(1, 301)
    ]  # fmt: skip
    return Places(version=1, centre="https://trung-tam.example.vn", made_at=1, counters=counters)


@pytest.fixture
def roster_of(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a roster of rows, each a dictionary by the columns' titles."""

    def made(*rows: dict[str, object], name: str = "danh-sach.xlsx") -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "Danh sách máy"
        sheet.append(TITLES)
        for row in rows:
            sheet.append([row.get(title) for title in TITLES])
        book.save(tmp_path / name)
        return tmp_path / name

    return made
