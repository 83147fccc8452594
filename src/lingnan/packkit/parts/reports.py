"""Reports: words, panels of the pack's boards and tables of its queries, in the form that the hub's own reports have."""

from pathlib import Path
from typing import TYPE_CHECKING

from lingnan.packkit.memory import Memory
from lingnan.packkit.parts import Kind
from lingnan.packkit.shapes import Title

if TYPE_CHECKING:
    from lingnan.insight import Report

FOLDER = "reports"


def _read(file: Path, memory: Memory) -> "Report":
    from lingnan.insight import read_report  # few commands look at a report

    return read_report(file, memory.yaml)


KIND = Kind(FOLDER, "报告", "Reports", _read, lambda report: Title(zh=report.title.zh, en=report.title.en))
