"""The store's thread: thanked only after the commit, told when it fails, alive on a full disk."""

import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.failures import DOUBT
from appliance.outbox import Outbox
from appliance.salvage import LARGE_BYTES
from appliance.store import BALLAST_BYTES, WALK, Store
from survey.ballot import ballot_code
from tests.appliance.test_outbox import BOOT_A, a_draft
from tests.values import DEVICE
from tests.waiting import until


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path, DEVICE, BOOT_A)
    ready = threading.Event()
    opened.start(ready.set)
    assert ready.wait(10)
    yield opened
    opened.close()


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return store.outbox


def wait_for_cast(store: Store, draft: object) -> tuple[str | None, Exception | None, list[int]]:
    over = threading.Event()
    said: list[object] = [None, None]
    held: list[int] = []

    def done(code: str) -> None:
        held.append(sum(store.outbox.counts().values()))
        said[0] = code
        over.set()

    def failed(error: Exception) -> None:
        said[1] = error
        over.set()

    store.cast(draft, done, failed)  # type: ignore[arg-type]
    assert over.wait(10)
    return said[0], said[1], held  # type: ignore[return-value]


def test_the_code_comes_only_after_the_ballot_is_on_disk(store: Store) -> None:
    draft = a_draft()
    code, error, held = wait_for_cast(store, draft)
    assert (code, error, held) == (ballot_code(draft.id), None, [1])
    assert store.casts == 1


def test_a_draft_that_is_cast_again_counts_as_one_ballot(store: Store) -> None:
    draft = a_draft()
    codes = [wait_for_cast(store, draft)[0] for _ in range(3)]
    assert codes == [ballot_code(draft.id)] * 3
    assert store.casts == 1
    wait_for_cast(store, a_draft())
    assert store.casts == 2


def test_a_ballot_that_cannot_be_written_is_not_thanked_for_and_can_be_tried_again(
    store: Store, outbox: Outbox, tmp_path: Path
) -> None:
    outbox.db.execute("PRAGMA query_only = ON")
    draft = a_draft()
    code, error, _ = wait_for_cast(store, draft)
    assert code is None
    assert "readonly" in str(error)
    assert store.faults
    outbox.db.execute("PRAGMA query_only = OFF")
    assert wait_for_cast(store, draft)[0] == ballot_code(draft.id)


def test_on_a_full_disk_the_ballast_goes_and_the_ballot_stays(store: Store, outbox: Outbox, tmp_path: Path) -> None:
    ballast = tmp_path / "ballast"
    assert ballast.stat().st_size == BALLAST_BYTES
    pages = outbox.db.execute("PRAGMA page_count").fetchone()[0]
    outbox.db.execute(f"PRAGMA max_page_count = {pages}")
    original = Path.unlink

    def room(self: Path, missing_ok: bool = False) -> None:
        original(self, missing_ok=missing_ok)
        outbox.db.execute("PRAGMA max_page_count = 100000")

    Path.unlink = room  # type: ignore[method-assign]
    try:
        for _ in range(30):
            code, error, _ = wait_for_cast(store, a_draft())
            assert (code is None, error) == (False, None)
    finally:
        Path.unlink = original  # type: ignore[method-assign]
    assert not ballast.exists()
    assert outbox.counts() == {"unsent": 30}


def test_a_full_disk_without_ballast_keeps_what_was_promised_and_says_so(
    store: Store, outbox: Outbox, tmp_path: Path
) -> None:
    (tmp_path / "ballast").unlink()
    promised = 0
    pages = outbox.db.execute("PRAGMA page_count").fetchone()[0]
    outbox.db.execute(f"PRAGMA max_page_count = {pages + 4}")
    for _ in range(30):
        code, error, _ = wait_for_cast(store, a_draft())
        promised += code is not None
        assert (code is None) == (error is not None)
    assert 0 < promised < 30
    assert outbox.counts() == {"unsent": promised}
    outbox.db.execute("PRAGMA max_page_count = 100000")
    assert wait_for_cast(store, a_draft())[0] is not None


def test_what_was_kept_is_cast_when_the_program_starts_again(store: Store, tmp_path: Path) -> None:
    draft = a_draft()
    store.keep(draft)
    store.close()
    again = Store(tmp_path, DEVICE, BOOT_A)
    ready = threading.Event()
    again.start(ready.set)
    assert ready.wait(10)
    assert again.outbox.counts() == {"unsent": 1}
    again.close()


def test_what_is_asked_before_the_outbox_is_open_waits_in_order(tmp_path: Path) -> None:
    early = Store(tmp_path, DEVICE, BOOT_A)
    said: list[str] = []
    drafts = [a_draft() for _ in range(3)]
    over = threading.Event()
    for draft in drafts:
        early.keep(draft)
        early.cast(draft, lambda code: (said.append(code), len(said) == 3 and over.set()), lambda _: None)
    early.start(lambda: None)
    assert over.wait(10)
    assert said == [ballot_code(draft.id) for draft in drafts]
    early.close()


def test_an_outbox_that_cannot_be_opened_is_never_thanked_for_and_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").mkdir()
    (tmp_path / "outbox.db" / "lost+found").mkdir()
    refused = Store(tmp_path / "outbox.db" / "no" / "such", DEVICE, BOOT_A)
    refused.start(lambda: None)
    code, error, _ = wait_for_cast(refused, a_draft())
    assert code is None
    assert error is not None
    (tmp_path / "outbox.db" / "no" / "such").mkdir(parents=True)
    assert wait_for_cast(refused, a_draft())[0] is not None
    refused.close()


def a_year_of_ballots(folder: Path, count: int = 8_500) -> int:
    """Fill an outbox beyond what is looked at whole at a start; return the place whose ballot was damaged."""
    outbox = Outbox(folder / "outbox.db", DEVICE, "b" * 32)
    first = outbox.cast(a_draft(), Clock(outbox.boot).now())
    with outbox._writing():
        for seq in range(2, count + 1):
            ballot = replace(first, id=uuid4(), seq=seq, answers_salt=secrets.token_bytes(16))
            outbox._append(ballot, bytes.fromhex(outbox.head().link))
    outbox.db.execute("UPDATE ballots SET leaf = zeroblob(32) WHERE seq = 700")
    outbox.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    outbox.close()
    assert (folder / "outbox.db").stat().st_size > LARGE_BYTES
    return 700


def test_a_large_outbox_opens_at_once_is_walked_through_and_its_damage_found(tmp_path: Path) -> None:
    broken = a_year_of_ballots(tmp_path)
    store = Store(tmp_path, DEVICE, "c" * 32)
    opened = threading.Event()
    store.start(opened.set)
    assert opened.wait(20)
    assert store.faults == []
    assert wait_for_cast(store, a_draft())[0]
    steps = 0
    while not store.is_in_doubt and steps < 10:
        steps += 1
        store.walk_on()
        until(store._jobs.empty)
        time.sleep(0.05)
    assert steps * WALK >= broken
    assert any(f"broken at {broken}" in fault for fault in store.faults)
    store.close()

    again = Store(tmp_path, DEVICE, "d" * 32)
    opened.clear()
    again.start(opened.set)
    assert opened.wait(60)
    assert any("damaged" in fault for fault in again.faults)
    assert again.outbox.counts()["unsent"] == 8_500  # one was broken, one was cast meanwhile
    assert not (tmp_path / DOUBT).exists()
    again.close()
