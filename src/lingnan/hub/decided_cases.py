"""Decided cases as tables that statements of packs read: what a case decided counts in the next build."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from lingnan.jobs import Step, StepContext, StepResult, code_digest
from lingnan.lake import ColumnOrigin, TableOrigins
from lingnan.storage import Storage
from lingnan.trust import Classified, Column

if TYPE_CHECKING:
    from lingnan.casework import DecidedCase, Flows
    from lingnan.packkit import Pack

DECIDED, FIELDS = "casework.decided", "casework.decided_field"
STEP = "casework:decided"
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    DECIDED: (
        Column("case_no", "internal"), Column("flow", "public"), Column("state", "public"), Column("outcome", "public"), Column("about", "internal"),
        Column("division", "public", "division"), Column("organisation", "public"), Column("applicant_kind", "public"),
        Column("credit_code", "internal", "uscc"), Column("opened_on", "public", type="DATE"), Column("decided_on", "public", type="DATE"),
    ),
    FIELDS: (Column("case_no", "internal"), Column("flow", "public"), Column("field", "public"), Column("value", "internal")),
}
"""One row is one case that ended; one row is one public field of its opening form, no free text."""
_ARROW = {"VARCHAR": pa.string(), "DATE": pa.date32()}


def decided_columns() -> dict[str, dict[str, str]]:
    """The columns of these tables with their types, for the checker of packs."""
    return {table: {column.name: column.type for column in columns} for table, columns in COLUMNS.items()}


def wanted(packs: Iterable["Pack"]) -> bool:
    """Whether some pack reads them; without one they are not made."""
    return any(set(pack.manifest.needs) & set(COLUMNS) for pack in packs)


def decided_classes(packs: Iterable["Pack"]) -> dict[str, Classified]:
    """What policy must know of them, where some pack reads them."""
    return {table: Classified(table, columns, "derived", "none", "conditional") for table, columns in COLUMNS.items()} if wanted(packs) else {}


def decided_steps(packs: Iterable["Pack"], storage: Storage, flows: Callable[[], "Flows"]) -> list[Step]:
    """The step that lays them, where some pack reads them; it runs when a case ended since."""
    from lingnan.casework import decided_mark  # a build without packs has no use for people's work

    if not wanted(packs):
        return []
    return [Step(
        STEP, "packs", "取已办结事项", "Take decided cases", partial(_lay, storage, flows), outputs=tuple(COLUMNS),
        code=code_digest("lingnan.casework.decided", "lingnan.hub.decided_cases"), fingerprint=partial(decided_mark, storage), groups=("packs",),
        columns=_origins, embedded=True,
    )]


def _lay(storage: Storage, flows: Callable[[], "Flows"], context: StepContext) -> StepResult:
    from lingnan.casework import decided_cases

    cases = decided_cases(storage, flows())
    rows: dict[str, list[dict[str, object]]] = {DECIDED: [_row(case) for case in cases], FIELDS: [
        {"case_no": case.number, "flow": case.flow, "field": name, "value": value} for case in cases for name, value in case.fields
    ]}
    for table, held in rows.items():
        schema = pa.schema([(column.name, _ARROW[column.type]) for column in COLUMNS[table]])
        context.engine.write(table, "select * from told", {}, context.facts(), arrow={"told": pa.Table.from_pylist(held, schema)})
    return StepResult({table: len(held) for table, held in rows.items()})


def _row(case: "DecidedCase") -> dict[str, object]:
    return {
        "case_no": case.number, "flow": case.flow, "state": case.state, "outcome": case.outcome, "about": case.about or None,
        "division": case.division or None, "organisation": case.organisation or None, "applicant_kind": case.applicant_kind,
        "credit_code": case.credit_code or None, "opened_on": case.opened_on, "decided_on": case.decided_on,
    }


def _origins() -> Mapping[str, TableOrigins]:
    """What they are made of stands in no table: the hub's own record of cases."""
    return {table: {column.name: ColumnOrigin(expression="decided cases") for column in columns} for table, columns in COLUMNS.items()}
