"""A statement in words that name no person: literals, own names and comments left out, so that the log may keep it."""

from collections.abc import Iterable

from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from lingnan.base import content_digest
from lingnan.lake.sandbox.grammar import allowed_functions

MOST_CHARACTERS = 2_000
_DIGEST_CHARACTERS = 32
_NAMES = frozenset({TokenType.VAR, TokenType.IDENTIFIER})
_VALUES = frozenset({
    TokenType.STRING, TokenType.NUMBER, TokenType.BIT_STRING, TokenType.HEX_STRING, TokenType.BYTE_STRING, TokenType.RAW_STRING,
    TokenType.HEREDOC_STRING, TokenType.UNICODE_STRING, TokenType.NATIONAL_STRING,
})
_WORDS = frozenset(word for each in DuckDB.Tokenizer.KEYWORDS for word in each.lower().split())


def wording(sql: str, tables: Iterable[str], columns: Iterable[str]) -> tuple[str, str]:
    """The statement with `?` for every value and `_` for every name that is not the catalogue's, and the digest of that."""
    try:
        tokens: list[Token] = DuckDB().tokenize(sql)
    except TokenError:
        tokens = []
    known = {part for table in tables for part in table.split(".")} | {column.lower() for column in columns} | _WORDS | allowed_functions()
    said = " ".join(_word(token, known) for token in tokens)
    return said[:MOST_CHARACTERS], content_digest(said)[:_DIGEST_CHARACTERS]


def _word(token: Token, known: set[str]) -> str:
    """A token as the log may keep it: only known words stay."""
    if token.token_type in _VALUES:
        return "?"
    text = token.text.lower()
    if token.token_type in _NAMES or any(character.isalnum() for character in text):
        return text if all(word in known for word in text.split()) else "_"
    return text
