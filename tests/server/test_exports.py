"""Data out: what a file and a program are given, that nobody is in it, and that each sees its own units only."""

import csv
import io
import json
import re
from uuid import UUID

import pyarrow.parquet
import pytest

from server.exports.rules import TABLES, BallotRow, dictionary, openapi, written
from survey.ballot import Answer, ballot_code
from survey.questionnaire import bundled
from tests.server.conftest import ORIGIN, csrf

FILE = "/xuat-du-lieu/tep"
IDS = [question.id for question in bundled().questions]
OFFICE = "xa-tan-trao"
OTHER_COUNTER = "phuong-minh-xuan.q1"


@pytest.fixture
def counted(kiosk, enrol):
    """Seven ballots at xã Tân Trào, one with a low grade and its reason, and three elsewhere; the ids of the seven."""
    low = {one: Answer("na" if one == "fees" else 2 if one == IDS[1] else 5, 1200) for one in IDS}
    reason = bundled().question(IDS[1]).follow_up.reasons[0].id
    entries = [kiosk.cast() for _ in range(6)] + [kiosk.cast(answers=low, reasons={IDS[1]: [reason]})]
    kiosk.send(entries)
    other = enrol(OTHER_COUNTER)
    other.send([other.cast() for _ in range(3)])
    return entries


DAYS = "tu=2026-01-01&den=2027-12-31"


def as_csv(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text[:300]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_a_file_has_every_ballot_and_nobody_in_it(signed_in, counted):
    rows = as_csv(signed_in.get(f"{FILE}?bang=ballots&dang=csv&{DAYS}"))
    assert len(rows) == 10
    assert tuple(rows[0]) == BallotRow.__struct_fields__
    assert len({row["key"] for row in rows}) == 10
    text = json.dumps(rows)
    for entry in counted:
        ballot = json.loads(bytes(entry.ballot))
        assert ballot["id"].replace("-", "") not in text
        assert ballot_code(UUID(ballot["id"])) not in text
        assert ballot["wall"] not in text


def test_answers_keep_their_scale_their_reasons_and_na_as_empty(signed_in, counted):
    rows = as_csv(signed_in.get(f"{FILE}?bang=answers&dang=csv&{DAYS}"))
    assert len(rows) == 10 * len(IDS)
    (low,) = [row for row in rows if row["reasons"]]
    assert (low["question"], low["level"], low["scale"]) == (IDS[1], "2", "likert5")
    assert [row["level"] for row in rows if row["question"] == "fees" and row["key"] == low["key"]] == [""]


def test_the_same_ballot_has_the_same_key_later_and_in_every_table(signed_in, counted, clock):
    first = as_csv(signed_in.get(f"{FILE}?bang=ballots&dang=csv&{DAYS}"))
    clock.now_ms += 20 * 60_000
    again = as_csv(signed_in.get(f"{FILE}?bang=ballots&dang=csv&{DAYS}"))
    answers = as_csv(signed_in.get(f"{FILE}?bang=answers&dang=csv&{DAYS}"))
    assert [row["key"] for row in first] == [row["key"] for row in again]
    assert {row["key"] for row in first} == {row["key"] for row in answers}


def test_json_and_parquet_say_the_same_as_csv(signed_in, counted):
    plain = as_csv(signed_in.get(f"{FILE}?bang=ballots&dang=csv&{DAYS}"))
    told = signed_in.get(f"{FILE}?bang=ballots&dang=json&{DAYS}").json()
    assert [row["key"] for row in told] == [row["key"] for row in plain]
    raw = signed_in.get(f"{FILE}?bang=ballots&dang=parquet&{DAYS}").content
    table = pyarrow.parquet.read_table(io.BytesIO(raw))
    assert table.to_pylist() == told
    described = table.schema.field("lane").metadata[b"description"].decode()
    assert "kiosk" in described


def test_an_office_gets_its_own_ballots_only(as_role, counted):
    client = as_role("leader", OFFICE)
    rows = as_csv(client.get(f"{FILE}?bang=ballots&dang=csv&{DAYS}"))
    assert len(rows) == 7
    units = as_csv(client.get(f"{FILE}?bang=units&dang=csv&{DAYS}"))
    assert OTHER_COUNTER not in {row["id"] for row in units}
    assert {row["counter"] for row in rows} <= {row["id"] for row in units}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("bang=ballots&dang=csv&tu=2026-12-01&den=2026-11-01", "ngày đầu phải trước"),
        ("bang=ballots&dang=csv&tu=x&den=2026-11-01", "ngày đầu phải trước"),
        ("bang=passwords&dang=csv&tu=2026-11-01&den=2026-11-01", "chọn một bảng"),
        ("bang=ballots&dang=exe&tu=2026-11-01&den=2026-11-01", "chọn một bảng"),
    ],
)
def test_what_cannot_be_given_is_said_in_vietnamese(signed_in, asked, words):
    answer = signed_in.get(f"{FILE}?{asked}")
    assert answer.status_code == 422
    assert words in answer.text


def test_text_is_never_a_formula():
    row = BallotRow(
        key="k", day="2026-11-01", hour=None, office="=1+1", counter="@x", questionnaire="q", channel="touch",
        status="complete", lane="kiosk", lang="vi", has_comment=False, flags="", context="-x",
    )  # fmt: skip
    (told,) = list(csv.DictReader(io.StringIO(written("ballots", [row], "csv").decode("utf-8-sig")), delimiter=";"))
    assert (told["office"], told["counter"], told["context"], told["hour"]) == ("'=1+1", "'@x", "'-x", "")


def test_the_dictionary_names_every_column_of_every_table():
    words = dictionary()
    assert [(one.table, one.name) for one in words] == [
        (table, name) for table, kind in TABLES.items() for name in kind.__struct_fields__
    ]
    assert all(one.words and "/" in one.words for one in words)


# ---- the read API


def token(client, name: str = "Power BI") -> str:
    form = {"csrf": csrf(client.get("/xuat-du-lieu")), "name": name, "days": "90"}
    answer = client.post("/xuat-du-lieu/khoa", data=form, headers=ORIGIN)
    found = re.search(r"<code>(hl_[^<]+)</code>", answer.text)
    assert found is not None
    return found[1]


def ask(client, path: str, given: str, **headers: str):
    client.cookies.clear()
    return client.get(f"/api/v1/data/{path}", headers={"authorization": f"Bearer {given}", **headers})


def test_a_program_reads_page_by_page_and_misses_none(signed_in, counted):
    given = token(signed_in)
    seen, after = [], ""
    for _ in range(20):
        told = ask(signed_in, f"ballots?from=2026-01-01&to=2027-12-31&limit=3&after={after}", given).json()
        seen += [row["key"] for row in told["rows"]]
        after = told["next"]
        if after is None:
            break
    assert after is None
    assert len(seen) == len(set(seen)) == 10


def test_an_unchanged_page_is_not_sent_again(signed_in, counted):
    given = token(signed_in)
    first = ask(signed_in, "units", given)
    again = ask(signed_in, "units", given, **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(first.json()["rows"]) > 70


def test_a_program_sees_what_the_maker_of_its_token_sees(as_role, counted):
    client = as_role("leader", OFFICE)
    given = token(client)
    told = ask(client, "ballots?from=2026-01-01&to=2027-12-31", given).json()
    assert len(told["rows"]) == 7
    other = ask(client, "ballots?from=2026-01-01&to=2027-12-31&unit=phuong-minh-xuan", given).json()
    assert other["rows"] == []


def test_a_token_ends_by_revocation_and_by_its_day(signed_in, counted, clock):
    given = token(signed_in)
    page = signed_in.get("/xuat-du-lieu")
    assert "chưa lần nào" in page.text
    assert given not in page.text
    form = {"csrf": csrf(page), "do": "revoke", "id": re.search(r'name="id" value="(\d+)"', page.text)[1]}
    assert "Đã thu hồi" in signed_in.post("/xuat-du-lieu/khoa", data=form, headers=ORIGIN).text
    other = token(signed_in, "Kho dữ liệu")
    assert ask(signed_in, "questions", given).status_code == 401
    assert ask(signed_in, "questions", other).status_code == 200
    clock.now_ms += 91 * 86_400_000
    assert ask(signed_in, "questions", other).status_code == 401


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("ballots?from=x", 422, "bad_days"),
        ("ballots?limit=0", 422, "bad_limit"),
        ("ballots?limit=9999999", 422, "bad_limit"),
        ("ballots?after=garbage", 422, "bad_after"),
        ("passwords", 404, "no_such_table"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(signed_in, path, status, code):
    answer = ask(signed_in, path, token(signed_in))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("given", ["", "hl_", "hl_" + "x" * 43, "x" * 500])
def test_without_a_token_nothing_is_read(client, given):
    answer = ask(client, "ballots", given)
    assert (answer.status_code, answer.json()["code"]) == (401, "no_token")


def test_the_description_names_every_table_and_every_column(client):
    told = client.get("/api/v1/data/openapi.json").json()
    assert told == json.loads(json.dumps(openapi(told["servers"][0]["url"])))
    assert set(told["paths"]) == {f"/api/v1/data/{table}" for table in (*TABLES, "transactions", "invitations")}
    for kind in TABLES.values():
        assert set(told["components"]["schemas"][kind.__name__]["properties"]) == set(kind.__struct_fields__)
