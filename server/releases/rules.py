"""How far a rollout is and what may be done next; pure."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from server.devices.release_wish import ALL, CANARY, STAGES, Step, is_in_stage

STAGE_WORDS: Final = {CANARY: "Máy thử trước", "tenth": "10 % số máy", ALL: "Tất cả các máy"}
CANARIES_AT_MOST: Final = 50


class RolloutError(ValueError):
    """A step that cannot be taken; `str()` is Vietnamese, with the way out."""


class Kiosk(msgspec.Struct, frozen=True):
    """One kiosk in use. version: what runs, "" before it first spoke. failed: the release it undid last, or ""."""

    id: str
    office: str
    counter: str
    version: str
    failed: str


class Count(msgspec.Struct, frozen=True):
    """How a rollout stands. wished: kiosks of the stage; has: run it; failed: undid it; waiting: neither yet."""

    wished: int
    has: int
    failed: list[Kiosk]
    waiting: int


def count(step: Step, kiosks: Sequence[Kiosk]) -> Count:
    """Return how the stage reached stands."""
    mine = [one for one in kiosks if is_in_stage(step, one.id)]
    has = [one for one in mine if one.version == step.version]
    failed = [one for one in mine if one.failed == step.version and one.version != step.version]
    return Count(len(mine), len(has), failed, len(mine) - len(has) - len(failed))


def begun(
    step: Step | None, version: str, counters: Mapping[str, int], canaries: Sequence[str], known: Sequence[str]
) -> Step:
    """Return the first step of a release. counters: of every release taken in. known: ids of kiosks in use.

    Raises RolloutError.
    """
    if version not in counters:
        raise RolloutError(f"Trung tâm chưa có bản “{version[:40]}”. Xin chạy: python -m server releases add")
    if step is not None and step.version == version:
        raise RolloutError(f"Bản {version} đang được đưa xuống rồi.")
    if step is not None and counters[version] < counters.get(step.version, 0):
        raise RolloutError(
            f"Bản {version} cũ hơn bản {step.version}; máy không bao giờ lùi bản. Xin phát hành bản mới hơn."
        )
    strange = [one for one in canaries if one not in known]
    if strange:
        raise RolloutError(f"Không có máy “{strange[0][:80]}”. Xin ghi đúng mã máy, ví dụ ks-000001.")
    if not 1 <= len(canaries) <= CANARIES_AT_MOST:
        raise RolloutError(f"Xin chọn từ 1 đến {CANARIES_AT_MOST} máy thử trước; đang có {len(canaries)}.")
    return Step(version, _for_others(step), CANARY, False, sorted(set(canaries)), 0, "")


def _for_others(step: Step | None) -> str:
    """Return what all kiosks are wished so far: a release that never reached them all does not reach them now."""
    if step is None:
        return ""
    return step.version if step.stage == ALL and not step.is_paused else step.previous


def advanced(step: Step, found: Count, *, is_sure: bool) -> Step:
    """Return the next stage. Raises RolloutError while a kiosk of this one has failed or none has the release yet.

    is_sure: the person said so in spite of that.
    """
    if step.stage == ALL:
        raise RolloutError("Bản này đã đến tất cả các máy.")
    if step.is_paused:
        raise RolloutError("Đang tạm dừng. Xin bấm “Chạy tiếp” trước.")
    if found.failed and not is_sure:
        names = ", ".join(one.id for one in found.failed[:5])
        raise RolloutError(
            f"{len(found.failed)} máy đã thử và hỏng ({names}). Xin xem lại; "
            "nếu vẫn muốn mở rộng, xin đánh dấu ô xác nhận."
        )
    if not found.has and not is_sure:
        raise RolloutError(
            f"Chưa máy nào chạy bản {step.version}. Xin chờ; nếu vẫn muốn mở rộng, xin đánh dấu ô xác nhận."
        )
    return replace(step, stage=STAGES[STAGES.index(step.stage) + 1])


def paused(step: Step, *, is_paused: bool) -> Step:
    """Return the step held, or let go on. Raises RolloutError if it is so already."""
    if step.is_paused == is_paused:
        raise RolloutError("Đã tạm dừng từ trước." if is_paused else "Không có gì đang tạm dừng.")
    return replace(step, is_paused=is_paused)


def withdrawn(step: Step) -> Step:
    """Return the step in which everybody is wished what was wished before; what runs already goes on running."""
    return Step(step.previous, "", ALL, False, [], 0, "")


def canaries_in(text: str) -> list[str]:
    """Return the ids a person typed, however they are separated.

    >>> canaries_in("ks-000001, ks-000002; ks-000002")
    ['ks-000001', 'ks-000002']
    """
    return list(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))
