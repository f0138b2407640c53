"""The centre's command line: make it, fill it, let kiosks in, serve."""

import argparse
import gc
import getpass
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import structlog
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from server import keys as key_files
from server import settings as settings_file
from server.accounts import passwords
from server.accounts import queries as accounts
from server.audit.queries import record
from server.ballots.recount import complete, count_again, rebuild
from server.ballots.verify import verify
from server.centre import CentreError, begin_epoch, init, key_folder, open_centre, system_ms
from server.database import Work, migrate, open_engine, writing
from server.devices import pins
from server.devices.asked import choose
from server.devices.enrol import CodeError, make_code, revoke
from server.devices.provision import RowError, give, places_of
from server.devices.wishes import WishError
from server.keys import KeysError
from server.offices import seed
from server.offices.queries import COUNTER, standing, tops
from server.questionnaires.queries import PublishError, publish
from server.releases import take as releases
from server.seals import commands as seals
from server.seals import held
from server.seals.check import FileError
from server.seals.note import NoteError
from server.seals.seal import ForkError, folder_of
from server.settings import Settings, SettingsError
from server.upkeep import commands as upkeep
from server.upkeep.backup import BackupError
from survey import pin, wire
from survey.local_time import local_date
from survey.provisioning import CodesAsked
from survey.questionnaire import Questionnaire, bundled

ADMIN = "quantri"
OPERATOR = "command line"


class CommandError(ValueError):
    """A command that cannot be done; `str()` says what to do instead."""


def _init(settings: Settings, _: argparse.Namespace) -> None:
    is_new = init(settings, system_ms())
    with _open(settings) as work:
        complete(work)
    print(f"{'made' if is_new else 'already there, nothing changed:'} centre in {settings.folder}")


def _migrate(settings: Settings, _: argparse.Namespace) -> None:
    engine = open_engine(settings.database)
    migrate(engine)
    engine.dispose()
    with _open(settings) as work:
        counted = complete(work)
    print(f"the schema is at its newest version{f'; {counted} ballots counted anew' if counted else ''}")


def _serve(settings: Settings, _: argparse.Namespace) -> None:
    level = getattr(logging, settings.log_level.upper(), None)
    if not isinstance(level, int):
        raise CommandError(f"log_level {settings.log_level!r} is unknown; use debug, info, warning or error")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    import uvicorn  # only serving needs the web: every other command starts in half the time

    from server.app import make_app
    from server.front import Protocol
    from server.upkeep import metrics

    centre = open_centre(settings)
    app = metrics.serve(centre, make_app(centre), settings.metrics_port)
    gc.freeze()  # what the program itself is made of never becomes rubbish; a batch alone makes thousands of values
    gc.set_threshold(50_000, 50, 50)
    print(f"serving on http://{settings.host}:{settings.port}", flush=True)
    uvicorn.run(
        app, host=settings.host, port=settings.port, loop="uvloop", http=Protocol, lifespan="on",
        access_log=False, log_level="warning", server_header=False, proxy_headers=False, timeout_keep_alive=30,
    )  # fmt: skip


def _seed_demo(settings: Settings, _: argparse.Namespace) -> None:
    now_ms = system_ms()
    password = passwords.one_time()
    with _open(settings) as work:
        units = seed.plant(work)
        is_published = publish(work, bundled(), now_ms)
        digest = passwords.digest(password)
        is_admin_new = accounts.add(work, ADMIN, digest, "admin", now_ms, must_change=True)
        if units or is_published or is_admin_new:
            work.run("UPDATE centre SET config_version = config_version + 1")
            record(work, now_ms, OPERATOR, "seed_demo", f"{units} units")
    if not (units or is_published or is_admin_new):
        print("the sample data are already there; nothing changed")
        return
    print(f"sample province planted: {units} units, questionnaire {bundled().ref}")
    if is_admin_new:
        print(f"account {ADMIN}, one-time password: {password} (to be changed at the first sign-in)")


def _enrol_code(settings: Settings, given: argparse.Namespace) -> None:
    with _open(settings) as work:
        code = make_code(work, given.counter, given.days, system_ms(), OPERATOR)
    print(code)


def _places(settings: Settings, given: argparse.Namespace) -> None:
    centre = open_centre(settings)
    with centre.engine.connect() as connection:
        found = places_of(connection, centre, None)
    given.out.write_bytes(wire.encode(found))
    centre.close()
    print(f"{len(found.counters)} counters written to {given.out}")


def _codes(settings: Settings, given: argparse.Namespace) -> None:
    asked = wire.decode(given.asked.read_bytes(), CodesAsked)
    centre = open_centre(settings)
    try:
        found = centre.writer.run(lambda work: give(work, centre, asked, None, OPERATOR))
    except RowError as error:
        raise CommandError(str(error)) from None
    finally:
        centre.close()
    handle = os.open(given.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(wire.encode(found))
    print(f"codes for {len(found.rows)} rows written to {given.out}; hand it over like a password")


def _create_admin(settings: Settings, given: argparse.Namespace) -> None:
    password = passwords.one_time()
    now_ms = system_ms()
    with _open(settings) as work:
        if not accounts.add(work, given.name, passwords.digest(password), "admin", now_ms, must_change=True):
            raise CommandError(f"account {given.name!r} exists; choose another name")
        record(work, now_ms, OPERATOR, "account.make", given.name)
    print(f"account {given.name}, one-time password: {password} (to be changed at the first sign-in)")


def _reset_password(settings: Settings, given: argparse.Namespace) -> None:
    password = passwords.one_time()
    with _open(settings) as work:
        account = accounts.by_name(work.connection, given.name)
        if account is None:
            raise CommandError(f"account {given.name!r} does not exist")
        accounts.set_password(work, account.id, passwords.digest(password))
        work.run("UPDATE accounts SET must_change = ? WHERE id = ?", (True, account.id))
        record(work, system_ms(), OPERATOR, "account.reset", given.name)
    print(f"account {given.name}, one-time password: {password} (to be changed at the first sign-in)")


def _reset_second_step(settings: Settings, given: argparse.Namespace) -> None:
    with _open(settings) as work:
        account = accounts.by_name(work.connection, given.name)
        if account is None:
            raise CommandError(f"account {given.name!r} does not exist")
        accounts.forget_second_step(work, account.id)
        record(work, system_ms(), OPERATOR, "second_step.reset", given.name)
    print(f"account {given.name} sets its second step up at the next sign-in; its sessions ended")


def _counters(settings: Settings, _: argparse.Namespace) -> None:
    with _open(settings) as work:
        units = {unit.id: unit for unit in standing(work.connection, _today())}
    for unit in units.values():
        if unit.kind == COUNTER:
            office = units.get(unit.parent or "")
            print(f"{unit.id}\t{unit.name_vi}\t{office.name_vi if office else ''}")


def _publish(settings: Settings, given: argparse.Namespace) -> None:
    questionnaire = _questionnaire(given)
    now_ms = system_ms()
    with _open(settings) as work:
        is_new = publish(work, questionnaire, now_ms, given.effective_from)
        if is_new:
            record(work, now_ms, OPERATOR, "questionnaire.publish", questionnaire.ref)
        late = count_again(work, questionnaire, now_ms)
    if late:
        print(f"ballots that had come before it: {', '.join(f'{n} {verdict}' for verdict, n in sorted(late.items()))}")
    day = f", asked from {given.effective_from:%d/%m/%Y} on" if given.effective_from else ""
    print(f"{questionnaire.ref} {f'published{day}' if is_new else 'was published already; nothing changed'}")


def _questionnaire(given: argparse.Namespace) -> Questionnaire:
    if given.bundled:
        return bundled(given.bundled)
    try:
        return wire.decode(Path(given.file).read_bytes(), Questionnaire)
    except OSError as error:
        raise CommandError(f"{given.file} cannot be read: {error.strerror}") from error


def _ask(settings: Settings, given: argparse.Namespace) -> None:
    with _open(settings) as work:
        units = tops(work.connection) if given.all else [given.counter or given.office]
        choose(work, units, "" if given.newest else given.questionnaire, system_ms(), OPERATOR)
    print(f"{', '.join(units)}: asking {'the newest' if given.newest else given.questionnaire}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2027-01-01") from None


def _set_pin(settings: Settings, given: argparse.Namespace) -> None:
    digest = "" if given.remove else pin.digest(_typed_pin())
    with _open(settings) as work:
        one = given.counter or given.office
        units = tops(work.connection) if given.all else [one or pins.counter_of(work, given.device)]
        pins.set_pin(work, units, digest, system_ms(), OPERATOR)
        others = [unit for unit in pins.own_pins(work) if unit not in units]
    print(f"PIN {'removed' if given.remove else 'set'} for {', '.join(units)}; kiosks take it at their next contact")
    if given.all and others:
        print(f"these units keep a PIN of their own, which is stronger: {', '.join(others)}")


def _typed_pin() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    first, again = getpass.getpass("PIN: "), getpass.getpass("PIN again: ")
    if first != again:
        raise CommandError("the two PINs are not the same; nothing changed")
    return first


def _import_outbox(settings: Settings, given: argparse.Namespace) -> None:
    from server.ballots.carried import ImportFault, import_file
    from server.ballots.routes import Shelf

    centre = open_centre(settings)
    shelf, faults = Shelf(centre), 0
    try:
        for path in sorted(given.files, key=lambda path: (len(path.name), path.name)):
            try:
                with path.open("rb") as file:
                    print(f"{path.name}: {import_file(centre, shelf, file, OPERATOR).words}")
            except (ImportFault, OSError) as error:
                faults += 1
                print(f"{path.name}: {error}", file=sys.stderr)
    finally:
        centre.close()
    if faults:
        raise CommandError(f"{faults} of {len(given.files)} files were not taken")


def _import_offices(settings: Settings, given: argparse.Namespace) -> None:
    from server.offices.changes import ChangeError
    from server.offices.workbook import BookError
    from server.units.store import import_offices

    try:
        body = given.file.read_bytes()
    except OSError as error:
        raise CommandError(f"{given.file} cannot be read: {error.strerror}") from error
    try:
        with _open(settings) as work:
            found = import_offices(work, body, OPERATOR, system_ms(), is_trial=given.dry_run)
    except (BookError, ChangeError) as error:
        raise CommandError(f"{given.file}: {error}") from error
    for fault in found.faults:
        print(" | ".join((fault.sheet, f"dòng {fault.row}", fault.column, fault.value, fault.words)))
    if found.faults:
        raise CommandError(f"{len(found.faults)} faults; nothing was stored")
    links = len(found.plan.successions)
    done = "would be stored" if given.dry_run else "stored"
    print(f"{done}: {found.added} added, {found.changed} changed, {links} successions; {found.same} rows as before")


def _revoke(settings: Settings, given: argparse.Namespace) -> None:
    with _open(settings) as work:
        if not revoke(work, given.device, system_ms(), OPERATOR):
            raise CommandError(f"device {given.device!r} is not enrolled, or was revoked before")
    print(f"{given.device} may send no more; what it sent stays")


def _releases(settings: Settings, given: argparse.Namespace) -> None:
    centre = open_centre(settings)
    try:
        new = releases.add(centre, given.folder, OPERATOR)
    finally:
        centre.close()
    print(f"taken in: {', '.join(new) if new else 'nothing new'}; choose who gets it on the page /ban-phan-mem")


def _new_epoch(settings: Settings, _: argparse.Namespace) -> None:
    with _open(settings) as work:
        epoch = begin_epoch(work)
        record(work, system_ms(), OPERATOR, "epoch.begin", epoch)
    print(f"epoch {epoch}: kiosks will send again whatever this database does not hold")


def _reports_due(settings: Settings, _: argparse.Namespace) -> None:
    from server.mail.outbox import deliver
    from server.reports.due import make_due

    centre = open_centre(settings)
    try:
        made, failed = make_due(centre)
        sent, unsent = deliver(centre)
    finally:
        centre.close()
    print(f"{made} reports made, {failed} failed; {sent} mails sent, {unsent} failed")
    if failed or unsent:
        raise CommandError("see the page of reports for what failed; it is tried again")


def _verify(settings: Settings, given: argparse.Namespace) -> None:
    from server.cases.events import first_broken

    if seals.is_of_files(given):
        seals.verify_files(given)
        return
    centre_key = key_files.load(key_folder(settings)).centre_key if key_folder(settings).exists() else None
    with _open(settings) as work:
        found, broken = verify(work), first_broken(work)
        sealed = held.faults(work, folder_of(settings), centre_key)
    faults = found.faults + sealed + ([] if broken is None else [f"history of cases: line {broken} does not fit"])
    for line in faults:
        print(line)
    if faults:
        raise CommandError(f"{len(faults)} faults in {found.streams} streams")
    print(f"{found.ballots} ballots in {found.streams} streams, rollups, seals, history of cases and audit log fit")


def _retain(settings: Settings, given: argparse.Namespace) -> None:
    from server.cases.retain import due, retain

    centre = open_centre(settings)
    try:
        with centre.engine.connect() as connection:
            found = due(connection, centre.now_ms())
        words = f"{len(found.closed)} cases closed long enough, {len(found.received)} received long enough, "
        words += f"{len(found.loose)} ballots of no case, {len(found.words)} cases whose words are old"
        print(f"due: {words}")
        print("dry run: nothing was erased" if given.dry_run else f"erased: {retain(centre, OPERATOR)} things")
    finally:
        centre.close()


def _recount(settings: Settings, _: argparse.Namespace) -> None:
    with _open(settings) as work:
        counted = rebuild(work)
    print(f"{counted} ballots counted anew into every rollup")


@contextmanager
def _open(settings: Settings) -> Iterator[Work]:
    """Give one write transaction on a centre that exists; the database is let go at the end."""
    engine = open_engine(settings.database)
    try:
        if not inspect(engine).has_table("centre"):
            raise CentreError("the database has no centre yet; run `python -m server init`")
        with writing(engine) as work:
            yield work
    finally:
        engine.dispose()


def _today() -> date:
    return local_date(system_ms())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server", description="The Hài Lòng centre.")
    parser.add_argument("--settings", type=Path, help="TOML file; HAILONG_CENTRE_* variables are stronger")
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, do: Callable[[Settings, argparse.Namespace], None], words: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words)
        added.set_defaults(do=do)
        return added

    command("reports-due", _reports_due, "make the reports that are due and send the mail that waits")
    command("init", _init, "make keys, schema and epoch where they are missing")
    command("migrate", _migrate, "bring the schema to its newest version")
    command("serve", _serve, "serve kiosks, phones and offices")
    command("seed-demo", _seed_demo, "plant the sample province and its administrator")
    command("counters", _counters, "list the counters that stand today")
    code = command("enrol-code", _enrol_code, "make a one-time code for a kiosk")
    code.add_argument("--counter", required=True, help="id of the counter")
    code.add_argument("--days", type=int, default=7, help="how long it may be used, 1 to 60 (7)")
    placing = command("places", _places, "write the counters that kiosks may be made for, for a laptop without network")
    placing.add_argument("--out", type=Path, required=True)
    giving = command("codes", _codes, "write one-time codes for what `hailong-provision enrol --ask` wrote")
    giving.add_argument("asked", type=Path)
    giving.add_argument("--out", type=Path, required=True)
    admin = command("create-admin", _create_admin, "make an administrator with a one-time password")
    admin.add_argument("name")
    command("reset-password", _reset_password, "give an account a new one-time password").add_argument("name")
    forgotten = command("reset-second-step", _reset_second_step, "take a lost phone's second step from an account")
    forgotten.add_argument("name")
    publishing = command("publish", _publish, "publish a questionnaire")
    source = publishing.add_mutually_exclusive_group(required=True)
    source.add_argument("file", nargs="?", help="its JSON")
    source.add_argument("--bundled", metavar="ID", help="one that ships with this release")
    publishing.add_argument("--from", dest="effective_from", type=_day, metavar="DATE", help="ask it from this day on")
    asking = command("ask", _ask, "choose the questionnaire that counters ask")
    which = asking.add_mutually_exclusive_group(required=True)
    which.add_argument("questionnaire", nargs="?", help="its id, without a version")
    which.add_argument("--newest", action="store_true", help="whichever is newest")
    where = asking.add_mutually_exclusive_group(required=True)
    where.add_argument("--counter", help="id of a counter")
    where.add_argument("--office", help="id of an office or any unit above counters")
    where.add_argument("--all", action="store_true", help="the whole province")
    pinned = command("set-pin", _set_pin, "give technicians a PIN, read from the terminal or standard input")
    scope = pinned.add_mutually_exclusive_group(required=True)
    scope.add_argument("--counter", help="id of a counter")
    scope.add_argument("--office", help="id of an office or any unit above counters")
    scope.add_argument("--device", help="id of a kiosk; its counter gets the PIN")
    scope.add_argument("--all", action="store_true", help="the whole province")
    pinned.add_argument("--remove", action="store_true", help="take the PIN away instead")
    carried = command("import-outbox", _import_outbox, "take ballots that were carried here from kiosks on a stick")
    carried.add_argument("files", nargs="+", type=Path, metavar="FILE", help="hailong-….hlb")
    units = command("import-offices", _import_offices, "take units and their history from a workbook")
    units.add_argument("file", type=Path)
    units.add_argument("--dry-run", action="store_true", help="say what it would do, and store nothing")
    releasing = command("releases", _releases, "take in signed releases of the kiosks' program")
    releasing.add_argument("what", choices=["add"])
    releasing.add_argument("folder", type=Path, help="what `python -m provisioning release publish` wrote")
    command("revoke", _revoke, "take a device's right to send").add_argument("device")
    command("new-epoch", _new_epoch, "after a restore: have kiosks send again what is missing")
    command("recount", _recount, "make every rollup anew from the stored ballots")
    kept = command("retain", _retain, "erase contacts and words that were kept long enough")
    kept.add_argument("--dry-run", action="store_true", help="say what is due, and erase nothing")
    checked = command("verify", _verify, "hold every chain, rollup, seal and the audit log against what is stored")
    seals.add_files(checked)
    seals.add_to(command)
    upkeep.add_to(command)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Do one command; returns 0, or 1 after saying on stderr what is wrong."""
    given = _parser().parse_args(arguments)
    try:
        given.do(settings_file.read(given.settings), given)
    except (
        SettingsError, KeysError, CentreError, CommandError, CodeError, PublishError, wire.WireError, pin.PinError,
        WishError, BackupError, FileError, NoteError, ForkError,
        releases.TakeError,
    ) as error:  # fmt: skip
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OperationalError as error:
        words = str(error.orig).strip().splitlines()[0]
        print(f"error: the database cannot be used: {words}; check database_url and data_dir", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
