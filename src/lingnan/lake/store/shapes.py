"""What the lake asks of the place where its files lie."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from lingnan.lake.store.place import BucketPlace


class Store(Protocol):
    """The files of all tables, whatever holds them."""

    @property
    def place(self) -> BucketPlace | None:
        """The bucket, for engines that speak to it themselves; None for a folder."""
        ...

    @property
    def options(self) -> dict[str, str] | None:
        """What delta-rs needs to reach the files; holds a secret, so it is never kept or told."""
        ...

    def address(self, table: str) -> str:
        """Where a table's files lie, as delta-rs and engines name it; WrongUse for what is no table's name."""
        ...

    def prepare(self, table: str) -> str:
        """The same, and files can be written there."""
        ...

    def newest(self, table: str) -> int | None:
        """The newest version's number from the names in the table's log, without opening it; None when there is no such table."""
        ...

    def tables(self) -> list[str]:
        """Names of all tables, sorted."""
        ...

    def holds(self, file: str) -> bool:
        """Whether a data file is still there."""
        ...

    def drop(self, table: str) -> None:
        """Remove a table with all its versions."""
        ...

    def sweep(self, table: str, keep: timedelta) -> int:
        """Remove what killed writers left, older than `keep`, and delta-rs does not see; gives how many."""
        ...

    def near(self, files: Sequence[str], into: Path) -> list[str]:
        """The same files where a process without a network can read them; they stay readable as long as the folder `into` is there."""
        ...

    def puts_once(self) -> bool:
        """Whether the store keeps a second writer from what a first has put, on which every version rests; tried where it is not known."""
        ...

    def asked(self) -> AbstractContextManager[None]:
        """What fails in here because the store does not answer becomes Incomplete, in words without a secret."""
        ...


