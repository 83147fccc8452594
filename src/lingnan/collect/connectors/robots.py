"""What a site's robots.txt lets a collector read (RFC 9309)."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

LARGEST = 512_000
"""Bytes of a robots.txt that are read; at least 500 KiB must be (2.5)."""
_LINE = re.compile(r"\s*([A-Za-z_-]+)\s*:\s*([^#]*)")
_TOKEN = re.compile(r"[A-Za-z_-]+")
_RESERVED = "/?#[]@!$&'()*+,;=:%~-._"
_LONGEST_DELAY_S = 86_400.0


@dataclass
class _Group:
    agents: set[str] = field(default_factory=set)
    rules: list[tuple[bool, str]] = field(default_factory=list)
    delay_s: float = 0.0


@dataclass(frozen=True)
class Robots:
    """The rules for one collector, and how many seconds it is asked to wait between visits."""

    rules: tuple[tuple[bool, str], ...] = ()
    delay_s: float = 0.0
    closed: bool = False

    def allows(self, target: str) -> bool:
        """Whether a path with its query may be read: the longest rule decides, of equals the one that allows (2.2.2)."""
        path = _plain(target or "/")
        if path == "/robots.txt":
            return True
        if self.closed:
            return False
        matching = [(len(pattern.encode()), allow) for allow, pattern in self.rules if _matches(pattern, path)]
        return max(matching)[1] if matching else True


EVERYTHING, NOTHING = Robots(), Robots(closed=True)


def read_robots(text: bytes, agent: str) -> Robots:
    """The rules for a product token; groups that name it are one, else those for `*` hold."""
    groups = _groups(text[:LARGEST].decode("utf-8", errors="replace").removeprefix("﻿"))
    mine = [group for group in groups if agent.lower() in group.agents] or [group for group in groups if "*" in group.agents]
    rules = tuple(rule for group in mine for rule in group.rules)
    return Robots(rules, max((group.delay_s for group in mine), default=0.0))


def _groups(text: str) -> list[_Group]:
    """Lines that no rule of the form understands are passed over; lines of other kinds do not end a group."""
    groups: list[_Group] = []
    open_for_agents = False
    for line in re.split(r"\r\n|\r|\n", text):
        if not (found := _LINE.match(line)):
            continue
        kind, value = found[1].lower(), found[2].strip()
        if kind == "user-agent":
            if not open_for_agents:
                groups.append(_Group())
            open_for_agents = True
            token = _TOKEN.match(value)
            groups[-1].agents.add("*" if value.startswith("*") else token[0].lower() if token else "")
        elif groups and kind in ("allow", "disallow"):
            open_for_agents = False
            if value:
                groups[-1].rules.append((kind == "allow", _plain(value if value[0] in "/*$" else "/" + value)))
        elif groups and kind == "crawl-delay":
            open_for_agents = False
            groups[-1].delay_s = max(groups[-1].delay_s, _seconds(value))
    return groups


def _seconds(text: str) -> float:
    return min(float(text), _LONGEST_DELAY_S) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text) else 0.0


def _plain(path: str) -> str:
    """A path as it is compared: what need not be escaped is not, what must be is, in capitals."""
    parts = re.split(r"(%[0-9A-Fa-f]{2})", path)
    return "".join(_escape(part) if at % 2 else quote(part, safe=_RESERVED) for at, part in enumerate(parts))


def _escape(escape: str) -> str:
    character = unquote_to_bytes(escape)
    return character.decode() if re.fullmatch(rb"[A-Za-z0-9._~-]", character) else escape.upper()


def _matches(pattern: str, path: str) -> bool:
    """Whether a path begins as the pattern says; `*` is any run of characters, a last `$` the end. Without backtracking: it is a stranger's."""
    ends = pattern.endswith("$")
    parts = pattern.removesuffix("$").split("*")
    if not path.startswith(parts[0]):
        return False
    at = len(parts[0])
    for number, part in enumerate(parts[1:], start=1):
        if ends and number == len(parts) - 1:
            return len(path) - len(part) >= at and path.endswith(part)
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not ends or at == len(path)
