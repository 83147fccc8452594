"""Who may do what, and proof of what was done: one policy point, masks, accounts, and a log that cannot be altered unseen."""

from lingnan.trust.identity.accounts import Accounts
from lingnan.trust.identity.records import Account, OrganisationUnit, SignInLink, SignInSession
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.log.audit import AuditLog, Draft
from lingnan.trust.log.proofs import ConsistencyProof, InclusionProof
from lingnan.trust.policy.masks import mask_sql, mask_value
from lingnan.trust.policy.rules import Policy, Rule
from lingnan.trust.service import Trust
from lingnan.trust.shapes import (
    ANONYMOUS,
    SYSTEM,
    AccountCard,
    Classified,
    Classifier,
    Column,
    Damage,
    Decision,
    Entry,
    Grade,
    Level,
    Purpose,
    Subject,
    Verification,
)

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Account",
    "AccountCard",
    "Accounts",
    "AuditLog",
    "Classified",
    "Classifier",
    "Column",
    "ConsistencyProof",
    "Damage",
    "Decision",
    "Draft",
    "Entry",
    "Grade",
    "HubKey",
    "InclusionProof",
    "Level",
    "OrganisationUnit",
    "Policy",
    "Purpose",
    "Rule",
    "SignInLink",
    "SignInSession",
    "Subject",
    "Trust",
    "Verification",
    "mask_sql",
    "mask_value",
]
