"""A made population in which many people are hard to tell apart, for trying out linking; nothing else in the province is made of it."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lingnan.world.columns import choose, join, years
from lingnan.world.draws import Array, Draws, share
from lingnan.world.names import dotted_names, given_names, names
from lingnan.world.people import Population
from lingnan.world.places import Address

NAMESAKES, NEAR_TWINS, LIKE_FATHER, DOTTED = 0.006, 0.6, 0.12, 0.012
"""Shares of people: of one name, sex and birth date with another of their county; of twins, and of children, one character from the elder's name."""


class HardPopulation(Population):
    """Twins and sons with names one character apart, namesakes born on one day in one county, and more names with a middle dot."""

    twins_share = 0.012

    def _twins(self, draws: Draws, birth: Array, death: Array, sex: Array, household: Array, child_of: Array) -> Array:
        twin_of = super()._twins(draws, birth, death, sex, household, child_of)
        free = np.flatnonzero((twin_of < 0) & ~np.isin(np.arange(len(birth)), twin_of))
        pairs = share(draws, NAMESAKES / 2, len(birth))
        chosen = draws.permutation(free)[: 2 * pairs]
        self._same = chosen[0::2], chosen[1::2][: len(chosen[0::2])]
        first, second = (part[: len(self._same[1])] for part in self._same)
        self._same = first, second
        birth[second], sex[second], child_of[second] = birth[first], sex[first], -1
        death[second] = death[first]
        return twin_of

    def _homes(self, draws: Draws, size: int, household: Array) -> dict[str, Any]:
        homes = super()._homes(draws, size, household)
        first, second = self._same
        homes["county"][second] = homes["county"][first]
        elsewhere = self._address(draws, homes["county"][second])
        home: Address = homes["home"]
        home.township[second], home.building[second] = elsewhere.township, elsewhere.building
        return homes

    def _names(self, draws: Draws, birth: Array, death: Array, sex: Array, twin_of: Array, child_of: Array) -> dict[str, Any]:
        named = super()._names(draws, birth, death, sex, twin_of, child_of)
        size = len(birth)
        dotted = draws.random(size) < DOTTED
        name = choose(dotted, dotted_names(draws, size), named["name"])
        younger = np.flatnonzero((twin_of >= 0) & (draws.random(size) < NEAR_TWINS))
        name = _near(draws, name, younger, twin_of[younger], sex, birth)
        sons = np.flatnonzero((child_of >= 0) & (twin_of < 0) & (draws.random(size) < LIKE_FATHER))
        name = _near(draws, name, sons, child_of[sons], sex, birth)
        first, second = self._same
        name = _put(name, second, name.take(pa.array(first)))
        former = choose(np.asarray(pc.equal(pc.fill_null(named["former_name"], ""), name)), pa.nulls(size, pa.string()), named["former_name"])
        return {**named, "name": name, "former_name": former}


def _near(draws: Draws, name: Any, where: Array, like: Array, sex: Array, birth: Array) -> Any:
    """Names that share all but the last character with another's, where that one has surname and two characters."""
    base = name.take(pa.array(like))
    fits = np.asarray(pc.and_(pc.equal(pc.utf8_length(base), 3), pc.invert(pc.match_substring(base, "·"))))
    where, like = where[fits], like[fits]
    base = name.take(pa.array(like))
    other = pc.utf8_slice_codeunits(given_names(draws, sex[where], years(birth[where])), -1)
    made = join(pc.utf8_slice_codeunits(base, 0, 2), other)
    return _put(name, where, choose(np.asarray(pc.equal(made, base)), join(pc.utf8_slice_codeunits(base, 0, 2), "生"), made))


def _put(column: Any, where: Array, values: Any) -> Any:
    mask = np.zeros(len(column), dtype=bool)
    mask[where] = True
    return pc.replace_with_mask(column, pa.array(mask), values.take(pa.array(np.argsort(where, kind="stable"))))


TRANSLITERATED = {
    "买买提": "麦麦提", "麦麦提": "买买提", "阿不都": "阿卜杜", "阿卜杜": "阿不都", "古丽": "古力", "玉素甫": "玉苏甫", "吐尔逊": "吐尔洪",
    "卡德尔": "卡迪尔", "依明": "伊敏", "赛买提": "赛麦提", "努尔": "奴尔", "热娜": "热纳", "迪丽": "狄丽", "艾力": "艾里", "肉孜": "如孜",
    "尼玛": "尼马", "次仁": "才仁",
}
"""Two ways in which offices write one name of another language."""


def transliterated(name: str, draw: float) -> str:
    """The name with a middle dot as another office writes it: other characters for the same sounds, no dot, or the first part alone."""
    if "·" not in name:
        return name
    if draw < 0.15:
        return name.split("·", 1)[0]
    changed = name
    for one, other in TRANSLITERATED.items():
        if one in changed:
            changed = changed.replace(one, other, 1)
            break
    return changed.replace("·", "") if draw > 0.6 else changed


def with_husbands_surname(name: str, draw: float) -> str:
    """The married name of Hong Kong style: a husband's surname before the whole name."""
    listed = names().surnames
    return listed[int(draw * 997) % 20] + name if "·" not in name else name


__all__ = ["HardPopulation", "transliterated", "with_husbands_surname"]
