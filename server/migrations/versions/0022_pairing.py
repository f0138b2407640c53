"""Kiosks paired without a code, carried to another counter, replaced. Frozen: no live schema imported."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make room; nothing that is held changes."""
    op.create_table(
        "pairings",
        sa.Column("letters", sa.String(8), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary()),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("device_id", sa.String(80)),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_pairings_device_id")),
        sa.PrimaryKeyConstraint("letters", name=op.f("pk_pairings")),
        sa.UniqueConstraint("public_key", name=op.f("uq_pairings_public_key")),
    )
    op.create_table(
        "device_moves",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("device_id", sa.String(80), nullable=False),
        sa.Column("from_counter", sa.String(80), nullable=False),
        sa.Column("to_counter", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("undone_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_moves_device_id")),
        sa.ForeignKeyConstraint(["from_counter"], ["org_units.id"], name=op.f("fk_device_moves_from_counter")),
        sa.ForeignKeyConstraint(["to_counter"], ["org_units.id"], name=op.f("fk_device_moves_to_counter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_moves")),
    )
    op.create_index(op.f("ix_device_moves_device_id"), "device_moves", ["device_id"])
    op.create_table(
        "device_days",
        sa.Column("device_id", sa.String(80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_power_low", sa.Boolean()),
        sa.Column("card_errors", sa.BigInteger()),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_days_device_id")),
        sa.PrimaryKeyConstraint("device_id", "day", name=op.f("pk_device_days")),
    )
    with op.batch_alter_table("enrol_codes") as batch:
        batch.add_column(sa.Column("replaces", sa.String(80)))
        batch.create_foreign_key(op.f("fk_enrol_codes_replaces"), "devices", ["replaces"], ["id"])
