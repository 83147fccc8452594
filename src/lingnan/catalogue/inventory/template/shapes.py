"""What an import of the template did, or what is wrong with the file."""

from pydantic import BaseModel, ConfigDict


class Fault(BaseModel):
    """What is wrong with a cell, a row (no column) or a sheet (row 0); `cell` is its address."""

    model_config = ConfigDict(frozen=True)

    sheet: str
    row: int
    column: str
    cell: str
    zh: str
    en: str


class Imported(BaseModel):
    """Rows by sheet: added, changed, removed, left as they are; `cells` changed in all. With faults nothing was changed.

    `problems` is the marked copy.
    """

    model_config = ConfigDict(frozen=True)

    dry_run: bool
    added: dict[str, int]
    changed: dict[str, int]
    removed: dict[str, int]
    unchanged: dict[str, int]
    cells: int
    missing: int
    ignored_sheets: tuple[str, ...]
    faults: tuple[Fault, ...]
    problems: str = ""
