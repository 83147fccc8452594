"""What a command is to look at: a file, or a table of the hub."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lingnan.hub import Hub


def file_or_table(hub: "Hub", given: str) -> Path | str:
    """The file of that name, else the hub's table of that name; Missing when there is neither."""
    return Path(given) if Path(given).is_file() else table_of(hub, given)


def table_of(hub: "Hub", given: str) -> str:
    """The hub's table of that name; Missing when there is none, before policy is asked about what nobody could mean."""
    from lingnan.base import Missing, WrongUse

    with suppress(WrongUse):  # what cannot be a table's name is no table
        if hub.lake.exists(given):
            return given
    raise Missing(
        f"没有文件 {given}，也没有这个名称的表。请给出 Parquet 或 CSV 文件，或已有的表，如 gongan.resident；lingnan catalogue search 词 可查找。",
        f"There is no file {given}, and no table of that name. Give a Parquet or CSV file, or a table such as gongan.resident; "
        "lingnan catalogue search WORD finds tables.", subject=given,
    )

