"""Extension fields of provinces as data: what a province asks of a resource beyond the national core, by the first digits of its division."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lingnan.base import BadInput, load_yaml
from lingnan.catalogue.shapes import FormFault

SHIPPED = Path(__file__).parent / "rules" / "extensions.yaml"
STEM = 2
"""So many digits of a division name its province."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Allowed(_Strict):
    """One allowed value of a field."""

    code: str = Field(min_length=1)
    zh: str
    en: str


class ExtensionField(_Strict):
    """One field: its key in a form's `extension`, what it holds, and whether a resource may lack it."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    type: Literal["text", "choice", "choices", "date", "number", "flag"] = "text"
    required: bool = False
    values: tuple[Allowed, ...] = ()

    @model_validator(mode="after")
    def _values_where_chosen(self) -> Self:
        if (self.type in ("choice", "choices")) != bool(self.values):
            raise ValueError(f"field {self.key}: `values` belong to choice and choices, and only there")
        return self

    def fits(self, value: Any) -> bool:
        """Whether the value is of the field's type and, where values are listed, one of them."""
        codes = {each.code for each in self.values}
        if self.type == "choices":
            return isinstance(value, list | tuple) and bool(value) and all(each in codes for each in value)
        if self.type == "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        if self.type == "flag":
            return isinstance(value, bool)
        if not isinstance(value, str) or not value.strip():
            return False
        return value in codes if self.type == "choice" else self.type == "text" or _is_date(value)


class Province(_Strict):
    """What one province asks for."""

    division: Annotated[str, Field(pattern=r"^\d{6}$")]
    zh: str
    en: str
    basis: str = Field(min_length=1)
    proofed: bool
    fields: tuple[ExtensionField, ...]


class Extensions:
    """The fields of every province: those that come with the hub and those in the files given, which take the place of one read before.

    Files that are not there are passed over; they are read when first asked for, and BadInput names one that is wrong.
    """

    def __init__(self, *paths: Path) -> None:
        self._paths = (SHIPPED, *paths)

    @cached_property
    def _by_stem(self) -> Mapping[str, Province]:
        return {each.division[:STEM]: each for path in self._paths if path.is_file() for each in _read(path)}

    def of(self, division: str) -> Province | None:
        """What the division's province asks for; None where nobody has said."""
        return self._by_stem.get(division[:STEM]) if division else None

    def faults(self, division: str, given: Mapping[str, Any]) -> Iterator[FormFault]:
        """What is wrong with the extension of a resource there; nothing where the province asks for nothing."""
        province = self.of(division)
        if province is None:
            return
        known = {each.key: each for each in province.fields}
        for key in given:
            if key not in known:
                told, said = "、".join(known), ", ".join(known)
                yield FormFault(
                    field=f"extension.{key}", rule="extension", zh=f"{province.zh}没有扩展字段“{key}”，可用：{told}。",
                    en=f"{province.en} has no extension field “{key}”; there are: {said}.",
                )
        for key, field in known.items():
            if key not in given:
                if field.required:
                    yield FormFault(
                        field=f"extension.{key}", rule="extension", zh=f"请填写{province.zh}扩展字段“{field.zh}”。",
                        en=f"Fill in {province.en}'s extension field “{field.en}”.",
                    )
            elif not field.fits(given[key]):
                codes = [each.code for each in field.values]
                yield FormFault(
                    field=f"extension.{key}", rule="extension", zh=f"“{field.zh}”应为 {field.type}{'：' + '、'.join(codes) if codes else ''}。",
                    en=f"“{field.en}” must be a {field.type}{': ' + ', '.join(codes) if codes else ''}.",
                )


@cache
def _read(path: Path) -> tuple[Province, ...]:
    try:
        return tuple(Province.model_validate(entry) for entry in load_yaml(path.read_text(encoding="utf-8")) or ())
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        raise BadInput(
            f"{path.name} 的扩展字段写法有误：{error}。请对照随附的 extensions.yaml 改正。",
            f"The extension fields in {path.name} are wrong: {error}. Compare the extensions.yaml that comes with the hub.", file=path.name,
        ) from error


def _is_date(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False
