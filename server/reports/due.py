"""Making the reports that are due: each once for its period, with its mail in the same transaction."""

import structlog

from server.centre import Centre
from server.database import Work
from server.mail import outbox
from server.mail.message import File, Message
from server.offices.queries import all_versions
from server.reports import schedule
from server.reports.archive import Issued, issue, key_of
from server.reports.schedule import Run, Schedule
from server.results.periods import Period
from survey.local_time import local_date

log = structlog.get_logger()
ACTOR = "lịch báo cáo"


class DoneError(Exception):
    """Another process made this period's report in between; nothing is stored."""


def make_due(centre: Centre) -> tuple[int, int]:
    """Make every report that is due. Returns (made, failed); what failed waits longer each time."""
    now = centre.now_ms()
    with centre.engine.connect() as connection:
        several = schedule.standing(connection)
        known = schedule.runs(connection, [one.id for one in several])
        decided = schedule.decided_days(connection)
    made = failed = 0
    for one, period in schedule.due(several, known, decided, now, centre.settings.month_cut):
        run = known.get((one.id, key_of(period)))
        try:
            make(centre, one, period)
            made += 1
        except DoneError:
            continue
        except Exception as error:  # noqa: BLE001 - told on the page; the other schedules go on
            failed += 1
            _failed(centre, one, period, (run.tries if run else 0) + 1, error)
    if made or failed:
        log.info("reports due", made=made, failed=failed)
    return made, failed


def make(centre: Centre, one: Schedule, period: Period) -> Issued:
    """Issue one period's report and put its mail into the outbox. Raises DoneError if that was done before."""
    name = _name(centre, one.unit, period)

    def also(work: Work, issued: Issued, pdf_file: bytes) -> None:
        run = Run(one.id, issued.period, issued.id, "", 0, issued.at, issued.at)
        if not schedule.note(work, run):
            raise DoneError
        message = mail_of(issued, one.recipients, name, pdf_file)
        outbox.put(work, message, centre.settings.smtp_from, issued.at)

    return issue(centre, one.unit, period, ACTOR, also)


def mail_of(issued: Issued, recipients: list[str], name: str, pdf_file: bytes) -> Message:
    """Return the mail that brings a report; pure. name: of the unit."""
    text = (
        f"Kính gửi Ông/Bà,\n\nHệ thống Hài Lòng gửi báo cáo số {issued.numbered} ngày {issued.day:%d/%m/%Y} "
        f"của {name}: "
        f"{issued.about}.\n\nMã kiểm tra (SHA-256) của tệp đính kèm: {issued.pdf_digest}\n\n"
        "Thư này gửi tự động; xin không trả lời.\n"
    )
    file = File(f"Báo cáo {issued.numbered.replace('/', '-')} {issued.day.year}.pdf", "application/pdf", pdf_file)
    subject = f"Báo cáo số {issued.numbered}: {issued.about}"
    return Message(once_of(issued.id), subject, text, recipients, [file])


def once_of(document: str) -> str:
    """Return what the mail of a report is called in the outbox."""
    return f"report {document}"


def _name(centre: Centre, unit: str, period: Period) -> str:
    with centre.engine.connect() as connection:
        units = all_versions(connection, period.first, local_date(centre.now_ms()))
    return units[unit].name_vi if unit in units else "toàn tỉnh"


def _failed(centre: Centre, one: Schedule, period: Period, tries: int, error: Exception) -> None:
    now = centre.now_ms()
    words = f"Chưa lập được báo cáo ({type(error).__name__}), lần thử {tries}."
    run = Run(one.id, key_of(period), "", words, tries, now, now + schedule.wait_ms(tries))
    log.warning("report failed", kind=type(error).__name__, tries=tries)
    centre.writer.run(lambda work: schedule.note(work, run))
