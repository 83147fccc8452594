"""Measures what reading every data element, building the index of suggestions, suggesting for 20,000 columns and linting all costs."""

import sys
import time
from collections.abc import Callable

from lingnan.standards import data_elements, lint_standards, suggest_elements
from lingnan.standards.elements import FOLDER, Elements

COLUMNS = 20_000
READ_S, ONE_MS, INDEX_S, COLUMNS_S, LINT_S = 1.0, 20.0, 4.0, 8.0, 5.0
STEMS = ("xm", "sfzh", "corp_name", "lxdh", "create_time", "字段", "企业名称", "t_addr", "ext", "jzrq")


def seconds(action: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    begin = time.process_time()
    action()
    return time.process_time() - begin


def suggest() -> None:
    """Columns whose names and comments all differ, so that nothing remembered helps."""
    for number in range(COLUMNS):
        stem = STEMS[number % len(STEMS)]
        suggest_elements(f"{stem}_{number}", f"{stem}说明{number}")


def main() -> int:
    """One line a measure: what, seconds, limit."""
    measures = [
        ("open the files and read one element", seconds(lambda: Elements(sorted(FOLDER.glob("*.yaml")))["sex"]), ONE_MS / 1_000),
        ("read every element", seconds(lambda: list(data_elements().values())), READ_S),
        ("build the index of suggestions", seconds(lambda: suggest_elements("xm")), INDEX_S),
        (f"suggest for {COLUMNS:,} different columns", seconds(suggest), COLUMNS_S),
        ("lint all that ships", seconds(lint_standards), LINT_S),
    ]
    for what, took, limit in measures:
        print(f"{what:48} {took:8.3f} s   limit {limit:.3f} s")
    return 1 if any(took > limit for _what, took, limit in measures) else 0


if __name__ == "__main__":
    sys.exit(main())
