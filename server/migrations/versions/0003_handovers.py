"""Sittings that went on by phone. Frozen: it states its table itself and imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and room for a ballot's codes."""
    op.add_column("ballots", sa.Column("codes", sa.Text(), nullable=True))
    op.create_table(
        "handovers",
        sa.Column("kiosk", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("half_id", sa.LargeBinary(), nullable=False),
        sa.Column("phone_id", sa.LargeBinary(), nullable=True),
        sa.Column("aside_id", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("kiosk", "boot", "counter", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_half_id"), "handovers", ["half_id"])
