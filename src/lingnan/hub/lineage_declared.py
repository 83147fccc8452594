"""What the columns of registers and figures are made of, as their steps declare it: definitions and lineage of the rooms put into one form."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from lingnan.collect import Feed
from lingnan.govern import FeedTables
from lingnan.insight import FIGURE_COLUMNS, FIGURES, figure_lineage
from lingnan.lake import ColumnOrigin, TableOrigins
from lingnan.registers import Origins, RegisterDefinition, register_columns, register_definitions, register_lineage, theme_definitions
from lingnan.registers.places import COLUMNS as ADDRESS
from lingnan.registers.places import SOURCE
from lingnan.registers.series import COLUMNS, series_sources
from lingnan.registers.service import SERIES_WORDS

DEPARTMENT = "insight.department_figures"
CODE_LISTS = frozenset({"registers.divisions"})
"""Tables that come out of the standards alone."""
RECEIVED = "_received_at"
_BY_THE_REGISTER = {
    "source_table": "name of the source's table", "source": "name of the source", "sources": "count(distinct source_table)",
    "known_from": "min(_received_at)", "known_to": "receipt of what took its place", "missing": "name of the identifier",
    "reason": "whether the identifier is missing or wrong", "points": "count(*)", "conflicts": "sources that disagree",
    "joined_by": "how the row was joined to the entry", "decided": "what a clerk decided", "by": "what it rests on",
    "event": "what happened to the id", "valid_from": "null", "valid_to": "null",
}


def registered_columns(feeds: Sequence[Feed]) -> dict[str, TableOrigins]:
    """By table that the registers make, by column. A column that comes from no other says what it holds."""
    lineage, columns = register_lineage(), register_columns()
    known = _plainly_named() | _known(feeds)
    told = _expressions()
    return {
        table: {
            column.name: _origin(table, column.name, lineage, known, told.get((table, column.name)) or _said(table, column.name)) for column in held
        }
        for table, held in columns.items()
    }


def figure_columns(feeds: Sequence[Feed]) -> dict[str, TableOrigins]:
    """By table of the figures, by column, with the select that sums them; keys are codes of public lists and come from none."""
    counted, known = figure_lineage([feed.id for feed in feeds]), _known(feeds)
    for name, tables in (("accepted", [feed.target for feed in feeds]), ("quarantined", [FeedTables.of(feed.id).quarantine for feed in feeds])):
        # Counts of whole tables: every row counts once, by the batch it came in.
        counted[DEPARTMENT, name] = frozenset((table, "_batch") for table in tables)
    return {
        table: {
            name: ColumnOrigin(
                # Only tables that tell the division of their rows are counted by it.
                worked_out=tuple(sorted(f"{source}.{each}" for source, each in counted.get((table, name), ()) if each in known.get(source, ()))),
                expression=FIGURES[table],
            )
            for name in names
        }
        for table, names in FIGURE_COLUMNS.items()
    }


def _origin(table: str, name: str, lineage: Mapping[tuple[str, str], Origins], known: Mapping[str, Collection[str]], told: str) -> ColumnOrigin:
    """Expressions also name functions and types, so only columns that are known stay."""
    found = lineage.get((table, name), Origins())
    copied, worked_out = (
        sorted(f"{source}.{column}" for source, column in columns if column in known.get(source, ()))
        for columns in (found.copied, found.worked_out)
    )
    if name in ("known_from", "known_to") and not copied:
        copied = sorted(f"{source}.{name if source in register_columns() else RECEIVED}" for source in _sources(table, lineage))
    return ColumnOrigin(tuple(copied), tuple(worked_out), told)


def _known(feeds: Iterable[Feed]) -> dict[str, Collection[str]]:
    """The columns of registers and of what is governed, by table."""
    found: dict[str, Collection[str]] = {table: {column.name for column in held} for table, held in register_columns().items()}
    for feed in feeds:
        tables, names = FeedTables.of(feed.id), {each.name for each in feed.contract.properties}
        held = {*names, "_batch"}
        found |= {feed.target: held, tables.accepted: held, tables.quarantine: held, tables.checks: ("checked", "failed")}
    return found


def _plainly_named() -> dict[str, Collection[str]]:
    """By table that nobody delivers yet: what stands alone as an expression, and so is surely a column."""
    found: dict[str, set[str]] = {SOURCE: {*ADDRESS, "address_no", "updated_on"}}
    for definition in register_definitions():
        for source in definition.sources:
            found.setdefault(source.table, set()).update((source.identifier, source.key, source.valid_from, *source.columns.values()))
    for theme in theme_definitions():
        for named in (each for column in theme.columns.values() for each in (*column.of, *column.counted)):
            table, _, name = named.rpartition(".")
            found.setdefault(table, set()).add(name)
    for each in series_sources():
        found.setdefault(each.table, set()).update((each.key, *(getattr(each, name) for name in COLUMNS)))
    return {table: {text for text in texts if text.isidentifier()} for table, texts in found.items()}


def _sources(table: str, lineage: Mapping[tuple[str, str], Origins]) -> set[str]:
    return {source for (made, _name), origins in lineage.items() if made == table for source, _column in origins.all}


def _said(table: str, name: str) -> str:
    return "code list of divisions" if table in CODE_LISTS else _BY_THE_REGISTER.get(name, "")


def _expressions() -> dict[tuple[str, str], str]:
    """The expression by which each source speaks of a column, and the rule by which one value survives."""
    found = {key: text for definition in register_definitions() for key, text in _of(definition).items()}
    found |= {(theme.table, name): theme.select.strip() for theme in theme_definitions() for name in theme.columns}
    for name in COLUMNS:
        found[SERIES_WORDS, name] = "\n".join(f"{getattr(source, name)} from {source.table}" for source in series_sources())
    return found


def _of(definition: RegisterDefinition) -> dict[tuple[str, str], str]:
    words, told = definition.observations, dict[tuple[str, str], list[str]]()
    for source in definition.sources:
        said = {**source.columns, "identifier": source.identifier, "source_key": source.key, "valid_from": source.valid_from}
        for name, expression in said.items():
            where = f" where {source.where}" if source.where != "true" else ""
            told.setdefault((words, name), []).append(f"{source.id}: {expression} from {source.table}{where}")
    kept = {key: "\n".join(lines) for key, lines in told.items()}
    kept |= {
        (definition.table, name): f"{each.rule}: {', '.join(each.order)}" for name, each in definition.attributes.items()
    }
    return {**kept, (definition.table, definition.identifier): "identifier"}
