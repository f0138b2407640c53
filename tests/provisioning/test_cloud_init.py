"""Cards before those who will read them: Trixie's own cloud-init and netplan, unpacked beside, nothing installed."""

import os
import platform
import subprocess
from pathlib import Path

import pytest
import yaml

from provisioning import card, roster
from provisioning.card import Code
from provisioning.rows import check

HERE = Path(__file__).parents[2] / "build/cloud-init"
CODE = Code("https://trung-tam.example.vn", "ABCDE-FGHJK-MNPQR-STVWX")
WIFI = {"Mạng": "wifi", "Tên Wi-Fi": "UBND xã “Tân Trào”: #1", "Mật khẩu Wi-Fi": "mat-khau: #dai"}
FIXED = {"Địa chỉ IP": "10.20.1.15/24", "Cổng ra": "10.20.1.1", "DNS": "10.20.1.1, 8.8.8.8"}
ROWS = {
    "cable": {}, "fixed": FIXED, "wifi": WIFI, "wifi fixed": WIFI | FIXED, "none": {"Mạng": "không"},
    "open wifi": {**WIFI, "Mật khẩu Wi-Fi": ""},
}  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def unpacked() -> None:
    """Fetch both, where `make setup-test` has not."""
    subprocess.run([HERE.parents[1] / "scripts/cloud-init"], check=True)


@pytest.fixture
def files_of(roster_of, places):
    def made(cells: dict[str, str]) -> dict[str, bytes]:
        found = check(roster.read(roster_of({"Mã quầy": "TT.Q1"} | cells)), places)
        assert found.faults == []
        return card.files_of(found.rows[0], CODE, "trixie", "hl-1")

    return made


def cloud_init(folder: Path, kind: str, body: bytes) -> tuple[bool, str]:
    """Return whether cloud-init's own schema takes a file, and what it says. Nothing of this machine is written."""
    (folder / kind).write_bytes(body)
    paths = {"run_dir": str(folder / "run"), "cloud_dir": str(folder / "lib")}
    (folder / "cloud.cfg").write_text(yaml.safe_dump({"system_info": {"paths": paths}}))
    for each in paths.values():
        Path(each).mkdir(exist_ok=True)
    env = {**os.environ, "PYTHONPATH": str(HERE / "usr/lib/python3/dist-packages")}
    env |= {"CLOUD_CFG": str(folder / "cloud.cfg"), "LC_ALL": "C.UTF-8"}
    words = ["/usr/bin/python3", "-m", "cloudinit.cmd.main", "schema", "-t", kind, "-c", str(folder / kind)]
    done = subprocess.run(words, check=False, capture_output=True, text=True, env=env, cwd=folder)
    return done.returncode == 0, done.stdout + done.stderr


def netplan(folder: Path, body: bytes) -> tuple[bool, str]:
    """Return whether netplan takes a network's settings, and NetworkManager's files it makes of them."""
    at = folder / "etc/netplan/50-cloud-init.yaml"
    at.parent.mkdir(parents=True)
    at.write_bytes(body)
    at.chmod(0o600)
    libraries = HERE / f"usr/lib/{platform.machine()}-linux-gnu"
    words = [str(HERE / "usr/libexec/netplan/generate"), "--root-dir", str(folder)]
    env = {**os.environ, "LD_LIBRARY_PATH": str(libraries)}
    done = subprocess.run(words, check=False, capture_output=True, text=True, env=env)
    made = folder.glob("run/NetworkManager/system-connections/*")
    return done.returncode == 0, done.stderr + "".join(each.read_text() for each in sorted(made))


@pytest.mark.parametrize("name", ROWS)
def test_cloud_init_s_own_schema_takes_every_card_s_user_data(files_of, tmp_path, name):
    is_taken, said = cloud_init(tmp_path, "cloud-config", files_of(ROWS[name])["user-data"])
    assert is_taken, said


def test_cloud_init_s_own_schema_refuses_what_is_wrong(files_of, tmp_path):
    body = files_of({})["user-data"].replace(b"ssh_pwauth: false", b"ssh_pwauth: [1]")
    assert not cloud_init(tmp_path, "cloud-config", body)[0]
    network = files_of({})["network-config"].replace(b"dhcp4: true", b"dhcp4: [1]")
    assert not cloud_init(tmp_path, "network-config", network)[0]
    assert not netplan(tmp_path, network)[0]


@pytest.mark.parametrize("name", ["cable", "fixed"])
def test_cloud_init_s_own_schema_takes_a_cable(files_of, tmp_path, name):
    """Wi-Fi is not in it: that is netplan's, which Raspberry Pi OS brings and cloud-init hands the whole file to."""
    is_taken, said = cloud_init(tmp_path, "network-config", files_of(ROWS[name])["network-config"])
    assert is_taken, said


@pytest.mark.parametrize("name", ROWS)
def test_netplan_makes_of_every_card_what_network_manager_reads(files_of, tmp_path, name):
    is_taken, said = netplan(tmp_path, files_of(ROWS[name])["network-config"])
    assert is_taken, said
    assert ("10.20.1.15/24" in said) == ("fixed" in name)
    assert ("psk=" in said) == (name in ("wifi", "wifi fixed"))
    assert "mat-khau" not in said
    if "wifi" in name:
        assert "ssid=UBND xã “Tân Trào”: #1" in said
        assert "iw reg set VN" in (tmp_path / "run/systemd/system/netplan-regdom.service").read_text()
