"""Whether an action is within a subject's reach at all: what the scope of a token is measured by. No data follows from it."""

from dataclasses import replace
from itertools import product
from typing import Any

from lingnan.trust.policy.deciding import PolicyPoint
from lingnan.trust.policy.judging import judge_columns
from lingnan.trust.policy.shapes import DATA_ACTIONS
from lingnan.trust.shapes import Classified, Column, Purpose, Subject

_COLUMNS = (Column("open", "public"), Column("plain", "internal"), Column("private", "personal"), Column("delicate", "sensitive"))
_REGIONAL = (*_COLUMNS, Column("division", "public"))


def within_reach(point: PolicyPoint, subject: Subject, action: str) -> bool:
    """Whether policy permits the action to the subject on some table, by rule or by a grant it holds, or on the hub; a dry run, not logged.

    Tables are tried by their kinds, so an action that a hub's own rule opens on one named table alone counts as out of reach.
    """
    bare = replace(subject, session="", token="", scope=frozenset())
    if action not in DATA_ACTIONS:
        return point.permits(bare, action)[0]
    page = point.book.page()
    granted = (grant for table in {each.table for each in page.grants} for grant in point.held_grants(bare, table))
    if any(action in grant.actions for grant in granted):
        return True
    key = ("reach", bare, action)
    found: bool | None = point.book.kept(page, key)
    if found is None:
        found = _on_some_table(point, bare, action)
        point.book.keep(page, key, found)
    return found


def _on_some_table(point: PolicyPoint, subject: Subject, action: str) -> bool:
    page = point.book.page()
    around = point.around(page, subject, Purpose())
    return any(
        len(judge_columns(page.policy, subject, action, table, table.columns, around).denied) < len(table.columns) for table in _tables(subject)
    )


def _tables(subject: Subject) -> list[Classified]:
    """One table of every kind a policy can tell apart."""
    origins: Any = ("real", "derived", "made")
    types: Any = ("unconditional", "conditional", "none")
    offices = dict.fromkeys(("", subject.organisation))
    return [
        Classified("any.table", columns, origin, kind, kind, office)
        for columns, origin, kind, office in product((_COLUMNS, _REGIONAL), origins, types, offices)
    ]
