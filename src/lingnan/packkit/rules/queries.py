"""A query reads given tables alone, says the order of its rows, uses each of its parameters, and can be asked."""

from collections.abc import Iterator

from lingnan.base import LingnanError
from lingnan.packkit.laying import AS_OF, FOREVER
from lingnan.packkit.pack import Pack, Reading
from lingnan.packkit.parts.pages import OWN_AUDIENCES, OWN_ELEMENTS
from lingnan.packkit.parts.queries import FOLDER, Query
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding
from lingnan.packkit.trials import ask
from lingnan.packkit.wholeness import stands

NAME = "queries"
TAKEN = frozenset({AS_OF, "lang", "cursor", "purpose", "article", "matter"})
"""Words that the address of a query or its select uses otherwise."""


def _look(reading: Reading, ground: Ground) -> Iterator[Finding]:
    for pack, _name, query in reading.each(FOLDER):
        found = [*_said(reading, pack, query), *_own(reading, pack, query)]
        yield from found
        if not found and stands(reading):
            yield from _asked(reading, pack, query, ground)


def _said(reading: Reading, pack: Pack, query: Query) -> Iterator[Finding]:
    file, statement = f"{FOLDER}/{query.name}.sql", query.statement
    for table in sorted((statement.own - set(pack.manifest.gives)) | statement.needs):
        yield finding(reading, NAME, file, f"只能查询本包给出的表，不能查询 {table}。", f"A query reads what the pack gives; {table} is not given.")
    if not statement.ordered:
        yield finding(reading, NAME, file, "须写明 order by，否则无法分页。", "Say the order by which its rows are paged.")
    if statement.limited:
        yield finding(reading, NAME, file, "请不要写 limit，每页行数由 page 决定。", "Leave out the limit; `page` says how many rows an answer has.")
    if statement.every_column:
        yield finding(reading, NAME, file, "请逐列写出，不用 *。", "Name the columns instead of *.")
    for name in sorted(set(query.file.parameters) - statement.bound):
        yield finding(reading, NAME, f"{FOLDER}/{query.name}.yaml", f"语句没有使用参数 {name}。", f"The select does not use the parameter {name}.")
    for name in sorted(set(query.file.parameters) & (TAKEN | set(pack.parameters))):
        told = f"参数名 {name} 已另有所指。", f"The name {name} of a parameter means something else already."
        yield finding(reading, NAME, f"{FOLDER}/{query.name}.yaml", *told)
    for name in sorted(query.figures - {AS_OF} - set(pack.parameters)):
        yield finding(reading, NAME, file, f"没有参数 {name}。", f"There is no parameter {name}.")


def _own(reading: Reading, pack: Pack, query: Query) -> Iterator[Finding]:
    """A query of own rows is for those who have some, and each of its tables says in one column whose a row is."""
    if query.file.own is None:
        return
    file, elements, audiences = f"{FOLDER}/{query.name}.yaml", OWN_ELEMENTS[query.file.own], OWN_AUDIENCES[query.file.own]
    if query.file.audience not in audiences:
        told = f"只看本人的查询，audience 应为 {'、'.join(audiences)}。", f"The audience of a query of own rows is {' or '.join(audiences)}."
        yield finding(reading, NAME, file, *told)
    for table in sorted(query.statement.own):
        contract = pack.contracts.get(pack.table(table))
        if contract is not None and sum(each.element in elements for each in contract.properties) != 1:
            zh, en = f"{table} 须恰有一列说明一行属于谁。", f"{table} must have exactly one column that says whose a row is."
            yield finding(reading, NAME, file, zh, en)


def _asked(reading: Reading, pack: Pack, query: Query, ground: Ground) -> Iterator[Finding]:
    try:
        ask(ground.engine, pack, query.statement, {}, query.blanks, FOREVER)
    except LingnanError as error:
        yield finding(reading, NAME, f"{FOLDER}/{query.name}.sql", error.zh, error.en)
    except Exception as error:  # an engine's own word on a faulty statement is the finding
        yield finding(reading, NAME, f"{FOLDER}/{query.name}.sql", f"无法运行：{error}", f"It cannot be run: {error}")


RULE = Rule(NAME, "查询只读给出的表，写明次序，参数都用到", "queries read given tables, say their order and use their parameters", "sample", _look)
