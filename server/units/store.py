"""Taking a workbook of units in: all of it in one transaction, or nothing."""

from server.database import Work
from server.offices import history
from server.offices.queries import successions
from server.units.intake import Intake, intake

IMPORT = "import"


def import_offices(work: Work, body: bytes, actor: str, now_ms: int, *, is_trial: bool) -> Intake:
    """Return what a workbook does; it is done unless it has faults, changes nothing or this is a trial.

    Raises BookError if it is no workbook, ChangeError if it cannot be stored.
    """
    versions = history.locked_versions(work)
    found = intake(body, versions, successions(work.connection))
    if not (found.faults or found.plan.is_empty or is_trial):
        words = f"nhập danh mục từ Excel: {found.added} mới, {found.changed} đổi"
        history.apply(work, found.plan, history.Said(now_ms, actor, IMPORT, words))
    return found
