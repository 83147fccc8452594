"""Suggests names while someone types: by the beginning of the Chinese or English name, of its pinyin or of its initials."""

from collections.abc import Iterator
from functools import lru_cache, reduce

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.catalogue.search.columns import Columns, whole
from lingnan.catalogue.search.words import normal, pinyin_tokens
from lingnan.catalogue.shapes import Suggestion

LARGEST = 50
_LOOKED_AT = 2_000
_KEYS = ("title_zh", "title_en", "initials", "spelled")
_NAME = ("title_zh", "title_en")


def suggest(columns: Columns, words: str, limit: int) -> tuple[Suggestion, ...]:
    """Departments, resources and items whose names begin so, then resources that hold it; each name once."""
    typed, limit = normal(words), min(max(limit, 1), LARGEST)
    if not typed:
        return ()
    chosen: dict[tuple[str, str], Suggestion] = {}
    for found in _every(columns, typed, limit):
        chosen.setdefault((found.kind, found.zh), found)
    return tuple(_shared(list(chosen.values()), limit))


def _every(columns: Columns, typed: str, limit: int) -> Iterator[Suggestion]:
    yield from _departments(columns, typed)
    yield from _resources(columns, typed, limit)
    yield from _items(columns, typed, limit)


def _shared(found: list[Suggestion], limit: int) -> list[Suggestion]:
    """Not more than a quarter departments and a quarter items while there are resources to show, in the order of kinds."""
    kinds = {kind: [each for each in found if each.kind == kind] for kind in ("department", "resource", "item")}
    some = max(limit // 4, 1)
    kept = {"department": kinds["department"][:some], "item": kinds["item"][:some]}
    resources = kinds["resource"][: limit - sum(map(len, kept.values()))]
    items = kinds["item"][: limit - len(resources) - len(kept["department"])]
    return [*kept["department"], *resources, *items]


def _departments(columns: Columns, typed: str) -> Iterator[Suggestion]:
    for key, each in sorted(columns.departments.items(), key=lambda pair: (pair[1].level, pair[1].number)):
        if any(name.startswith(typed) for name in _spoken(each.zh, each.en)):
            yield Suggestion(kind="department", zh=each.zh, en=each.en, key=key)


@lru_cache(maxsize=4096)
def _spoken(zh: str, en: str) -> tuple[str, ...]:
    initials, spelled, _tokens = pinyin_tokens(zh)
    return normal(zh), normal(en), initials, spelled


def _resources(columns: Columns, typed: str, limit: int) -> Iterator[Suggestion]:
    names = ("title_zh",) if not typed.isascii() and columns.titles_are_ascii else _KEYS
    begins = pc.and_(_beginning({name: columns.column(name) for name in names}, typed), columns.alive)
    yield from _slots(columns, pc.indices_nonzero(begins), 2 * limit)
    if begins.true_count < limit and not typed.isascii():
        part = pc.and_(pc.and_(pc.match_substring(columns.column("title_zh"), typed), columns.alive), pc.invert(begins))
        yield from _slots(columns, pc.indices_nonzero(part), 2 * limit)


def _slots(columns: Columns, slots: pa.Array, count: int) -> Iterator[Suggestion]:
    """The best of these slots; of many that share a name, the first."""
    best = pc.select_k_unstable(columns.order.take(slots), k=_LOOKED_AT, sort_keys=[("", "ascending")])
    chosen = slots.take(best)
    named: dict[str, int] = {}
    for slot, name in zip(chosen.to_pylist(), columns.column("zh").take(chosen).to_pylist(), strict=True):
        named.setdefault(name, slot)
    for zh, slot in list(named.items())[:count]:
        yield Suggestion(kind="resource", zh=zh, en=columns.column("en")[slot].as_py(), key=columns.column("code")[slot].as_py())


def _items(columns: Columns, typed: str, limit: int) -> Iterator[Suggestion]:
    """Names of items, those that most items bear first."""
    begins = pc.indices_nonzero(_beginning({name: whole(columns.terms[name]) for name in _KEYS}, typed))
    often = columns.borne.take(begins)
    begins, often = begins.filter(pc.greater(often, 0)), often.filter(pc.greater(often, 0))
    keys = pa.table({"often": often, "number": whole(columns.terms["number"]).take(begins)})
    chosen = pc.select_k_unstable(keys, k=2 * limit, sort_keys=[("often", "descending"), ("number", "ascending")])
    rows = columns.terms.take(begins.take(chosen)).to_pylist()
    for row in rows:
        yield Suggestion(kind="item", zh=row["zh"] or row["item_name"], en=row["en"], key=row["item_name"])


def _beginning(names: dict[str, pa.Array], typed: str) -> pa.BooleanArray:
    # Only Latin letters can begin pinyin, and blanks stand in no pinyin.
    asked = _KEYS if typed.isascii() and typed.isalpha() else _NAME
    return reduce(pc.or_, [pc.starts_with(names[name], typed) for name in asked if name in names])
