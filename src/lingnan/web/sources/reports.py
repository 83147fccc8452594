"""What the pages of reports ask for."""

from collections.abc import Mapping
from typing import Protocol

from lingnan.insight import ReportList, ReportSheet
from lingnan.trust import Purpose, Subject


class ReportSource(Protocol):
    """Reports made of YAML, of the hub and of packs."""

    def reports(self, subject: Subject) -> ReportList:
        """The reports a subject may see."""
        ...

    def report(
        self, key: str, typed: Mapping[str, str], subject: Subject, day: str = "", purpose: Purpose | None = None
    ) -> ReportSheet:
        """One report under its parameters, of a past day where one is given; `faulty` says what is missing."""
        ...
