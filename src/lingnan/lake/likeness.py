"""How alike two texts are, counted in characters: what every engine answers for `levenshtein`, `damerau_levenshtein` and `jaro_winkler_similarity`.

F. Damerau, A technique for computer detection and correction of spelling errors (1964); W. Winkler, String Comparator Metrics (1990).
"""

_BOOST_FROM, _BOOST, _BEGINNING = 0.7, 0.1, 4
"""From this likeness on, each of the first four characters that two texts share brings them nearer by a tenth of what is left."""


def levenshtein(one: str, other: str) -> int:
    """Characters to put in, take out or replace until the texts are equal."""
    one, other = _apart(one, other)
    row = list(range(len(other) + 1))
    for place, character in enumerate(one, 1):
        before, row = row, [place]
        for at, met in enumerate(other, 1):
            row.append(min(before[at] + 1, row[-1] + 1, before[at - 1] + (character != met)))
    return row[-1]


def damerau_levenshtein(one: str, other: str) -> int:
    """The same, where two neighbours that have changed places are one step, whatever is done between them."""
    one, other = _apart(one, other)
    most = len(one) + len(other)
    last: dict[str, int] = {}
    rows: list[list[int]] = [[most] * (len(other) + 2), [most, *range(len(other) + 1)]]
    for place, character in enumerate(one, 1):
        above, row, swapped = rows[-1], [most, place], 0
        for at, met in enumerate(other, 1):
            seen, between = last.get(met, 0), swapped
            swapped = at if character == met else swapped
            turned = rows[seen][between] + (place - seen - 1) + 1 + (at - between - 1)
            row.append(min(above[at] + (character != met), row[at] + 1, above[at + 1] + 1, turned))
        rows.append(row)
        last[character] = place
    return rows[-1][-1]


def jaro_winkler_similarity(one: str, other: str) -> float:
    """From 0 to 1: how many characters two texts share near the same place, and more for those that begin alike."""
    met, turned = _shared(one, other)
    if not met:
        return 0.0
    likeness = (met / len(one) + met / len(other) + (met - turned // 2) / met) / 3.0
    if likeness > _BOOST_FROM:
        likeness += _beginning(one, other) * _BOOST * (1.0 - likeness)
    return likeness


def _shared(one: str, other: str) -> tuple[int, int]:
    """Characters of the one that the other has not further away than half the longer text, and how many of them stand in another order."""
    reach = max(0, max(len(one), len(other)) // 2 - 1)
    taken = [False] * len(other)
    kept = []
    for place, character in enumerate(one):
        at = other.find(character, max(0, place - reach), place + reach + 1)
        while at >= 0 and taken[at]:
            at = other.find(character, at + 1, place + reach + 1)
        if at >= 0:
            taken[at] = True
            kept.append(character)
    there = (met for met, used in zip(other, taken, strict=True) if used)
    return len(kept), sum(character != met for character, met in zip(kept, there, strict=True))


def _beginning(one: str, other: str) -> int:
    count = 0
    for character, met in zip(one[:_BEGINNING], other[:_BEGINNING], strict=False):
        if character != met:
            break
        count += 1
    return count


def _apart(one: str, other: str) -> tuple[str, str]:
    """The texts without what they begin and end with alike."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one, other


__all__ = ["damerau_levenshtein", "jaro_winkler_similarity", "levenshtein"]
