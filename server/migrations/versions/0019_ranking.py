"""The yearly ranking, documents of cases, corrections of the roster. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make room; no year has criteria yet."""
    op.create_table(
        "ranking_plans",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_plans")),
    )
    op.create_index(op.f("ix_ranking_plans_year"), "ranking_plans", ["year"])
    op.create_table(
        "ranking_entries",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(32), nullable=False),
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("points", sa.Integer()),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_entries")),
    )
    op.create_index(op.f("ix_ranking_entries_year_office_id"), "ranking_entries", ["year", "office_id"])
    op.create_table(
        "ranking_snapshots",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_snapshots")),
        sa.UniqueConstraint("year", "version", name=op.f("uq_ranking_snapshots_year_version")),
    )
    _case_documents()
    _duty_requests()


def _case_documents() -> None:
    op.create_table(
        "case_drafts",
        sa.Column("case_id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_drafts_case_id")),
        sa.PrimaryKeyConstraint("case_id", "kind", name=op.f("pk_case_drafts")),
    )
    op.create_table(
        "case_documents",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.String(80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("pdf_digest", sa.String(64), nullable=False),
        sa.Column("word", sa.LargeBinary(), nullable=False),
        sa.Column("word_digest", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_documents_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_documents")),
        sa.UniqueConstraint("unit_id", "year", "number", name=op.f("uq_case_documents_unit_id_year_number")),
    )
    op.create_index(op.f("ix_case_documents_case_id"), "case_documents", ["case_id"])


def _duty_requests() -> None:
    op.create_table(
        "duty_requests",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("counter_id", sa.String(80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.String(2), nullable=False),
        sa.Column("before", sa.String(80), nullable=False),
        sa.Column("wanted", sa.String(80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(80), nullable=False),
        sa.Column("decided_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["office_id"], ["org_units.id"], name=op.f("fk_duty_requests_office_id")),
        sa.ForeignKeyConstraint(["counter_id"], ["org_units.id"], name=op.f("fk_duty_requests_counter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_requests")),
    )
    op.create_index(op.f("ix_duty_requests_office_id_day"), "duty_requests", ["office_id", "day"])
