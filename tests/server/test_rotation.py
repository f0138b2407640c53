"""The sealing key is changed: kiosks that know of it and those that do not are both read; old keys go when unused."""

import secrets
import stat
from pathlib import Path

import pytest
from litestar.testing import TestClient

from server import keys as key_files
from server.__main__ import main
from server.app import make_app
from server.ballots.verify import verify
from server.cases.open import note_in, open_waiting
from server.cases.retain import retain
from server.centre import key_folder, open_centre
from server.keys import KeysError
from server.upkeep import rotation
from server.upkeep.doctor import examine
from survey.ballot import Consent
from survey.local_time import DAY_MS
from survey.note import Note
from survey.sealing import seal
from tests.kiosk_double import HOST, NOW_MS
from tests.server.conftest import connect


def with_words(kiosk, seal_key, words):
    sealed = seal(Note(comment=words, phone="0912345678"), seal_key)
    return kiosk.cast(sealed=sealed, sealed_salt=secrets.token_bytes(16), consent=Consent("contact_v1", "vi"))


def notes(centre, rows):
    return {note_in(bytes(row[0]), centre.keys).comment for row in rows("SELECT sealed FROM ballots")}


def test_after_a_change_an_old_kiosk_and_a_new_one_are_both_read_and_the_old_key_goes_when_unused(
    settings, centre, client, enrol, clock, rows
):
    old_kiosk = enrol()
    old_key = old_kiosk.settings().seal_key
    old_kiosk.send([with_words(old_kiosk, old_key, "trước khi thay")])
    path = rotation.rotate(settings, NOW_MS)
    again = open_centre(settings, clock)
    with TestClient(make_app(again), base_url=f"http://{HOST}") as client:
        enrolled = connect(client)
        old_kiosk.post, old_kiosk.get = enrolled.post, enrolled.get
        new_key = old_kiosk.settings().seal_key
        assert new_key != old_key
        old_kiosk.send([with_words(old_kiosk, old_key, "khóa cũ, đến sau"), with_words(old_kiosk, new_key, "khóa mới")])
        assert notes(again, rows) == {"trước khi thay", "khóa cũ, đến sau", "khóa mới"}
        open_waiting(again)
        assert rotation.retire(settings, NOW_MS + DAY_MS)[0][1].startswith("kept: replaced less than")
        clock.now_ms = NOW_MS + 31 * DAY_MS
        assert "1 kiosks were not heard" in rotation.retire(settings, clock.now_ms)[0][1]
        old_kiosk.send([])
        assert rotation.retire(settings, clock.now_ms) == [
            (path.name, "kept: 2 comments, numbers or notes are sealed to it")
        ]
        clock.now_ms = NOW_MS + 181 * DAY_MS
        retain(again)
        assert rotation.retire(settings, clock.now_ms) == [(path.name, "")]
        assert not path.exists()
        assert again.writer.run(verify).faults == []
    actions = rows("SELECT action FROM audit WHERE action IN ('keys.rotate', 'keys.retire') ORDER BY id")
    assert actions == [("keys.rotate",), ("keys.retire",)]


def test_keys_lie_in_files_of_their_user_alone_and_the_doctor_names_the_old_ones(settings, centre):
    path = rotation.rotate(settings, NOW_MS)
    assert path.name == "sealing-until-20261121T080000.key"
    assert {stat.S_IMODE(one.stat().st_mode) for one in key_folder(settings).iterdir()} == {0o600}
    found = next(one for one in examine(settings, NOW_MS) if one.name == "keys")
    assert (found.outcome, "until 21/11/2026" in found.words) == ("good", True)
    path.chmod(0o644)
    with pytest.raises(KeysError, match="chmod 600"):
        key_files.load(key_folder(settings))


def test_a_key_is_never_written_over(tmp_path: Path):
    key_files.make(tmp_path)
    first = key_files.load(tmp_path).sealing
    key_files.rotate(tmp_path, "20261121T080000")
    with pytest.raises(KeysError, match="there already"):
        key_files.rotate(tmp_path, "20261121T080000")
    key_files.rotate(tmp_path, "20261122T080000")
    kept = key_files.load(tmp_path)
    assert kept.opening[2] == first
    assert len(set(kept.opening)) == 3


def test_nothing_stored_is_sealed_anew_and_the_command_says_why(capsys):
    assert main(["rotate-keys", "--reseal"]) == 1
    assert "would break the chain" in capsys.readouterr().err
