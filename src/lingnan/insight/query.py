"""What a query written by a person gives: rows with the class and mask of every column, what limited them, and what they were read from."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import pyarrow as pa
from pydantic import ConfigDict

from lingnan.insight.dashboards.cards import PanelCard
from lingnan.insight.shapes import Card, Classification, Words

CLASSES: tuple[Classification, ...] = ("public", "internal", "personal", "sensitive")
"""From the least to the most protected."""


class QueryColumn(Card):
    """One column of a result: the strictest class among its `sources` (`area.table.column`), `masked` when one of them is covered."""

    name: str
    type: str
    classification: Classification
    masked: bool
    sources: tuple[str, ...] = ()


class QueryAnswer(Card):
    """The result of one query; `truncated` names the limit that cut it, `decision` the entry of the log that allowed it.

    `notice` says what a reader must know to read the figures right: which values are masked, and that rows may be hidden.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    columns: tuple[QueryColumn, ...]
    rows: pa.Table
    truncated: Literal["", "rows", "bytes"]
    seconds: float
    tables: tuple[str, ...]
    versions: dict[str, int]
    decision: int
    fingerprint: str
    notice: Words | None = None

    def payload(self) -> dict[str, Any]:
        """The answer as plain values for JSON, rows as lists in the order of the columns."""
        return {
            "columns": [column.model_dump() for column in self.columns], "rows": self.lines(), "truncated": self.truncated,
            "seconds": round(self.seconds, 3), "tables": list(self.tables), "versions": self.versions, "decision": self.decision,
            "fingerprint": self.fingerprint, "notice": self.notice.model_dump() if self.notice else None,
        }

    def lines(self) -> list[list[Any]]:
        """The rows as lists of plain values."""
        columns = [[_plain(value) for value in column.to_pylist()] for column in self.rows.columns]
        return [list(row) for row in zip(*columns, strict=True)]


class ChartWish(Card):
    """How an answer is drawn: nothing, or a kind of picture with the column of its labels and the columns it measures."""

    kind: Literal["", "bar", "line", "radar"] = ""
    label: str = ""
    measures: tuple[str, ...] = ()


class AnswerSheet(Card):
    """An answer as its page shows it: `cut` says that there are more rows; numbers are right-aligned by `numeric`."""

    heads: tuple[QueryColumn, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int
    cut: bool
    versions: dict[str, int]
    decision: int
    notice: Words | None = None


class ComparedSheet(Card):
    """The same question at two versions: by what is no number, each number then and now with the change between them."""

    keys: tuple[str, ...]
    measures: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    versions: dict[str, int]


class QuestionLine(Card):
    """A kept question in the list; `own` for its keeper."""

    id: str
    title: str
    kind: str
    href: str
    shared: bool
    own: bool
    saved_at: datetime


class QuestionList(Card):
    """The questions one may ask; `may_query` says whether selects may be written."""

    items: tuple[QuestionLine, ...]
    may_query: bool


class QuestionSheet(Card):
    """A question with its answer, its picture, and the answer of another day beside it; `said` stands where there is none."""

    line: QuestionLine | None
    text: str
    chart: ChartWish
    day: str = ""
    answer: AnswerSheet | None = None
    picture: PanelCard | None = None
    compared: ComparedSheet | None = None
    before: AnswerSheet | None = None
    said: Words | None = None
    purposes: tuple[tuple[str, Words], ...] = ()


def query_notice(
    masked: list[str], filtered: list[str], least_group: int = 0, disputed: Sequence[str] = (), withheld: int = 0
) -> Words | None:
    """What to know of a result over masked columns, filtered tables and disputed entries; None when there is none of these."""
    zh, en = [], []
    if masked:
        zh.append(f"{'、'.join(masked)} 为脱敏值：分组、计数、连接与比较均按脱敏值计算，不同的人可能合为一组。")
        en.append(f"{', '.join(masked)}: masked; grouping, counting, joining and comparing use the mask, so several people may be one group.")
    if filtered:
        zh.append(f"{'、'.join(filtered)} 仅含您有权查看的行，合计不代表全表。")
        en.append(f"{', '.join(filtered)}: only the rows you may see, so totals are not those of the whole table.")
    if least_group:
        zh.append(f"含脱敏列的表上，所涉不足 {least_group} 行的分组不列出，所涉不足 {least_group} 行的数值留空。")
        en.append(f"Groups of fewer than {least_group} rows of a table with masked values are left out, and figures on fewer rows are empty.")
    if withheld:
        zh.append(f"另有 {withheld} 个分组或数值未给出：与已给出的数值相减会显出不足 {least_group} 行。")
        en.append(f"{withheld} more groups or figures are withheld: subtracted from others they would tell of fewer than {least_group} rows.")
    if disputed:
        zh.append(f"{'、'.join(disputed)} 有记录存在异议，尚未核定。")
        en.append(f"{', '.join(disputed)}: some entries are disputed and not yet decided.")
    return Words(zh="".join(zh), en=" ".join(en)) if zh else None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal) and value.as_tuple().exponent == 0:
        return int(value)  # a sum of whole numbers
    if value is None or isinstance(value, (str, int, float, bool, Decimal, date, datetime)):
        return value
    return str(value)
