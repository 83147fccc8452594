"""The economy register: how indicator rows of different sources become one series table."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from lingnan.base import load_yaml
from lingnan.registers.words import Speaker, Words

COLUMNS = {"title": "VARCHAR", "unit": "VARCHAR", "division": "VARCHAR", "frequency": "VARCHAR", "period": "VARCHAR", "value": "DOUBLE"}


class SeriesSource(BaseModel):
    """How one governed table speaks of series: an SQL expression for every column of the register."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    key: str
    series: str
    title: str
    unit: str
    division: str
    frequency: str
    period: str
    value: str
    where: str = "true"


@cache
def series_sources() -> tuple[SeriesSource, ...]:
    """Every source of series, from `definitions/series/*.yaml`."""
    files = sorted((Path(__file__).parent / "definitions" / "series").glob("*.yaml"))
    return tuple(SeriesSource.model_validate(load_yaml(file.read_text(encoding="utf-8"))) for file in files)


def series_words(tables: Iterable[str]) -> Words:
    """The words about series: one per series, period and source; a revised value corrects the one before."""
    there = set(tables)
    speakers = tuple(_speaker(source) for source in series_sources() if source.table in there)
    return Words(COLUMNS, speakers, frozenset(_id(source) for source in series_sources()))


def _id(source: SeriesSource) -> str:
    return source.table.replace(".", "_")


def _speaker(source: SeriesSource) -> Speaker:
    series = f"({source.series}) || '@' || coalesce({source.division}, '')"
    values = ", ".join(f"cast({getattr(source, name)} as {kind}) as {name}" for name, kind in COLUMNS.items())
    rows = f"""select 'S' || substr(md5('series:' || {series}), 1, 20) as entry_id, cast({source.key} as varchar) as source_key,
  cast(null as date) as valid_from, _received_at as known_from, true as is_right, {values}
from {source.table} where ({source.where}) and {source.value} is not null"""
    return Speaker(_id(source), source.table, rows, tuple(COLUMNS), "series")


SERIES = """select entry_id as series_id, max(title) as title, max(unit) as unit, max(division) as division,
  max(frequency) as frequency, min(period) as first_period, max(period) as last_period, count(*) as points,
  max_by(value, period || '~' || source_table || '~' || source_key) as last_value,
  string_agg(distinct source_table, ', ' order by source_table) as sources
from series_values where known_to is null group by entry_id order by series_id"""
