"""A first boot on the glass: whatever follows whatever, every list, code and counter is whole and can be touched."""

from itertools import permutations

import pytest

from appliance.firstboot import progress as progresses
from appliance.firstboot import work
from appliance.firstboot.progress import Applied, Progress, Proof, Stage
from appliance.screens import pairing, technician
from commission.card import Card, Wifi
from commission.proof import network, settings
from demo.handbook import Poster
from tests.screens.whole import assert_whole

NAMES = "UBND phường Nguyễn Nghiêm, Bộ phận Tiếp nhận và Trả kết quả\nQuầy số 12 · Tài nguyên – Môi trường"


def proofs(answer: str, tmp_path) -> tuple[Proof, ...]:
    """Return what root's own program says where every command gives this answer."""
    host, wifi = "hl-nguyen-nghiem-quay-so-12", Wifi("Một Cửa phường Nguyễn Nghiêm", "ab" * 32, "VN")
    card = Card(
        "pho.q12", host, "wifi", wifi, "10.200.140.117/24", "", (), "Asia/Ho_Chi_Minh", "", "", "https://ks.example", ""
    )
    found = [*settings(card, tmp_path, lambda words: answer), network(card, lambda words: answer)]
    return tuple(Proof(one.id, one.sign, one.name, one.value, one.way_out) for one in found)


@pytest.fixture
def glass(start):
    rig = start()
    rig.wait(1.0)  # the waiting screen first
    technician.join()
    pairing.join()
    yield rig
    rig.app.guest = None


def states(tmp_path) -> list[Progress]:
    """Return the moments of a first boot, well and with every setting amiss."""
    office, _, counter = NAMES.partition("\n")
    words = [*work.REFUSALS.values(), work.REFUSAL]
    longest = max(words, key=len)
    found = []
    for applied in (
        Applied(),
        Applied(True, proofs("10.200.140.171/24", tmp_path)),
        Applied(True, proofs("", tmp_path)),
    ):
        found += [
            Progress(applied), Progress(applied, Stage.ENROLLING, longest, tries=12),
            Progress(applied, Stage.REFUSED, longest, tries=3), Progress(applied, Stage.PAIRING),
            Progress(
                applied, Stage.PAIRING, letters="MWMWMWMW", four=("nghiêng", "nghiệp", "chuyến", "khuyên"),
                page="https://khaosat-hailong.tuyenquang.example.gov.vn/thiet-bi/ghep?ma=MWMWMWMW",
            ),
            Progress(applied, Stage.READY, office=office, counter=counter, device="ks-004711"),
        ]  # fmt: skip
    return found


def frames(progress: Progress):
    """Yield each part of what is shown."""
    for part in range(6):
        yield progresses.frame(progress, part * progresses.PART_S)


def test_every_part_of_every_moment_is_whole(glass, tmp_path):
    seen = set()
    for progress in states(tmp_path):
        for frame in frames(progress):
            glass.app.guest = Poster(frame)
            glass.until(lambda frame=frame: glass.view == frame.screen)
            assert glass.app.notes == []
            seen.add(type(glass.view).__name__)
            assert_whole(glass)
    assert seen == {"RowsView", "PairView", "AskView"}


def test_any_moment_may_follow_any_other(glass, tmp_path):
    every = [progresses.frame(progress, 0.0) for progress in states(tmp_path)]
    for before, after in permutations(every, 2):
        for frame in (before, after):
            glass.app.glass.show(frame)
    assert glass.app.notes == []
    glass.app.guest = Poster(every[-1])
    glass.until(lambda: glass.view == every[-1].screen)
    assert_whole(glass)
