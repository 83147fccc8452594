"""What contracts of a hub may name: what ships, and what is registered here; the register is opened only when something is."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lingnan.catalogue.registry.records import RegisteredCodeList, RegisteredElement
from lingnan.standards import Vocabulary

Mark = tuple[int, ...]


def mark_of(session: Session) -> Mark:
    """Changes when anything registered does; cheap to ask."""
    return tuple(session.scalar(select(func.max(each.sequence))) or 0 for each in (RegisteredElement, RegisteredCodeList))


def vocabulary_of(session: Session) -> Vocabulary:
    """What ships, with the elements and code lists that are registered here."""
    if not any(mark_of(session)):
        return Vocabulary()
    from lingnan.catalogue.registry import elements  # most hubs register nothing of their own

    return elements.vocabulary(session)
