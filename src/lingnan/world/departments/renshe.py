"""Human resources: insured employees, a PostgreSQL table (and the same table in an SQLite file)."""

import numpy as np
import pyarrow as pa

from lingnan.standards import USCC
from lingnan.world import stains
from lingnan.world.columns import NEVER, choose, dates, digits, numbers, take
from lingnan.world.dirt import Rows, Stain
from lingnan.world.handover.database import PostgresTable, SqliteFile
from lingnan.world.people import People
from lingnan.world.province import Province, serial

COLUMNS = ("insured_no", "citizen_number", "name", "sex", "birth_date", "employer_uscc", "employer_name", "base", "insured_since", "status",
    "updated_on")


class HumanResources:
    """Hands over renshe.insured."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._file = SqliteFile(province.folder("renshe") / "renshe.db", {"insured": COLUMNS})
        self._server = PostgresTable(province.postgres_url, "insured", COLUMNS) if province.postgres_url else None

    def people(self, block: int, people: People) -> None:
        """One block of insured people."""
        given = self._province.deliver(self._rows(block, people), _stains(), block)
        columns = list(given.columns.values())
        self._file.write("insured", columns)
        if self._server:
            self._server.write(columns)

    def _rows(self, block: int, people: People) -> Rows:
        province, firms = self._province, self._province.firms
        draws = province.draws("renshe.insured", block)
        kept = np.flatnonzero(people.employer >= 0)
        size = len(kept)
        employer, birth, person = people.employer[kept], people.birth[kept], people.person[kept]
        before = draws.integers(0, len(firms), size)
        since = np.maximum(birth + 18 * 366, province.today - (draws.random(size) * 25 * 365).astype(np.int64))
        since = np.minimum(np.maximum(since, firms.founded[employer]), province.today - 5)
        base = np.clip(np.exp(draws.normal(8.65, 0.45, size)), 2500, 38_000).astype(np.int64)  # bounds near those of Guangdong
        where = pa.array(kept)
        # Who changed name before joining was entered under the new one.
        former = choose(people.renamed_on[kept] > since, people.former_name.take(where), pa.nulls(size, pa.string()))
        columns = {
            "insured_no": serial("4400", person, 10, 69_621), "citizen_number": people.number.take(where), "name": people.name.take(where),
            "sex": digits(people.sex[kept], 1), "birth_date": dates(birth), "employer_uscc": firms.uscc.take(pa.array(employer)),
            "employer_name": firms.name.take(pa.array(employer)), "base": numbers(base), "insured_since": dates(since),
            "status": take(["在保", "停保"], (firms.closed[employer] != NEVER).astype(np.int64)),
            "updated_on": dates(np.maximum(since, province.today - draws.integers(0, 700, size))),
        }
        aux = {
            "former_name": former, "former_employer_name": firms.former_name.take(pa.array(employer)),
            "old_employer": firms.uscc.take(pa.array(before)), "old_employer_name": firms.name.take(pa.array(before)),
        }
        return Rows("renshe.insured", ("insured_no",), columns, person, employer, aux=aux)

    def close(self) -> None:
        """Finishes the tables."""
        self._file.close()
        if self._server:
            self._server.close()


def _stains() -> list[Stain]:
    return [
        Stain("late_update", "employer_uscc", 0.03, stains.from_aux("old_employer"), "none", visible=False,
              also={"employer_name": stains.from_aux("old_employer_name")}),
        Stain("former_employer_name", "employer_name", 0.01, stains.from_aux("former_employer_name"), "none", visible=False,
              needs=stains.has_aux("former_employer_name")),
        *stains.people_names(),
        # The file of a worker may hold another birth date than the number: law lets the file stand, so no rule forbids it.
        Stain("other_birth_date", "birth_date", 0.01, stains.other_birth, "none", visible=False),
        *stains.citizen_numbers(),
        Stain("fifteen_digits", "citizen_number", 0.005, stains.fifteen, "repair", needs=stains.born_before_1999),
        *stains.numbers("employer_uscc", USCC, wrong=0.01, gone=0.003),
        Stain("missing", "name", 0.002, stains.missing, "quarantine"),
        Stain("sex_contradicts_number", "sex", 0.003, stains.swapped("1", "2"), "quarantine"),
        Stain("label_for_code", "sex", 0.01, stains.labels(stains.SEX_LABELS), "repair"),
        Stain("unknown_label", "status", 0.002, stains.one_of("不详", "X"), "quarantine"),
        *stains.dates("insured_since", 0.02, ("slash", "han", "compact"), impossible=0.003),
        Stain("negative", "base", 0.002, stains.negative, "quarantine"),
    ]
