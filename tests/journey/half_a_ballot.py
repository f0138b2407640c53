"""A kiosk that answers three questions by touch, says so, and waits to be killed. Arguments: data folder, centre."""

import os
import sys
import time
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = "offscreen"

from appliance import __main__ as program
from appliance.settings import PANELS, Settings


def main(folder: Path, centre: str) -> None:
    """Answer three questions of nine and wait."""
    local = Settings(data_dir=str(folder), centre=centre, panel=PANELS["7in"], fullscreen=False)
    kiosk = program.join(local)
    from demo.rig import Rig

    rig = Rig(kiosk.app, is_virtual=False)
    rig.tap("start")
    for level in ("level-5", "level-4", "level-3"):
        rig.tap(level)
    deadline_s = time.monotonic() + 20
    while len(kiosk.store.outbox.open_drafts()[0].answers) < 3 and time.monotonic() < deadline_s:
        rig.wait(0.1)
    print("answered", flush=True)
    rig.wait(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
