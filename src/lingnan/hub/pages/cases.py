"""Answers the pages about cases: lists, one case and what is done in it, opening one, figures, and the public trace."""

from collections.abc import Iterator
from datetime import date

from lingnan.casework import CaseQuery, Moved
from lingnan.casework.attachments import Download
from lingnan.casework.shapes import TraceView
from lingnan.hub.pages import case_acts, case_figures, case_lists, case_openings, case_sheets
from lingnan.hub.pages.desk import Desk
from lingnan.insight import (
    CaseFigureSheet,
    CaseList,
    CaseOpened,
    CaseRow,
    CaseView,
    Choice,
    Filled,
    FlowCard,
    FlowList,
    RectificationSheet,
    TraceLine,
    TraceList,
    Upload,
    Words,
)
from lingnan.trust import Subject


class CasePages:
    """One hub's answers about cases; a case of another organisation is Missing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def waiting(self, subject: Subject) -> dict[str, int]:
        """How many cases, unread notices and open alerts wait, by the key of the menu's entry; a few milliseconds."""
        return case_lists.waiting(self._desk, subject)

    def listing(self, subject: Subject, query: CaseQuery) -> CaseList:
        """A page of cases: those that wait for the subject, those it applied for, or all it may see."""
        return case_lists.listing(self._desk, subject, query)

    def export(self, subject: Subject, query: CaseQuery) -> Iterator[CaseRow]:
        """Every case the query means, for the export."""
        return case_lists.export(self._desk, subject, query)

    def rectification(self, subject: Subject, since: date | None, until: date | None) -> RectificationSheet:
        """How departments rectify what was sent back to them."""
        return case_figures.rectification(self._desk, subject, since, until)

    def figures(self, subject: Subject, since: date | None, until: date | None, flow: str, scope: str = "") -> CaseFigureSheet:
        """Figures over the cases of a period; the last ninety days when none is given."""
        return case_figures.figures(self._desk, subject, since, until, flow, scope)

    def flows(self, subject: Subject, lang: str) -> FlowList:
        """What the subject may apply for."""
        return case_openings.flows(self._desk, subject, lang)

    def flow(self, subject: Subject, flow: str, lang: str) -> FlowCard:
        """One flow with its form."""
        return case_openings.flow(self._desk, subject, flow, lang)

    def choices(self, subject: Subject, kind: str, words: str) -> tuple[Choice, ...]:
        """Organisations or tables to choose from."""
        return case_openings.choices(self._desk, subject, kind, words)

    def open(self, subject: Subject, flow: str, filled: Filled, once: str) -> CaseOpened:
        """Begin a case; the same `once` gives the same case and no second trace code."""
        return case_openings.open_case(self._desk, subject, flow, filled, once)

    def case(self, subject: Subject, number: str, lang: str, session: str = "") -> CaseView:
        """One case whole."""
        return case_sheets.view(self._desk, subject, number, lang, session)

    def act(self, subject: Subject, number: str, transition: str, filled: Filled, session: str = "") -> Moved:
        """Do a transition of a case."""
        return case_acts.act(self._desk, subject, number, transition, filled, session)

    def claim(self, subject: Subject, number: str) -> None:
        """Take a case that waits for one's role."""
        self._desk.hub.office.casework.inbox.claim(number, subject)

    def release(self, subject: Subject, number: str) -> None:
        """Let a claimed case go back to its role."""
        self._desk.hub.office.casework.inbox.release(number, subject)

    def reassign(self, subject: Subject, number: str, reason: str, role: str, organisation: str, account: str) -> None:
        """Give a case to another role, organisation or account."""
        self._desk.hub.office.casework.inbox.reassign(number, subject, reason, role=role, organisation=self._unit(organisation), account=account)

    def remark(self, subject: Subject, number: str, text: str, internal: bool) -> None:
        """Add a remark."""
        self._desk.hub.office.casework.cases.comment(number, subject, text, internal=internal)

    def declare_interest(self, subject: Subject, number: str, note: str) -> None:
        """Stand back from deciding a case."""
        self._desk.hub.office.casework.cases.declare_interest(number, subject, note)

    def attach(self, subject: Subject, number: str, file: Upload) -> None:
        """Add a file to a case."""
        case_acts.attach(self._desk, subject, number, file)

    def download(self, subject: Subject, number: str, attachment: str) -> Download:
        """A file of a case with the headers a browser must get."""
        return case_acts.download(self._desk, subject, number, attachment)

    def trace(self, subject: Subject, number: str, code: str) -> TraceLine:
        """How a case stands, for who has its trace code; Missing for a wrong number and a wrong code alike."""
        self._desk.hub.trust.allow(subject, "page.view", "trace")
        return self._traced(self._desk.hub.office.casework.trace.of(number, code))

    def traces(self, subject: Subject, cursor: str) -> TraceList:
        """Cases whose flow is open to everybody, newest first."""
        self._desk.hub.trust.allow(subject, "page.view", "trace")
        page = self._desk.hub.office.casework.trace.listed(cursor=cursor)
        return TraceList(items=tuple(self._traced(each) for each in page.items), next=page.cursor or None)

    def _unit(self, named: str) -> str:
        """The id of an organisation given by id, key or title; the text itself when there is none."""
        typed = named.strip()
        units = self._desk.hub.trust.organisations.listing() if typed else []
        return next((unit.id for unit in units if typed in (unit.id, unit.key, unit.zh, unit.en)), typed)

    def _traced(self, view: TraceView) -> TraceLine:
        flow = next(each for each in self._desk.hub.office.casework.flows if each.zh == view.flow_zh)
        facts = case_sheets.Facts(self._desk, flow, view.number, self._desk.organisations(), ())
        return TraceLine(
            number=view.number, title=Words(zh=view.flow_zh, en=view.flow_en), state=Words(zh=view.state_zh, en=view.state_en),
            opened_on=view.opened_on, closed_on=view.closed_on, due_on=view.due_on, overdue=view.overdue,
            steps=tuple((Words(zh=step.zh, en=step.en), step.on) for step in view.steps), facts=tuple(facts.line(fact) for fact in view.facts),
        )
