"""Regular expressions as the statements write them (RE2), for an engine that reads Java's: equal matches, and what RE2 refuses is refused."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lingnan.base import BadInput

_BLANKS = r"\t\n\f\r "
_ESCAPED = {
    "s": f"[{_BLANKS}]", "S": f"[^{_BLANKS}]", "v": r"\x0B",
    "b": r"(?:(?<=\w)(?!\w)|(?<!\w)(?=\w))", "B": r"(?:(?<=\w)(?=\w)|(?<!\w)(?!\w))",
}
# A step is an escape, the head of a group, a class, a bound, or any other character.
_PROPERTY = r"\\[pP](?:\{\^?\w+\}|\w)"
_CODE = r"\\x(?:\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})"
_CLASS = rf"\[\^?\]?(?:\[:\^?\w+:\]|{_PROPERTY}|\\.|[^\]\\])*\]"
_STEP = re.compile(rf"\\Q.*?(?:\\E|\Z)|{_PROPERTY}|{_CODE}|\\.|{_CLASS}|\((?:\?(?:P?<\w+>|[A-Za-z-]*[:)]|.))?|\{{\d+(?:,\d*)?\}}|.", re.DOTALL)
_INSIDE = re.compile(rf"\[:\^?\w+:\]|{_PROPERTY}|{_CODE}|\\.|.", re.DOTALL)
_CATEGORY = re.compile(r"C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?")
_SEARCHES = "=!<>#"
_LINES = re.compile(r"\(\?[is]*m[is]*[):]")
WHOLE, PART = "__whole", "__part"
"""What is added to the name of a parameter that a statement uses as a pattern, for a full match or a part."""
_BOUND = re.compile(rf":(\w+?)({WHOLE}|{PART})\b")


def java_pattern(pattern: str, options: str = "") -> str:
    """The same pattern for Java; `options` are letters as the functions of a statement take them (i, s, m, l). BadInput for what RE2 refuses."""
    if "l" in options:
        return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", pattern)
    flags = "d" + "".join("iu" if flag == "i" else flag for flag in options if flag in "ism")
    lines = "m" in options or _LINES.match(pattern) is not None
    return f"(?{flags})" + "".join(_step(step, pattern, lines) for step in _steps(pattern))


def java_whole(pattern: str, options: str = "") -> str:
    """The pattern for Java so that it fits a text from its first character to its last."""
    return rf"\A(?:{java_pattern(pattern, options)})\z"


def bound_patterns(text: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a rendered statement that are patterns, by the names it has given them."""
    named = {(name, kind) for name, kind in _BOUND.findall(text) if name in values}
    made = {WHOLE: java_whole, PART: java_pattern}
    return {name + kind: None if values[name] is None else made[kind](str(values[name])) for name, kind in named}


def java_replacement(rewrite: str, before: int = 0) -> str:
    r"""The same replacement for Java: \1 becomes $1 and a dollar is itself; `before` groups stand before the pattern's own."""
    parts: list[str] = []
    for found in re.finditer(r"\\(.)|(.)", rewrite, re.DOTALL):
        character = found[1] or found[2]
        if found[1] and found[1].isdigit():
            parts.append(f"${int(found[1]) + before}")
        else:
            # A digit behind a group's number would count to it.
            joins = character.isdigit() and bool(parts) and re.fullmatch(r"\$\d+", parts[-1]) is not None
            parts.append(f"\\{character}" if joins or character in "\\$" else character)
    return "".join(parts)


def first_alone(pattern: str, rewrite: str, options: str = "") -> tuple[str, str]:
    """A pattern and replacement for Java that change the first match only, for an engine that always changes all."""
    java = java_pattern(pattern, options)
    if pattern.startswith("^") and "m" not in options and not _alternates(pattern):
        return java, java_replacement(rewrite)
    # What stands around the match is taken too and put back, so there is nothing left for a second one.
    told = "\\0" in rewrite
    groups = sum(step == "(" or step.startswith(("(?P<", "(?<")) for step in _steps(pattern))
    last = groups + 2 + told
    return rf"\A((?s:.*?)){'(' if told else '(?:'}{java})((?s:.*))\z", f"$1{java_replacement(rewrite, 1 + told)}${last}"


def _steps(pattern: str) -> Iterator[str]:
    return (found[0] for found in _STEP.finditer(pattern))


def _step(step: str, pattern: str, lines: bool) -> str:
    if step.startswith("[") and len(step) > 1:
        return _class(step)
    if step.startswith("(?"):
        return _group(step, pattern)
    if step == "$":
        return r"(?=\n|\z)" if lines else r"\z"
    if step == "^":
        return r"(?:\A|(?<=\n))" if lines else r"\A"
    if step == "{":
        return r"\{"
    return _escape(step, pattern) if step.startswith("\\") else step


def _group(step: str, pattern: str) -> str:
    if step.startswith(("(?P<", "(?<")) and step.endswith(">"):
        return "("
    flags = step[2:-1]
    if step[-1] in _SEARCHES or set(flags) - set("ims-"):
        raise _refused(step, pattern)
    return step if not flags else "(?" + flags.replace("i", "iu") + step[-1]


def _escape(step: str, pattern: str) -> str:
    if step.startswith("\\Q"):
        return "".join("\\" + character if not character.isalnum() else character for character in step[2:].removesuffix("\\E"))
    if step[1] in "pP":
        return _property(step)
    if step[1].isdigit() or (step[1].isalpha() and step[1] not in "aftnrvdDsSwWbBAzxC"):
        raise _refused(step, pattern)
    return _ESCAPED.get(step[1], step)


def _property(step: str) -> str:
    name = step[2:].strip("{}")
    none = (step[1] == "P") != name.startswith("^")
    name = name.lstrip("^")
    return f"\\{'P' if none else 'p'}{{{name if _CATEGORY.fullmatch(name) else 'Is' + name}}}"


def _class(step: str) -> str:
    negated, inside = step.startswith("[^"), step[2 if step.startswith("[^") else 1 : -1]
    return f"[{'^' if negated else ''}{''.join(_member(found[0]) for found in _INSIDE.finditer(inside))}]"


def _member(found: str) -> str:
    if found.startswith("[:"):
        name = found[2:-2]
        word = name.lstrip("^")
        none = name.startswith("^")
        return (r"\W" if none else r"\w") if word == "word" else f"\\{'P' if none else 'p'}{{{'ASCII' if word == 'ascii' else word.capitalize()}}}"
    if found.startswith("\\"):
        if found[1] in "pP":
            return _property(found)
        return {"s": _BLANKS, "S": f"[^{_BLANKS}]", "v": r"\x0B", "b": r"\x08"}.get(found[1], found)
    # Java would read these as a class within a class.
    return "\\" + found if found in "[]&^#" else found


def _alternates(pattern: str) -> bool:
    depth = 0
    for step in _steps(pattern):
        depth += step.startswith("(") and not step.endswith(")")
        depth -= step == ")"
        if step == "|" and not depth:
            return True
    return False


def _refused(step: str, pattern: str) -> BadInput:
    return BadInput(
        f"正则式“{pattern}”中的“{step}”不可用：请只用 RE2 的写法，不用前后查找和反向引用。",
        f"“{step}” in the regular expression “{pattern}” cannot be used: keep to RE2, without looking ahead or behind and without back references.",
        pattern=pattern,
    )
