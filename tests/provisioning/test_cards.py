"""Cards as folders: the right files for each system, distinct for every row, read back, no secret left readable."""

import json
import tomllib
from pathlib import Path

import msgspec
import pytest
import yaml

from appliance.settings import PANELS, Panel, Settings
from provisioning import card, roster
from provisioning.card import CardError, Code
from provisioning.rows import check

CODE = Code("https://trung-tam.example.vn", "ABCDE-FGHJK-MNPQR-STVWX")
WIFI = {"Mạng": "wifi", "Tên Wi-Fi": "UBND xã", "Mật khẩu Wi-Fi": "bí mật không".encode("ascii", "ignore").decode()}
FIXED = {"Địa chỉ IP": "10.20.1.15/24", "Cổng ra": "10.20.1.1", "DNS": "10.20.1.1, 8.8.8.8"}


@pytest.fixture
def row_of(roster_of, places):
    def made(**cells):
        found = check(roster.read(roster_of({"Mã quầy": "TT.Q1"} | cells)), places)
        assert found.faults == []
        return found.rows[0]

    return made


def test_the_kiosk_reads_its_part_of_every_card(row_of, tmp_path):
    for buttons in ("0", "3", "5"):
        for panel in ("7in", "10in", "7in-portrait"):
            row = row_of(**{"Số nút": buttons, "Màn hình": panel, "Xoay": "90"})
            body = card.files_of(row, CODE, "own", "i")["hailong/kiosk.toml"]
            settings = msgspec.convert(tomllib.loads(body.decode()), Settings)
            assert (settings.centre, settings.enrol_code) == (CODE.centre, CODE.code)
            assert len(settings.button_pins) == int(buttons)
            assert settings.rotation == 90


def test_a_fixed_address_and_wifi_reach_cloud_init(row_of):
    row = row_of(**(WIFI | FIXED))
    files = card.files_of(row, CODE, "trixie", "one")
    network = yaml.safe_load(files["network-config"])["network"]
    point = network["wifis"]["wlan0"]
    assert point["addresses"] == ["10.20.1.15/24"]
    assert point["routes"] == [{"to": "default", "via": "10.20.1.1"}]
    assert point["nameservers"]["addresses"] == ["10.20.1.1", "8.8.8.8"]
    assert list(point["access-points"]) == ["UBND xã"]
    assert len(point["access-points"]["UBND xã"]["password"]) == 64
    assert network["renderer"] == "NetworkManager"
    assert yaml.safe_load(files["user-data"])["hostname"] == row.host
    assert files["user-data"].startswith(b"#cloud-config\n")


@pytest.mark.parametrize("system", card.SYSTEMS)
def test_no_wifi_password_stands_on_a_card_and_nobody_may_sign_in(row_of, system):
    row = row_of(**(WIFI | {"Mật khẩu Wi-Fi": "mat-khau-rat-dai"}))
    everything = b"\n".join(card.files_of(row, CODE, system, "i").values())
    assert b"mat-khau-rat-dai" not in everything
    assert b"ssh_pwauth: true" not in everything
    assert b"password_authentication = true" not in everything


def test_bookworm_gets_its_own_file(row_of):
    found = tomllib.loads(card.files_of(row_of(**WIFI), CODE, "bookworm", "i")["custom.toml"].decode())
    assert found["config_version"] == 1
    assert found["ssh"]["enabled"] is False
    assert found["wlan"]["country"] == "VN"


def test_a_card_is_read_back_and_any_change_is_found(row_of, tmp_path: Path):
    row = row_of()
    files = card.files_of(row, CODE, "trixie", "i-1")
    (tmp_path / "config.txt").write_text("dtparam=audio=on\n")
    card.write(tmp_path, files, row)
    assert card.verify_row(tmp_path, row, CODE, "trixie") == []
    assert (tmp_path / "config.txt").read_text() == "dtparam=audio=on\n"
    for path in files:
        body = (tmp_path / path).read_bytes()
        (tmp_path / path).write_bytes(body[:-2] + b"x\n")
        assert card.verify_row(tmp_path, row, CODE, "trixie") != [], path
        (tmp_path / path).unlink()
        assert card.verify_row(tmp_path, row, CODE, "trixie") != [], path
        (tmp_path / path).write_bytes(body)
    assert card.verify_row(tmp_path, row, CODE, "trixie") == []
    other = Code(CODE.centre, "ZZZZZ-FGHJK-MNPQR-STVWX")
    assert card.verify_row(tmp_path, row, other, "trixie") != []


def test_a_dry_run_writes_nothing(row_of, tmp_path: Path):
    row = row_of()
    boot = tmp_path / "boot"
    boot.mkdir()
    assert "user-data" in card.write(boot, card.files_of(row, CODE, "trixie", "i"), row, is_dry=True)
    assert list(boot.iterdir()) == []


def test_a_missing_card_is_named(row_of, tmp_path: Path):
    with pytest.raises(CardError, match="Không thấy thư mục"):
        card.write(tmp_path / "khong-co", {}, row_of())


def test_the_manifest_says_whose_card_it_is_without_the_code(row_of, tmp_path: Path):
    row = row_of()
    card.write(tmp_path, card.files_of(row, CODE, "own", "i"), row)
    told = (tmp_path / card.MANIFEST).read_text()
    assert json.loads(told)["key"] == row.key
    assert CODE.code not in told


def test_the_panels_are_those_the_kiosk_is_drawn_for():
    assert {name: msgspec.convert(panel, Panel) for name, panel in card.PANELS.items()} == PANELS
