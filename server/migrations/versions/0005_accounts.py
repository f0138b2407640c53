"""Roles bound to units, invitations, the second step. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make room; accounts there are stay as they were, for the whole province."""
    for column in (
        sa.Column("unit", sa.String(80), nullable=True),
        sa.Column("person", sa.String(80), nullable=False, server_default=""),
        sa.Column("is_manager", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("login", sa.String(200), nullable=True),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("entered_at", sa.BigInteger(), nullable=True),
    ):
        op.add_column("accounts", column)
    op.create_index(op.f("ix_accounts_login"), "accounts", ["login"], unique=True)
    for column in (
        sa.Column("browser", sa.String(40), nullable=False, server_default=""),
        sa.Column("needs_code", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_vouched", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("sessions", column)
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"])
    op.create_table(
        "invitations",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_invitations_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_invitations")),
    )
    op.create_index(op.f("ix_invitations_account_id"), "invitations", ["account_id"])
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id")),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("pk_recovery_codes")),
    )
