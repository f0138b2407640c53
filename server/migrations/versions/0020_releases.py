"""Releases of the kiosks' program and the steps of their rollout. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make room; nothing is wished yet."""
    op.create_table(
        "releases",
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("machines", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_releases")),
        sa.UniqueConstraint("counter", name=op.f("uq_releases_counter")),
    )
    op.create_table(
        "rollout_steps",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("previous", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(8), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("canaries", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollout_steps")),
    )
