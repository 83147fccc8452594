"""Cases as tables that statements of packs read: what a case decided counts in the next build, and what is under way can be marked."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from lingnan.jobs import Step, StepContext, StepResult, code_digest
from lingnan.lake import ColumnOrigin, TableOrigins
from lingnan.storage import Storage
from lingnan.trust import Classified, Column

if TYPE_CHECKING:
    from lingnan.casework import DecidedCase, Flows, PendingCase
    from lingnan.packkit import Pack

DECIDED, FIELDS = "casework.decided", "casework.decided_field"
PENDING, PENDING_FIELDS = "casework.pending", "casework.pending_field"
STEP, PENDING_STEP = "casework:decided", "casework:pending"
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    DECIDED: (
        Column("case_no", "internal"), Column("flow", "public"), Column("state", "public"), Column("outcome", "public"), Column("about", "internal"),
        Column("division", "public", "division"), Column("organisation", "public"), Column("applicant_kind", "public"),
        Column("credit_code", "internal", "uscc"), Column("opened_on", "public", type="DATE"), Column("decided_on", "public", type="DATE"),
    ),
    PENDING: (
        Column("case_no", "internal"), Column("flow", "public"), Column("state", "public"), Column("about", "internal"),
        Column("division", "public", "division"), Column("organisation", "public"), Column("applicant_kind", "public"),
        Column("credit_code", "internal", "uscc"), Column("opened_on", "public", type="DATE"),
    ),
    **{name: (Column("case_no", "internal"), Column("flow", "public"), Column("field", "public"), Column("value", "internal"))
       for name in (FIELDS, PENDING_FIELDS)},
}
"""One row is one case that ended, or one under way; one row is one public field of its opening form, no free text."""
_ARROW = {"VARCHAR": pa.string(), "DATE": pa.date32()}


def decided_columns() -> dict[str, dict[str, str]]:
    """The columns of these tables with their types, for the checker of packs."""
    return {table: {column.name: column.type for column in columns} for table, columns in COLUMNS.items()}


def wanted(packs: Iterable["Pack"]) -> frozenset[str]:
    """The tables of cases to be made: those that some pack reads, each with its fields."""
    read = {table for pack in packs for table in pack.manifest.needs}
    pairs = ((DECIDED, FIELDS), (PENDING, PENDING_FIELDS))
    return frozenset(table for pair in pairs if read & set(pair) for table in pair)


def decided_classes(packs: Iterable["Pack"]) -> dict[str, Classified]:
    """What policy must know of them, where some pack reads them."""
    return {table: Classified(table, COLUMNS[table], "derived", "none", "conditional") for table in sorted(wanted(packs))}


def decided_steps(packs: Iterable["Pack"], storage: Storage, flows: Callable[[], "Flows"]) -> list[Step]:
    """The steps that lay them, where some pack reads them; they run when a case was opened, moved or ended since."""
    asked = wanted(packs)
    if not asked:
        return []
    from lingnan.casework import decided_mark, pending_mark  # a build without packs has no use for people's work

    steps = []
    if DECIDED in asked:
        lay, mark = partial(_lay, storage, flows), partial(decided_mark, storage)
        steps.append(_step(STEP, "取已办结事项", "Take decided cases", lay, (DECIDED, FIELDS), mark))
    if PENDING in asked:
        lay, mark = partial(_lay_pending, storage, flows), partial(pending_mark, storage)
        steps.append(_step(PENDING_STEP, "取在办事项", "Take cases under way", lay, (PENDING, PENDING_FIELDS), mark))
    return steps


def _step(name: str, zh: str, en: str, lay: Callable[[StepContext], StepResult], tables: tuple[str, str], mark: Callable[[], str]) -> Step:
    code = code_digest("lingnan.casework.decided", "lingnan.hub.decided_cases")
    origins = partial(_origins, tables)
    return Step(name, "packs", zh, en, lay, outputs=tables, code=code, fingerprint=mark, groups=("packs",), columns=origins, embedded=True)


def _lay(storage: Storage, flows: Callable[[], "Flows"], context: StepContext) -> StepResult:
    from lingnan.casework import decided_cases

    cases = decided_cases(storage, flows())
    told = [{**_row(case), "outcome": case.outcome, "decided_on": case.decided_on} for case in cases]
    return _write(context, {DECIDED: told, FIELDS: _field_rows(cases)})


def _lay_pending(storage: Storage, flows: Callable[[], "Flows"], context: StepContext) -> StepResult:
    from lingnan.casework import pending_cases

    cases = pending_cases(storage, flows())
    return _write(context, {PENDING: [_row(case) for case in cases], PENDING_FIELDS: _field_rows(cases)})


def _write(context: StepContext, rows: Mapping[str, list[dict[str, object]]]) -> StepResult:
    for table, held in rows.items():
        schema = pa.schema([(column.name, _ARROW[column.type]) for column in COLUMNS[table]])
        context.engine.write(table, "select * from told", {}, context.facts(), arrow={"told": pa.Table.from_pylist(held, schema)})
    return StepResult({table: len(held) for table, held in rows.items()})


def _row(case: "DecidedCase | PendingCase") -> dict[str, object]:
    return {
        "case_no": case.number, "flow": case.flow, "state": case.state, "about": case.about or None, "division": case.division or None,
        "organisation": case.organisation or None, "applicant_kind": case.applicant_kind, "credit_code": case.credit_code or None,
        "opened_on": case.opened_on,
    }


def _field_rows(cases: "Iterable[DecidedCase | PendingCase]") -> list[dict[str, object]]:
    return [{"case_no": case.number, "flow": case.flow, "field": name, "value": value} for case in cases for name, value in case.fields]


def _origins(tables: tuple[str, str]) -> Mapping[str, TableOrigins]:
    """What they are made of stands in no table: the hub's own record of cases."""
    return {table: {column.name: ColumnOrigin(expression="cases") for column in COLUMNS[table]} for table in tables}
