"""Files of other forms, paper typed and tallied, tokens that may write. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make room; tokens there are go on reading."""
    op.add_column("api_tokens", sa.Column("scope", sa.String(40), nullable=False, server_default="data.read"))
    op.create_table(
        "import_profiles",
        sa.Column("header", sa.String(64), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("header", name=op.f("pk_import_profiles")),
    )
    op.create_table(
        "imports",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("offices", sa.Text(), nullable=False),
        sa.Column("n_read", sa.Integer(), nullable=False),
        sa.Column("n_new", sa.Integer(), nullable=False),
        sa.Column("n_there", sa.Integer(), nullable=False),
        sa.Column("n_refused", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_table(
        "import_rows",
        sa.Column("import_id", SERIAL, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("ballot_id", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id")),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_import_rows")),
    )
    op.create_index(op.f("ix_import_rows_digest"), "import_rows", ["digest"])
    op.create_table(
        "piles",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("counter_id", sa.String(80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("said", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["org_units.id"], name=op.f("fk_piles_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_piles")),
    )
    op.create_table(
        "pile_entries",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("pile_id", SERIAL, nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("levels", sa.Text(), nullable=False),
        sa.Column("ballot_id", sa.LargeBinary(), nullable=True),
        sa.Column("form", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["pile_id"], ["piles.id"], name=op.f("fk_pile_entries_pile_id")),
        sa.UniqueConstraint("ballot_id", name=op.f("uq_pile_entries_ballot_id")),
        sa.UniqueConstraint("form", name=op.f("uq_pile_entries_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pile_entries")),
    )
    op.create_index(op.f("ix_pile_entries_pile_id_round"), "pile_entries", ["pile_id", "round"])
    op.create_table(
        "tallies",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("questionnaire", sa.String(120), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["org_units.id"], name=op.f("fk_tallies_office_id")),
        sa.UniqueConstraint("form", name=op.f("uq_tallies_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tallies")),
    )
    op.create_index(op.f("ix_tallies_office_id_first"), "tallies", ["office_id", "first"])
    op.create_table(
        "tally_counts",
        sa.Column("tally_id", SERIAL, nullable=False),
        sa.Column("question", sa.String(80), nullable=False),
        sa.Column("n1", sa.Integer(), nullable=False),
        sa.Column("n2", sa.Integer(), nullable=False),
        sa.Column("n3", sa.Integer(), nullable=False),
        sa.Column("n4", sa.Integer(), nullable=False),
        sa.Column("n5", sa.Integer(), nullable=False),
        sa.Column("na", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tally_id"], ["tallies.id"], name=op.f("fk_tally_counts_tally_id")),
        sa.PrimaryKeyConstraint("tally_id", "question", name=op.f("pk_tally_counts")),
    )
    op.create_table(
        "scans",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("pile_id", sa.BigInteger(), nullable=True),
        sa.Column("tally_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["pile_id"], ["piles.id"], name=op.f("fk_scans_pile_id")),
        sa.ForeignKeyConstraint(["tally_id"], ["tallies.id"], name=op.f("fk_scans_tally_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
    )
