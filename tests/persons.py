"""Two departments that tell of the same made people, for tests of registers in a whole hub."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from lingnan.standards import CITIZEN_NUMBER
from tests.homes import without_packs

FEED = """
feed: {feed}
title: {{zh: {zh}, en: {en}}}
department: {{id: {department}, zh: {department_zh}, en: {department_en}}}
system: {{id: {table}, zh: {zh}, en: {en}}}
connector: csv
location: {table}.csv
load: snapshot
key: [{key}]
cadence: daily
contract: {table}.contract.yaml
target: {feed}
origin: made
"""
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: {feed}
version: 1.0.0
status: active
schema:
  - name: {table}
    physicalName: {table}
    customProperties: [{{property: titleZh, value: {zh}}}, {{property: titleEn, value: {en}}}]
    properties:
"""
RESIDENT = (
    "resident_no", "citizen_number", "name", "former_name", "sex", "nationality", "birth_date", "division", "address", "household", "updated_on",
)
INSURED = (
    "insured_no", "citizen_number", "name", "sex", "birth_date", "employer_uscc", "employer_name", "base", "insured_since", "status", "updated_on",
)
TABLES = {
    "resident": ({"feed": "gongan.resident", "department": "gongan", "department_zh": "公安厅", "department_en": "Public Security",
                  "zh": "常住人口", "en": "Residents"}, RESIDENT),
    "insured": ({"feed": "renshe.insured", "department": "renshe", "department_zh": "人社厅", "department_en": "Social Insurance",
                 "zh": "参保人", "en": "Insured"}, INSURED),
}
GUARDED = {"citizen_number": "sensitive", "household": "sensitive", "nationality": "sensitive", "division": "internal", "updated_on": "internal"}
INTERNAL = ("resident_no", "insured_no", "employer_name", "insured_since")


def describe(home: Path) -> Path:
    """Put feeds and contracts of both where a hub in that home finds them; gives the home."""
    for table, (words, columns) in TABLES.items():
        folder = home / "sources" / words["department"]
        folder.mkdir(parents=True, exist_ok=True)
        told = {**words, "table": table, "key": columns[0]}
        (folder / f"{table}.yaml").write_text(FEED.format(**told), encoding="utf-8")
        lines = [_property(name, name == columns[0]) for name in columns]
        (folder / f"{table}.contract.yaml").write_text(CONTRACT.format(**told) + "\n".join(lines) + "\n", encoding="utf-8")
    return without_packs(home)


def _property(name: str, key: bool) -> str:
    day = name in ("birth_date", "updated_on", "insured_since")
    kind = "logicalType: date, physicalType: DATE" if day else "logicalType: string, physicalType: VARCHAR"
    guard = "internal" if name in INTERNAL else GUARDED.get(name, "personal")
    return f"      - {{name: {name}, physicalName: {name}, {kind}{', primaryKey: true' if key else ''}, classification: {guard}}}"


def number(place: int) -> str:
    """A right citizen number of a made person."""
    body = f"44010319800101{place:03d}"
    return next(body + last for last in "0123456789X" if CITIZEN_NUMBER.valid(body + last))


def person(place: int, **other: str) -> dict[str, str]:
    """What both departments know of a made person."""
    return {
        "resident_no": f"R{place}", "insured_no": f"I{place}", "citizen_number": number(place), "name": "陈明", "former_name": "", "sex": "1",
        "nationality": "01", "birth_date": "1980-01-01", "division": "440103", "address": "和平路1号", "household": "H1",
        "updated_on": "2020-05-01", "employer_uscc": "", "employer_name": "", "base": "5000", "insured_since": "2010-07-01", "status": "在保",
        **other,
    }


def deliver(home: Path, table: str, people: Iterable[Mapping[str, str]]) -> None:
    """What a department hands over next, as CSV."""
    columns = TABLES[table][1]
    lines = [",".join(columns), *(",".join(each[name] for name in columns) for each in people)]
    (home / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
