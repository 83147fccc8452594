"""Records as the cards that cross the door."""

from datetime import datetime
from typing import Any

from lingnan.trust.policy.records import DataGrant, NegativeListEntry, PolicySetVersion
from lingnan.trust.policy.shapes import GrantCard, NegativeCard, PolicySetCard, RowFilter
from lingnan.trust.shapes import Purpose


def grant_card(kept: DataGrant, now: datetime) -> GrantCard:
    """A grant as it stands at a moment."""
    return GrantCard(
        kept.id, kept.table_name, kept.grantee_organisation, kept.grantee_account, tuple(kept.actions), tuple(kept.columns.items()),
        tuple(RowFilter(each["column"], each["operator"], tuple(each["values"])) for each in kept.rows),
        Purpose(kept.purpose, kept.article, kept.matter, kept.id), kept.valid_from, kept.valid_to, kept.assessment_id or "", kept.case_id,
        kept.proposed_by, kept.approved_by, kept.revoked_at, _state(kept, now),
    )


def negative_card(kept: NegativeListEntry) -> NegativeCard:
    """A line of the negative list."""
    return NegativeCard(
        kept.key, kept.version, kept.table_name, tuple(kept.columns), kept.element, kept.article, kept.zh, kept.en, kept.valid_from, kept.valid_to,
        kept.ended_version, kept.ended_by,
    )


def set_card(kept: PolicySetVersion) -> PolicySetCard:
    """A version of the policy set."""
    state: Any = kept.state
    return PolicySetCard(
        kept.id, kept.digest, state, kept.proposed_by, kept.approved_by, kept.case_id, kept.created_at, kept.activated_at, kept.additions
    )


def _state(kept: DataGrant, now: datetime) -> Any:
    if kept.revoked_at is not None:
        return "revoked"
    if kept.approved_at is None:
        return "proposed"
    return "waiting" if now < kept.valid_from else "in_force" if now < kept.valid_to else "over"
