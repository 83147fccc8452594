"""What the ecology department's feeds share: figures as text, and a text file for each feed."""

from collections.abc import Sequence

import numpy as np

from lingnan.world.columns import Text, digits, join, numbers
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import Array
from lingnan.world.handover.delimited import DelimitedFile
from lingnan.world.province import DUPLICATES, Province


def decimals(values: Array, places: int) -> Text:
    """Figures from nought up with so many decimals."""
    steps = np.round(np.asarray(values, dtype=np.float64) * 10**places).astype(np.int64)
    return join(numbers(steps // 10**places), ".", digits(steps % 10**places, places))


class Book:
    """Hands over each feed of the department as one text file with commas."""

    def __init__(self, province: Province) -> None:
        self._province = province

    def deliver(
        self, rows: Rows, headers: Sequence[str], stains: Sequence[Stain] = (), duplicates: float = DUPLICATES,
        notes: Sequence[tuple[Array, str, str]] = (), encoding: str = "utf-8",
    ) -> None:
        """The rows with their dirt, written whole; `notes` is what is hard but right."""
        given = self._province.deliver(rows, stains, duplicates=duplicates, notes=notes)
        file = DelimitedFile((self._province.folder("shengtai") / f"{rows.feed.partition('.')[2]}.csv").open("wb"), headers, encoding=encoding)
        file.write(list(given.columns.values()))
        file.close()
