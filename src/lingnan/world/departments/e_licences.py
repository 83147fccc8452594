"""Government services' store of electronic certificates of people and firms, JSON lines."""

from typing import Any

import numpy as np
import pyarrow as pa

from lingnan.standards import CITIZEN_NUMBER
from lingnan.world import stains
from lingnan.world.columns import NEVER, Text, constant, dates, digits, join, take
from lingnan.world.departments.city_components import wrong_code
from lingnan.world.dirt import Rows, Stain
from lingnan.world.draws import Array, pick
from lingnan.world.handover.records import JsonLines
from lingnan.world.identity import certificate_checks
from lingnan.world.people import People
from lingnan.world.places import table
from lingnan.world.province import Province, serial

ROOT = "1.2.156.3005.2"
HOLDERS, ADULT = 0.08, 18
STATES = {"有效": "1", "过期": "2", "注销": "3"}
LEVELS = ("A", "B", "C", "D")
DEFINER = "11440000006940140P"
"""The made body that defines the types; of the right form."""


class ElectronicLicences:
    """Hands over zhengwu.e_licence."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._kinds: list[list[Any]] = table("city.yaml")["licences"]
        self._file = JsonLines(province.folder("zhengwu") / "e_licence.jsonl")

    def people(self, block: int, people: People) -> None:
        """One block of people's certificates."""
        draws = self._province.draws("zhengwu.e_licence.natural", block)
        adult = (people.death == NEVER) & (people.age(self._province.today) >= ADULT)
        kept = np.flatnonzero(adult & (draws.random(len(people)) < HOLDERS))
        where = pa.array(kept)
        who = {"holder_number": people.number.take(where), "holder_name": people.name.take(where)}
        rows = self._rows("natural", block, people.person[kept], people.county[kept], who, people.former_name.take(where))
        rows.person = people.person[kept]
        wrong = Stain("wrong_number", "holder_number", 0.01, stains.wrong_number(CITIZEN_NUMBER), "none", visible=False)
        self._write(rows, [wrong], block)

    def firms(self) -> None:
        """The certificates of firms, one each."""
        firms = self._province.firms
        kept = np.flatnonzero(firms.closed == NEVER)
        where = pa.array(kept)
        who = {"holder_number": firms.uscc.take(where), "holder_name": firms.name.take(where)}
        rows = self._rows("legal", 0, kept, firms.county[kept], who, firms.former_name.take(where))
        rows.firm = kept
        self._write(rows, [], 2**32)

    def _write(self, rows: Rows, more: list[Stain], block: int) -> None:
        self._file.write(self._province.deliver(rows, [*more, *_stains()], block).columns)

    def _rows(self, holder: str, block: int, who: Array, county: Array, told: dict[str, Text], former: Text) -> Rows:
        province, size = self._province, len(who)
        kinds = [each for each in self._kinds if each[1] == holder]
        draws = province.draws(f"zhengwu.e_licence.{holder}.rows", block)
        kind = draws.integers(0, len(kinds), size)
        years = np.array([each[3] for each in kinds])[kind]
        issued = province.today - draws.integers(30, 9 * 365, size)
        ends = np.where(years > 0, issued + years * 365, NEVER)
        state = np.where((ends != NEVER) & (ends <= province.today), 1, np.where(draws.random(size) < 0.02, 2, 0))
        level = pick(draws, [85, 10, 4, 1], size)
        number = digits(who * 10 + (1 if holder == "natural" else 2), 10)
        code = take([each[0] for each in kinds], kind)
        columns = {
            "record_no": serial("EC1" if holder == "natural" else "EC2", who, 11), "licence_id": _identifiers(code, number), "type": code,
            "number": join("粤证", number), "holder_kind": constant(holder, size), **told,
            "issuer": join(take(province.places.city_name, province.places.county_city[county]), take([each[2] for each in kinds], kind)),
            "division": province.places.division(county), "issued_on": dates(issued), "valid_to": dates(ends),
            "trust_level": take(LEVELS, level), "state": take([*STATES], state),
        }
        aux = {**province.other_divisions(draws, county), "former_name": former}
        return Rows("zhengwu.e_licence", ("record_no",), columns, true={"state": take([*STATES.values()], state)}, aux=aux)

    def close(self) -> None:
        """Finishes the file."""
        self._file.close()


def _identifiers(kind: Text, number: Text) -> Text:
    """Identifiers of GB/T 36904 with their check characters."""
    return join(f"{ROOT}.{DEFINER}", kind, ".", DEFINER, ".", number, ".001.", certificate_checks(join(DEFINER, kind, DEFINER, number, "001")))


def _stains() -> list[Stain]:
    return [
        Stain("wrong_code", "licence_id", 0.015, wrong_code, "quarantine"),
        Stain("missing", "holder_number", 0.01, stains.missing, "quarantine"),
        Stain("cut_short", "holder_number", 0.005, wrong_code, "quarantine"),
        Stain("full_width", "holder_number", 0.01, stains.full_width, "repair"),
        Stain("former_name", "holder_name", 0.01, stains.from_aux("former_name"), "none", visible=False, needs=stains.has_aux("former_name")),
        *stains.divisions(),
        Stain("unknown_code", "trust_level", 0.01, stains.one_of("E", "甲"), "quarantine"),
        Stain("code_for_label", "state", 0.05, stains.labels(STATES), "repair"),
        Stain("future_date", "issued_on", 0.005, stains.far_future, "quarantine"),
        *stains.dates("valid_to", 0.03, ("slash", "han", "compact")),
    ]
