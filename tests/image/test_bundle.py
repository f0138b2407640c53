"""The offline bundle laid on a stock system: a small root of its own, real packages, real units, no network."""

import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from provisioning.image import bundle

EPOCH_S = 1_790_000_000
UNITS = ("nftables.service", "NetworkManager.service")


def a_package(folder: Path, name: str, version: str) -> Path:
    """Return a real Debian package with one file."""
    tree = folder / f"{name}-{version}"
    (tree / "DEBIAN").mkdir(parents=True)
    words = (
        f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: Hai Long <a@example.vn>\nDescription: x\n"
    )
    (tree / "DEBIAN/control").write_text(words)
    (tree / "usr/share").mkdir(parents=True)
    (tree / f"usr/share/{name}").write_text(version)
    subprocess.run(["dpkg-deb", "-b", "--root-owner-group", tree, folder / f"{name}_{version}_all.deb"], check=True)
    return folder / f"{name}_{version}_all.deb"


@pytest.fixture
def stock(tmp_path: Path) -> Path:
    """A stock system: dpkg's books, a few units, its own desktop as the default."""
    tree = tmp_path / "stock"
    for folder in (
        "var/lib/dpkg/updates",
        "var/lib/dpkg/info",
        "etc/systemd/system",
        "usr/lib/systemd/system",
        "boot/firmware",
    ):
        (tree / folder).mkdir(parents=True)
    (tree / "var/lib/dpkg/status").write_text("")
    for name in UNITS:
        (tree / "usr/lib/systemd/system" / name).write_text(
            "[Service]\nExecStart=/x\n[Install]\nWantedBy=multi-user.target\n"
        )
    (tree / "usr/lib/systemd/system/multi-user.target").write_text("[Unit]\n")
    (tree / "etc/os-release").write_text('NAME="Debian GNU/Linux"\nVERSION_ID="13"\n')
    (tree / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (tree / "etc/group").write_text("root:x:0:\n")
    return tree


@pytest.fixture
def card(stock: Path, tmp_path: Path) -> Path:
    """The bundle unpacked onto the stock system's boot partition, as a technician does it."""
    slot = tmp_path / "factory"
    (slot / "app").mkdir(parents=True)
    (slot / "app/kiosk.py").write_text("x = 1\n")
    packages = [a_package(tmp_path, "hl-thu", "1.0"), a_package(tmp_path, "hl-co-san", "2.0")]
    older = a_package(tmp_path, "hl-co-san", "1.0")
    subprocess.run(["dpkg", f"--root={stock}", "-i", older], check=True, capture_output=True)
    bundle.joined(tmp_path / "goi.tar", slot, packages, tmp_path / "work", EPOCH_S, lambda words: None)
    with tarfile.open(tmp_path / "goi.tar") as archive:
        archive.extractall(stock / "boot/firmware", filter="data")
    return stock / "boot/firmware/hailong"


def first_boot(card: Path) -> tuple[int, str]:
    root = card.parents[2]
    env = {**os.environ, "HAILONG_ROOT": str(root), "HAILONG_CONSOLE": str(root / "console")}
    done = subprocess.run([card / "first-boot"], check=False, capture_output=True, text=True, env=env)
    return done.returncode, done.stdout + done.stderr + (root / "console").read_text()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="dpkg and chown want root")


@needs_root
def test_a_stock_system_becomes_a_kiosk_and_a_second_run_changes_nothing(card, stock):
    code, said = first_boot(card)
    assert code == 0, said + (card / "first-boot.log").read_text()
    assert "Xong" in said
    assert (stock / "usr/share/hl-thu").read_text() == "1.0"
    assert (stock / "usr/share/hl-co-san").read_text() == "1.0"  # the system's own version stays
    assert (stock / "opt/hailong/factory/app/kiosk.py").exists()
    assert (stock / "usr/lib/hailong/commission/__main__.py").exists()
    assert (stock / "usr/lib/hailong/grow").stat().st_mode & 0o111
    assert (stock / "var/lib/hailong").stat().st_uid == 960
    assert "hailong:x:960:" in (stock / "etc/passwd").read_text()
    assert (stock / "etc/systemd/system/multi-user.target.wants/hailong-kiosk.service").is_symlink()
    assert str((stock / "etc/systemd/system/getty@tty1.service").readlink()) == "/dev/null"
    assert not (stock / "etc/systemd/system/multi-user.target.wants/hailong-first-boot.service").exists()
    before = {path: path.lstat().st_mtime_ns for path in stock.rglob("*") if path.name != "first-boot.log"}
    assert first_boot(card)[0] == 0
    assert {path: path.lstat().st_mtime_ns for path in stock.rglob("*") if path.name != "first-boot.log"} == before


@needs_root
def test_a_step_that_fails_is_said_on_the_console_which_stays_and_is_tried_again(card, stock):
    deb = next((card / "debs").glob("hl-thu*"))
    whole = deb.read_bytes()
    deb.write_bytes(b"no package")
    sums = (card / "sha256sums").read_text()
    (card / "sha256sums").write_text("".join(line for line in sums.splitlines(True) if "hl-thu" not in line))
    code, said = first_boot(card)
    assert code == 1
    assert "KHÔNG XONG: cài các gói Debian còn thiếu" in said
    assert "KHÔNG XONG" in (card / "first-boot.log").read_text()
    assert not os.path.lexists(stock / "etc/systemd/system/getty@tty1.service")  # the console is not taken away
    assert (stock / "etc/systemd/system/multi-user.target.wants/hailong-first-boot.service").exists()
    deb.write_bytes(whole)
    assert first_boot(card)[0] == 0
    assert (stock / "usr/share/hl-thu").exists()


def test_a_bundle_that_was_copied_half_changes_nothing(card, stock):
    (card / "root.tar.gz").write_bytes((card / "root.tar.gz").read_bytes()[:-9])
    code, said = first_boot(card)
    assert code == 1
    assert "chép lại" in said
    assert not (stock / "usr/lib/hailong").exists()
    assert list((stock / "etc/systemd/system").iterdir()) == []


def test_on_bookworm_it_changes_nothing_and_says_which_system_it_wants(card, stock):
    (stock / "etc/os-release").write_text('NAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n')
    code, said = first_boot(card)
    assert code == 1
    assert "chỉ cài được lên Raspberry Pi OS Trixie" in said
    assert not (stock / "usr/lib/hailong").exists()
    assert list((stock / "etc/systemd/system").iterdir()) == []


def test_the_same_files_make_the_same_bundle(tmp_path):
    slot = tmp_path / "factory"
    slot.mkdir()
    made = [
        bundle.joined(tmp_path / f"{n}.tar", slot, [], tmp_path / f"w{n}", EPOCH_S, lambda words: None) for n in "ab"
    ]
    assert made[0] == made[1]


def test_the_kernel_and_how_a_pi_starts_stay_raspberry_pi_os_s_own():
    assert bundle.needed(["raspi-firmware", "linux-image-arm64", "initramfs-tools", "overlayroot", "nftables"]) == [
        "nftables"
    ]
