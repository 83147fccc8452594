"""Small systems of linear equations in plain Python, for methods that need no more."""

from collections.abc import Sequence

from lingnan.base import WrongUse


def solve(table: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution by Gauss's elimination with the greatest pivot; WrongUse where there is none or more than one."""
    rows = [[*map(float, row), float(value)] for row, value in zip(table, right, strict=True)]
    size = len(rows)
    for at in range(size):
        best = max(range(at, size), key=lambda row: abs(rows[row][at]))
        if abs(rows[best][at]) < 1e-12:
            raise WrongUse("方程组没有唯一解：数据之间没有足够的联系。", "The equations have no single solution: the data are not linked enough.")
        rows[at], rows[best] = rows[best], rows[at]
        for below in range(at + 1, size):
            share = rows[below][at] / rows[at][at]
            if share:
                rows[below] = [value - share * other for value, other in zip(rows[below], rows[at], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        found[at] = (rows[at][size] - sum(rows[at][place] * found[place] for place in range(at + 1, size))) / rows[at][at]
    return found


def inverse(table: Sequence[Sequence[float]]) -> list[list[float]]:
    """The inverse of a table, a column at a time."""
    size = len(table)
    columns = [solve(table, [1.0 if row == place else 0.0 for row in range(size)]) for place in range(size)]
    return [list(row) for row in zip(*columns, strict=True)]
