"""Answers the pages of directories: trees whose counts lead to what they count, and the files others read."""

from pathlib import Path
from urllib.parse import urlencode

from lingnan.catalogue import DirectoryNode
from lingnan.hub.pages.desk import Desk
from lingnan.insight import DirectoryBranch, DirectoryBy, DirectoryKind, DirectoryPage, Words
from lingnan.trust import Subject


class DirectoryPages:
    """The sharing directory and the open directory of one hub."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def tree(self, kind: DirectoryKind, by: DirectoryBy, subject: Subject) -> DirectoryPage:
        """The branches with their counts; the total is that of the levels, where each resource counts once."""
        self._allow(subject)
        directories = self._desk.hub.catalogue.directories
        levels = directories.tree(kind, "level")
        return DirectoryPage(
            kind=kind, by=by, total=sum(node.count for node in levels), free=sum(node.free for node in levels),
            branches=tuple(_branch(node, kind) for node in directories.tree(kind, by)),
        )

    def rdf(self, kind: DirectoryKind, form: str, after: str, size: int, subject: Subject) -> bytes:
        """A portion of the directory as DCAT-AP."""
        self._allow(subject)
        graph = self._desk.hub.catalogue.directories.dcat_page(kind, self._desk.hub.settings.site, after, size)
        return graph.serialize(format=form, encoding="utf-8")

    def spreadsheet(self, kind: DirectoryKind, department: str, path: Path, subject: Subject) -> int:
        """Write the guide's spreadsheet."""
        self._allow(subject)
        return self._desk.hub.catalogue.directories.write_guide_form(path, kind, department)

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "catalogue.search", "catalogue")


def _branch(node: DirectoryNode, kind: DirectoryKind) -> DirectoryBranch:
    offered = [("share_type" if kind == "sharing" else "open_type", value) for value in ("unconditional", "conditional")]
    asked = f"/catalogue?{urlencode([*node.filters.items(), *offered])}" if node.filters else ""
    return DirectoryBranch(
        value=node.value, title=Words(zh=node.zh, en=node.en), count=node.count, free=node.free, href=asked,
        children=tuple(_branch(child, kind) for child in node.children),
    )
