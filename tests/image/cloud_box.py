"""A small Debian of its own in its own namespaces, where cloud-init sets up a whole machine, and nothing of this one.

Raspberry Pi OS reads its cards the same way: NoCloud, seeded from the boot partition, netplan before NetworkManager.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from provisioning.image import root

BUILD: Final = Path(__file__).parents[2] / "build"
PACKAGES: Final = (
    "cloud-init", "network-manager", "netplan.io", "nftables", "openssh-server", "python3", "systemd-sysv",
)  # fmt: skip
SEED: Final = """\
datasource_list: [ NoCloud, None ]
datasource:
  NoCloud:
    seedfrom: file:///boot/firmware
ssh_deletekeys: false
ssh_genkeytypes: []
"""
"""What Raspberry Pi OS's image says to cloud-init; its SSH is turned off."""
NAMESPACES: Final = ("--mount", "--uts", "--net", "--ipc", "--pid", "--fork", "--kill-child")
DEVICES: Final = "null zero full random urandom"
START: Final = f"""\
set -e
cd "$1"
mount --make-rprivate /
for at in run tmp dev; do mount -t tmpfs tmpfs $at; done
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
for name in {DEVICES}; do : >dev/$name; mount --bind /dev/$name dev/$name; done
ln -s /proc/self/fd dev/fd
: >dev/console
hostname "$(cat etc/hostname)"
PATH=$PATH:/usr/sbin:/sbin
ip link set lo up
export LC_ALL=C.UTF-8
chroot . /usr/lib/cloud-init/ds-identify
for stage in 'init --local' init 'modules --mode=config' 'modules --mode=final'; do
  chroot . cloud-init $stage || echo "FAILED $stage"
done
echo "== $(hostname)"
cat dev/console
echo "== console"
cat dev/tty1 2>/dev/null || :
echo "== connections"
cat run/NetworkManager/system-connections/* 2>/dev/null || :
"""
"""One power-on as systemd's units do it, in their order; then what is said in places that are gone with the power."""


def refusal() -> str:
    """Return why there can be no such box on this machine, "" if there can."""
    if os.geteuid() != 0:
        return "a root of its own and its namespaces want root"
    if shutil.which("mmdebstrap") is None:
        return "mmdebstrap is not installed: the small Debian cannot be made"
    tried = subprocess.run(["unshare", *NAMESPACES, "true"], check=False, capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"this machine gives no namespaces: {tried.stderr.strip()}"


def made(into: Path, say: Callable[[str], None] = print) -> Path:
    """Return a fresh root; its tar is kept in build/ (75 MB to fetch, a minute, once). Raises ImageError."""
    machine = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True)
    tar = root.debootstrapped(list(PACKAGES), machine.stdout.strip(), BUILD, say)
    tree = root.unpacked(tar, into)
    (tree / "etc/cloud/cloud.cfg.d/99_raspberry-pi.cfg").write_text(SEED)
    (tree / "etc/hostname").write_text("raspberrypi\n")
    (tree / "boot/firmware").mkdir()
    root.run(["systemctl", f"--root={tree}", "--quiet", "disable", "ssh.service"])
    return tree


def power_on(tree: Path) -> str:
    """Run every stage of cloud-init once, as one start of a machine; returns all that was said."""
    words = ["unshare", *NAMESPACES, "sh", "-c", START, "sh", str(tree)]
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
