"""The one policy point: asks the policy, writes the answer into the log, and only then makes the view."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lingnan.base import Clock, Refused
from lingnan.lake import View
from lingnan.storage import Storage
from lingnan.trust.identity.service import Identity
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.keys.key_ring import KeyRing
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.policy.masks import mask_sql, reasons_sql
from lingnan.trust.policy.rules import Policy, Verdict
from lingnan.trust.shapes import SYSTEM, Classified, Classifier, Column, Decision, Subject, Verification

REASONS = "_reasons"


class Trust:
    """What a hub knows of trust: its policy, its log, its accounts. One object a process, safe among threads."""

    def __init__(self, identity: Identity, audit: AuditLog, key: HubKey, policy: Policy, classifier: Classifier, keys: KeyRing) -> None:
        self.audit, self.policy, self.keys = audit, policy, keys
        self.accounts, self.sessions, self.organisations = identity.accounts, identity.sessions, identity.organisations
        self._key, self._classifier = key, classifier

    @classmethod
    def open(
        cls, storage: Storage, home: Path, clock: Clock, classifier: Classifier | None = None, suite: str = "international"
    ) -> "Trust":
        """Open the log and key in the home folder; without a classifier every table is unknown and so refused."""
        key, begun = HubKey.open(home), home / "keys" / "audit.begun"
        keys = KeyRing(storage, home, key, clock, suite)
        audit = AuditLog(home / "audit.db", key, clock, begun=begun.exists())
        begun.touch()
        identity = Identity.open(storage, home, clock, key, audit)
        return cls(identity, audit, key, Policy.read(), classifier or (lambda table: None), keys)

    def use_classifier(self, classifier: Classifier) -> None:
        """Take classifications from here; `hub` gives the catalogue's."""
        self._classifier = classifier

    def decide(
        self, subject: Subject, action: str, table: str, items: Iterable[str] | None = None, purpose: str = "", version: int | None = None
    ) -> View:
        """What the subject may see of a table, as a view; logged first. Refused when nothing, or an item asked for, is denied."""
        return self.decide_many(subject, action, {table: items}, purpose, {table: version})[table]

    def decide_many(
        self, subject: Subject, action: str, tables: Mapping[str, Iterable[str] | None], purpose: str = "",
        versions: Mapping[str, int | None] | None = None,
    ) -> dict[str, View]:
        """The views of one request under one entry of the log; Refused when any of them is."""
        judged = {table: self._judge(subject, action, table, items) for table, items in tables.items()}
        decisions = [self._decision(subject, action, table, asked, verdict) for table, (_known, asked, verdict) in judged.items()]
        refused = [decision for decision in decisions if not decision.allowed]
        number = self._log(subject, action, decisions, purpose, "refused" if refused else "allowed")
        if refused:
            raise _refusal(refused[0], number)
        at = versions or {}
        return {table: _view(known, verdict, str(number), at.get(table)) for table, (known, _asked, verdict) in judged.items() if known}

    def explain(self, subject: Subject, action: str, table: str, items: Iterable[str] | None = None) -> Decision:
        """What would be decided and by which rules; a dry run that gives no data and is not logged."""
        _known, asked, verdict = self._judge(subject, action, table, items)
        return self._decision(subject, action, table, asked, verdict)

    def allow(self, subject: Subject, action: str, resource: str = "hub", purpose: str = "") -> Decision:
        """Whether the subject may do what reads no table (a page, a build, a load); logged, Refused when not."""
        permitted, rule = self.policy.judge_action(subject, action)
        number = self.audit.record(
            "decision", subject, action, resource, "allowed" if permitted else "refused", purpose, {"rules": [rule] if rule else []}
        )
        decision = Decision(subject.reference, action, resource, permitted, rules=(rule,) if rule else (), number=number)
        if not permitted:
            raise _refusal(decision, number)
        return decision

    def views_for_step(self, step: str, tables: Mapping[str, int | None]) -> dict[str, View]:
        """Whole tables for a build step, all under one entry of the log; Refused when the negative list names one."""
        forbidden = [table for table in tables if self._forbidden(table)]
        facts = {"tables": dict(sorted(tables.items())), "forbidden": forbidden}
        number = self.audit.record("step", SYSTEM, "build", step, "refused" if forbidden else "allowed", "build", facts)
        if forbidden:
            raise _refusal(Decision(SYSTEM.reference, "build", forbidden[0], False), number)
        return {table: View.for_step(table, str(number), version) for table, version in tables.items()}

    def record(
        self, kind: str, subject: Subject | str, action: str, resource: str, outcome: str, purpose: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> int:
        """Write one entry into the log; gives its number, Unavailable when the log cannot be written."""
        return self.audit.record(kind, subject, action, resource, outcome, purpose, facts)

    def verify(self) -> Verification:
        """Check the whole log."""
        return self.audit.verify()

    def pseudonym(self, kind: str, value: str) -> str:
        """The name by which the log knows a person's identifier."""
        return self._key.pseudonym(kind, value)

    def issue_link(self, account: str, by: Subject = SYSTEM) -> str:
        """A one-time sign-in token for an account, logged."""
        self.record("sign_in", by, "account.link", f"account:{self.accounts.account(account).id}", "issued")
        return self.accounts.issue_link(account)

    def redeem_link(self, token: str) -> tuple[str, Subject]:
        """Session token and subject for a link's token, logged; Refused when the link is unknown, used or over."""
        try:
            session_token, subject = self.accounts.redeem_link(token)
        except Refused:
            self.record("sign_in", "anonymous", "account.sign_in", "account", "refused")
            raise
        self.record("sign_in", subject, "account.sign_in", f"account:{subject.account}", "done")
        return session_token, subject

    def close(self) -> None:
        """Let go of the log."""
        self.audit.close()

    def _judge(self, subject: Subject, action: str, table: str, items: Iterable[str] | None) -> tuple[Classified | None, int, Verdict]:
        known = self._classifier(table)
        if known is None:
            return None, 0, Verdict()
        asked = tuple(items) if items is not None else ()
        columns = _asked_columns(known, asked) if items is not None else known.columns
        return known, len(asked), self.policy.judge_columns(subject, action, known, columns)

    def _decision(self, subject: Subject, action: str, table: str, asked: int, verdict: Verdict) -> Decision:
        shown = bool(verdict.clear or verdict.masked)
        allowed = shown and not (asked and verdict.denied)
        return Decision(
            subject.reference, action, table, allowed, tuple(verdict.clear), tuple(verdict.masked), tuple(verdict.denied), tuple(verdict.rules)
        )

    def _log(self, subject: Subject, action: str, decisions: list[Decision], purpose: str, outcome: str) -> int:
        resource = decisions[0].resource if len(decisions) == 1 else f"{len(decisions)} tables"
        facts = {"decisions": {decision.resource: decision.facts() for decision in decisions}}
        return self.audit.record("decision", subject, action, resource, outcome, purpose, facts)

    def _forbidden(self, table: str) -> bool:
        bare = Classified(table, ())
        return any(rule.effect == "deny" and not rule.classifications and rule.concerns(SYSTEM, "build", bare) for rule in self.policy.rules)


def _asked_columns(known: Classified, asked: tuple[str, ...]) -> tuple[Column, ...]:
    """The columns asked for; one the catalogue does not know counts as sensitive."""
    by_name = {column.name: column for column in known.columns}
    return tuple(by_name.get(name) or Column(name, "sensitive") for name in dict.fromkeys(asked))


def _view(known: Classified, verdict: Verdict, decision: str, version: int | None) -> View:
    by_name = {column.name: column for column in known.columns}
    shown = set(verdict.clear) | set(verdict.masked)
    ordered = [name for name in by_name if name in shown] + [name for name in verdict.masked if name not in by_name]
    masks = {name: mask_sql(by_name.get(name) or Column(name, "sensitive")) for name in verdict.masked}
    if REASONS in masks:
        masks[REASONS] = reasons_sql(known.columns)
    row_filter = " and ".join(f"({condition})" for condition in verdict.rows) or None
    return View(table=known.table, decision=decision, version=version, columns=tuple(ordered), row_filter=row_filter, masks=masks)


def _refusal(decision: Decision, number: int) -> Refused:
    denied_zh, denied_en = "、".join(decision.denied[:5]) or decision.resource, ", ".join(decision.denied[:5]) or decision.resource
    return Refused(
        f"按现行策略，不得对 {decision.resource} 执行“{decision.action}”（涉及：{denied_zh}）。"
        f"如确需使用，请登录或向提供部门申请；审计编号 {number}。",
        f"Policy does not allow “{decision.action}” on {decision.resource} (about: {denied_en}). "
        f"Sign in or apply to the providing department; audit number {number}.",
        resource=decision.resource, action=decision.action, denied=list(decision.denied), audit=number,
    )
