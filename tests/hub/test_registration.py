"""What feeds and registers say of themselves reaches the catalogue's facets: where a department is, and which class a register is of."""

from contextlib import closing
from pathlib import Path

import lingnan.hub.real
import lingnan.world
from lingnan.base import load_settings
from lingnan.catalogue import Catalogue
from lingnan.collect import feeds
from lingnan.hub.registration import resource_forms
from lingnan.registers import register_definitions
from lingnan.standards import code_list
from lingnan.storage import Storage
from tests.back_ends import Sqlite

MADE = Path(lingnan.world.__file__).parent / "sources"
REAL = Path(lingnan.hub.real.__file__).parent
NATIONAL = {"mca", "gjtj", "hgjj", "wsjk"}
"""Those that serve the whole nation, another one, or told of both."""


def test_every_department_of_the_made_province_says_its_division() -> None:
    divisions = {feed.file.department.id: feed.file.department.division for feed in feeds(MADE)}
    assert len(divisions) > 10
    assert set(divisions.values()) == {"440000"}


def test_real_files_say_the_division_of_who_published_them() -> None:
    divisions = {feed.file.department.id: feed.file.department.division for feed in feeds(REAL)}
    assert {key for key, division in divisions.items() if not division} == NATIONAL
    assert {code_list("divisions").name(division) for division in divisions.values() if division} == {"深圳市", "北京市"}


def test_facets_count_departments_and_registers_where_they_belong(sqlite_databases: Sqlite, tmp_path: Path) -> None:
    with sqlite_databases.furnished(tmp_path / "home"), closing(Storage.open(load_settings(tmp_path / "home"))) as storage:
        _facets(Catalogue(storage))


def _facets(catalogue: Catalogue) -> None:
    catalogue.register_many(resource_forms(feeds(MADE)))
    found = catalogue.search()
    assert [(each.value, each.count) for each in found.facets if each.field == "division"] == [("440000", found.total)]
    for definition in register_definitions():
        assert definition.categories
        card = catalogue.resource(definition.table)
        assert (card.theme, card.division) == (definition.categories[0], "440000")
        assert code_list("themes").get(definition.categories[0])
