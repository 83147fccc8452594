"""The code lists of the standards by their names."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from lingnan.base import Missing
from lingnan.standards.divisions import Divisions
from lingnan.standards.industries import Industries
from lingnan.standards.lists import Code, CodeList

__all__ = ["Code", "CodeList", "Divisions", "Industries", "code_list", "code_lists"]

_FOLDER = Path(__file__).parent / "data" / "codes"
_KINDS: Mapping[str, type[CodeList]] = {"divisions": Divisions, "industries-2011": Industries, "industries-2017": Industries}


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Every list by its name; entries are read when first used."""
    return MappingProxyType({path.stem: _KINDS.get(path.stem, CodeList)(path) for path in sorted(_FOLDER.glob("*.csv"))})


def code_list(name: str) -> CodeList:
    """The list of that name; raises Missing with the names there are."""
    try:
        return code_lists()[name]
    except KeyError:
        known = "、".join(code_lists())
        raise Missing(
            f"没有名为“{name}”的代码表；现有：{known}。",
            f"There is no code list named “{name}”; there are: {', '.join(code_lists())}.",
            list=name,
        ) from None
