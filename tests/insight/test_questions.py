"""Questions that people keep: whose they are, what is no question, and how answers are drawn and held side by side."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lingnan.base import Missing, Settings, WrongUse
from lingnan.insight import QueryAnswer, QueryColumn, Words
from lingnan.insight.dashboards import PanelCard
from lingnan.insight.query import ChartWish
from lingnan.insight.questions import Questions, chart_of, compared, sheet_of
from lingnan.storage import Storage


@pytest.fixture
def storage(furnish: Callable[[Path], Path], tmp_path: Path) -> Iterator[Storage]:
    opened = Storage.open(Settings(home=furnish(tmp_path)))
    yield opened
    opened.close()


def answer(version: int = 3, **columns: list[Any]) -> QueryAnswer:
    rows = pa.table(columns)
    told = tuple(QueryColumn(name=field.name, type=str(field.type), classification="public", masked=False) for field in rows.schema)
    return QueryAnswer(
        columns=told, rows=rows, truncated="", seconds=0.1, tables=("a.b",), versions={"a.b": version}, decision=1, fingerprint="f",
    )


@pytest.mark.on_both
def test_a_question_is_its_keepers_and_of_who_it_is_shared_with(storage: Storage) -> None:
    kept = Questions(storage)
    own = kept.save("a1", "", " 各市 ", "select 1 as a", ["a.b.c"], ChartWish(kind="bar", label="a"))
    shared = kept.save("a1", "unit", "看板", "/boards/data_quality?department=gongan")
    assert (own.title, own.kind, own.chart.kind, shared.kind) == ("各市", "sql", "bar", "address")
    assert {each.id for each in kept.listed("a1", "unit")} == {own.id, shared.id}
    assert [each.id for each in kept.listed("a2", "unit")] == [shared.id]
    assert kept.listed("a3", "") == [], "who belongs to no unit shares with none"
    for account, unit, question in (("a2", "unit", own.id), ("a2", "other", shared.id), ("a3", "", own.id)):
        with pytest.raises(Missing):
            kept.question(account, unit, question)
    with pytest.raises(Missing):
        kept.rename("a2", shared.id, "x", "")
    with pytest.raises(Missing):
        kept.remove("a2", shared.id)
    kept.rename("a1", shared.id, "另一名", "")
    assert kept.listed("a2", "unit") == []
    assert kept.used() == {"a.b.c": 1}
    kept.remove("a1", own.id)
    assert [each.title for each in kept.listed("a1", "unit")] == ["另一名"]


@pytest.mark.parametrize("text", ["", "/profile", "//elsewhere", "/boards/x?a=<b>", "/boards/x y", "/boards/../profile"])
def test_what_is_neither_a_select_nor_an_address_is_refused(storage: Storage, text: str) -> None:
    with pytest.raises(WrongUse):
        Questions(storage).save("a1", "", "名", text)
    with pytest.raises(WrongUse):
        Questions(storage).save("a1", "", " ", "select 1")


def test_an_answer_is_drawn_as_was_wished(storage: Storage) -> None:
    found = answer(city=["甲", "乙", None], n=[3, 1, None], share=[0.5, float("nan"), 1.0])
    card = chart_of(found, ChartWish(kind="bar", label="city", measures=("n", "share", "height")))
    assert isinstance(card, PanelCard)
    assert [label.title.zh for label in card.labels] == ["甲", "乙", "—"]
    assert [line.values for line in card.series] == [(Decimal(3), Decimal(1), None), (Decimal("0.5"), None, Decimal("1.0"))]
    plain = chart_of(found, ChartWish(kind="line"))
    assert isinstance(plain, PanelCard)
    assert ([line.title.zh for line in plain.series], plain.columns[0].name) == (["n"], "city")
    assert isinstance(chart_of(answer(city=["甲"]), ChartWish(kind="bar")), Words)
    assert isinstance(chart_of(answer(city=pa.array([], pa.string()), n=pa.array([], pa.int64())), ChartWish(kind="bar")), Words)
    assert chart_of(found, ChartWish()) is None
    shown = sheet_of(found, 2)
    assert (len(shown.rows), shown.total, shown.cut, shown.numeric) == (2, 3, True, (False, True, True))


def test_two_answers_stand_side_by_side_where_rows_can_be_told_apart() -> None:
    now, then = answer(5, city=["甲", "乙"], n=[5, 2]), answer(3, city=["甲", "丙"], n=[3, 9])
    both = compared(now, then)
    assert both is not None
    assert (both.keys, both.measures, both.versions) == (("city",), ("n",), {"a.b": 3})
    assert both.rows == (("甲", 3, 5, 2), ("乙", None, 2, None), ("丙", 9, None, None))
    assert compared(answer(city=["甲", "甲"], n=[1, 2]), then) is None
    assert compared(answer(city=["甲"]), answer(city=["甲"])) is None
    assert compared(now, answer(town=["甲"], n=[1])) is None
