"""Programs that write transactions: a token for that alone, all rows or none, the same again changes nothing."""

import re

from tests.server.conftest import OFFICE, ORIGIN, csrf

ROW = {"office": OFFICE, "first": "2026-08-01", "last": "2026-08-31", "n": 900}


def token(client, scope="transactions.write"):
    form = {"csrf": csrf(client.get("/xuat-du-lieu")), "name": "Máy lấy số", "days": "90", "scope": scope}
    return re.search(r"hl_[\w-]+", client.post("/xuat-du-lieu/khoa", data=form, headers=ORIGIN).text)[0]


def send(client, key, *spans):
    headers = {"authorization": f"Bearer {key}"}
    return client.post("/api/v1/data/transactions", json={"rows": list(spans)}, headers=headers)


def test_transactions_sent_twice_are_stored_once(signed_in, rows):
    key = token(signed_in)
    assert [send(signed_in, key, ROW).json() for _ in range(2)] == [{"stored": 1}] * 2
    assert rows("SELECT office_id, n, source FROM transactions") == [(OFFICE, 900, "api")]


def test_one_wrong_row_keeps_all_out(signed_in, rows):
    answer = send(signed_in, token(signed_in), ROW, ROW | {"office": "moon"})
    assert answer.status_code == 422
    assert "rows[1].office" in answer.json()["words"]
    assert rows("SELECT * FROM transactions") == []


def test_a_token_to_read_cannot_write_and_one_to_write_cannot_read(signed_in):
    assert send(signed_in, token(signed_in, "data.read"), ROW).status_code == 403
    headers = {"authorization": f"Bearer {token(signed_in)}"}
    assert signed_in.get("/api/v1/data/ballots", headers=headers).status_code == 403
    assert send(signed_in, "hl_none", ROW).status_code == 401


def test_the_description_tells_of_it(signed_in):
    assert "post" in signed_in.get("/api/v1/data/openapi.json").json()["paths"]["/api/v1/data/transactions"]
