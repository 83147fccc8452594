"""Files of boards: what fits the form, what they read, and that each fault is told with its place."""

from pathlib import Path

import pytest

from lingnan.base import BadInput
from lingnan.insight import dashboards

HEAD = """
id: air
title: {zh: 空气, en: Air}
audience: public
filters:
  - {id: station, title: {zh: 站点, en: Station}, column: demo.hour.station}
  - {id: days, kind: dates, title: {zh: 日期, en: Days}}
panels:
"""
LINE = """
  - id: pm
    kind: line
    title: {zh: 浓度, en: Concentration}
    table: demo.hour
    by: at
    bucket: day
    measures: [{measure: mean, column: pm25, title: {zh: 均值, en: Mean}}]
    where: [{column: station, value: ":station"}, {column: at, operator: within, value: ":days"}]
"""


def board(folder: Path, text: str) -> dashboards.Board:
    (folder / "air.yaml").write_text(text, encoding="utf-8")
    return dashboards.read_board(folder / "air.yaml")


def test_a_board_tells_every_column_it_reads(tmp_path: Path) -> None:
    found = board(tmp_path, HEAD + LINE)
    assert found.reads() == {"demo.hour": {"station", "at", "pm25"}}
    assert [section.title.en for section in found.sections] == ["Air"], "a board of one section names its panels alone"
    assert found.panel("pm") is found.panels[0]


@pytest.mark.parametrize("named", ["industries-2017", "divisions", "own_words"])
def test_code_lists_are_named_with_their_edition(tmp_path: Path, named: str) -> None:
    text = HEAD.replace("column: demo.hour.station", f"codes: {named}") + LINE + f"    codes: {{station: {named}}}\n"
    assert board(tmp_path, text).codes_named() == {named}


MAP = """
  - id: cities
    kind: map
    title: {zh: 各市, en: Cities}
    table: demo.hour
    by: city
    drill: station
    measures: [{measure: count, title: {zh: 次数, en: Count}}]
"""


def test_a_map_narrows_the_board_by_a_filter_and_keeps_the_others(tmp_path: Path) -> None:
    found = board(tmp_path, HEAD + MAP)
    panel = found.panels[0]
    assert isinstance(panel, dashboards.MapPanel)
    assert found.drilled(panel, "station=A&from=2026-01-01") == "?from=2026-01-01&station="
    assert found.drilled(panel.model_copy(update={"drill": None}), "station=A") == ""


@pytest.mark.parametrize(("text", "told"), [
    (HEAD + MAP.replace("drill: station", "drill: days"), "drill"),
    (HEAD + MAP.replace("drill: station", "drill: nothing"), "drill"),
    (HEAD + MAP.replace("drill: station", "drill: station\n    level: county"), "cities is drilled"),
    (HEAD + LINE + "    sql: select 1\n", "sql"),
    (HEAD + LINE.replace("{zh: 均值, en: Mean}", "{zh: 均值}"), "en"),
    (HEAD + LINE.replace("demo.hour", "demo.hour; drop"), "table"),
    (HEAD + LINE.replace('":station"', '":city"'), "no filter city"),
    (HEAD + LINE.replace("operator: within", "operator: '='"), "within"),
    (HEAD + LINE.replace("operator: within", "operator: contains"), "within"),
    (HEAD.replace("column: demo.hour.station", "kind: text") + LINE, "contains"),
    (HEAD.replace("column: demo.hour.station", "kind: text, column: demo.hour.station") + LINE, "a text has no column"),
    (HEAD.replace("column: demo.hour.station", "kind: period, column: demo.hour.station, label: name") + LINE, "`label` goes with a choice"),
    (HEAD + LINE + LINE, "named twice: pm"),
    (HEAD + LINE.replace("kind: line", "kind: pie"), "pie"),
    (HEAD + LINE.replace("measure: mean, column: pm25,", "measure: mean,"), "needs a column"),
    (HEAD + LINE.replace("measure: mean,", "measure: latest,"), "`at` goes with latest"),
    (HEAD + LINE.replace("measure: mean,", "measure: mean, light: bad,").replace("bucket: day", "series: station"), "not the values of"),
    (HEAD.replace("id: station", "id: from") + LINE.replace(":station", ":from"), "the address uses that word"),
    (HEAD.replace("public", "everybody") + LINE, "audience"),
    (HEAD.replace("id: air", "id: water") + LINE, "file's name"),
    (HEAD + "  - [", "cannot be read"),
])
def test_what_does_not_fit_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        board(tmp_path, text)
    assert told in refused.value.en
    assert "看板" in refused.value.zh
