"""Elements that may be one and the same: names and definitions close by their characters, value domains equal."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import sqrt

from lingnan.standards.elements import DataElement, ValueDomain

CLOSE = 0.85


@dataclass(frozen=True)
class Duplicate:
    """Two elements, the cosine of their character pairs (0–1), and why they were told."""

    first: str
    second: str
    likeness: float
    shared: tuple[str, ...]
    domain: ValueDomain

    def text(self, lang: str = "zh") -> str:
        """The explanation in the reader's language."""
        words, domain = "、".join(self.shared), f"{self.domain.datatype} {self.domain.format} {self.domain.unit}".strip()
        if lang == "en":
            return f"{self.first} and {self.second} are alike ({self.likeness:.2f}; they share {words}) and both are written {domain}"
        return f"{self.first} 与 {self.second} 近似（{self.likeness:.2f}，同有 {words}），且都写作 {domain}"


def find_duplicates(elements: Iterable[DataElement], close: float = CLOSE) -> list[Duplicate]:
    """Pairs of elements whose names and definitions are close and whose value domains are equal, closest first."""
    by_domain: dict[ValueDomain, list[tuple[DataElement, Counter[str], float]]] = {}
    for element in elements:
        grams = _grams(element)
        by_domain.setdefault(element.value_domain, []).append((element, grams, sqrt(sum(count * count for count in grams.values()))))
    found = [pair for alike in by_domain.values() for pair in _pairs(alike, close)]
    return sorted(found, key=lambda pair: (-pair.likeness, pair.first, pair.second))


def _pairs(alike: list[tuple[DataElement, Counter[str], float]], close: float) -> Iterator[Duplicate]:
    for at, (first, grams, length) in enumerate(alike):
        for second, others, other_length in alike[at + 1 :]:
            shared = grams.keys() & others.keys()
            likeness = sum(grams[each] * others[each] for each in shared) / (length * other_length or 1.0)
            if likeness > close:
                telling = sorted(shared & {first.zh[i : i + 2] for i in range(len(first.zh) - 1)} or shared)[:5]
                yield Duplicate(first.id, second.id, round(likeness, 3), tuple(telling), first.value_domain)


def _grams(element: DataElement) -> Counter[str]:
    """Pairs of neighbouring characters of name and definition; the name counts twice."""
    found: Counter[str] = Counter()
    for text, weight in ((element.zh, 2), (element.object_class + element.property, 1), (element.definition, 1)):
        for at in range(len(text) - 1):
            found[text[at : at + 2]] += weight
    return found
