"""Asks the full text index: SQLite's FTS5, on PostgreSQL an index over the arrays of tokens, elsewhere the words themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, text
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


@dataclass(frozen=True)
class Phrase:
    """Tokens that stand in a row in one of these columns; with `begins` it is one token, which may go on."""

    tokens: str
    columns: Sequence[str]
    begins: bool = False

    @property
    def match(self) -> str:
        """The phrase in FTS5's language; tokens hold letters, digits and ideographs only, so none can leave its quotes."""
        return f'{{{" ".join(self.columns)}}} : "{self.tokens}"' + (" *" if self.begins else "")

    def held(self, index: WordIndex, by_tokens: bool) -> ColumnElement[bool]:
        """Which rows hold it; `by_tokens` lets PostgreSQL's index narrow them first, which beginnings of tokens cannot."""
        sought = f" {self.tokens}" if self.begins else f" {self.tokens} "
        looked = or_(*(getattr(index.words, name).contains(sought, autoescape=True) for name in self.columns))
        if not by_tokens or self.begins:
            return looked
        # The same expression as the index is over, or the database would not use it.
        every = func.string_to_array(index.words.name.concat(index.words.other).concat(index.words.pinyin), literal_column("' '"))
        return and_(every.bool_op("@>")(func.string_to_array(self.tokens, literal_column("' '"))), looked)


def phrases(run: str, columns: Sequence[str] = SPOKEN) -> list[Phrase]:
    """What a run may stand as: as it is written in one of these columns, and as it is pronounced."""
    sought, begins = phrase(run)
    return [Phrase(sought, columns, begins), *(Phrase(spelled, (PINYIN,)) for spelled in pinyin_phrases(run))]


def hits(session: Session, index: WordIndex, run: str, columns: Sequence[str] = SPOKEN) -> pa.Int32Array:
    """The numbers of the rows that hold a run in one of these columns, or are pronounced so."""
    dialect = session.get_bind().dialect.name
    if dialect != "sqlite":
        return plain_hits(session, index, run, columns, by_tokens=dialect == "postgresql")
    asked = text(f"select group_concat(rowid) from {index.name} where {index.name} match :match")
    found: str | None = session.scalar(asked, {"match": matching(run, columns)})
    # One string of numbers is read many times as fast as that many rows.
    return _numbers(found) if found else pa.array([], pa.int32())


def plain_hits(
    session: Session, index: WordIndex, run: str, columns: Sequence[str] = SPOKEN, *, by_tokens: bool = False
) -> pa.Int32Array:
    """The same numbers found by looking through the words, which every database can; `by_tokens` lets PostgreSQL's index narrow them first."""
    found = select(index.words.number).where(holding(index, run, columns, by_tokens)).order_by(index.words.number)
    return pa.array(session.scalars(found).all(), pa.int32())


def matching(run: str, columns: Sequence[str] = SPOKEN) -> str:
    """A query of FTS5 for the rows that hold a run."""
    return f"({' OR '.join(each.match for each in phrases(run, columns))})"


def holding(index: WordIndex, run: str, columns: Sequence[str] = SPOKEN, by_tokens: bool = False) -> ColumnElement[bool]:
    """The condition for the rows that hold a run."""
    return or_(*(each.held(index, by_tokens) for each in phrases(run, columns)))


def _numbers(joined: str) -> pa.Int32Array:
    parts = pc.split_pattern(pa.array([joined]), ",").flatten()
    return parts.cast(pa.int32())
