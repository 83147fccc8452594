"""The one policy point: asks the policy, writes the answer into the log, and only then makes the view."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lingnan.base import CHINA, Clock, Refused
from lingnan.lake import View
from lingnan.storage import Storage
from lingnan.trust.identity.roles import known_roles
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.log.audit import AuditLog
from lingnan.trust.policy.book import Page, PolicyBook
from lingnan.trust.policy.held import HeldPurposeCard
from lingnan.trust.policy.judging import Circumstances, forbidden_tables, is_own, judge_action, judge_columns
from lingnan.trust.policy.overriding import Overriding, opened, overrides_of
from lingnan.trust.policy.purposes import OWN_DUTY, as_purpose, missing_parts, purpose_codes
from lingnan.trust.policy.refusals import refusal_of
from lingnan.trust.policy.rules import Policy
from lingnan.trust.policy.shapes import GrantCard, PurposeNeed
from lingnan.trust.policy.verdict import Verdict
from lingnan.trust.policy.viewing import compile_view, view_of
from lingnan.trust.shapes import SYSTEM, Classified, Classifier, Column, Decision, Purpose, Subject
from lingnan.trust.watch.shapes import ActiveOverride

Demands = Callable[[str, frozenset[str]], bool]
"""Whether signing in demands a second factor of a kind with these roles."""
Holding = Callable[[Subject, str, Iterable[str]], Mapping[str, HeldPurposeCard]]
"""The purposes that a subject has stated for its session, for a look at these tables, by table."""


@dataclass(frozen=True)
class Judged:
    """What the policy says of one table for one subject, the view it compiles into when something is shown, the override that opened some of it."""

    decision: Decision
    view: View | None = None
    override: ActiveOverride | None = None


class PolicyPoint:
    """Decides for every page, file, job and query of a hub; safe among threads and processes."""

    def __init__(
        self, storage: Storage, audit: AuditLog, key: HubKey, classifier: Classifier, demands: Demands | None = None, keeper: str = ""
    ) -> None:
        self.book, self.audit, self.classifier, self.keeper = PolicyBook(storage, audit.clock), audit, classifier, keeper
        self._key, self._demands = key, demands or (lambda _kind, _roles: False)
        self.overriding: Overriding = lambda _subject, _table: None
        self.holding: Holding = lambda _subject, _action, _tables: {}

    @property
    def clock(self) -> Clock:
        """The hub's clock, which the log goes by."""
        return self.audit.clock

    @property
    def policy(self) -> Policy:
        """The rules in force."""
        return self.book.page().policy

    def decide_many(
        self, subject: Subject, action: str, tables: Mapping[str, Iterable[str] | None], purpose: Purpose | str = "",
        versions: Mapping[str, int | None] | None = None, about: Mapping[str, str] | None = None,
    ) -> dict[str, View]:
        """The views of one request under one entry of the log, which `about` says what record it is about; Refused when any of them is.

        Where the request states no purpose, each table is judged under what its session holds for that table alone.
        """
        page, told, at = self.book.page(), as_purpose(purpose), versions or {}
        held = self._held(subject, action, tables, told)
        refusal, judged = None, {}
        for table, items in tables.items():
            asked = tuple(items) if items is not None else None
            why = held[table].purpose if table in held else told
            grants = self._used_grants(page, subject, action, table, why)
            unstated = self._unstated(why, grants, table)
            judged[table] = self._judge(page, subject, action, table, asked, why, () if unstated else grants)
            # What is permitted without the grant, such as a steward's masked look, needs none of what a grant demands.
            if unstated and (told.grant or not judged[table].decision.allowed):
                refusal = refusal or unstated
        decisions = [each.decision for each in judged.values()]
        opening = {each.override.id: each.override.purpose for each in judged.values() if each.override is not None}
        refused = [decision for decision in decisions if not decision.allowed]
        failed = bool(refused or refusal)
        stated = [*(each.purpose for each in held.values()), *opening.values()]
        logged = told if failed or told.code else next(iter(stated), None) or self._own_duty(page, subject, tables)
        number = self._log(subject, action, decisions, logged, "refused" if failed else "allowed", _under(about or {}, opening, held))
        if refusal:
            raise _with_number(refusal, number)
        if refused:
            raise refusal_of(subject, refused[0], number, self._why(page, refused[0]))
        return {table: view_of(each.view, str(number), at.get(table)) for table, each in judged.items() if each.view is not None}

    def explain(
        self, subject: Subject, action: str, table: str, items: Iterable[str] | None = None, purpose: Purpose | str = ""
    ) -> Decision:
        """What would be decided and by which rules; a dry run that gives no data and is not logged."""
        page, told = self.book.page(), as_purpose(purpose)
        grants = self._used_grants(page, subject, action, table, told)
        return self._judge(page, subject, action, table, items, told, grants).decision

    def purpose_need(
        self, subject: Subject, action: str, tables: Mapping[str, Iterable[str] | None], purpose: Purpose | str = ""
    ) -> PurposeNeed | None:
        """What would be shown otherwise if the access stated all that its purpose has to; None when it does, or nothing would. A dry run."""
        page, told = self.book.page(), as_purpose(purpose)
        missing = missing_parts(told, with_codes=False)
        if subject.kind != "official" or not missing:
            return None
        held, found = self._held(subject, action, tables, told), []
        for table, items in tables.items():
            if table in held:
                continue
            asked = tuple(items) if items is not None else None
            now, stated = (_shown(self._judge(page, subject, action, table, asked, told, (), complete).view) for complete in (False, True))
            found += [(table, column) for column in stated if column not in now or stated[column] != now[column]]
        return PurposeNeed(tuple(found), tuple(missing)) if found else None

    def allow(
        self, subject: Subject, action: str, resource: str = "hub", purpose: Purpose | str = "", table: Classified | None = None
    ) -> Decision:
        """Whether the subject may do what reads no table, about one table when it is named; logged, Refused when not."""
        told = as_purpose(purpose)
        permitted, rules = self.permits(subject, action, told, table)
        outcome = "allowed" if permitted else "refused"
        number = self.audit.record("decision", subject, action, resource, outcome, told.code, _stated({"rules": list(rules)}, told))
        decision = Decision(subject.reference, action, resource, permitted, rules=rules, number=number)
        if not permitted:
            raise refusal_of(subject, decision, number, self._why(self.book.page(), decision), self._roles_for(subject, action, told, table))
        return decision

    def permits(
        self, subject: Subject, action: str, purpose: Purpose | None = None, table: Classified | None = None
    ) -> tuple[bool, tuple[str, ...]]:
        """Whether an action that reads no table is permitted, and by which rules; nothing is logged."""
        page = self.book.page()
        around = self.around(page, subject, purpose or Purpose())
        key = (subject, action, around, table)
        found: tuple[bool, tuple[str, ...]] | None = self.book.kept(page, key)
        if found is None:
            found = judge_action(page.policy, subject, action, around, table)
            self.book.keep(page, key, found)
        return found

    def _roles_for(self, subject: Subject, action: str, purpose: Purpose, table: Classified | None) -> tuple[str, ...]:
        """Roles with which the same official would be permitted."""
        if subject.kind != "official" or subject.unproven:
            return ()
        return tuple(each for each in known_roles() if self.permits(replace(subject, roles=frozenset({each})), action, purpose, table)[0])

    def described(self, table: str) -> Classified:
        """What the catalogue says of a table; one it does not know, or no longer, is the hub's own office's to look after."""
        return self.classifier(table) or Classified(table, ())

    def views_for_step(self, step: str, tables: Mapping[str, int | None]) -> dict[str, View]:
        """Whole tables for a build step, all under one entry of the log; Refused when the policy forbids one to everybody."""
        page = self.book.page()
        forbidden = forbidden_tables(page.policy, SYSTEM, "build", tables, self.around(page, SYSTEM, Purpose()))
        facts = {"tables": dict(sorted(tables.items())), "forbidden": forbidden}
        number = self.audit.record("step", SYSTEM, "build", step, "refused" if forbidden else "allowed", "build", facts)
        if forbidden:
            raise refusal_of(SYSTEM, Decision(SYSTEM.reference, "build", forbidden[0], False), number)
        return {table: View.for_step(table, str(number), version) for table, version in tables.items()}

    def held_grants(self, subject: Subject, table: str) -> tuple[GrantCard, ...]:
        """The grants a subject holds on a table now."""
        page = self.book.page()
        return page.held(subject, table, self._now())

    def around(self, page: Page, subject: Subject, purpose: Purpose, grants: tuple[GrantCard, ...] = ()) -> Circumstances:
        """All that a decision depends on besides subject, action and table, at this moment."""
        now = self._now().astimezone(CHINA)
        return Circumstances(
            purpose, purpose.code in purpose_codes(), not missing_parts(purpose), page.tree, self.keeper,
            self._demands(subject.kind, subject.roles), grants, page.listed(now.date()), now.year * 10000 + now.month * 100 + now.day, now.hour,
            now.isoweekday(),
        )

    def _judge(
        self, page: Page, subject: Subject, action: str, table: str, items: Iterable[str] | None, purpose: Purpose, grants: tuple[GrantCard, ...],
        complete: bool = False,
    ) -> Judged:
        """What the policy says; `complete` as if the purpose named all it has to."""
        known = self.classifier(table)
        if known is None:
            return Judged(Decision(subject.reference, action, table, False))
        asked = tuple(items) if items is not None else None
        around, override = self.around(page, subject, purpose, grants), self._override(page, subject, table)
        around = replace(around, purpose_complete=True) if complete else around
        key = (subject, action, known, asked, around, override)
        found: Judged | None = self.book.kept(page, key)
        if found is None:
            columns = known.columns if asked is None else _asked_columns(known, asked)
            verdict = opened(judge_columns(page.policy, subject, action, known, columns, around), override, action)
            view = compile_view(known, verdict, self._key) if any(verdict.showings.values()) else None
            decision = _decision(subject, action, table, verdict, view is not None and not (asked and verdict.denied))
            found = Judged(replace(decision, personal=_personal(columns, decision)), view, override if overrides_of(decision.rules) else None)
            self.book.keep(page, key, found)
        return found

    def _held(self, subject: Subject, action: str, tables: Iterable[str], told: Purpose) -> Mapping[str, HeldPurposeCard]:
        """What the session holds for these tables; a purpose that the request states goes before."""
        return {} if told != Purpose() or subject.kind != "official" else self.holding(subject, action, tables)

    def _own_duty(self, page: Page, subject: Subject, tables: Iterable[str]) -> Purpose:
        """The purpose of an official who states none: own duty, when all that is not shared freely comes from the own unit or those below."""
        if subject.kind != "official":
            return Purpose()
        around = self.around(page, subject, Purpose())
        guarded = [known for table in tables if (known := self.classifier(table)) is not None and known.share_type != "unconditional"]
        return Purpose(OWN_DUTY) if guarded and all(is_own(subject, known, around) for known in guarded) else Purpose()

    def _override(self, page: Page, subject: Subject, table: str) -> ActiveOverride | None:
        """The override that holds now; asked for once a page, since approving or ending one turns it."""
        key = ("override", subject.reference, subject.token, table)
        held: tuple[ActiveOverride | None] | None = self.book.kept(page, key)
        if held is None:
            held = (self.overriding(subject, table),)
            self.book.keep(page, key, held)
        return held[0] if held[0] is not None and self._now() < held[0].ends_at else None

    def _used_grants(self, page: Page, subject: Subject, action: str, table: str, purpose: Purpose) -> tuple[GrantCard, ...]:
        """The grants an access rests on: the one its purpose names, else all the subject holds for that purpose."""
        held = page.held(subject, table, self._now())
        if purpose.grant:
            return tuple(grant for grant in held if grant.id == purpose.grant)
        fitting = tuple(grant for grant in held if grant.purpose.code == purpose.code and action in grant.actions)
        return tuple(grant for grant in fitting if grant.purpose.article == purpose.article) or fitting

    def _unstated(self, purpose: Purpose, grants: tuple[GrantCard, ...], table: str) -> Refused | None:
        """Why a grant cannot be used as stated; None when it can, or none is used."""
        if purpose.grant and not grants:
            return Refused(
                f"授权 {purpose.grant} 对表 {table} 无效：不存在、不属于您、尚未生效、已到期或已撤销。",
                f"Grant {purpose.grant} opens nothing of {table} to you: it is unknown, another's, not yet in force, over or revoked.",
                resource=table, grant=purpose.grant,
            )
        if not grants:
            return None
        missing = missing_parts(purpose)
        missing += [_other_purpose(grant) for grant in grants if purpose.code in purpose_codes() and grant.purpose.code != purpose.code]
        missing += [_other_article(grant) for grant in grants if purpose.article.strip() and grant.purpose.article != purpose.article]
        if not missing:
            return None
        zh, en = "、".join(each[0] for each in missing), ", ".join(each[1] for each in missing)
        return Refused(
            f"凭授权使用 {table} 须载明：{zh}。请补充后重试。", f"Using {table} under a grant has to state {en}. State it and try again.",
            resource=table, missing=[each[1] for each in missing],
        )

    def _why(self, page: Page, decision: Decision) -> tuple[str, str]:
        """The sentences of the rules that denied, when they are alike for all columns."""
        denying = [page.policy.by_id[rule] for rule in decision.rules if rule in page.policy.by_id and page.policy.by_id[rule].effect == "deny"]
        listed = [each for each in page.negative if f"negative:{each.key}" in decision.rules]
        zh = "；".join([*(each.zh for each in listed), *(rule.zh for rule in denying)])
        en = "; ".join([*(each.en for each in listed), *(rule.en for rule in denying)])
        return (f"：{zh}", f": {en}") if zh else ("", "")

    def _log(
        self, subject: Subject, action: str, decisions: list[Decision], purpose: Purpose, outcome: str, about: Mapping[str, Any]
    ) -> int:
        resource = decisions[0].resource if len(decisions) == 1 else f"{len(decisions)} tables"
        facts = _stated({**about, "decisions": {decision.resource: decision.facts() for decision in decisions}}, purpose)
        return self.audit.record("decision", subject, action, resource, outcome, purpose.code, facts)

    def _now(self) -> datetime:
        return self.clock.now()


def _under(about: Mapping[str, str], opening: Mapping[str, Purpose], held: Mapping[str, HeldPurposeCard]) -> dict[str, Any]:
    """The facts of an entry under emergency overrides (which opened something, with code, article and matter of each) and held purposes."""
    facts = {**about, **({"held": {table: each.id for table, each in held.items()}} if held else {})}
    if not opening:
        return facts
    stated = {each: {"code": purpose.code, "article": purpose.article, "matter": purpose.matter} for each, purpose in opening.items()}
    return {**facts, "override": next(iter(opening)), "overrides": stated}


def _shown(view: View | None) -> dict[str, str]:
    """How a view shows each of its columns; the empty text for as it is."""
    return {column: view.masks.get(column, "") for column in view.columns or ()} if view else {}


def _with_number(refusal: Refused, number: int) -> Refused:
    return Refused(f"{refusal.zh}审计编号 {number}。", f"{refusal.en} Audit number {number}.", **{**refusal.facts, "audit": number})


def _decision(subject: Subject, action: str, table: str, verdict: Verdict, allowed: bool) -> Decision:
    told = (verdict.clear, verdict.masked, verdict.denied, verdict.rules)
    return Decision(subject.reference, action, table, allowed, *told, grants=verdict.grants)


def _personal(columns: Iterable[Column], decision: Decision) -> tuple[str, ...]:
    """Columns about persons that are exported as they are: what watching looks for."""
    if decision.action != "export":
        return ()
    return tuple(column.name for column in columns if column.name in decision.clear and column.classification in ("personal", "sensitive"))


def _asked_columns(known: Classified, asked: tuple[str, ...]) -> tuple[Column, ...]:
    """The columns asked for; one the catalogue does not know counts as sensitive."""
    by_name = {column.name: column for column in known.columns}
    return tuple(by_name.get(name) or Column(name, "sensitive") for name in dict.fromkeys(asked))


def _stated(facts: dict[str, Any], purpose: Purpose) -> dict[str, Any]:
    stated = {"article": purpose.article, "matter": purpose.matter, "grant": purpose.grant}
    told = {name: value for name, value in stated.items() if value}
    return {**facts, "stated": told} if told else facts


def _other_purpose(grant: GrantCard) -> tuple[str, str]:
    return f"授权所定的目的“{grant.purpose.code}”", f"the purpose of the grant, “{grant.purpose.code}”"


def _other_article(grant: GrantCard) -> tuple[str, str]:
    return f"授权所依据的条款“{grant.purpose.article}”", f"the article the grant rests on, “{grant.purpose.article}”"
