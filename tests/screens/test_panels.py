"""The glass of the other panels: one window, and so one panel, to a process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.settings import PANELS
from tests.screens.conftest import PANEL

WHOLE = "test_every_page_is_whole_readable_and_can_be_touched"


@pytest.mark.parametrize("panel", [name for name in PANELS if name != PANEL])
def test_the_glass_is_as_good_on_every_panel(panel):
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            str(Path(__file__).with_name("test_glass.py")),
            str(Path(__file__).with_name("test_idle.py")),
            str(Path(__file__).with_name("test_first_boots.py")),
            f"{Path(__file__).with_name('test_technician.py')}::{WHOLE}",
        ],
        env={**os.environ, "KIOSK_PANEL": panel},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
