"""A contract's own SQL, let through by the standards' reader or refused with the rule's name."""

from collections.abc import Callable, Collection
from typing import Any

from lingnan.base import BadInput
from lingnan.standards import PLACE, RefusedSql, read_condition, read_query


def guarded(query: Any, rule_id: str, table: str, column: str | None = None) -> str:
    """The query as a select over the standardised rows; BadInput when it is no single select, or touches anything else."""
    return _or_refused(rule_id, lambda: read_query(query, table, column))


def guarded_rows(query: Any, rule_id: str, table: str) -> str:
    """The query as a select of the failing rows' `_batch` and `_position`."""
    return _or_refused(rule_id, lambda: read_query(query, table, rows=True))


def guarded_condition(text: Any, rule_id: str, columns: Collection[str]) -> str:
    """The condition as SQL over the standardised columns of one row."""
    return _or_refused(rule_id, lambda: read_condition(text, columns))


def _or_refused(rule_id: str, read: Callable[[], str]) -> str:
    try:
        return read()
    except RefusedSql as error:
        zh, en = error.said
        raise BadInput(
            f"规则“{rule_id}”的 SQL 不可用：{zh}。请更正契约。", f"The SQL of rule “{rule_id}” cannot be used: {en}. Correct the contract.",
            rule=rule_id,
        ) from error


__all__ = ["PLACE", "guarded", "guarded_condition", "guarded_rows"]
