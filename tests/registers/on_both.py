"""Two bureaus that are handed the same rows; one builds with the embedded engine, the other with Spark, and their tables must be equal."""

import math
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from lingnan.lake import CommitFacts
from lingnan.registers import RegisterDefinition, Rulings, build_theme, theme_definitions

from .bureau import Bureau

RELATIVE = 1e-9
"""How far floating numbers may lie apart; everything else is compared exactly."""


class OnBoth:
    """The same deliveries and builds, twice."""

    def __init__(self, folder: Path, spark: str) -> None:
        self.embedded, self.cluster = Bureau(folder / "embedded"), Bureau(folder / "cluster")
        self.spark = self.cluster.lake.engine(spark, threads=2, memory="1GB")

    def deliver(self, table: str, received: datetime, *rows: dict[str, Any]) -> None:
        for each in (self.embedded, self.cluster):
            each.deliver(table, received, *rows)

    def build_before(self, register: str, rulings: Rulings | None = None) -> None:
        """What an earlier build left, by the embedded engine in both places."""
        for each in (self.embedded, self.cluster):
            each.build(register, rulings)

    def build(self, register: str | RegisterDefinition, rulings: Rulings | None = None) -> None:
        self.embedded.build(register, rulings)
        own, self.cluster.engine = self.cluster.engine, self.spark
        self.cluster.build(register, rulings)
        self.cluster.engine = own

    def build_theme(self, theme: str) -> None:
        found = next(each for each in theme_definitions() if each.theme == theme)
        for each, engine in ((self.embedded, self.embedded.engine), (self.cluster, self.spark)):
            build_theme(found, each.lake, engine, each.views(*found.reads), CommitFacts(job="test"))

    def differences(self) -> list[str]:
        """Which tables are not equal, and how the first rows differ; none when the engines agree."""
        tables = self.embedded.lake.tables()
        assert tables == self.cluster.lake.tables()
        return differences_of(self.embedded, self.cluster, tables)


def differences_of(embedded: Bureau, cluster: Bureau, tables: Iterable[str]) -> list[str]:
    """Which of these tables are not equal as multisets of typed rows, and how the first rows differ."""
    return [told for table in tables if (told := _difference(embedded, cluster, table))]


def _difference(embedded: Bureau, cluster: Bureau, table: str) -> str:
    if embedded.lake.schema(table) != cluster.lake.schema(table):
        return f"{table}: {embedded.lake.schema(table)} and {cluster.lake.schema(table)}"
    left, right = embedded.rows(table), cluster.rows(table)
    if len(left) != len(right):
        return f"{table}: {len(left)} and {len(right)} rows"
    apart = [(one, other) for one, other in zip(left, right, strict=True) if not all(map(alike, one.values(), other.values()))]
    return f"{table}: {len(apart)} rows, first {apart[0]}" if apart else ""


def alike(one: Any, other: Any) -> bool:
    """Whether two values are equal as promised."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=1e-12) or (math.isnan(one) and math.isnan(other))
    return bool(one == other)
