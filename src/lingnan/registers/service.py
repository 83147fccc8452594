"""Building the registers out of governed tables; each verb can be run again without changing what it made."""

from collections.abc import Mapping

from lingnan.lake import CommitFacts, Engine, Lake, View
from lingnan.registers import series as economy
from lingnan.registers.shapes import RegisterDefinition
from lingnan.registers.statements import content_columns, kept, observed, surviving, unlinked
from lingnan.standards import code_list

ADDRESSES = """select address_no as address_id, division, township, road, number, full_address, updated_on as valid_from, _received_at as known_from
from ziran.address order by address_id"""


def build_register(
    definition: RegisterDefinition, lake: Lake, engine: Engine, views: Mapping[str, View], facts: CommitFacts
) -> dict[str, int]:
    """Observations, unlinked rows and the register of today from the sources in `views`; gives rows per table made."""
    sources = [source for source in definition.sources if source.table in views]
    prior = definition.observations if definition.observations in views else None
    with engine.session(views) as session:
        words = kept(observed(definition, sources), prior, content_columns(definition))
        session.execute(f"create temp table observations as {words}")
        session.write(definition.observations, "select * from observations order by entry_id, source, source_key", facts)
        session.write(definition.unlinked, unlinked(definition, sources), facts)
        today = surviving(definition, "(select * from observations where known_to is null)")
        session.write(definition.table, f"{today} order by entry_id", facts)
    return {table: lake.rows(table) for table in (definition.observations, definition.unlinked, definition.table)}


def build_divisions(lake: Lake, engine: Engine, views: Mapping[str, View], facts: CommitFacts) -> dict[str, int]:
    """The places register: divisions with their history from the code list, standard addresses from their source."""
    lake.overwrite("registers.divisions", code_list("divisions").arrow(), facts)
    made = {"registers.divisions": lake.rows("registers.divisions")}
    if "ziran.address" in views:
        engine.write("registers.addresses", ADDRESSES, views, facts)
        made["registers.addresses"] = lake.rows("registers.addresses")
    return made


def build_series(lake: Lake, engine: Engine, views: Mapping[str, View], facts: CommitFacts) -> dict[str, int]:
    """The economy register: every value with the time it was learnt, revisions kept; one row per series beside."""
    sources = tuple(source for source in economy.series_sources() if source.table in views)
    prior = "registers.series_values" if "registers.series_values" in views else None
    with engine.session(views) as session:
        values = kept(economy.series_values(sources), prior, economy.CONTENT)
        session.execute(f"create temp table series_values as {values}")
        session.write("registers.series_values", "select * from series_values order by series_id, period, source_key", facts)
        session.write("registers.series", economy.SERIES.replace("registers.series_values", "series_values"), facts)
    return {table: lake.rows(table) for table in ("registers.series_values", "registers.series")}
