"""What a kiosk says of releases that did not do: until one is confirmed, and damage too."""

from pathlib import Path

from appliance.updates import told
from launcher import state
from launcher.state import State, confirmed, on_trial, undone


def said(folder: Path, known: State) -> tuple[str, str]:
    state.write(folder, known)
    return told.undone({"HAILONG_SLOTS": str(folder)})


def test_an_undone_release_is_told_until_another_is_confirmed(tmp_path: Path) -> None:
    tried = on_trial(State(), "a", "digest", "1.2")
    failed = undone(tried, "hung")
    assert said(tmp_path, tried) == ("", "")
    assert said(tmp_path, failed) == ("1.2", "1.2: hung")
    mended = confirmed(on_trial(failed, "a", "other", "1.3"), 3)
    assert said(tmp_path, mended) == ("", "")
    assert mended.has_failed("digest"), "it is still never tried again"


def test_a_damaged_slot_is_told_though_no_release_failed(tmp_path: Path) -> None:
    assert said(tmp_path, State(said="slot a is damaged; b runs")) == ("", "slot a is damaged; b runs")


def test_without_a_launcher_there_is_nothing_to_say() -> None:
    assert told.undone({}) == ("", "")
    assert not told.is_waiting({})
    assert told.alive_teller({}) is None
