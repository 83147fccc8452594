"""From one value down to the delivered rows that made it: a register's entry, a figure's cell, a row of a table; each look decided and logged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from lingnan.base import Refused
from lingnan.collect import Feed, LoadBatch
from lingnan.govern import FeedTables
from lingnan.hub.lineage_graph import HubLineage
from lingnan.hub.pages.desk import Desk, cell
from lingnan.hub.pages.disputed import keys_of
from lingnan.hub.pages.tables import purposes
from lingnan.insight import FIGURE_TABLES, Words
from lingnan.insight.lineage import SourceCount, SourceRow, SourceRows
from lingnan.lake import View
from lingnan.registers import register_definitions
from lingnan.registers.service import ADDRESS_WORDS, SERIES_WORDS
from lingnan.trust import Purpose, Subject

CITY, COUNTY, DEPARTMENT, DIMENSION = FIGURE_TABLES
KEYS = {CITY: "city", COUNTY: "county", DEPARTMENT: "department", DIMENSION: "dimension"}
KEY_WORDS = {
    CITY: Words(zh="地市区划代码", en="Division code of a city"), COUNTY: Words(zh="区县区划代码", en="Division code of a county"),
    DEPARTMENT: Words(zh="部门代码", en="Code of a department"), DIMENSION: Words(zh="质量维度代码", en="Code of a dimension"),
}
WITHIN = {CITY: "left(division, 4) || '00' = $row", COUNTY: "left(division, 6) = $row"}
TECHNICAL = ("_batch", "_position", "_received_at")
MOST_ROWS, COUNTED_ROWS, COUNTED_IN_ALL = 20, 3, 12
IN_ADDRESS = ("registers.", "insight.")


def shows_key(table: str) -> bool:
    """Whether the key of a row may stand in an address: entries' ids and codes of public lists may, a department's own numbers may not."""
    return table.startswith(IN_ADDRESS)


def key_of(desk: Desk, found: HubLineage, table: str) -> Words | None:
    """What names a row of the table whose source can be looked for; None where there is no such way."""
    if table in KEYS:
        return KEY_WORDS[table]
    if _words(table):
        return Words(zh="条目编号", en="Entry id")
    names = keys_of(desk, table)
    return Words(zh="·".join(desk.titles.column(table, name).zh for name in names), en="·".join(names)) if names and table in found.tables else None


def source_rows(desk: Desk, subject: Subject, found: HubLineage, column: str, row: str, purpose: Purpose | None) -> SourceRows:
    """The rows behind the value of a column in one row; `refused` says why there are none to be seen, `needs` what would open them."""
    table, _, name = column.rpartition(".")
    look = _Look(desk, subject, found, row, desk.purpose(subject, purpose))
    try:
        if table in KEYS:
            return look.counted(table, name)
        if words := _words(table):
            return look.said(words, name, column)
        return look.delivered({table: [row]}, column)
    except Refused as refusal:
        return SourceRows(row=row, refused=Words(zh=refusal.zh, en=refusal.en), purposes=purposes())


def _words(table: str) -> str:
    """The table of words behind a register's table."""
    known = {each.table: each.observations for each in register_definitions()}
    known |= {"registers.addresses": ADDRESS_WORDS, "registers.series": SERIES_WORDS}
    return {**known, **{words: words for words in known.values()}}.get(table, "")


@dataclass
class _Look:
    """One look for source rows."""

    desk: Desk
    subject: Subject
    found: HubLineage
    row: str
    purpose: Purpose

    def said(self, words: str, name: str, column: str) -> SourceRows:
        """Of a register's entry: the rows of those sources whose words hold now."""
        definition = next((each for each in register_definitions() if each.observations == words), None)
        about = self.desk.hub.trust.sightings.about(definition.register_, self.row, self.subject) if definition else None
        view = self.desk.views(self.subject, [words], about=about, purpose=self.purpose)[words]
        entry = "source_key" if words == ADDRESS_WORDS else "entry_id"
        filled = f"and {name} is not null" if name in (view.columns or self.desk.types(words)) and definition else ""
        rows = self._query(
            f"select distinct source_table, source_key from {words} where {entry} = $row and known_to is null {filled} "
            f"order by all limit {MOST_ROWS}", view,
        )
        by_table: dict[str, list[str]] = {}
        for each in rows:
            by_table.setdefault(each["source_table"], []).append(each["source_key"])
        keys = {source.table: source.key for source in definition.sources} if definition else {}
        return self._with_need(self.delivered(by_table, column, keys), words, view)

    def counted(self, table: str, name: str) -> SourceRows:
        """Of a figure's cell: how many rows of which tables it counts, and the first of them."""
        if table in (DEPARTMENT, DIMENSION):
            return self._asked(table)
        sources = dict.fromkeys(map(self.found.table_of, self.found.graph.made_of(f"{table}.{name}")))
        counts, rows, entries, entry_column = list[SourceCount](), list[SourceRow](), list[str](), ""
        for source in self.desk.present(sources):
            view = self._view(source)
            if view is None or "division" not in (view.columns or self.desk.types(source)):
                continue
            if (count := self._query(f"select count(*) as n from {source} where {WITHIN[table]}", view)[0]["n"]) == 0:
                continue
            register = next((each for each in register_definitions() if each.table == source), None)
            counts.append(SourceCount(table=source, title=self.desk.titles.table(source), count=count, href=f"/tables/{source.replace('.', '/')}"))
            if register:
                ids = self._query(f"select entry_id from {source} where {WITHIN[table]} order by entry_id limit {MOST_ROWS}", view)
                entries, entry_column = [each["entry_id"] for each in ids], f"{source}.division"
            elif len(rows) < COUNTED_IN_ALL:
                rows += self._rows_of(source, view, WITHIN[table], {"row": self.row}, COUNTED_ROWS, ("division",))
        return SourceRows(row=self.row, rows=tuple(rows), counts=tuple(counts), entries=tuple(entries), entry_column=entry_column)

    def delivered(self, wanted: Mapping[str, list[str]], column: str, keys: Mapping[str, str] | None = None) -> SourceRows:
        """Of rows named by their keys: their places, and the columns that the value came from."""
        upstream, rows, refused = self.found.graph.back(column), list[SourceRow](), None
        need = None
        for table, keyed in wanted.items():
            names = [each.rpartition(".")[2] for each in upstream if self.found.table_of(each) == table and self.found.knows(each)]
            try:
                view = self.desk.views(self.subject, [table], purpose=self.purpose)[table]
            except Refused as refusal:
                refused = Words(zh=refusal.zh, en=refusal.en)
                continue
            key = (keys or {}).get(table) or "concat_ws('·', " + ", ".join(keys_of(self.desk, self._target(table)) or ("_position",)) + ")"
            rows += self._rows_of(table, view, f"list_contains($keys, cast({key} as varchar))", {"keys": keyed}, MOST_ROWS, names)
            need = need or self.desk.hub.trust.purpose_need(self.subject, "read", {table: view.columns}, self.purpose)
        told = Words(zh=need.zh, en=need.en) if need else None
        return SourceRows(row=self.row, rows=tuple(rows), refused=None if rows else refused, needs=told, purposes=purposes() if need else ())

    def _rows_of(self, table: str, view: View, where: str, params: Mapping[str, Any], most: int, names: Iterable[str]) -> list[SourceRow]:
        held = view.columns or tuple(self.desk.types(table))
        if not set(TECHNICAL) <= set(held):
            return []
        keys = [name for name in keys_of(self.desk, self._target(table)) if name in held]
        shown = [name for name in dict.fromkeys(names) if name in held and name not in TECHNICAL]
        columns = ", ".join(dict.fromkeys((*TECHNICAL, *keys, *shown)))
        found = self._query(f"select {columns} from {table} where {where} order by _batch, _position limit {most}", view, params)
        feed = self.desk.titles.feed(table)
        landed = self._landed(feed, found, shown) if feed else {}
        batches = self._batches(feed, {each["_batch"] for each in found}) if feed else {}
        return [self._row(table, view, feed, each, keys, shown, landed, batches) for each in found]

    def _row(
        self, table: str, view: View, feed: Feed | None, each: Mapping[str, Any], keys: Iterable[str], shown: Iterable[str],
        landed: Mapping[tuple[str, str], Mapping[str, Any]], batches: Mapping[str, tuple[str, int | None]],
    ) -> SourceRow:
        titles, place = self.desk.titles, (each["_batch"], each["_position"].partition("#")[0])
        source, quarantined = batches.get(each["_batch"], ("", None))
        values = tuple((name, _text(landed.get(place, {}).get(name)), _text(each[name]), name in view.masks) for name in shown)
        return SourceRow(
            table=table, title=titles.table(table), department=titles.department(table.split(".")[0] if feed is None else feed.file.department.id),
            key="·".join(str(each[name]) for name in keys), batch=each["_batch"], position=each["_position"], received_at=each["_received_at"],
            source=source, quarantined=quarantined, quarantine=f"/quarantine?feed={feed.id}" if feed and quarantined else "", values=values,
        )

    def _landed(self, feed: Feed, rows: Iterable[Mapping[str, Any]], names: Iterable[str]) -> dict[tuple[str, str], Mapping[str, Any]]:
        """What was delivered at these places, as it was delivered; nothing where the reader may not see the landing table."""
        view = self._view(feed.landing)
        held = view.columns or tuple(self.desk.types(feed.landing)) if view else ()
        if view is None or not {"_batch", "_position"} <= set(held):
            return {}
        wanted = [name for name in names if name in held]
        places = [f"{each['_batch']}|{each['_position'].partition('#')[0]}" for each in rows]
        columns = ", ".join(("_batch", "_position", *wanted))
        sql = f"select {columns} from {feed.landing} where list_contains($places, _batch || '|' || _position)"
        return {(each["_batch"], each["_position"]): each for each in self._query(sql, view, {"places": places})}

    def _batches(self, feed: Feed, batches: set[str]) -> dict[str, tuple[str, int | None]]:
        """By batch: where it was read, and how many of its rows stand in quarantine."""
        with self.desk.hub.storage.reading() as session:
            kept = select(LoadBatch.batch, LoadBatch.source).where(LoadBatch.feed == feed.id, LoadBatch.batch.in_(batches))
            sources = {each.batch: each.source for each in session.execute(kept)}
        quarantine = FeedTables.of(feed.id).quarantine
        view = self._view(quarantine) if self.desk.version(quarantine) is not None else None
        if view is None or "_batch" not in (view.columns or self.desk.types(quarantine)):
            return {batch: (source, None) for batch, source in sources.items()}
        counts = {each["_batch"]: each["n"] for each in self._query(f"select _batch, count(*) as n from {quarantine} group by _batch", view)}
        return {batch: (sources.get(batch, ""), counts.get(batch, 0)) for batch in batches}

    def _asked(self, table: str) -> SourceRows:
        """Of a department or a dimension: what each rule was asked and how often it did not hold, table by table."""
        counts = []
        for feed in self.desk.titles.feeds.values():
            checks = FeedTables.of(feed.id).checks
            if table == DEPARTMENT and feed.file.department.id != self.row:
                continue
            if not self.desk.present([checks]) or (view := self._view(checks)) is None:
                continue
            where = "" if table == DEPARTMENT else "and dimension = $row"
            params = {} if table == DEPARTMENT else {"row": self.row}
            for each in self._query(f"select rule, failed from {checks} where failed > 0 {where} order by failed desc, rule limit 5", view, params):
                counts.append(SourceCount(
                    table=checks, title=self.desk.titles.rule(feed.id, each["rule"]), count=each["failed"],
                    href=f"/quarantine?feed={feed.id}&rule={each['rule']}",
                ))
        return SourceRows(row=self.row, counts=tuple(counts))

    def _with_need(self, found: SourceRows, table: str, view: View) -> SourceRows:
        need = self.desk.hub.trust.purpose_need(self.subject, "read", {table: view.columns}, self.purpose)
        if need is None or found.needs is not None:
            return found
        return found.model_copy(update={"needs": Words(zh=need.zh, en=need.en), "purposes": purposes()})

    def _target(self, table: str) -> str:
        feed = self.desk.titles.feed(table)
        return feed.target if feed else table

    def _view(self, table: str) -> View | None:
        """The reader's view of a table; None where it is closed to them."""
        try:
            return self.desk.views(self.subject, [table], purpose=self.purpose)[table]
        except Refused:
            return None

    def _query(self, sql: str, view: View, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        # Rows are not kept at hand: they may be of persons.
        given = {"row": self.row} if params is None and "$row" in sql else dict(params or {})
        found: list[dict[str, Any]] = self.desk.hub.engine.query(sql, {view.table: view}, given).to_pylist()
        return found


def _text(value: Any) -> str | None:
    shown = cell(value)
    return None if shown is None else str(shown)
