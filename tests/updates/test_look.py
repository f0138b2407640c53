"""A kiosk takes what is signed, newer, whole and wished for; everything else leaves it as it is."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.updates.decide import Stay, Why, has_room
from appliance.updates.look import Failed, Laid, Outcome, Places, look
from appliance.updates.sources import Folder
from launcher import state
from launcher.slots import hash_of
from provisioning.release import keys, repository
from tests.releases import RAISES, Kiosk
from tests.updates.conftest import WORDS, Maker, days_from_now
from tests.waiting import until

Look = Callable[..., Outcome]


def confirmed(kiosk: Kiosk) -> None:
    running = kiosk.stay("stay")
    until((kiosk.runtime / "healthy").exists)
    assert kiosk.confirm(within_s=20) == 0
    running.kill()
    running.communicate()


def test_a_signed_release_is_laid_down_tried_confirmed_and_runs(kiosk: Kiosk, maker: Maker, look_at: Look) -> None:
    maker.publish("1.1", 2)
    assert look_at() == Laid("1.1")
    assert kiosk.state.trial == "a"
    confirmed(kiosk)
    assert kiosk.start() == "1.1"
    assert look_at() == Stay(Why.SAME, "1.1")
    maker.publish("1.2", 3)
    assert look_at() == Laid("1.2")
    confirmed(kiosk)
    assert (kiosk.start(), kiosk.state.current, kiosk.state.counter) == ("1.2", "b", 3)


def test_libraries_that_are_there_already_are_neither_fetched_nor_copied(
    kiosk: Kiosk, maker: Maker, look_at: Look
) -> None:
    maker.publish("1.1", 2)
    for archive in (maker.repository / "targets").glob("*.lib-*"):
        archive.unlink()
    assert look_at() == Laid("1.1")
    assert (kiosk.slots / "a/lib").readlink() == kiosk.factory / "lib"


def test_new_libraries_are_shared_by_both_slots_and_old_ones_cleared(kiosk: Kiosk, maker: Maker, look_at: Look) -> None:
    for version, counter, third in (("1.1", 2, "HERE = 2\n"), ("1.2", 3, "HERE = 3\n"), ("1.3", 4, "HERE = 4\n")):
        maker.publish(version, counter, third=third)
        assert look_at() == Laid(version)
        confirmed(kiosk)
    assert len(list((kiosk.slots / "libs").iterdir())) == 2, "what runs, and the way back"
    assert (kiosk.slots / kiosk.state.current / "lib/third.py").read_text() == "HERE = 4\n"
    assert list((kiosk.slots / "downloads").iterdir()) == []


def test_how_far_a_look_is_is_told_step_by_step(kiosk: Kiosk, maker: Maker) -> None:
    maker.publish("1.1", 2, third="HERE = 2\n", many=200)
    told: list[tuple[str, float | None]] = []
    laid = look(
        Places(kiosk.slots, kiosk.factory), Folder(maker.repository), wished="", is_exact=True, is_by_hand=True,
        tell=lambda words, share: told.append((words, share)),
    )  # fmt: skip
    assert laid == Laid("1.1")
    assert [words for words, share in told if share is None] == ["kiểm chữ ký…", "ghi vào thẻ và đọc lại…"]
    shares = [share for _, share in told if share is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_before_the_time_is_proven_nothing_is_taken(kiosk: Kiosk, maker: Maker, look_at: Look) -> None:
    maker.publish("1.1", 2)
    assert look_at(is_exact=False) == Stay(Why.CLOCK)
    assert not (kiosk.slots / "tuf").exists()


def test_what_the_centre_does_not_wish_is_not_taken_from_it(maker: Maker, look_at: Look) -> None:
    maker.publish("1.1", 2)
    maker.publish("1.2", 3)
    assert look_at(is_by_hand=False) == Stay(Why.NO_WISH)
    assert look_at(wished="1.1", is_by_hand=False) == Laid("1.1")


def test_a_wish_for_what_is_not_offered_says_so(maker: Maker, look_at: Look) -> None:
    maker.publish("1.1", 2)
    assert look_at(wished="9.9") == Stay(Why.NOT_OFFERED, "9.9")


def test_a_kiosk_never_goes_down(kiosk: Kiosk, maker: Maker, look_at: Look) -> None:
    maker.publish("1.1", 2)
    maker.publish("1.2", 3)
    assert look_at() == Laid("1.2")
    confirmed(kiosk)
    assert look_at(wished="1.1") == Stay(Why.OLDER, "1.1")


def test_a_kiosk_whose_newest_slot_is_lost_does_not_go_below_it_either(
    kiosk: Kiosk, maker: Maker, look_at: Look
) -> None:
    maker.publish("1.1", 2)
    maker.publish("1.2", 3)
    assert look_at() == Laid("1.2")
    confirmed(kiosk)
    shutil.rmtree(kiosk.slots / "a/app")
    assert kiosk.start() == "1.0"
    assert look_at(wished="1.1") == Stay(Why.OLDER, "1.1")
    assert look_at(wished="1.2") == Laid("1.2"), "damage is no failure: the same release may come back"


def test_a_release_that_was_undone_is_never_taken_again_by_itself(kiosk: Kiosk, maker: Maker, look_at: Look) -> None:
    maker.publish("1.1", 2, RAISES)
    assert look_at() == Laid("1.1")
    assert [kiosk.start()[-40:] for _ in range(3)][-1] == "1.0"
    assert look_at() == Stay(Why.FAILED, "1.1")
    assert look_at(wished="1.1") == Stay(Why.FAILED, "1.1")
    maker.publish("1.2", 3)
    assert look_at() == Laid("1.2")


def test_while_one_release_is_tried_no_other_is_looked_for(kiosk: Kiosk, maker: Maker, look_at: Look) -> None:
    maker.publish("1.1", 2)
    look_at()
    before = kiosk.state
    maker.publish("1.2", 3)
    assert look_at() == Stay(Why.TRIAL)
    assert kiosk.state == before


@pytest.mark.parametrize("what", ["app-", "release-", "index"])
def test_a_changed_file_is_refused_and_nothing_is_started(kiosk: Kiosk, maker: Maker, look_at: Look, what: str) -> None:
    maker.publish("1.1", 2)
    (victim,) = (each for each in (maker.repository / "targets").iterdir() if each.name[65:].startswith(what))
    body = bytearray(victim.read_bytes())
    body[len(body) // 2] ^= 1
    victim.write_bytes(body)
    assert isinstance(look_at(), Failed)
    assert (kiosk.state.trial, kiosk.start()) == ("", "1.0")


@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json", "1.targets.json"])
def test_a_changed_list_is_refused(kiosk: Kiosk, maker: Maker, look_at: Look, name: str) -> None:
    maker.publish("1.1", 2)
    path = maker.repository / "metadata" / name
    path.write_text(path.read_text().replace('"version": 1', '"version": 7', 1))
    outcome = look_at()
    assert isinstance(outcome, Failed)
    assert "Chữ ký không đúng" in outcome.words
    assert kiosk.state == state.State()


def test_lists_of_another_maker_are_refused(kiosk: Kiosk, maker: Maker, look_at: Look, tmp_path: Path) -> None:
    stranger = Maker(tmp_path / "stranger")
    stranger.publish("6.6", 66)
    outcome = look_at(Folder(stranger.repository))
    assert isinstance(outcome, Failed)
    assert kiosk.start() == "1.0"


def test_lists_that_have_run_out_are_refused_until_they_are_signed_anew(maker: Maker, look_at: Look) -> None:
    maker.publish("1.1", 2, now=days_from_now(-181))
    outcome = look_at()
    assert isinstance(outcome, Failed)
    assert "hết hạn" in outcome.words
    repository.refresh(maker.repository, maker.keys)
    assert look_at() == Laid("1.1")


def test_lists_half_a_year_old_still_hold(maker: Maker, look_at: Look) -> None:
    maker.publish("1.1", 2, now=days_from_now(-170))
    assert look_at() == Laid("1.1")


def test_an_older_list_than_one_already_seen_is_refused(
    kiosk: Kiosk, maker: Maker, look_at: Look, tmp_path: Path
) -> None:
    maker.publish("1.1", 2)
    shutil.copytree(maker.repository, tmp_path / "old")
    maker.publish("1.2", 3)
    assert look_at(wished="9.9") == Stay(Why.NOT_OFFERED, "9.9")
    outcome = look_at(Folder(tmp_path / "old"))
    assert isinstance(outcome, Failed)
    assert "bị lùi" in outcome.words
    assert kiosk.state.trial == "", "a stick that was kept back does not bring the past back"


def test_a_card_without_room_for_it_says_so() -> None:
    assert has_room(100_000_000, 60_000_000) is None
    stay = has_room(90_000_000, 60_000_000)
    assert stay == Stay(Why.ROOM, "60 MB needed, 90 MB free")


def test_an_empty_or_missing_folder_is_said_plainly(look_at: Look, tmp_path: Path) -> None:
    outcome = look_at(Folder(tmp_path / "nothing"))
    assert isinstance(outcome, Failed)
    assert outcome.words == "Không đọc được kho bản phát hành."


def test_a_lost_signature_key_cannot_be_opened_without_its_words(maker: Maker) -> None:
    with pytest.raises(keys.ReleaseError, match="sai cụm mật khẩu"):
        keys.signer(maker.keys, "targets", WORDS + b"x")


def test_a_download_that_was_cut_is_gone_on_with(kiosk: Kiosk, maker: Maker, look_at: Look) -> None:
    maker.publish("1.1", 2)
    (archive,) = (each for each in (maker.repository / "targets").iterdir() if each.name[65:].startswith("app-"))
    (kiosk.slots / "downloads").mkdir()
    part = kiosk.slots / "downloads" / f"{hash_of(archive)}.part"
    part.write_bytes(archive.read_bytes()[:100])
    asked: list[int] = []

    class Watched(Folder):
        def read(self, path: str, start: int = 0):  # type: ignore[no-untyped-def]
            if "app-" in path:
                asked.append(start)
            return super().read(path, start)

    assert look_at(Watched(maker.repository)) == Laid("1.1")
    assert asked == [100]


def test_a_download_whose_beginning_is_wrong_is_thrown_away_once(kiosk: Kiosk, maker: Maker, look_at: Look) -> None:
    maker.publish("1.1", 2)
    (archive,) = (each for each in (maker.repository / "targets").iterdir() if each.name[65:].startswith("app-"))
    (kiosk.slots / "downloads").mkdir()
    (kiosk.slots / "downloads" / f"{hash_of(archive)}.part").write_bytes(b"x" * 100)
    assert isinstance(look_at(), Failed)
    assert look_at() == Laid("1.1")


def test_two_looks_at_once_do_not_meet(kiosk: Kiosk, maker: Maker, look_at: Look) -> None:
    import fcntl
    import os

    maker.publish("1.1", 2)
    handle = os.open(kiosk.slots, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert isinstance(look_at(), Failed)
    os.close(handle)
    began_s = time.monotonic()
    assert look_at() == Laid("1.1")
    assert time.monotonic() - began_s < 30
