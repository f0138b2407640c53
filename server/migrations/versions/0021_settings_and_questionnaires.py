"""Questionnaires written and assigned at the centre, settings of kiosks in stages. Frozen: no live schema imported."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make room; what is published stays asked wherever nothing else is assigned."""
    op.add_column("questionnaires", sa.Column("is_general", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "questionnaire_drafts",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("base", sa.String(120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["base"], ["questionnaires.ref"], name=op.f("fk_questionnaire_drafts_base")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_drafts")),
    )
    op.create_table(
        "questionnaire_assignments",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("unit_id", sa.String(80), nullable=False),
        sa.Column("ref", sa.String(120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_questionnaire_assignments_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_assignments")),
    )
    op.create_index(op.f("ix_questionnaire_assignments_unit_id"), "questionnaire_assignments", ["unit_id"])
    op.create_table(
        "kiosk_changes",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("unit_id", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("stage", sa.String(8), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ended_by", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["org_units.id"], name=op.f("fk_kiosk_changes_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_changes")),
    )
    op.create_index(op.f("ix_kiosk_changes_unit_id"), "kiosk_changes", ["unit_id"])
