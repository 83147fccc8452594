"""How a statement over protected tables is refused, always with the way it may be written."""

from typing import Any


class Unclear(Exception):
    """The rows behind a figure cannot be counted; `code` and both texts go to the reader."""

    def __init__(self, zh: str, en: str, code: str = "QueryProtected", **facts: Any) -> None:
        super().__init__(en)
        self.told = {"code": code, "zh": zh, "en": en, "facts": facts}


def argument(name: str) -> Unclear:
    """An aggregate over something worked out of a row."""
    return Unclear(
        f"在含脱敏列的表上，{name} 只能直接作用于目录表中的列（可用 cast 转换类型），不能作用于 CASE、运算、函数或自造的值。"
        "条件请写成 FILTER，例如 sum(amount) FILTER (WHERE kind = 'a')、count(*) FILTER (WHERE amount > 100)，或写入 WHERE、GROUP BY。",
        f"Over a table with masked values {name} takes columns of catalogued tables as they are (a cast is allowed), no CASE, arithmetic, "
        "function or value of your own. Write conditions with FILTER, such as sum(amount) FILTER (WHERE kind = 'a') or "
        "count(*) FILTER (WHERE amount > 100), or in WHERE and GROUP BY.", function=name,
    )


def gathering(name: str) -> Unclear:
    """An aggregate that gives the rows of a group back."""
    return Unclear(
        f"在含脱敏列的表上不能使用 {name}：它会逐值列出一个分组。要看各值的数量请用 GROUP BY 与 count(*)，要看各行请不带聚合地查询。",
        f"{name} may not be used over a table with masked values: it lists a group value by value. Use GROUP BY with count(*) for counts by value, "
        "or ask for rows without aggregates.", function=name,
    )


def window(name: str) -> Unclear:
    """An aggregate as a window."""
    return Unclear(
        f"在含脱敏列的表上，{name} 不能写成窗口函数（OVER）。请改用 GROUP BY；row_number、rank、lag 等排序窗口可以使用。",
        f"Over a table with masked values {name} may not be a window (OVER). Use GROUP BY; windows of order (row_number, rank, lag) may be used.",
        function=name,
    )


def form(what_zh: str, what_en: str, zh: str, en: str) -> Unclear:
    """A form between table and aggregate that loses sight of rows, and what to write instead."""
    return Unclear(
        f"对含脱敏列的表计数或汇总时，不能使用{what_zh}，因为无法数清涉及多少行。{zh}",
        f"What counts or sums over a table with masked values may not use {what_en}, because the rows behind a figure could not be counted. {en}",
    )


def too_many_groups(most: int) -> Unclear:
    """More groups than can be held against earlier figures."""
    return Unclear(
        f"在含脱敏列的表上，一次最多给出 {most} 个分组。请按较粗的口径分组或缩小范围。",
        f"Over a table with masked values an answer has at most {most} groups. Group more coarsely or narrow it.", "QueryTooManyGroups", most=most,
    )


def bound_to_outside() -> Unclear:
    """An aggregate that is worked out anew for each row around it."""
    return form(
        "随外层各行变化的子查询（相关子查询）", "a subquery that depends on the rows around it", "请改用连接与 GROUP BY。", "Join and group instead.",
    )
