"""Wider and finer rollups, transactions, indices entered by hand. Frozen: it imports none of the live schema.

The new rollups are empty here; `init` and `migrate` fill them from the ballots right after (ballots/recount.py).
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OVERALL = ("n1", "n2", "n3", "n4", "n5")
GENERAL = ("g1", "g2", "g3", "g4", "g5")
TENDAY = ("first", "is_dated", "office_id", "channel", "lane", "status")
KIND = ("office_id", "lane", "status", "questionnaire")
LENGTHS = {
    "office_id": 80, "counter_id": 80, "channel": 10, "lane": 12, "status": 10, "questionnaire": 120, "question": 80,
    "reason": 80, "part": 2, "field": 80,
}  # fmt: skip
TABLES = (
    ("tenday_ballots", TENDAY, ("n", "comments", "contacts", "flagged"), "first"),
    ("tenday_answers", (*TENDAY, "questionnaire", "question"), (*OVERALL, "na", "ms"), "first"),
    ("tenday_reasons", (*TENDAY, "questionnaire", "question", "reason"), ("n",), "first"),
    ("rollup_halves", ("day", "part", "counter_id", *KIND), ("n", *OVERALL, *GENERAL), "day"),
    ("rollup_hours", ("day", "hour", *KIND), ("n", *OVERALL), "day"),
    ("rollup_fields", ("day", "field", *KIND), ("n", *OVERALL, *GENERAL), "day"),
    ("rollup_stops", ("day", "question", "channel", *KIND), ("n",), "day"),
    ("whole_answers", ("day", "is_dated", "channel", *KIND[1:], "question"), (*OVERALL, "na", "ms"), ""),
    ("whole_reasons", ("day", "is_dated", "channel", *KIND[1:], "question", "reason"), ("n",), ""),
    ("whole_hours", ("day", "hour", *KIND[1:]), ("n", *OVERALL), ""),
    ("whole_fields", ("day", "field", *KIND[1:]), ("n", *OVERALL, *GENERAL), ""),
    ("whole_stops", ("day", "question", "channel", *KIND[1:]), ("n",), ""),
)


def _key(name: str) -> sa.Column[object]:
    if name in {"first", "day"}:
        return sa.Column(name, sa.Date(), nullable=False)
    if name == "hour":
        return sa.Column(name, sa.SmallInteger(), nullable=False)
    if name == "is_dated":
        return sa.Column(name, sa.Boolean(), nullable=False)
    return sa.Column(name, sa.String(LENGTHS[name]), nullable=False)


def upgrade() -> None:
    """Make room."""
    for table, keys, counts, when in TABLES:
        op.create_table(
            table,
            *(_key(name) for name in keys),
            *(sa.Column(name, sa.BigInteger(), nullable=False) for name in counts),
            sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
        )
        if when:
            op.create_index(op.f(f"ix_{table}_office_id_{when}"), table, ["office_id", when])
    op.create_table(
        "transactions",
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["org_units.id"], name=op.f("fk_transactions_office_id")),
        sa.PrimaryKeyConstraint("office_id", "first", name=op.f("pk_transactions")),
    )
    op.create_table(
        "index_scores",
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("tenths", sa.SmallInteger(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["org_units.id"], name=op.f("fk_index_scores_office_id")),
        sa.PrimaryKeyConstraint("office_id", "first", "last", "number", name=op.f("pk_index_scores")),
    )
