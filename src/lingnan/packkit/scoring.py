"""Scores by several criteria as the manifest tells them: a table of the pack as any other, made by the shared method's own SQL."""

from lingnan.methods import topsis_sql
from lingnan.packkit.memory import Memory
from lingnan.packkit.shapes import Scored
from lingnan.packkit.statements import TABLES, Statement, read_statement


def read_scores(name: str, scored: Scored, memory: Memory) -> Statement:
    """The statement of a table of scores."""
    weights = {each: f"weigh_{each}" for each in scored.criteria}
    weighed = ", ".join(f"max(case when criterion = '{each}' then weight end) as weigh_{each}" for each in scored.criteria)
    source = (
        f"(select held.*, weights.* from {scored.reads} as held cross join (\nselect {weighed} from {TABLES}.{scored.weights}"
        "\nwhere :as_of between valid_from and valid_to\n) as weights) as weighed"
    )
    said = f"-- One row is one row of {scored.reads}, scored by {', '.join(scored.criteria)}."
    return read_statement(name, f"{said}\n{topsis_sql(source, scored.keeps, weights, scored.costs)}", memory, "pack.yaml")
