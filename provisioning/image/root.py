"""The root of the kiosk's Debian: made once for its package list and kept, then ours laid over it."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from provisioning.image.tools import ImageError, copy, run

SUITE: Final = "trixie"
RECIPE: Final = 1
"""Part of the key of a kept root: raised when what is done to it changes."""
SLIM: Final = (
    "path-exclude=/usr/share/man/*", "path-exclude=/usr/share/doc/*", "path-include=/usr/share/doc/*/copyright",
    "path-exclude=/usr/share/locale/*", "path-exclude=/usr/share/info/*",
)  # fmt: skip
ENABLED: Final = (
    "hailong-card.service", "hailong-proof.service", "hailong-kiosk.service", "hailong-uploader.service",
    "hailong-uploader.path", "hailong-blank.path", "hailong-update.timer", "hailong-confirm.path",
    "nftables.service", "systemd-timesyncd.service",
    "NetworkManager.service",
)  # fmt: skip
MASKED: Final = (
    "getty@tty1.service", "autovt@.service", "serial-getty@.service", "console-getty.service", "getty.target",
    "ctrl-alt-del.target", "apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer", "e2scrub_reap.service",
    "dpkg-db-backup.timer", "NetworkManager-wait-online.service", "NetworkManager-dispatcher.service",
    "systemd-remount-fs.service", "systemd-binfmt.service", "proc-sys-fs-binfmt_misc.automount", "debug-shell.service",
    "systemd-networkd.service", "systemd-networkd.socket",
)  # fmt: skip
LABEL: Final = "48614c6f"
KEPT: Final = "noatime,data=ordered,commit=5,errors=remount-ro,nosuid,nodev,noexec,nofail,x-systemd.growfs"


def number_of(label: str) -> str:
    """Return the UUID of an image's file system, the same on every card.

    >>> number_of("data")
    '48614c6f-0000-4000-8000-646174610000'
    """
    return f"{LABEL}-0000-4000-8000-{label.encode().hex().ljust(12, '0')[:12]}"


FSTAB: Final = f"""\
PARTUUID={LABEL}-02 / ext4 defaults,noatime,errors=remount-ro 0 1
PARTUUID={LABEL}-01 /boot/firmware vfat ro,umask=0077,nofail 0 0
UUID={number_of("slots")} /var/lib/hailong-slots ext4 noatime,commit=5,errors=remount-ro,nosuid,nodev,nofail 0 2
UUID={number_of("data")} /data ext4 {KEPT} 0 2
/data/kiosk /var/lib/hailong none bind,nofail,x-systemd.requires-mounts-for=/data 0 0
/data/network /etc/NetworkManager/system-connections none bind,nofail,x-systemd.requires-mounts-for=/data 0 0
"""
UNLOCKABLE: Final = re.compile(r"^root:[^:]*:", re.MULTILINE)


def packages(listing: Path, architecture: str) -> list[str]:
    """Return the packages of a list, named for a machine."""
    lines = [line.partition("#")[0] for line in listing.read_text(encoding="utf-8").splitlines()]
    found = " ".join(lines).split()
    if architecture != "arm64":
        found.remove("raspi-firmware")
    return sorted({f"linux-image-{architecture}" if one == "linux-image" else one for one in found})


def kept(cache: Path, names: list[str], architecture: str, is_whole: bool = True) -> Path:
    """Return where the root of these packages is kept."""
    words = f"{RECIPE} {SUITE} {architecture} {is_whole} {' '.join(names)}"
    return cache / f"root-{architecture}-{hashlib.sha256(words.encode()).hexdigest()[:16]}.tar"


def mirrors() -> list[str]:
    """Return the addresses this machine's own packages come from. Raises ImageError."""
    told = run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(COMPONENT)"])
    found = {line.split()[0] for line in told.splitlines() if line.endswith(" main")}
    plain = sorted(one for one in found if "security" not in one)
    if not plain:
        raise ImageError("Không thấy nguồn gói Debian của máy này (apt). Xin xem /etc/apt.")
    return plain[:1]


def debootstrapped(
    names: list[str], architecture: str, cache: Path, say: Callable[[str], None], *, is_whole: bool = True
) -> Path:
    """Return the tar of a root of these packages, made now unless it is kept. Raises ImageError.

    is_whole: packages set up; False: only unpacked, for files that are read here.
    """
    tar = kept(cache, names, architecture, is_whole)
    if tar.exists():
        say(f"gốc Debian: dùng bản đã có ({tar.name})")
        return tar
    say("gốc Debian: tải và cài các gói (10 đến 60 phút, chỉ một lần)")
    cache.mkdir(parents=True, exist_ok=True)
    draft, log = tar.with_suffix(".part.tar"), tar.with_suffix(".log")
    words = ["mmdebstrap", f"--variant={'minbase' if is_whole else 'extract'}", f"--architectures={architecture}"]
    words += ["--components=main,non-free-firmware", f"--include={','.join(names)}", "--aptopt=Acquire::Retries 5"]
    words += [f"--dpkgopt={one}" for one in SLIM] + [SUITE, str(draft), *mirrors()]
    run(words, log=log)
    draft.rename(tar)
    return tar


def unpacked(tar: Path, root: Path) -> Path:
    """Unpack a root afresh; returns it. Raises ImageError."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    run(["tar", "-xf", str(tar), "-C", str(root), "--numeric-owner", "--exclude=./dev/*"])
    return root


def customise(root: Path, overlay: Path, programs: list[Path], factory: Path, epoch_s: int) -> None:
    """Lay ours over a root: overlay tree, root's own programs, the factory slot, users, units. Raises ImageError.

    epoch_s: no clock of this machine shows less.
    """
    copy(overlay, root)
    for program in programs:
        copy(program, root / "usr/lib/hailong" / program.name)
    shutil.copytree(factory, root / "opt/hailong/factory", dirs_exist_ok=True)
    run(["systemd-sysusers", f"--root={root}"])
    _mounts(root)
    (root / "etc/fstab").write_text(FSTAB)
    run(["systemctl", f"--root={root}", "--quiet", "set-default", "multi-user.target"])
    run(["systemctl", f"--root={root}", "--quiet", "disable", "ssh.service", "ssh.socket"])
    run(["systemctl", f"--root={root}", "--quiet", "enable", *ENABLED])
    run(["systemctl", f"--root={root}", "--quiet", "mask", *MASKED])
    _forget(root)
    clock = root / "usr/lib/clock-epoch"
    clock.touch()
    os.utime(clock, (epoch_s, epoch_s))


def _mounts(root: Path) -> None:
    for place in ("boot/firmware", "data", "var/lib/hailong", "var/lib/hailong-slots"):
        (root / place).mkdir(parents=True, exist_ok=True)
    (root / "etc/NetworkManager/system-connections").mkdir(mode=0o700, parents=True, exist_ok=True)


def _forget(root: Path) -> None:
    """Take out what must be each machine's own, and what no machine needs."""
    (root / "etc/machine-id").write_text("")
    (root / "var/lib/dbus/machine-id").unlink(missing_ok=True)
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    shadow = root / "etc/shadow"
    shadow.write_text(UNLOCKABLE.sub("root:!*:", shadow.read_text()))
    (root / "etc/hostname").write_text("hailong\n")
    for waste in ("var/lib/apt/lists", "var/cache/apt", "var/log", "usr/share/man", "usr/share/info"):
        for each in (root / waste).glob("*"):
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()


def compiled(root: Path) -> None:
    """Compile ours and the libraries for the kiosk's own Python, so that a read-only root starts fast.

    Needs to run programs of the kiosk's machine (qemu-user-static). Raises ImageError.
    """
    words = ["chroot", str(root), "/usr/bin/python3", "-m", "compileall", "-q"]
    run([*words, "--invalidation-mode", "unchecked-hash", "/opt/hailong/factory", "/usr/lib/hailong"])


def imported(root: Path, names: tuple[str, ...]) -> None:
    """Have the kiosk's own Python load libraries, so that one that cannot be loaded is told here. Raises ImageError."""
    code = f"import sys; sys.path.insert(0, '/opt/hailong/factory/lib'); import {', '.join(names)}"
    run(["chroot", str(root), "/usr/bin/python3", "-c", code])


def clamp(root: Path, epoch_s: int) -> None:
    """Give every file a time of at most epoch_s, so that one input makes one image."""
    for folder, names, files in os.walk(root, topdown=False):
        for name in (*names, *files, "."):
            path = os.path.join(folder, name)
            if os.lstat(path).st_mtime > epoch_s:
                os.utime(path, (epoch_s, epoch_s), follow_symlinks=False)
