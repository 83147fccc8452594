"""Codes of resources after the 2017 compilation guide: class 1 digit, item 2, catalogue 3, detail any, then / and a number."""

import re
from typing import Final

BASE, THEME, DEPARTMENT = "1", "2", "3"
_LEVELS = {"nation": "00", "province": "01", "city": "02", "county": "03", "township": "04"}
_CODE = re.compile(r"([0-9])([0-9]{2})([0-9]{3})([0-9]*)/([0-9]+)")
REASONS: Final = {
    "shape": ("应为类1位、项2位、目3位、细目任意位，加“/”和顺序号", "must be class 1, item 2, catalogue 3, detail any digits, then / and a number"),
    "class": ("类应为1基础、2主题或3部门", "class must be 1 base, 2 theme or 3 department"),
    "number": ("顺序号不得全为零", "the number must not be zero"),
}


def department_category(level: str, number: int) -> str:
    """The classification code of a department's own resources; from the thousandth department on, the detail part carries on."""
    return f"{DEPARTMENT}{_LEVELS[level]}{number % 1000:03d}" + (str(number // 1000) if number >= 1000 else "")


def resource_code(category: str, number: int) -> str:
    """The code of the n-th resource of a category."""
    return f"{category}/{number:06d}"


def check_code(code: str) -> str | None:
    """None for a right code, else the reason: a key of `REASONS`."""
    found = _CODE.fullmatch(code)
    if not found:
        return "shape"
    if found[1] not in (BASE, THEME, DEPARTMENT):
        return "class"
    return None if int(found[5]) else "number"
