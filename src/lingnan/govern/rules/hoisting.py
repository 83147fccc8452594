"""Works out once what several conditions over a row ask again: the engine shares no expression that might fail."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

# Neither of these can raise, so they may be worked out for every row, also where a condition would not have come to them.
_CALL = re.compile(r"\b(?:try_cast|regexp_full_match)\(")
_JOINED = re.compile(r"\b[a-z_]+\d*\.")


def hoisted(conditions: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The conditions with every repeated call replaced by a name, and the calls by their names (`_h0`, `_h1` …)."""
    counted = Counter(call for condition in conditions for call in calls(condition) if not _JOINED.search(_without_texts(call)))
    names = {call: f"_h{n}" for n, call in enumerate(call for call, times in counted.items() if times > 1)}
    changed = list(conditions)
    for call in sorted(names, key=len, reverse=True):
        changed = [condition.replace(call, names[call]) for condition in changed]
    return changed, {name: call for call, name in names.items()}


def calls(sql: str) -> Iterator[str]:
    """The outermost calls of those functions, texts and brackets respected."""
    place = 0
    while found := _CALL.search(sql, place):
        end = _closing(sql, found.end())
        yield sql[found.start() : end]
        place = end


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
