"""Regular expressions of RE2, as rules and statements write them, in the words of Java."""

import re

_SCRIPT = re.compile(r"\\([pP])\{(\^?)([A-Z][A-Za-z_]{2,})\}")
_SPACE = {
    ("\\s", False): "[\\t\\n\\f\\r ]", ("\\s", True): "\\t\\n\\f\\r ", ("\\S", False): "[^\\t\\n\\f\\r ]", ("\\S", True): "[^\\t\\n\\f\\r ]",
}
_POSIX = {
    "alpha": "\\p{Alpha}", "digit": "\\p{Digit}", "alnum": "\\p{Alnum}", "upper": "\\p{Upper}", "lower": "\\p{Lower}", "punct": "\\p{Punct}",
    "space": "\\p{Space}", "xdigit": "\\p{XDigit}", "cntrl": "\\p{Cntrl}", "print": "\\p{Print}", "graph": "\\p{Graph}", "blank": "\\p{Blank}",
    "word": "\\w",
}


def java_pattern(pattern: str) -> str:
    """The same expression for Java: scripts by `Is…`, `$` the very end, a line ends with a line feed alone, brackets plain inside brackets."""
    out, place, inside = [], 0, False
    pattern = _SCRIPT.sub(lambda found: f"\\{_turned(found[1], found[2])}{{Is{found[3]}}}", pattern)
    multiline = bool(re.match(r"\(\?[a-z]*m", pattern))
    while place < len(pattern):
        letter = pattern[place]
        if letter == "\\":
            taken = pattern[place : place + 2]
            # White space of RE2 has no vertical tab.
            out.append(_SPACE.get((taken, inside), taken))
            place += 2
            continue
        if inside and letter == "[" and (named := re.match(r"\[:(\^?)(\w+):\]", pattern[place:])):
            out.append(_POSIX[named[2]] if not named[1] else _POSIX[named[2]].replace("\\p", "\\P"))
            place += len(named[0])
            continue
        if inside and letter == "]":
            inside = False
        elif inside and (letter == "[" or pattern.startswith("&&", place)):
            letter = "\\" + letter
        elif not inside and letter == "[":
            inside = True
            lead = re.match(r"\[\^?\]?", pattern[place:])
            letter = lead[0].replace("]", "\\]") if lead else letter
            place += len(lead[0]) - 1 if lead else 0
        elif not inside and letter == "$" and not multiline:
            letter = "\\z"
        out.append(letter)
        place += 1
    return "(?d)" + "".join(out)


def _turned(letter: str, negated: str) -> str:
    return letter if not negated else {"p": "P", "P": "p"}[letter]


def java_replacement(words: str, shift: int) -> str:
    """The same replacement for Java, its groups counted from one further when `shift` groups stand before them."""
    return re.sub(r"\\(\d)", lambda found: f"${int(found[1]) + shift}", words.replace("$", "\\$"))
