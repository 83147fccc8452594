"""Administrative divisions with their history: province, city, county, and the townships of Guangdong."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property

from lingnan.base import Damaged
from lingnan.standards.lists import Code, CodeList, read_day, read_several, read_table

PROVINCE, CITY, COUNTY, TOWNSHIP = 1, 2, 3, 4
COLUMNS = ["code", "zh", "en", "level", "valid_from", "valid_to", "successors", "change", "role", "proofed"]

_ENDINGS = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "地区", "街道", "省", "市", "区", "县", "镇", "乡")


class Divisions(CodeList):
    """The divisions list: parents follow from the codes, and names are written out from the province down."""

    def _read(self) -> Iterator[Code]:
        columns, rows = read_table(self._path)
        if columns != COLUMNS:
            raise Damaged(
                f"行政区划表 {self._path.name} 的列应为：{'、'.join(COLUMNS)}；读到的是：{'、'.join(columns)}。",
                f"The columns of the divisions list {self._path.name} are {', '.join(COLUMNS)}; found {', '.join(columns)}.",
                path=str(self._path),
            )
        cities = {row[0] for row in rows if row[3] == "2"}
        # Ten thousand rows: taking them apart by place is three times as fast as by name.
        for code, zh, en, level, start, end, successors, change, role, proofed in rows:
            yield Code(
                code, zh, en, _parent(code, cities), int(level), read_day(start), read_day(end), read_several(successors), (), change, role,
                proofed != "false",
            )

    def full_name(self, code: str, at: date | None = None) -> str | None:
        """The place written out from the province down (广东省广州市天河区); grouping rows such as 市辖区 are never printed."""
        entry = self.get(code, at)
        if entry is None:
            return None
        above = self.full_name(entry.parent, at) if entry.parent else ""
        if above is None and entry.parent:
            above = self.full_name(entry.parent)
        return (above or "") + (entry.zh if entry.level else "")

    def counties(self, at: date, province: str = "44", *, holders: bool = False) -> tuple[Code, ...]:
        """The county-level divisions of a province (first digits) on that day; `holders` adds cities without districts."""
        return tuple(
            entry for entry in self.at(at) if entry.code.startswith(province) and (entry.level == COUNTY or (holders and entry.role == "holder"))
        )

    def townships(self, county: str) -> tuple[Code, ...]:
        """The townships of a Guangdong county, or of a city without districts (441900), as of 2023-06-30."""
        return self._by_county.get(county, ())

    @cached_property
    def _by_county(self) -> dict[str, tuple[Code, ...]]:
        found: dict[str, list[Code]] = {}
        for entry in self.entries:
            if entry.level == TOWNSHIP and entry.parent:
                found.setdefault(entry.parent, []).append(entry)
        return {county: tuple(entries) for county, entries in found.items()}

    @cached_property
    def without_successor(self) -> tuple[Code, ...]:
        """The ended codes whose successor is not known without doubt."""
        return tuple(e for e in self.entries if e.level and e.valid_to and not self.successor(e.code, used_on=e.valid_from))

    def _short_forms(self, entry: Code) -> Iterable[str]:
        yield _short(entry.zh)
        if entry.parent and entry.level < TOWNSHIP:
            above = self.full_name(entry.parent) or ""
            yield above + entry.zh
            yield from _without_province(above, entry.zh)


def _parent(code: str, cities: set[str]) -> str | None:
    if len(code) > 6:
        return code[:6]
    if code.endswith("0000"):
        return None
    city = code[:4] + "00"
    return city if city != code and city in cities else code[:2] + "0000"


def _short(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending) if len(name) - len(ending) > 1 else name
    return name


def _without_province(above: str, name: str) -> Iterator[str]:
    for ending in ("自治区", "省"):
        _, found, city = above.partition(ending)
        if found and city:
            yield city + name
