"""How the values of a column are spread, without the values themselves, and how far two such pictures lie apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from lingnan.lake.engine import EngineSession

QUANTILES = 20
"""Steps of the distribution of numbers and days: every twentieth of the rows."""
BINS = 12
"""Bars of the picture of numbers and days, of equal width."""
BUCKETS = 16
"""Parts that different values fall into by their digest; what is in a part cannot be read from it."""
_PER_MILLE = 1000
_LEAST_SHARE = 0.0005
"""Stands for an empty part, whose logarithm there is none of."""


@dataclass(frozen=True)
class Spread:
    """`quantiles` from the least to the greatest and `bins` of equal width (per mille) of numbers and days, `mean` as text; `buckets` per mille."""

    quantiles: tuple[float, ...] = ()
    bins: tuple[int, ...] = ()
    mean: str = ""
    buckets: tuple[int, ...] = ()


def spread_of(session: EngineSession, values: str, number: str) -> Spread:
    """The spread of the values in the table `values` (t text, v value, n times); `number` reads one as a number, empty where none is one."""
    buckets = _buckets(session, values)
    if not number:
        return Spread(buckets=buckets)
    # Each different value stands as often as it occurs: quantiles are of rows.
    rows = f"(select x from (select {number} as x, n from {values} where t <> ''), generate_series(1, n) where x is not null and isfinite(x))"
    steps = ", ".join(f"{step / QUANTILES}" for step in range(QUANTILES + 1))
    told = f"quantile_cont(x, [{steps}]) as q, avg(x) as mean, min(x) as low, max(x) as high"
    row = session.query(f"select {told} from {rows} as spread").to_pylist()[0]
    if row["q"] is None:
        return Spread(buckets=buckets)
    return Spread(
        tuple(float(f"{each:.10g}") for each in row["q"]), _bins(session, rows, row["low"], row["high"]), f"{row['mean']:.6g}", buckets,
    )


def _bins(session: EngineSession, rows: str, low: float, high: float) -> tuple[int, ...]:
    if not high > low:
        return ()
    place = f"least({BINS - 1}, cast(floor((x - {low!r}) / ({high!r} - {low!r}) * {BINS}) as integer))"
    counted = session.query(f"select {place} as bin, count(*) as n from {rows} as spread group by 1").to_pylist()
    return _shares({int(row["bin"]): int(row["n"]) for row in counted}, BINS)


def _buckets(session: EngineSession, values: str) -> tuple[int, ...]:
    counted = session.query(f"select substr(md5(t), 1, 1) as bucket, sum(n) as n from {values} where t <> '' group by 1").to_pylist()
    return _shares({int(row["bucket"], 16): int(row["n"]) for row in counted}, BUCKETS)


def _shares(counted: dict[int, int], parts: int) -> tuple[int, ...]:
    total = sum(counted.values())
    return tuple(round(counted.get(part, 0) * _PER_MILLE / total) for part in range(parts)) if total else ()


def divergence(before: Sequence[float], after: Sequence[float]) -> float:
    """The population stability index of two rows of shares: 0 for the same, from 0.1 on a shift, from 0.25 on another distribution."""
    wholes = sum(before) or 1, sum(after) or 1
    pairs = [(max(old / wholes[0], _LEAST_SHARE), max(new / wholes[1], _LEAST_SHARE)) for old, new in zip(before, after, strict=True)]
    return sum((new - old) * log(new / old) for old, new in pairs)


def shares_between(edges: Sequence[float], quantiles: Sequence[float]) -> list[float]:
    """What part of the rows that `quantiles` tell of lies below the first edge, between each two, and above the last."""
    below = [_share_below(edge, quantiles) for edge in edges]
    return [upper - lower for lower, upper in zip([0.0, *below], [*below, 1.0], strict=True)]


def _share_below(edge: float, quantiles: Sequence[float]) -> float:
    steps = len(quantiles) - 1
    if edge < quantiles[0]:
        return 0.0
    for at in range(steps, -1, -1):
        if quantiles[at] <= edge:
            if at == steps:
                return 1.0
            width = quantiles[at + 1] - quantiles[at]
            return (at + ((edge - quantiles[at]) / width if width > 0 else 0.0)) / steps
    return 0.0
