"""Reads reports: one of a file, and the hub's own."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from lingnan.base import load_yaml
from lingnan.insight.reports.spec import Report
from lingnan.insight.shapes import Words
from lingnan.insight.written import read_written

OWN = Path(__file__).parent


def read_report(file: Path, parse: Callable[[str], Any] = load_yaml) -> Report:
    """The report of a file, whose name without the ending is its id; BadInput says where it does not fit its form."""
    return read_written(file, Report, Words(zh="报告", en="Report"), parse)


@cache
def own_reports() -> tuple[Report, ...]:
    """The hub's own reports, by the names of their files."""
    return tuple(read_report(file) for file in sorted(OWN.glob("*.yaml")))
