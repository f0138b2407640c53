"""One-time codes for citizens who were served. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room; no code was given out yet."""
    op.create_table(
        "one_time_batches",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(80), nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["place"], ["org_units.id"], name=op.f("fk_one_time_batches_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_batches")),
    )
    op.create_table(
        "one_time_codes",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("batch", sa.String(32), nullable=True),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("field", sa.String(80), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("is_spent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["one_time_batches.id"], name=op.f("fk_one_time_codes_batch")),
        sa.ForeignKeyConstraint(["place"], ["org_units.id"], name=op.f("fk_one_time_codes_place")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_one_time_codes")),
    )
    op.create_index(op.f("ix_one_time_codes_batch"), "one_time_codes", ["batch"])
