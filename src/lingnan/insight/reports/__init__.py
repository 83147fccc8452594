"""Reports made of YAML: words, panels of boards and tables of queries under a few parameters, with the law and the versions they rest on."""

from lingnan.insight.reports.cards import (
    LawLine,
    ReportItem,
    ReportLine,
    ReportList,
    ReportParameter,
    ReportSection,
    ReportSheet,
    ReportTable,
    SourceLine,
)
from lingnan.insight.reports.reading import own_reports, read_report
from lingnan.insight.reports.spec import AS_OF, Asked, PanelItem, QueryItem, Report, Section, WordsItem, typed_values

__all__ = [
    "AS_OF", "Asked", "LawLine", "PanelItem", "QueryItem", "Report", "ReportItem", "ReportLine", "ReportList", "ReportParameter",
    "ReportSection", "ReportSheet", "ReportTable", "Section", "SourceLine", "WordsItem", "own_reports", "read_report", "typed_values",
]
