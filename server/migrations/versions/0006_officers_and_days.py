"""Officers, who sat where when, and days that differ. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room; nobody is known yet."""
    op.create_table(
        "officers",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["org_units.id"], name=op.f("fk_officers_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("office_id", "code", name=op.f("uq_officers_office_id_code")),
    )
    op.create_table(
        "duties",
        sa.Column("counter_id", sa.String(80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.String(2), nullable=False),
        sa.Column("officer_id", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["counter_id"], ["org_units.id"], name=op.f("fk_duties_counter_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_duties_officer_id")),
        sa.PrimaryKeyConstraint("counter_id", "day", "part", name=op.f("pk_duties")),
    )
    op.create_index(op.f("ix_duties_officer_id_day"), "duties", ["officer_id", "day"])
    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holidays")),
    )
