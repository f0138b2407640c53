"""Questionnaires change over on their day: for kiosks, told beforehand, for phone pages; and one chosen for a unit."""

import re
from datetime import date

import msgspec
import pytest

from server.devices.asked import AskedError, choose
from server.questionnaires.queries import PublishError, on_day, publish
from survey import qr_token
from survey.enrolment import as_of
from survey.qr_token import QrToken
from survey.questionnaire import bundled
from tests.kiosk_double import NOW_MS
from tests.server.conftest import COUNTER
from tests.server.test_phone import ALL, opened, post

DAY_MS = 86_400_000
NEXT = msgspec.structs.replace(bundled(), version="1.1.0")
OTHER = msgspec.structs.replace(bundled(), id="other", version="1.0.0")
FIRST = date(2026, 12, 1)
FIRST_MS = NOW_MS + 10 * DAY_MS


@pytest.fixture
def planned(centre):
    """A version 1.1.0 that is asked from the first of December on."""
    centre.writer.run(lambda work: publish(work, NEXT, NOW_MS, FIRST))


def test_a_kiosk_is_told_beforehand_and_again_on_the_day(kiosk, planned, clock):
    told = kiosk.settings()
    assert told.questionnaire.ref == bundled().ref
    assert [(one.effective_from, one.questionnaire.ref) for one in told.upcoming] == [("2026-12-01", NEXT.ref)]
    clock.now_ms = FIRST_MS
    after = kiosk.settings()
    assert (after.questionnaire.ref, after.upcoming) == (NEXT.ref, msgspec.UNSET)
    assert after.etag != told.etag
    assert as_of(told, "2026-12-01").questionnaire == after.questionnaire


def test_without_anything_to_come_settings_are_as_they_always_were(kiosk):
    _, _, body, _ = kiosk.fetch_settings()
    assert b'"upcoming"' not in body


def test_as_of_a_day_is_the_newest_that_is_due_and_keeps_what_is_later(kiosk, planned, centre):
    later = msgspec.structs.replace(bundled(), version="1.2.0")
    centre.writer.run(lambda work: publish(work, later, NOW_MS, date(2027, 1, 1)))
    told = kiosk.settings()
    assert as_of(told, "2026-11-30") is told
    december = as_of(told, "2026-12-31")
    assert (december.questionnaire.ref, [one.effective_from for one in december.upcoming]) == (NEXT.ref, ["2027-01-01"])
    assert as_of(told, "2027-05-01").questionnaire.ref == later.ref


def test_a_phones_page_changes_over_at_midnight_but_not_under_who_is_answering(client, kiosk, planned, clock, rows):
    told = kiosk.settings()
    clock.now_ms = FIRST_MS // DAY_MS * DAY_MS - 7 * 3_600_000 - 60_000  # a minute to midnight in Hà Nội
    token = qr_token.make(QrToken(told.qr_kiosk, 3, 1, clock.now_ms // 30_000, b"head"), told.qr_key)
    before = opened(client, f"/Q/{token}")
    clock.now_ms += 120_000
    after = opened(client, f"/o/{COUNTER}")
    post(client, f"/Q/{token}", before)
    post(client, f"/o/{COUNTER}", after)
    assert rows("SELECT questionnaire FROM ballots ORDER BY seq") == [(bundled().ref,), (NEXT.ref,)]


def test_a_published_version_keeps_its_day(centre, planned):
    assert not centre.writer.run(lambda work: publish(work, NEXT, NOW_MS))
    with pytest.raises(PublishError, match="its day stays"):
        centre.writer.run(lambda work: publish(work, NEXT, NOW_MS, date(2027, 1, 1)))


def test_before_the_first_day_there_is_nothing_to_ask(centre):
    with centre.engine.connect() as connection, pytest.raises(PublishError, match="is published for 2020-01-01"):
        on_day(connection, date(2020, 1, 1))


def test_a_counter_asks_what_was_chosen_for_it_and_the_others_what_is_newest(client, kiosk, enrol, centre):
    centre.writer.run(lambda work: publish(work, OTHER, NOW_MS + 1))
    centre.writer.run(lambda work: choose(work, [COUNTER], bundled().id, NOW_MS, "test"))
    assert kiosk.settings().questionnaire.ref == bundled().ref
    assert enrol("xa-tan-trao.q2").settings().questionnaire.ref == OTHER.ref
    with pytest.raises(AskedError, match="not published"):
        centre.writer.run(lambda work: choose(work, [COUNTER], "moon", NOW_MS, "test"))
    centre.writer.run(lambda work: choose(work, [COUNTER], "", NOW_MS, "test"))
    assert kiosk.settings().questionnaire.ref == OTHER.ref


def test_the_phone_asks_about_the_visit_what_the_kiosk_asks_and_nothing_of_the_person(client, kiosk, rows):
    page = client.get(f"/o/{COUNTER}").text
    asked = re.findall(r'name="x\.([a-z_]+)"', page)
    assert list(dict.fromkeys(asked)) == ["role", "step", "field"] == kiosk.settings().context_on
    assert page.count("<details") == 1
    form = ALL | {"x.role": "organisation", "x.field": "made-up", "x.gender": "male"}
    post(client, f"/o/{COUNTER}", opened(client, f"/o/{COUNTER}"), **form)
    assert rows("SELECT context FROM ballots") == [('{"role":"organisation"}',)]


def test_a_counter_that_asks_the_overall_question_first_does_so_on_the_phone_too(client, kiosk, centre, rows):
    wish = '{"overall_first": true, "context_on": []}'
    centre.writer.run(lambda work: work.run("UPDATE org_units SET kiosk = ? WHERE id = ?", (wish, COUNTER)))
    page = client.get(f"/o/{COUNTER}").text
    order = list(dict.fromkeys(re.findall(r'name="q\.([a-z_]+)"', page)))
    assert order == ["overall", *[question.id for question in bundled().questions[:-1]]]
    assert "<details" not in page
    assert re.findall(r'fieldset id="c(\d)"', page)[0] == "8", "a kiosk's fragment counts by the questionnaire"
    post(client, f"/o/{COUNTER}", opened(client, f"/o/{COUNTER}"), **{"q.overall": "2"})
    assert rows("SELECT levels FROM ballots") == [("--------2",)]
