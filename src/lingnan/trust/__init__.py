"""Who may do what, and proof of what was done: one policy point, masks, accounts, and a log that cannot be altered unseen."""

from lingnan.trust.accounts import Accounts
from lingnan.trust.audit import AuditLog, Draft
from lingnan.trust.keys import HubKey
from lingnan.trust.masks import mask_sql, mask_value
from lingnan.trust.policy import Policy, Rule
from lingnan.trust.records import Account, OrganisationUnit, SignInLink, SignInSession
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
    "Damage",
    "Decision",
    "Draft",
    "Entry",
    "HubKey",
    "OrganisationUnit",
    "Policy",
    "Rule",
    "SignInLink",
    "SignInSession",
    "Subject",
    "Trust",
    "Verification",
    "mask_sql",
    "mask_value",
]
