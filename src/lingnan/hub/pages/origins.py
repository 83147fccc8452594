"""Where the rows behind an entry's facts stand: the batch and the place in what the department delivered."""

from collections.abc import Iterable

from lingnan.base import Refused
from lingnan.hub.pages.desk import Desk
from lingnan.registers import Fact, RegisterDefinition
from lingnan.trust import Subject

Origin = tuple[str, str]


def origins(desk: Desk, subject: Subject, defined: RegisterDefinition, facts: Iterable[Fact]) -> dict[tuple[str, str], Origin]:
    """Batch and position by source table and key, for rows the subject may see the technical columns of and that are still accepted."""
    keys: dict[str, set[str]] = {}
    for fact in facts:
        keys.setdefault(fact.source.split("·")[0], set()).add(fact.source_key)
    found: dict[tuple[str, str], Origin] = {}
    for table, wanted in keys.items():
        found |= {(table, key): place for key, place in _of_table(desk, subject, defined, table, sorted(wanted)).items()}
    return found


def _of_table(desk: Desk, subject: Subject, defined: RegisterDefinition, table: str, wanted: list[str]) -> dict[str, Origin]:
    if desk.version(table) is None:
        return {}
    try:
        view = desk.views(subject, [table])[table]
    except Refused:
        return {}
    if view.columns is not None and not {"_batch", "_position"} <= set(view.columns):
        return {}
    key = next(source.key for source in defined.sources if source.table == table)
    sql = (
        f"select cast({key} as varchar) as key, min(_batch) as batch, min(_position) as position from {table} "
        "where list_contains($wanted, cast(" + key + " as varchar)) group by 1"
    )
    rows = desk.hub.engine.query(sql, {table: view}, {"wanted": wanted}).to_pylist()
    return {row["key"]: (row["batch"], row["position"]) for row in rows}
