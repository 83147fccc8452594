"""Puts a question to the policy: who asks what of which columns, for what purpose, at what time, and turns the rulings into a verdict."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from lingnan.trust.identity.unit_tree import NO_UNITS, UnitTree
from lingnan.trust.policy.rows import Condition, compile_filters, division_column, row_scope
from lingnan.trust.policy.rules import BY_GRANT, Policy, Rule, Ruling, known_actions
from lingnan.trust.policy.shapes import DATA_ACTIONS, GrantCard, NegativeCard
from lingnan.trust.policy.verdict import CLEAR, Showing, Verdict
from lingnan.trust.shapes import Bought, Classified, Column, Purpose, Subject

LISTED = "negative:"
"""Before the key of a negative-list entry where it is named as the reason."""
_SUBJECT = {"type": "Subject", "id": "subject"}
_HUB = {"type": "Hub", "id": "hub"}
_TABLE = {"type": "Table", "id": "table"}
_GRANTS = {"type": "Grants", "id": "grants"}


@dataclass(frozen=True)
class Circumstances:
    """All that a decision depends on besides subject, action and table; equal ones give equal answers.

    `purpose_complete` is whether the purpose names all it has to; `tree` is the organisation tree, `keeper` the key of the hub's own office;
    `second_factor` whether signing in demands one of this subject; `grants` those it uses; `listed` the entries of the negative list in force;
    `day`, `hour`, `weekday` China's.
    """

    purpose: Purpose = field(default_factory=Purpose)
    purpose_known: bool = False
    purpose_complete: bool = False
    tree: UnitTree = NO_UNITS
    keeper: str = ""
    second_factor: bool = False
    grants: tuple[GrantCard, ...] = ()
    listed: tuple[NegativeCard, ...] = ()
    day: int = 20260101
    hour: int = 12
    weekday: int = 4


PLAIN = Circumstances()


def judge_columns(
    policy: Policy, subject: Subject, action: str, table: Classified, columns: Iterable[Column], around: Circumstances = PLAIN
) -> Verdict:
    """What the policy shows of each column; columns alike in every way a policy can see are asked about once."""
    asked = tuple(columns)
    if action not in DATA_ACTIONS:
        return Verdict({column.name: () for column in asked}, {column.name: () for column in asked})
    kinds = {column: [_kind(column, table, around, grant, action) for grant in (None, *around.grants)] for column in asked}
    distinct = list(dict.fromkeys(kind for several in kinds.values() for kind in several if kind is not None))
    requests = [_request(action, kind, around) for kind in distinct]
    rulings = dict(zip(distinct, policy.judge(action, requests, _entities(subject, table, around)), strict=True))
    showings, denials = {}, {}
    for column, several in kinds.items():
        found = [(grant, rulings[kind]) for grant, kind in zip((None, *around.grants), several, strict=True) if kind is not None]
        showings[column.name], denials[column.name] = _showings(column, subject, table, found), _denials(found, several[0])
    return Verdict(showings, denials)


def judge_action(
    policy: Policy, subject: Subject, action: str, around: Circumstances = PLAIN, table: Classified | None = None
) -> tuple[bool, tuple[str, ...]]:
    """Whether an action that reads no table is permitted, about the grants of one table when it is named, and the rules that said so."""
    if action in DATA_ACTIONS or action not in known_actions():
        return False, ()
    request = {"principal": _SUBJECT, "resource": _GRANTS if table else _HUB, "context": _context(action, around)}
    about = _grants_entity(table, around) if table else _entity(_HUB, {})
    entities = json.dumps([_subject_entity(subject, around), about, *_units(subject, table, around)])
    [ruling] = policy.judge(action, [request], entities)
    return bool(ruling.permits), tuple(rule.id for rule in ruling.permits[:1]) or ruling.denials


def is_own(subject: Subject, table: Classified, around: Circumstances) -> bool:
    """Whether a table comes from the subject's unit or one below it: `resource in principal.unit`."""
    return around.tree.within(_provider(table, around), subject.organisation)


def forbidden_tables(policy: Policy, subject: Subject, action: str, tables: Iterable[str], around: Circumstances = PLAIN) -> list[str]:
    """Tables that nothing may be given of, whatever they are made of."""
    column = Column("_any", "internal")
    return [name for name in tables if judge_columns(policy, subject, action, Classified(name, ()), (column,), around).denied]


@dataclass(frozen=True)
class _Kind:
    """What a policy can see of a column."""

    classification: str
    grade: str
    element: str
    technical: bool
    listed: tuple[str, ...]
    granted: bool


def _kind(column: Column, table: Classified, around: Circumstances, grant: GrantCard | None, action: str) -> _Kind | None:
    """The column without a grant, or as the grant holds it; None when the grant does not hold it for this action."""
    listed = tuple(entry.key for entry in around.listed if entry.names(table.table, column.name, column.element))
    if grant is not None and not _holds(grant, column, table, action):
        return None
    return _Kind(column.classification, column.grade, column.element, column.name.startswith("_"), listed, grant is not None)


def _holds(grant: GrantCard, column: Column, table: Classified, action: str) -> bool:
    # A column that has become personal since the grant was approved needs an assessment after all.
    assessed = bool(grant.assessment) or column.classification in ("public", "internal")
    return grant.table == table.table and action in grant.actions and column.name in grant.masks and assessed


def _showings(column: Column, subject: Subject, table: Classified, found: list[tuple[GrantCard | None, Ruling]]) -> list[Showing]:
    shown = [_showing(rule, column, subject, table, grant) for grant, ruling in found for rule in ruling.permits]
    return [each for each in shown if each is not None]


def _showing(rule: Rule, column: Column, subject: Subject, table: Classified, grant: GrantCard | None) -> Showing | None:
    if rule.rows == BY_GRANT or rule.mask == BY_GRANT:
        if grant is None:
            return None
        mask = grant.masks[column.name] if rule.mask == BY_GRANT else rule.mask
        rows = compile_filters(grant.rows, table) if rule.rows == BY_GRANT else row_scope(rule.rows, subject, table)
        return _placed(rule, CLEAR if mask == "clear" else mask, rows, grant.id)
    # A grant lifts a denial for what it shows itself, not for what other permits would show.
    return _placed(rule, rule.mask, row_scope(rule.rows, subject, table), "") if grant is None else None


def _placed(rule: Rule, mask: str, rows: Condition | None, grant: str) -> Showing | None:
    return None if rows is not None and rows.sql == "false" else Showing(rule.id, mask, rows, grant)


def _denials(found: list[tuple[GrantCard | None, Ruling]], kind: _Kind | None) -> list[str]:
    listed = [LISTED + key for key in kind.listed] if kind else []
    return [*listed, *(rule for _grant, ruling in found for rule in ruling.denials)]


def _request(action: str, kind: _Kind, around: Circumstances) -> dict[str, Any]:
    item = {
        "classification": kind.classification, "grade": kind.grade, "element": kind.element, "technical": kind.technical,
        "granted": kind.granted, "listed": list(kind.listed),
    }
    return {
        "principal": _SUBJECT, "resource": _TABLE,
        "context": {**_context(action, around), "item": item},
    }


def _context(action: str, around: Circumstances) -> dict[str, Any]:
    told = around.purpose
    purpose = {
        "code": told.code, "known": around.purpose_known, "complete": around.purpose_complete, "article": told.article, "matter": told.matter,
        "grant": told.grant,
    }
    time = {"day": around.day, "hour": around.hour, "weekday": around.weekday}
    return {"action": action, "purpose": purpose, "time": time, "second_factor": around.second_factor}


def _entities(subject: Subject, table: Classified, around: Circumstances) -> str:
    return json.dumps([_subject_entity(subject, around), _table_entity(table, around), *_units(subject, table, around)])


def _units(subject: Subject, table: Classified | None, around: Circumstances) -> list[dict[str, Any]]:
    """The subject's unit and the table's, each in the one above it; both lineages may share their upper part."""
    lineages = [around.tree.lineage(each) for each in (subject.organisation, _provider(table, around) if table else "")]
    above = {unit: over for lineage in lineages for unit, over in zip_longest(lineage, lineage[1:], fillvalue="")}
    return [_entity(_unit(unit), {}, over) for unit, over in above.items()]


def _provider(table: Classified, around: Circumstances) -> str:
    """The key of the department a table comes from; what no department provides is the hub's own office's."""
    return around.tree.key(table.organisation or around.keeper)


def _subject_entity(subject: Subject, around: Circumstances) -> dict[str, Any]:
    office = around.tree.key(subject.organisation)
    return _entity(_SUBJECT, {
        "kind": subject.kind, "account": subject.account, "roles": sorted(subject.roles), "organisation": office, "unit": {"__entity": _unit(office)},
        "division": subject.division, "level": subject.level, "credit_code": subject.credit_code, "assurance": subject.assurance,
        "scope": sorted(subject.scope), "away": subject.away,
    }, office)


def _table_entity(table: Classified, around: Circumstances) -> dict[str, Any]:
    return _entity(_TABLE, {
        "name": table.table, "area": table.area, "origin": table.origin, "organisation": table.organisation, "share_type": table.share_type,
        "open_type": table.open_type, "regional": bool(division_column(table)), "own_only": table.own_only,
        "keeper": {"__entity": _unit(around.keeper)}, **_terms(table, around),
    }, _provider(table, around))


def _terms(table: Classified, around: Circumstances) -> dict[str, Any]:
    """What a purchase allows; nothing that binds for what was not bought."""
    bought = table.bought or Bought(0, 99991231, ())
    return {
        "bought": table.bought is not None, "bought_from": bought.begins, "bought_until": bought.ends, "bought_public": bought.public,
        "bought_units": [{"__entity": _unit(around.tree.key(unit))} for unit in bought.units], "bought_uses": list(bought.uses),
    }


def _grants_entity(table: Classified, around: Circumstances) -> dict[str, Any]:
    told = {"table": table.table, "organisation": table.organisation, "keeper": {"__entity": _unit(around.keeper)}}
    return _entity(_GRANTS, told, _provider(table, around))


def _entity(uid: dict[str, str], attributes: dict[str, Any], unit: str = "") -> dict[str, Any]:
    return {"uid": uid, "attrs": attributes, "parents": [_unit(unit)] if unit else []}


def _unit(key: str) -> dict[str, str]:
    return {"type": "Organisation", "id": key}
