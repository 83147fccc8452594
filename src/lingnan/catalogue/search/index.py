"""Asks the full text index: SQLite's FTS5, on PostgreSQL an index over the arrays of tokens, elsewhere the words themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Float, and_, column, func, literal_column, or_, select, table, text
from sqlalchemy.orm import Session

from lingnan.catalogue.records import ItemTerm, ResourceWords
from lingnan.catalogue.search.words import phrase, pinyin_phrases

NAME, OTHER, PINYIN = "name", "other", "pinyin"
SPOKEN = (NAME, OTHER)
WEIGHTS = {NAME: 10.0, OTHER: 1.0, PINYIN: 5.0}
"""The columns of words, and what a hit in each weighs in the ranking."""


@dataclass(frozen=True)
class WordIndex:
    """A table of words with the columns of `WEIGHTS`."""

    words: type[ResourceWords] | type[ItemTerm]

    @property
    def name(self) -> str:
        """The name of the full text index over the table."""
        return f"{self.words.__tablename__}_index"


RESOURCES, TERMS = WordIndex(ResourceWords), WordIndex(ItemTerm)


def hits(session: Session, index: WordIndex, run: str, columns: Sequence[str] = SPOKEN) -> pa.Int32Array:
    """The numbers of the rows that hold a run in one of these columns, or are pronounced so."""
    dialect = session.get_bind().dialect.name
    if dialect != "sqlite":
        return plain_hits(session, index, run, columns, by_tokens=dialect == "postgresql")
    asked = text(f"select group_concat(rowid) from {index.name} where {index.name} match :match")
    found: str | None = session.scalar(asked, {"match": _clause(run, columns)})
    # One string of numbers is read many times as fast as that many rows.
    return _numbers(found) if found else pa.array([], pa.int32())


def plain_hits(
    session: Session, index: WordIndex, run: str, columns: Sequence[str] = SPOKEN, *, by_tokens: bool = False
) -> pa.Int32Array:
    """The same numbers found by looking through the words, which every database can; `by_tokens` lets PostgreSQL's index narrow them first."""
    found = select(index.words.number).where(_contains(index, run, columns, by_tokens)).order_by(index.words.number)
    return pa.array(session.scalars(found).all(), pa.int32())


def scores(session: Session, index: WordIndex, wanted: Sequence[str]) -> dict[int, float]:
    """How well rows fit that hold every run themselves, by number; smaller is better. Empty where the database cannot say."""
    if session.get_bind().dialect.name != "sqlite":
        return {}
    source, weights = table(index.name, column("rowid")), ", ".join(str(weight) for weight in WEIGHTS.values())
    score = literal_column(f"bm25({index.name}, {weights})", Float)
    matches = text(f"{index.name} match :match").bindparams(match=" AND ".join(_clause(run, SPOKEN) for run in wanted))
    return dict(session.execute(select(source.c.rowid, score).where(matches)).all())


def _numbers(joined: str) -> pa.Int32Array:
    parts = pc.split_pattern(pa.array([joined]), ",").flatten()
    return parts.cast(pa.int32())


def _clause(run: str, columns: Sequence[str]) -> str:
    """The query in FTS5's language; tokens hold letters, digits and ideographs only, so none can leave its quotes."""
    sought, begins = phrase(run)
    written = f'{{{" ".join(columns)}}} : "{sought}"' + (" *" if begins else "")
    spoken = [f'{{{PINYIN}}} : "{spelled}"' for spelled in pinyin_phrases(run)]
    return f"({' OR '.join([written, *spoken])})"


def _contains(index: WordIndex, run: str, columns: Sequence[str], by_tokens: bool) -> ColumnElement[bool]:
    sought, begins = phrase(run)
    written = or_(*(getattr(index.words, name).contains(f" {sought}" if begins else f" {sought} ", autoescape=True) for name in columns))
    spoken = [(spelled, index.words.pinyin.contains(f" {spelled} ", autoescape=True)) for spelled in pinyin_phrases(run)]
    if not by_tokens or begins:
        return or_(written, *(pronounced for _spelled, pronounced in spoken))
    # The same expression as the index is over, or the database would not use it.
    held = func.string_to_array(index.words.name.concat(index.words.other).concat(index.words.pinyin), literal_column("' '"))
    return or_(*(
        and_(held.bool_op("@>")(func.string_to_array(tokens, literal_column("' '"))), looked) for tokens, looked in [(sought, written), *spoken]
    ))
