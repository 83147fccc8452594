"""Names of roads, estates, buildings and parks for made addresses; none of them means a real place."""

from functools import cache
from pathlib import Path

from lingnan.base import WrongUse
from lingnan.standards.lists import read_rows

_PATH = Path(__file__).parent / "data" / "places" / "roads.csv"


@cache
def _names() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in read_rows(_PATH):
        found.setdefault(row["kind"], []).append(row["name"])
    return {kind: tuple(names) for kind, names in found.items()}


def road_names() -> tuple[str, ...]:
    """Names of roads and streets (人民路, 打铁街), in a fixed order; a house number follows them in an address."""
    return _names()["road"]


def estate_names(kind: str = "estate") -> tuple[str, ...]:
    """Names of housing estates, of office buildings (`building`) or of industrial parks (`park`), in a fixed order."""
    if kind not in ("estate", "building", "park"):
        raise WrongUse(
            f"没有“{kind}”这一类名称；请用 estate（小区）、building（大厦）或 park（园区）。",
            f"There are no names of the kind “{kind}”; use estate, building or park.",
            kind=kind,
        )
    return _names()[kind]
