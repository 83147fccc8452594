"""Answers what is on its way into the register: elements, code lists and standards, one's own or everybody's, with the state of their cases."""

from collections.abc import Iterator

from sqlalchemy import select

from lingnan.casework.records import Case
from lingnan.catalogue import CodeListCard, DocumentCard, ElementCard
from lingnan.catalogue.resources.permits import belongs
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.inventory import edits
from lingnan.hub.standard_files import INSIDE
from lingnan.insight import UnderWayLine, UnderWayPage, Words
from lingnan.trust import Subject

ENDED = ("in_force", "repealed", "revised", "refused", "abandoned")
States = dict[str, tuple[str, Words]]


class UnderWayPages:
    """What one hub's offices are registering."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listing(self, mine: bool, subject: Subject) -> UnderWayPage:
        """Those not yet in force, the youngest first; drafts of others are not told of."""
        self._desk.hub.trust.allow(subject, "page.govern", "standards")
        register = self._desk.hub.catalogue.elements
        elements = [card for card in register.proposed() if card.registered_at is None]
        lists = [card for card in register.lists.versions() if card.registered_at is None]
        documents = [card for card in register.documents.listing() if card.stage not in ENDED]
        numbers = [*(each.case for each in elements), *(each.case for each in lists), *(each.case for each in documents)]
        states = self._states({number for number in numbers if number})
        lines = [*self._elements(elements, states, subject, mine), *self._lists(lists, states, subject, mine),
                 *self._documents(documents, states, subject, mine)]
        return UnderWayPage(mine=mine, writes=edits(subject), items=tuple(lines))

    def _elements(self, cards: list[ElementCard], states: States, subject: Subject, mine: bool) -> Iterator[UnderWayLine]:
        for card in cards:
            own = self._own(card.submitter, subject)
            state, title = states.get(card.case, ("", Words(zh="")))
            if (mine and card.proposed_by not in (subject.account, subject.reference)) or (card.status != "qualified" and not own):
                continue
            mend = f"/standards/elements/{card.id}/change" if own and state == "draft" else ""
            yield UnderWayLine(
                kind="element", id=card.id, title=Words(zh=card.zh or card.id, en=card.en), version=card.version, status=card.status, state=title,
                case=card.case, organisation=self._unit(card.submitter), at=None, href=f"/standards/elements/{card.id}", mend_href=mend,
            )

    def _lists(self, cards: list[CodeListCard], states: States, subject: Subject, mine: bool) -> Iterator[UnderWayLine]:
        for card in cards:
            own = self._own(card.submitter, subject)
            if (mine and card.proposed_by != subject.reference) or (card.status == "draft" and not own):
                continue
            edit = f"/standards/code-lists/{card.name}/edit" if own and card.status == "draft" else ""
            yield UnderWayLine(
                kind="code_list", id=card.name, title=Words(zh=card.zh, en=card.en), version=card.version, status=card.status,
                state=states.get(card.case, ("", Words(zh="")))[1], case=card.case, organisation=self._unit(card.submitter), at=None,
                href=edit or f"/standards/code-lists/{card.name}", mend_href=edit,
            )

    def _documents(self, cards: list[DocumentCard], states: States, subject: Subject, mine: bool) -> Iterator[UnderWayLine]:
        for card in cards:
            if (mine or card.stage in INSIDE) and not self._own(card.organisation, subject):
                continue
            yield UnderWayLine(
                kind="document", id=card.key, title=Words(zh=card.zh, en=card.en), version=card.number, status=card.stage,
                state=states.get(card.case, ("", Words(zh="")))[1], case=card.case, organisation=self._unit(card.organisation), at=None,
                href=f"/standards/documents/{card.key}",
            )

    def _own(self, organisation: str, subject: Subject) -> bool:
        with self._desk.hub.storage.reading() as session:
            return belongs(session, subject, organisation, self._desk.hub.settings.office)

    def _states(self, numbers: set[str]) -> States:
        """The state of each case, under its flow's words."""
        casework, found = self._desk.hub.office.casework, {}
        named = {(flow.id, state.id): Words(zh=state.zh, en=state.en) for flow in casework.flows for state in flow.states}
        with self._desk.hub.storage.reading() as session:
            for number, flow, state in session.execute(select(Case.number, Case.flow, Case.state).where(Case.number.in_(numbers))):
                found[number] = (state, named.get((flow, state), Words(zh=state)))
        return found

    def _unit(self, key: str) -> Words:
        return next((title for known, title in self._desk.organisations().values() if known == key), Words(zh=key))
