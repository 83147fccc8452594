"""The tables of `jobs`: builds and their steps, leases, deliveries of events and schedules."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.records import UtcDateTime

revision = "0002_jobs"
down_revision = "0001_storage"

TABLES = ("build", "step_run", "lease", "event_delivery", "schedule")


def upgrade() -> None:
    """Make them."""
    _make_builds()
    _make_step_runs()
    _make_leases_and_deliveries()
    _make_schedules()


def downgrade() -> None:
    """Drop them."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _number() -> sa.Column[object]:
    return sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True)


def _make_builds() -> None:
    op.create_table(
        "build",
        _number(),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("only", sa.JSON, nullable=True),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("finished_at", UtcDateTime, nullable=True),
        sa.Column("seconds", sa.Float, nullable=False),
    )


def _make_step_runs() -> None:
    op.create_table(
        "step_run",
        _number(),
        sa.Column("build_id", sa.String(36), nullable=False, index=True),
        sa.Column("step", sa.String(200), nullable=False),
        sa.Column("room", sa.String(40), nullable=False),
        sa.Column("zh", sa.String(200), nullable=False),
        sa.Column("en", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("inputs", "outputs", "rows", "notes")),
        sa.Column("findings", sa.Integer, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=True),
        sa.Column("finished_at", UtcDateTime, nullable=True),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("done", sa.Float, nullable=False),
        sa.Column("total", sa.Float, nullable=True),
        sa.Column("error_zh", sa.Text, nullable=False),
        sa.Column("error_en", sa.Text, nullable=False),
    )
    op.create_index("ix_step_run_step_number", "step_run", ["step", "number"])


def _make_leases_and_deliveries() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("process_started", sa.String(80), nullable=False),
        sa.Column("taken_at", UtcDateTime, nullable=False),
        sa.Column("heard_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "event_delivery",
        sa.Column("event_id", sa.String(36), primary_key=True),
        sa.Column("handler", sa.String(120), primary_key=True),
        sa.Column("event_sequence", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.Column("error", sa.Text, nullable=False),
    )
    op.create_index("ix_event_delivery_state_due_at", "event_delivery", ["state", "due_at"])


def _make_schedules() -> None:
    op.create_table(
        "schedule",
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("cron", sa.String(120), nullable=False),
        sa.Column("seen_until", UtcDateTime, nullable=False),
    )
