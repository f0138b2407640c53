"""A machine in QEMU, software emulation: its serial words, its screen, its touches, and its power cord.

The panel's touch is a real multi-touch device, which QEMU has from 8.1 on (Debian 13). HAILONG_QEMU names another
program than the one in the path.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from provisioning.recover.partitions import HEAD, ext4_bytes, of_table

FAR = 32767
GATE = "10.0.2.100"
"""Where the guest finds the one port of this host that it may reach."""
SYSTEMS = {
    "arm64": [os.environ.get("HAILONG_QEMU", "qemu-system-aarch64"), "-M", "virt,gic-version=3", "-cpu", "cortex-a72"],
    "amd64": ["qemu-system-x86_64", "-M", "q35", "-cpu", "max,-avx,-avx2"],
}
CONSOLES = {"arm64": "ttyAMA0", "amd64": "ttyS0"}


class GoneError(AssertionError):
    """The machine ended, or did not say what was waited for; `str()` has its last words."""


@dataclass
class Machine:
    """One machine that runs.

    folder: where its words and pictures go. port: of this host, 0 for no network. more: words for QEMU; words: for
    the kernel.
    """

    image: Path
    folder: Path
    architecture: str = "arm64"
    port: int = 0
    size: tuple[int, int] = (800, 480)
    more: tuple[str, ...] = ()
    words: str = ""
    process: subprocess.Popen[bytes] | None = None
    began_s: float = 0.0
    boots: int = 0
    _line: Any = field(default=None, repr=False)
    _finger: int = 1

    def __enter__(self) -> "Machine":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.cut()

    @property
    def serial(self) -> Path:
        return self.folder / f"serial-{self.boots}.log"

    def start(self) -> "Machine":
        """Turn it on."""
        self.boots += 1
        self.serial.write_bytes(b"")
        stem = self.image.with_suffix("")
        append = (stem.parent / f"{stem.name}.cmdline").read_text().strip().replace("quiet", "")
        append += f" console={CONSOLES[self.architecture]} systemd.journald.forward_to_console=1 loglevel=4"
        append += f" {self.words}" if self.words else ""
        words = [*SYSTEMS[self.architecture], "-m", "1536", "-smp", "2", "-accel", "tcg,thread=multi"]
        words += ["-display", "none", "-no-reboot", "-serial", f"file:{self.serial}"]
        words += ["-qmp", f"unix:{self.folder / 'qmp'},server=on,wait=off"]
        words += ["-kernel", f"{stem}.kernel8.img", "-initrd", f"{stem}.initrd.img", "-append", append]
        words += ["-drive", f"file={self.image},format=raw,if=none,id=card,cache=writeback"]
        words += ["-device", "virtio-blk-pci,drive=card", "-device", "virtio-rng-pci", "-vga", "none"]
        words += ["-device", f"virtio-gpu-pci,xres={self.size[0]},yres={self.size[1]}"]
        words += ["-device", "virtio-multitouch-pci", "-device", "qemu-xhci,id=usb"]
        if self.port:
            gate = f"guestfwd=tcp:{GATE}:80-cmd:socat - TCP:127.0.0.1:{self.port}"
            words += ["-netdev", f"user,id=net,restrict=on,{gate}", "-device", "virtio-net-pci,netdev=net,romfile="]
        else:
            words += ["-nic", "none"]
        with (self.folder / "qemu.log").open("ab") as log:
            self.process = subprocess.Popen([*words, *self.more], stderr=log, stdout=log)
        self.began_s, self._line = time.monotonic(), None
        return self

    @property
    def up_s(self) -> float:
        return time.monotonic() - self.began_s

    def said(self) -> str:
        """Return all it has said on its serial line."""
        return self.serial.read_bytes().decode("utf-8", "replace")

    def wait(self, pattern: str, within_s: float, count: int = 1) -> float:
        """Wait until it has said something so many times; returns seconds since power-on. Raises GoneError."""
        until_s = time.monotonic() + within_s
        while time.monotonic() < until_s:
            if len(re.findall(pattern, self.said())) >= count:
                return self.up_s
            if self.process is None or self.process.poll() is not None:
                raise GoneError(f"ended while {pattern!r} was waited for:\n{self.said()[-3000:]}")
            time.sleep(0.25)
        raise GoneError(f"{pattern!r} not said in {within_s:.0f} s:\n{self.said()[-3000:]}")

    def ask(self, execute: str, **arguments: Any) -> Any:
        """Say something to QEMU itself; returns its answer."""
        if self._line is None:
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(30)
            line.connect(str(self.folder / "qmp"))
            self._line = line.makefile("rw")
            self._line.readline()
            self.ask("qmp_capabilities")
        self._line.write(json.dumps({"execute": execute, "arguments": arguments}) + "\n")
        self._line.flush()
        while True:
            answer = json.loads(self._line.readline())
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise GoneError(f"{execute}: {answer['error']}")

    def picture(self, name: str) -> Image.Image:
        """Return what is on its screen; kept under a name."""
        path = self.folder / f"{name}.png"
        self.ask("screendump", filename=str(path), format="png")
        return Image.open(path).convert("RGB")

    def touch(self, x: float, y: float, held_s: float = 0.25) -> None:
        """Touch the screen at pixels from its upper left corner."""
        self.hold([(x, y)], held_s)

    def hold(self, places: Sequence[tuple[float, float]], held_s: float) -> None:
        """Hold a finger at each of these places."""
        wide, high = self.size
        begun: list[dict[str, Any]] = [_touching(True)]
        ended: list[dict[str, Any]] = [_touching(False)]
        for slot, (x, y) in enumerate(places):
            finger = {"slot": slot, "tracking-id": self._finger}
            self._finger += 1
            at = [("x", int(x * FAR / wide)), ("y", int(y * FAR / high))]
            begun.append({"type": "mtt", "data": {"type": "begin", "axis": "x", "value": 0, **finger}})
            begun += [{"type": "mtt", "data": {"type": "data", "axis": a, "value": v, **finger}} for a, v in at]
            end = {"type": "end", "axis": "x", "value": 0, "slot": slot, "tracking-id": -1}
            ended.append({"type": "mtt", "data": end})
        self.ask("input-send-event", events=begun)
        time.sleep(held_s)
        self.ask("input-send-event", events=ended)

    def plug(self, stick: Path) -> None:
        """Plug a stick in; its image lies in this machine's folder."""
        self.ask(
            "blockdev-add",
            **{"node-name": "stick", "driver": "raw", "file": {"driver": "file", "filename": str(stick)}},
        )
        self.ask("device_add", driver="usb-storage", id="stick", bus="usb.0", drive="stick", removable=True)

    def cut(self) -> None:
        """Pull the cord."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def _touching(is_down: bool) -> dict[str, Any]:
    return {"type": "btn", "data": {"down": is_down, "button": "touch"}}


def copy_card(image: Path, folder: Path, more_bytes: int = 0) -> Path:
    """Return a card with an image on it and so much room behind, with what QEMU boots beside it; holes stay holes."""
    subprocess.run(["cp", "--sparse=always", str(image), str(folder / "card.img")], check=True)
    os.truncate(folder / "card.img", image.stat().st_size + more_bytes)
    for name in ("kernel8.img", "initrd.img", "cmdline"):
        shutil.copyfile(image.with_suffix("").parent / f"{image.stem}.{name}", folder / f"card.{name}")
    return folder / "card.img"


STICK_AT = 1 << 20
"""Where the one partition of a stick begins."""
MTOOLS = {"MTOOLS_SKIP_CHECK": "1", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}


def a_stick(path: Path, held: Path | None = None, size_mb: int = 128) -> Path:
    """Return the image of a stick as it is bought: one FAT32 partition; held: a folder whose content lies on it."""
    path.unlink(missing_ok=True)
    with path.open("wb") as file:
        file.truncate(size_mb << 20)
    table = "label: dos\nstart=2048, type=c\n"
    subprocess.run(["sfdisk", "-q", str(path)], input=table, text=True, check=True, env=MTOOLS)
    words = ["mkfs.vfat", "-F", "32", "--offset", "2048", str(path), str((size_mb << 10) - 1024)]
    subprocess.run(words, check=True, capture_output=True, env=MTOOLS)
    for each in sorted(held.iterdir()) if held else []:
        subprocess.run(["mcopy", "-s", "-i", f"{path}@@{STICK_AT}", str(each), "::"], check=True, env=MTOOLS)
    return path


def on_stick(stick: Path, pattern: str) -> list[str]:
    """Return the names of a stick's files that match."""
    done = subprocess.run(
        ["mdir", "-b", "-i", f"{stick}@@{STICK_AT}", f"::{pattern}"],
        capture_output=True,
        text=True,
        env=MTOOLS,
        check=False,
    )
    return [line.removeprefix("::/") for line in done.stdout.splitlines()]


def write_boot(image: Path, files: dict[str, bytes], folder: Path) -> None:
    """Put files on the boot partition of a card, as a technician's laptop would."""
    for path, body in files.items():
        whole = folder / "boot" / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_bytes(body)
    at = f"{image}@@{4 << 20}"
    for each in sorted((folder / "boot").iterdir()):
        subprocess.run(
            ["mcopy", "-s", "-o", "-i", at, str(each), "::"],
            check=True,
            env={"MTOOLS_SKIP_CHECK": "1", "PATH": "/usr/bin:/bin"},
        )


def data_bytes(image: Path) -> tuple[int, int, int]:
    """Return a card's size, where its data partition ends, and the size of the file system in it."""
    with image.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        data = of_table(file.read(512), size)[0]
        file.seek(data.start)
        return size, data.start + data.size_bytes, ext4_bytes(file.read(HEAD))


def read_boot(image: Path, path: str) -> bytes:
    """Return a file of a card's boot partition."""
    command = ["mtype", "-i", f"{image}@@{4 << 20}", f"::{path}"]
    return subprocess.run(command, check=True, capture_output=True).stdout
