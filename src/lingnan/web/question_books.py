"""Answers of questions as files: the answer, a past day's beside it, and what a reader must know of both."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lingnan.base import CHINA, WrongUse
from lingnan.insight import QuestionSheet
from lingnan.web.exports import Cell
from lingnan.web.words import word

Sheet = tuple[str, list[str], list[list[Cell]]]
LONGEST_NAME = 31
"""Letters that the name of a spreadsheet's sheet holds."""


def sheets(page: QuestionSheet, lang: str) -> list[Sheet]:
    """Every table of the page with all its rows, and the notes last."""
    found = list[Sheet]()
    if page.compared:
        ways = [word(lang, f"questions.{each}") for each in ("then", "now", "difference")]
        titles = [*page.compared.keys, *(f"{name} {way}" for name in page.compared.measures for way in ways)]
        found.append(_sheet(f"{word(lang, 'questions.compare')} {page.day}", titles, page.compared.rows, lang))
    for answer, name in ((page.answer, word(lang, "questions.answer")), (page.before, f"{word(lang, 'questions.before')} {page.day}")):
        found += [_sheet(name, [head.name for head in answer.heads], answer.rows, lang)] if answer else []
    return [*found, _sheet(word(lang, "questions.notes"), [word(lang, "questions.notes")], [[note] for note in _notes(page, lang)], lang)]


def lines(page: QuestionSheet, lang: str) -> Sheet:
    """The one table of a text file; WrongUse for two answers that stand after one another."""
    if page.before:
        raise WrongUse(
            "两日的结果不能逐行对照，CSV 只有一张表。请导出 Excel，或不对照。",
            "The two answers cannot be laid side by side, and a CSV is one table. Export Excel, or compare with no day.",
        )
    return sheets(page, lang)[0]


def _sheet(name: str, titles: list[str], rows: Sequence[Sequence[Any]], lang: str) -> Sheet:
    return name[:LONGEST_NAME], titles, [[_cell(value, lang) for value in row] for row in rows]


def _notes(page: QuestionSheet, lang: str) -> Iterator[str]:
    """Rows, versions, number in the log and notices of each answer."""
    for answer in (page.answer, page.before):
        if answer is not None:
            yield word(lang, "questions.rows", count=answer.total)
            yield word(lang, "questions.versions", versions=_versions(answer.versions))
            yield word(lang, "grid.decision", number=answer.decision)
            yield from [answer.notice.text(lang)] if answer.notice else []
    if page.compared:
        yield word(lang, "questions.at_versions", versions=_versions(page.compared.versions))


def _versions(held: Mapping[str, int]) -> str:
    return ", ".join(f"{table} @{version}" for table, version in held.items())


def _cell(value: Any, lang: str) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return word(lang, "questions.is_true" if value else "questions.is_false")
    if isinstance(value, datetime):
        return (value.astimezone(CHINA) if value.tzinfo else value).isoformat(" ", "seconds")
    return value if isinstance(value, int | float | Decimal | date) else str(value)
