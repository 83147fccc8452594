"""Reads handed-over files with other libraries than those that wrote them, as rows of text under the contract's names."""

import csv
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml
from defusedxml.ElementTree import parse
from python_calamine import CalamineWorkbook

Row = dict[str, str | None]


def feeds(home: Path) -> dict[str, dict[str, Any]]:
    listed = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(home.glob("sources/*/*.yaml")) if not path.name.endswith(".contract.yaml")]
    return {feed["feed"]: feed for feed in listed}


def contract(home: Path, feed: dict[str, Any]) -> dict[str, Any]:
    path = home / "sources" / feed["department"]["id"] / feed["contract"]
    return dict(yaml.safe_load(path.read_text("utf-8"))["schema"][0])


def rows(home: Path, feed: dict[str, Any]) -> list[Row]:
    """Every row of the feed; raises KeyError when a header is not the one that the contract promises."""
    given = _READERS[feed["connector"]](home, feed)
    names = {each["physicalName"]: each["name"] for each in contract(home, feed)["properties"]}
    return [{names[key]: None if value in (None, "") else value for key, value in row.items()} for row in given]


def _csv(home: Path, feed: dict[str, Any]) -> list[Row]:
    found: list[Row] = []
    options = feed["options"]
    for path in sorted(home.glob(feed["location"])):
        lines = list(csv.reader(io.StringIO(_text(path, options["encoding"])), delimiter=options.get("delimiter", ",")))
        start = options.get("title_rows", 0)
        body = lines[start + 1 + bool(options.get("unit_row")) :]
        found += [dict(zip(lines[start], line, strict=True)) for line in body]
    return found


def _text(path: Path, encoding: str) -> str:
    content = path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            content = archive.read(archive.namelist()[0])
    return content.decode(encoding).removeprefix("\ufeff")


def _xlsx(home: Path, feed: dict[str, Any]) -> list[Row]:
    found: list[Row] = []
    for path in sorted(home.glob(feed["location"])):
        table = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        sheet = [[_cell(cell) for cell in line] for line in table]
        if "unpivot" in feed["options"]:
            found += _across(sheet)
            continue
        upper, lower = sheet[2], sheet[3]
        groups = [next(cell for cell in reversed(upper[: at + 1]) if cell) for at in range(len(upper))]
        headers = [group if not low else f"{group}·{low}" for group, low in zip(groups, lower, strict=True)]
        found += [dict(zip(headers, line, strict=False)) for line in sheet[4:-2]]
    return found


def _across(sheet: list[list[str]]) -> list[Row]:
    header = sheet[2]
    return [
        {**dict(zip(header[:4], line[:4], strict=True)), "year": year.removesuffix("年"), "value": value}
        for line in sheet[3:-2]
        for year, value in zip(header[4:], line[4:], strict=True)
    ]


def _cell(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _sqlite(home: Path, feed: dict[str, Any]) -> list[Row]:
    place = feed.get("fallback", feed)
    with sqlite3.connect(home / place["location"]) as connection:
        cursor = connection.execute(f'select * from "{place["options"]["table"]}"')
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, line, strict=True)) for line in cursor]


def _json(home: Path, feed: dict[str, Any]) -> list[Row]:
    folder = home / "world" / "handover" / feed["location"].split("/", 3)[3]
    pages = sorted(folder.glob("page-*.json"), key=lambda path: int(path.stem.split("-")[1]))
    found: list[Row] = []
    for number, path in enumerate(pages, 1):
        answer = json.loads(path.read_bytes(), parse_float=str, parse_int=str)
        assert (answer["page"], answer["pages"]) == (str(number), str(len(pages)))
        records = answer
        for part in feed["options"]["records"].split("."):
            records = records[part]
        found += json.loads(records, parse_float=str, parse_int=str) if isinstance(records, str) else records
    return found


def _lines(home: Path, feed: dict[str, Any]) -> list[Row]:
    return [json.loads(line) for line in (home / feed["location"]).read_text("utf-8").splitlines()]


def _xml(home: Path, feed: dict[str, Any]) -> list[Row]:
    root = parse(home / feed["location"]).getroot()
    return [{child.tag: child.text for child in element} for element in root.iter(feed["options"]["row_tag"])]


def _parquet(home: Path, feed: dict[str, Any]) -> list[Row]:
    return list(pq.read_table(home / feed["location"]).to_pylist())


_READERS = {"csv": _csv, "xlsx": _xlsx, "sqlite": _sqlite, "postgres": _sqlite, "json_api": _json, "json": _lines, "xml": _xml, "parquet": _parquet}
