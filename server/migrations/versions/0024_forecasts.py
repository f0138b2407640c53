"""Forecasts of failing parts, what they are made from, and alerts that end. Frozen: no live schema imported."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room; nothing that is held changes."""
    op.create_table(
        "device_forecasts",
        sa.Column("device_id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_forecasts_device_id")),
        sa.PrimaryKeyConstraint("device_id", "kind", name=op.f("pk_device_forecasts")),
    )
    with op.batch_alter_table("device_days") as batch:
        batch.add_column(sa.Column("tenths_worn", sa.SmallInteger()))
        batch.add_column(sa.Column("written_mb", sa.BigInteger()))
        batch.add_column(sa.Column("has_strips", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("alerts") as batch:
        batch.add_column(sa.Column("about", sa.String(16), nullable=False, server_default=""))
        batch.add_column(sa.Column("ended_at", sa.BigInteger()))
        batch.create_index(op.f("ix_alerts_kind_ended_at"), ["kind", "ended_at"])
