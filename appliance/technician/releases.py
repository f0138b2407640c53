"""Updates off a technician's stick: whether there is one, one look at it, and what came of it in words."""

from pathlib import Path

from appliance.settings import Settings
from appliance.technician.state import Told
from appliance.updates.command import stick_folder, update
from appliance.updates.decide import Stay, Why
from appliance.updates.look import Laid, Outcome, Tell

NO_STICK = Told(
    "Không thấy bản cập nhật trên USB.", "Cắm USB do “release stick” làm, chờ 5 giây rồi thử lại.", is_good=False
)


def has_stick(local: Settings, root: Path) -> bool:
    """Return whether a stick with releases is plugged in."""
    return stick_folder(local, root) is not None


def taken(local: Settings, root: Path, tell: Tell) -> Outcome | None:
    """Look once at the stick; returns what came of it, None where there is no stick any more."""
    folder = stick_folder(local, root)
    return None if folder is None else update(local, folder, tell)


def told_of(outcome: Outcome | None) -> Told:
    """Return what the technician reads of a look; pure."""
    if outcome is None:
        return NO_STICK
    if isinstance(outcome, Laid):
        words = "Rút USB rồi ra khỏi chế độ kỹ thuật: máy khởi động lại vào bản mới."
        return Told(f"Bản {outcome.version} đã sẵn sàng.", words, is_good=True)
    if isinstance(outcome, Stay) and outcome.why is Why.SAME:
        return Told("Không cần cập nhật.", outcome.words, is_good=True)
    return Told("Chưa cập nhật.", outcome.words, is_good=False)
