"""Every dependency's licence lets a government office use, change and pass on the product under Apache-2.0."""

import re
from importlib import metadata
from pathlib import Path

LOCK = Path(__file__).parent.parent / "requirements.lock"
FITS = re.compile(
    r"MIT|BSD|0BSD|Apache|PSF|Zlib|CC0|HPND|Public Domain|ISC"
    r"|MPL|Mozilla"  # file-level copyleft: used unchanged
    r"|LGPL",  # a library the centre links to and does not change (psycopg)
    re.IGNORECASE,
)
ELSEWHERE = {"colorama", "kivy-deps-angle", "kivy-deps-glew", "kivy-deps-sdl2", "pypiwin32", "pywin32"}
"""Locked for other systems; not installed here, and MIT or BSD or PSF on their own pages."""


def locked() -> set[str]:
    names = re.findall(r"^([A-Za-z0-9_.-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


def licence(name: str) -> str:
    said = metadata.metadata(name)
    classifiers = [c.split("::")[-1].strip() for c in said.get_all("Classifier") or [] if c.startswith("License")]
    told = [said.get("License-Expression"), (said.get("License") or "")[:60], *classifiers]
    return " / ".join(filter(None, told)) or (metadata.distribution(name).read_text("licenses/LICENSE") or "")[:60]


def installed() -> set[str]:
    return {re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower() for found in metadata.distributions()}


def test_every_locked_package_has_a_licence_that_fits() -> None:
    here = locked() & installed()
    assert len(here) > 60
    assert {name: licence(name) for name in here if not FITS.search(licence(name))} == {}


def test_what_is_locked_but_not_installed_is_only_for_other_systems() -> None:
    missing = locked() - installed() - ELSEWHERE
    assert all(re.search(rf"^{name}==[^\n]*;", LOCK.read_text(), re.MULTILINE | re.IGNORECASE) for name in missing)


def test_no_licence_of_ours_is_that_of_a_network_copyleft() -> None:
    assert {name for name in locked() & installed() if "AGPL" in licence(name)} == set()


def test_the_lock_names_no_index_and_pins_every_package_with_hashes() -> None:
    text = LOCK.read_text(encoding="utf-8")
    assert "http" not in text.replace("http-message", "").replace("http-sf", "").replace("httpcore", "").replace(
        "httptools", ""
    ).replace("httpx", "")
    assert text.count("==") <= text.count("--hash=sha256:")
