"""Tokens of programs that read. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make room; no program may read yet."""
    op.create_table(
        "api_tokens",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("unit", sa.String(80), nullable=True),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["org_units.id"], name=op.f("fk_api_tokens_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_tokens_digest")),
    )
