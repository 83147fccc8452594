"""A directory as a page shows it: the tree with the searches its branches lead to."""

from typing import Literal

from lingnan.insight.shapes import Card, Words

DirectoryKind = Literal["sharing", "open"]
DirectoryBy = Literal["department", "theme", "level", "region"]


class DirectoryBranch(Card):
    """One branch: how many resources, how many without condition, and the search that finds them (empty when no search does)."""

    value: str
    title: Words
    count: int
    free: int
    href: str = ""
    children: tuple["DirectoryBranch", ...] = ()


class DirectoryPage(Card):
    """One directory by one of its dimensions; a resource of several themes counts under each, but once in `total`."""

    kind: DirectoryKind
    by: DirectoryBy
    total: int
    free: int
    branches: tuple[DirectoryBranch, ...]
