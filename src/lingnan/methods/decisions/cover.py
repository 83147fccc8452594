"""Whether a decision table answers every case once: gaps that no rule covers, rules that contradict each other, rules that are never reached.

The values of each input are cut where tests cut them; within a piece all tests answer alike, so one value of each piece stands for all.
Inputs are taken to be independent of each other, and given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice, pairwise

from lingnan.methods.decisions import tables
from lingnan.methods.decisions.expressions import AnyOf, Anything, Between, Compared, Expression, Not, Test
from lingnan.methods.decisions.kinds import DAY, INTEGER, MOMENT, TEXT, TRUTH, Value, shown
from lingnan.methods.decisions.tables import DecisionTable, Input

GAPS_TOLD = 20
"""More gaps than this are not listed: the table's author begins with these."""

GAP, OVERLAP, MASKED, UNJUDGED = "gap", "overlap", "masked", "unjudged"


@dataclass(frozen=True)
class TableFault:
    """What is wrong with a table: `gap`, `overlap`, `masked` or `unjudged`, the rules it is about, where, and the sentence."""

    kind: str
    rules: tuple[str, ...]
    where: str
    zh: str
    en: str


@dataclass(frozen=True)
class _Piece:
    """Values that all tests of an input treat alike: one of them, and the ends (None for open to infinity)."""

    sample: Value
    low: Value
    high: Value
    discrete: bool = False


_OTHER = "\N{OBJECT REPLACEMENT CHARACTER}"
"""A text that no table mentions: stands for all texts not mentioned."""


def check_table(table: DecisionTable) -> tuple[TableFault, ...]:
    """Every fault of a table; none where it answers each case as its hit policy wants."""
    cover = _Cover(table)
    return (*cover.unjudged(), *cover.overlaps(), *cover.masked(), *cover.gaps())


class _Cover:
    def __init__(self, table: DecisionTable) -> None:
        self.table = table
        self.loose = {
            (row, at) for row, rule in enumerate(table.rules) for at, test in enumerate(rule.tests) if not _judged(test, table.inputs[at])
        }
        self.pieces = [_pieces(column, [rule.tests[at] for row, rule in enumerate(table.rules) if (row, at) not in self.loose])
                       for at, column in enumerate(table.inputs)]
        self.masks = [[self._mask(at, piece) for piece in pieces] for at, pieces in enumerate(self.pieces)]

    def _mask(self, at: int, piece: _Piece) -> int:
        """The rules that a piece passes, a bit each; a test that cannot be judged is taken to pass."""
        return sum(1 << row for row, rule in enumerate(self.table.rules) if (row, at) in self.loose or rule.tests[at].holds(piece.sample, {}))

    def unjudged(self) -> Iterator[TableFault]:
        for row, at in sorted(self.loose):
            rule, name = self.table.rules[row].id, self.table.inputs[at].name
            yield TableFault(
                UNJUDGED, (rule,), f"{name}: {self.table.rules[row].tests[at]}",
                f"规则 {rule} 在“{name}”上与别的事实或文字片段比较，无法判断是否遗漏或重叠",
                f"Rule {rule} compares “{name}” with other facts or parts of texts; whether it leaves gaps or overlaps cannot be judged",
            )

    def overlaps(self) -> Iterator[TableFault]:
        if self.table.policy not in (tables.UNIQUE, tables.ANY):
            return
        unsure = {row for row, _at in self.loose}
        for later, rule in enumerate(self.table.rules):
            for earlier in set(range(later)) - unsure if later not in unsure else ():
                other = self.table.rules[earlier]
                if self.table.policy == tables.ANY and other.results == rule.results:
                    continue
                both = (1 << later) | (1 << earlier)
                if (where := self._common(both)) is not None:
                    yield TableFault(
                        OVERLAP, (other.id, rule.id), where, f"规则 {other.id} 与 {rule.id} 在 {where} 同时成立",
                        f"Rules {other.id} and {rule.id} both hold where {where}",
                    )

    def _common(self, rules: int) -> str | None:
        """Where all these rules hold; None where nowhere."""
        chosen = [[at for at, mask in enumerate(masks) if mask & rules == rules] for masks in self.masks]
        return self._told(chosen) if all(chosen) else None

    def masked(self) -> Iterator[TableFault]:
        if self.table.policy != tables.FIRST:
            return
        unsure = {row for row, _at in self.loose}
        for later, rule in enumerate(self.table.rules):
            for earlier in range(later):
                if earlier not in unsure and all(mask >> earlier & 1 for masks in self.masks for mask in masks if mask >> later & 1):
                    first = self.table.rules[earlier].id
                    yield TableFault(
                        MASKED, (first, rule.id), "", f"规则 {rule.id} 永远轮不到：{first} 在它之前，且包含它的全部情形",
                        f"Rule {rule.id} is never reached: {first} stands before it and holds wherever it does",
                    )
                    break

    def gaps(self) -> Iterator[TableFault]:
        if self.table.policy not in tables.SINGLE or any(output.default for output in self.table.outputs):
            return
        for where in islice(self._uncovered(), GAPS_TOLD):
            yield TableFault(GAP, (), where, f"没有规则覆盖 {where}", f"No rule covers {where}")

    def _uncovered(self) -> Iterator[str]:
        @cache
        def covered(at: int, alive: int) -> bool:
            if not alive:
                return False
            return at == len(self.masks) or all(covered(at + 1, alive & mask) for mask in set(self.masks[at]))

        def walk(at: int, alive: int, chosen: list[list[int]]) -> Iterator[str]:
            if not alive:
                yield self._told(chosen)
                return
            groups: dict[int, list[int]] = {}
            for piece, mask in enumerate(self.masks[at]):
                if not covered(at + 1, alive & mask):
                    groups.setdefault(alive & mask, []).append(piece)
            for left, pieces in groups.items():
                yield from walk(at + 1, left, [*chosen, pieces])

        everything = (1 << len(self.table.rules)) - 1
        if not covered(0, everything):
            yield from walk(0, everything, [])

    def _told(self, chosen: list[list[int]]) -> str:
        """Pieces of the first inputs in words; inputs of which everything is meant are left out."""
        parts = [
            f"{self.table.inputs[at].name} {_words([self.pieces[at][number] for number in numbers])}"
            for at, numbers in enumerate(chosen) if len(numbers) < len(self.pieces[at])
        ]
        return "; ".join(parts) or "-"


def _judged(test: Test, column: Input) -> bool:
    """Whether what a test lets through is known without other facts, and can be cut into pieces."""
    if test.names():
        return False
    if isinstance(test, AnyOf):
        return all(_judged(each, column) for each in test.tests)
    if isinstance(test, Not):
        return _judged(test.test, column)
    if column.kind == TEXT and not column.values:
        return isinstance(test, Anything) or (isinstance(test, Compared) and test.sign in ("=", "!="))
    return True


def _cuts(test: Test | None) -> list[Value]:
    """The values at which a test changes its mind."""
    if isinstance(test, AnyOf):
        return [cut for each in test.tests for cut in _cuts(each)]
    if isinstance(test, Not):
        return _cuts(test.test)
    ends: tuple[Expression, ...] = (test.to,) if isinstance(test, Compared) else (test.low, test.high) if isinstance(test, Between) else ()
    return [value for end in ends if (value := end.value({})) is not None]


def _pieces(column: Input, tests: list[Test]) -> list[_Piece]:
    """All values of an input that are allowed, in pieces, in order."""
    if column.values:
        return [_Piece(value, value, value, discrete=True) for value in column.values]
    if column.kind == TRUTH:
        return [_Piece(value, value, value, discrete=True) for value in (True, False)]
    cuts = list(dict.fromkeys(cut for test in (*tests, column.allowed) for cut in _cuts(test)))
    if column.kind == TEXT:
        found = [_Piece(cut, cut, cut, discrete=True) for cut in cuts] + [_Piece(_OTHER, None, None, discrete=True)]
    else:
        found = _ordered(column.kind, sorted(cuts))  # type: ignore[type-var]
    return [piece for piece in found if column.allowed is None or column.allowed.holds(piece.sample, {})]


def _ordered(kind: str, cuts: list[Value]) -> list[_Piece]:
    if not cuts:
        return [_Piece({DAY: date.min, MOMENT: datetime.min}.get(kind, Decimal(0)), None, None)]
    found = [_Piece(_step(cuts[0], kind, -1), None, cuts[0])]
    for low, high in pairwise([*cuts, None]):
        if kind != INTEGER or low == int(low):  # type: ignore[arg-type]
            found.append(_Piece(low, low, low))
        between = _step(low, kind, 1) if high is None else _between(low, high, kind)
        if between is not None:
            found.append(_Piece(between, low, high))
    return found


def _step(value: Value, kind: str, step: int) -> Value:
    """A value below or above; for whole numbers a whole one."""
    if isinstance(value, Decimal):
        return (value.to_integral_value(rounding="ROUND_FLOOR" if step > 0 else "ROUND_CEILING") if kind == INTEGER else value) + step
    return value + timedelta(days=step)  # type: ignore[operator, return-value]


def _between(low: Value, high: Value, kind: str) -> Value:
    """A value strictly between two others; None where there is none."""
    if kind in (INTEGER, DAY):
        nearest = _step(low, kind, 1)
        return nearest if nearest < high else None  # type: ignore[operator]
    return low + (high - low) / 2  # type: ignore[operator, return-value]


def _words(pieces: list[_Piece]) -> str:
    """Pieces as a reader writes them: listed values, or intervals with what touches joined."""
    if pieces[0].discrete:
        return ", ".join("other 其他" if piece.sample == _OTHER else shown(piece.sample) for piece in pieces)
    return ", ".join(_interval(run) for run in _runs(pieces))


def _runs(pieces: list[_Piece]) -> list[list[_Piece]]:
    runs: list[list[_Piece]] = []
    for piece in pieces:
        if runs and runs[-1][-1].high is not None and runs[-1][-1].high == piece.low and not (_open(runs[-1][-1]) and _open(piece)):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _open(piece: _Piece) -> bool:
    return piece.low is None or piece.low != piece.high


def _interval(run: list[_Piece]) -> str:
    low, high = run[0], run[-1]
    if low.low is None and high.high is None:
        return "-"
    if low.low is None:
        return f"{'<' if _open(high) else '<='} {shown(high.high)}"
    if high.high is None:
        return f"{'>' if _open(low) else '>='} {shown(low.low)}"
    if len(run) == 1 and not _open(low):
        return shown(low.low)
    return f"{'(' if _open(low) else '['}{shown(low.low)}..{shown(high.high)}{')' if _open(high) else ']'}"
