"""The tree of ballots' leaves, its signed heads, requests of erasure. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make room; the first head takes every ballot that is there."""
    op.create_table(
        "sealed_leaves",
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ballot_id", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_sealed_leaves")),
        sa.UniqueConstraint("ballot_id", name=op.f("uq_sealed_leaves_ballot_id")),
    )
    op.create_table(
        "sealed_heads",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("edge", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_heads")),
    )
    op.create_table(
        "erasure_requests",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_requests")),
    )
