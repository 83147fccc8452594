"""Compares a delivery with the one before it and says what a steward must see."""

from lingnan.base import LingnanError
from lingnan.collect.records import LoadBatch
from lingnan.collect.shapes import Alarm


def empty(kept: bool) -> Alarm:
    """A delivery without a single row."""
    tail = ("上一批数据继续有效。", "The last batch stays in force.") if kept else ("本数据源尚无数据。", "The feed has no data yet.")
    return Alarm(
        "empty", f"交付中没有一行数据，未采用。{tail[0]}请来源部门核对导出。",
        f"The delivery holds no row and was not taken. {tail[1]} Ask the department to check its export.",
    )


def shrunken(rows: int, last: LoadBatch | None, before: int, ratio: float) -> list[Alarm]:
    """The alarm when a delivery has less than `ratio` of the rows of the one before."""
    if last is None or not before or rows >= ratio * before:
        return []
    less, limit = 100 * (before - rows) // before, round(100 * (1 - ratio))
    return [
        Alarm(
            "shrunken",
            f"交付 {rows} 行，比上一批的 {before} 行少 {less}%，超过 {limit}% 的限度。请来源部门确认是否完整。",
            f"The delivery has {rows} rows, {less}% fewer than the {before} before (limit {limit}%). Ask whether it is whole.",
        )
    ]


def changed_columns(columns: dict[str, str], last: LoadBatch | None, already: set[str]) -> list[Alarm]:
    """Alarms for columns that came, went or changed their type since the last batch and were not raised already."""
    if last is None or not last.columns:
        return []
    alarms = []
    for name in sorted(set(last.columns) - set(columns)):
        alarms.append(Alarm("missing_column", f"上一批有的列“{name}”本批没有。", f"Column “{name}” of the last batch is missing in this one."))
    for name in sorted(set(columns) - set(last.columns)):
        alarms.append(Alarm("new_column", f"本批多出上一批没有的列“{name}”。", f"Column “{name}” is new in this batch."))
    for name in sorted(set(columns) & set(last.columns)):
        if columns[name] != last.columns[name]:
            alarms.append(
                Alarm(
                    "retyped_column", f"列“{name}”的类型由 {last.columns[name]} 变为 {columns[name]}。",
                    f"Column “{name}” changed its type from {last.columns[name]} to {columns[name]}.",
                )
            )
    return [alarm for alarm in alarms if alarm.code not in already]


def away(error: LingnanError, kept: bool) -> Alarm:
    """A source that does not answer."""
    tail = ("沿用上一批数据。", "The last batch stays in force.") if kept else ("本数据源尚无数据。", "The feed has no data yet.")
    return Alarm("source_away", f"{error.zh}{tail[0]}", f"{error.en} {tail[1]}")


def refused(error: LingnanError, kept: bool) -> Alarm:
    """A delivery that cannot be read."""
    tail = ("沿用上一批数据。", "The last batch stays in force.") if kept else ("本数据源尚无数据。", "The feed has no data yet.")
    return Alarm("unreadable", f"{error.zh}{tail[0]}", f"{error.en} {tail[1]}")


def fell_back(error: LingnanError, location: str) -> Alarm:
    """A second place used because the first is not to be had."""
    return Alarm("fallback", f"{error.zh}已改用备用来源 {location}。", f"{error.en} The fallback {location} was used.")
