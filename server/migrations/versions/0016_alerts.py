"""Alerts, who was told, webhooks and what they are sent. Frozen: it imports none of the live schema."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _key(column: str, table: str, whose: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [whose], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Make room; what happened to cases until now is told to nobody."""
    _told()
    _about()
    _programs()
    op.execute(
        sa.text("INSERT INTO alert_cursors (name, upto) SELECT 'case_events', COALESCE(MAX(id), 0) FROM case_events")
    )


def _told() -> None:
    op.create_table(
        "alert_subscriptions",
        sa.Column("account_id", SERIAL, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        _key("account_id", "alert_subscriptions", "accounts.id"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_alert_subscriptions")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("once", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("office_id", sa.String(80), nullable=False),
        sa.Column("unit_id", sa.String(80), nullable=False),
        sa.Column("counter_id", sa.String(80), nullable=False),
        sa.Column("case_id", sa.BigInteger()),
        sa.Column("device", sa.String(80), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("limit_n", "limit_more", "base", "tenths")),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _key("case_id", "alerts", "cases.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("once", name=op.f("uq_alerts_once")),
    )
    op.create_index(op.f("ix_alerts_at"), "alerts", ["at"])
    op.create_table(
        "alert_receipts",
        sa.Column("alert_id", SERIAL, nullable=False),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger()) for name in ("acknowledged_at", "snoozed_until", "mail_at", "mailed_at")),
        _key("alert_id", "alert_receipts", "alerts.id"),
        _key("account_id", "alert_receipts", "accounts.id"),
        sa.PrimaryKeyConstraint("alert_id", "account_id", name=op.f("pk_alert_receipts")),
    )
    op.create_index(
        op.f("ix_alert_receipts_account_id_acknowledged_at"), "alert_receipts", ["account_id", "acknowledged_at"]
    )
    op.create_index(op.f("ix_alert_receipts_mail_at"), "alert_receipts", ["mail_at"])


def _about() -> None:
    op.create_table(
        "alert_notes",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("alert_id", SERIAL, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _key("alert_id", "alert_notes", "alerts.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_notes")),
    )
    op.create_index(op.f("ix_alert_notes_alert_id"), "alert_notes", ["alert_id"])
    op.create_table(
        "alert_samples",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counter_id", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "counter_id", "at", name=op.f("pk_alert_samples")),
    )
    op.create_table(
        "alert_cursors",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alert_cursors")),
    )


def _programs() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("for_persons", sa.Boolean(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.String(80)),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret", sa.LargeBinary()),
        sa.Column("old_until", sa.BigInteger()),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        _key("unit_id", "webhooks", "org_units.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("webhook_id", sa.String(32), nullable=False),
        sa.Column("alert_id", sa.BigInteger()),
        sa.Column("receiver", sa.String(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        _key("webhook_id", "webhook_deliveries", "webhooks.id"),
        _key("alert_id", "webhook_deliveries", "alerts.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint(
            "webhook_id", "alert_id", "receiver", name=op.f("uq_webhook_deliveries_webhook_id_alert_id_receiver")
        ),
    )
    op.create_index(op.f("ix_webhook_deliveries_state_next_at"), "webhook_deliveries", ["state", "next_at"])
    op.create_index(op.f("ix_webhook_deliveries_alert_id"), "webhook_deliveries", ["alert_id"])
