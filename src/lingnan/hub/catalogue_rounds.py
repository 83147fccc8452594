"""The catalogue's daily round: reviews that are due become cases, departments hear what is overdue; and what registration asks of trust."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import select

from lingnan.base import CHINA
from lingnan.catalogue import Catalogue, Extensions, Freshness, Rules
from lingnan.catalogue.resources.events import ResourcesOverdue
from lingnan.storage import OutboxEvent, Storage
from lingnan.trust import NegativeCard, OrganisationUnit, Trust

EXTENSIONS = "extensions.yaml"
"""The file of a home in which an office keeps its province's extension fields."""
KEPT_S = 1.0
"""Seconds for which the negative list is not read anew: a registration asks it about every item."""
TOLD = 50


def catalogue_rules(home: Path, trust: Trust) -> Rules:
    """What registration asks: the extension fields of this home, and trust's negative list."""
    return Rules(Extensions(home / EXTENSIONS), _negative_list(trust))


def look_at_catalogue(catalogue: Catalogue, storage: Storage) -> tuple[int, int]:
    """Open the reviews that are due, tell each department once a day what is overdue and each keeper of a search what is new.

    Gives how many cases and departments.
    """
    opened = catalogue.life.open_reviews()
    catalogue.saved_searches.look()
    late: dict[str, list[Freshness]] = defaultdict(list)
    for each in catalogue.life.overdue():
        late[each.department].append(each)
    names = {card.key: card for card in catalogue.departments()}
    told = [_tell(storage, names[key].zh, names[key].en, found) for key, found in late.items()]
    return len(opened), sum(told)


def _tell(storage: Storage, zh: str, en: str, found: Sequence[Freshness]) -> bool:
    department, day = found[0].department, storage.clock.now().astimezone(CHINA).date().isoformat()
    with storage.session() as session:
        once = f"{department}:{day}"
        if session.scalar(select(OutboxEvent.id).where(OutboxEvent.name == ResourcesOverdue.name, OutboxEvent.subject == once).limit(1)):
            return False
        unit = session.scalar(select(OrganisationUnit.id).where(OrganisationUnit.key == department)) or ""
        keys = [each.resource for each in found[:TOLD]]
        storage.announce(session, ResourcesOverdue(department, unit, zh, en, len(found), found[0].days_late, day, keys), once)
    return True


def _negative_list(trust: Trust) -> Callable[[str, str, str], str]:
    """The list as registration asks it; read anew now and then, because it is asked about every item."""
    kept: tuple[float, list[NegativeCard]] = (0.0, [])

    def article(table: str, column: str, element: str) -> str:
        nonlocal kept
        if not kept[0] or time.monotonic() - kept[0] > KEPT_S:
            day = trust.audit.clock.now().astimezone(CHINA).date()
            held = [each for each in trust.negative_list.entries() if each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)]
            kept = time.monotonic(), held
        return next((each.article for each in kept[1] if each.names(table, column, element)), "")

    return article
