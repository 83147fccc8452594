"""The economy register: how indicator rows of different sources become one series table."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

CONTENT = ("source_table", "source_key", "series_id", "title", "unit", "division", "frequency", "period", "value")


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
    return tuple(SeriesSource.model_validate(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files)


def series_values(sources: tuple[SeriesSource, ...]) -> str:
    """SQL: one row per series, period and source."""
    return "\nunion all\n".join(_values(source) for source in sources)


def _values(source: SeriesSource) -> str:
    series = f"({source.series}) || '@' || coalesce({source.division}, '')"
    return f"""select distinct 'S' || substr(md5('series:' || {series}), 1, 20) as series_id, {source.title} as title, {source.unit} as unit,
  {source.division} as division, {source.frequency} as frequency, cast({source.period} as varchar) as period,
  cast({source.value} as double) as value, '{source.table}' as source_table, cast({source.key} as varchar) as source_key,
  _received_at as known_from, cast(null as timestamptz) as known_to
from {source.table} where ({source.where}) and {source.value} is not null"""


SERIES = """select series_id, any_value(title) as title, any_value(unit) as unit, any_value(division) as division,
  any_value(frequency) as frequency, min(period) as first_period, max(period) as last_period, count(*) as points,
  arg_max(value, period) as last_value, string_agg(distinct source_table, ', ' order by source_table) as sources
from registers.series_values where known_to is null group by series_id order by series_id"""
