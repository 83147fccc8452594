"""Decides which division a chain of names means: every reading that the hierarchy allows is followed, and none is preferred without a reason."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from lingnan.govern.addresses.places import (
    CITY,
    COUNTY,
    PROVINCE,
    REMEMBERED,
    TOWNSHIP,
    Place,
    carved_from,
    full_names,
    places,
    township_shorts,
    without_counties,
)

RESOLVED, AMBIGUOUS, UNRESOLVED = "resolved", "ambiguous", "unresolved"
_MOST_CANDIDATES = 20


class Mention(NamedTuple):
    """A name as it stands in an address, and the kind written after a short form (增城 + 市), typing errors included."""

    name: str
    kind: str = ""


class Finding(NamedTuple):
    """What a chain of names means: the division in force today or the candidates, the old one written, and how many names were needed."""

    status: str
    reason: str
    division: str = ""
    township: str = ""
    old: Place | None = None
    candidates: tuple[str, ...] = ()
    taken: int = 0
    hints: tuple[str, ...] = ()


class _Reading(NamedTuple):
    """One way to read the names so far: the deepest place, every place named, and whether all of it were short forms."""

    deepest: Place
    named: tuple[Place, ...]
    short: bool
    hints: tuple[str, ...] = ()


class _State(NamedTuple):
    """How far a chain has been read: the readings left, how many names they took, the name that fitted none, whether a township confirmed them."""

    readings: tuple[_Reading, ...] = ()
    taken: int = 0
    refused: Mention | None = None
    confirmed: bool = False
    stopped: bool = False


def resolve(mentions: Sequence[Mention], within: str = "") -> Finding:
    """The division that the names mean; `within` is a province's or city's code that the whole column is known to lie in."""
    state = _read_all(tuple(mentions))
    if len(state.readings) == 1 and state.refused is None and _stands_plainly(state.readings[0]):
        return _plain_finding(state)
    readings = _within(_standing(state.readings), within)
    if not readings or (state.taken == 1 and len(mentions[0].name) == 1):
        return Finding(UNRESOLVED, "no_division")
    return _contradicted(_found(_plain(readings), state.taken, state.confirmed or bool(within)), readings, state.refused)


def _stands_plainly(reading: _Reading) -> bool:
    """Whether all that is named is in force, in one county, and named for more than short: there is nothing to weigh."""
    if reading.hints or reading.deepest.level < COUNTY or (reading.short and len(reading.named) == 1) or len(reading.deepest.now) != 1:
        return False
    return all(place.end is None and not place.zone for place in reading.named)


def _plain_finding(state: _State) -> Finding:
    place, named = state.readings[0].deepest, state.readings[0].named
    told = place.level == TOWNSHIP and all(each.level != COUNTY for each in named)
    return Finding(
        RESOLVED, "told_by_township" if told else "named", place.now[0], place.code if place.level == TOWNSHIP else "", taken=state.taken,
    )


def _read_all(mentions: tuple[Mention, ...]) -> _State:
    """Most chains share their beginning with many others, so beginnings are kept; ends, mostly townships, are not."""
    return _further(_beginning(mentions[:-1]), mentions[-1]) if mentions else _State()


@lru_cache(maxsize=50_000)
def _beginning(mentions: tuple[Mention, ...]) -> _State:
    return _further(_beginning(mentions[:-1]), mentions[-1]) if mentions else _State()


def _further(state: _State, mention: Mention) -> _State:
    if state.stopped:
        return state
    found = _read(mention, state.readings, state.taken)
    if not found:
        return state._replace(refused=mention, stopped=True)
    found = [reading for reading in found if not is_casual(mention, reading.named[-1])] or found
    if is_casual(mention, found[0].named[-1]):
        # 顺德容桂: a township named for short tells which 顺德 is meant, but may as well begin a road's name, so it is not taken.
        before = tuple(reading for reading in state.readings if any(later.named[:-1] == reading.named for later in found))
        return state._replace(readings=before, confirmed=bool(state.taken), stopped=True)
    return state._replace(readings=tuple(found), taken=state.taken + 1)


def is_casual(mention: Mention, place: Place) -> bool:
    """Whether a township is named for short, outside the cities whose towns are usually so named."""
    if place.level != TOWNSHIP or mention.name == place.zh or mention.kind in ("镇", "乡"):
        return False
    return not mention.name.endswith(("镇", "乡", "街道")) and place.now[0] not in without_counties()


def _read(mention: Mention, readings: Sequence[_Reading], taken: int) -> list[_Reading]:
    known = places().get(mention.name, ())
    if len(mention.name) == 1 and taken:
        return []
    short = mention.name not in full_names()
    if not taken:
        # Where a division and a township share a name (朝阳区), the name alone means the division.
        upper = [place for place in known if place.level < TOWNSHIP] or known
        found = [_Reading(place, (place,), short, _kind_hint(mention, place)) for place in upper]
    else:
        found = [joined for reading in readings for joined in _joined(reading, known, mention, short)]
    return _of_that_kind(mention, found)


def _joined(reading: _Reading, known: Sequence[Place], mention: Mention, short: bool) -> list[_Reading]:
    found = [joined for place in known if (joined := _join(reading, place, short, mention))]
    if len(found) < 2:
        return found
    deeper = [joined for joined in found if joined.deepest.level > reading.deepest.level]
    again = [joined for joined in found if joined.deepest.level == reading.deepest.level]
    # 宜春地区宜春市: after a prefecture of another kind the county of that name is meant, not the prefecture again.
    return deeper if deeper and not short and all(each.named[-1].zh != reading.deepest.zh for each in again) else found


def _of_that_kind(mention: Mention, readings: Sequence[_Reading]) -> list[_Reading]:
    """The readings whose place is of the kind that was written, if there are such."""
    return [reading for reading in readings if not reading.hints] or list(readings) if mention.kind else list(readings)


def _kind_hint(mention: Mention, place: Place) -> tuple[str, ...]:
    if not mention.kind or place.zh.endswith(mention.kind):
        return ()
    return (f"written:{mention.name}{mention.kind}",)


def _join(reading: _Reading, place: Place, short: bool, mention: Mention) -> _Reading | None:
    deepest, carved = reading.deepest, False
    if _stands_above(deepest, place):
        at = place
    elif place.level == TOWNSHIP and carved_from(place.now[0]) in deepest.now:
        at, carved = place, True
    elif _stands_above(place, deepest):
        at = deepest
    elif place.level == deepest.level and set(place.now) & set(deepest.now) and (place.now == deepest.now or not place.zone):
        at = place if place.end is None and place.now else deepest
    elif deepest.zone != place.zone and place.level == deepest.level == COUNTY and _in_one_city(deepest, place):
        # 合肥高新区蜀山区: the county named beside a zone of its city is where it lies.
        at = place if deepest.zone else deepest
    else:
        return None
    hints = (*reading.hints, "carved") if carved else reading.hints
    if mention.kind:
        hints = (*hints, *_kind_hint(mention, place))
    return _Reading(at, (*reading.named, place), short and reading.short and not carved, hints)


def _stands_above(upper: Place, lower: Place) -> bool:
    if lower.level <= upper.level and not (upper.level == CITY and lower.level == CITY):
        return False
    return upper.code in lower.above or not lower.above.isdisjoint(upper.now)


def _in_one_city(one: Place, other: Place) -> bool:
    return any(not code.endswith("0000") for code in one.above & other.above)


def _standing(readings: Sequence[_Reading]) -> Sequence[_Reading]:
    """Names that ended long ago yield to namesakes; without any in force, the ones that ended last are meant."""
    if len(readings) < 2:
        return readings
    if all(place.end is None for reading in readings for place in reading.named):
        return readings
    recent = [reading for reading in readings if all(_remembered(place) for place in reading.named)] or readings
    # 淮安市 is the city of today, not the county of that name which became a part of it.
    whole = {place.code for place in (reading.deepest for reading in recent) if place.end is None and place.level == CITY}
    seats = {place.zh for place in (reading.deepest for reading in recent) if place.end is None and place.level == COUNTY}
    return [reading for reading in recent if not _is_of_the_past(reading.deepest, whole, seats)] or recent


def _is_of_the_past(place: Place, whole: set[str], seats: set[str]) -> bool:
    """A county of the name of the city that took it in, or a city (巢湖市) whose seat alone bears its name today."""
    return place.end is not None and (bool(whole & place.above) or (place.level == CITY and place.zh in seats))


def _remembered(place: Place) -> bool:
    return place.end is None or place.end >= REMEMBERED


def _within(readings: Sequence[_Reading], within: str) -> Sequence[_Reading]:
    if not within:
        return readings
    inside = [reading for reading in readings if within in reading.deepest.above or within in (reading.deepest.code, *reading.deepest.now)]
    return inside or readings


def _plain(readings: Sequence[_Reading]) -> Sequence[_Reading]:
    """A short form alone means the highest place that it is said of: 朝阳 the city, not one of the counties of that name."""
    if not all(reading.short and len(reading.named) == 1 for reading in readings):
        return readings
    top = min(reading.deepest.level for reading in readings)
    return [reading for reading in readings if reading.deepest.level == top] if top < COUNTY else readings


def _found(readings: Sequence[_Reading], taken: int, confirmed: bool) -> Finding:
    today = {code for reading in readings for code in _counties(reading)}
    old = _old(readings)
    hints = tuple(dict.fromkeys(hint for reading in readings for hint in reading.hints))
    if not today:
        return _without_county(readings, taken, old, hints)
    if len(today) > 1 or any(not _counties(reading) for reading in readings):
        return Finding(AMBIGUOUS, _why_several(readings), "", "", old, _some(today | _upper(readings)), taken, hints)
    code = today.pop()
    if not confirmed and _is_told_by_little(readings):
        return Finding(AMBIGUOUS, "short_name_alone", "", "", old, (code,), taken, hints)
    towns = {reading.deepest.code for reading in readings if reading.deepest.level == TOWNSHIP}
    town = towns.pop() if len(towns) == 1 else ""
    return Finding(RESOLVED, _why_one(readings, old), code, town, old, (), taken, hints)


def _counties(reading: _Reading) -> tuple[str, ...]:
    place = reading.deepest
    return place.now if place.level >= COUNTY or (place.code in without_counties() and place.end is None) else ()


def _upper(readings: Sequence[_Reading]) -> set[str]:
    return {code for reading in readings if not _counties(reading) for code in reading.deepest.now}


def _some(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(codes)[:_MOST_CANDIDATES])


def _without_county(readings: Sequence[_Reading], taken: int, old: Place | None, hints: tuple[str, ...]) -> Finding:
    deepest = [reading.deepest for reading in readings]
    if any(place.level >= COUNTY for place in deepest):
        return Finding(UNRESOLVED, "ended_without_successor", "", "", old, (), taken, hints)
    today = {code for place in deepest for code in place.now}
    if len(today) == 1:
        reason = "province_only" if deepest[0].level == PROVINCE else "city_only"
        return Finding(UNRESOLVED, reason, today.pop(), "", old, (), taken, hints)
    provinces = {code[:2] for code in today}
    if {place.level for place in deepest} == {PROVINCE, CITY} and len(provinces) == 1:
        return Finding(UNRESOLVED, "province_only", provinces.pop() + "0000", "", old, (), taken, hints)
    return Finding(AMBIGUOUS, "same_name", "", "", old, _some(today), taken, hints)


def _old(readings: Sequence[_Reading]) -> Place | None:
    """The one division no longer in force that was written, the deepest of them."""
    ended = [place for reading in readings for place in reading.named if place.end is not None and place.level < TOWNSHIP]
    inside = [place for place in ended if place.level == COUNTY] or ended
    standing = any(reading.deepest.end is None and reading.deepest.level == COUNTY and not reading.deepest.zone for reading in readings)
    if standing and len(readings) > 1 and all(reading.short for reading in readings):
        return None
    return max(inside, key=lambda place: (place.level, place.end), default=None) if len({place.zh for place in inside}) == 1 else None


def _why_several(readings: Sequence[_Reading]) -> str:
    if len({reading.deepest.zh for reading in readings}) == 1 and len(readings) == 1:
        place = readings[0].deepest
        return "zone_spans" if place.zone else "split"
    return "same_name"


def _why_one(readings: Sequence[_Reading], old: Place | None) -> str:
    hints = [hint for reading in readings for hint in reading.hints]
    if "carved" in hints:
        return "carved_out"
    if old is not None and old.level == COUNTY:
        return "renamed" if len(old.now) == 1 else "split_told_by_township"
    counties = [place.zone for place in readings[0].named if place.level == COUNTY]
    if readings[0].deepest.zone or (counties and all(counties)):
        return "zone"
    if readings[0].deepest.level == TOWNSHIP and not any(place.level == COUNTY or place.zone for place in readings[0].named):
        return "told_by_township"
    return "kind_corrected" if hints else "named"


def _is_told_by_little(readings: Sequence[_Reading]) -> bool:
    """A short form of a district or county with nothing beside it, when townships or others are called so too."""
    if not all(reading.short and len(reading.named) == 1 and not reading.deepest.zone for reading in readings):
        return False
    place = readings[0].deepest
    short = next((name for name in _spoken(place.zh)), place.zh)
    return not place.zh.endswith("市") and short in township_shorts() and place.level == COUNTY


def _spoken(name: str) -> Iterable[str]:
    if name[-1] in "区县旗市":
        yield name[:-1]


def _contradicted(found: Finding, readings: Sequence[_Reading], refused: Mention | None) -> Finding:
    """Two divisions in full that cannot hold one another: neither is preferred."""
    if refused is None or refused.name not in full_names() or found.status == AMBIGUOUS:
        return found
    others = _standing([_Reading(place, (place,), False) for place in places()[refused.name] if place.level < TOWNSHIP and not place.zone])
    if not others or (found.status == RESOLVED and not _beside(readings[0].deepest, [other.deepest for other in others])):
        return found
    codes = {code for other in others for code in other.deepest.now} | ({found.division} if found.division else set())
    return Finding(AMBIGUOUS, "contradiction", "", "", None, _some(codes), found.taken, found.hints)


def _beside(place: Place, others: list[Place]) -> bool:
    """Whether another county of the same city, or another city, was named right after."""
    if place.level == TOWNSHIP:
        return False
    cities = {code[:4] for code in place.now}
    return any(other.level == COUNTY and cities & {code[:4] for code in other.now} for other in others)
