"""Small stand-in releases, and the real launcher started on them as its own process."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from launcher import state

REPOSITORY = Path(__file__).resolve().parents[1]
LIVES = """
import json, os, sys, time
print(os.environ.get("HAILONG_RELEASE"), *sys.argv[1:], flush=True)
if "stay" in sys.argv:
    for looks in range(1, 600):
        with open(os.environ["HAILONG_HEALTHY"], "w") as file:
            json.dump({"release": os.environ["HAILONG_RELEASE_DIGEST"], "looks": looks}, file)
        time.sleep(0.05)
"""
RAISES = "raise ImportError('a release that cannot even be imported')"
HANGS = "import time\nprint('hanging', flush=True)\ntime.sleep(600)"


def lay(folder: Path, version: str, counter: int, program: str = LIVES, **more: str) -> str:
    """Lay a release into a slot's folder; returns its digest. more: further files of app/, `name="text"`."""
    texts = {"app/appliance/__init__.py": "", "app/appliance/__main__.py": program, "lib/third.py": "HERE = 1\n"}
    texts |= {f"app/appliance/{name}.py": text for name, text in more.items()}
    files = {}
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
        files[path] = {"sha256": sha256(text.encode()).hexdigest(), "size": len(text.encode())}
    body = json.dumps({"version": version, "counter": counter, "files": files}, sort_keys=True).encode()
    (folder / "release.json").write_bytes(body)
    return sha256(body).hexdigest()


class Kiosk:
    """The places of one kiosk in a folder of a test, its factory slot holding release 1.0."""

    def __init__(self, root: Path) -> None:
        self.root, self.slots, self.factory, self.runtime = root, root / "slots", root / "factory", root / "run"
        self.slots.mkdir(parents=True)
        self.runtime.mkdir()
        self.digest = lay(self.factory, "1.0", 1)

    @property
    def env(self) -> dict[str, str]:
        told = {"HAILONG_SLOTS": self.slots, "HAILONG_FACTORY": self.factory, "HAILONG_RUNTIME": self.runtime}
        hidden = {"PYTHONPATH", "NOTIFY_SOCKET"}
        base = {name: value for name, value in os.environ.items() if name not in hidden}
        return base | {name: str(value) for name, value in told.items()}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-I", str(REPOSITORY / "launcher"), *arguments]

    def start(self, *arguments: str) -> str:
        """Start the kiosk through the launcher and return what it said, its end awaited."""
        done = subprocess.run(
            self.command("run", *arguments), env=self.env, cwd="/", capture_output=True, text=True, timeout=60
        )
        return done.stdout.strip() or done.stderr.strip().splitlines()[-1]

    def stay(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command("run", *arguments), env=self.env, cwd="/", stdout=subprocess.PIPE, text=True
        )

    def confirm(self, within_s: float = 2.0, restart: str = "", follow: str = "") -> int:
        arguments = ("confirm", "--within", str(within_s), "--every", "0.05", "--restart", restart, "--follow", follow)
        return subprocess.run(self.command(*arguments), env=self.env, timeout=60).returncode

    def try_release(self, slot: str, version: str, counter: int, program: str = LIVES) -> str:
        digest = lay(self.slots / slot, version, counter, program)
        state.write(self.slots, state.on_trial(state.read(self.slots), slot, digest, version))
        return digest

    @property
    def state(self) -> state.State:
        return state.read(self.slots)
