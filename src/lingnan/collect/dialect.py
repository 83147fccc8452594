"""Finds how a delimited text is written: delimiter, quotes, escapes, comments."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from lingnan.collect.shapes import ReadOptions

DELIMITERS = (",", "\t", ";", "|", "，", "^", "\x01")
_SAMPLE_ROWS = 400


@dataclass(frozen=True)
class Dialect:
    """How one text is delimited; an empty quote or escape means none."""

    delimiter: str
    quote: str
    escape: str
    comment: str
    skip_spaces: bool


def find_dialect(text: str, options: ReadOptions) -> Dialect:
    """The dialect of a text's beginning; what the options say is taken as it is."""
    quote = '"' if options.quote is None else options.quote
    delimiter = _delimiter(text, quote) if options.delimiter is None else options.delimiter.replace("\\t", "\t")
    escape = ("\\" if quote and re.search(r'[^\\]\\"(?!\s*(?:[,;\t|]|$))', text, re.MULTILINE) else "") if options.escape is None else options.escape
    spaces = bool(quote and re.search(rf'{re.escape(delimiter)} +{re.escape(quote)}', text))
    comment = _comment(text) if options.comment is None else options.comment
    return Dialect(delimiter, quote, escape, comment, spaces if options.skip_spaces is None else options.skip_spaces)


def rows_of(text: str, dialect: Dialect) -> list[list[str]]:
    """The rows of a sample, as the dialect cuts them."""
    return [row for row, _line in numbered_rows(text, dialect)]


def numbered_rows(text: str, dialect: Dialect) -> list[tuple[list[str], int]]:
    """The rows of a sample with the number of the text line on which each ends."""
    csv.field_size_limit(1 << 24)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote or None, escapechar=dialect.escape or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE, skipinitialspace=dialect.skip_spaces,
    )
    return [(row, reader.line_num) for row in reader]


def _delimiter(text: str, quote: str) -> str:
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        rows = rows_of(text, Dialect(delimiter, quote, "", "", False))[:_SAMPLE_ROWS]
        lengths = Counter(len(row) for row in rows if row)
        if not lengths:
            continue
        width, count = max(lengths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        share = count / lengths.total()
        if width > 1 and (score := (round(share, 1), width)) > best_score:
            best, best_score = delimiter, score
    return best


def _comment(text: str) -> str:
    """`#` when a line before or among the data begins with it and is cut differently from the others."""
    lines = text.splitlines()[:_SAMPLE_ROWS]
    marked = [line for line in lines if line.startswith("#")]
    return "#" if marked and len(marked) <= max(3, len(lines) // 2) and not any("," in line or "\t" in line for line in marked) else ""
