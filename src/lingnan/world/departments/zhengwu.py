"""Government services: cases of people and firms, a paged interface with the records further in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from lingnan.standards import CITIZEN_NUMBER
from lingnan.world import stains
from lingnan.world.columns import NEVER, Text, choose, constant, dates, digits, join, take
from lingnan.world.departments.case_records import CaseRecords
from lingnan.world.departments.shuiwu import as_numbers
from lingnan.world.dirt import Rows, Spot, Stain
from lingnan.world.draws import Array, Draws, pick
from lingnan.world.handover.pages import Pages, nested
from lingnan.world.people import People
from lingnan.world.places import table
from lingnan.world.province import Province, serial

PAGE = 1000
CHANNELS = {"窗口": "1", "网上": "2", "移动端": "3", "自助终端": "4"}
OUTCOMES = {"准予": "01", "不予": "02", "不予受理": "03", "申请人撤回": "04", "办理中": "00"}
ADULT = 18
RETURNING, FAITHFUL, LATER = 0.4, 0.7, 2
"""How often somebody comes back, how often for what most often follows, and how many times at most."""


@dataclass(frozen=True)
class Step:
    """The cases that are so many-th of their applicants: whose (places among the applicants), what for, and the day."""

    place: int
    draws: Draws
    whose: Array
    item: Array
    accepted: Array

    def block(self, block: int) -> int:
        """A block of its own for each step."""
        return block + self.place * 2**40


class GovernmentServices:
    """Hands over zhengwu.service_case."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._items: dict[str, list[list[Any]]] = table("work.yaml")["items"]
        self._follows = {kind: _numbered(items, table("work.yaml")["follows"][kind]) for kind, items in self._items.items()}
        self._records = CaseRecords(province)
        self._pages = Pages(province.folder("zhengwu") / "service_case", PAGE, nested)

    def people(self, block: int, people: People) -> None:
        """One block of people's cases."""
        draws = self._province.draws("zhengwu.natural", block)
        adult = (people.death == NEVER) & (people.age(self._province.today) >= ADULT)
        kept = np.flatnonzero(adult & (draws.random(len(people)) < 0.45))
        where = pa.array(kept)
        who = {"applicant_number": people.number.take(where), "applicant_name": people.name.take(where)}
        for step in self._steps("natural", block, len(kept)):
            whose, at = kept[step.whose], pa.array(step.whose)
            applicant = {name: column.take(at) for name, column in who.items()}
            rows = self._rows("natural", step, people.person[whose], people.county[whose], applicant, people.former_name.take(pa.array(whose)))
            rows.person = people.person[whose]
            self._write(rows, step.block(block), CITIZEN)

    def firms(self) -> None:
        """The cases of firms."""
        firms = self._province.firms
        draws = self._province.draws("zhengwu.legal")
        kept = np.flatnonzero((firms.closed == NEVER) & (draws.random(len(firms)) < 0.5))
        where = pa.array(kept)
        who = {"applicant_number": firms.uscc.take(where), "applicant_name": firms.name.take(where)}
        for step in self._steps("legal", 0, len(kept)):
            whose, at = kept[step.whose], pa.array(step.whose)
            applicant = {name: column.take(at) for name, column in who.items()}
            rows = self._rows("legal", step, whose, firms.county[whose], applicant, firms.former_name.take(pa.array(whose)))
            rows.firm = whose
            self._write(rows, step.block(2**32), [])

    def _steps(self, kind: str, block: int, size: int) -> Iterator[Step]:
        """The first case of each applicant, then those of who comes back: mostly for what follows, within some weeks."""
        items, today = len(self._items[kind]), self._province.today
        draws = self._province.draws(f"zhengwu.{kind}.cases", block)
        step = Step(0, draws, np.arange(size), draws.integers(0, items, size), today - 1 - draws.integers(0, 365, size))
        yield step
        for place in range(1, LATER + 1):
            draws, size = self._province.draws(f"zhengwu.{kind}.cases.{place}", block), len(step.whose)
            usual, accepted = self._follows[kind][step.item], step.accepted + 7 + draws.integers(0, 60, size)
            kept = (draws.random(size) < RETURNING) & (usual >= 0) & (accepted < today)
            item = np.where(draws.random(size) < FAITHFUL, usual, draws.integers(0, items, size))
            if not kept.any():
                return
            step = Step(place, draws, step.whose[kept], item[kept], accepted[kept])
            yield step

    def _write(self, rows: Rows, block: int, more: list[Stain]) -> None:
        self._records.write(rows, block)
        given = self._province.deliver(rows, [*more, *_stains()], block)
        for start in range(0, len(given), 100_000):
            columns = {name: column.slice(start, 100_000).to_pylist() for name, column in given.columns.items()}
            self._pages.write(as_numbers(columns, ("rating",)))

    def _rows(self, kind: str, step: Step, who: Array, county: Array, applicant: dict[str, Text], former: Text) -> Rows:
        province, items, size = self._province, self._items[kind], len(who)
        draws, item, accepted = step.draws, step.item, step.accepted
        promised = np.array([days for *_, days in items])[item]
        took = (draws.random(size) * (promised + 1)).astype(np.int64)
        outcome = pick(draws, [88, 5, 2, 3, 0], size)
        pending = accepted + took > province.today - 1
        outcome = np.where(pending, len(OUTCOMES) - 1, outcome)
        channel, rated = pick(draws, [35, 30, 30, 5], size), (draws.random(size) < 0.7) & ~pending
        rating = take([*map(str, range(1, 6))], np.where(rated, pick(draws, [1, 1, 4, 20, 74], size), -1))
        began, ended = draws.integers(9 * 3600, 12 * 3600, size), draws.integers(13 * 3600, 17 * 3600, size)
        columns = {
            "case_no": serial(str(2 * step.place + (1 if kind == "natural" else 2)), who, 11),
            "item_code": take([f"4400{code}" for code, *_ in items], item),
            "item_name": take([name for _, name, _ in items], item), "applicant_kind": constant(kind, size), **applicant,
            "division": province.places.division(county), "channel": take([*CHANNELS], channel), "accepted_at": _moments(accepted, began),
            "due_on": dates(accepted + promised * 7 // 5 + 1), "finished_at": choose(pending, pa.nulls(size, pa.string()), _moments(accepted + took,
                ended)),
            "outcome": take([*OUTCOMES], outcome), "rating": rating,
        }
        true = {"channel": take([*CHANNELS.values()], channel), "outcome": take([*OUTCOMES.values()], outcome)}
        aux = {**province.other_divisions(draws, county), "former_name": former, "before": _moments(accepted - 40, ended)}
        return Rows("zhengwu.service_case", ("case_no",), columns, true=true, aux=aux)

    def close(self) -> None:
        """Finishes the pages."""
        self._pages.close()
        self._records.close()


def _numbered(items: list[list[Any]], follows: dict[str, str]) -> Array:
    """By place of an item the place of what follows it; -1 where nothing does."""
    places = {code: place for place, (code, *_) in enumerate(items)}
    return np.array([places[follows[code]] if code in follows else -1 for code in places])


def _moments(days: Array, seconds: Array) -> Text:
    clock = join(digits(seconds // 3600, 2), digits(seconds // 60 % 60, 2), digits(seconds % 60, 2), separator=":")
    return join(dates(days), clock, separator=" ")


def _cut_short(spot: Spot) -> list[str | None]:
    return [value[:-1] for value in spot.values]


def _slashes(spot: Spot) -> list[str | None]:
    return [value.replace("-", "/") for value in spot.values]


# No rule of this table tells whether a number of eighteen characters is right: it may be a person's or a firm's.
CITIZEN = [Stain("wrong_number", "applicant_number", 0.02, stains.wrong_number(CITIZEN_NUMBER), "none", visible=False)]


def _stains() -> list[Stain]:
    return [
        Stain("cut_short", "applicant_number", 0.005, _cut_short, "quarantine"),
        Stain("missing", "applicant_number", 0.01, stains.missing, "quarantine"),
        Stain("full_width", "applicant_number", 0.005, stains.full_width, "repair"),
        Stain("former_name", "applicant_name", 0.01, stains.from_aux("former_name"), "none", visible=False, needs=stains.has_aux("former_name")),
        Stain("other_spelling", "applicant_name", 0.01, stains.misspelt, "none", visible=False),
        *stains.divisions(),
        Stain("code_for_label", "channel", 0.02, stains.labels(CHANNELS), "repair"),
        Stain("unknown_label", "channel", 0.003, stains.one_of("委托", "未选"), "quarantine"),
        Stain("date_shape", "accepted_at", 0.02, _slashes, "repair"),
        Stain("finished_before_accepted", "finished_at", 0.003, stains.from_aux("before"), "quarantine"),
        Stain("out_of_range", "rating", 0.003, stains.one_of("0", "6", "9"), "quarantine"),
    ]
