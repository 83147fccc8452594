"""Announces what happens to a case, in the session in which it happens."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lingnan.base import Event
from lingnan.casework.events import CaseAssigned, CaseMoved, DeadlineMissed, DeadlineNear, EffectDue
from lingnan.casework.flow import Deadline, Flow
from lingnan.casework.records import Case
from lingnan.trust import Subject


@dataclass(frozen=True)
class Announcer:
    """Tells of one case within one session."""

    announce: Callable[[Session, Event, str], object]
    session: Session
    case: Case
    flow: Flow

    def moved(self, transition: str, before: str, subject: Subject, reason: str = "") -> None:
        """The case was opened or moved."""
        state = self.flow.state(self.case.state)
        self._tell(CaseMoved(
            **self._about(), transition=transition, from_state=before, to_state=state.id, state_zh=state.zh, state_en=state.en,
            by=subject.reference, reason=reason, ended=state.kind == "end",
        ))

    def assigned(self, subject: Subject) -> None:
        """The case waits for somebody else."""
        if self.case.assigned_role or self.case.assigned_account:
            self._tell(CaseAssigned(**self._about(), by=subject.reference))

    def near(self, limit: Deadline, due_on: date, remaining: int) -> None:
        """A deadline comes near."""
        self._tell(DeadlineNear(**self._about(), **_of(limit, due_on), remaining=remaining))

    def missed(self, limit: Deadline, due_on: date) -> None:
        """A deadline has passed."""
        case = self.case
        self._tell(DeadlineMissed(
            **self._about(), **_of(limit, due_on), escalate_role=case.escalated_role, escalate_organisation=case.escalated_organisation
        ))

    def effects(self, names: Iterable[str], entry: str, facts: Mapping[str, Any]) -> None:
        """The effects of one entry are to happen."""
        for name in names:
            self._tell(EffectDue(
                effect=name, case=self.case.id, number=self.case.number, flow=self.flow.id, entry=entry,
                facts={**facts, "about": self.case.about, "provider": self.case.provider, "handler": self.case.handler},
            ))

    def _tell(self, news: Event) -> None:
        self.announce(self.session, news, f"case:{self.case.id}")

    def _about(self) -> dict[str, str]:
        case = self.case
        return {
            "case": case.id, "number": case.number, "flow": case.flow, "zh": self.flow.zh, "en": self.flow.en, "applicant": case.applicant,
            "role": case.assigned_role, "organisation": case.assigned_organisation, "account": case.assigned_account,
        }


def _of(limit: Deadline, due_on: date) -> dict[str, str]:
    return {"deadline": limit.id, "deadline_zh": limit.zh, "deadline_en": limit.en, "due_on": due_on.isoformat()}
