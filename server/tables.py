"""The schema: every table of the centre, the same on SQLite and PostgreSQL.

`*_at` are Unix milliseconds UTC; `day` columns are local dates, Asia/Ho_Chi_Minh. No table holds a network address.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Serial = BigInteger().with_variant(Integer, "sqlite")


def _unit(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(80), ForeignKey("org_units.id"), nullable=nullable)


centre = Table(
    "centre",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    Column("epoch", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("config_version", BigInteger, nullable=False),
)

org_units = Table(
    "org_units",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("kiosk", Text, nullable=False, server_default="{}"),
)

org_versions = Table(
    "org_versions",
    metadata,
    Column("id", Serial, primary_key=True),
    _unit("unit_id"),
    Column("name_vi", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("code", String(40), nullable=False),
    _unit("parent_id", nullable=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    UniqueConstraint("unit_id", "valid_from"),
    Index(None, "parent_id"),
)

org_successions = Table(
    "org_successions",
    metadata,
    _unit("old_id"),
    _unit("new_id"),
    Column("day", Date, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("legal_ref", Text, nullable=False),
    PrimaryKeyConstraint("old_id", "new_id", "day"),
)

org_changes = Table(
    "org_changes",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("what", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("day", Date),
    Column("legal_ref", Text, nullable=False),
    Column("units", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("undone_at", BigInteger),
)
"""What was done to the organisation, to be undone. units: JSON list of ids. body: JSON of what went and came.

day: from which it holds; None for an import of many days.
"""

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("account_id", Serial, ForeignKey("accounts.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Workbooks that were looked through and not yet confirmed; deleted after a day."""

officers = Table(
    "officers",
    metadata,
    Column("id", String(80), primary_key=True),
    _unit("office_id"),
    Column("name", String(80), nullable=False),
    Column("code", String(40), nullable=False),
    Column("title", String(80), nullable=False),
    Column("ended_on", Date),
    UniqueConstraint("office_id", "code"),
)
"""Who may sit at a counter. ended_on: the last day; None while in office."""

duties = Table(
    "duties",
    metadata,
    _unit("counter_id"),
    Column("day", Date, nullable=False),
    Column("part", String(2), nullable=False),
    Column("officer_id", String(80), ForeignKey("officers.id"), nullable=False),
    PrimaryKeyConstraint("counter_id", "day", "part"),
    Index(None, "officer_id", "day"),
)
"""Who sat at a counter. part: am until 12:00, pm from then on; one officer to a counter and half-day."""

holidays = Table(
    "holidays",
    metadata,
    Column("day", Date, primary_key=True),
    Column("name", Text, nullable=False),
    Column("is_working", Boolean, nullable=False),
)
"""Days that differ from their weekday. is_working: a weekend day worked in place of another."""

questionnaires = Table(
    "questionnaires",
    metadata,
    Column("ref", String(120), primary_key=True),
    Column("body", Text, nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("effective_from", Date),
    Column("is_general", Boolean, nullable=False, server_default=true()),
)
"""effective_from: the local day from which it is asked; None for the day it was published.

is_general: asked wherever nothing else was assigned; else only where it is assigned.
"""

questionnaire_drafts = Table(
    "questionnaire_drafts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("base", String(120), ForeignKey("questionnaires.ref"), nullable=False),
    Column("body", Text, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
)
"""Versions that are being written, faults and all. base: what it began with. edition: grows with every save."""

questionnaire_assignments = Table(
    "questionnaire_assignments",
    metadata,
    Column("id", Serial, primary_key=True),
    _unit("unit_id"),
    Column("ref", String(120), nullable=False),
    Column("day", Date, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("withdrawn_at", BigInteger),
    Index(None, "unit_id"),
)
"""What a unit and those below it ask from a local day on. ref: "" for what the unit above asks."""

kiosk_changes = Table(
    "kiosk_changes",
    metadata,
    Column("id", Serial, primary_key=True),
    _unit("unit_id"),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("stage", String(8), nullable=False),
    Column("body", Text, nullable=False),
    Column("ended_at", BigInteger),
    Column("ended_by", String(80), nullable=False),
    Index(None, "unit_id"),
)
"""Changes of kiosks' settings. stage: trial, all or undone. body: JSON of what each unit had before and has now."""

devices = Table(
    "devices",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    _unit("counter_id"),
    Column("public_key", LargeBinary, nullable=False, unique=True),
    Column("qr_epoch", String(32), nullable=False),
    Column("model", Text, nullable=False),
    Column("software", Text, nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("last_seen", BigInteger),
    Column("last_counter", BigInteger, nullable=False, server_default="0"),
    Column("last_health", Text),
)

enrol_codes = Table(
    "enrol_codes",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    _unit("counter_id"),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("device_id", String(80), ForeignKey("devices.id")),
    Column("replaces", String(80), ForeignKey("devices.id")),
)

device_moves = Table(
    "device_moves",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("device_id", String(80), ForeignKey("devices.id"), nullable=False, index=True),
    _unit("from_counter"),
    _unit("to_counter"),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("undone_at", BigInteger),
)
"""Kiosks carried to another counter: what was given there before stays where it was given."""

pairings = Table(
    "pairings",
    metadata,
    Column("letters", String(8), primary_key=True),
    Column("public_key", LargeBinary, nullable=False, unique=True),
    Column("commitment", LargeBinary, nullable=False),
    Column("secret", LargeBinary),
    Column("salt", LargeBinary, nullable=False),
    Column("model", Text, nullable=False),
    Column("software", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("device_id", String(80), ForeignKey("devices.id")),
)
"""Requests of devices without a code; a day after their term they are gone. secret: None until it was told."""

device_days = Table(
    "device_days",
    metadata,
    Column("device_id", String(80), ForeignKey("devices.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("is_power_low", Boolean),
    Column("card_errors", BigInteger),
    Column("tenths_worn", SmallInteger),
    Column("written_mb", BigInteger),
    Column("has_strips", Boolean, nullable=False, server_default=false()),
)
"""What kiosks said of supply, card and glass, one row a day; None where they do not say."""

device_forecasts = Table(
    "device_forecasts",
    metadata,
    Column("device_id", String(80), ForeignKey("devices.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("words", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("held_on", Date, nullable=False),
)
"""Parts that may fail, while that holds. days: of readings it rests on. held_on: the last day on which it was found."""

support_bundles = Table(
    "support_bundles",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("device_id", String(80), ForeignKey("devices.id"), nullable=False, index=True),
    Column("asked_at", BigInteger, nullable=False),
    Column("asked_by", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("withdrawn_at", BigInteger),
    Column("came_at", BigInteger),
    Column("software", String(40), nullable=False),
    Column("size", Integer, nullable=False),
    Column("left_out", Text, nullable=False),
    Column("why", String(20), nullable=False),
    Column("fault", String(60), nullable=False),
    Column("body", LargeBinary),
)
"""Requests for support bundles and what came. left_out: JSON. why: "" or why there is none; body: then NULL."""

acceptances = Table(
    "acceptances",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("device", String(80), ForeignKey("devices.id"), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("who", String(12), nullable=False),
    Column("began", String(24), nullable=False),
    Column("body", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Index(None, "device", "received_at"),
)
"""Sheets of the acceptance test on site, as they were sent. began: as the kiosk's clock said, right or wrong."""

boots = Table(
    "boots",
    metadata,
    Column("device", String(80), nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("inst", String(32), nullable=False),
    Column("first_counter", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("device", "boot"),
)

fixes = Table(
    "fixes",
    metadata,
    Column("device", String(80), nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("mono_ms", BigInteger, nullable=False),
    Column("utc_ms", BigInteger, nullable=False),
    Column("err_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("device", "boot", "mono_ms"),
)

shown = Table(
    "shown",
    metadata,
    Column("device", String(80), nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("to_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("device", "boot", "first"),
)

streams = Table(
    "streams",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("device", String(80), nullable=False),
    Column("stream", String(32), nullable=False),
    Column("upto", BigInteger, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    UniqueConstraint("device", "stream"),
)

holes = Table(
    "holes",
    metadata,
    Column("stream_id", Serial, ForeignKey("streams.id"), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("link", LargeBinary, nullable=False),
    Column("why", Text, nullable=False),
    Column("declared_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    PrimaryKeyConstraint("stream_id", "first"),
)

events = Table(
    "events",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("device", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("words", Text, nullable=False),
    Column("times", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    UniqueConstraint("device", "kind", "subject"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("stream_id", Serial, ForeignKey("streams.id"), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("conflict", Integer, nullable=False),
    Column("received_at", BigInteger, nullable=False),
)

ballots = Table(
    "ballots",
    metadata,
    Column("id", LargeBinary, nullable=False),
    Column("stream_id", Serial, ForeignKey("streams.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("office_id", String(80), nullable=False),
    Column("counter_id", String(80), nullable=False),
    Column("day", Date, nullable=False),
    Column("hour", SmallInteger),
    Column("is_dated", Boolean, nullable=False),
    Column("received_day", Date, nullable=False),
    Column("questionnaire", String(120), nullable=False),
    Column("layout", String(80), nullable=False),
    Column("lang", String(80), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("status", String(10), nullable=False),
    Column("lane", String(12), nullable=False),
    Column("levels", Text, nullable=False),
    Column("ms", Text, nullable=False),
    Column("reasons", Text),
    Column("context", Text),
    Column("flags", Text, nullable=False),
    Column("marks", Text, nullable=False),
    Column("consent", Text),
    Column("boot", BigInteger, nullable=False),
    Column("mono_ms", BigInteger, nullable=False),
    Column("wall", String(24), nullable=False),
    Column("clock", String(10), nullable=False),
    Column("cast_by", String(80)),
    Column("answers_salt", LargeBinary, nullable=False),
    Column("sealed", LargeBinary),
    Column("sealed_salt", LargeBinary),
    Column("sealed_digest", LargeBinary),
    Column("leaf", LargeBinary, nullable=False),
    Column("link", LargeBinary),
    Column("codes", Text),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("stream_id", "seq"),
    Index(None, "office_id", "day"),
)
"""One ballot, one row. levels: a character a question in the questionnaire's order, 1–5, n for NA, - for absent.

ms: milliseconds a question, comma between, same order. cast_by: the device that cast it, where another one sent it.
marks: what the centre noted itself, spaces between. sealed_digest: kept when the sealed part is erased, so that the
leaf can be computed again. link: None where the ballot filled a declared hole. hour: None where not dated.
codes: places of the codes it offered for going on by phone, spaces between; None where it offered none.
"""

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("stream_id", Serial, ForeignKey("streams.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("link", LargeBinary),
    Column("in_chain", Boolean, nullable=False),
    Column("ballot_id", LargeBinary),
    Column("questionnaire", String(120)),
    Column("verdict", String(10), nullable=False),
    Column("code", String(40), nullable=False),
    Column("words", String(60), nullable=False),
    Column("raw", LargeBinary),
    Column("received_at", BigInteger, nullable=False),
    UniqueConstraint("stream_id", "seq", "leaf"),
    Index(None, "code", "questionnaire"),
)
"""What came in but is no row of its own in ballots; with ballots it makes each stream's chain whole.

in_chain: False for a fork, whose place in the stream another ballot holds. raw: None for a duplicate.
"""


def _cell(*more: Column[Any]) -> list[Column[Any]]:
    return [
        Column("day", Date, nullable=False),
        Column("is_dated", Boolean, nullable=False),
        Column("office_id", String(80), nullable=False),
        Column("counter_id", String(80), nullable=False),
        Column("channel", String(10), nullable=False),
        Column("lane", String(12), nullable=False),
        Column("status", String(10), nullable=False),
        *more,
    ]


CELL = ("day", "is_dated", "office_id", "counter_id", "channel", "lane", "status")

rollup_ballots = Table(
    "rollup_ballots",
    metadata,
    *_cell(),
    *(Column(name, BigInteger, nullable=False) for name in ("n", "comments", "contacts", "flagged")),
    PrimaryKeyConstraint(*CELL),
    Index(None, "office_id", "day"),
)

rollup_answers = Table(
    "rollup_answers",
    metadata,
    *_cell(
        Column("questionnaire", String(120), nullable=False),
        Column("question", String(80), nullable=False),
    ),
    *(Column(name, BigInteger, nullable=False) for name in ("n1", "n2", "n3", "n4", "n5", "na", "ms")),
    PrimaryKeyConstraint(*CELL, "questionnaire", "question"),
    Index(None, "office_id", "day"),
)

rollup_reasons = Table(
    "rollup_reasons",
    metadata,
    *_cell(
        Column("questionnaire", String(120), nullable=False),
        Column("question", String(80), nullable=False),
        Column("reason", String(80), nullable=False),
    ),
    Column("n", BigInteger, nullable=False),
    PrimaryKeyConstraint(*CELL, "questionnaire", "question", "reason"),
    Index(None, "office_id", "day"),
)


def _counts(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


def _tenday(*more: Column[Any]) -> list[Column[Any]]:
    return [
        Column("first", Date, nullable=False),
        Column("is_dated", Boolean, nullable=False),
        Column("office_id", String(80), nullable=False),
        Column("channel", String(10), nullable=False),
        Column("lane", String(12), nullable=False),
        Column("status", String(10), nullable=False),
        *more,
    ]


TENDAY = ("first", "is_dated", "office_id", "channel", "lane", "status")
OVERALL = ("n1", "n2", "n3", "n4", "n5")
GENERAL = ("g1", "g2", "g3", "g4", "g5")

tenday_ballots = Table(
    "tenday_ballots",
    metadata,
    *_tenday(),
    *_counts("n", "comments", "contacts", "flagged"),
    PrimaryKeyConstraint(*TENDAY),
    Index(None, "office_id", "first"),
)
"""The day's rollups summed over counters and thirds of months. first: the 1st, 11th or 21st."""

tenday_answers = Table(
    "tenday_answers",
    metadata,
    *_tenday(Column("questionnaire", String(120), nullable=False), Column("question", String(80), nullable=False)),
    *_counts(*OVERALL, "na", "ms"),
    PrimaryKeyConstraint(*TENDAY, "questionnaire", "question"),
    Index(None, "office_id", "first"),
)

tenday_reasons = Table(
    "tenday_reasons",
    metadata,
    *_tenday(
        Column("questionnaire", String(120), nullable=False),
        Column("question", String(80), nullable=False),
        Column("reason", String(80), nullable=False),
    ),
    *_counts("n"),
    PrimaryKeyConstraint(*TENDAY, "questionnaire", "question", "reason"),
    Index(None, "office_id", "first"),
)


def _kind() -> list[Column[Any]]:
    return [
        Column("office_id", String(80), nullable=False),
        Column("lane", String(12), nullable=False),
        Column("status", String(10), nullable=False),
        Column("questionnaire", String(120), nullable=False),
    ]


KIND = ("office_id", "lane", "status", "questionnaire")

rollup_halves = Table(
    "rollup_halves",
    metadata,
    Column("day", Date, nullable=False),
    Column("part", String(2), nullable=False),
    Column("counter_id", String(80), nullable=False),
    *_kind(),
    *_counts("n", *OVERALL, *GENERAL),
    PrimaryKeyConstraint("day", "part", "counter_id", *KIND),
    Index(None, "office_id", "day"),
)
"""Dated ballots by half-day, as duties are. n1…n5: the overall question. g1…g5: all the others together."""

rollup_hours = Table(
    "rollup_hours",
    metadata,
    Column("day", Date, nullable=False),
    Column("hour", SmallInteger, nullable=False),
    *_kind(),
    *_counts("n", *OVERALL),
    PrimaryKeyConstraint("day", "hour", *KIND),
    Index(None, "office_id", "day"),
)

rollup_fields = Table(
    "rollup_fields",
    metadata,
    Column("day", Date, nullable=False),
    Column("field", String(80), nullable=False),
    *_kind(),
    *_counts("n", *OVERALL, *GENERAL),
    PrimaryKeyConstraint("day", "field", *KIND),
    Index(None, "office_id", "day"),
)

rollup_stops = Table(
    "rollup_stops",
    metadata,
    Column("day", Date, nullable=False),
    Column("question", String(80), nullable=False),
    Column("channel", String(10), nullable=False),
    *_kind(),
    *_counts("n"),
    PrimaryKeyConstraint("day", "question", "channel", *KIND),
    Index(None, "office_id", "day"),
)
"""Dated partial ballots by the last question they answered."""


def _whole(*keys: Column[Any]) -> list[Column[Any]]:
    return [Column("day", Date, nullable=False), *keys, *_kind()[1:]]


WHOLE = KIND[1:]

whole_answers = Table(
    "whole_answers",
    metadata,
    *_whole(Column("is_dated", Boolean, nullable=False), Column("channel", String(10), nullable=False)),
    Column("question", String(80), nullable=False),
    *_counts(*OVERALL, "na", "ms"),
    PrimaryKeyConstraint("day", "is_dated", "channel", *WHOLE, "question"),
)
"""The day's rollups summed over all offices: what is asked of a whole province names no office."""

whole_reasons = Table(
    "whole_reasons",
    metadata,
    *_whole(Column("is_dated", Boolean, nullable=False), Column("channel", String(10), nullable=False)),
    Column("question", String(80), nullable=False),
    Column("reason", String(80), nullable=False),
    *_counts("n"),
    PrimaryKeyConstraint("day", "is_dated", "channel", *WHOLE, "question", "reason"),
)

whole_hours = Table(
    "whole_hours",
    metadata,
    *_whole(Column("hour", SmallInteger, nullable=False)),
    *_counts("n", *OVERALL),
    PrimaryKeyConstraint("day", "hour", *WHOLE),
)

whole_fields = Table(
    "whole_fields",
    metadata,
    *_whole(Column("field", String(80), nullable=False)),
    *_counts("n", *OVERALL, *GENERAL),
    PrimaryKeyConstraint("day", "field", *WHOLE),
)

whole_stops = Table(
    "whole_stops",
    metadata,
    *_whole(Column("question", String(80), nullable=False), Column("channel", String(10), nullable=False)),
    *_counts("n"),
    PrimaryKeyConstraint("day", "question", "channel", *WHOLE),
)

transactions = Table(
    "transactions",
    metadata,
    _unit("office_id"),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("source", String(8), nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("office_id", "first"),
)
"""How many people an office served in a span of days. source: entered, import or api. Spans never overlap."""

index_scores = Table(
    "index_scores",
    metadata,
    _unit("office_id"),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("tenths", SmallInteger, nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("office_id", "first", "last", "number"),
)
"""Indices of Thông tư 01/2018 entered by hand. tenths: the score times ten, 0 to 20."""

qr_spent = Table(
    "qr_spent",
    metadata,
    Column("kiosk", BigInteger, nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("ballot_id", LargeBinary, nullable=False),
    Column("spent_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("kiosk", "boot", "counter"),
)

handovers = Table(
    "handovers",
    metadata,
    Column("kiosk", BigInteger, nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("half_id", LargeBinary, nullable=False),
    Column("phone_id", LargeBinary),
    Column("aside_id", LargeBinary),
    PrimaryKeyConstraint("kiosk", "boot", "counter"),
    Index(None, "half_id"),
)
"""The codes by which sittings offered to go on by phone. half_id: the kiosk's ballot. phone_id: the one that went on.

aside_id: which of the two is not counted; like phone_id None while the half is alone.
"""

accounts = Table(
    "accounts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("role", String(20), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("wait_until", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    Column("unit", String(80)),
    Column("person", String(80), nullable=False, server_default=""),
    Column("is_manager", Boolean, nullable=False, server_default=false()),
    Column("login", String(200)),
    Column("totp", LargeBinary),
    Column("totp_step", BigInteger, nullable=False, server_default="0"),
    Column("entered_at", BigInteger),
    Index(None, "login", unique=True),
)
"""unit: the top of what the account sees; None for the whole province. login: who the provider says they are.

totp: the sealed secret, None without a second step. totp_step: the last half minute whose code was used.
entered_at: the last sign-in. password_hash: "" until the invited person chose a password.
"""

invitations = Table(
    "invitations",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("account_id", Serial, ForeignKey("accounts.id"), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "account_id"),
)
"""Links by which people choose their own password; a used or replaced one is deleted."""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("account_id", Serial, ForeignKey("accounts.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account_id", "digest"),
)
"""For a lost phone; a used one is deleted."""

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", LargeBinary, primary_key=True),
    Column("account_id", Serial, ForeignKey("accounts.id"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("browser", String(40), nullable=False, server_default=""),
    Column("needs_code", Boolean, nullable=False, server_default=false()),
    Column("is_vouched", Boolean, nullable=False, server_default=false()),
    Index(None, "account_id"),
)
"""browser: its kind in words. needs_code: the password was right, the second step is still to come.

is_vouched: the organisation's provider did the second step.
"""

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    _unit("unit", nullable=True),
    Column("made_by", String(40), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("scope", String(40), nullable=False, server_default="data.read"),
)
"""What other programs come with. unit: what they may see, with all below it; None for the whole province.

scope: data.read, or transactions.write.
"""

import_profiles = Table(
    "import_profiles",
    metadata,
    Column("header", String(64), primary_key=True),
    Column("source", String(120), nullable=False),
    Column("mapping", Text, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""What the columns of a form mean, as a person confirmed it. header: SHA-256 of its headings."""

imports = Table(
    "imports",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("source", String(120), nullable=False),
    Column("name", String(120), nullable=False),
    Column("offices", Text, nullable=False),
    Column("n_read", Integer, nullable=False),
    Column("n_new", Integer, nullable=False),
    Column("n_there", Integer, nullable=False),
    Column("n_refused", Integer, nullable=False),
    Column("first", Date),
    Column("last", Date),
    Column("undone_at", BigInteger),
)
"""Files of other forms that were carried in. offices: JSON list of ids. undone_at: its ballots are taken back."""

import_rows = Table(
    "import_rows",
    metadata,
    Column("import_id", Serial, ForeignKey("imports.id"), nullable=False),
    Column("row", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("ballot_id", LargeBinary, nullable=False),
    PrimaryKeyConstraint("import_id", "row"),
    Index(None, "digest"),
)
"""Which row became which ballot. digest: keyed, of source, office, time and answers: a row is taken once."""

piles = Table(
    "piles",
    metadata,
    Column("id", Serial, primary_key=True),
    _unit("office_id"),
    Column("counter_id", String(80), nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("said", Integer),
    Column("actor", String(80), nullable=False),
    Column("made_at", BigInteger, nullable=False),
)
"""A pile of paper, or a day's calls, typed ballot by ballot. kind: desk, box, phone. said: the number on the pile."""

pile_entries = Table(
    "pile_entries",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("pile_id", Serial, ForeignKey("piles.id"), nullable=False),
    Column("round", SmallInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("levels", Text, nullable=False),
    Column("ballot_id", LargeBinary, unique=True),
    Column("form", String(32), nullable=False, unique=True),
    Column("actor", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("undone_at", BigInteger),
    Index(None, "pile_id", "round"),
)
"""What was typed. round: 1 makes ballots; 2 is the second person's; 3 a settled difference. form: sent once."""

scans = Table(
    "scans",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("pile_id", BigInteger, ForeignKey("piles.id")),
    Column("tally_id", BigInteger, ForeignKey("tallies.id")),
    Column("name", String(120), nullable=False),
    Column("kind", String(4), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Scanned paper; nothing that counts reads this table, and backups have it."""

tallies = Table(
    "tallies",
    metadata,
    Column("id", Serial, primary_key=True),
    _unit("office_id"),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("questionnaire", String(120), nullable=False),
    Column("ballots", Integer, nullable=False),
    Column("form", String(32), nullable=False, unique=True),
    Column("actor", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("undone_at", BigInteger),
    Index(None, "office_id", "first"),
)
"""Paper that an office counted itself: sums only, never ballots. form: sent once."""

tally_counts = Table(
    "tally_counts",
    metadata,
    Column("tally_id", Serial, ForeignKey("tallies.id"), nullable=False),
    Column("question", String(80), nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("n1", "n2", "n3", "n4", "n5", "na")),
    PrimaryKeyConstraint("tally_id", "question"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)

one_time_batches = Table(
    "one_time_batches",
    metadata,
    Column("id", String(32), primary_key=True),
    _unit("place"),
    Column("kind", String(20), nullable=False),
    Column("count", Integer, nullable=False),
    Column("note", String(80), nullable=False),
    Column("made_by", String(40), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("ended_at", BigInteger),
)
"""One-time codes that were made together. ended_at: since when they open nothing; None while they do."""

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("batch", String(32), ForeignKey("one_time_batches.id")),
    _unit("place"),
    Column("channel", String(10), nullable=False),
    Column("field", String(80), nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("is_spent", Boolean, nullable=False),
    Index(None, "batch"),
)
"""What is held of a one-time code: neither the code, nor the dossier, nor by which ballot or when it was used."""

document_issuers = Table(
    "document_issuers",
    metadata,
    Column("unit_id", String(80), primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
)
"""Who issues documents, JSON by unit; "" is the whole province."""

document_numbers = Table(
    "document_numbers",
    metadata,
    Column("unit_id", String(80), nullable=False),
    Column("year", Integer, nullable=False),
    Column("latest", Integer, nullable=False),
    PrimaryKeyConstraint("unit_id", "year"),
)
"""The last number given in a year; numbers run from 01 each 1 January."""

issued_documents = Table(
    "issued_documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("unit_id", String(80), nullable=False),
    Column("period", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
    Column("pdf_digest", String(64), nullable=False),
    Column("word", LargeBinary, nullable=False),
    Column("word_digest", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    UniqueConstraint("unit_id", "year", "number"),
    Index(None, "unit_id", "at"),
)
"""Reports as they were issued; rows are added, never changed. facts: JSON of the counts they were made of."""

report_schedules = Table(
    "report_schedules",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("unit_id", String(80), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("after_days", SmallInteger, nullable=False),
    Column("is_working", Boolean, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("ended_at", BigInteger),
)
"""Which reports are made by themselves. recipients: JSON list of mailboxes. after_days: after the period's last day."""

report_runs = Table(
    "report_runs",
    metadata,
    Column("schedule_id", String(32), ForeignKey("report_schedules.id"), nullable=False),
    Column("period", String(40), nullable=False),
    Column("document_id", String(32), ForeignKey("issued_documents.id")),
    Column("fault", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("schedule_id", "period"),
)
"""What came of a schedule for a period; with a document it is done, for good."""

mails = Table(
    "mails",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("once", String(120), nullable=False),
    Column("subject", Text, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("message", LargeBinary, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("fault", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    UniqueConstraint("once"),
    Index(None, "state", "next_at"),
)
"""Mail that goes out: waiting, sent or dead. once: what it is, so that the same is never put twice.

message: as it goes over the wire; emptied once sent.
"""


published = Table(
    "published",
    metadata,
    Column("office_id", String(80), ForeignKey("org_units.id"), primary_key=True),
    Column("at", BigInteger, nullable=False),
)
"""The offices whose months everybody may see."""
case_inbox = Table(
    "case_inbox",
    metadata,
    Column("ballot_id", LargeBinary, primary_key=True),
)
"""Ballots stored and not yet looked at: those that may open a case, or fill a place the code index has passed."""

ballot_codes = Table(
    "ballot_codes",
    metadata,
    Column("code", String(10), nullable=False),
    Column("ballot_id", LargeBinary, nullable=False),
    PrimaryKeyConstraint("code", "ballot_id"),
)
"""Which ballot a mã phiếu is of; filled behind the ballots, computed from their ids."""

code_cursors = Table(
    "code_cursors",
    metadata,
    Column("stream_id", Serial, ForeignKey("streams.id"), primary_key=True, autoincrement=False),
    Column("upto", BigInteger, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("origin", String(160), nullable=False, unique=True),
    Column("why", String(12), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("office_id", String(80), nullable=False),
    Column("counter_id", String(80), nullable=False),
    Column("unit_id", String(80), nullable=False),
    Column("state", String(12), nullable=False),
    Column("is_priority", Boolean, nullable=False),
    Column("owner", String(40)),
    Column("due_at", BigInteger),
    Column("warn_at", BigInteger),
    Column("warned", SmallInteger, nullable=False),
    Column("finding", String(8), nullable=False),
    Column("closed_at", BigInteger),
    Column("merged_into", BigInteger),
    Column("rating", SmallInteger),
    Column("call_state", String(12), nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Index(None, "state"),
    Index(None, "unit_id"),
)
"""What someone must answer for and close. origin: `b:` and a ballot, or `t:` counter and day; so none opens twice.

day: the ballot's. unit_id: who handles it now. due_at, warn_at: Unix milliseconds, None where no limit runs.
warned: 1 after four fifths of the limit, 2 after its end. call_state: none, waiting, reached, unreachable, withdrawn.
"""

case_ballots = Table(
    "case_ballots",
    metadata,
    Column("ballot_id", LargeBinary, primary_key=True),
    Column("case_id", Serial, ForeignKey("cases.id"), nullable=False),
    Index(None, "case_id"),
)
"""The ballots a case is of: one, or both parts of a sitting that went on by phone."""

case_events = Table(
    "case_events",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("case_id", Serial, ForeignKey("cases.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("before", String(80), nullable=False),
    Column("after", String(80), nullable=False),
    Column("document", String(80), nullable=False),
    Column("sealed", LargeBinary),
    Column("salt", LargeBinary),
    Column("words_digest", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Index(None, "case_id"),
)
"""Append-only: each line carries the digest of the line before it. sealed: words, closed to the centre's key.

Erasing drops `sealed` and `salt`; `words_digest` stays, so that the chain can be checked.
"""

case_files = Table(
    "case_files",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("case_id", Serial, ForeignKey("cases.id"), nullable=False),
    Column("name", String(120), nullable=False),
    Column("kind", String(4), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("removed_at", BigInteger),
    Index(None, "case_id"),
)

case_rules = Table(
    "case_rules",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("body", Text, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""The province's rules as JSON; the newest row holds, those before it stay."""

contact_reads = Table(
    "contact_reads",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("case_id", Serial, ForeignKey("cases.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("reason", String(20), nullable=False),
)
"""Who saw a telephone number in full, and why."""

deletions = Table(
    "deletions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("what", String(12), nullable=False),
    Column("why", String(12), nullable=False),
    Column("case_id", BigInteger),
    Column("n", Integer, nullable=False),
)
"""What was erased: contact, words, files, event. Nothing of what it said, nor of which ballot it was."""

alert_subscriptions = Table(
    "alert_subscriptions",
    metadata,
    Column("account_id", Serial, ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)
"""What a person wants to be told, JSON of alerts.kinds.Wants; without a row the usual."""

alerts = Table(
    "alerts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("once", String(200), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("office_id", String(80), nullable=False),
    Column("unit_id", String(80), nullable=False),
    Column("counter_id", String(80), nullable=False),
    Column("case_id", BigInteger, ForeignKey("cases.id")),
    Column("device", String(80), nullable=False),
    Column("limit_n", Integer, nullable=False),
    Column("limit_more", Integer, nullable=False),
    Column("base", Integer, nullable=False),
    Column("tenths", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("about", String(16), nullable=False, server_default=""),
    Column("ended_at", BigInteger),
    Index(None, "at"),
    Index(None, "kind", "ended_at"),
)
"""One row for each thing that was told. once: what it is. limit_n, limit_more: the threshold it passed.

base, tenths: answers of a share and the share, per mille; days that a forecast rests on; 0 where it tells none.
since: when a kiosk was last heard, or a forecast began. about: the kind of forecast. ended_at: None while it lasts.
"""

alert_receipts = Table(
    "alert_receipts",
    metadata,
    Column("alert_id", Serial, ForeignKey("alerts.id"), nullable=False),
    Column("account_id", Serial, ForeignKey("accounts.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("acknowledged_at", BigInteger),
    Column("snoozed_until", BigInteger),
    Column("mail_at", BigInteger),
    Column("mailed_at", BigInteger),
    PrimaryKeyConstraint("alert_id", "account_id"),
    Index(None, "account_id", "acknowledged_at"),
    Index(None, "mail_at"),
)
"""Who was told, and what they did. mail_at: when it goes by e-mail; None for never, or once it is in the outbox."""

alert_notes = Table(
    "alert_notes",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("alert_id", Serial, ForeignKey("alerts.id"), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "alert_id"),
)
"""What people said of an alert, closed to the centre's key."""

alert_samples = Table(
    "alert_samples",
    metadata,
    Column("day", Date, nullable=False),
    Column("counter_id", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("n", Integer, nullable=False),
    PrimaryKeyConstraint("day", "counter_id", "at"),
)
"""How many low grades a counter had today, whenever that changed; those of other days are deleted."""

alert_cursors = Table(
    "alert_cursors",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("upto", BigInteger, nullable=False),
)
"""Up to which line of a history everything was told."""

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("url", Text, nullable=False),
    Column("for_persons", Boolean, nullable=False),
    Column("kinds", Text, nullable=False),
    _unit("unit_id", nullable=True),
    Column("secret", LargeBinary, nullable=False),
    Column("old_secret", LargeBinary),
    Column("old_until", BigInteger),
    Column("made_by", String(80), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)
"""Programs that are told. kinds: JSON list. secret: sealed; old_secret signs beside it until old_until.

for_persons: told once for each person who asked for messages; else each thing once.
"""

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("webhook_id", String(32), ForeignKey("webhooks.id"), nullable=False),
    Column("alert_id", BigInteger, ForeignKey("alerts.id")),
    Column("receiver", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("fault", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    UniqueConstraint("webhook_id", "alert_id", "receiver"),
    Index(None, "state", "next_at"),
    Index(None, "alert_id"),
)
"""What goes to programs: waiting, sent or dead. receiver: an account's name, "" where nobody in particular.

alert_id: None for a trial. body: exactly what is posted and signed.
"""
plans = Table(
    "plans",
    metadata,
    Column("id", Serial, primary_key=True),
    _unit("unit_id"),
    Column("period", String(40), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("question", String(80), nullable=False),
    Column("reason", String(80), nullable=False),
    Column("finding", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("owner", String(100), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("window_days", SmallInteger, nullable=False),
    Column("text_vi", String(120), nullable=False),
    Column("text_en", String(120), nullable=False),
    Column("text_by", String(40), nullable=False),
    Column("state", String(10), nullable=False),
    Column("started_on", Date),
    Column("done_on", Date),
    Column("writer", String(40), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "unit_id"),
    Index(None, "done_on"),
)
"""What an office does about what citizens said, one line each. owner: `u:` a unit, `a:` an account.

text_vi, text_en: for everybody, once done and approved by text_by. revision: grows with every change.
"""

plan_events = Table(
    "plan_events",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("plan_id", Serial, ForeignKey("plans.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "plan_id"),
)
"""Append-only: who made, changed, moved or approved a plan line, what of it, and why."""

published_comments = Table(
    "published_comments",
    metadata,
    Column("ballot_id", LargeBinary, primary_key=True),
    Column("blacked", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("picked_by", String(40), nullable=False),
    Column("decided_by", String(40), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Which comments were reviewed, and how they stand; no word of them. blacked: JSON places of words blacked out."""

ranking_plans = Table(
    "ranking_plans",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "year"),
)
"""The criteria of a year as JSON of ranking.rules.Plan; the newest row holds, those before it stay."""

ranking_entries = Table(
    "ranking_entries",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("criterion", String(32), nullable=False),
    Column("office_id", String(80), nullable=False),
    Column("points", Integer),
    Column("base", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "year", "office_id"),
)
"""Points by hand, hundredths; the newest row of an office and criterion holds. points: None where taken back."""

ranking_snapshots = Table(
    "ranking_snapshots",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("year", "version"),
)
"""Rankings as they were signed off: criteria, counts and places as JSON; rows are added, never changed."""

case_drafts = Table(
    "case_drafts",
    metadata,
    Column("case_id", Serial, ForeignKey("cases.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("case_id", "kind"),
)
"""Documents of cases that are being written, closed to the centre's key; gone once issued."""

case_documents = Table(
    "case_documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case_id", Serial, ForeignKey("cases.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("unit_id", String(80), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("pdf", LargeBinary, nullable=False),
    Column("pdf_digest", String(64), nullable=False),
    Column("word", LargeBinary, nullable=False),
    Column("word_digest", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
    UniqueConstraint("unit_id", "year", "number"),
    Index(None, "case_id"),
)
"""Documents of cases as they were issued; rows are added, never changed. pdf, word: closed to the centre's key.

Digests are of the open files. Numbers run together with those of issued reports.
"""

duty_requests = Table(
    "duty_requests",
    metadata,
    Column("id", Serial, primary_key=True),
    _unit("office_id"),
    _unit("counter_id"),
    Column("day", Date, nullable=False),
    Column("part", String(2), nullable=False),
    Column("before", String(80), nullable=False),
    Column("wanted", String(80), nullable=False),
    Column("why", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", String(80), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("decided_by", String(80), nullable=False),
    Column("decided_at", BigInteger),
    Index(None, "office_id", "day"),
)
"""Requests to correct a half-day of the roster: new, accepted or refused. before, wanted: officers, "" for nobody."""
sealed_leaves = Table(
    "sealed_leaves",
    metadata,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("ballot_id", LargeBinary, nullable=False, unique=True),
    Column("leaf", LargeBinary, nullable=False),
)
"""Append-only: the leaves of all accepted ballots in the order of the public tree, from place 1 without gaps."""

sealed_heads = Table(
    "sealed_heads",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("log", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("edge", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("key_id", String(8), nullable=False),
    Column("note", Text, nullable=False),
)
"""Append-only: signed heads of the public tree. log: 1, and one more after each restore that lost published heads.

edge: the tree's right edge at this size, to go on from. note: the head as it was signed and published.
"""

erasure_requests = Table(
    "erasure_requests",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("asked_on", Date, nullable=False),
    Column("done_at", BigInteger, nullable=False),
    Column("what", String(12), nullable=False),
    Column("n", Integer, nullable=False),
    Column("actor", String(40), nullable=False),
)
"""Requests of citizens that were met at the desk; not whose they were. what: contact or words."""

releases = Table(
    "releases",
    metadata,
    Column("version", String(40), primary_key=True),
    Column("counter", Integer, nullable=False, unique=True),
    Column("machines", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
)
"""Releases of the kiosks' program that were taken in, as signed. machines: the kinds they are for, a JSON array."""

rollout_steps = Table(
    "rollout_steps",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("version", String(40), nullable=False),
    Column("previous", String(40), nullable=False),
    Column("stage", String(8), nullable=False),
    Column("is_paused", Boolean, nullable=False),
    Column("canaries", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(80), nullable=False),
)
"""Append-only: what is wished for which kiosks; the newest is in force. canaries: ids of devices, a JSON array."""
