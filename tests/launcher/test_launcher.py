"""The launcher as the process it is: it becomes the kiosk, and always of something."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher import state
from launcher.slots import is_whole
from tests.releases import HANGS, LIVES, RAISES, Kiosk, lay
from tests.waiting import until


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    """A kiosk fresh from its image."""
    return Kiosk(tmp_path / "kiosk")


def test_a_fresh_kiosk_starts_its_factory_slot_with_its_arguments(kiosk: Kiosk) -> None:
    assert kiosk.start("--settings", "x.toml", "run") == "1.0 --settings x.toml run"
    assert not (kiosk.slots / "state.json").exists(), "a start that changes nothing writes nothing"


def test_a_release_that_lives_is_confirmed_and_started_from_then_on(kiosk: Kiosk) -> None:
    kiosk.try_release("a", "2.0", 2)
    running = kiosk.stay("stay")
    until((kiosk.runtime / "healthy").exists)
    assert (kiosk.runtime / "trial").exists()
    assert kiosk.confirm(within_s=20) == 0
    running.kill()
    running.communicate()
    assert not (kiosk.runtime / "trial").exists()
    assert (kiosk.state.current, kiosk.state.trial, kiosk.state.counter) == ("a", "", 2)
    assert kiosk.start().startswith("2.0")


def test_a_release_that_cannot_be_imported_is_undone_at_its_third_start(kiosk: Kiosk) -> None:
    digest = kiosk.try_release("a", "2.0", 2, RAISES)
    assert ["ImportError" in kiosk.start() for _ in range(2)] == [True, True]
    assert kiosk.start() == "1.0"
    assert kiosk.state.has_failed(digest)
    assert kiosk.start() == "1.0"


def test_a_release_that_hangs_is_undone_in_time_and_the_kiosk_restarted(kiosk: Kiosk, tmp_path: Path) -> None:
    digest = kiosk.try_release("a", "2.0", 2, HANGS)
    running = kiosk.stay()
    assert running.stdout is not None
    assert running.stdout.readline().strip() == "hanging"
    restarted, began_s = tmp_path / "restarted", time.monotonic()
    assert kiosk.confirm(within_s=1.5, restart=f'{sys.executable} -c \'open("{restarted}", "w")\'') == 0
    assert time.monotonic() - began_s < 5
    running.kill()
    running.communicate()
    assert restarted.exists()
    assert kiosk.start() == "1.0"
    assert (kiosk.state.has_failed(digest), kiosk.state.trial) == (True, "")


def test_the_programs_beside_the_kiosk_take_a_release_once_it_has_proved_itself(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.try_release("a", "2.0", 2)
    running, followed = kiosk.stay("stay"), tmp_path / "followed"
    try:
        follow = f'{sys.executable} -c \'open("{followed}", "w")\''
        assert kiosk.confirm(within_s=20, restart="/bin/false", follow=follow) == 0
    finally:
        running.kill()
        running.communicate()
    assert (kiosk.state.current, followed.exists()) == ("a", True)


def test_confirming_when_nothing_is_on_trial_changes_nothing(kiosk: Kiosk) -> None:
    assert kiosk.confirm(restart="/bin/false", follow="/bin/false") == 0
    assert not (kiosk.slots / "state.json").exists()


@pytest.mark.parametrize("junk", [b"", b"\x00" * 300, b'{"current": "a", "tri', b"\xff\xfe", b"[]"])
def test_with_an_unreadable_state_the_factory_slot_runs(kiosk: Kiosk, junk: bytes) -> None:
    kiosk.try_release("a", "2.0", 2)
    (kiosk.slots / "state.json").write_bytes(junk)
    assert kiosk.start() == "1.0"


@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "release"])
def test_a_confirmed_slot_that_is_damaged_gives_way_to_the_one_before(kiosk: Kiosk, harm: str) -> None:
    old = lay(kiosk.slots / "b", "2.0", 2)
    new = lay(kiosk.slots / "a", "3.0", 3)
    state.write(kiosk.slots, state.State(current="a", digests={"a": new, "b": old}))
    assert kiosk.start() == "3.0"
    victim = kiosk.slots / ("a/release.json" if harm == "release" else "a/app/appliance/__main__.py")
    text = victim.read_text()
    if harm == "gone":
        victim.unlink()
    else:
        victim.write_text(text[:-9] if harm == "cut" else text.replace("e", "c", 1))
    assert kiosk.start() == "2.0"
    assert (kiosk.state.current, "damaged" in kiosk.state.said) == ("b", True)


def test_a_changed_library_is_found_once_the_kiosk_does_not_come_up(kiosk: Kiosk) -> None:
    digest = lay(kiosk.slots / "a", "2.0", 2)
    state.write(kiosk.slots, state.State(current="a", digests={"a": digest}))
    library = kiosk.slots / "a/lib/third.py"
    library.write_text("HERE = 2\n")
    assert not is_whole(kiosk.slots / "a", digest, is_deep=True)
    assert [kiosk.start() for _ in range(4)] == ["2.0", "2.0", "2.0", "1.0"]


@pytest.mark.skipif(os.getuid() == 0, reason="root writes where nobody may")
def test_a_trial_that_cannot_be_counted_is_not_begun(kiosk: Kiosk) -> None:
    kiosk.try_release("a", "2.0", 2)
    kiosk.slots.chmod(0o500)
    assert kiosk.start() == "1.0"
    kiosk.slots.chmod(0o700)


def test_a_trial_on_a_full_partition_is_not_begun(kiosk: Kiosk) -> None:
    kiosk.try_release("a", "2.0", 2)
    (kiosk.slots / ".state.json.new").mkdir()  # nothing can be written under that name
    assert kiosk.start() == "1.0"
    assert kiosk.state.trial == "a", "it is tried once there is room"


def test_a_slot_imports_from_its_own_folders_only(kiosk: Kiosk) -> None:
    program = "import sys, third\nprint(third.__file__, '' in sys.path)"
    kiosk.try_release("b", "2.0", 2, program)
    assert kiosk.start() == f"{kiosk.slots / 'b/lib/third.py'} False"


def test_the_process_stays_the_same_so_the_supervisor_knows_it(kiosk: Kiosk) -> None:
    kiosk.try_release("a", "2.0", 2, "import os\nprint(os.getpid(), flush=True)\n" + LIVES)
    running = kiosk.stay()
    said, _ = running.communicate(timeout=20)
    assert said.splitlines()[0] == str(running.pid)


def test_other_programs_come_from_the_slot_that_has_proved_itself_and_count_no_start(kiosk: Kiosk) -> None:
    kiosk.try_release("a", "2.0", 2)
    before = kiosk.state
    done = subprocess.run(kiosk.command("do", "update"), env=kiosk.env, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "1.0 update"
    assert kiosk.state == before
