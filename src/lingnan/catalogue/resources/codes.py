"""Codes of resources after the 2017 compilation guide: class 1 digit, item 2, catalogue 3, detail any, then / and a number."""

import re
from dataclasses import dataclass
from typing import Final, Literal

BASE, THEME, DEPARTMENT = "1", "2", "3"
SCHEMES: Final[dict[str, Literal["base", "theme", "department"]]] = {BASE: "base", THEME: "theme", DEPARTMENT: "department"}
LEVELS: Final = {"nation": "00", "province": "01", "city": "02", "county": "03", "township": "04"}
_CODE = re.compile(r"([0-9])([0-9]{2})([0-9]{3})([0-9]*)/([0-9]+)")
REASONS: Final = {
    "shape": ("应为类1位、项2位、目3位、细目任意位，加“/”和顺序号", "must be class 1, item 2, catalogue 3, detail any digits, then / and a number"),
    "class": ("类应为1基础、2主题或3部门", "class must be 1 base, 2 theme or 3 department"),
    "item": ("项不在编制指南的分类表中", "the item is not in the guide's table of classes"),
    "number": ("顺序号不得全为零", "the number must not be zero"),
}


@dataclass(frozen=True)
class ResourceCode:
    """The parts of a code 类、项、目、细目、顺序号; `detail` may be empty, `sequence` keeps its leading zeros."""

    kind: str
    item: str
    catalogue: str
    detail: str
    sequence: str

    @property
    def category(self) -> str:
        """All before the stroke."""
        return self.kind + self.item + self.catalogue + self.detail

    @property
    def number(self) -> int:
        """The number without its leading zeros."""
        return int(self.sequence)

    def __str__(self) -> str:
        return f"{self.category}/{self.sequence}"


def department_category(level: str, number: int) -> str:
    """The classification code of a department's own resources; from the thousandth department on, the detail part carries on."""
    return f"{DEPARTMENT}{LEVELS[level]}{number % 1000:03d}" + (str(number // 1000) if number >= 1000 else "")


def resource_code(category: str, number: int) -> str:
    """The code of the n-th resource of a category."""
    return f"{category}/{number:06d}"


def parse_code(code: str) -> ResourceCode | None:
    """The parts of a code of the right shape, else None."""
    found = _CODE.fullmatch(code)
    return ResourceCode(*found.groups()) if found else None


def check_code(code: str) -> str | None:
    """None for a right code, else the reason: a key of `REASONS`."""
    found = parse_code(code)
    if found is None:
        return "shape"
    if found.kind not in SCHEMES:
        return "class"
    return "number" if set(found.sequence) == {"0"} else None
