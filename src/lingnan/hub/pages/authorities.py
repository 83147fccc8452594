"""Answers the page of 一数一源: which resource is the one source of which figure, what is disputed, and how a dispute was settled."""

from lingnan.base import BadInput, Missing, Refused
from lingnan.catalogue import AuthorityCard, AuthorityConflict
from lingnan.hub.inventory import allow_describing
from lingnan.hub.pages.desk import Desk, offset_of
from lingnan.hub.pages.inventory import edits
from lingnan.hub.pages.titles import division_words
from lingnan.insight import AuthorityBoard, AuthorityDispute, AuthorityEntry, Words
from lingnan.standards import data_elements
from lingnan.trust import Subject, writing

PORTION, SETTLED, LONGEST = 100, 50, 500


class AuthorityPages:
    """Sources of figures: everybody who tends data sees them, departments claim for their resources, the hub's office settles."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def board(self, words: str, cursor: str, subject: Subject) -> AuthorityBoard:
        """Sources by element, department or resource, with all open disputes and the latest that were settled."""
        self._desk.hub.trust.allow(subject, "page.govern", "authorities")
        inventory, asked, start = self._desk.hub.catalogue.inventory, words.strip().lower(), offset_of(cursor)
        entries = [_entry(each) for each in inventory.sources()]
        found = [each for each in entries if asked in _told(each)] if asked else entries
        disputes = inventory.conflicts("")
        ended = sorted((each for each in disputes if each.settled_at), key=lambda each: str(each.settled_at), reverse=True)
        claims = edits(subject)
        return AuthorityBoard(
            words=words, total=len(found), items=tuple(found[start : start + PORTION]),
            disputes=tuple(_dispute(each) for each in disputes if each.state == "open"), settled=tuple(_dispute(each) for each in ended[:SETTLED]),
            elements=tuple((each.id, Words(zh=each.zh, en=each.en)) for each in data_elements().values()) if claims else (),
            settles=claims and self._office(subject), claims=claims, next=str(start + PORTION) if start + PORTION < len(found) else None,
        )

    def claim(self, element: str, resource: str, division: str, basis: str, subject: Subject) -> None:
        """Say that a resource is the one source of a figure; Conflict, which stands on the list by then, when another one is it."""
        hub = self._desk.hub
        hub.trust.allow(subject, "catalogue.edit", "authorities")
        if element not in data_elements():
            raise BadInput(f"没有数据元“{element}”。请从列表中选择。", f"There is no element “{element}”. Choose one of the list.", element=element)
        try:
            card = hub.catalogue.resource(resource)
        except Missing as error:
            raise BadInput(error.zh, error.en, resource=resource) from error
        allow_describing(hub.trust, hub.settings.office, subject, card.department.key)
        facts = {"element": element, "resource": card.key, "division": division}
        with writing(hub.trust.audit, subject, "catalogue.claim", f"element:{element}", facts=facts):
            hub.catalogue.inventory.claim(element, card.key, subject.reference, division=division, basis=basis[:LONGEST])

    def settle(self, conflict: str, keep: bool, reason: str, subject: Subject) -> None:
        """End a dispute with a reason; for the hub's office and its operator alone."""
        hub = self._desk.hub
        hub.trust.allow(subject, "catalogue.edit", "authorities")
        if not self._office(subject):
            raise Refused("来源争议由数据主管部门裁定。", "Disputes about sources are settled by the data bureau.")
        with writing(hub.trust.audit, subject, "catalogue.settle", f"source-conflict:{conflict}", facts={"keep": keep}):
            hub.catalogue.inventory.settle(conflict, subject.reference, keep=keep, reason=reason[:LONGEST])

    def _office(self, subject: Subject) -> bool:
        return subject.kind == "operator" or self._desk.hub.trust.organisations.belongs(subject, self._desk.hub.settings.office)


def _element(name: str) -> Words:
    found = data_elements().get(name)
    return Words(zh=found.zh, en=found.en) if found else Words(zh=name)


def _division(code: str) -> Words:
    return (division_words(code) or Words(zh=code)) if code else Words(zh="全部", en="Everywhere")


def _entry(each: AuthorityCard) -> AuthorityEntry:
    return AuthorityEntry(
        element=each.element, title=_element(each.element), division=_division(each.division), department=each.department,
        department_title=Words(zh=each.department_zh), resource=each.resource, resource_title=Words(zh=each.resource_zh), basis=each.basis,
        claimed_at=each.claimed_at,
    )


def _told(each: AuthorityEntry) -> str:
    """All the words by which an entry is found."""
    return f"{each.element} {each.title.zh} {each.title.en} {each.department_title.zh} {each.resource} {each.resource_title.zh}".lower()


def _dispute(each: AuthorityConflict) -> AuthorityDispute:
    return AuthorityDispute(
        id=each.id, element=each.element, title=_element(each.element), division=_division(each.division), holder=each.holder,
        holder_title=Words(zh=each.holder_zh), claimant=each.claimant, claimant_title=Words(zh=each.claimant_zh), basis=each.basis,
        claimed_at=each.claimed_at, state=each.state, reason=each.reason, settled_at=each.settled_at,
    )
