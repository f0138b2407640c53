"""Support bundles that the centre asks kiosks for. Frozen: no live schema imported."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room; nothing was asked for yet."""
    op.create_table(
        "support_bundles",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("device_id", sa.String(80), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.Column("came_at", sa.BigInteger()),
        sa.Column("software", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("fault", sa.String(60), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_support_bundles_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_bundles")),
    )
    op.create_index(op.f("ix_support_bundles_device_id"), "support_bundles", ["device_id"])
