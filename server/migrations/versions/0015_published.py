"""Offices that publish their results. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room; nobody publishes yet."""
    op.create_table(
        "published",
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["org_units.id"], name=op.f("fk_published_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_published")),
    )
