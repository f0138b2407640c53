"""The yearly ranking: criteria, points by hand, signed-off versions. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0016"
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
