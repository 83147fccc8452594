"""Who may do what, and proof of what was done: one policy point, masks, accounts, and a log that cannot be altered unseen."""

from lingnan.trust.identity.accounts import Accounts
from lingnan.trust.identity.administration import Administration, MadeAccount
from lingnan.trust.identity.agency import Agency
from lingnan.trust.identity.credential_shapes import Authority, Departure, IssuedToken, PasskeyCard, ProviderCard, TokenCard
from lingnan.trust.identity.events import SignInFailed
from lingnan.trust.identity.organisations import OrganisationCard, Organisations, division_covers, division_level
from lingnan.trust.identity.pending import Awaited, SignInStep
from lingnan.trust.identity.records import Account, OrganisationUnit, SignInLink, SignInSession
from lingnan.trust.identity.roles import Role, check_roles, known_roles
from lingnan.trust.identity.second_factor import SecondFactor, TotpEnrolment
from lingnan.trust.identity.sessions import OpenedSession, SessionCard, Sessions
from lingnan.trust.identity.sign_in import SignIn
from lingnan.trust.identity.sign_in_rules import SignInRules
from lingnan.trust.identity.tokens import Tokens, is_token
from lingnan.trust.keys.administration import KeyAdministration
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.keys.inventory import CryptoUse, crypto_uses
from lingnan.trust.keys.key_ring import KeyRing
from lingnan.trust.keys.secret import read_secret
from lingnan.trust.keys.shapes import KeyCard, KeyPurpose, KeyState, Signature, Verdict
from lingnan.trust.keys.suites import Suite, suite_by_name
from lingnan.trust.log.audit import AuditLog, Draft
from lingnan.trust.log.checkpoints import Checkpoint, Note
from lingnan.trust.log.personal import holds_personal_value
from lingnan.trust.log.proofs import ConsistencyProof, InclusionProof
from lingnan.trust.log.search import EntryPage, EntryQuery, LogSearch
from lingnan.trust.log.witness import CheckpointFile, Witnessing
from lingnan.trust.log.writing import Recoverer, Settled, Writing, by_marks, settle, sweep_marks, writing
from lingnan.trust.policy.assessments import Assessments, assessment_template
from lingnan.trust.policy.grants import Grants
from lingnan.trust.policy.held import HeldPurposeCard, HeldPurposes
from lingnan.trust.policy.masks import mask_sql, mask_value
from lingnan.trust.policy.negative_list import NegativeList
from lingnan.trust.policy.policy_sets import PolicySets
from lingnan.trust.policy.purposes import PurposeCode, purpose_codes
from lingnan.trust.policy.rules import Policy, Rule
from lingnan.trust.policy.shapes import (
    ActionAnswer,
    AssessmentCard,
    AssessmentForm,
    Candidate,
    ColumnAnswer,
    GrantCard,
    GrantForm,
    NegativeCard,
    NegativeForm,
    PolicyEffect,
    PolicySetCard,
    PurposeNeed,
    Reason,
    RowFilter,
    WhoCan,
)
from lingnan.trust.service import Trust
from lingnan.trust.shapes import (
    ANONYMOUS,
    SYSTEM,
    AccountCard,
    Bought,
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
from lingnan.trust.signing.issuers import RecognisedIssuers
from lingnan.trust.signing.service import Signatures
from lingnan.trust.signing.shapes import ForeignVerdict, IssuerCard, SignatureCard, SignatureReceipt, SignedKind
from lingnan.trust.watch.events import AbnormalAccessFound, OverrideEnded
from lingnan.trust.watch.overrides import Overrides
from lingnan.trust.watch.service import Watch
from lingnan.trust.watch.shapes import ActiveOverride, Finding, OverrideCard, PublicCount, Sighting
from lingnan.trust.watch.sightings import Sightings
from lingnan.trust.watch.statistics import Statistics

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "AbnormalAccessFound",
    "Account",
    "AccountCard",
    "Accounts",
    "ActionAnswer",
    "ActiveOverride",
    "Administration",
    "Agency",
    "AssessmentCard",
    "AssessmentForm",
    "Assessments",
    "AuditLog",
    "Authority",
    "Awaited",
    "Bought",
    "Candidate",
    "Checkpoint",
    "CheckpointFile",
    "Classified",
    "Classifier",
    "Column",
    "ColumnAnswer",
    "ConsistencyProof",
    "CryptoUse",
    "Damage",
    "Decision",
    "Departure",
    "Draft",
    "Entry",
    "EntryPage",
    "EntryQuery",
    "Finding",
    "ForeignVerdict",
    "Grade",
    "GrantCard",
    "GrantForm",
    "Grants",
    "HeldPurposeCard",
    "HeldPurposes",
    "HubKey",
    "InclusionProof",
    "IssuedToken",
    "IssuerCard",
    "KeyAdministration",
    "KeyCard",
    "KeyPurpose",
    "KeyRing",
    "KeyState",
    "Level",
    "LogSearch",
    "MadeAccount",
    "NegativeCard",
    "NegativeForm",
    "NegativeList",
    "Note",
    "OpenedSession",
    "OrganisationCard",
    "OrganisationUnit",
    "Organisations",
    "OverrideCard",
    "OverrideEnded",
    "Overrides",
    "PasskeyCard",
    "Policy",
    "PolicyEffect",
    "PolicySetCard",
    "PolicySets",
    "ProviderCard",
    "PublicCount",
    "Purpose",
    "PurposeCode",
    "PurposeNeed",
    "Reason",
    "RecognisedIssuers",
    "Recoverer",
    "Role",
    "RowFilter",
    "Rule",
    "SecondFactor",
    "SessionCard",
    "Sessions",
    "Settled",
    "Sighting",
    "Sightings",
    "SignIn",
    "SignInFailed",
    "SignInLink",
    "SignInRules",
    "SignInSession",
    "SignInStep",
    "Signature",
    "SignatureCard",
    "SignatureReceipt",
    "Signatures",
    "SignedKind",
    "Statistics",
    "Subject",
    "Suite",
    "TokenCard",
    "Tokens",
    "TotpEnrolment",
    "Trust",
    "Verdict",
    "Verification",
    "Watch",
    "WhoCan",
    "Witnessing",
    "Writing",
    "assessment_template",
    "by_marks",
    "check_roles",
    "crypto_uses",
    "division_covers",
    "division_level",
    "holds_personal_value",
    "is_token",
    "known_roles",
    "mask_sql",
    "mask_value",
    "purpose_codes",
    "read_secret",
    "settle",
    "suite_by_name",
    "sweep_marks",
    "writing",
]
