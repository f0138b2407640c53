"""An A4 sheet of device labels: counter, host name, and a QR that a phone reads at arm's length."""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import segno
import typst

from provisioning.rows import Row
from survey.provisioning import Places

LAYOUT: Final = Path(__file__).with_name("label.typ")


def text_of(row: Row) -> str:
    """Return what a label's QR says: where the device belongs, nothing secret."""
    return f"HAI-LONG {row.key} {row.host}"


def sheet(rows: Sequence[Row], places: Places) -> bytes:
    """Return the labels as a PDF, three by eight to a page of A4."""
    files: dict[str, bytes] = {"main": LAYOUT.read_bytes()}
    files["labels.json"] = json.dumps(told_of(rows, places), ensure_ascii=False).encode()
    files |= {f"{place}.svg": qr(text_of(row)) for place, row in enumerate(rows)}
    return printed(files)


def told_of(rows: Sequence[Row], places: Places) -> list[dict[str, Any]]:
    """Return what is printed of each row: where its device belongs, by names."""
    known = {one.id: one for one in places.counters}
    return [
        {
            "counter": known[row.counter].name["vi"], "office": known[row.counter].office_name["vi"], "host": row.host,
            "code": known[row.counter].code or row.counter, "slot": row.slot, "network": row.network,
            "address": row.address or "IP tự nhận",
        }
        for row in rows
    ]  # fmt: skip


def printed(files: dict[str, bytes]) -> bytes:
    """Return a layout and its data as a PDF. files: `main` is the layout."""
    how: Any = {"format": "pdf"}
    made = typst.compile(files, **how)
    return made if isinstance(made, bytes) else b"".join(one for one in made or [] if one)


def qr(text: str) -> bytes:
    """Return a text as a QR in SVG."""
    into = BytesIO()
    segno.make(text, error="q", micro=False).save(into, kind="svg", border=2, omitsize=True)
    return into.getvalue()
