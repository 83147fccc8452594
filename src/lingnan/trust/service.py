"""What a hub knows of trust, in one object: identity, the policy point, the log, the keys."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingnan.base import Clock
from lingnan.lake import View
from lingnan.storage import Storage
from lingnan.trust.disclosure.service import Disclosure
from lingnan.trust.identity.administration import MadeAccount
from lingnan.trust.identity.credentials import Credentials
from lingnan.trust.identity.service import Identity
from lingnan.trust.identity.sign_in_rules import SignInRules
from lingnan.trust.identity.site import DEFAULT_SITE, Site
from lingnan.trust.keys.administration import KeyAdministration
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.keys.key_ring import KeyRing
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.log.search import LogSearch
from lingnan.trust.log.witness import Witnessing
from lingnan.trust.log.writing import sweep_marks
from lingnan.trust.policy.assessments import Assessments
from lingnan.trust.policy.deciding import PolicyPoint
from lingnan.trust.policy.grants import Grants
from lingnan.trust.policy.held import HeldPurposes
from lingnan.trust.policy.negative_list import NegativeList
from lingnan.trust.policy.policy_sets import PolicySets
from lingnan.trust.policy.reach import within_reach
from lingnan.trust.policy.rules import Policy
from lingnan.trust.policy.shapes import PurposeNeed, WhoCan
from lingnan.trust.policy.who_can import named_subject, who_can
from lingnan.trust.shapes import SYSTEM, Classifier, Decision, Purpose, Subject, Verification
from lingnan.trust.signing.issuers import RecognisedIssuers
from lingnan.trust.signing.service import Signatures
from lingnan.trust.watch.overrides import Overrides
from lingnan.trust.watch.service import Watch
from lingnan.trust.watch.shapes import Finding
from lingnan.trust.watch.sightings import Sightings
from lingnan.trust.watch.statistics import Statistics

if TYPE_CHECKING:
    from lingnan.trust.identity.passkeys import Passkeys
    from lingnan.trust.identity.providers import Providers


DEFAULT_OFFICE = "zhengwu"
"""The key of the bureau that runs the hub, where nothing else is said."""


class Trust:
    """What a hub knows of trust: its policy, its log, its accounts. One object a process, safe among threads."""

    def __init__(
        self, identity: Identity, audit: AuditLog, key: HubKey, classifier: Classifier, keys: KeyRing, storage: Storage, home: Path, site: Site,
        office: str,
    ) -> None:
        self.audit, self.keys, self.log = audit, keys, LogSearch(audit)
        self.accounts, self.sessions, self.organisations = identity.accounts, identity.sessions, identity.organisations
        self.sign_in, self.administration = identity.sign_in, identity.administration
        self.witnessing = Witnessing(storage, audit, keys, audit.clock)
        self.watch, self.overrides = Watch(storage, audit), Overrides(storage, audit, audit.clock)
        self.disclosure = Disclosure(storage, audit.clock)
        self.sightings, self.statistics = Sightings(storage, audit, key), Statistics(storage, audit)
        self.point = PolicyPoint(storage, audit, key, classifier, SignInRules.read(home).second_factor.compulsory, office)
        self.point.overriding = self.overrides.active
        self.held_purposes = HeldPurposes(storage, audit, audit.clock)
        self.point.holding = self.held_purposes.for_tables
        for part in (self.overrides, self.held_purposes):
            part.use_classifier(lambda table: self.point.classifier(table))
        self.administration.use_policy(self.allow)
        self.grants, self.assessments = Grants(storage, self.point), Assessments(storage, self.point)
        self.negative_list, self.policy_sets = NegativeList(storage, self.point), PolicySets(storage, self.point, home)
        self._credentials = credentials = Credentials(storage, home, audit.clock, key, identity, site, partial(within_reach, self.point))
        self.agency, self.tokens = credentials.agency, credentials.tokens
        self.key_administration = KeyAdministration(keys, audit, self.allow)
        self.signatures = Signatures(storage, keys, audit, audit.clock, key, self.allow)
        self.overrides.use_signatures(self.signatures.accept)
        self.issuers = RecognisedIssuers(storage, audit.clock, audit, self.allow)
        self._key, self._storage = key, storage

    @classmethod
    def open(
        cls, storage: Storage, home: Path, clock: Clock, classifier: Classifier | None = None, suite: str = "international",
        site: str = DEFAULT_SITE, office: str = DEFAULT_OFFICE,
    ) -> "Trust":
        """Open the log and key in the home folder; without a classifier every table is unknown and so refused.

        `office` is the key of the unit that runs the hub: it looks after the grants of every table.
        """
        key, begun = HubKey.open(home), home / "keys" / "audit.begun"
        keys = KeyRing(storage, home, key, clock, suite)
        keys.ensure(["checkpoint"])
        origin = f"lingnan-{storage.node}-{key.seal('audit-origin', b'').hex()[:16]}"
        audit = AuditLog(
            home / "audit.db", key, clock, "sm3" if suite == "gm" else "sha256", begun=begun.exists(), signer=keys, origin=origin
        )
        begun.touch()
        identity = Identity.open(storage, home, clock, key, audit)
        return cls(identity, audit, key, classifier or (lambda table: None), keys, storage, home, Site.read(site), office)

    def subject_of(self, session_token: str | None) -> Subject:
        """Who a session's request is judged as: its account, or the legal person it acts for while the authority holds."""
        return self.agency.acting(self.accounts.subject_of(session_token))

    @property
    def passkeys(self) -> "Passkeys":
        """Registering and signing in with passkeys."""
        return self._credentials.passkeys

    @property
    def providers(self) -> "Providers":
        """Signing in at identity providers."""
        return self._credentials.providers

    def use_classifier(self, classifier: Classifier) -> None:
        """Take classifications from here; `hub` gives the catalogue's."""
        self.point.classifier = classifier

    @property
    def policy(self) -> Policy:
        """The rules in force."""
        return self.point.policy

    def decide(
        self, subject: Subject, action: str, table: str, items: Iterable[str] | None = None, purpose: Purpose | str = "",
        version: int | None = None, about: Mapping[str, str] | None = None,
    ) -> View:
        """What the subject may see of a table, as a view; logged first. Refused when nothing, or an item asked for, is denied.

        `about` are the facts of `sightings.about` when one record is looked at.
        """
        return self.point.decide_many(subject, action, {table: items}, purpose, {table: version}, about)[table]

    def decide_many(
        self, subject: Subject, action: str, tables: Mapping[str, Iterable[str] | None], purpose: Purpose | str = "",
        versions: Mapping[str, int | None] | None = None, about: Mapping[str, str] | None = None,
    ) -> dict[str, View]:
        """The views of one request under one entry of the log; Refused when any of them is."""
        return self.point.decide_many(subject, action, tables, purpose, versions, about)

    def explain(
        self, subject: Subject, action: str, table: str, items: Iterable[str] | None = None, purpose: Purpose | str = ""
    ) -> Decision:
        """What would be decided and by which rules; a dry run that gives no data and is not logged."""
        return self.point.explain(subject, action, table, items, purpose)

    def purpose_need(
        self, subject: Subject, action: str, tables: Mapping[str, Iterable[str] | None], purpose: Purpose | str = ""
    ) -> PurposeNeed | None:
        """What an official is shown masked for want of a stated purpose, and what is missing; None when nothing is. A dry run, not logged."""
        return self.point.purpose_need(subject, action, tables, purpose)

    def who_can(self, subject: Subject | str, table: str, asked_by: Subject = SYSTEM) -> WhoCan:
        """What a subject would be shown of a table and why, as a dry run; kept in the log as a question. A text names an account,
        `anonymous`, `operator`, `system`, `citizen`, `enterprise`, or a role as `role:steward`; Missing when there is no such account."""
        known = subject if isinstance(subject, Subject) else named_subject(subject) or self.accounts.subject_for(subject)
        self.record("question", asked_by, "trust.who_can", table, "answered", facts={"about": known.reference})
        return who_can(self.point, known, table)

    def allow(self, subject: Subject, action: str, resource: str = "hub", purpose: Purpose | str = "") -> Decision:
        """Whether the subject may do what reads no table (a page, a build, a load); logged, Refused when not."""
        return self.point.allow(subject, action, resource, purpose)

    def views_for_step(self, step: str, tables: Mapping[str, int | None]) -> dict[str, View]:
        """Whole tables for a build step, all under one entry of the log; Refused when the policy forbids one to everybody."""
        return self.point.views_for_step(step, tables)

    def record(
        self, kind: str, subject: Subject | str, action: str, resource: str, outcome: str, purpose: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> int:
        """Write one entry into the log; gives its number, Unavailable when the log cannot be written."""
        return self.audit.record(kind, subject, action, resource, outcome, purpose, facts)

    def verify(self, *, whole: bool = True) -> Verification:
        """Check the whole log, or what came since it was last found sound."""
        return self.audit.verify(whole=whole)

    def keep_watch(self) -> list[Finding]:
        """One round of the worker: watch what is new, report overrides that ended, take the checkpoint that is due, sweep; cheap when idle."""
        found = self.watch.round()
        self.overrides.close_ended()
        sweep_marks(self._storage, self.audit)
        self.audit.keep_up()
        return found

    def pseudonym(self, kind: str, value: str) -> str:
        """The name by which the log knows a person's identifier."""
        return self._key.pseudonym(kind, value)

    def issue_link(self, account: str, by: Subject = SYSTEM) -> str:
        """A one-time sign-in token for an account, logged."""
        return self.accounts.issue_link(account, by=by)

    def redeem_link(self, token: str) -> tuple[str, Subject]:
        """Session token and subject for a link's token, logged; Refused when the link is unknown, used or over."""
        return self.accounts.redeem_link(token)

    def first_administrator(self, name: str, zh: str = "", en: str = "", *, code: str | None = None) -> MadeAccount:
        """Make the first administrator while there is none, at the machine or with a code that `administration.issue_set_up_code` gave."""
        return self.administration.first_administrator(name, zh, en, code=code)

    def close(self) -> None:
        """Let go of the log."""
        self.audit.close()
