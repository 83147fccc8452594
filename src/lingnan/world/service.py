"""Makes the whole province: people block by block, firms, what each department hands over, and the truth."""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import pyarrow as pa

from lingnan.base import Progress
from lingnan.world.columns import NEVER, constant, dates, digits, flat, take
from lingnan.world.departments.air_watch import AirWatch
from lingnan.world.departments.city_components import CityComponents
from lingnan.world.departments.credit_facts import CreditFacts
from lingnan.world.departments.e_licences import ElectronicLicences
from lingnan.world.departments.ecology import Ecology
from lingnan.world.departments.fagai import Reform
from lingnan.world.departments.gongan import PublicSecurity
from lingnan.world.departments.guides import ServiceGuides
from lingnan.world.departments.jiaoyu import Education
from lingnan.world.departments.nengyuan import Energy
from lingnan.world.departments.parcels import Parcels
from lingnan.world.departments.renshe import HumanResources
from lingnan.world.departments.shichang import MarketRegulation
from lingnan.world.departments.shuiwu import Tax
from lingnan.world.departments.sifa import Justice
from lingnan.world.departments.supervision import Supervision
from lingnan.world.departments.tongji import Statistics
from lingnan.world.departments.weijian import Health
from lingnan.world.departments.zhengwu import GovernmentServices
from lingnan.world.departments.zhujian import Housing
from lingnan.world.departments.ziran import NaturalResources
from lingnan.world.feeds import copy_feeds
from lingnan.world.people import People, Population
from lingnan.world.province import Province

TODAY = date(2026, 10, 31)


DEPARTMENTS: tuple[Callable[[Province], "Department"], ...] = (
    PublicSecurity, Health, MarketRegulation, HumanResources, Tax, Education, Reform, Energy, Housing, NaturalResources, Statistics,
    GovernmentServices, ServiceGuides, CreditFacts, CityComponents, ElectronicLicences, Parcels, Justice, Supervision, AirWatch, Ecology,
)


@dataclass(frozen=True)
class WorldSummary:
    """What was made: counts, and how long it took."""

    scale: float
    seed: int
    today: str
    people: int
    firms: int
    rows: dict[str, int] = field(default_factory=dict)
    truth: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


class Department(Protocol):
    """Hands over files and finishes them."""

    def close(self) -> None:
        """Finishes the files."""
        ...


@runtime_checkable
class OfPeople(Protocol):
    """A department that holds something about people."""

    def people(self, block: int, people: People) -> None:
        """Hands over one block of people."""
        ...


@runtime_checkable
class OfFirms(Protocol):
    """A department that holds something about firms, places or cities."""

    def firms(self) -> None:
        """Hands over all of it."""
        ...


def make_world(
    home: Path, scale: float, seed: int, progress: Progress, today: date = TODAY, postgres_url: str | None = None, api_url: str = "http://127.0.0.1:8401"
) -> WorldSummary:
    """A made Guangdong under `home` (scale 1: 127,000 people): handover files, feeds, truth, manifest; the same for the same seed."""
    started = time.perf_counter()
    _clear(home)
    province = Province(home, scale, seed, today, api_url, postgres_url)
    population = Population(province.places, scale, seed, province.today, province.firms.employees)
    departments: list[Department] = [department(province) for department in DEPARTMENTS]
    progress.begin("world", "造一个演示省", "Making the province", float(population.living))
    made = False
    try:
        people = _people(province, population, departments, progress)
        _firms(province, departments)
        made = True
    finally:
        for department in departments:
            department.close()
        province.truth.close()
        progress.finish("world", "done" if made else "failed")
    copy_feeds(province)
    summary = WorldSummary(
        scale, seed, today.isoformat(), people, len(province.firms), dict(sorted(province.rows.items())), province.truth.rows,
        round(time.perf_counter() - started, 3),
    )
    _manifest(home, summary)
    return summary


def _clear(home: Path) -> None:
    for name in ("handover", "truth"):
        shutil.rmtree(home / "world" / name, ignore_errors=True)
    (home / "world").mkdir(parents=True, exist_ok=True)


def _people(province: Province, population: Population, departments: list[Department], progress: Progress) -> int:
    made = 0
    for block, people in enumerate(population.blocks()):
        _tell_people(province, people)
        for department in departments:
            if isinstance(department, OfPeople):
                department.people(block, people)
        made += len(people)
        progress.advance("world", float(min(made, population.living)))
    return made


def _firms(province: Province, departments: list[Department]) -> None:
    _tell_firms(province)
    for department in departments:
        if isinstance(department, OfFirms):
            department.firms()


def _tell_people(province: Province, people: People) -> None:
    places = province.places
    columns = {
        "person_id": pa.array(people.person), "citizen_number": people.number, "name": people.name, "former_name": people.former_name,
        "sex": digits(people.sex, 1), "nationality": people.nationality, "birth_date": dates(people.birth), "death_date": dates(people.death),
        "division": places.division(people.county), "address": people.address(places), "household": digits(people.household, 10),
        "twin": pa.array(people.twin), "employer_firm_id": pa.array(people.employer, mask=people.employer < 0),
    }
    province.truth.add("people", pa.table(columns))
    moved, renamed = np.flatnonzero(people.moved_on != NEVER), np.flatnonzero(people.renamed_on != NEVER)
    before = [people.previous_address(places).take(pa.array(moved)), people.former_name.take(pa.array(renamed))]
    after = [columns["address"].take(pa.array(moved)), people.name.take(pa.array(renamed))]
    who = np.concatenate([moved, renamed])
    told = {
        "person_id": pa.array(people.person[who]), "firm_id": pa.nulls(len(who), pa.int64()),
        "what": pa.concat_arrays([constant("住址", len(moved)), constant("姓名", len(renamed))]),
        "before": pa.concat_arrays([flat(part) for part in before]), "after": pa.concat_arrays([flat(part) for part in after]),
        "on": dates(np.concatenate([people.moved_on[moved], people.renamed_on[renamed]])),
    }
    province.truth.add("changes", pa.table(told))


def _tell_firms(province: Province) -> None:
    firms, places = province.firms, province.places
    columns = {
        "firm_id": pa.array(range(len(firms)), pa.int64()), "uscc": firms.uscc, "name": firms.name, "former_name": firms.former_name,
        "kind": firms.kind_codes(), "industry": firms.industry, "division": places.division(firms.county), "address": places.full(firms.home),
        "founded_on": dates(firms.founded), "closed_on": dates(firms.closed), "status": take(["1", "3", "2"], firms.status),
        "parent_firm_id": pa.array(firms.parent, mask=firms.parent < 0), "legal_representative": firms.head,
        "registered_capital": pa.array(firms.capital), "employees": pa.array(firms.employees),
    }
    province.truth.add("firms", pa.table(columns))


def _manifest(home: Path, summary: WorldSummary) -> None:
    handover = home / "world" / "handover"
    listed = {str(path.relative_to(handover)): path.stat().st_size for path in sorted(handover.rglob("*")) if path.is_file()}
    text = json.dumps({"schema": 1, **asdict(summary), "files": listed}, ensure_ascii=False, indent=1)
    (home / "world" / "manifest.json").write_text(text, encoding="utf-8")
