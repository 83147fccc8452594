"""Works out once what several conditions over a row ask again: the engine shares no expression that might fail."""

import re
from collections.abc import Iterator, Sequence

# None of these can raise, so they may be worked out for every row, also where a condition would not have come to them.
_CALL = re.compile(r"\b(?:try_cast|regexp_full_match|ends_with|if)\(")
_JOINED = re.compile(r"\b(?!_h)[a-z_]+\d*\.")
_NAME = re.compile(r"\b_h\d+\b")


def hoisted(conditions: Sequence[str]) -> tuple[list[str], list[dict[str, str]]]:
    """The conditions with every repeated call replaced by a name, and the calls by their names (`_h0`, `_h1` …).

    The calls come in layers, each of which may use the names of those before it. A call that stands in one other call alone is left there, so
    that what the other asks only in need is not asked of every row.
    """
    texts = list(conditions)
    found = {call for condition in conditions for call in calls(condition) if not _JOINED.search(_without_texts(call))}
    defined: dict[str, int] = {}
    for call in sorted(found, key=lambda call: (-len(call), call)):
        if sum(text.count(call) for text in texts) > 1:
            name = f"_h{len(defined)}"
            texts = [*(text.replace(call, name) for text in texts), call]
            defined[name] = len(texts) - 1
    named = {name: texts[place] for name, place in defined.items()}
    return texts[: len(conditions)], list(_layers(named))


def _layers(named: dict[str, str]) -> Iterator[dict[str, str]]:
    known: set[str] = set()
    while len(known) < len(named):
        layer = {name: sql for name, sql in named.items() if name not in known and known.issuperset(_NAME.findall(sql))}
        yield layer
        known.update(layer)


def calls(sql: str) -> Iterator[str]:
    """All calls of those functions, those within others too; texts and brackets respected."""
    for found in _CALL.finditer(sql):
        yield sql[found.start() : _closing(sql, found.end())]


def _closing(sql: str, place: int) -> int:
    depth, quote = 1, ""
    for index in range(place, len(sql)):
        character = sql[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
            if not depth:
                return index + 1
    return len(sql)


def _without_texts(sql: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"", "''", sql)
