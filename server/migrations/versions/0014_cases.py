"""Cases, the index of ballot codes, deletions. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make room; ballots with words or reasons that are there already wait to be looked at."""
    op.create_table(
        "case_inbox",
        sa.Column("ballot_id", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_case_inbox")),
    )
    op.create_table(
        "ballot_codes",
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("ballot_id", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("code", "ballot_id", name=op.f("pk_ballot_codes")),
    )
    op.create_table(
        "code_cursors",
        sa.Column("stream_id", SERIAL, nullable=False, autoincrement=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_code_cursors_stream_id")),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_code_cursors")),
    )
    op.create_table(
        "cases",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("origin", sa.String(160), nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("counter_id", sa.String(80), nullable=False),
        sa.Column("unit_id", sa.String(80), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("is_priority", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(40), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("warn_at", sa.BigInteger(), nullable=True),
        sa.Column("warned", sa.SmallInteger(), nullable=False),
        sa.Column("finding", sa.String(8), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("call_state", sa.String(12), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.UniqueConstraint("origin", name=op.f("uq_cases_origin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_cases_state"), "cases", ["state"])
    op.create_index(op.f("ix_cases_unit_id"), "cases", ["unit_id"])
    op.create_table(
        "case_ballots",
        sa.Column("ballot_id", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", SERIAL, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_ballots_case_id")),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_case_ballots")),
    )
    op.create_index(op.f("ix_case_ballots_case_id"), "case_ballots", ["case_id"])
    op.create_table(
        "case_events",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("case_id", SERIAL, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("before", sa.String(80), nullable=False),
        sa.Column("after", sa.String(80), nullable=False),
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("words_digest", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index(op.f("ix_case_events_case_id"), "case_events", ["case_id"])
    op.create_table(
        "case_files",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("case_id", SERIAL, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_files_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_files")),
    )
    op.create_index(op.f("ix_case_files_case_id"), "case_files", ["case_id"])
    op.create_table(
        "case_rules",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_rules")),
    )
    op.create_table(
        "contact_reads",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("case_id", SERIAL, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_contact_reads_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_reads")),
    )
    op.create_table(
        "deletions",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletions")),
    )
    op.execute(
        "INSERT INTO case_inbox (ballot_id) SELECT id FROM ballots "
        "WHERE lane <> 'withdrawn' AND (sealed IS NOT NULL OR reasons IS NOT NULL)"
    )
