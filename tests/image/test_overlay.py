"""The overlay tree: units that systemd accepts, sandboxes that hold, a firewall that lets nothing in."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.image import root

OVERLAY = Path(__file__).parents[2] / "image/overlay"
UNITS = OVERLAY / "etc/systemd/system"
MOST = 25
"""Tenths of systemd's exposure: 2.5."""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root")


def run(*words: str, check: bool = True, given: str | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(words, capture_output=True, text=True, input=given, check=False)
    assert not check or done.returncode == 0, (words, done.stdout, done.stderr)
    return done


OURS = sorted(path.name for path in UNITS.glob("hailong-*.service"))


@pytest.mark.parametrize("name", OURS)
def test_what_is_ours_has_a_tight_sandbox(name):
    done = run("systemd-analyze", "security", "--offline=true", f"--threshold={MOST}", str(UNITS / name), check=False)
    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_only_those_that_need_it_run_as_root():
    as_root = {name for name in OURS if "User=hailong" not in (UNITS / name).read_text()}
    assert as_root == {f"hailong-{part}.service" for part in ("blank", "card", "confirm", "grow", "proof")}


def test_the_partition_that_grows_is_found_by_its_file_system_not_by_a_table_that_changes():
    at = f"/dev/disk/by-uuid/{root.number_of('data')}"
    device = run("systemd-escape", "--path", "--suffix=device", at).stdout.strip()
    unit = (UNITS / "hailong-grow.service").read_text()
    assert f"BindsTo={device}\n" in unit
    assert f"systemd-fsck@{device.removesuffix('.device')}.service" in unit
    assert at in (OVERLAY / "usr/lib/hailong/grow").read_text()
    assert f"UUID={root.number_of('data')} /data ext4 " in root.FSTAB


def test_the_sandbox_check_sees_a_loose_unit(tmp_path):
    loose = tmp_path / "loose.service"
    loose.write_text("[Service]\nExecStart=/bin/true\n")
    done = run("systemd-analyze", "security", "--offline=true", f"--threshold={MOST}", str(loose), check=False)
    assert done.returncode != 0


def test_systemd_accepts_every_unit(tmp_path):
    tree = tmp_path / "root"
    shutil.copytree(OVERLAY, tree)
    for program in ("python3", "env", "ssh-keygen"):
        (tree / "usr/bin").mkdir(exist_ok=True)
        (tree / "usr/bin" / program).write_text("#!/bin/sh\n")
        (tree / "usr/bin" / program).chmod(0o755)
    ours = [name for name in root.ENABLED if name.startswith("hailong")]
    done = run("systemd-analyze", "verify", "--man=no", f"--root={tree}", *ours, check=False)
    complaints = [line for line in done.stderr.splitlines() if "hailong" in line and "not found" not in line]
    assert complaints == []


def test_every_unit_that_is_switched_on_is_there_and_is_a_place_to_be_wanted_from():
    for name in root.ENABLED:
        if name.startswith("hailong"):
            assert "WantedBy=" in (UNITS / name).read_text(), name


def test_nothing_of_the_image_asks_anybody_to_sign_in():
    assert {"getty@tty1.service", "autovt@.service", "serial-getty@.service"} <= set(root.MASKED)
    assert "ssh.service" not in root.ENABLED
    assert "PasswordAuthentication no" in (OVERLAY / "etc/ssh/sshd_config.d/hailong.conf").read_text()


def test_the_clock_is_never_set_back_by_a_file_and_words_are_never_on_the_card():
    packages = root.packages(OVERLAY.parent / "packages.txt", "arm64")
    assert "fake-hwclock" not in packages
    assert "Storage=volatile" in (OVERLAY / "etc/systemd/journald.conf.d/hailong.conf").read_text()


@pytest.fixture
def two_hosts() -> Iterator[tuple[str, str]]:
    """A kiosk and a neighbour on one wire, each in a network of its own."""
    names = [f"hl{uuid.uuid4().hex[:6]}" for _ in range(2)]
    try:
        for name in names:
            run("ip", "netns", "add", name)
        run(
            "ip",
            "link",
            "add",
            names[0][:12],
            "netns",
            names[0],
            "type",
            "veth",
            "peer",
            "name",
            names[1][:12],
            "netns",
            names[1],
        )
        for n, name in enumerate(names):
            run("ip", "-n", name, "addr", "add", f"10.99.0.{n + 1}/24", "dev", name[:12])
            run("ip", "-n", name, "link", "set", name[:12], "up")
            run("ip", "-n", name, "link", "set", "lo", "up")
        yield names[0], names[1]
    finally:
        for name in names:
            run("ip", "netns", "del", name, check=False)


def answers(kiosk: str, neighbour: str, port: int) -> bool:
    """Return whether a port that somebody listens on at the kiosk answers its neighbour."""
    listen = f"import socket; s = socket.create_server(('0.0.0.0', {port})); s.settimeout(4); "
    listen += "print('on', flush=True); s.accept()"
    dial = f"import socket; socket.create_connection(('10.99.0.1', {port}), 1.5)"
    server = subprocess.Popen(
        ["ip", "netns", "exec", kiosk, "python3", "-c", listen], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()
        return run("ip", "netns", "exec", neighbour, "python3", "-c", dial, check=False).returncode == 0
    finally:
        server.kill()
        server.wait()


@as_root
def test_the_firewall_lets_nothing_in_until_the_card_s_key_opens_ssh(two_hosts, tmp_path):
    kiosk, neighbour = two_hosts
    rules = tmp_path / "nftables.conf"
    rules.write_text((OVERLAY / "etc/nftables.conf").read_text().replace("/run/hailong/nft.d", str(tmp_path)))
    assert answers(kiosk, neighbour, 22)  # the wire is good: without rules it answers
    run("ip", "netns", "exec", kiosk, "nft", "-f", str(rules))
    assert not answers(kiosk, neighbour, 22)
    assert not answers(kiosk, neighbour, 8123)
    (tmp_path / "ssh.nft").write_text("add rule inet hailong input tcp dport 22 accept\n")
    run("ip", "netns", "exec", kiosk, "nft", "-f", str(rules))
    assert answers(kiosk, neighbour, 22)
    assert not answers(kiosk, neighbour, 8123)
