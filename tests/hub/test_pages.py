"""Every page over a hub that was really built: visitors and stewards, Chinese and English, and what must not be seen."""

import json
import re
from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient

from lingnan.base import Missing, Refused, load_settings
from lingnan.govern import FeedTables
from lingnan.hub import Hub, HubPages, make_steward
from lingnan.insight import CatalogueQuery, QuarantineQuery
from lingnan.lake import CommitFacts, View
from lingnan.standards import code_list
from lingnan.trust import ANONYMOUS, Subject
from lingnan.web import create_app

STEWARD = Subject("official", "018f", "bureau", frozenset({"steward"}), "s1", assurance=2)
# Province, birth date, sequence, check character, whether or not that is right; an organisation's code begins with 9.
CITIZEN = re.compile(r"(?<![0-9a-zA-Z])[1-8]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dX](?![0-9a-zA-Z])")


@pytest.fixture(scope="module")
def pages(built):
    return HubPages(built)


@pytest.fixture(scope="module")
def app(built, pages):
    return create_app(pages, built.settings)


@pytest.fixture
def visitor(app):
    return TestClient(app, follow_redirects=False)


@pytest.fixture(scope="module")
def steward(app, built):
    client = TestClient(app, follow_redirects=False)
    assert client.get("/sign-in", params={"token": make_steward(built)}).status_code == 303
    return client


def whole(built, sql, *tables):
    return built.engine.query(sql, {table: View.for_step(table, "test") for table in tables}).to_pylist()


@pytest.fixture(scope="module")
def addresses(built):
    """An address of every route, with real names in it."""
    person = whole(built, "select entry_id from registers.people order by 1 limit 1", "registers.people")[0]["entry_id"]
    firm = whole(built, "select entry_id, name from registers.entities order by 1 limit 1", "registers.entities")[0]
    series = whole(built, "select series_id from registers.series order by 1 limit 1", "registers.series")[0]["series_id"]
    address = whole(built, "select address_id from registers.addresses order by 1 limit 1", "registers.addresses")[0]["address_id"]
    kept = {
        name: whole(built, f"select entry_id from registers.{name} order by 1 limit 1", f"registers.{name}")[0]["entry_id"]
        for name in ("credit", "components", "parcels", "licences")
    }
    code = built.catalogue.resource("gongan.resident").code
    build = HubPages(built).builds("", ANONYMOUS).items[0].id
    return {
        "open": [
            "/", "/wall", "/cities/440100", "/departments", "/departments/gongan", "/about", "/catalogue",
            "/catalogue?q=人口&department=gongan",
            f"/catalogue/{code}", "/catalogue/registers.people", "/catalogue/shichang.enterprise", "/tables/gongan/resident",
            "/tables/landing/gongan_resident", "/tables/insight/city_figures", "/registers", "/registers/people", "/registers/entities",
            f"/registers/entities?q={firm['name']}", f"/registers/entities/{firm['entry_id']}", "/registers/places?q=天河",
            "/registers/places/440106",
            f"/registers/places/{address}", f"/registers/addresses/{address}", "/registers/addresses?q=路",
            "/registers/economy?q=生产总值", f"/registers/economy/{series}", f"/registers/series/{series}",
            "/builds", f"/builds/{build}", "/sign-in", "/trace", "/statistics", "/verify",
            *(f"/registers/{name}/{entry}" for name, entry in kept.items() if name != "licences"), "/registers/licences",
            "/registers/credit?q=公司", "/registers/components?q=井盖", "/registers/parcels?q=路", "/catalogue/registers.credit",
        ],
        "closed": [
            f"/registers/licences/{kept['licences']}", "/registers/licences?q=110105",
            f"/registers/people/{person}", "/registers/people?q=陈伟", "/quarantine", "/quarantine/export.csv",
        ],
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_answers_a_visitor_or_refuses_with_a_hint(visitor, addresses, lang):
    for address in addresses["open"]:
        answer = visitor.get(address + ("&" if "?" in address else "?") + f"lang={lang}")
        assert answer.status_code == 200, (address, answer.text[-600:])
    for address in addresses["closed"]:
        answer = visitor.get(address)
        assert answer.status_code == 403, address
        assert "sign-in" in answer.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_answers_a_steward_and_shows_no_citizen_number(steward, addresses, lang):
    for address in [*addresses["open"], *addresses["closed"]]:
        answer = steward.get(address + ("&" if "?" in address else "?") + f"lang={lang}")
        # Whoever is signed in already is led on from there.
        assert answer.status_code == (303 if address == "/sign-in" else 200), (address, answer.text[-600:])
        if not address.startswith("/builds"):
            assert not CITIZEN.search(answer.text), address


def test_every_json_address_answers(steward, addresses):
    for address in [*addresses["open"], *addresses["closed"]]:
        path = address.replace("/catalogue/", "/resources/").replace("/catalogue", "/resources")
        path = "/cockpit" if path == "/" else path
        if path.split("?")[0] in ("/wall", "/about", "/sign-in", "/verify", "/quarantine/export.csv"):
            continue
        answer = steward.get(f"/api/v1{path}")
        assert answer.status_code == 200, (path, answer.text[:300])
        json.loads(answer.text)


def test_the_cockpit_counts_what_the_tables_hold(built, pages):
    card = pages.cockpit(ANONYMOUS)
    figures = {figure.key: figure.value for figure in card.figures}
    governed = [FeedTables.of(feed.id) for feed in built.feeds]
    assert figures["accepted"] == sum(built.lake.rows(tables.accepted) for tables in governed)
    assert figures["quarantined"] == sum(built.lake.rows(tables.quarantine) for tables in governed)
    assert figures["people"] == built.lake.rows("registers.people")
    assert 80 < figures["quality"] < 100
    assert card.made
    people = next(layer for layer in card.layers if layer.key == "people")
    assert len(people.values) == 21
    assert sum(people.values.values()) == whole(built, "select count(division) as n from registers.people", "registers.people")[0]["n"]
    assert {len(chart.labels) for chart in card.charts if chart.hrefs} == {len(card.charts[0].hrefs)}
    assert card.build.state == "done"
    assert len(card.loads) == 8


def test_a_city_adds_up_to_its_counties(pages):
    sheet = pages.city("440100", ANONYMOUS)
    people = next(figure.value for figure in sheet.figures if figure.key == "people")
    assert sheet.title.zh == "广州市"
    assert people == sum(county.values["people"] for county in sheet.counties)
    with pytest.raises(Missing):
        pages.city("110000", ANONYMOUS)


def test_a_departments_score_follows_from_its_checks(built, pages):
    line = pages.department("gongan", ANONYMOUS).line
    counts = whole(
        built, "select case dimension when 'uniqueness' then 'accuracy' else dimension end as characteristic, "
        "100.0 * (1 - sum(failed) / sum(checked)) as score from checks.gongan_resident "
        "where (severity <> 'info' or dimension = 'accessibility') and checked > 0 group by 1", "checks.gongan_resident",
    )
    assert float(line.score) == pytest.approx(sum(row["score"] for row in counts) / len(counts), abs=0.01)
    assert line.accepted == built.lake.rows("gongan.resident")
    assert line.last_at is not None


def test_a_resource_tells_quality_batches_lineage_and_use(built, pages):
    sheet = pages.resource("gongan.resident", STEWARD)
    assert sheet.origin == "made"
    assert sheet.quality.score == pages.department("gongan", ANONYMOUS).line.score
    assert sheet.quality.accepted + sheet.quality.quarantined == built.lake.rows("landing.gongan_resident")
    assert [point.score for point in sheet.quality.trend] == [sheet.quality.score]
    assert [each.title.zh for each in sheet.quality.characteristics] == ["规范性", "完整性", "准确性", "一致性", "时效性", "可访问性"]
    asked = [each.score for each in sheet.quality.characteristics if each.score is not None]
    assert float(sheet.quality.score) == pytest.approx(float(sum(asked)) / len(asked), abs=0.01)
    assert sum(batch.rows for batch in sheet.batches) == built.lake.rows("landing.gongan_resident")
    assert all(rule.title.zh != rule.id for rule in sheet.quality.rules)
    depths = {node.id: node.depth for node in sheet.lineage.nodes}
    assert depths["landing.gongan_resident"] < depths["gongan.resident"] == depths["quarantine.gongan_resident"] < depths["registers.people"]
    assert any(node.kind == "system" for node in sheet.lineage.nodes)
    assert all(depths[edge.source] < depths[edge.target] for edge in sheet.lineage.edges)
    assert "/registers/people" in {use.href for use in sheet.uses}
    assert sheet.code == pages.resource(sheet.code, ANONYMOUS).code


def test_a_preview_by_a_signed_in_subject_counts_as_one_use_an_hour(pages):
    for _again in range(3):
        assert pages.preview("fagai.licence", STEWARD).rows
    pages.preview("fagai.licence", ANONYMOUS)
    visits = [use for use in pages.resource("fagai.licence", ANONYMOUS).uses if use.kind == "department"]
    assert [use.count for use in visits] == [1]


def test_rows_are_masked_for_a_steward_and_cut_for_a_visitor(pages):
    grid = pages.preview("gongan.resident", STEWARD)
    masked = {column.name for column in grid.columns if column.masked}
    assert {"citizen_number", "name", "address"} <= masked
    assert len(grid.rows) == 20
    at = [column.name for column in grid.columns].index("citizen_number")
    assert all(row[at] is None or "*" in row[at] for row in grid.rows)
    seen = pages.preview("gongan.resident", ANONYMOUS)
    assert not {column.name for column in seen.columns} & masked
    assert pages.table("landing.gongan_resident", ANONYMOUS).preview.refused
    assert pages.table("registers.people", STEWARD).preview.origin == "made"


def test_people_are_found_by_their_whole_name_alone(built, pages):
    named = whole(built, "select entry_id, name from registers.people where name is not null order by entry_id limit 1", "registers.people")[0]
    found = pages.register_search("people", named["name"], "", STEWARD)
    assert named["entry_id"] in {item.id for item in found.items}
    assert all("*" in item.label for item in found.items)
    assert not pages.register_search("people", named["name"][0], "", STEWARD).items
    assert pages.register_search("people", "", "", ANONYMOUS).items == ()
    with pytest.raises(Refused):
        pages.register_search("people", named["name"], "", ANONYMOUS)


def test_a_person_has_two_times_and_no_birthday(built, pages):
    born = whole(
        built, "select entry_id, birth_date from registers.people where month(birth_date) > 1 and year(birth_date) < 2000 order by 1 limit 1",
        "registers.people",
    )[0]
    sheet = pages.register_entry("people", born["entry_id"], None, None, STEWARD)
    assert sheet.values
    assert sheet.facts
    assert sheet.changes
    assert born["birth_date"].isoformat() not in sheet.model_dump_json()
    assert any(value.name == "citizen_number" and value.masked for value in sheet.values)
    before = pages.register_entry("people", born["entry_id"], born["birth_date"].replace(year=1900, day=1), None, STEWARD)
    assert not before.values
    with pytest.raises(Missing):
        pages.register_entry("people", born["entry_id"], None, born["birth_date"].replace(day=1), STEWARD)


def test_an_entity_shows_its_public_side_to_a_visitor_and_its_sources_to_a_steward(built, pages):
    firm = whole(
        built, "select entry_id, name, legal_representative from registers.entities where legal_representative is not null order by 1 limit 1",
        "registers.entities",
    )[0]
    found = pages.register_search("entities", firm["name"][2:], "", ANONYMOUS)
    assert firm["entry_id"] in {item.id for item in found.items}
    seen = pages.register_entry("entities", firm["entry_id"], None, None, ANONYMOUS)
    assert seen.label == firm["name"]
    assert "legal_representative" not in {value.name for value in seen.values}
    sheet = pages.register_entry("entities", firm["entry_id"], None, None, STEWARD)
    assert {value.name for value in sheet.values if value.masked} == {"legal_representative", "revenue"}
    assert sheet.facts


def test_a_division_keeps_its_history(pages):
    sheet = pages.register_entry("places", "440183", None, None, ANONYMOUS)
    assert sheet.facts
    assert not sheet.values
    then = pages.register_entry("places", "440183", sheet.changes[-1].replace(year=2010), None, ANONYMOUS)
    assert "增城市" in then.label
    with pytest.raises(Missing):
        pages.register_entry("places", "999999", None, None, ANONYMOUS)


def test_quarantine_adds_up_and_narrows(built, pages):
    page = pages.quarantine(QuarantineQuery(), STEWARD)
    total = sum(built.lake.rows(FeedTables.of(feed.id).quarantine) for feed in built.feeds)
    assert page.total == total
    rule = next(facet for facet in page.facets if facet.field == "rule").values[0]
    narrowed = QuarantineQuery(rule=rule.value, limit=200)
    assert pages.quarantine(narrowed, STEWARD).total == rule.count
    rows = list(pages.quarantined_rows(narrowed, STEWARD))
    assert len(rows) == rule.count
    assert all(rule.value in {failure.rule for failure in row.failures} for row in rows)
    with pytest.raises(Refused):
        pages.quarantined_rows(QuarantineQuery(), ANONYMOUS)


def test_quarantine_pages_follow_on_without_gap_or_repetition(pages):
    query, seen, total = QuarantineQuery(limit=37), [], 0
    while query is not None:
        page = pages.quarantine(query, STEWARD)
        seen += [(row.feed, row.batch, row.position) for row in page.items]
        total, query = page.total, query.model_copy(update={"cursor": page.next}) if page.next else None
    assert len(seen) == total == len(set(seen))


def test_a_steward_sees_a_personal_value_in_quarantine_only_covered(built, pages):
    delivered = {row["citizen_number"] for row in whole(built, "select citizen_number from quarantine.gongan_resident", "quarantine.gongan_resident")}
    rows = [*pages.quarantine(QuarantineQuery(feed="gongan.resident", limit=200), STEWARD).items]
    rows += pages.quarantined_rows(QuarantineQuery(feed="gongan.resident"), STEWARD)
    values = {failure.value for row in rows for failure in row.failures if failure.column == "citizen_number"}
    assert values
    assert not values & (delivered - {None, ""})


def test_the_catalogue_finds_counts_and_scores(pages):
    page = pages.search(CatalogueQuery(words="户籍"), ANONYMOUS)
    line = next(item for item in page.items if item.table == "gongan.resident")
    assert line.rows > 0
    assert line.score is not None
    first = pages.search(CatalogueQuery(limit=5), ANONYMOUS)
    second = pages.search(CatalogueQuery(limit=5, cursor=first.next), ANONYMOUS)
    assert not {item.code for item in first.items} & {item.code for item in second.items}


def test_an_unbuilt_hub_has_pages_too(tmp_path):
    with Hub.open(load_settings(tmp_path / "home")) as hub:
        client = TestClient(create_app(HubPages(hub), hub.settings))
        for address in ("/", "/departments", "/catalogue", "/registers", "/registers/people?q=王", "/registers/places?q=广州", "/builds"):
            assert client.get(address).status_code == 200, address
        assert client.get("/tables/gongan/resident").status_code == 404
        assert client.get("/catalogue/gongan.resident").status_code == 404


def test_a_new_version_is_seen_at_once(tmp_path):
    with Hub.open(load_settings(tmp_path / "home")) as hub:
        pages = HubPages(hub)
        for size in (3, 5):
            hub.lake.overwrite("registers.divisions", code_list("divisions").arrow().slice(0, size), CommitFacts("test"))
            places = next(line for line in pages.registers(ANONYMOUS).items if line.key == "places")
            assert places.entries == size
            assert pages.table("registers.divisions", ANONYMOUS).preview.total == size


def test_every_reading_is_in_the_log_though_rows_are_kept_at_hand(built, pages):
    pages.warm()
    before = built.trust.verify().entries
    pages.cockpit(ANONYMOUS)
    pages.cockpit(ANONYMOUS)
    assert built.trust.verify().entries >= before + 2
    assert built.trust.verify().sound


def test_departments_of_feeds_become_units_that_officials_belong_to(built) -> None:
    units = {unit.key: unit for unit in built.trust.organisations.listing()}
    assert {feed.file.department.id for feed in built.feeds} <= set(units)
    assert units["gongan"].zh


def test_theme_registers_stand_beside_the_registers_and_lack_nothing(visitor, steward, built):
    told = {line["key"]: line for line in visitor.get("/api/v1/registers").json()["themes"]}
    assert {key: line["missing"] for key, line in told.items() if line["missing"]} == {}
    assert all(line["entries"] > 0 for line in told.values())
    page = steward.get("/registers", params={"lang": "zh"}).text
    assert "缺少来源表" not in page
    for line in told.values():
        assert f'href="/catalogue/{line["table"]}"' in page
        assert steward.get(f"/catalogue/{line['table']}").status_code == 200


def test_an_address_is_read_as_of_a_day_by_what_was_known_on_a_day(built, pages):
    word = whole(
        built, "select source_key, valid_from, road from registers.addresses_observations where valid_from is not null order by 1 limit 1",
        "registers.addresses_observations",
    )[0]
    sheet = pages.register_entry("addresses", word["source_key"], None, None, ANONYMOUS)
    assert {value.name: value.value for value in sheet.values}["road"] == word["road"]
    assert all(fact.known_from is not None for fact in sheet.facts)
    assert sheet.register_line.key == "addresses"
    before = pages.register_entry("addresses", word["source_key"], word["valid_from"] - timedelta(days=1), None, ANONYMOUS)
    assert (before.values, sheet.changes) == ((), before.changes)
    with pytest.raises(Missing):
        pages.register_entry("addresses", word["source_key"], None, date(2020, 1, 1), ANONYMOUS)
