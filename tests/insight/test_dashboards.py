"""Panels over small made tables: one statement each, numbers by hand, small groups hidden, marks that lead to their rows."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lingnan.base import FixedClock, WrongUse
from lingnan.insight import Words
from lingnan.insight import dashboards as boards
from lingnan.insight.dashboards import Basis, Board, Frame, PanelCard, PanelColumn, Threshold
from lingnan.lake import CommitFacts, Lake, View

NAME = {"zh": "甲", "en": "A"}
COUNT = {"measure": "count", "title": NAME}
CASES = {
    "city": ["440100"] * 7 + ["440300"] * 6 + ["440400"] * 2, "kind": ["a"] * 5 + ["b"] * 2 + ["a"] * 6 + ["a", "b"],
    "on": [date(2025, 1, 10)] * 7 + [date(2025, 2, 3)] * 6 + [date(2026, 1, 5)] * 2, "fee": [10.0] * 7 + [20.0] * 6 + [None, 5.0],
    "online": ["y", "n", "y", "n", "y", "n", "y"] + ["y"] * 6 + ["n", "n"],
}
WIND = {"angle": [0.0, 355.0, 12.0, 90.0, None], "speed": [1.0, 3.0, 1.0, 9.0, 2.0], "point": ["N", "n ", "NNE", "E", "calm"]}
JOINS = {"owner": ["f1", "f1", "f2"], "owned": ["f2", "f3", "f3"], "owner_name": ["One", "One", "Two"], "share": [60, 40, 10]}
WORKS = {"name": ["dig", "build"], "begun": [date(2026, 1, 1), date(2026, 2, 1)], "done": [date(2026, 1, 31), None], "state": ["done", "open"]}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Any:
    lake = Lake(tmp_path_factory.mktemp("lake"), FixedClock(datetime(2026, 3, 1, tzinfo=UTC)))
    views = {}
    for name, columns in {"demo.cases": CASES, "demo.wind": WIND, "demo.joins": JOINS, "demo.works": WORKS}.items():
        lake.overwrite(name, pa.table(columns), CommitFacts("test"))
        views[name] = View.for_step(name, "test")
    engine = lake.engine()
    return lambda statement, table: engine.query(statement.sql, {table: views[table]}, statement.values).to_pylist()


def one(panel: dict[str, Any], filters: list[dict[str, Any]] | None = None) -> Board:
    told = {"id": "demo", "title": NAME, "audience": "public", "filters": filters or [], "panels": [{"id": "p", "title": NAME, **panel}]}
    return Board.model_validate(told)


def drawn(ask: Any, panel: dict[str, Any], least: int = 0, chosen: boards.Chosen | None = None, **filters: Any) -> PanelCard:
    [found] = one(panel, **filters).panels
    rows = ask(boards.panel_statement(found, chosen or {}), found.table)
    basis = Basis(table=found.table, title=Words(zh="表"), origin="made")
    return boards.panel_card(found, rows, Frame(
        basis, "/boards/demo/p", least, lambda _column, _key: None, lambda name: PanelColumn(name=name, title=Words(zh=name)),
        {"good": Threshold(Decimal(60), "text", True), "fair": Threshold(Decimal(40), "text", True)}.get,
    ))


def numbers(card: PanelCard) -> dict[str, list[float | None]]:
    return {line.title.zh: [None if each is None else float(each) for each in line.values] for line in card.series}


def labels(card: PanelCard) -> list[str]:
    return [each.key for each in card.labels]


@pytest.mark.parametrize(("measure", "told"), [
    (COUNT, [7, 6, 2]), ({"measure": "sum", "column": "fee", "title": NAME}, [70, 120, 5]),
    ({"measure": "mean", "column": "fee", "title": NAME}, [10, 20, 5]),
    ({"measure": "distinct", "column": "kind", "title": NAME}, [2, 1, 2]), ({"measure": "share", "title": NAME}, [46.6667, 40, 13.3333]),
    ({"measure": "share", "when": {"column": "online", "value": "y"}, "title": NAME}, [57.142857, 100, 0]),
    ({"measure": "count", "when": {"column": "kind", "operator": "in", "value": ["b", "c"]}, "title": NAME}, [2, 0, 1]),
    ({"measure": "latest", "column": "fee", "at": "on", "title": NAME}, [10, 20, 5]),
    ({"measure": "max", "column": "fee", "title": NAME}, [10, 20, 5]),
    ({"measure": "share", "column": "fee", "of": "fee", "title": NAME}, [100, 100, 100]),
])
def test_measures(ask: Any, measure: dict[str, Any], told: list[float]) -> None:
    card = drawn(ask, {"kind": "bar", "table": "demo.cases", "by": "city", "order": "label", "measures": [measure]})
    assert labels(card) == ["440100", "440300", "440400"]
    assert numbers(card)["甲"] == pytest.approx(told, abs=1e-4)


def test_a_measure_keeps_its_light(ask: Any) -> None:
    card = drawn(ask, {"kind": "bar", "table": "demo.cases", "by": "city", "measures": [COUNT, {**COUNT, "light": "bad"}]})
    assert [line.light for line in card.series] == [None, "bad"]


def test_series_by_month_in_the_order_of_time(ask: Any) -> None:
    card = drawn(ask, {"kind": "line", "table": "demo.cases", "by": "on", "bucket": "month", "series": "kind", "measures": [COUNT]})
    assert labels(card) == [*(f"2025-{month:02d}" for month in range(1, 13)), "2026-01"], "months in which nothing happened have their place"
    assert numbers(card) == {"a": [5, 6, *[0] * 10, 1], "b": [2, *[0] * 11, 1]}
    quarters = drawn(ask, {"kind": "line", "table": "demo.cases", "by": "on", "bucket": "quarter", "measures": [COUNT]})
    assert labels(quarters) == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]
    means = drawn(ask, {
        "kind": "line", "table": "demo.cases", "by": "on", "bucket": "year", "measures": [{"measure": "mean", "column": "fee", "title": NAME}],
    })
    assert (labels(means), numbers(means)["甲"]) == (["2025", "2026"], [pytest.approx(190 / 13, abs=1e-5), 5])


def test_small_groups_are_hidden_and_a_single_one_takes_the_next_with_it(ask: Any) -> None:
    card = drawn(ask, {"kind": "bar", "table": "demo.cases", "by": "city", "measures": [COUNT]}, least=5)
    assert numbers(card)["甲"] == [7, None, None], "the two of 440400 could else be told by subtraction"
    assert card.series[0].hidden == (False, True, True)
    parted = drawn(ask, {"kind": "bar", "table": "demo.cases", "by": "city", "series": "kind", "order": "label", "measures": [COUNT]}, least=5)
    assert numbers(parted) == {"a": [None, 6, None], "b": [None, None, None]}, "5 of a is hidden beside 2 of b"
    share = {"measure": "share", "when": {"column": "online", "value": "n"}, "title": NAME}
    few = drawn(ask, {"kind": "bar", "table": "demo.cases", "by": "city", "order": "label", "measures": [share]}, least=4)
    assert few.series[0].hidden[0], "three of seven are few, whatever they are a share of"


def test_a_figure_has_its_period_its_change_and_its_light(ask: Any) -> None:
    measure = {"measure": "share", "when": {"column": "online", "value": "y"}, "title": NAME}
    light = {"bound": "good", "caution": "fair", "good": "above"}
    panel = {"kind": "figure", "table": "demo.cases", "measure": measure, "period": "on", "bucket": "month", "light": light}
    figure = drawn(ask, panel, chosen={"city": "440300"}, filters=[]).figure
    assert figure is not None
    assert (figure.period, figure.value, figure.before, figure.light) == ("2026-01", 0, 100, "bad")
    whole = drawn(ask, {"kind": "figure", "table": "demo.cases", "measure": measure, "light": light}).figure
    assert whole is not None
    assert float(whole.value or 0) == pytest.approx(66.666667)
    assert (whole.light, whole.bound) == ("good", 60)
    below = drawn(ask, {"kind": "figure", "table": "demo.cases", "measure": measure, "light": {**light, "good": "below"}}).figure
    assert below is not None
    assert below.light == "bad"
    few = drawn(ask, {"kind": "figure", "table": "demo.cases", "measure": COUNT}, least=20).figure
    assert few is not None
    assert few.hidden


def test_filters_narrow_and_are_left_out_while_nothing_is_chosen(ask: Any) -> None:
    filters = [{"id": "city", "title": NAME, "column": "demo.cases.city"}, {"id": "days", "kind": "dates", "title": NAME}]
    panel = {
        "kind": "bar", "table": "demo.cases", "by": "kind", "order": "label", "measures": [COUNT],
        "where": [
            {"column": "city", "value": ":city"}, {"column": "on", "operator": "within", "value": ":days"}, {"column": "fee", "operator": "present"},
        ],
    }
    assert numbers(drawn(ask, panel, filters=filters))["甲"] == [11, 3]
    assert numbers(drawn(ask, panel, chosen={"city": "440100"}, filters=filters))["甲"] == [5, 2]
    assert numbers(drawn(ask, panel, chosen={"days": (date(2025, 2, 1), date(2025, 12, 31))}, filters=filters))["甲"] == [6]
    assert drawn(ask, panel, chosen={"city": "' or 1 = 1 --"}, filters=filters).state == "empty", "a value is never text of the statement"


def test_a_filter_of_text_finds_what_a_column_contains(ask: Any) -> None:
    words, network = [{"id": "words", "kind": "text", "title": NAME}], {"column": "state", "operator": "contains", "value": ":words"}
    panel = {"kind": "table", "table": "demo.works", "columns": ["name"], "where": [network]}
    assert drawn(ask, panel, filters=words).rows == (("build",), ("dig",))
    assert drawn(ask, panel, chosen={"words": "PE"}, filters=words).rows == (("build",),)
    assert drawn(ask, panel, chosen={"words": "%' or 1 = 1 --"}, filters=words).state == "empty", "a value is never text of the statement"
    board = one(panel, words)
    assert boards.query_of(board, boards.chosen_of(board, {"words": "  open "}, lambda _each: ())) == "words=open"


def test_the_address_is_read_and_written_again() -> None:
    board = one({"kind": "bar", "table": "demo.cases", "by": "kind", "measures": [COUNT]}, [
        {"id": "city", "title": NAME, "column": "demo.cases.city", "default": "440100"}, {"id": "days", "kind": "dates", "title": NAME},
        {"id": "year", "kind": "period", "title": NAME, "column": "demo.cases.on", "default": "latest", "needed": True},
    ])

    def options(wanted: boards.Filter) -> tuple[str, ...]:
        return ("2026", "2025") if wanted.id == "year" else ()

    def again(told: dict[str, str]) -> str:
        return boards.query_of(board, boards.chosen_of(board, told, options))

    assert again({}) == "city=440100&year=2026"
    assert again({"city": "*", "from": "2026-01-01", "year": "*", "other": "x"}) == "city=*&from=2026-01-01&year=2026"
    with pytest.raises(WrongUse, match="no day"):
        again({"to": "tomorrow"})


def test_rose_by_degrees_and_by_letters(ask: Any) -> None:
    rose = {"kind": "rose", "table": "demo.wind", "angle": "angle", "radius": "speed", "bounds": [2, 5], "unit": {"zh": "米/秒", "en": "m/s"}}
    card = drawn(ask, rose)
    found = {
        line.title.en: {label.title.en: float(value) for label, value in zip(card.labels, line.values, strict=True) if value} for line in card.series
    }
    assert found == {"≤ 2 m/s": {"N": 25, "NNE": 25}, "2–5 m/s": {"N": 25}, "> 5 m/s": {"E": 25}}, "355° blows from the north, 12° does not"
    letters = drawn(ask, {**rose, "angle": "point", "points": True})
    assert [float(line.values[0] or 0) for line in letters.series] == [25, 25, 0]


def test_a_calendar_shows_the_newest_year_in_named_classes(ask: Any) -> None:
    classes = [NAME, {"zh": "多", "en": "many"}]
    card = drawn(ask, {"kind": "calendar", "table": "demo.cases", "day": "on", "measure": COUNT, "bounds": [1], "classes": classes})
    assert (card.year, labels(card), numbers(card)) == (2026, ["2026-01-05"], {"甲": [2]})
    assert [(each.title.en, each.upper) for each in card.classes] == [("A", 1), ("many", None)]


def test_rows_as_they_are(ask: Any) -> None:
    gantt = drawn(ask, {"kind": "gantt", "table": "demo.works", "label": "name", "begin": "begun", "end": "done", "state": "state"})
    assert gantt.rows == (("dig", date(2026, 1, 1), date(2026, 1, 31), "done"), ("build", date(2026, 2, 1), None, "open"))
    line = drawn(ask, {"kind": "timeline", "table": "demo.works", "at": "begun", "label": "name", "limit": 1})
    assert (line.rows, line.cut) == (((date(2026, 2, 1), "build"),), True)
    table = drawn(ask, {"kind": "table", "table": "demo.works", "columns": ["name", "done"], "order": "-name"})
    assert table.rows == (("dig", date(2026, 1, 31)), ("build", None))
    fees = {"measure": "sum", "column": "fee", "title": NAME}
    counted = drawn(ask, {"kind": "table", "table": "demo.cases", "by": "city", "measures": [COUNT, fees]})
    assert labels(counted) == ["440100", "440300", "440400"]
    assert [line.values for line in counted.series] == [(7, 6, 2), (70, 120, 5)]


def test_a_network_has_each_end_once(ask: Any) -> None:
    panel = {"kind": "network", "table": "demo.joins", "source": "owner", "target": "owned", "source_label": "owner_name", "relation": "share"}
    card = drawn(ask, panel)
    assert {each.key: each.title.zh for each in card.labels} == {"f1": "One", "f2": "f2", "f3": "f3"}
    assert sorted(row[:3] for row in card.rows) == [("f1", "f2", "60"), ("f1", "f3", "40"), ("f2", "f3", "10")]


@pytest.mark.parametrize(("panel", "at", "series", "told"), [
    ({"kind": "bar", "table": "demo.cases", "by": "city", "measures": [COUNT]}, "440400", None, 2),
    ({"kind": "line", "table": "demo.cases", "by": "on", "bucket": "month", "series": "kind", "measures": [COUNT]}, "2025-01", "b", 2),
    ({"kind": "bar", "table": "demo.cases", "by": "fee", "measures": [COUNT]}, "", None, 1),
    ({"kind": "rose", "table": "demo.wind", "angle": "angle", "radius": "speed", "bounds": [2]}, "0", "1", 1),
    ({"kind": "calendar", "table": "demo.cases", "day": "on", "measure": COUNT}, "2025-02-03", None, 6),
    ({"kind": "figure", "table": "demo.cases", "measure": COUNT}, None, None, 15),
])
def test_a_mark_leads_to_the_rows_it_counts(ask: Any, panel: dict[str, Any], at: str | None, series: str | None, told: int) -> None:
    [found] = one(panel).panels
    columns = sorted(found.drawn()) or ["city"]
    assert ask(boards.count_statement(found, {}, at, series), found.table) == [{"n": told}]
    assert len(ask(boards.rows_statement(found, {}, columns, at, series, 50), found.table)) == told


def test_the_hubs_own_boards_can_be_read() -> None:
    own = boards.bound_own_boards(date(2026, 11, 1))
    assert [each.key for each in own] == ["data_quality", "economy_series", "sharing_and_use"]
    for each in own:
        assert all(each.threshold(name) for name in each.board.parameters())
    assert own[0].threshold("accepted_target") == Threshold(Decimal(95), "平台运行目标，无上位依据", False)
    assert boards.bound_own_boards(date(2020, 1, 1))[0].threshold("accepted_target") is None


def test_an_own_boards_file_is_the_name_of_its_board(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("id: y\n", encoding="utf-8")
    with pytest.raises(WrongUse):
        boards.read_board(tmp_path / "x.yaml")
