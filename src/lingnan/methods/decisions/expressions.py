"""What stands in the cells of a decision: expressions that give a value, and tests that a value passes; each in Python and in SQL.

Truth has three values as in FEEL and in SQL: what cannot be compared because a value is missing is neither true nor false.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from lingnan.methods.decisions.kinds import Value, literal_sql, quoted, shown

Facts = Mapping[str, Value]
Columns = Callable[[str], str]
"""How a fact is called in SQL; `quoted` where the column bears its name."""


class Expression(Protocol):
    """Gives a value from facts."""

    def value(self, facts: Facts) -> Value:
        """The value; null where a fact that it needs is missing."""

    def sql(self, column: Columns = quoted) -> str:
        """The same as SQL text."""

    def names(self) -> frozenset[str]:
        """The facts it looks at."""


class Test(Protocol):
    """What a value passes or not, or neither because something is missing."""

    def holds(self, value: Value, facts: Facts) -> bool | None:
        """True, false, or None where it cannot be told."""

    def sql(self, value: str, column: Columns = quoted) -> str:
        """The same as a condition over the SQL text of a value."""

    def names(self) -> frozenset[str]:
        """Facts it looks at beside the value itself."""


@dataclass(frozen=True)
class Literal:
    """A value as written."""

    content: Value

    def value(self, facts: Facts) -> Value:  # noqa: D102 (said by Expression, as below)
        return self.content

    def sql(self, column: Columns = quoted) -> str:  # noqa: D102
        return literal_sql(self.content)

    def names(self) -> frozenset[str]:  # noqa: D102
        return frozenset()

    def __str__(self) -> str:
        return shown(self.content)


@dataclass(frozen=True)
class Name:
    """A fact by its name."""

    name: str

    def value(self, facts: Facts) -> Value:  # noqa: D102
        return facts[self.name]

    def sql(self, column: Columns = quoted) -> str:  # noqa: D102
        return column(self.name)

    def names(self) -> frozenset[str]:  # noqa: D102
        return frozenset({self.name})

    def __str__(self) -> str:
        return self.name


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


@dataclass(frozen=True)
class Arithmetic:
    """Two values joined by `+ - * /`; null with null, and divided by nothing null. `+` joins texts."""

    sign: str
    left: Expression
    right: Expression
    texts: bool = False

    def value(self, facts: Facts) -> Value:  # noqa: D102
        left, right = self.left.value(facts), self.right.value(facts)
        if left is None or right is None:
            return None
        if self.sign == "/":
            return None if right == 0 else Decimal(left) / Decimal(right)  # type: ignore[arg-type]
        joined: Value = _ARITHMETIC[self.sign](left, right)
        return joined

    def sql(self, column: Columns = quoted) -> str:  # noqa: D102
        if self.sign == "/":
            return f"({self.left.sql(column)} / nullif({self.right.sql(column)}, 0))"
        return f"({self.left.sql(column)} {'||' if self.texts else self.sign} {self.right.sql(column)})"

    def names(self) -> frozenset[str]:  # noqa: D102
        return self.left.names() | self.right.names()

    def __str__(self) -> str:
        return f"({self.left} {self.sign} {self.right})"


@dataclass(frozen=True)
class Anything:
    """`-`: every value passes, a missing one too."""

    def holds(self, value: Value, facts: Facts) -> bool | None:  # noqa: D102
        return True

    def sql(self, value: str, column: Columns = quoted) -> str:  # noqa: D102
        return "true"

    def names(self) -> frozenset[str]:  # noqa: D102
        return frozenset()

    def __str__(self) -> str:
        return "-"


_ORDER: dict[str, Callable[[Any, Any], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True)
class Compared:
    """A value beside another: `= != < <= > >=`. Null equals null alone; an order with null cannot be told."""

    sign: str
    to: Expression

    def holds(self, value: Value, facts: Facts) -> bool | None:  # noqa: D102
        other = self.to.value(facts)
        if self.sign in ("=", "!="):
            return (value == other) == (self.sign == "=")
        return None if value is None or other is None else _ORDER[self.sign](value, other)

    def sql(self, value: str, column: Columns = quoted) -> str:  # noqa: D102
        other = self.to.sql(column)
        if self.sign in ("=", "!="):
            unlike = self.sign == "!="
            if isinstance(self.to, Literal) and self.to.content is None:
                return f"{value} is {'not ' if unlike else ''}null"
            return f"{value} is {'' if unlike else 'not '}distinct from {other}"
        return f"{value} {self.sign} {other}"

    def names(self) -> frozenset[str]:  # noqa: D102
        return self.to.names()

    def __str__(self) -> str:
        return str(self.to) if self.sign == "=" else f"{self.sign} {self.to}"


@dataclass(frozen=True)
class Between:
    """An interval; each end belongs to it or is open."""

    low: Expression
    high: Expression
    low_open: bool = False
    high_open: bool = False

    def _both(self) -> tuple[Compared, Compared]:
        return Compared(">" if self.low_open else ">=", self.low), Compared("<" if self.high_open else "<=", self.high)

    def holds(self, value: Value, facts: Facts) -> bool | None:  # noqa: D102
        return all_hold(each.holds(value, facts) for each in self._both())

    def sql(self, value: str, column: Columns = quoted) -> str:  # noqa: D102
        return "(" + " and ".join(each.sql(value, column) for each in self._both()) + ")"

    def names(self) -> frozenset[str]:  # noqa: D102
        return self.low.names() | self.high.names()

    def __str__(self) -> str:
        return f"{'(' if self.low_open else '['}{self.low}..{self.high}{')' if self.high_open else ']'}"


@dataclass(frozen=True)
class AnyOf:
    """Passed when one of its tests is."""

    tests: tuple[Test, ...]

    def holds(self, value: Value, facts: Facts) -> bool | None:  # noqa: D102
        found = [each.holds(value, facts) for each in self.tests]
        return True if True in found else None if None in found else False

    def sql(self, value: str, column: Columns = quoted) -> str:  # noqa: D102
        return "(" + " or ".join(each.sql(value, column) for each in self.tests) + ")"

    def names(self) -> frozenset[str]:  # noqa: D102
        return frozenset().union(*(each.names() for each in self.tests))

    def __str__(self) -> str:
        return ", ".join(str(each) for each in self.tests)


@dataclass(frozen=True)
class Not:
    """Passed when its test is failed; where that cannot be told, neither can this."""

    test: Test

    def holds(self, value: Value, facts: Facts) -> bool | None:  # noqa: D102
        held = self.test.holds(value, facts)
        return None if held is None else not held

    def sql(self, value: str, column: Columns = quoted) -> str:  # noqa: D102
        return f"not ({self.test.sql(value, column)})"

    def names(self) -> frozenset[str]:  # noqa: D102
        return self.test.names()

    def __str__(self) -> str:
        return f"not({self.test})"


_TEXTS: dict[str, tuple[Callable[[str, str], bool], str]] = {
    "starts with": (str.startswith, "starts_with"), "contains": (str.__contains__, "contains"), "ends with": (str.endswith, "ends_with"),
}


@dataclass(frozen=True)
class TextTest:
    """FEEL's `starts with`, `contains` and `ends with` over the value (`?`)."""

    function: str
    part: Expression

    def holds(self, value: Value, facts: Facts) -> bool | None:  # noqa: D102
        part = self.part.value(facts)
        return None if value is None or part is None else _TEXTS[self.function][0](str(value), str(part))

    def sql(self, value: str, column: Columns = quoted) -> str:  # noqa: D102
        return f"{_TEXTS[self.function][1]}({value}, {self.part.sql(column)})"

    def names(self) -> frozenset[str]:  # noqa: D102
        return self.part.names()

    def __str__(self) -> str:
        return f"{self.function}(?, {self.part})"


def all_hold(found: Iterable[bool | None]) -> bool | None:
    """Whether all hold: false with one false, else None where one cannot be told."""
    told = list(found)
    return False if False in told else None if None in told else True
