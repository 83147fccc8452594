"""Lists of the catalogue as workbooks: titles and rows in the reader's language, for the one writer in `exports`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from lingnan.base import CHINA
from lingnan.insight import Field, ResourceVersions, ResourceVersionSheet
from lingnan.web.exports import Cell
from lingnan.web.words import word

ITEM = (
    "field.name", "field.title", "draft.en", "field.type", "draft.length", "field.element", "field.code_list", "field.classification", "field.share",
    "field.mask", "field.required", "field.key", "draft.unit", "draft.definition",
)
VERSION = ("field.version", "versions.valid_from", "versions.valid_until", "versions.basis", "resource.fields", "batch.digest")


def titles(lang: str, keys: Sequence[str]) -> list[str]:
    """The words of these keys as a title line."""
    return [word(lang, key) for key in keys]


def item_rows(fields: Iterable[Field], lang: str) -> Iterator[list[Cell]]:
    """Information items, one a row."""
    for field in fields:
        yield [
            field.name, field.title.zh, field.title.en, field.type, field.length if field.length is not None else "", field.element, field.code_list,
            word(lang, f"class.{field.classification}"), word(lang, f"share.{field.share_level}"), field.mask, _said(lang, field.required),
            _said(lang, field.key), field.unit, field.definition,
        ]


def version_rows(page: ResourceVersions, lang: str) -> Iterator[list[Cell]]:
    """The versions of a resource, the youngest first."""
    for line in page.items:
        basis = word(lang, "versions.by_contract", version=line.contract) if line.contract else word(lang, "versions.by_case")
        yield [line.number, day(line.valid_from), day(line.valid_until), f"{basis} {line.case}".strip(), line.items, line.digest]


def fact_rows(page: ResourceVersionSheet, lang: str) -> Iterator[list[Cell]]:
    """The fields of a version, what it is cited by first."""
    yield [word(lang, "field.code"), page.code]
    yield [word(lang, "field.version"), page.number]
    yield [word(lang, "version.address"), page.address]
    yield [word(lang, "versions.valid_from"), day(page.valid_from)]
    yield [word(lang, "versions.valid_until"), day(page.valid_until)]
    yield [word(lang, "field.department"), page.department.text(lang)]
    for fact in page.facts:
        yield [fact.title.text(lang), fact.value.text(lang) if fact.value else ""]


def day(moment: datetime | None) -> date | str:
    """The day of a moment in China; empty for none."""
    return moment.astimezone(CHINA).date() if moment else ""


def _said(lang: str, flag: bool) -> str:
    return word(lang, "draft.yes" if flag else "draft.no")
