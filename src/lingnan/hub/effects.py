"""What a decided case brings about: each effect's name bound to the verb of a room; every one may be asked twice and then changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Literal

from sqlalchemy import select

from lingnan.base import CHINA, AlertRaised, Conflict
from lingnan.casework.records import Case, CaseEntry
from lingnan.catalogue import Catalogue
from lingnan.collect.forms.settling import settle
from lingnan.collect.forms.shapes import EntryState
from lingnan.hub.office import CASE, Office
from lingnan.jobs import Announced, Handler, OutsideHandler
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, Subject, Trust
from lingnan.trust.identity.credential_shapes import EVERY_MATTER

CALLED_FOR = "case"
"""The purpose under which a place that a case allowed may be called, unless the case names one."""

CONTRIBUTED: Mapping[str, EntryState] = {"accept": "waiting", "refuse": "refused", "withdraw": "withdrawn"}
"""What a decision makes of a contribution's entry."""


@dataclass(frozen=True)
class Due:
    """An effect that is due: its case with every fact, and who brought it about."""

    case: str
    number: str
    provider: str
    facts: Mapping[str, Any]
    by: Subject


class Effects:
    """The effects of the flows that come with the hub."""

    def __init__(self, storage: Storage, trust: Trust, office: Office, catalogue: Catalogue) -> None:
        self._storage, self._trust, self._office = storage, trust, office
        self.verbs: dict[str, Callable[[Due], None]] = {
            "open_account": self._open_account, "grant_agency": self._grant_agency, "revoke_agency": self._revoke_agency,
            "request_correction": self._request_correction, "activate_policy": self._activate_policy,
            "settle_override": partial(self._review_override, "justified"), "report_override": partial(self._review_override, "unjustified"),
            "acknowledge_alert": self._acknowledge_alert, "close_alert": self._close_alert, "allow_address": self._allow_address,
            "remove_address": self._remove_address,
            "approve_model": partial(self._decide_model, "approved"), "retire_model": partial(self._decide_model, "retired"),
            **{f"{verb}_contribution": partial(self._settle_contribution, state) for verb, state in CONTRIBUTED.items()},
        }
        kept = {**catalogue.life.effects.verbs, **catalogue.elements.verbs}
        self.verbs |= {name: partial(_of_catalogue, verb) for name, verb in kept.items()}

    def handlers(self) -> list[Handler | OutsideHandler]:
        """One handler for each effect, so that one that fails is tried again alone."""
        outside = [OutsideHandler(f"effect.{name}", partial(self._carry_out, name)) for name in self.verbs]
        return [self._office.casework.dispute_handler(), *outside]

    def review_override(self, event: Announced) -> None:
        """An override that was used opens the case of its review."""
        override = self._trust.overrides.card(str(event.payload["override"]))
        if override.approved_at is None:
            return
        facts = {
            "override": override.id, "used_by": _account(override.subject), "agreed_by": _account(override.settled_by), "ground": override.reason,
            "purpose": override.purpose.code, "article": override.purpose.article or "—", "matter": override.purpose.matter or "—",
            "began": override.approved_at.astimezone(CHINA).date().isoformat(), "resources": "、".join((override.table, *override.columns)),
            "rows_read": int(override.report.get("rows", 0)),
        }
        self._office.casework.cases.open("emergency-override", SYSTEM, facts, about=f"override:{override.id}", once=override.id)

    def _carry_out(self, effect: str, event: Announced) -> None:
        if event.payload["effect"] == effect:
            self.verbs[effect](self._due(event))

    def _due(self, event: Announced) -> Due:
        with self._storage.reading() as session:
            case, entry = session.get_one(Case, event.payload["case"]), session.get_one(CaseEntry, event.payload["entry"])
            number, provider, account = case.number, case.provider, entry.account
        return Due(event.payload["case"], number, provider, self._office.casework.cases.facts(event.payload["case"]), self._person(account))

    def _person(self, account: str) -> Subject:
        return self._trust.accounts.subject_for(account) if account else SYSTEM

    def _who_did(self, due: Due, transition: str) -> Subject:
        wanted = select(CaseEntry.account).where(CaseEntry.case_id == due.case, CaseEntry.transition == transition).order_by(CaseEntry.place.desc())
        with self._storage.reading() as session:
            return self._person(session.scalars(wanted.limit(1)).first() or "")

    def _open_account(self, due: Due) -> None:
        """Made in the name of the administrator who checked the request; its holder gets the first link from them by `reset`."""
        facts = due.facts
        if self._trust.accounts.exists(facts["account"]):
            return
        self._trust.administration.add_account(
            self._who_did(due, "check"), facts["account"], facts["full_name"], facts["full_name"], roles=(facts["role"],),
            organisation=facts["organisation"],
        )

    def _grant_agency(self, due: Due) -> None:
        facts, letters = due.facts, self._office.attachments.listing(SYSTEM, (CASE, due.case))
        digest = next((f"{each.algorithm}:{each.digest}" for each in letters), "")
        matters = (EVERY_MATTER,) if facts["scope"] == "all" else (facts["scope"],)
        self._trust.agency.grant(
            case=due.case, credit_code=facts["credit_code"], account=facts["agent"], document_digest=digest, matters=matters,
            valid_from=_day(facts["valid_from"]), valid_to=_day(facts["valid_until"]), confirmed_by=due.by,
        )

    def _revoke_agency(self, due: Due) -> None:
        self._trust.agency.revoke(due.case, case=due.case, by=due.by)

    def _request_correction(self, due: Due) -> None:
        table = due.facts["table"]
        raised = AlertRaised(
            "correction-requested", "yellow", due.number, f"经核实，{table} 中一条记录有误，请来源部门更正（事项 {due.number}）。",
            f"An entry of {table} was found wrong; its source department is to correct it (case {due.number}).",
            {"roles": ["steward"], "organisations": [due.provider]} if due.provider else {"roles": ["steward"]},
            {"table": table, "case": due.number}, link=f"/cases/{due.number}",
        )
        self._office.alerts.raise_alert(raised, f"correction:{due.case}")
        self._trust.record("correction", due.by, "correction.request", table, "done", facts={"case": due.number})

    def _activate_policy(self, due: Due) -> None:
        self._trust.policy_sets.activate(due.facts["draft"], due.by, case=due.case)

    def _review_override(self, outcome: str, due: Due) -> None:
        self._trust.record("override", due.by, "override.review", due.facts["resources"], outcome, facts={"override": due.facts["override"]})
        if outcome == "unjustified":
            raised = AlertRaised(
                "override-unjustified", "orange", due.facts["override"], f"一次应急越权经复核认定不当（事项 {due.number}）。",
                f"An emergency override was found not justified (case {due.number}).", {"roles": ["security", "auditor"]},
                {"case": due.number}, link=f"/cases/{due.number}",
            )
            self._office.alerts.raise_alert(raised, f"override:{due.case}")

    def _acknowledge_alert(self, due: Due) -> None:
        try:
            self._office.alerts.acknowledge(due.by, due.facts["alert"], due.number)
        except Conflict:
            self._trust.record("alert", due.by, "alert.acknowledge", f"alert:{due.facts['alert']}", "already")

    def _close_alert(self, due: Due) -> None:
        try:
            self._office.alerts.resolve(due.by, due.facts["alert"], due.number)
        except Conflict:
            self._trust.record("alert", due.by, "alert.resolve", f"alert:{due.facts['alert']}", "already")

    def _allow_address(self, due: Due) -> None:
        self._office.sources.register(due.facts["host"], due.facts.get("purpose") or CALLED_FOR, f"{due.number}：{due.facts['carries']}")

    def _remove_address(self, due: Due) -> None:
        self._office.sources.revoke_place(due.by, due.facts["host"], due.facts.get("purpose") or CALLED_FOR)


    def _decide_model(self, state: Literal["approved", "retired"], due: Due) -> None:
        """The model's version takes its new state; the next build follows."""
        from lingnan.packkit import ModelRegister  # few cases are about models

        facts, by = due.facts, due.by.reference
        ModelRegister(self._storage, self._storage.clock).decide(facts["pack"], facts["model"], facts["model_version"], state, by, due.number)
        self._trust.record("model", due.by, f"model.{state}", f"{facts['pack']}.{facts['model']}", "done", facts={"case": due.number})

    def _settle_contribution(self, state: EntryState, due: Due) -> None:
        settle(self._storage, due.facts["campaign"], due.facts["entry"], due.case, state)


def _of_catalogue(verb: Callable[[str, Mapping[str, Any]], None], due: Due) -> None:
    verb(due.number, due.facts)


def _account(reference: str) -> str:
    return reference.partition(":")[2] or reference


def _day(value: Any) -> date:
    return value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(str(value)[:10])
