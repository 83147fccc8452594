"""Casework whole: flows, cases, inbox, trace, statistics and disputes of one hub."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from lingnan.casework.alert_shapes import AlertCard
from lingnan.casework.cases import Cases
from lingnan.casework.deadlines import DeadlineRule, DeadlineRules
from lingnan.casework.disputes import Disputes
from lingnan.casework.flow import LONG_LIMIT, TEXT_LIMIT, Flow
from lingnan.casework.flow_library import Flows
from lingnan.casework.inbox import Inbox
from lingnan.casework.shapes import Attachments, Authority, Vault, VerifySignature
from lingnan.casework.statistics import Statistics
from lingnan.casework.trace import Trace
from lingnan.jobs import Announced, Handler
from lingnan.standards import WorkCalendar
from lingnan.storage import Storage
from lingnan.trust import SYSTEM


@dataclass(frozen=True)
class Casework:
    """All that casework offers; `hub` opens one."""

    flows: Flows
    cases: Cases
    inbox: Inbox
    trace: Trace
    statistics: Statistics
    disputes: Disputes

    @classmethod
    def open(
        cls, storage: Storage, trust: Authority, *, folders: tuple[Path, ...] = (), effects: Set[str] = frozenset(),
        calendar: WorkCalendar | None = None, vault: Vault | None = None, attachments: Attachments | None = None,
        verify_signature: VerifySignature | None = None, office: str = "", limits: Iterable[DeadlineRule] = (), more: Iterable[Flow] = (),
    ) -> "Casework":
        """Read the flows (casework's own and those in `folders`) and put the parts together; BadInput for a flow that is not sound.

        `limits` are time limits beside casework's own, `more` flows that are known to be sound by them.
        """
        flows = Flows.read(*folders, effects=effects, rules=DeadlineRules((*DeadlineRules.read().rules, *limits)), more=more)
        cases = Cases(
            storage, trust, flows, calendar=calendar, vault=vault, attachments=attachments, verify_signature=verify_signature, office=office
        )
        return cls(flows, cases, Inbox(cases), Trace(cases), Statistics(cases), Disputes(storage, trust, vault))

    def open_for_alert(self, alert: AlertCard, flow: str, handler: str = "") -> str:
        """The number of the case of that flow for an alert, opened when there is none yet: what `Alerts` wants as `open_case`."""
        facts = {"alert": alert.id, "rule": alert.rule, "level": alert.level, "told": alert.zh[:LONG_LIMIT], "object": alert.key[:TEXT_LIMIT]}
        return self.cases.open(flow, SYSTEM, facts, about=f"alert:{alert.id}", handler=handler, once=alert.id).number

    def dispute_handler(self) -> Handler:
        """The handler of `casework.effect` that marks and unmarks disputed entries, for `hub` to bind."""

        def take(session: Session, event: Announced) -> None:
            self.disputes.take(session, event, self.cases.mover)

        return Handler("casework.disputes", take)
