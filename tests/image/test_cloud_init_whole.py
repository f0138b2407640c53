"""Trixie's real cloud-init, run whole on a card's files as its seed: what it did to the machine, and only once."""

import subprocess
import tarfile
from pathlib import Path

import pytest

from provisioning import card
from provisioning.card import Code
from provisioning.image import bundle
from provisioning.rows import Row
from tests.image import cloud_box
from tests.image.test_bundle import EPOCH_S, a_package

pytestmark = pytest.mark.skipif(bool(cloud_box.refusal()), reason=cloud_box.refusal() or "there can be a box")
CODE = Code("https://trung-tam.example.vn", "ABCDE-FGHJK-MNPQR-STVWX")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJbUkTSuPzzVMhCiPRwYz6jJkWWDnzZCQ4m2EwLz8hYs bao-tri@tinh"
ROW = Row(
    line=2, counter="xa-tan-trao.q1", slot=1, host="hl-tan-trao-q1", network="wifi", ssid="UBND xã “Tân Trào”: #1",
    password="mat-khau: #dai", address="10.20.1.15/24", gateway="10.20.1.1", dns=("10.20.1.1",), ssh_key=KEY,
)  # fmt: skip
RAN = '#!/bin/sh\necho "$(hostname) $(cat /etc/timezone)" >>/var/lib/ran\n'


class Box:
    """A machine with a card in, turned on once. said: at its first start."""

    def __init__(self, tree: Path, row: Row) -> None:
        self.tree, self.row, self.boot = tree, row, tree / "boot/firmware"
        self.said = ""
        self.written("hl-1")

    def written(self, instance: str, row: Row | None = None) -> None:
        """Write the card, as the desk does."""
        card.write(self.boot, card.files_of(row or self.row, CODE, "trixie", instance), row or self.row)

    def read(self, path: str) -> str:
        return (self.tree / path).read_text()

    def power_on(self) -> str:
        return cloud_box.power_on(self.tree)


def settings_of(tree: Path) -> dict[str, bytes]:
    """Return what every file of /etc holds."""
    return {str(each): each.read_bytes() for each in (tree / "etc").rglob("*") if each.is_file()}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Box:
    """A card without the bundle, whose first boot only says that it ran; turned on once."""
    box = Box(cloud_box.made(tmp_path_factory.mktemp("box") / "tree"), ROW)
    (box.boot / "hailong/first-boot").write_text(RAN)
    (box.boot / "hailong/first-boot").chmod(0o755)
    box.said = box.power_on()
    return box


def test_every_stage_ends_well(started):
    assert "FAILED" not in started.said
    assert "Datasource DataSourceNoCloud [seed=ds_config_seedfrom,file:///boot/firmware]" in started.said
    assert "Traceback" not in started.read("var/log/cloud-init.log")


def test_name_and_time_zone_are_the_row_s(started):
    assert f"== {ROW.host}\n" in started.said
    assert started.read("etc/hostname").strip() == ROW.host
    assert f"127.0.1.1 {ROW.host}" in started.read("etc/hosts")
    assert str((started.tree / "etc/localtime").readlink()).endswith("Asia/Ho_Chi_Minh")


def test_only_the_row_s_key_lets_anyone_in_and_no_password_does(started):
    keys = list(started.tree.glob("home/*/.ssh/authorized_keys"))
    assert [each.read_text().strip() for each in keys] == [KEY]
    assert keys[0].stat().st_mode & 0o777 == 0o600
    assert "PasswordAuthentication no" in started.read("etc/ssh/sshd_config.d/50-cloud-init.conf")
    passwords = [line.split(":")[1] for line in started.read("etc/shadow").splitlines()]
    assert {one[:1] for one in passwords} <= {"!", "*"}
    assert "Please login as" in started.read("root/.ssh/authorized_keys")


def is_ssh_on(tree: Path) -> bool:
    words = ["systemctl", f"--root={tree}", "is-enabled", "ssh.service"]
    return subprocess.run(words, check=False, capture_output=True, text=True).stdout.strip() == "enabled"


def test_a_row_with_a_key_has_ssh_turned_on(started):
    assert is_ssh_on(started.tree)


def test_a_row_without_a_key_lets_nobody_in(tmp_path):
    box = Box(
        cloud_box.made(tmp_path / "tree"), Row(line=2, counter=ROW.counter, slot=1, host="hl-q2", network="không")
    )
    said = box.power_on()
    assert "FAILED" not in said
    assert "== hl-q2\n" in said
    assert not is_ssh_on(box.tree)
    assert [each for each in box.tree.glob("home/*/.ssh/authorized_keys") if each.read_text().strip()] == []


def test_netplan_gets_the_row_s_network_and_hands_it_to_network_manager(started):
    file = started.tree / "etc/netplan/50-cloud-init.yaml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert 'regulatory-domain: "VN"' in file.read_text()
    connections = started.said.partition("== connections")[2]
    assert f"ssid={ROW.ssid}" in connections
    assert f"psk={card.psk(ROW.ssid, ROW.password)}" in connections
    assert "address1=10.20.1.15/24" in connections
    assert "dns=10.20.1.1;" in connections
    assert ROW.password not in started.said + file.read_text()


def test_the_first_boot_runs_once_when_name_and_time_zone_are_set(started):
    assert started.read("var/lib/ran") == f"{ROW.host} Asia/Ho_Chi_Minh\n"


def test_the_second_start_does_nothing_again_and_a_card_written_anew_is_applied(started):
    before = settings_of(started.tree)
    said = started.power_on()
    assert "FAILED" not in said
    assert f"== {ROW.host}\n" in said
    assert started.read("var/lib/ran").count("\n") == 1
    assert settings_of(started.tree) == before
    started.written("hl-2", Row(line=2, counter=ROW.counter, slot=2, host="hl-tan-trao-q1-2", network="cáp"))
    assert "== hl-tan-trao-q1-2\n" in started.power_on()
    assert started.read("var/lib/ran").endswith("hl-tan-trao-q1-2 Asia/Ho_Chi_Minh\n")
    assert "wifi" not in started.read("etc/netplan/50-cloud-init.yaml")


def test_cloud_init_makes_it_a_kiosk_with_our_bundle(tmp_path):
    """The real bundle with a small package, in a root with NetworkManager and nftables: real dpkg, users and units."""
    box = Box(cloud_box.made(tmp_path / "tree"), ROW)
    slot = tmp_path / "factory"
    (slot / "app").mkdir(parents=True)
    (slot / "app/kiosk.py").write_text("x = 1\n")
    bundle.joined(
        tmp_path / "goi.tar",
        slot,
        [a_package(tmp_path, "hl-thu", "1.0")],
        tmp_path / "work",
        EPOCH_S,
        lambda said: None,
    )
    with tarfile.open(tmp_path / "goi.tar") as archive:
        archive.extractall(box.boot, filter="data")
    said = box.power_on()
    assert "FAILED" not in said, said
    assert "Xong. Máy khởi động lại thành ki-ốt." in said, box.read("boot/firmware/hailong/first-boot.log")
    assert box.read("usr/share/hl-thu") == "1.0"
    assert "hailong:x:960:" in box.read("etc/passwd")
    enabled = subprocess.run(
        ["systemctl", f"--root={box.tree}", "is-enabled", "hailong-kiosk.service", "nftables.service"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert enabled.stdout.split() == ["enabled", "enabled"]
    assert "Xong" not in box.power_on()
    assert box.read("boot/firmware/hailong/first-boot.log").count("Xong") == 1
