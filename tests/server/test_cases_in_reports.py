"""Cases in the period's workbooks: counted where they arose, each in one column; nothing said before any was kept."""

import io

import openpyxl
import pytest

from server.cases.watch import watch
from tests.server.conftest import OFFICE
from tests.server.test_cases_pages import act, case  # noqa: F401 - a fixture

OTHER = "phuong-minh-xuan.ttpvhcc"
DAY_MS = 86_400_000


def summary(client, query="ky=nua:2026-H2"):
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/bao-cao/so?{query}").content))
    rows = [row for row in book["Tổng hợp"].iter_rows(values_only=True) if any(row)]
    head = next(row for row in rows if "Số phản ánh" in row)
    at = head.index("Số phản ánh")
    told = {row[1]: row[at : at + 4] for row in rows[rows.index(head) + 1 :] if row[1]}
    return told, book


def test_before_any_case_was_kept_nothing_is_said(signed_in, enrol):
    kiosk = enrol("xa-tan-trao.q1")
    kiosk.send([kiosk.cast() for _ in range(6)])
    told, _ = summary(signed_in)
    assert told["Tổng cộng"] == ("–",) * 4


@pytest.fixture
def three(case, centre, clock, signed_in):  # noqa: F811
    """Two cases at one office, one of them over in time; one at another that nobody touches for a month."""
    case()
    case(comment="Cảm ơn, rất tốt")
    case(counter="phuong-minh-xuan.q1")
    act(signed_in, 2, act="move", target="hidden", note="Không liên quan")
    return signed_in


def test_each_case_is_in_one_column_of_the_office_it_arose_at(three, centre, rows):
    assert [row[0] for row in rows("SELECT state FROM cases ORDER BY id")][1] == "hidden"
    told, book = summary(three)
    names = {name: found for name, found in told.items() if found != (0, 0, 0, 0)}
    assert told["Tổng cộng"] == (3, 1, 0, 2)
    assert sorted(names.values()) == [(1, 0, 0, 1), (2, 1, 0, 1), (3, 1, 0, 2)]
    said = [row for row in book["Ý kiến góp ý"].iter_rows(values_only=True) if isinstance(row[0], int)]
    assert sorted(row[10] for row in said) == ["Mới", "Mới", "Ẩn (vi phạm quy chế)"]


def test_what_is_late_is_told_by_number_and_office_and_by_nobodys_words(three, as_role, centre, clock):
    clock.now_ms += 12 * DAY_MS
    watch(centre)
    told, book = summary(as_role("viewer"))
    assert told["Tổng cộng"] == (3, 1, 2, 0)
    text = " ".join(str(cell) for row in book["Việc cần theo dõi"].iter_rows(values_only=True) for cell in row)
    assert "VV-00001" in text
    assert "VV-00003" in text
    assert "VV-00002" not in text
    everything = str([list(sheet.iter_rows(values_only=True)) for sheet in book])
    assert "Chờ lâu" not in everything
    assert "0912345678" not in everything


def test_one_offices_workbook_has_its_own_cases_alone(three):
    told, _ = summary(three, f"ky=nua:2026-H2&don_vi={OFFICE}")
    assert told["Tổng cộng"] == (2, 1, 0, 1)
    told, _ = summary(three, f"ky=nua:2026-H2&don_vi={OTHER}")
    assert told["Tổng cộng"] == (1, 0, 0, 1)


def test_a_period_before_the_first_case_says_nothing_of_cases(three):
    told, _ = summary(three, "ky=nua:2026-H1")
    assert told.get("Tổng cộng", ("–",) * 4) == ("–",) * 4
