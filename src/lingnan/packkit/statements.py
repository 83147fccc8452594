"""The SQL files of a pack: one select each, read once for what it says, reads, binds and makes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lingnan.base import BadInput
from lingnan.lake import outside_portable, portable_digest
from lingnan.packkit.memory import Memory, reader_of
from lingnan.packkit.method_calls import methods_digest, with_methods

Layer = Literal["staging", "working", "given"]
PREFIXES: Mapping[str, Layer] = {"stg_": "staging", "int_": "working"}
TABLES = "parameters"
"""The area under which a statement reads a pack's tables of parameters."""
DIALECT = "duckdb"


@dataclass(frozen=True)
class Statement:
    """One select of a pack; its name is the table it makes, its first line says what one row is."""

    name: str
    text: str
    says: str
    tables: frozenset[str]
    own: frozenset[str]
    bound: frozenset[str]
    columns: tuple[str, ...]
    numbers: tuple[str, ...]
    every_column: bool
    named: frozenset[str] = frozenset()
    """Every column that it names anywhere."""
    ordered: bool = False
    """Whether the order of its rows is said."""
    limited: bool = False
    """Whether it says itself how many rows there are at most."""
    beyond: tuple[tuple[str, str, str], ...] = ()
    """What of it engines do not answer alike: construct, place, reason."""

    @property
    def layer(self) -> Layer:
        """Cleaned (`stg_`), working (`int_`), or given to others."""
        return next((layer for prefix, layer in PREFIXES.items() if self.name.startswith(prefix)), "given")

    @property
    def needs(self) -> frozenset[str]:
        """Tables of others that it reads."""
        return frozenset(table for table in self.tables if not table.startswith(f"{TABLES}."))

    @property
    def listings(self) -> frozenset[str]:
        """Tables of parameters that it reads."""
        return frozenset(table.partition(".")[2] for table in self.tables if table.startswith(f"{TABLES}."))

    def placed(self, names: Mapping[str, str]) -> str:
        """The text for an engine: `:parameter` as it binds values, and `area.table` under another name where `names` has one."""
        return _placed(self.text, self.bound, tuple(sorted(names.items())))


def laid_name(table: str) -> str:
    """The plain name under which data that stands in no table is laid beside the views: `area__table`."""
    return table.replace(".", "__")


def read_statement(name: str, text: str, memory: Memory | None = None, file: str = "") -> Statement:
    """What a file's select says; BadInput when it cannot be read or is more or other than one select."""
    told_by, file = f"{reader_of(__file__)}{portable_digest()}{methods_digest(text)}", file or f"sql/{name}.sql"
    found = (memory or Memory(None)).keep("statement", told_by, lambda: _said(text, file), text)
    return Statement(
        name=name, text=found["text"], says=_first_line(text), tables=frozenset(found["tables"]), own=frozenset(found["own"]),
        bound=frozenset(found["bound"]), columns=tuple(found["columns"]), numbers=tuple(found["numbers"]), every_column=found["every_column"],
        named=frozenset(found["named"]), ordered=found["ordered"], limited=found["limited"],
        beyond=tuple((part, place, why) for part, place, why in found["beyond"]),
    )


def _said(text: str, file: str) -> dict[str, Any]:
    """What the select itself says, as JSON holds it."""
    plain = with_methods(text, file)
    parsed = _parsed(file, plain)
    written = parsed if plain == text else _parsed(file, text)
    from sqlglot import exp

    inner = {cte.alias_or_name for cte in parsed.find_all(exp.CTE)}
    found = [table for table in parsed.find_all(exp.Table) if table.name]
    return {
        "text": plain.rstrip().removesuffix(";"), "tables": sorted({f"{table.db}.{table.name}" for table in found if table.db}),
        "own": sorted({table.name for table in found if not table.db and table.name not in inner}),
        "bound": sorted({each.name for each in parsed.find_all(exp.Placeholder) if each.this}),
        "columns": [each.alias_or_name for each in parsed.selects], "numbers": _bare_numbers(written),
        "every_column": any(each.is_star for each in parsed.selects), "named": sorted({each.name for each in parsed.find_all(exp.Column)}),
        "ordered": parsed.args.get("order") is not None, "limited": parsed.args.get("limit") is not None,
        "beyond": outside_portable(plain),
    }


def _parsed(file: str, text: str) -> Any:
    import sqlglot  # opened when a pack's SQL is read: few commands do
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        read = [each for each in sqlglot.parse(text, read=DIALECT) if each is not None]
    except SqlglotError as error:
        told = str(error).partition("\n")[0][:200]
        raise BadInput(f"{file} 无法解析：{told}", f"{file} cannot be read: {told}", file=file) from None
    if len(read) != 1 or not isinstance(read[0], exp.Query):
        raise BadInput(
            f"{file} 须为一条 select 语句。", f"{file} must be one select.", file=file,
        )
    return read[0]


def _first_line(text: str) -> str:
    line = text.lstrip("\ufeff").partition("\n")[0].strip()
    return line.removeprefix("--").strip() if line.startswith("--") else ""


def _bare_numbers(parsed: Any) -> list[str]:
    """Numbers but 0 and 1 that stand in the text: a figure belongs into a parameter, with its law.

    Widths of types and places cut are none, nor is the hundred that a share is multiplied with or a per cent divided by.
    """
    from sqlglot import exp

    inside = (exp.DataType, exp.DataTypeParam, exp.Substring, exp.Left, exp.Right, exp.Round, exp.Interval, exp.Ordered, exp.Group, exp.Bracket)
    return [
        each.name for each in parsed.find_all(exp.Literal)
        if not each.is_string and each.name not in ("0", "1") and not isinstance(each.parent, inside)
        and not (each.name == "100" and isinstance(each.parent, (exp.Mul, exp.Div)))
    ]


@cache
def _placed(text: str, bound: Collection[str], names: tuple[tuple[str, str], ...]) -> str:
    from sqlglot import tokenize

    placed, tokens, pieces, upto = dict(names), tokenize(text, read=DIALECT), [], 0
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        after = tokens[at + 2] if at + 2 < len(tokens) else None
        if following is None:
            break
        if token.text == ":" and following.text in bound and following.start == token.end + 1:
            pieces += [text[upto:token.start], "$"]
            upto = following.start
        elif following.text == "." and after is not None and (name := placed.get(f"{token.text}.{after.text}")):
            pieces += [text[upto:token.start], name]
            upto = after.end + 1
    return "".join((*pieces, text[upto:]))
