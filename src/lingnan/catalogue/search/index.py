"""Asks the full text index: SQLite's FTS5, or the words themselves where a database has no index of ours."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Float, Integer, Subquery, and_, column, literal, literal_column, or_, select, table, text
from sqlalchemy.orm import Session

from lingnan.catalogue.records import ItemWords, ResourceWords
from lingnan.catalogue.search.words import phrase, pinyin_phrases

PINYIN = "pinyin"


@dataclass(frozen=True)
class WordIndex:
    """A table of words and its columns with their weights in the ranking."""

    words: type[ResourceWords] | type[ItemWords]
    weights: dict[str, float]

    @property
    def name(self) -> str:
        """The name of the full text index over the table."""
        return f"{self.words.__tablename__}_index"

    @property
    def spoken(self) -> tuple[str, ...]:
        """The columns that hold words as they are written."""
        return tuple(name for name in self.weights if name != PINYIN)


RESOURCES = WordIndex(ResourceWords, {"name": 10.0, "items": 2.0, "other": 1.0, PINYIN: 5.0})
ITEMS = WordIndex(ItemWords, {"name": 10.0, "other": 1.0, PINYIN: 5.0})


def hits(session: Session, index: WordIndex, wanted: Sequence[str], own: bool = False) -> Subquery:
    """Number and score (smaller is better) of the rows that hold every run; `own` asks for one of them in the name itself."""
    if session.get_bind().dialect.name == "sqlite":
        return _full_text(index, match_expression(index, wanted, own))
    return plain_hits(index, wanted, own)


def match_expression(index: WordIndex, wanted: Sequence[str], own: bool = False) -> str:
    """The query in FTS5's language; tokens hold letters, digits and ideographs only, so none can leave its quotes."""
    clauses = [_clause(run, index.spoken) for run in wanted]
    if own:
        clauses.append("(" + " OR ".join(_clause(run, ("name",)) for run in wanted) + ")")
    return " AND ".join(clauses)


def plain_hits(index: WordIndex, wanted: Sequence[str], own: bool = False) -> Subquery:
    """The same rows found by looking through the words, slower; every database can, and the tests compare the two."""
    conditions = [_contains(index, run, index.spoken) for run in wanted]
    if own:
        conditions.append(or_(*(_contains(index, run, ("name",)) for run in wanted)))
    return select(index.words.number.label("number"), literal(0.0).label("score")).where(and_(*conditions)).subquery("hit")


def _full_text(index: WordIndex, expression: str) -> Subquery:
    source = table(index.name, column("rowid", Integer))
    weights = ", ".join(str(weight) for weight in index.weights.values())
    score = literal_column(f"bm25({index.name}, {weights})", Float)
    matches = text(f"{index.name} match :match").bindparams(match=expression)
    return select(source.c.rowid.label("number"), score.label("score")).where(matches).subquery("hit")


def _clause(run: str, columns: Sequence[str]) -> str:
    tokens, begins = phrase(run)
    written = f'{{{" ".join(columns)}}} : "{tokens}"' + (" *" if begins else "")
    spoken = [f'{{{PINYIN}}} : "{spelled}"' for spelled in pinyin_phrases(run)]
    return f"({' OR '.join([written, *spoken])})"


def _contains(index: WordIndex, run: str, columns: Sequence[str]) -> ColumnElement[bool]:
    tokens, begins = phrase(run)
    sought = f" {tokens}" if begins else f" {tokens} "
    written = [getattr(index.words, name).contains(sought, autoescape=True) for name in columns]
    return or_(*written, *(index.words.pinyin.contains(f" {spelled} ", autoescape=True) for spelled in pinyin_phrases(run)))
