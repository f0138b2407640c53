"""Days from which questionnaires are asked. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for the day; one published before is asked from the day it was published."""
    op.add_column("questionnaires", sa.Column("effective_from", sa.Date(), nullable=True))
