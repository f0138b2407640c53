"""The commands that keep a centre alive, for the command line."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from server.centre import system_ms
from server.keys import KeysError
from server.settings import Settings
from server.upkeep import backup, rotation
from server.upkeep.backup import BackupError
from server.upkeep.doctor import examine
from server.upkeep.restore import restore

Do = Callable[[Settings, argparse.Namespace], None]
Add = Callable[[str, Do, str], argparse.ArgumentParser]

SIGNS = {"good": "✓", "bad": "✗", "unsure": "!"}


def add_to(command: Add) -> None:
    """Add the commands to the command line."""
    command("backup-key", _backup_key, "make the pair of keys that backups are sealed to and opened with")
    made = command("backup", _backup, "write the database and the keys into one sealed file")
    made.add_argument("--to", type=Path, help="a folder; backup_dir of the settings where it is left out")
    back = command("restore", _restore, "make a backup the centre again")
    back.add_argument("file", type=Path)
    back.add_argument("--key", type=Path, required=True, help="file with the line AGE-SECRET-KEY-1…; - for the input")
    back.add_argument("--replace", action="store_true", help="put the centre that is here aside first")
    turned = command("rotate-keys", _rotate, "make a new key that comments and phone numbers are sealed to")
    turned.add_argument("--retire", action="store_true", help="delete old keys that nothing is sealed to any more")
    turned.add_argument("--reseal", action="store_true", help="why what is stored is not sealed anew")
    command("doctor", _doctor, "look at everything a centre needs, and say what to mend")


def _backup_key(_: Settings, __: argparse.Namespace) -> None:
    secret, public = backup.new_key()
    print("# keep this line away from the centre, twice; without it no backup can be opened")
    print(secret)
    print("# and this one goes into the settings")
    print(f'backup_recipient = "{public}"')


def _backup(settings: Settings, given: argparse.Namespace) -> None:
    path, about = backup.back_up(settings, given.to or settings.backups, system_ms())
    print(f"{path}: {about.ballots} ballots, schema {about.revision}, {path.stat().st_size / 1e6:.1f} MB")


def _restore(settings: Settings, given: argparse.Namespace) -> None:
    secret = sys.stdin.read() if str(given.key) == "-" else given.key.read_text(encoding="utf-8")
    lines = [line for line in secret.splitlines() if line.startswith("AGE-SECRET-KEY-")]
    if not lines:
        raise BackupError(f"{given.key} has no line AGE-SECRET-KEY-1…")
    done = restore(settings, given.file, lines[0], system_ms(), replaces=given.replace)
    if done.aside:
        print(f"the centre that was here is kept in {done.aside}")
    found = done.found
    print(f"restored as of {done.about.made}: {found.ballots} ballots in {found.streams} streams; a new epoch")
    print("kiosks send again what came after it, from the last 14 days")
    if done.lost:
        print(f"ATTENTION: {len(done.lost)} published seals are newer than this backup: {done.lost[0]}")
        print("no day is sealed until the kiosks have sent again what is missing and you run `seal --new-log`")
    if found.faults:
        raise BackupError(f"{len(found.faults)} faults, the first: {found.faults[0]}")


def _rotate(settings: Settings, given: argparse.Namespace) -> None:
    if given.reseal:
        raise KeysError(
            "nothing stored is sealed anew: each ballot's leaf holds the digest of its sealed box, so another box "
            "would break the chain that proves the ballot; the old key goes when its last box is erased (--retire)"
        )
    if given.retire:
        for name, why in rotation.retire(settings, system_ms()):
            print(f"{name}: {why or 'deleted, nothing was sealed to it any more'}")
        return
    old = rotation.rotate(settings, system_ms())
    print(f"a new sealing key is made; the old one is kept as {old.name} and goes on opening what is sealed to it")
    print("restart the centre now; kiosks take the new key with their settings, those offline go on with the old one")


def _doctor(settings: Settings, _: argparse.Namespace) -> None:
    findings = examine(settings, system_ms())
    for each in findings:
        print(f"{SIGNS[each.outcome]} {each.name:<15} {each.words}" + (f"\n  → {each.fix}" if each.fix else ""))
    bad = sum(each.outcome == "bad" for each in findings)
    if bad:
        raise BackupError(f"{bad} to mend")
