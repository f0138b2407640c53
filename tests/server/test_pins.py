"""The technicians' PIN: province-wide or a counter's own, signed into the settings, never stored plain."""

import io

import pytest

from server.__main__ import main
from server.devices import pins
from server.devices.wishes import WishError
from server.offices.queries import tops
from survey import pin
from tests.kiosk_double import NOW_MS
from tests.server.conftest import COUNTER


def given(centre, units, digest):
    centre.writer.run(lambda work: pins.set_pin(work, units, digest, NOW_MS, "test"))


def test_a_province_wide_pin_reaches_every_kiosk_and_a_counters_own_is_stronger(centre, kiosk):
    assert kiosk.settings().pin_hash == ""
    given(centre, centre.writer.run(lambda work: tops(work.connection)), pin.digest("402817"))
    first = kiosk.settings()
    assert pin.is_right("402817", first.pin_hash)
    given(centre, [COUNTER], pin.digest("917205"))
    second = kiosk.settings()
    assert pin.is_right("917205", second.pin_hash)
    assert second.etag != first.etag
    given(centre, [COUNTER], "")
    assert kiosk.settings().pin_hash == first.pin_hash


def test_a_pin_for_no_unit_changes_nothing(centre, kiosk):
    before = kiosk.settings().etag
    with pytest.raises(WishError, match="no unit"):
        given(centre, ["nowhere"], pin.digest("402817"))
    assert kiosk.settings().etag == before


def test_the_command_reads_the_pin_and_never_prints_or_stores_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HAILONG_CENTRE_DATA_DIR", str(tmp_path / "c"))
    main(["init"])
    main(["seed-demo"])

    def command(words, typed):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed + "\n"))
        status = main(["set-pin", *words])
        said = capsys.readouterr()
        return status, said.out + said.err

    status, said = command(["--all"], "402817")
    assert (status, "402817" in said) == (0, False)
    assert b"402817" not in (tmp_path / "c/centre.db").read_bytes()
    assert command(["--all"], "123456")[0] == 1
    assert command(["--device", "ks-000009"], "402817")[0] == 1
    assert command(["--counter", "so-noi-vu.q1"], "917205")[0] == 0
    assert "so-noi-vu.q1" in command(["--all"], "402817")[1]
