"""A card becomes a machine: what the desk writes is what the machine applies, proves, and forgets when it is used."""

import configparser
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from commission import card as cards
from commission import proof, words
from commission.apply import apply, blank
from commission.plan import KEYFILE, KEYS, KIOSK, SSH_RULE, files_of
from provisioning import card as desk
from provisioning.card import Code
from provisioning.rows import Row

CODE = Code("https://trung-tam.example.vn", "ABCDE-FGHJK-MNPQR-STVWX")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8y1VqPqjyqkq0T8Jr0bqYxkqY0QqkqY0QqkqY0QqkJ ky-thuat"
PLAIN = Row(line=2, counter="xa-tan-trao.q1", slot=1, host="ki-xa-tan-trao-q1", network="cáp")
FIXED = Row(
    line=2, counter="xa-tan-trao.q1", slot=1, host="ki-xa-tan-trao-q1", network="wifi", ssid="UBND xã; 2", country="VN",
    password="mat-khau-dai", address="10.20.1.15/24", gateway="10.20.1.1", dns=("10.20.1.1", "8.8.8.8"), ssh_key=KEY,
)  # fmt: skip


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a card as the desk does, and gives its boot partition."""

    def write(row: Row) -> Path:
        boot = tmp_path / "boot"
        boot.mkdir(exist_ok=True)
        desk.write(boot, desk.files_of(row, CODE, "own", "hl-1"), row)
        return boot

    return write


def test_what_the_desk_writes_is_read_back_whole(written):
    card = cards.read(written(FIXED))
    assert (card.host, card.address, card.gateway, card.dns) == (FIXED.host, FIXED.address, FIXED.gateway, FIXED.dns)
    assert (card.centre, card.code, card.ssh_key) == (CODE.centre, CODE.code, KEY)
    assert card.wifi is not None
    assert (card.wifi.ssid, card.wifi.psk) == (FIXED.ssid, desk.psk(FIXED.ssid, FIXED.password))


def test_networkmanager_s_file_has_the_fixed_address_and_the_name_byte_by_byte(written):
    file = configparser.ConfigParser(interpolation=None)
    file.read_string(files_of(cards.read(written(FIXED)))[KEYFILE].body)
    assert file["ipv4"]["method"] == "manual"
    assert file["ipv4"]["address1"] == "10.20.1.15/24,10.20.1.1"
    assert file["ipv4"]["dns"] == "10.20.1.1;8.8.8.8;"
    assert bytes(int(n) for n in file["wifi"]["ssid"].split(";") if n).decode() == "UBND xã; 2"
    assert file["wifi-security"]["psk"] == desk.psk(FIXED.ssid, FIXED.password)


def test_a_card_without_network_leaves_no_connection_and_one_without_key_opens_nothing(written):
    files = files_of(cards.read(written(Row(line=2, counter="q", slot=1, host="ki-q", network="không"))))
    assert KEYFILE not in files
    assert KEYS not in files
    assert SSH_RULE not in files


def test_secrets_are_for_their_reader_alone(written, tmp_path):
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    assert apply(cards.read(written(FIXED)), root, lambda _: "") == []
    for path in (KIOSK, KEYFILE, KEYS):
        assert stat.S_IMODE((root / path).stat().st_mode) & 0o077 == 0, path
    assert (root / "etc/hostname").read_text() == f"{FIXED.host}\n"
    assert str((root / "etc/localtime").readlink()).endswith("Asia/Ho_Chi_Minh")


def test_applying_again_changes_nothing(written, tmp_path):
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    card = cards.read(written(FIXED))
    apply(card, root, lambda _: "")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and not path.is_symlink()}
    assert apply(card, root, lambda _: "") == []
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    ("path", "body", "words_"),
    [
        ("hailong/device.json", None, "chưa có tệp device.json"),
        ("hailong/device.json", b"{", "bị hỏng"),
        ("hailong/device.json", b'{"version": 9}', "không phải của bản này"),
        ("hailong/kiosk.toml", b"centre = ", "kiosk.toml trên thẻ bị hỏng"),
        ("hailong/kiosk.toml", None, "chưa có tệp kiosk.toml"),
    ],
)
def test_a_card_that_cannot_be_used_says_which_file_and_the_way_out(written, path, body, words_):
    boot = written(PLAIN)
    (boot / path).unlink() if body is None else (boot / path).write_bytes(body)
    with pytest.raises(cards.CardFaultError, match=r"ghi (lại )?thẻ") as caught:
        cards.read(boot)
    assert words_ in str(caught.value)


def test_a_used_code_leaves_the_card_and_the_desk_sees_that_it_has_booted(written):
    boot = written(PLAIN)
    before = (boot / "hailong/kiosk.toml").stat()
    assert blank(boot, lambda _: "")
    after = (boot / "hailong/kiosk.toml").stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size), "FAT swaps no two files at once"
    assert CODE.code not in b"".join(path.read_bytes() for path in boot.rglob("*") if path.is_file()).decode()
    assert cards.read(boot).code == ""
    manifest = json.loads((boot / "hailong/card.json").read_bytes())
    assert manifest["is_booted"] is True
    assert blank(boot, lambda _: "")
    other = Row(line=3, counter="xa-tan-trao.q2", slot=1, host="ki-2", network="cáp")
    with pytest.raises(desk.CardError, match="đã chạy"):
        desk.write(boot, desk.files_of(other, CODE, "own", "hl-2"), other)


class System:
    """A system that answers commands as it is told to."""

    def __init__(self, **answers: str) -> None:
        self.answers = {
            "hostname": PLAIN.host, "findmnt -no FSTYPE /": "overlay",
            "findmnt -no FSTYPE,OPTIONS /var/lib/hailong": "ext4 rw,nosuid",
            "df --output=avail": "Avail\n 212M", "nft list": "type filter hook input priority 0; policy drop;",
            "systemctl is-active": "inactive", "timedatectl": "yes", "nmcli": "10.0.2.15/24\n10.0.2.2",
        } | answers  # fmt: skip

    def __call__(self, command):
        line = " ".join(command)
        return next((said for start, said in self.answers.items() if line.startswith(start)), "")


def proofs(written, tmp_path, system, row=PLAIN):
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True, exist_ok=True)
    card = cards.read(written(row))
    apply(card, root, lambda _: "")
    moments = iter(range(0, 1000, 7))
    found = proof.prove(card, root, system, clock=lambda: float(next(moments)), wait=lambda _: None)
    told = json.loads((root / proof.APPLIED).read_bytes())
    assert told["is_done"] is True
    assert len(told["proofs"]) == len(found)
    return {one.id: one for one in found}


def test_all_is_well_when_the_system_says_so(written, tmp_path):
    found = proofs(written, tmp_path, System())
    assert {one.sign for one in found.values()} == {"ok"}
    assert set(found) == {"host", "zone", "root", "data", "firewall", "ssh", "clock", "network"}


@pytest.mark.parametrize(
    ("answers", "ident"),
    [
        ({"hostname": "localhost"}, "host"),
        ({"findmnt -no FSTYPE /": "ext4"}, "root"),
        ({"findmnt -no FSTYPE,OPTIONS /var/lib/hailong": ""}, "data"),
        ({"nft list": "policy accept"}, "firewall"),
        ({"nft list": "policy drop; tcp dport 22 accept"}, "firewall"),
        ({"systemctl is-active": "active"}, "ssh"),
    ],
)
def test_whatever_did_not_apply_is_said_with_its_way_out(written, tmp_path, answers, ident):
    found = proofs(written, tmp_path, System(**answers))
    assert found[ident].sign == "bad"
    assert found[ident].way_out
    assert [one.id for one in found.values() if one.sign == "bad"] == [ident]


def test_a_network_that_does_not_come_is_a_warning_because_the_kiosk_works_without_it(written, tmp_path):
    found = proofs(written, tmp_path, System(nmcli=""))
    assert found["network"].sign == "warn"
    assert "không có mạng" in found["network"].way_out


def test_a_clock_that_nobody_keeps_is_a_warning_and_never_a_failure(written, tmp_path):
    found = proofs(written, tmp_path, System(timedatectl="no"))
    assert (found["clock"].sign, "chưa được xác nhận" in found["clock"].value) == ("warn", True)


def test_another_address_than_the_roster_s_is_said(written, tmp_path):
    row = Row(line=2, counter="q", slot=1, host=PLAIN.host, network="cáp", address="10.20.1.15/24", gateway="10.20.1.1")
    found = proofs(written, tmp_path, System(), row)
    assert (found["network"].sign, "10.20.1.15/24" in found["network"].value) == ("bad", True)


def test_the_console_says_something_for_every_end():
    for status in ("1", "2", "3", "4", "5", "", "137"):
        said = words.text(status, "ki-1")
        assert len([line for line in said.splitlines() if line.strip()]) >= 4
        assert "ki-1" in said


def test_root_s_program_needs_nothing_but_the_standard_library():
    code = "import sys, commission.__main__; print([n for n in sys.modules if n.split('.')[0] not in "
    code += "{*sys.stdlib_module_names, 'commission', '__main__'} and not n.startswith(('_', 'sitecustomize'))])"
    repository = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, cwd=repository, check=True,
        env={"PYTHONPATH": str(repository)},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
