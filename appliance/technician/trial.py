"""The 90-second acceptance test: what is asked in which order, and what came of it; pure, no clock of its own."""

from collections.abc import Sequence
from typing import Final

import msgspec

from appliance.technician.checks import Finding, Sign
from survey.acceptance import Item, Outcome

SPOTS: Final = ("góc trên trái", "góc trên phải", "chính giữa", "góc dưới trái", "góc dưới phải")
STEP_S: Final = 20.0
"""A target not touched, a button not pressed or a question not answered in this time has failed."""

OUTCOMES: Final[dict[Sign, Outcome]] = {Sign.OK: "pass", Sign.WARN: "pass", Sign.BAD: "fail", Sign.UNKNOWN: "skipped"}
NAMES: Final = {"touch": "Chạm", "button": "Bấm nút", "heard": "Nghe tiếng", "scanned": "Quét mã QR"}


class Trial(msgspec.Struct, frozen=True):
    """One test under way. steps: what is asked, `touch-0` … `scanned`; at: which; since_s: when it was first shown."""

    items: tuple[Item, ...]
    steps: tuple[str, ...]
    began_at_s: float
    since_s: float
    at: int = 0

    @property
    def step(self) -> str:
        """What is asked now, "" at the end."""
        return self.steps[self.at] if self.at < len(self.steps) else ""


def begun(findings: Sequence[Finding], levels: Sequence[int], began_at_s: float, at_s: float) -> Trial:
    """Return a test whose automatic part is done. levels: of the buttons there are, in the order they are asked."""
    items = tuple(Item(each.id, OUTCOMES[each.sign], _short(each)) for each in findings if each.id != "sound")
    steps = [f"touch-{n}" for n in range(len(SPOTS))] + [f"button-{level}" for level in levels]
    sounds = next((each for each in findings if each.id == "sound"), None)
    if sounds is None or sounds.sign is Sign.UNKNOWN:
        items += (Item("heard", "skipped", sounds.value if sounds else ""),)
    else:
        steps.append("heard")
    items += () if levels else (Item("button", "skipped", "không lắp nút"),)
    return Trial(items, (*steps, "scanned"), began_at_s, at_s)


def _short(finding: Finding) -> str:
    return finding.value[:200]


def touched(trial: Trial, name: str, at_s: float) -> Trial:
    """Return the test after a touch: on the target asked for, or an answer `yes`, `no`, `skip`."""
    kind, _, _ = trial.step.partition("-")
    if kind == "touch":
        return _passed(trial, at_s) if name == trial.step else trial
    if name == "skip" and kind in {"button", "heard", "scanned"}:
        return _next(trial, Item(trial.step, "skipped", "bỏ qua"), at_s)
    if kind in {"heard", "scanned"} and name in {"yes", "no"}:
        return (
            _passed(trial, at_s) if name == "yes" else _next(trial, Item(trial.step, "fail", "người thử: không"), at_s)
        )
    if kind == "button" and name == "no":
        return _next(trial, Item(trial.step, "fail", "bấm không nhận"), at_s)
    return trial


def pressed(trial: Trial, level: int, at_s: float) -> Trial:
    """Return the test after a press of a button; another one than asked for changes nothing."""
    return _passed(trial, at_s) if trial.step == f"button-{level}" else trial


def after(trial: Trial, at_s: float) -> Trial:
    """Return the test as it stands at a moment: what was not done in time has failed."""
    if trial.step and at_s - trial.since_s >= STEP_S:
        return _next(trial, Item(trial.step, "fail", f"không có trong {STEP_S:.0f} giây"), at_s)
    return trial


def left_s(trial: Trial, at_s: float) -> int:
    """Return whole seconds left for the step asked now."""
    return max(0, -int(-(STEP_S - (at_s - trial.since_s)) // 1))


def spots(trial: Trial) -> dict[int, bool]:
    """Return which spots of the glass answered, by their place in SPOTS; those not asked are left out."""
    return {
        int(item.id.removeprefix("touch-")): item.outcome == "pass"
        for item in trial.items
        if item.id.startswith("touch-")
    }


def title(item: Item) -> str:
    """Return what an item that a person did is called, "" for one that was checked automatically."""
    kind, _, what = item.id.partition("-")
    words = NAMES.get(kind, "")
    if kind == "touch":
        return f"{words} {SPOTS[int(what)]}"
    return f"{words} {what}".strip() if words else ""


def _passed(trial: Trial, at_s: float) -> Trial:
    took = f"{at_s - trial.since_s:.1f} giây".replace(".", ",")
    return _next(trial, Item(trial.step, "pass", f"sau {took}"), at_s)


def _next(trial: Trial, item: Item, at_s: float) -> Trial:
    return msgspec.structs.replace(trial, items=(*trial.items, item), at=trial.at + 1, since_s=at_s)
