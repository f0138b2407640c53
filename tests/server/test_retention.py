"""What is kept long enough goes, and nothing else; every chain holds afterwards, on both databases."""

import msgspec

from server.__main__ import main
from server.ballots.verify import verify
from server.cases import events, queries
from server.cases.open import open_waiting
from server.cases.opening import Retention, Rules
from server.cases.retain import due, retain
from survey.local_time import DAY_MS
from tests.kiosk_double import NOW_MS
from tests.server.test_cases_open import said  # noqa: F401 - a fixture
from tests.server.test_cases_pages import act, attach


def due_now(centre):
    with centre.engine.connect() as connection:
        return due(connection, centre.now_ms())


def whole(centre):
    return centre.writer.run(verify).faults == [] and centre.writer.run(events.first_broken) is None


def test_a_contact_goes_ninety_days_after_the_close_and_the_comment_stays(said, centre, clock, rows, as_role):  # noqa: F811
    said("Chờ lâu, gọi 0912345678", "0912345678")
    open_waiting(centre)
    act(as_role("handler", "xa-tan-trao"), act="move", target="closed")
    clock.now_ms = NOW_MS + 89 * DAY_MS
    assert (due_now(centre).total, retain(centre)) == (0, 0)
    clock.now_ms = NOW_MS + 90 * DAY_MS
    assert due_now(centre).closed == [1]
    assert retain(centre) == 1
    assert (due_now(centre).total, retain(centre)) == (0, 0)
    assert rows("SELECT sealed FROM ballots") == [(None,)]
    assert rows("SELECT what, why, case_id, n FROM deletions") == [("contact", "closed", 1, 1)]
    assert rows("SELECT subject FROM audit WHERE action = 'retain'") == [("1",)]
    assert whole(centre)
    page = as_role("handler", "xa-tan-trao", "sau").get("/vu-viec/1").text
    assert "Chờ lâu, gọi 09xx xxx 678" in page


def test_a_contact_goes_180_days_after_receipt_even_of_an_open_case(said, centre, clock, rows):  # noqa: F811
    said("Chờ lâu", "0912345678")
    open_waiting(centre)
    clock.now_ms = NOW_MS + 179 * DAY_MS
    assert retain(centre) == 0
    clock.now_ms = NOW_MS + 180 * DAY_MS
    assert retain(centre) == 1
    assert rows("SELECT why FROM deletions") == [("received",)]
    assert rows("SELECT call_state FROM cases") == [("withdrawn",)]
    assert whole(centre)


def test_a_contact_of_a_ballot_without_a_case_goes_too(said, centre, clock, rows):  # noqa: F811
    centre.writer.run(lambda work: work.run("DELETE FROM case_inbox"))
    said("", "0912345678")
    centre.writer.run(lambda work: work.run("DELETE FROM case_inbox"))
    clock.now_ms = NOW_MS + 180 * DAY_MS
    assert retain(centre) == 1
    assert rows("SELECT sealed FROM ballots") == [(None,)]
    assert whole(centre)


def test_words_and_files_go_after_two_years_and_the_lines_stay(said, centre, clock, rows, as_role):  # noqa: F811
    said("Chờ lâu")
    open_waiting(centre)
    handler = as_role("handler", "xa-tan-trao")
    act(handler, act="note", note="Đã hỏi chị Lan")
    attach(handler, b"%PDF-1.7 x")
    act(handler, act="move", target="closed")
    clock.now_ms = NOW_MS + 730 * DAY_MS
    assert retain(centre) == 4
    assert rows("SELECT count(*) FROM case_events WHERE sealed IS NOT NULL") == [(0,)]
    assert rows("SELECT length(body), name FROM case_files") == [(0, "pdf")]
    assert "note" in {row[0] for row in rows("SELECT kind FROM case_events")}
    assert "Lan" not in str(rows("SELECT * FROM deletions"))
    assert whole(centre)


def test_a_province_sets_its_own_days(said, centre, clock):  # noqa: F811
    said("Chờ lâu", "0912345678")
    open_waiting(centre)
    own = msgspec.structs.replace(Rules(), retention=Retention(received_days=30))
    centre.writer.run(lambda work: queries.set_rules(work, own, "quantri", NOW_MS))
    clock.now_ms = NOW_MS + 30 * DAY_MS
    assert retain(centre) == 1


def test_the_command_says_what_is_due_and_a_dry_run_erases_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HAILONG_CENTRE_DATA_DIR", str(tmp_path / "c"))
    assert [main(["init"]), main(["retain", "--dry-run"]), main(["retain"]), main(["verify"])] == [0, 0, 0, 0]
    told = capsys.readouterr().out
    assert "dry run: nothing was erased" in told
    assert "erased: 0 things" in told
    assert "history of cases" in told
