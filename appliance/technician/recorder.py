"""What the recorder's two pages show: the languages, and one prompt to read aloud; pure, draws nothing."""

import msgspec

from appliance.technician.state import Visit
from appliance.technician.studio import LONGEST_S, Studio, Tally
from appliance.technician.tiles import BACK, Tile, TilesView
from appliance.tongues import tongue
from appliance.view import Control


class StudioView(msgspec.Struct, frozen=True):
    """One prompt to read aloud. place: which of how many; level: of the microphone, 0 … 1, None while it is closed.

    actions: the row in the middle, the main one among them; controls: the bar.
    """

    title: str
    note: str
    sign: str
    place: str
    text: str
    level: float | None
    actions: list[Control]
    controls: list[Control]


def voices(visit: Visit, at_s: float) -> TilesView:
    """Return the choice of a language."""
    tiles = [
        Tile(f"tongue-{each.code}", tongue(each.code).name, _far(each), "check" if each.is_offered else "")
        for each in visit.tallies
    ]
    return TilesView("Thu giọng đọc", "Chọn thứ tiếng. Dấu tích: người dân đã chọn được.", "", tiles, [BACK])


def _far(tally: Tally) -> str:
    return " · ".join(filter(None, (tongue(tally.code).own, f"{tally.kept}/{tally.count} câu")))


def studio(visit: Visit, at_s: float) -> StudioView:
    """Return the page of one prompt."""
    now = visit.studio
    if now is None:
        return StudioView("Thu giọng đọc", "", "", "", "", None, [], [BACK])
    return StudioView(
        title=f"{tongue(now.lang).name}: đã thu {len(now.kept)}/{len(now.lines)}",
        note=_note(now),
        sign=_sign(now),
        place=f"câu {now.at + 1}/{len(now.lines)}",
        text=now.line.text,
        level=now.level if now.doing == "record" else None,
        actions=_actions(now),
        controls=_controls(now),
    )


def _note(now: Studio) -> str:
    if now.doing == "record":
        left = LONGEST_S - now.seconds
        words = f"Đang thu {now.seconds:.0f} giây"
        return words if left > 15 else f"{words}, còn {max(0, left):.0f} giây"
    if now.doing == "save":
        return "Đang ghi vào thẻ…"
    if now.doing == "play":
        return "Đang phát bản đã thu"
    if now.told:
        return now.told
    if now.line.id in now.stale:
        return "Lời câu này đã đổi sau khi thu: cần thu lại."
    if now.line.id in now.kept:
        return "Câu này đã thu."
    return (
        "Chưa thu: máy đọc giọng có sẵn." if now.lang in {"vi", "en"} else "Chưa thu: máy đọc câu này bằng tiếng Việt."
    )


def _sign(now: Studio) -> str:
    if now.doing:
        return "wait"
    if now.told:
        return now.sign
    return "warn" if now.line.id in now.stale else "ok" if now.line.id in now.kept else "unknown"


def _actions(now: Studio) -> list[Control]:
    if now.doing == "record":
        return [Control("stop", "Dừng", "stop", is_main=True)]
    if now.take is not None:
        return [
            Control("discard", "Bỏ bản này", "none"),
            Control("record", "Thu lại", "mic", is_main=True),
            Control("keep", "Vẫn giữ", "check"),
        ]
    words = "Thu lại" if now.has_recording else "Thu"
    return [
        Control("last", "Câu trước", "back"),
        Control("record", words, "mic", is_main=True),
        Control("next", "Câu sau", "next"),
    ]


def _controls(now: Studio) -> list[Control]:
    if now.doing in {"record", "save"}:
        return [BACK]
    if now.take is not None:
        return [BACK, Control("play", "Nghe thử", "speaker")]
    if now.doing == "play":
        return [BACK, Control("hush", "Dừng phát", "stop")]
    more = [Control("undo", "Bản trước", "retry")] if now.line.id in now.before else []
    if now.has_recording:
        more += [Control("delete", "Xóa", "erase"), Control("play", "Nghe lại", "speaker")]
    return [BACK, *more]
