"""The form of reports: what holds together is read, and every fault is named with its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lingnan.base import BadInput
from lingnan.insight import read_report
from lingnan.insight.dashboards import own_boards
from lingnan.insight.reports import own_reports, typed_values

TEXT = """
id: one
title: {zh: 一, en: One}
audience: officials
parameters:
  - {id: uscc, title: {zh: 代码, en: Code}, pattern: "[0-9A-Z]{18}", required: true}
  - {id: day, title: {zh: 日, en: Day}, type: date}
sections:
  - title: {zh: 甲, en: A}
    items:
      - words: {zh: "{uscc}，{as_of}", en: "{uscc}, {as_of}"}
      - {board: credit.entity, panel: line, filters: {uscc: ":uscc", to: ":as_of"}}
      - {query: shown, title: {zh: 乙, en: B}, values: {day: ":day"}, show: facts}
"""


def read(folder: Path, text: str) -> None:
    (folder / "one.yaml").write_text(text, encoding="utf-8")
    read_report(folder / "one.yaml")


@pytest.mark.parametrize(
    ("told", "change"),
    [
        ("colour", lambda text: text + "colour: red\n"),
        ("one.yaml has the id two", lambda text: text.replace("id: one", "id: two")),
        ("there is no parameter town", lambda text: text.replace('":uscc"', '":town"')),
        ("there is no parameter town", lambda text: text.replace("{uscc}，", "{town}，")),
        ("is no name of a parameter", lambda text: text.replace("{uscc}，", "{uscc.title}，")),
        ("no item follows the parameter day", lambda text: text.replace('":day"', '"2026-01-01"')),
        ("named twice", lambda text: text.replace("id: day", "id: uscc")),
        ("the address uses that word", lambda text: text.replace("id: day", "id: lang")),
        ("title.en", lambda text: text.replace("{zh: 甲, en: A}", "{zh: 甲}")),
        ("sections.0.items.2: must have one of the keys words, panel, query", lambda text: text.replace("query: shown", "asked: shown")),
        ("items.2.title.en: is missing", lambda text: text.replace("{zh: 乙, en: B}", "{zh: 乙}")),
        ("items.2.limit: no such key, allowed are none, query, show, title, values", lambda text: text.replace("show: facts", "limit: 3")),
    ],
)
def test_a_fault_is_named(tmp_path: Path, told: str, change: Callable[[str], str]) -> None:
    read(tmp_path, TEXT)
    with pytest.raises(BadInput) as fault:
        read(tmp_path, change(TEXT))
    assert told in fault.value.en


def test_numbers_and_days_may_be_given_bare(tmp_path: Path) -> None:
    read(tmp_path, TEXT.replace('{day: ":day"}', '{day: ":day", least: 0, since: 2026-01-31}'))
    assert read_report(tmp_path / "one.yaml").queries[0].values == {"day": ":day", "least": "0", "since": "2026-01-31"}


def test_values_are_held_to_their_types(tmp_path: Path) -> None:
    read(tmp_path, TEXT)
    report = read_report(tmp_path / "one.yaml")
    code = "91440101MA59A1B2C3"
    assert typed_values(report, {"uscc": f" {code} "}) == {"uscc": code, "day": ""}
    for typed in ({}, {"uscc": "x"}, {"uscc": code, "day": "soon"}, {"uscc": code, "other": "1"}):
        with pytest.raises(BadInput):
            typed_values(report, typed)


def test_the_hubs_own_reports_show_panels_that_are_there() -> None:
    boards = {board.id: board for board in own_boards()}
    assert [report.id for report in own_reports()] == ["data_quality_month"]
    for report in own_reports():
        assert not report.queries, "queries belong to packs"
        for item in report.panels:
            board = boards[item.board]
            assert board.panel(item.panel) is not None, item
            assert set(item.filters) <= {each.id for each in board.filters}, item
