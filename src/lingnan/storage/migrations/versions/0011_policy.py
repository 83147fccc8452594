"""The tables of `trust` for policy sets, the negative list, impact assessments and grants."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0011_policy"
down_revision = "0010_credentials"


def upgrade() -> None:
    """Make the state of the policy, its sets, the negative list, assessments and grants."""
    state = op.create_table(
        "policy_state", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("generation", sa.Integer, nullable=False)
    )
    op.bulk_insert(state, [{"id": 1, "generation": 1}])
    op.create_table(
        "policy_set",
        *travelling_columns(),
        sa.Column("digest", sa.String(64), nullable=False, index=True),
        sa.Column("additions", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("proposed_by", sa.String(80), nullable=False),
        sa.Column("approved_by", sa.String(80), nullable=False),
        sa.Column("case_id", sa.String(80), nullable=False, index=True),
        sa.Column("activated_at", UtcDateTime, nullable=True),
    )
    op.create_table(
        "negative_list_entry",
        *travelling_columns(),
        sa.Column("key", sa.String(80), nullable=False, unique=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("table_name", sa.String(127), nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("element", sa.String(80), nullable=False),
        sa.Column("article", sa.String(400), nullable=False),
        sa.Column("zh", sa.String(400), nullable=False),
        sa.Column("en", sa.String(400), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=True),
        sa.Column("added_by", sa.String(80), nullable=False),
        sa.Column("ended_by", sa.String(80), nullable=False),
        sa.Column("ending_approved_by", sa.String(80), nullable=False),
        sa.Column("ended_version", sa.Integer, nullable=True),
    )
    _make_assessments_and_grants()


def downgrade() -> None:
    """Drop them."""
    for table in ("data_grant", "impact_assessment", "negative_list_entry", "policy_set", "policy_state"):
        op.drop_table(table)


def _make_assessments_and_grants() -> None:
    op.create_table(
        "impact_assessment",
        *travelling_columns(),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("table_name", sa.String(127), nullable=False, index=True),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("purpose", sa.String(80), nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("assessor", sa.String(80), nullable=False),
        sa.Column("conclusion", sa.String(20), nullable=False),
        sa.Column("concluded_at", UtcDateTime, nullable=True),
    )
    op.create_table(
        "data_grant",
        *travelling_columns(),
        sa.Column("grantee_organisation", sa.String(80), nullable=False, index=True),
        sa.Column("grantee_account", sa.String(80), nullable=False, index=True),
        sa.Column("table_name", sa.String(127), nullable=False, index=True),
        sa.Column("actions", sa.JSON, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("rows", sa.JSON, nullable=False),
        sa.Column("purpose", sa.String(80), nullable=False),
        sa.Column("article", sa.String(400), nullable=False),
        sa.Column("matter", sa.String(80), nullable=False),
        sa.Column("valid_from", UtcDateTime, nullable=False),
        sa.Column("valid_to", UtcDateTime, nullable=False),
        sa.Column("assessment_id", sa.String(36), sa.ForeignKey("impact_assessment.id"), nullable=True),
        sa.Column("case_id", sa.String(80), nullable=False, index=True),
        sa.Column("proposed_by", sa.String(80), nullable=False),
        sa.Column("approved_by", sa.String(80), nullable=False),
        sa.Column("approved_at", UtcDateTime, nullable=True),
        sa.Column("revoked_by", sa.String(80), nullable=False),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
        sa.Column("revoked_reason", sa.String(400), nullable=False),
    )
