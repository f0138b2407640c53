"""The units that start updates: systemd accepts them, and their commands are the launcher's."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.releases import REPOSITORY

UNITS = sorted((REPOSITORY / "image/overlay/etc/systemd/system").glob("hailong-*"))
OURS = [unit for unit in UNITS if unit.stem in {"hailong-update", "hailong-confirm"}]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("unit", OURS, ids=lambda unit: unit.name)
def test_systemd_accepts_the_unit(unit: Path, tmp_path: Path) -> None:
    for each in OURS:
        text = re.sub(r"/usr/bin/python3 -I", "/bin/true", each.read_text())
        (tmp_path / each.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / unit.name], capture_output=True, text=True
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if unit.name in line]) == (0, [])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_what_fetches_from_the_network_is_confined() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=25"]
    done = subprocess.run(
        [*command, *(unit for unit in OURS if unit.name == "hailong-update.service")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-400:]


def test_the_units_speak_of_one_another_and_of_the_launcher() -> None:
    texts = {unit.name: unit.read_text() for unit in OURS}
    assert set(texts) == {
        "hailong-update.service", "hailong-update.timer", "hailong-confirm.path", "hailong-confirm.service"
    }  # fmt: skip
    commands = re.findall(r"^ExecStart=(.+)$", "\n".join(texts.values()), re.MULTILINE)
    assert all(one.startswith("/usr/bin/python3 -I /usr/lib/hailong/launcher ") for one in commands)
