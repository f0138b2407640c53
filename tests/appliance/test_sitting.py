"""One respondent: every rule of the sitting, without window, disk or clock."""

from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey

from appliance import sitting as sittings
from appliance.sitting import Kind, Stage, Step, after, draft_of, flags_of, opened, opened_by_button, pressed, touched
from appliance.view import Frame, idle, view
from survey.ballot import Answer, Ballot, Channel, Flag, Status
from survey.enrolment import KioskSettings, Place
from survey.note import Note
from survey.questionnaire import bundled, faults, rules_of
from survey.sealing import open_sealed, seal

KEY = PrivateKey(bytes(range(32)))
ID = UUID(int=7)


def a_kiosk(**changed):
    values = {
        "version": 1,
        "etag": "e",
        "device": "k1",
        "office": Place("o", {"vi": "Bộ phận Một cửa"}),
        "counter": Place("c", {"vi": "Quầy 1"}),
        "questionnaire": bundled(),
        "public_base": "HTTPS://KS.EXAMPLE.VN",
        "qr_kiosk": 1,
        "qr_key": bytes(32),
        "seal_key": bytes(KEY.public_key),
    }
    return KioskSettings(**{**values, **changed})


def a_likert3():
    """Return the bundled questionnaire with every question on three levels."""
    questions = [
        msgspec.structs.replace(
            q, scale="likert3", follow_up=q.follow_up and msgspec.structs.replace(q.follow_up, when_score_lte=1)
        )
        for q in bundled().questions
    ]
    return msgspec.structs.replace(bundled(), questions=questions)


def a_sitting(at_s=0.0, **changed):
    return opened(a_kiosk(**changed), ID, "vi", "l1-800x480", at_s)


class Walk:
    """A sitting with a clock beside it."""

    def __init__(self, sitting, at_s=0.0):
        self.sitting, self.at_s = sitting, at_s

    def wait(self, seconds):
        self.at_s += seconds
        self.sitting = sealed(after(self.sitting, self.at_s))
        return self

    def touch(self, *names, each_s=2.0):
        for name in names:
            self.at_s += each_s
            self.sitting = sealed(touched(self.sitting, name, self.at_s))
            self.wait(0.3)
        return self

    def answer_all(self, name="level-5", each_s=2.0):
        for _ in self.sitting.kiosk.questionnaire.questions:
            self.touch(name, each_s=each_s)
        return self


def sealed(sitting):
    note = sittings.note_of(sitting)
    if note == sitting.sealed_note:
        return sitting
    return sittings.with_seal(sitting, note, None if note.is_empty() else seal(note, sitting.kiosk.seal_key))


def a_ballot(draft):
    return Ballot(
        id=draft.id,
        device="k1",
        stream="0" * 32,
        seq=1,
        boot=1,
        mono_ms=1,
        wall="2026-11-21T08:00:00.000Z",
        clock="exact",
        questionnaire=draft.questionnaire,
        layout=draft.layout,
        lang=draft.lang,
        channel=draft.channel,
        status=draft.status,
        answers=draft.answers,
        answers_salt=bytes(16),
        reasons=draft.reasons,
        context=draft.context,
        sealed=draft.sealed,
        sealed_salt=bytes(16) if draft.sealed else None,
        consent=draft.consent,
        flags=draft.flags,
    )


def test_nine_touches_and_no_comment_make_a_complete_ballot():
    walk = Walk(a_sitting()).answer_all()
    assert walk.sitting.step == Step(Kind.COMMENT)
    walk.touch("skip")
    draft = draft_of(walk.sitting)
    assert walk.sitting.stage is Stage.CASTING
    assert (draft.status, draft.channel, len(draft.answers), draft.sealed) == (
        Status.COMPLETE,
        Channel.TOUCH,
        9,
        None,
    )


def test_the_time_spent_on_a_question_is_measured_and_adds_up_over_visits():
    walk = Walk(a_sitting()).touch("level-5")
    assert draft_of(walk.sitting).answers["responsibility"].ms == 2000
    walk.touch("back").touch("level-4")
    assert draft_of(walk.sitting).answers["responsibility"] == Answer(4, 4300)


def test_two_presses_within_the_lockout_are_one():
    sitting = a_sitting()
    first = touched(sitting, "level-5", 3.0)
    assert touched(first, "level-1", 3.2) == first
    moved = after(first, 3.3)
    assert moved.step == Step(Kind.QUESTION, "attitude")
    assert touched(moved, "level-1", 3.35).answers == first.answers


def test_a_double_tap_on_start_answers_nothing():
    assert not touched(a_sitting(at_s=10.0), "level-3", 10.2).answers


def test_a_low_grade_asks_why_and_a_better_one_takes_the_reasons_back():
    walk = Walk(a_sitting()).touch("level-2")
    assert walk.sitting.step == Step(Kind.REASONS, "responsibility")
    walk.touch("reason-responsibility.absent", "back", "level-4")
    assert walk.sitting.step == Step(Kind.QUESTION, "attitude")
    assert draft_of(walk.sitting).reasons == {}


def test_at_most_three_reasons_are_taken_and_one_may_be_taken_back():
    walk = Walk(a_sitting()).touch("level-1")
    names = [reason.id for reason in bundled().questions[0].follow_up.reasons]
    walk.touch(*[f"reason-{name}" for name in names[:4]])
    assert draft_of(walk.sitting).reasons == {"responsibility": names[:3]}
    walk.touch(f"reason-{names[0]}", f"reason-{names[3]}")
    assert draft_of(walk.sitting).reasons == {"responsibility": names[1:4]}


def test_not_applicable_is_taken_only_where_it_may_be():
    walk = Walk(a_sitting()).touch("na")
    assert not walk.sitting.answers
    walk.touch(*["level-5"] * 5, "na")
    assert walk.sitting.level("fees") == "na"


def test_back_keeps_the_answer_and_next_goes_on_without_a_new_one():
    walk = Walk(a_sitting()).touch("level-5", "level-4", "back", "back")
    assert walk.sitting.step == Step(Kind.QUESTION, "responsibility")
    assert walk.sitting.level("responsibility") == 5
    walk.touch("next", "next")
    assert walk.sitting.step == Step(Kind.QUESTION, "access")
    assert (walk.sitting.level("responsibility"), walk.sitting.level("attitude")) == (5, 4)


def test_the_language_changes_midway_and_travels_with_the_ballot():
    walk = Walk(a_sitting()).touch("level-5", "lang", "level-4")
    assert draft_of(walk.sitting).lang == "en"
    assert len(walk.sitting.answers) == 2


def test_nobody_there_is_asked_then_cast_as_partial():
    walk = Walk(a_sitting()).touch("level-5")
    assert sittings.warning_s(walk.wait(44).sitting, walk.at_s) is None
    walk.wait(1.0)
    assert sittings.warning_s(walk.sitting, walk.at_s) == 20
    walk.wait(19.0)
    assert walk.sitting.stage is Stage.OPEN
    walk.wait(1.5)
    draft = draft_of(walk.sitting)
    assert (walk.sitting.stage, draft.status, draft.flags) == (Stage.CASTING, Status.PARTIAL, [Flag.TIMED_OUT])


def test_a_touch_while_asked_only_says_i_am_here():
    walk = Walk(a_sitting()).touch("level-5").wait(50)
    walk.touch("level-1", each_s=1)
    assert sittings.warning_s(walk.sitting, walk.at_s) is None
    assert len(walk.sitting.answers) == 1


def test_leaving_with_nothing_answered_leaves_nothing():
    assert Walk(a_sitting()).touch("exit").sitting.stage is Stage.OVER
    assert Walk(a_sitting()).wait(66).sitting.stage is Stage.OVER


def test_leaving_midway_is_a_partial_ballot_without_the_timed_out_flag():
    draft = draft_of(Walk(a_sitting()).touch("level-5", "exit").sitting)
    assert (draft.status, draft.flags) == (Status.PARTIAL, [])


def test_the_overall_question_may_come_first():
    assert a_sitting(overall_first=True).step == Step(Kind.QUESTION, "overall")


def test_one_press_of_a_button_is_a_quick_ballot_once_its_time_is_over():
    walk = Walk(opened_by_button(a_kiosk(), ID, "vi", "l", 0.0, 4))
    assert walk.wait(7.9).sitting.stage is Stage.OPEN
    walk.wait(0.2)
    draft = draft_of(walk.sitting)
    assert (walk.sitting.stage, draft.status, draft.channel) == (Stage.CASTING, Status.QUICK, Channel.BUTTON)
    assert draft.answers == {"overall": Answer(4)}


def test_a_second_press_soon_after_is_flagged_and_changes_nothing():
    sitting = opened_by_button(a_kiosk(), ID, "vi", "l", 0.0, 4)
    assert pressed(sitting, 1, 0.2) == sitting
    assert draft_of(pressed(sitting, 1, 2.0)).flags == [Flag.DOUBLE_PRESS]
    assert draft_of(pressed(sitting, 1, 2.0)).answers["overall"].level == 4
    assert pressed(sitting, 1, 6.0) == sitting


def test_the_other_eight_can_be_answered_by_buttons_after_a_quick_press():
    walk = Walk(opened_by_button(a_kiosk(), ID, "vi", "l", 0.0, 5)).touch("more")
    for _ in range(8):
        walk.at_s += 2
        walk.sitting = pressed(walk.sitting, 5, walk.at_s)
        walk.wait(0.3)
    assert walk.sitting.step == Step(Kind.COMMENT)
    assert draft_of(walk.sitting).status is Status.COMPLETE


def test_a_low_quick_press_that_goes_on_is_asked_why_first():
    walk = Walk(opened_by_button(a_kiosk(), ID, "vi", "l", 0.0, 1)).touch("more")
    assert walk.sitting.step == Step(Kind.REASONS, "overall")


def test_a_button_on_the_keyboard_or_a_reason_changes_nothing():
    walk = Walk(a_sitting()).touch("level-1")
    assert pressed(walk.sitting, 3, walk.at_s + 5).answers == walk.sitting.answers
    walk = Walk(a_sitting()).answer_all()
    assert pressed(walk.sitting, 3, walk.at_s + 5).answers == walk.sitting.answers


@pytest.mark.parametrize(
    ("each_s", "names", "flags"),
    [
        (0.5, ["level-5"] * 9, [Flag.FAST, Flag.STRAIGHT_LINE]),
        (0.5, [*["level-5"] * 8, "level-4"], [Flag.FAST]),
        (2.0, ["level-5"] * 9, []),
        (0.5, ["level-5"] * 8, []),
    ],
)
def test_fast_and_straight_line_are_facts_of_a_whole_ballot(each_s, names, flags):
    assert flags_of(Walk(a_sitting()).touch(*names, each_s=each_s).sitting) == flags


def test_a_comment_is_sealed_when_its_page_is_left_and_only_then():
    walk = Walk(a_sitting()).answer_all()
    walk.touch(*[f"key-{key}" for key in "chowf"], "key-space", *[f"key-{key}" for key in "laau"], each_s=0.1)
    assert draft_of(walk.sitting).sealed is None
    walk.touch("next")
    assert open_sealed(draft_of(walk.sitting).sealed, bytes(KEY)) == Note(comment="chờ lâu")
    assert walk.sitting.step == Step(Kind.CONTACT)


def test_a_comment_half_written_when_time_runs_out_is_kept_sealed():
    walk = Walk(a_sitting()).answer_all().touch("key-a", "key-a").wait(70)
    assert walk.sitting.stage is Stage.CASTING
    assert open_sealed(draft_of(walk.sitting).sealed, bytes(KEY)).comment == "â"
    assert draft_of(walk.sitting).flags == [Flag.TIMED_OUT]


def with_comment():
    return Walk(a_sitting()).answer_all().touch("key-a", "next")


def test_no_phone_without_the_tick():
    walk = with_comment().touch("next")
    assert (walk.sitting.step.kind, walk.sitting.complaint) == (Kind.CONTACT, "consent_missing")
    walk.touch("consent", "next")
    assert walk.sitting.step.kind is Kind.PHONE


def test_a_wrong_number_is_told_and_a_right_one_is_sealed_with_the_consent():
    walk = with_comment().touch("consent", "next", *[f"digit-{d}" for d in "091234"], "next", each_s=0.5)
    assert walk.sitting.complaint == "phone_wrong"
    walk.touch(*[f"digit-{d}" for d in "5678"], "next", each_s=0.5)
    draft = draft_of(walk.sitting)
    assert walk.sitting.stage is Stage.CASTING
    assert open_sealed(draft.sealed, bytes(KEY)) == Note(comment="a", phone="0912345678")
    assert (draft.consent.text, draft.consent.lang) == ("contact_v1", "vi")


def test_a_number_that_was_not_sent_off_is_forgotten():
    walk = with_comment().touch("consent", "next", *[f"digit-{d}" for d in "0912345678"], each_s=0.5).wait(70)
    draft = draft_of(walk.sitting)
    assert walk.sitting.stage is Stage.CASTING
    assert open_sealed(draft.sealed, bytes(KEY)).phone == ""
    assert draft.consent is None


def test_refusing_contact_keeps_the_comment_and_says_so():
    walk = with_comment().touch("consent", "refuse")
    draft = draft_of(walk.sitting)
    assert open_sealed(draft.sealed, bytes(KEY)) == Note(comment="a")
    assert draft.consent is None
    walk.sitting = sittings.cast(walk.sitting, "ABCDEFGHJK", walk.at_s)
    assert bundled().text("consent_refused", "vi") in view(walk.sitting, walk.at_s).screen.notes


def test_contact_is_offered_after_a_low_grade_without_a_comment():
    walk = Walk(a_sitting()).touch("level-1", "skip", *["level-5"] * 8)
    assert walk.touch("skip").sitting.step.kind is Kind.CONTACT


def test_context_items_are_asked_in_the_kiosks_order_and_may_be_skipped():
    walk = Walk(a_sitting(context_on=["age", "step", "unknown"])).answer_all()
    assert walk.sitting.step == Step(Kind.CHOICE, "age")
    walk.touch("skip", "choice-submit")
    assert draft_of(walk.sitting).context == {"step": "submit"}
    assert walk.sitting.step.kind is Kind.COMMENT


def test_thanks_come_only_after_the_ballot_is_on_disk_and_leave_by_themselves():
    walk = Walk(a_sitting()).touch("level-5", "exit")
    assert view(walk.sitting, walk.at_s).name != "thanks"
    walk.sitting = sittings.cast(walk.sitting, "ABCDEFGHJK", walk.at_s)
    assert view(walk.sitting, walk.at_s).screen.code == "ABCDE-FGHJK"
    assert walk.wait(12.1).sitting.stage is Stage.OVER


def test_a_disk_that_says_nothing_is_a_failure_and_is_tried_again():
    walk = Walk(a_sitting()).touch("level-5", "exit").wait(10.1)
    assert walk.sitting.stage is Stage.FAILED
    assert walk.touch("retry").sitting.stage is Stage.CASTING
    walk.wait(10.1)
    assert walk.wait(15.1).sitting.stage is Stage.CASTING


def test_the_thanks_are_the_same_for_every_grade():
    seen = set()
    for name in ("level-5", "level-1"):
        walk = Walk(a_sitting()).touch(name, "exit")
        screen = view(sittings.cast(walk.sitting, "ABCDEFGHJK", walk.at_s), walk.at_s).screen
        seen.add((screen.title, tuple(screen.notes)))
    assert len(seen) == 1


def test_a_scale_of_three_is_answered_on_its_own_levels():
    walk = Walk(a_sitting(questionnaire=a_likert3())).touch("level-5")
    assert not walk.sitting.answers
    walk.touch("level-1")
    assert walk.sitting.step.kind is Kind.REASONS


MOVES = ["level-1", "level-2", "level-3", "level-4", "level-5", "na", "back", "next", "skip", "lang", "exit"]
OTHERS = ["more", "done", "consent", "refuse", "retry", "start", "x", "choice-submit", "choice-lt25", "choice-nothing"]
KEYS = ["key-a", "key-ee", "tone-s", "key-space", "key-upper", "key-symbols", "erase", "key-1", "digit-0", "digit-9"]
REASONS = [f"reason-{reason.id}" for question in bundled().questions[:3] for reason in question.follow_up.reasons]
NAMES = st.sampled_from(MOVES) | st.sampled_from(OTHERS) | st.sampled_from(KEYS) | st.sampled_from(REASONS)
EVENTS = st.one_of(
    st.tuples(st.just("touch"), NAMES, st.floats(0, 5)),
    st.tuples(st.just("touch"), st.sampled_from(["level-1", "level-5", "next", "skip"]), st.floats(0.4, 2)),
    st.tuples(st.just("button"), st.integers(1, 5), st.floats(0, 5)),
    st.tuples(st.just("wait"), st.none(), st.floats(0, 70)),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    events=st.lists(EVENTS, max_size=80),
    first=st.sampled_from([None, 1, 3, 5]),
    overall_first=st.booleans(),
    context_on=st.sampled_from([[], ["step", "age"]]),
    is_three=st.booleans(),
)
def test_whatever_happens_the_ballot_has_no_fault_and_there_is_a_screen(
    events, first, overall_first, context_on, is_three
):
    kiosk = a_kiosk(
        overall_first=overall_first, context_on=context_on, questionnaire=a_likert3() if is_three else bundled()
    )
    rules = rules_of(kiosk.questionnaire)
    level = None if first is None else min(first, 3) if is_three else first
    if level is None:
        sitting = opened(kiosk, ID, "vi", "l1-800x480", 0.0)
    else:
        sitting = opened_by_button(kiosk, ID, "vi", "l1-800x480", 0.0, level)
    at_s = 0.0
    for kind, what, wait_s in events:
        at_s += wait_s
        if kind == "touch":
            sitting = touched(sitting, what, at_s)
        elif kind == "button":
            sitting = pressed(sitting, what, at_s)
        sitting = sealed(after(sitting, at_s))
        assert isinstance(view(sitting, at_s), Frame)
        if sitting.answers:
            assert faults(a_ballot(draft_of(sitting)), rules) == []
        else:
            assert sitting.stage in {Stage.OPEN, Stage.OVER}
    assert isinstance(idle(kiosk, "vi", "HTTPS://X", at_s), Frame)
