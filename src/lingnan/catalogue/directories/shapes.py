"""What a directory shows: its tree with counts."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

DirectoryBy = Literal["department", "theme", "level", "region"]


class DirectoryNode(BaseModel):
    """One branch: `count` resources at it and below, `free` of them without condition; `filters` finds them in the search."""

    model_config = ConfigDict(frozen=True)

    value: str
    zh: str
    en: str
    count: int
    free: int
    filters: dict[str, str] = {}
    children: tuple["DirectoryNode", ...] = ()
