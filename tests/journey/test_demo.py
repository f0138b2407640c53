"""`make demo` itself, unseen: it does all it says and leaves nothing running."""

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import openpyxl
from PIL import Image

from demo.__main__ import port
from demo.centre import REPOSITORY


def demo(folder: Path) -> subprocess.Popen[str]:
    env = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "SDL_VIDEODRIVER"}}
    return subprocess.Popen(
        [sys.executable, "-m", "demo"],
        env={**env, "PYTHONPATH": str(REPOSITORY), "HAILONG_DEMO_FOLDER": str(folder)},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def still_there(folder: Path) -> list[str]:
    """Return the command lines of processes that name this folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words and int(entry.name) != os.getpid():
            found.append(words.split(b"\0", 4)[2].decode(errors="replace"))
    return found


def test_the_demo_casts_three_ballots_and_shows_them_on_page_and_in_workbook(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    process = demo(folder)
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 0, said
    assert "3 ballots on the results page, 3 in the workbook" in said
    assert "3 ballots in 2 streams, rollups, seals, history of cases and audit log fit" in said
    assert re.search(r"one-time password (\S{5}-){3}\S{5}", said)
    assert openpyxl.load_workbook(folder / "thang.xlsx").sheetnames == [
        "Tổng hợp", "Theo câu hỏi", "Theo quầy, lĩnh vực", "Lý do chưa hài lòng", "Ý kiến góp ý", "Chất lượng số liệu",
        "Dữ liệu phiếu",
    ]  # fmt: skip
    pictures = {path.name: Image.open(path).size for path in (folder / "pictures").glob("*.png")}
    assert len(pictures) == 10
    assert pictures["1-idle.png"] == (1280, 800)
    assert still_there(folder) == []


def test_two_demos_that_start_together_take_two_ports() -> None:
    with ExitStack() as one, ExitStack() as other:
        assert port(one) != port(other)
