"""The documents say what the code is: fields of messages, targets, links."""

import re
from pathlib import Path

import pytest

from survey.acceptance import Item, Sheet, SheetReceipt
from survey.ballot import Ballot, Channel, Flag, Status
from survey.batch import Batch, Entry, Fix, Head, Health, Hole, Receipt, Shown, Verdict
from survey.enrolment import EnrolRequest, Grant, KioskSettings
from survey.pairing import PairAnswer, PairOffer, PairPoll, PairRequest
from survey.problem import Problem
from survey.qr_token import Lane
from survey.support import Bundle, BundleReceipt

ROOT = Path(__file__).parent.parent
CONTRACT = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
MESSAGES = [
    Item,
    Sheet,
    SheetReceipt,
    Ballot,
    Batch,
    Entry,
    Fix,
    Head,
    Health,
    Hole,
    Receipt,
    Shown,
    EnrolRequest,
    Grant,
    KioskSettings,
    Problem,
    PairRequest,
    PairOffer,
    PairPoll,
    PairAnswer,
    Bundle,
    BundleReceipt,
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_every_field_of_a_message_is_in_the_contract(message: type) -> None:
    words = set(re.findall(r"[a-z_0-9]+", CONTRACT))
    assert [name for name in message.__struct_fields__ if name not in words] == []


@pytest.mark.parametrize("kind", [Channel, Status, Flag, Verdict, Lane], ids=lambda kind: kind.__name__)
def test_every_value_is_in_the_contract(kind: type) -> None:
    assert [one.value for one in kind if f"`{one.value}`" not in CONTRACT] == []


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")), ids=lambda p: p.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_names_only_targets_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)`", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {"demo", "bench"} <= named
    assert [target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_every_file_the_walk_names_exists() -> None:
    walk = (ROOT / "docs" / "walk.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:appliance|survey|server)/[a-z_/]+(?:\.py|/))`", walk)
    assert len(named) > 12
    assert [name for name in named if not (ROOT / name).exists()] == []
