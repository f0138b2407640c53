"""Whatever stands in an address or a form, the centre answers and says what is wrong: it never breaks."""

import inspect
import io
import random
import re
import sys
from urllib.parse import quote

import openpyxl
import pytest

from server.cases.open import open_waiting
from tests.server.conftest import ORIGIN, csrf
from tests.server.test_cases_open import said  # noqa: F401 - a fixture
from tests.server.test_permissions import DEVICE, ROUTES, TOKEN, framework

HOSTILE = [
    "", " ", "\x00", "a\x0b\x00b", "a\x0b\x1bb", "'", '"><script>', "-1", "0", "9" * 30, "1e999", "nan", "²", "٣",
    "2026-13-45", "9999-12-31", "0001-01-01", "2026-11", "9999-12", "2026", "99999", "💥", "ế" * 3000, "%", "../..",
    "\ud7ff", "{}", "1", "[1]", "null", "true", "xa-tan-trao.q1", "xa-tan-trao", "moon", "\u202e", "a,b", ";", "=1+1",
]  # fmt: skip
NAMES = re.compile(r"""(?:get|getall|field|text|one|int)\(\s*(?:\w+,\s*)?"([a-z_]{2,20})"|\["([a-z_]{2,20})"\]""")
COMMON = ("nam", "thang", "don_vi", "quay", "tu", "den", "trang", "q", "loc", "ky", "den_ngay", "tu_ngay")
ROUNDS = 8


def handlers(centre):
    """Return the names that the module of each route's handler reads, by route."""
    told = {}
    for route in framework(centre).routes:
        for handler in getattr(route, "route_handlers", []):
            source = inspect.getsource(sys.modules[handler.fn.__module__])
            names = {one or other for one, other in NAMES.findall(source)}
            for method in handler.http_methods:
                told[f"{method} {route.path_format}"] = sorted(names)
    return told


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_that_is_sent_breaks_the_centre(signed_in, centre, kiosk, seed):
    chance, broken = random.Random(seed), set()
    known = handlers(centre)
    token = csrf(signed_in.get("/doi-mat-khau"))
    for route, need in ROUTES.items():
        if need in {DEVICE, TOKEN} or route in {"POST /dang-xuat"} or "{path}" in route:
            continue
        method, path = route.split(" ")
        names = [*known.get(route, []), *COMMON]
        for _ in range(ROUNDS):
            fields = {chance.choice(names): chance.choice(HOSTILE) for _ in range(chance.randint(0, 4))}
            address = re.sub(r"\{\w+\}", lambda _: quote(chance.choice([x for x in HOSTILE if x]), safe=""), path)
            if method == "GET":
                query = "&".join(f"{quote(k)}={quote(v)}" for k, v in fields.items())
                answer = signed_in.get(f"{address}?{query}", follow_redirects=False)
            else:
                data = {"csrf": token, **fields}
                answer = signed_in.post(address, data=data, headers=ORIGIN, follow_redirects=False)
            if answer.status_code >= 500:
                broken.add((route, answer.status_code, str(fields)[:200], address[:60]))
            if "/dang-nhap" in answer.headers.get("location", "") and not path.startswith(("/dang-nhap", "/phien")):
                raise AssertionError(f"signed out by {route} {fields}")
    assert not broken


PASTED = "Bộ phận\x0b giải quyết\x01 chậm\ufffe \x1b[31m"


def test_what_was_pasted_with_control_characters_breaks_no_page_and_no_workbook(said, signed_in, centre):  # noqa: F811
    """A sealed comment, an officer's note, a search: Word's line breaks come along when people paste."""
    said(PASTED, "0912345678")
    open_waiting(centre)
    token = csrf(signed_in.get("/vu-viec/1"))
    told = {"csrf": token, "act": "move", "target": "hidden", "note": PASTED}
    signed_in.post("/vu-viec/1", data=told, headers=ORIGIN)
    page = signed_in.get("/vu-viec/1").text
    assert page.count("Bộ phận giải quyết chậm [31m") == 2, "the comment and the note, without what nobody typed"
    broken = {}
    for route, need in ROUTES.items():
        if not route.startswith("GET") or need in {DEVICE, TOKEN}:
            continue
        address = re.sub(r"\{(wanted|document|batch)\}", "1", route[4:]).replace("{year}", "2026")
        for query in ("", "?bang=1", f"?q={quote(PASTED)}"):
            status = signed_in.get(address + query, follow_redirects=False).status_code
            if status >= 500:
                broken[address + query] = status
    assert broken == {}
    book = openpyxl.load_workbook(io.BytesIO(signed_in.get("/vu-viec/so-theo-doi.xlsx").content))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any("Bộ phận giải quyết chậm [31m" in cell for cell in cells)
