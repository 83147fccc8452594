"""Education: pupils of primary and secondary schools, one XML file whose element names are pinyin abbreviations."""

from datetime import date

import numpy as np
import pyarrow as pa

from lingnan.world import stains
from lingnan.world.columns import NEVER, constant, dates, day, digits, join, take
from lingnan.world.dirt import Rows, Stain
from lingnan.world.handover.markup import XmlFile
from lingnan.world.people import People
from lingnan.world.province import Province, serial

TAGS = {
    "student_no": "XJH", "citizen_number": "SFZJH", "name": "XM", "sex": "XBM", "birth_date": "CSRQ", "school_code": "XXDM", "school_name": "XXMC",
    "grade": "NJ", "school_year": "XN", "division": "XXSZQH", "enrolled_on": "RXRQ",
}
GRADES = tuple(stage + year + "年级" for stage, years in (("小学", "一二三四五六"), ("初中", "一二三"), ("高中", "一二三")) for year in years)
STAGES = ("中心小学", "初级中学", "高级中学")
FIRST_AGE, LAST_AGE = 6, 17


class Education:
    """Hands over jiaoyu.enrolment."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._file = XmlFile(province.folder("jiaoyu") / "enrolment.xml", "students", "student")
        year = province.date.year if province.date.month >= 9 else province.date.year - 1  # a school year begins in September
        self._year = year
        self._begins = np.array([day(date(y, 9, 1)) for y in range(year - 11, year + 1)])

    def people(self, block: int, people: People) -> None:
        """One block of pupils."""
        given = self._province.deliver(self._rows(block, people), _stains(), block)
        self._file.write({TAGS[name]: column for name, column in given.columns.items()})

    def _rows(self, block: int, people: People) -> Rows:
        province, places = self._province, self._province.places
        draws = province.draws("jiaoyu.enrolment", block)
        age = ((self._begins[-1] - people.birth) / 365.2425).astype(np.int64)
        kept = np.flatnonzero((age >= FIRST_AGE) & (age <= LAST_AGE) & (people.death == NEVER) & (draws.random(len(people)) < 0.96))
        grade = age[kept] - FIRST_AGE
        stage = np.searchsorted([6, 9], grade, side="right")
        since = np.array([0, 6, 9])[stage]
        county, town, where = people.county[kept], people.home.township[kept], pa.array(kept)
        school = np.where(stage == 0, town, town - town % 3)  # a few towns share a secondary school
        columns = {
            "student_no": serial("G44", people.person[kept], 12), "citizen_number": people.number.take(where), "name": people.name.take(where),
            "sex": digits(people.sex[kept], 1), "birth_date": dates(people.birth[kept], "compact"),
            "school_code": join("344", digits(school, 5), digits(stage + 1, 2)),
            "school_name": join(take(places.township_name, school), take(STAGES, stage)), "grade": take(GRADES, grade),
            "school_year": constant(f"{self._year}-{self._year + 1}", len(kept)), "division": places.division(county),
            "enrolled_on": dates(self._begins[11 - (grade - since)]),
        }
        aux = {**province.other_divisions(draws, county), "former_name": people.former_name.take(where)}
        return Rows("jiaoyu.enrolment", ("student_no",), columns, people.person[kept], None, {"birth_date": dates(people.birth[kept])}, aux)

    def close(self) -> None:
        """Finishes the file."""
        self._file.close()


def _stains() -> list[Stain]:
    return [
        *stains.people_names(former=0.01, other=0.02),
        *stains.citizen_numbers(),
        *stains.divisions(),
        Stain("missing", "school_code", 0.005, stains.missing, "quarantine"),
        Stain("birth_contradicts_number", "birth_date", 0.003, stains.other_birth, "quarantine"),
        Stain("sex_contradicts_number", "sex", 0.003, stains.swapped("1", "2"), "quarantine"),
        Stain("label_for_code", "sex", 0.01, stains.labels(stains.SEX_LABELS), "repair"),
        Stain("unknown_label", "grade", 0.003, stains.one_of("七年级甲", "大班"), "quarantine"),
        *stains.dates("birth_date", 0.03, ("iso", "slash", "han"), impossible=0.003),
        *stains.dates("enrolled_on", 0.02, ("slash", "han", "compact")),
    ]
