"""Splink beside the hub's own engine: it learns a linkage model from records that stand in a session (extra `linkage`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lingnan.base import Unavailable, WrongUse
from lingnan.lake.duckdb.session import DuckSession
from lingnan.lake.engine import EngineSession
from lingnan.lake.names import quoted


@dataclass(frozen=True)
class SplinkComparison:
    """One comparison: SQL over `column_l` and `column_r` that says a value is missing, then of each level but the last.

    `chance` gives every level's share among pairs drawn at random, the last one's too, as counted beforehand.
    """

    name: str
    missing: str
    conditions: tuple[str, ...]
    chance: tuple[float, ...]


@dataclass(frozen=True)
class SplinkModel:
    """The share of matches among all pairs, and per comparison the probabilities of every level after the missing one, in order.

    A level that never occurred in training has the probability 0.
    """

    share: float
    m: tuple[tuple[float, ...], ...]
    u: tuple[tuple[float, ...], ...]


def learn_with_splink(
    session: EngineSession, table: str, key: str, side: str, comparisons: Sequence[SplinkComparison], rules: Sequence[Sequence[str]], linking: bool
) -> SplinkModel:
    """The model Splink learns from a table of the session, by expectation and maximisation over each rule in turn.

    `rules` name columns that must be equal; `side` is the column that tells two files (0 and 1) apart. Unavailable without the package.
    """
    try:
        from splink import DuckDBAPI, Linker
    except ImportError as error:
        raise Unavailable(
            "缺少 Splink。请安装附加包 linkage（pip install 'lingnan[linkage]'），或使用 --engine lingnan。",
            "Splink is missing. Install the extra linkage (pip install 'lingnan[linkage]'), or use --engine lingnan.", package="splink",
        ) from error
    if not isinstance(session, DuckSession):
        raise WrongUse("Splink 只能在内嵌引擎上运行。", "Splink runs on the embedded engine only.")
    api = DuckDBAPI(connection=session.connection)
    tables = [api.register(name, dataset_display_name=name) for name in _sides(session, table, side, linking)]
    linker = Linker(tables, _settings(key, comparisons, rules, linking))
    blocked: list[Any] = [" and ".join(f"l.{quoted(name)} = r.{quoted(name)}" for name in rule) for rule in rules]
    linker.training.estimate_probability_two_random_records_match(blocked[:1], recall=0.7)
    for rule in blocked:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return _read(linker.misc.save_model_to_json(), len(comparisons))


def _sides(session: EngineSession, table: str, side: str, linking: bool) -> list[str]:
    if not linking:
        return [table]
    for number in (0, 1):
        session.execute(f"create or replace temp view {table}_{number} as select * from {quoted(table)} where {quoted(side)} = {number}")
    return [f"{table}_0", f"{table}_1"]


def _settings(key: str, comparisons: Sequence[SplinkComparison], rules: Sequence[Sequence[str]], linking: bool) -> Any:
    from splink import SettingsCreator, block_on
    from splink.comparison_library import CustomComparison

    made: list[Any] = []
    for each in comparisons:
        levels: list[Any] = [{"sql_condition": each.missing, "label_for_charts": "missing", "is_null_level": True}]
        for number, (condition, chance) in enumerate(zip((*each.conditions, "ELSE"), each.chance, strict=True), 1):
            levels.append({"sql_condition": condition, "label_for_charts": f"level {number}", "u_probability": chance})
        made.append(CustomComparison(output_column_name=each.name, comparison_levels=levels))
    return SettingsCreator(
        link_type="link_only" if linking else "dedupe_only", unique_id_column_name=key, comparisons=made,
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules], retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )


def _read(saved: Any, count: int) -> SplinkModel:
    m, u = [], []
    for each in saved["comparisons"][:count]:
        levels = [level for level in each["comparison_levels"] if not level.get("is_null_level")]
        m.append(tuple(float(level.get("m_probability") or 0.0) for level in levels))
        u.append(tuple(float(level.get("u_probability") or 0.0) for level in levels))
    return SplinkModel(float(saved["probability_two_random_records_match"]), tuple(m), tuple(u))
