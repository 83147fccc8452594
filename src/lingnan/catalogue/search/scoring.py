"""Says how well resources fit the words: Okapi BM25, by FTS5 on SQLite and by the same formula over counts of PostgreSQL."""

import math
from collections.abc import Sequence
from functools import reduce
from operator import add

from sqlalchemy import ColumnElement, Float, cast, column, func, literal_column, select, table, text
from sqlalchemy.orm import Session

from lingnan.catalogue.records import ResourceWords
from lingnan.catalogue.search.columns import Columns
from lingnan.catalogue.search.index import RESOURCES, WEIGHTS, Phrase, holding, matching, phrases

K1, B, LEAST = 1.2, 0.75, 1e-6
"""FTS5's constants: how soon more hits stop to count, how much length counts, and what a phrase weighs that most rows hold."""


def scores(session: Session, columns: Columns, wanted: Sequence[str]) -> dict[int, float]:
    """How well rows fit that hold every run themselves, by number; smaller is better. Empty where the database cannot say."""
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":
        return _counted(session, columns, wanted)
    return _by_full_text(session, wanted) if dialect == "sqlite" else {}


def _by_full_text(session: Session, wanted: Sequence[str]) -> dict[int, float]:
    source, weights = table(RESOURCES.name, column("rowid")), ", ".join(str(weight) for weight in WEIGHTS.values())
    score = literal_column(f"bm25({RESOURCES.name}, {weights})", Float)
    matches = text(f"{RESOURCES.name} match :match").bindparams(match=" AND ".join(map(matching, wanted)))
    return dict(session.execute(select(source.c.rowid, score).where(matches)).all())


def _counted(session: Session, columns: Columns, wanted: Sequence[str]) -> dict[int, float]:
    asked = [each for run in wanted for each in phrases(run)]
    holding_rows = [select(func.count()).where(each.held(RESOURCES, by_tokens=True)).scalar_subquery() for each in asked]
    rarities = [_rarity(len(columns), rows) for rows in session.execute(select(*holding_rows)).one()]
    found = select(ResourceWords.number, ResourceWords.length, *map(_frequency, asked))
    found = found.where(*(holding(RESOURCES, run, by_tokens=True) for run in wanted))
    return {
        number: -sum(map(_weight, rarities, frequencies, [K1 * (1 - B + B * length / columns.mean_length)] * len(asked)))
        for number, length, *frequencies in session.execute(found)
    }


def _rarity(rows: int, holding_rows: int) -> float:
    weight = math.log((rows - holding_rows + 0.5) / (holding_rows + 0.5))
    return weight if weight > 0 else LEAST


def _weight(rarity: float, frequency: float, against: float) -> float:
    return rarity * (frequency * (K1 + 1) / (frequency + against))


def _frequency(phrase: Phrase) -> ColumnElement[float]:
    """How often a phrase stands in a row, each time with the weight of its column."""
    counted = (WEIGHTS[name] * cast(_times(getattr(ResourceWords, name), phrase), Float) for name in phrase.columns)
    return reduce(add, counted)


def _times(words: ColumnElement[str], phrase: Phrase) -> ColumnElement[int]:
    tokens = phrase.tokens.split()
    if any(tokens[step:] == tokens[:-step] for step in range(1, len(tokens))):
        # 0000 stands three times in 000000; what replaces or splits would find one.
        places = func.regexp_matches(words, f"(?= {phrase.tokens} )", "g").table_valued("place")
        return select(func.count()).select_from(places).scalar_subquery()
    if phrase.begins:
        pieces = func.string_to_array(words, f" {phrase.tokens}")
    else:
        # With every blank twice, two phrases side by side do not share one.
        pieces = func.string_to_array(func.replace(words, " ", "  "), f" {'  '.join(tokens)} ")
    return func.greatest(func.cardinality(pieces) - 1, 0)
