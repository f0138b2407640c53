"""What a technician needs is loaded when one comes, not before: on most days nobody does."""

import json
import os
import subprocess
import sys
from pathlib import Path

WALK = """
import json, sys
from pathlib import Path
from bench import kiosk_child
folder = Path(sys.argv[1])
from appliance import __main__ as program
kiosk = program.join(kiosk_child.local_settings(folder))
from demo.rig import Rig
from kivy.core.window import Window
rig = Rig(kiosk.app)
rig.until(lambda: kiosk.door is not None, 20)
before = [name for name in ("requests", "cryptography", "appliance.technician.guest") if name in sys.modules]
Window.dispatch("on_key_down", 293, 69, None, [])
rig.until(lambda: kiosk.technician is not None and kiosk.technician.visit is not None, 20)
print(json.dumps({"before": before, "screen": rig.screen}))
kiosk.close()
"""


def test_the_technicians_side_is_loaded_only_when_a_technician_comes(tmp_path: Path):
    env = {**os.environ, "SDL_VIDEODRIVER": "offscreen", "GPIOZERO_PIN_FACTORY": "mock"}
    root = Path(__file__).parents[2]
    env["PYTHONPATH"] = str(root)
    subprocess.run([sys.executable, "-m", "bench.kiosk_child", "prepare", str(tmp_path)], env=env, check=True)
    command = [sys.executable, "-c", WALK, str(tmp_path)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-1500:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["before"] == []
    assert told["screen"] != "idle"
