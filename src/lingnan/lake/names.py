"""Names of tables (`area.table`) and identifiers, checked before they touch a path or a statement."""

import re

from lingnan.base import WrongUse

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\.[a-z][a-z0-9_]{0,62}")


def checked(table: str) -> str:
    """The name itself when it is `area.table` in lower-case letters, digits and underscores; else WrongUse."""
    if not _NAME.fullmatch(table):
        raise WrongUse(
            f"表名“{table}”不合规。应为“区域.表名”，各部分以小写字母开头，只含小写字母、数字和下划线。",
            f"“{table}” is no table name. Use area.table, each in lower-case letters, digits and underscores.",
            table=table,
        )
    return table


def is_table(text: str) -> bool:
    """Whether a text is a table's name."""
    return _NAME.fullmatch(text) is not None


def quoted(identifier: str) -> str:
    """An identifier in double quotes, whatever it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def quoted_table(table: str) -> str:
    """`area.table` with both parts quoted."""
    return ".".join(quoted(part) for part in checked(table).split("."))


def literal(text: str) -> str:
    """A text literal; only for file paths the lake made itself, values are always bound."""
    return "'" + text.replace("'", "''") + "'"
