"""The commands of the public seal: make a head, write the leaves out, check files anywhere."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from server.centre import open_centre
from server.database import Work
from server.seals import check, note, queries, seal
from server.seals.view import export_lines
from server.settings import Settings
from survey.local_time import local_date

Add = Callable[[str, Callable[[Settings, argparse.Namespace], None], str], argparse.ArgumentParser]


def add_to(command: Add) -> None:
    """Add the commands to the command line."""
    made = command("seal", _seal, "sign the head over every ballot received so far, now")
    made.add_argument("--new-log", action="store_true", help="after a restore that lost published heads")
    out = command("leaves", _leaves, "write the public list of leaves, to be checked against any head")
    out.add_argument("--out", type=Path, required=True)


def add_files(parser: argparse.ArgumentParser) -> None:
    """Add to `verify` the options that check files without any database."""
    words = "khớp: 0, không khớp: 3, tệp hỏng: 1 / exit code 0 match, 3 no match, 1 unreadable"
    group = parser.add_argument_group("files alone, no database", words)
    group.add_argument("--export", type=Path, metavar="FILE", help="the public list of leaves")
    group.add_argument(
        "--head", type=Path, action="append", default=[], metavar="FILE", help="a signed head; repeatable"
    )
    group.add_argument(
        "--old-head", type=Path, metavar="FILE", help="with --new-head: whether one goes on from the other"
    )
    group.add_argument("--new-head", type=Path, metavar="FILE")
    group.add_argument("--other", type=Path, metavar="FILE", help="another list of leaves: where do the two differ")
    group.add_argument("--public-key", metavar="KEY", help="the centre's, as the public page shows it; or a file")


def is_of_files(given: argparse.Namespace) -> bool:
    """Return whether `verify` was asked about files."""
    return bool(given.export or given.head or given.old_head or given.new_head or given.other or given.public_key)


def verify_files(given: argparse.Namespace) -> None:
    """Say whether the files fit; exits with 3 where they do not. Raises FileError or NoteError where unreadable."""
    if not given.export or not (given.head or given.other or (given.old_head and given.new_head)):
        raise check.FileError(
            "cần --export và --head, hoặc --old-head và --new-head / give --export and --head, or both --old-head and "
            "--new-head"
        )
    key = _key(given.public_key)
    leaves = check.read_leaves(given.export)
    heads = [check.read_head(path, key) for path in given.head]
    results = []
    if given.old_head and given.new_head:
        old, new = check.read_head(given.old_head, key), check.read_head(given.new_head, key)
        results.append(check.grew(old, new, leaves))
    if heads or given.other:
        results.append(check.compare(leaves, heads, check.read_leaves(given.other) if given.other else None))
    _say(results, key)


def _say(results: Iterable[check.Result], key: note.Key | None) -> None:
    for line in [line for one in results for line in one.lines]:
        print(line)
    print(
        "Chữ ký đúng / the signatures are right"
        if key
        else "Chưa kiểm chữ ký: cho --public-key / signatures not checked"
    )
    if not all(one.fits for one in results):
        raise SystemExit(check.MISMATCH)


def _key(text: str | None) -> note.Key | None:
    if not text:
        return None
    path = Path(text)
    is_file = len(text) < 200 and path.is_file()
    return note.read_key(path.read_text(encoding="utf-8") if is_file else text)


def _seal(settings: Settings, given: argparse.Namespace) -> None:
    centre = open_centre(settings)
    try:
        made = seal.seal(centre, local_date(centre.now_ms()), "command line", is_new_log=given.new_log)
    finally:
        centre.close()
    print(made.note, end="")


def _leaves(settings: Settings, given: argparse.Namespace) -> None:
    centre = open_centre(settings)
    try:
        with centre.engine.connect() as connection, given.out.open("w", encoding="utf-8", newline="") as file:
            heads = queries.heads(connection)
            file.writelines(export_lines(Work(connection), heads))
    finally:
        centre.close()
    print(f"{heads[-1].size if heads else 0} leaves written to {given.out}")
