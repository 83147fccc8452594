"""Made firms of which many are hard to tell apart, and the ways in which offices write a firm's name; for trying out linking alone."""

import re
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pyarrow as pa

from lingnan.world.columns import Text, flat
from lingnan.world.draws import Array, Draws, share, stream
from lingnan.world.firms import BRANCH, KINDS, Firms, make_firms
from lingnan.world.identity import phones
from lingnan.world.names import misheard
from lingnan.world.places import Address, Places, rows, table

NAMESAKES, SISTERS, GROUPS, SAME_HEAD, BY_AGENT, AT_AGENT, FIRMS_OF_AGENT = 0.05, 0.5, 0.015, 0.05, 0.08, 0.5, 25
"""Shares of firms: of another's trade name and line in another city (and of these under one head and telephone); groups; of a head of another firm;
with the telephone of an agent who has others too (and of these at the agent's address)."""
LIKE_PARENT = 0.7
"""Share of the branches that give their parent's head and telephone."""


@dataclass(frozen=True)
class Parts:
    """What a registered name is made of: place, trade name, line of business, legal form, and the branch's own part (天河区分公司)."""

    place: str
    trade: str
    line: str
    form: str
    branch: str = ""

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.place}{self.trade}{self.line}{self.form}{self.branch}"


@cache
def _pattern() -> re.Pattern[str]:
    cities = "|".join(name.removesuffix("市") for name in rows("cities.csv").to_pydict()["zh"])
    listed = table("firms.yaml")["industries"].values()
    lines = "|".join(sorted({word for item in listed for word in item["words"]}, key=lambda word: (-len(word), word)))
    forms = "|".join(sorted({kind.ending for kind in KINDS[:BRANCH]}, key=len, reverse=True))
    place = f"(?P<place>(?:{cities})市?(?:[^市]{{1,6}}[区县市])?)"
    return re.compile(rf"{place}(?P<trade>.{{2,3}}?)(?P<line>{lines})(?P<form>{forms})(?P<branch>.*分公司)?")


def parted(name: str) -> Parts | None:
    """The parts of a made name; None when it is made otherwise."""
    met = _pattern().fullmatch(name)
    return Parts(met["place"], met["trade"], met["line"], met["form"], met["branch"] or "") if met else None


def hard_firms(places: Places, scale: float, seed: int, today: int) -> Firms:
    """Firms of which some share trade name, head, telephone and address with others that they are not."""
    firms = make_firms(places, scale, seed, today)
    draws = stream(seed, "hard_firms")
    whole = draws.permutation(np.flatnonzero(firms.kind < 5))
    name, head, phone = (np.array(column.to_pylist(), dtype=object) for column in (firms.name, firms.head, firms.phone))
    groups = whole[: share(draws, GROUPS, len(firms))]
    name[groups] = [_as_group(each) for each in name[groups]]
    _namesakes(draws, firms, whole[len(groups):], name, head, phone)
    again = draws.permutation(len(firms))[: share(draws, SAME_HEAD, len(firms))]
    head[again] = head[draws.integers(0, len(firms), len(again))]
    home = _agents(draws, firms, phone)
    branches = np.flatnonzero(firms.parent >= 0)
    name[branches] = [f"{name[parent]}{own}" for parent, own in zip(firms.parent[branches], map(_own_part, name[branches]), strict=True)]
    like = branches[draws.random(len(branches)) < LIKE_PARENT]
    head[like], phone[like] = head[firms.parent[like]], phone[firms.parent[like]]
    told = (pa.array(list(each), pa.string()) for each in (name, head, phone))
    return replace(firms, **dict(zip(("name", "head", "phone"), told, strict=True)), home=home)


def _as_group(name: str) -> str:
    parts = parted(name)
    return replace(parts, line="", form="集团有限公司").name if parts else name


def _own_part(name: str) -> str:
    parts = parted(name)
    return parts.branch if parts else "分公司"


def _namesakes(draws: Draws, firms: Firms, free: Array, name: Array, head: Array, phone: Array) -> None:
    """Give firms the trade name and line of another of another city; half of them are that one's sisters."""
    size = share(draws, NAMESAKES, len(firms))
    first, second = free[:size], free[size : 2 * size]
    for one, other in zip(first, second, strict=False):
        like, own = parted(name[one]), parted(name[other])
        if like and own and like.place.removesuffix("市") != own.place.removesuffix("市"):
            name[other] = replace(like, place=own.place).name
            if draws.random() < SISTERS:
                head[other], phone[other] = head[one], phone[one]


def _agents(draws: Draws, firms: Firms, phone: Array) -> Address:
    served = draws.permutation(len(firms))[: share(draws, BY_AGENT, len(firms))]
    agents = max(1, len(served) // FIRMS_OF_AGENT)
    of = draws.integers(0, agents, len(served))
    phone[served] = np.array(phones(draws, agents).to_pylist(), dtype=object)[of]
    there = draws.random(len(served)) < AT_AGENT
    seat = draws.integers(0, len(firms), agents)
    township, building = firms.home.township.copy(), firms.home.building.copy()
    township[served[there]], building[served[there]] = township[seat[of[there]]], building[seat[of[there]]]
    return Address(township, building)


def as_written(name: str, draw: float) -> str:
    """The name as another office or the firm itself writes it; the made one when it is made otherwise."""
    parts = parted(name)
    if parts is None:
        return name.replace("集团有限公司", "（集团）有限公司" if draw < 0.6 else "集团")
    city = parts.place[:2] if parts.place[2:] in ("", "市") else parts.place
    if parts.branch:
        return _branch_as_written(parts, city, draw)
    ways = (
        Parts(city, parts.trade, parts.line, parts.form), Parts("", parts.trade, f"（{city}）{parts.line}", parts.form),
        Parts("", parts.trade, f"({city}){parts.line}", parts.form), Parts("", parts.trade, parts.line, parts.form),
        Parts("", parts.trade, parts.line, ""), Parts(city, parts.trade, parts.line, ""), Parts(city, parts.trade, "", ""),
        replace(parts, form=parts.form.replace("有限公司", "有限责任公司")), Parts("广东省" + parts.place, parts.trade, parts.line, parts.form),
        replace(parts, form="公司"),
    )
    return ways[int(draw * len(ways))].name


def _branch_as_written(parts: Parts, city: str, draw: float) -> str:
    own = re.sub("[区县市]分公司$", "分公司", parts.branch)
    ways = (f"{city}{parts.trade}{parts.line}{parts.form}{own}", f"{city}{parts.trade}{parts.line}{parts.branch}",
            f"{parts.place}{parts.trade}{parts.line}{parts.form}（{own}）", f"{parts.trade}{parts.line}{own}")
    return ways[int(draw * len(ways))]


def slipped(name: str, draw: float) -> str:
    """The name with one character of another sound or left out, behind the place."""
    heard = misheard(name, draw)
    if heard != name:
        return heard
    place = 2 + int(draw * 3)
    return name[:place] + name[place + 1 :]


def registration_numbers(firms: Firms, draws: Draws, division: Array) -> Text:
    """Registration numbers of fifteen digits as they were given until 2015: division, eight digits, check digit (ISO 7064 MOD 11,10)."""
    bodies = [f"{code:06d}{own:08d}" for code, own in zip(division, draws.permutation(10**7)[: len(firms)], strict=True)]
    return pa.array([body + _check(body) for body in bodies], pa.string())


def _check(body: str) -> str:
    rest = 10
    for digit in body:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)


def organisation_numbers(uscc: Text, division: Array) -> Text:
    """Tax numbers of fifteen characters as they were given until 2015: division and organisation code."""
    return pa.array([f"{code:06d}{each[8:17]}" for code, each in zip(division, flat(uscc).to_pylist(), strict=True)], pa.string())


__all__ = ["Parts", "as_written", "hard_firms", "organisation_numbers", "parted", "registration_numbers", "slipped"]
