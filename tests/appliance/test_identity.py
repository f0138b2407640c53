"""What a kiosk is outlives one bad block on its card."""

from pathlib import Path

import pytest

from appliance import __main__ as program
from appliance import identity, keys
from appliance.enrol import enrol
from appliance.failures import CannotStartError
from appliance.identity import GRANT, SETTINGS, IdentityError
from appliance.settings import Settings
from bench.kiosk_child import prepare
from demo.centre import Centre


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", [GRANT, SETTINGS])
def test_a_damaged_file_is_read_from_its_copy_which_takes_its_place(folder: Path, name: str) -> None:
    read = identity.grant if name == GRANT else identity.kiosk_settings
    before = read(folder)
    assert before is not None
    (folder / name).write_bytes(b"\0" * 4096)
    assert read(folder) == before
    (folder / f"{name}.again").unlink()
    assert read(folder) == before
    assert (folder / f"{name}.damaged").read_bytes() == b"\0" * 4096


def test_a_grant_damaged_twice_is_said_and_never_taken_for_a_new_kiosk(folder: Path) -> None:
    for each in (GRANT, f"{GRANT}.again"):
        (folder / each).write_text("{")
    with pytest.raises(IdentityError, match="enrol this kiosk again"):
        identity.grant(folder)


def test_a_key_cut_short_is_read_from_its_copy_and_never_made_anew(folder: Path) -> None:
    before = keys.device_key(folder).private_bytes_raw()
    (folder / keys.KEY).write_bytes(b"")
    assert keys.device_key(folder).private_bytes_raw() == before
    (folder / f"{keys.KEY}.again").write_bytes(b"x")
    with pytest.raises(IdentityError, match="not 32 bytes"):
        keys.device_key(folder)


def test_settings_lost_twice_are_fetched_from_the_centre_at_the_start(centre: Centre, tmp_path: Path) -> None:
    local = Settings(data_dir=str(tmp_path), centre=centre.url, fullscreen=False)
    enrol(local, centre.code(centre.counter()))
    before, granted = identity.kiosk_settings(tmp_path), identity.grant(tmp_path)
    assert granted is not None
    for each in (SETTINGS, f"{SETTINGS}.again"):
        (tmp_path / each).write_text("{")
    assert identity.kiosk_settings(tmp_path) is None
    assert program._settings_anew(local, granted) == before == identity.kiosk_settings(tmp_path)


def test_without_settings_and_without_a_centre_the_line_says_what_to_do(folder: Path) -> None:
    granted = identity.grant(folder)
    assert granted is not None
    with pytest.raises(CannotStartError, match="connect it to its centre"):
        program._settings_anew(Settings(data_dir=str(folder), centre="http://127.0.0.1:9"), granted)
