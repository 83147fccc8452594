"""What the rules say of a table's columns, before it becomes a view: who shows a column how, on which rows, and who denies it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lingnan.trust.policy.rows import Condition

CLEAR = ""


@dataclass(frozen=True)
class Showing:
    """One permit for one column: the mask it asks for (none for clear), the rows it holds on (None for all), the grant it rests on."""

    rule: str
    mask: str = CLEAR
    rows: Condition | None = None
    grant: str = ""


@dataclass
class Verdict:
    """Per column its showings, most telling first, and what denied it; a column without showing is denied."""

    showings: dict[str, tuple[Showing, ...]] = field(default_factory=dict)
    denials: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take(self, column: str, showings: Iterable[Showing], denials: Iterable[str]) -> None:
        """Note what was found for one column, in the order of the columns."""
        self.showings[column] = tuple(sorted(set(showings), key=_telling))
        self.denials[column] = tuple(dict.fromkeys(denials))

    @property
    def conditions(self) -> tuple[Condition, ...] | None:
        """The row conditions any of which a row must meet; None when all rows may be seen."""
        found = dict.fromkeys(showing.rows for showings in self.showings.values() for showing in self._needed(showings))
        return None if None in found or not found else tuple(each for each in found if each is not None)

    @property
    def clear(self) -> list[str]:
        """Columns shown as they are on every row that is shown."""
        return [column for column in self.showings if self._covered(column, CLEAR)]

    @property
    def masked(self) -> list[str]:
        """Columns masked on some row that is shown, or on all."""
        clear = set(self.clear)
        return [column for column, showings in self.showings.items() if showings and column not in clear]

    @property
    def denied(self) -> list[str]:
        """Columns of which nothing is shown."""
        return [column for column, showings in self.showings.items() if not showings]

    @property
    def rules(self) -> list[str]:
        """The rules that decided, in the order of the columns."""
        return list(dict.fromkeys(rule for column in self.showings for rule in self.reasons(column)))

    @property
    def grants(self) -> list[str]:
        """The grants that something is shown under."""
        return list(dict.fromkeys(each.grant for showings in self.showings.values() for each in self._needed(showings) if each.grant))

    def reasons(self, column: str) -> tuple[str, ...]:
        """The rules that decided on one column."""
        needed = dict.fromkeys(showing.rule for showing in self._needed(self.showings[column]))
        return tuple(needed) or self.denials[column]

    def steps(self, column: str) -> tuple[Showing, ...]:
        """The showings of a column that make a difference, most telling first; the last may hold on all rows."""
        return tuple(self._needed(self.showings[column]))

    def _needed(self, showings: tuple[Showing, ...]) -> list[Showing]:
        """Without those that come after one for all rows, or repeat a condition already met."""
        needed: list[Showing] = []
        for showing in showings:
            if all(showing.rows != each.rows for each in needed):
                needed.append(showing)
            if showing.rows is None:
                break
        return needed

    def _covered(self, column: str, mask: str) -> bool:
        """Whether the column's showings with that mask hold on every row that is shown."""
        held = {showing.rows for showing in self.showings[column] if showing.mask == mask}
        wanted = self.conditions
        return None in held or (wanted is not None and bool(held) and held >= set(wanted))


def _telling(showing: Showing) -> tuple[bool, bool]:
    """Clear before masked; of masked ones a grant's before the usual, since whoever names a grant wants its mask."""
    return showing.mask != CLEAR, not showing.grant
