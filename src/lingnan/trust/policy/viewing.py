"""A verdict becomes a view: the columns shown, the rows as the union of what the permits allow, and a mask wherever a value is not shown clear."""

from lingnan.lake import View
from lingnan.trust.keys.hub_key import HubKey
from lingnan.trust.policy.masks import MASKS, hidden_sql, mask_sql, mask_sql_by, quoted, reasons_sql
from lingnan.trust.policy.pseudonyms import USE, key_name, pseudonym_sql
from lingnan.trust.policy.rows import Condition
from lingnan.trust.policy.verdict import CLEAR, Showing, Verdict
from lingnan.trust.shapes import Classified, Column

REASONS = "_reasons"


def compile_view(known: Classified, verdict: Verdict, key: HubKey) -> View:
    """The view of one table under this verdict, without decision number and version."""
    by_name = {column.name: column for column in known.columns}
    clear = set(verdict.clear)
    shown = {column for column, showings in verdict.showings.items() if showings}
    ordered = [name for name in by_name if name in shown] + [name for name in verdict.showings if name in shown and name not in by_name]
    masks = {name: _masked(by_name.get(name) or Column(name, "sensitive"), verdict, known) for name in ordered if name not in clear}
    conditions = verdict.conditions
    used = [showing for name in ordered for showing in verdict.steps(name)]
    held = [*(conditions or ()), *(each.rows for each in used if each.rows)]
    return View(
        table=known.table, decision="", columns=tuple(ordered), masks=masks,
        row_filter=" or ".join(f"({each.sql})" for each in conditions) if conditions else None,
        values={name: value for condition in held for name, value in condition.values},
        keys={
            **{key_name(each.grant): grant_key(key, each.grant) for each in used if each.mask == "pseudonym"},
            **{name: key.pseudonym_key(kind) for condition in held for name, kind in condition.pseudonyms},
        },
    )


def view_of(compiled: View, decision: str, version: int | None) -> View:
    """The compiled view under one entry of the log, at one version of the table."""
    return View(
        table=compiled.table, decision=decision, version=version, columns=compiled.columns, row_filter=compiled.row_filter, masks=compiled.masks,
        values=compiled.values, keys=compiled.keys,
    )


def grant_key(key: HubKey, grant: str) -> bytes:
    """The key of a grant's pseudonyms."""
    return key.seal(USE, grant.encode())


def _masked(column: Column, verdict: Verdict, known: Classified) -> str:
    steps = verdict.steps(column.name)
    if len(steps) == 1 and (steps[0].rows is None or verdict.conditions == (steps[0].rows,)):
        return _shown(column, steps[0], verdict, known)
    cases, otherwise = [], hidden_sql(column)
    for step in steps:
        if step.rows is None:
            otherwise = _shown(column, step, verdict, known)
        else:
            cases.append(f"when {_condition(step.rows)} then {_shown(column, step, verdict, known)}")
    return f"case {' '.join(cases)} else {otherwise} end"


def _shown(column: Column, showing: Showing, verdict: Verdict, known: Classified) -> str:
    """The column as one showing gives it."""
    if showing.mask == CLEAR:
        return quoted(column.name)
    if column.name == REASONS:
        return reasons_sql(each for each in known.columns if each.classification == "public" or _is_clear(each, showing, verdict))
    if showing.mask == "pseudonym":
        return pseudonym_sql(column, showing.grant)
    return mask_sql_by(column, MASKS[showing.mask]) if showing.mask in MASKS else mask_sql(column)


def _is_clear(column: Column, beside: Showing, verdict: Verdict) -> bool:
    """Whether the column is shown as it is on the rows on which another showing holds."""
    steps = verdict.steps(column.name) if column.name in verdict.showings else ()
    return any(each.mask == CLEAR and each.rows in (None, beside.rows) for each in steps)


def _condition(condition: Condition) -> str:
    return f"({condition.sql})"
