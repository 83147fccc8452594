"""Building the registers out of governed tables; each verb can be run again without changing what it made."""

from collections.abc import Mapping

from lingnan.lake import CommitFacts, Engine, EngineSession, Lake, View
from lingnan.registers.conflicts import conflicting
from lingnan.registers.joining import Before, join_rows
from lingnan.registers.places import ADDRESSES, address_words, divisions
from lingnan.registers.rulings import Rulings
from lingnan.registers.series import SERIES, series_words
from lingnan.registers.shapes import RegisterDefinition
from lingnan.registers.statements import surviving, words_of
from lingnan.registers.words import Words, keep, slices

ADDRESS_WORDS, SERIES_WORDS = "registers.addresses_observations", "registers.series_values"
_JOINED_OTHERWISE = """where not exists (select 1 from places as p
  where p.joined_by <> 'founding' and p.source_table = apart.source_table and p.source_key = apart.source_key)"""
UNLINKED = f"""select source_table, source_key, missing, reason, min(known_from) as known_from from apart
{_JOINED_OTHERWISE}
group by source_table, source_key, missing, reason order by source_table, source_key, missing"""


def build_register(
    definition: RegisterDefinition, lake: Lake, engine: Engine, views: Mapping[str, View], facts: CommitFacts, rulings: Rulings | None = None
) -> dict[str, int]:
    """Observations, unlinked rows and the register of today from the sources in `views`; gives rows per table made.

    `rulings` are the decisions of clerks; without them only weights join rows that lack a right identifier.
    """
    words, before = words_of(definition, views), _before(definition, lake, views)
    with engine.session(views) as session:
        _keep(session, words, lake, views, definition.observations, "observations", "joined_by = 'identifier'")
        _survive(session, definition, _delivered_rows(lake, views))
        if definition.linking.anchors:
            join_rows(session, definition, words, rulings or Rulings(), before)
        for table in definition.outputs:
            session.write(table, _made(definition, table), facts)
    return _rows(lake, *definition.outputs)


def _made(definition: RegisterDefinition, table: str) -> str:
    """The rows of one of a register's tables, out of what the build has laid down."""
    if table == definition.unlinked:
        return UNLINKED if definition.linking.anchors else UNLINKED.replace(_JOINED_OTHERWISE, "")
    if table == definition.conflicts:
        return f"{conflicting(definition, 'observations', 'survivors')} order by source_table, attribute, source_key, source, entry_id"
    return {
        definition.observations: "select * from observations order by entry_id, source, source_key, known_from, word",
        definition.links: "select * from links order by left_ref, right_ref",
        definition.identities: "select * from identities order by entry_id, known_from, event, superseded_by",
        definition.table: "select * from survivors order by entry_id",
    }[table]


def build_divisions(lake: Lake, engine: Engine, views: Mapping[str, View], facts: CommitFacts) -> dict[str, int]:
    """The places register: divisions with their history from the code list, standard addresses from their source."""
    lake.overwrite("registers.divisions", divisions(), facts)
    with engine.session(views) as session:
        _keep(session, address_words(views), lake, views, ADDRESS_WORDS, "addresses")
        session.write(ADDRESS_WORDS, "select * from addresses order by entry_id, source_key, known_from, word", facts)
        session.write("registers.addresses", ADDRESSES, facts)
    return _rows(lake, "registers.divisions", "registers.addresses", ADDRESS_WORDS)


def build_series(lake: Lake, engine: Engine, views: Mapping[str, View], facts: CommitFacts) -> dict[str, int]:
    """The economy register: every value with the time it was learnt, revisions kept; one row per series beside."""
    with engine.session(views) as session:
        _keep(session, series_words(views), lake, views, SERIES_WORDS, "series_values")
        session.write(SERIES_WORDS, "select * from series_values order by entry_id, period, source_key, known_from, word", facts)
        session.write("registers.series", SERIES, facts)
    return _rows(lake, SERIES_WORDS, "registers.series")


def _before(definition: RegisterDefinition, lake: Lake, views: Mapping[str, View]) -> Before:
    """What the last build left of a register, where `views` gives it."""
    table = definition.observations
    prior = table in views
    return Before(table if prior else None, lake.schema(table, views[table].version).names if prior else (), definition.identities in views)


def _keep(
    session: EngineSession, words: Words, lake: Lake, views: Mapping[str, View], table: str, relation: str, held: str = "true"
) -> None:
    """Lay the words now known into the session; what was known before is read when `views` gives the table's last version."""
    prior = table if table in views else None
    keep(session, words, prior, lake.schema(table, views[table].version).names if prior else (), relation, _delivered_rows(lake, views), held)


def _delivered_rows(lake: Lake, views: Mapping[str, View]) -> int:
    return sum(lake.rows(view.table, view.version) for view in views.values())


def _survive(session: EngineSession, definition: RegisterDefinition, rows: int) -> None:
    """Make the temporary table `survivors`: today's entries, grouped part by part."""
    today = "(select * from observations where known_to is null and valid_to is null and {})"
    session.execute(f"create temp table survivors as {surviving(definition, today.format('false'))}")
    for part in slices(rows):
        session.execute(f"insert into survivors {surviving(definition, today.format(part))}")


def _rows(lake: Lake, *tables: str) -> dict[str, int]:
    return {table: lake.rows(table) for table in tables}
