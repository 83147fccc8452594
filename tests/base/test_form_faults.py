"""Where written values do not fit their form is told in both languages, with what is allowed there."""

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from lingnan.base import BadInput, fitted, form_misfits


class Strict(BaseModel):
    """A form that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid")


class Column(Strict):
    """One column."""

    name: Annotated[str, Field(pattern="^[a-z]+$")]
    kind: Literal["text", "number"] = Field("text", alias="type")


class Fixed(Strict):
    """One of two."""

    fixed: int


class Sheet(Strict):
    """A sheet of columns."""

    title: str
    day: date = date(2026, 1, 31)
    most: Annotated[int, Field(ge=1, le=9)] = 5
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    notes: dict[str, Column] = Field(default_factory=dict)
    limit: Fixed | Column | None = None

    @model_validator(mode="after")
    def _holds(self) -> "Sheet":
        if self.title == "no":
            raise ValueError("a sheet is not called no")
        return self


GOOD = {"title": "a", "columns": [{"name": "a"}]}


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        ({"titel": 1}, "titel：没有这个键，可用 columns、day、limit、most、notes、title", "titel: no such key, allowed are columns, day"),
        ({"title": 5}, "title：应为文字", "title: must be a text"),
        ({"day": "soon"}, "day：应为日期，如 2026-01-31", "day: must be a day"),
        ({"most": 0}, "most：应不小于 1", "most: must be at least 1"),
        ({"most": "many"}, "most：应为整数", "most: must be a whole number"),
        ({"columns": []}, "columns：至少要有 1 项", "columns: needs at least 1"),
        ({"columns": [{"name": "a"}, {}]}, "columns.1.name：缺少此项", "columns.1.name: is missing"),
        ({"columns": [{"name": "a", "type": "day"}]}, "columns.0.type：应为 'text'、'number'", "columns.0.type: must be 'text' or 'number'"),
        ({"columns": [{"name": "a", "size": 1}]}, "columns.0.size：没有这个键，可用 name、type", "columns.0.size: no such key, allowed are name"),
        ({"columns": [{"name": "A"}]}, "columns.0.name：应符合 ^[a-z]+$", "columns.0.name: must match ^[a-z]+$"),
        ({"notes": {"one": {"nome": "a"}}}, "notes.one.nome：没有这个键，可用 name、type", "notes.one.nome: no such key, allowed are name, type"),
        ({"notes": 1}, "notes：应由“键: 值”组成", "notes: must hold `key: value` pairs"),
        ({"limit": {"fixed": "x"}}, "limit.fixed：应为整数", "limit.fixed: must be a whole number"),
        ({"title": "no"}, "-：a sheet is not called no", "-: a sheet is not called no"),
    ],
)
def test_a_fault_is_told_by_its_place(change: dict[str, Any], zh: str, en: str) -> None:
    with pytest.raises(BadInput) as caught:
        fitted(Sheet, {**GOOD, **change})
    assert zh in caught.value.zh
    assert en in caught.value.en


def test_what_fits_is_given_back() -> None:
    assert fitted(Sheet, GOOD).columns[0].name == "a"


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        fitted(Sheet, {"day": "x"})
    assert caught.value.zh == "title：缺少此项；day：应为日期，如 2026-01-31；columns：缺少此项"


class Round(Strict):
    """One kind."""

    kind: Literal["round"]
    radius: int


class Square(Strict):
    """Another kind."""

    kind: Literal["square"]
    side: int


Shape = Annotated[Round | Square, Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("written", "en"),
    [
        ({"kind": "flat"}, ["-: there is no kind flat, allowed are 'round', 'square'"]), ({"side": 1}, ["-: lacks the key 'kind'"]),
        ({"kind": "square", "side": "x"}, ["square.side: must be a whole number"]),
    ],
)
def test_a_form_of_several_kinds_is_told_by_the_kind(written: dict[str, Any], en: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Shape).validate_python(written)
    assert [f"{each.place}: {each.en}" for each in form_misfits(caught.value, Shape)] == en
