"""What the rules say of a table's columns, before it becomes a view: who shows a column how, on which rows, and who denies it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lingnan.trust.policy.rows import Condition

CLEAR = ""


@dataclass(frozen=True)
class Showing:
    """One permit for one column: the mask it asks for (none for clear), the rows it holds on (None for all), the grant it rests on."""

    rule: str
    mask: str = CLEAR
    rows: Condition | None = None
    grant: str = ""


class Verdict:
    """Per column its showings, most telling first, and what denied it; a column without showing is denied."""

    def __init__(self, showings: Mapping[str, Iterable[Showing]], denials: Mapping[str, Iterable[str]]) -> None:
        self.showings = {column: tuple(sorted(dict.fromkeys(found), key=_telling)) for column, found in showings.items()}
        self.denials = {column: tuple(dict.fromkeys(found)) for column, found in denials.items()}
        self._steps = {column: tuple(_needed(found)) for column, found in self.showings.items()}

    @cached_property
    def conditions(self) -> tuple[Condition, ...] | None:
        """The row conditions any of which a row must meet; None when all rows may be seen."""
        found = dict.fromkeys(showing.rows for steps in self._steps.values() for showing in steps)
        return None if None in found or not found else tuple(each for each in found if each is not None)

    @cached_property
    def clear(self) -> tuple[str, ...]:
        """Columns shown as they are on every row that is shown."""
        return tuple(column for column in self.showings if self._clear(column))

    @cached_property
    def masked(self) -> tuple[str, ...]:
        """Columns masked on some row that is shown, or on all."""
        return tuple(column for column, showings in self.showings.items() if showings and column not in self.clear)

    @cached_property
    def denied(self) -> tuple[str, ...]:
        """Columns of which nothing is shown."""
        return tuple(column for column, showings in self.showings.items() if not showings)

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The rules that decided, in the order of the columns."""
        return tuple(dict.fromkeys(rule for column in self.showings for rule in self.reasons(column)))

    @cached_property
    def grants(self) -> tuple[str, ...]:
        """The grants that something is shown under."""
        return tuple(dict.fromkeys(each.grant for steps in self._steps.values() for each in steps if each.grant))

    def reasons(self, column: str) -> tuple[str, ...]:
        """The rules that decided on one column."""
        return tuple(dict.fromkeys(showing.rule for showing in self._steps[column])) or self.denials[column]

    def steps(self, column: str) -> tuple[Showing, ...]:
        """The showings of a column that make a difference, most telling first; the last may hold on all rows."""
        return self._steps[column]

    def _clear(self, column: str) -> bool:
        held = {showing.rows for showing in self.showings[column] if showing.mask == CLEAR}
        return None in held or (self.conditions is not None and bool(held) and held >= set(self.conditions))


def _needed(showings: Iterable[Showing]) -> list[Showing]:
    """Without those that come after one for all rows, or repeat a condition already met."""
    needed: list[Showing] = []
    for showing in showings:
        if all(showing.rows != each.rows for each in needed):
            needed.append(showing)
        if showing.rows is None:
            break
    return needed


def _telling(showing: Showing) -> tuple[bool, bool]:
    """Clear before masked; of masked ones a grant's before the usual, since whoever names a grant wants its mask."""
    return showing.mask != CLEAR, not showing.grant
