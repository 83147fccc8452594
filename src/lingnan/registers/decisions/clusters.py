"""Entries that were joined out of rows that contradict each other, or of very many: for a clerk to look at."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lingnan.base import load_yaml
from lingnan.lake import EngineSession
from lingnan.registers.shapes import RegisterDefinition

FIGURES = Path(__file__).parent / "review.yaml"


@dataclass(frozen=True)
class Suspect:
    """A suspicious entry: how many rows of how many tables it was joined out of, and how many attributes these contradict each other in."""

    entry: str
    rows: int
    sources: int
    conflicts: int
    linked: int


def suspects(
    session: EngineSession, definition: RegisterDefinition, confirmed: Collection[str], offset: int = 0, limit: int = 50
) -> tuple[int, tuple[Suspect, ...]]:
    """Suspicious entries, the most contradictory first, and how many there are; those `confirmed` are left out.

    Rows joined by likeness count a contradiction twice: nothing but likeness holds them.
    """
    figures = review_figures()
    # A literal list: ids are digests of the hub's own making, and the engine takes no list as a parameter.
    apart = " and e.entry_id not in (" + ", ".join(f"'{entry}'" for entry in sorted(confirmed) if entry.isalnum()) + ")" if confirmed else ""
    sql = f"""with words as (
  select entry_id, source_table, source_key, max(case when joined_by in ('link', 'decision') then 1 else 0 end) as linked
  from {definition.observations} where known_to is null and valid_to is null group by entry_id, source_table, source_key
), rows as (
  select entry_id, cast(count(*) as integer) as n, cast(sum(linked) as integer) as linked from words group by entry_id
)
select e.entry_id, r.n, e.sources, e.conflicts, r.linked, count(*) over () as total
from {definition.table} as e join rows as r on r.entry_id = e.entry_id
where (e.conflicts * case when r.linked > 0 then 2 else 1 end >= {int(figures['least_conflicts'])} or r.n >= {int(figures['many_rows'])}){apart}
order by e.conflicts * case when r.linked > 0 then 2 else 1 end desc, r.n desc, e.entry_id limit {int(limit)} offset {int(offset)}"""
    rows = session.query(sql).to_pylist()
    return (int(rows[0]["total"]) if rows else 0), tuple(
        Suspect(row["entry_id"], row["n"], row["sources"], row["conflicts"], row["linked"]) for row in rows
    )


@cache
def review_figures() -> dict[str, Any]:
    """How long an item is held, and what makes an entry suspicious."""
    loaded: dict[str, Any] = load_yaml(FIGURES.read_text(encoding="utf-8"))
    return loaded
