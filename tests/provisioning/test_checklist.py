"""The sheet a technician takes along: one page for each counter, every step on it, its QR read back."""

import subprocess

import zxingcpp
from PIL import Image

from provisioning import checklist, label, roster
from provisioning.rows import check


def test_every_counter_has_one_page_with_its_name_its_qr_and_all_steps(places, roster_of, tmp_path):
    rows = check(roster.read(roster_of(*({"Mã quầy": one.code} for one in places.counters[:3]))), places).rows
    (tmp_path / "viec.pdf").write_bytes(checklist.sheets(rows, places))
    for page, row in enumerate(rows, 1):
        words = ["pdftotext", "-layout", "-f", str(page), "-l", str(page), "viec.pdf", "-"]
        text = subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
        said = " ".join(text.split())
        assert row.host in said
        for _, _, steps in checklist.STEPS:
            for step in steps:
                assert step.split(":")[0][:40] in said, step
        assert "ký" in said
    subprocess.run(["pdftoppm", "-r", "110", "-png", "viec.pdf", "trang"], cwd=tmp_path, check=True)
    pages = sorted(tmp_path.glob("trang*.png"))
    assert len(pages) == 3
    for page, row in zip(pages, rows, strict=True):
        with Image.open(page) as picture:
            assert {one.text for one in zxingcpp.read_barcodes(picture.convert("L"))} == {label.text_of(row)}
