"""The centre's handbook says of roles what the code does."""

from pathlib import Path

from server.accounts.rules import ROLES, WORDS, May, needs_code

HANDBOOK = Path(__file__).parents[2] / "docs" / "vi" / "trung-tam.md"


def table() -> str:
    """Return the table of roles as the handbook must have it."""
    head = "| Việc | " + " | ".join(role.name for role in ROLES.values()) + " |"
    lines = [head, "|---|" + ":-:|" * len(ROLES)]
    for permission in May:
        marks = " | ".join("✓" if permission in role.may else "" for role in ROLES.values())
        lines.append(f"| {WORDS[permission]} | {marks} |")
    second = " | ".join("bắt buộc" if needs_code(role.may) else "" for role in ROLES.values())
    unit = " | ".join("bắt buộc" if role.is_local else "tùy chọn" for role in ROLES.values())
    return "\n".join([*lines, f"| *Bước thứ hai* | {second} |", f"| *Gắn với đơn vị* | {unit} |"])


def test_the_table_of_roles_is_that_of_the_code():
    assert table() in HANDBOOK.read_text(encoding="utf-8"), f"the handbook's table should be:\n{table()}"


def test_every_permission_has_its_words():
    assert set(WORDS) == set(May)
