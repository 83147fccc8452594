"""The review desk over a real hub: who is given what, side by side and masked, blind second looks, taking back, splitting."""

import html
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lingnan.base import BadInput, Conflict, Missing, Refused
from lingnan.govern import Asked, link
from lingnan.govern.linking.output import LINKS
from lingnan.hub.review_imports import import_links
from lingnan.hub.reviews import Reviews
from lingnan.registers import decisions_in_force, entry_of, read_rulings, register_definition
from tests.hub.review_ground import Bureau, Site, fill, open_site
from tests.registers.bureau import SECOND, insured, number

PEOPLE = register_definition("people")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def twice(tmp_path: Path) -> Iterator[Site]:
    """A site on which every pair is decided twice."""
    with open_site(tmp_path / "home", 1.0) as opened:
        yield opened


def items(site: Site, name: str, queue: str = "open") -> list[str]:
    return [line.item for line in site.pages.reviews.listing("people", queue, "", "worth", "", site.who(name)).items]


def holding(site: Site) -> list[tuple[str, bool]]:
    with site.hub.storage.reading() as session:
        return [(each.verdict, each.disputed) for each in decisions_in_force(session, "people")]


def test_the_list_begins_with_what_is_most_worth_deciding_and_leads_on(site: Site) -> None:
    first = items(site, "lin")
    assert len(first) == 12
    led = site.ask("lin", "GET", "/desk/people/next")
    assert (led.status_code, led.headers["location"].split("?")[0]) == (303, f"/desk/people/{first[0]}")
    decided = site.ask("lin", "POST", f"/desk/people/{first[0]}", data={"verdict": "different", "reason": "出生地不同"})
    assert (decided.status_code, decided.headers["location"].split("?")[0]) == (303, f"/desk/people/{first[1]}")
    assert (holding(site), items(site, "lin")) == ([("different", False)], first[1:])
    done = site.pages.reviews.listing("people", "done", "", "worth", "", site.who("lin"))
    assert [(line.item, line.verdict) for line in done.items] == [(first[0], "different")]


def test_a_pair_stands_side_by_side_with_its_differences_and_masked(site: Site) -> None:
    item = items(site, "lin")[0]
    card = site.pages.reviews.sheet("people", item, site.who("lin"))
    rows = {row.name: row for row in card.rows}
    assert rows["birth_date"].agreement == "same"
    assert [cell.masked for cell in rows["name"].cells] == [True, True]
    assert all(cell.parts for name in ("name", "sex", "birth_date") for cell in rows[name].cells), "both sides are shown, masked as they are"
    assert {row.agreement for row in card.rows} >= {"same", "missing"}
    page = html.unescape(site.ask("lin", "GET", f"/desk/people/{item}").text)
    assert not any(name in page for name in ("林秀英", "罗丹", "郑国华")), "a masked name must not stand on the page"
    assert re.search(r'name="verdict" value="same" data-key="s"', page)
    about = [entry for entry in site.hub.trust.audit.entries(limit=5000) if entry.facts.get("about")]
    assert about, "who looked at the entry is found by whom it is about"


def test_every_page_of_the_desk_is_there_in_both_languages(site: Site) -> None:
    paths = ["/desk", "/desk/people?queue=entries", *(f"/desk/people?queue={queue}&order=newest" for queue in ("open", "second", "done"))]
    for lang in ("zh", "en"):
        for path in paths:
            assert site.ask("lin", "GET", f"{path}{'&' if '?' in path else '?'}lang={lang}").status_code == 200, path
    assert site.ask("lin", "GET", "/desk/people/none").status_code == 404
    assert site.ask("lin", "GET", "/desk/nobody").status_code == 404


def test_two_clerks_are_not_given_the_same_pair(site: Site) -> None:
    first = items(site, "lin")
    assert not site.pages.reviews.sheet("people", first[0], site.who("lin")).held
    assert site.pages.reviews.sheet("people", first[0], site.who("he")).held
    assert site.ask("he", "GET", "/desk/people/next").headers["location"].split("?")[0] == f"/desk/people/{first[1]}"
    with pytest.raises(Conflict):
        site.pages.reviews.decide("people", first[0], "same", "", site.who("he"))
    refused = site.ask("he", "POST", f"/desk/people/{first[0]}", data={"verdict": "same"})
    assert refused.status_code == 409
    assert holding(site) == []


def test_an_unsure_pair_goes_to_another_person(site: Site) -> None:
    item = items(site, "lin")[0]
    site.pages.reviews.decide("people", item, "unsure", "", site.who("lin"))
    assert (items(site, "lin", "second"), items(site, "he", "second")) == ([], [item])
    with pytest.raises(Conflict):
        site.pages.reviews.decide("people", item, "same", "", site.who("lin"))
    site.pages.reviews.decide("people", item, "different", "", site.who("he"))
    assert holding(site) == [("different", False)]


def test_one_takes_back_one_s_own_decision_alone(site: Site) -> None:
    item = items(site, "lin")[0]
    made = site.pages.reviews.decide("people", item, "different", "", site.who("lin"))
    with pytest.raises(Refused):
        site.pages.reviews.take_back("people", made, site.who("he"))
    back = site.ask("lin", "POST", "/desk/people/take-back", data={})
    assert (back.status_code, back.headers["location"].split("?")[0]) == (303, f"/desk/people/{item}")
    assert (holding(site), items(site, "lin")[0]) == ([], item)


def test_a_blind_second_look_tells_nothing_of_the_first_and_a_third_settles(twice: Site) -> None:
    reviews, item = twice.pages.reviews, items(twice, "lin")[0]
    reviews.decide("people", item, "same", "", twice.who("lin"))
    assert item not in items(twice, "lin")
    seen = reviews.sheet("people", item, twice.who("he"))
    assert (seen.queue, seen.past) == ("open", ())
    reviews.decide("people", item, "different", "", twice.who("he"))
    assert holding(twice) == [("unsure", True)]
    assert [items(twice, name, "disputed") for name in ("lin", "he", "mo")] == [[], [], [item]]
    reviews.decide("people", item, "same", "", twice.who("mo"))
    assert holding(twice) == [("same", False)]
    told = reviews.quality("people", twice.who("su"))
    assert (told.pairs, told.agreed, [each.settled for each in told.disagreements]) == (1, 0, [True])
    assert not {"lin", "he", "mo"} & set(re.findall(r"\w+", twice.ask("su", "GET", "/desk/people/quality?lang=en").text)), "no persons are listed"
    with pytest.raises(Refused):
        reviews.quality("people", twice.who("lin"))


def test_different_right_numbers_are_never_the_same(site: Site) -> None:
    fill(Bureau(site.hub.home / "lake"), lambda place: {"citizen_number": number(place + 50)})
    item = items(site, "lin")[0]
    assert site.pages.reviews.sheet("people", item, site.who("lin")).never_same
    refused = site.ask("lin", "POST", f"/desk/people/{item}?lang=zh", data={"verdict": "same"})
    assert refused.status_code == 403
    assert "绝不合并" in refused.text
    assert holding(site) == []
    site.pages.reviews.decide("people", item, "different", "", site.who("lin"))
    assert holding(site) == [("different", False)]


def test_a_record_that_changed_since_is_shown_again(site: Site) -> None:
    item = items(site, "lin")[0]
    site.pages.reviews.decide("people", item, "different", "", site.who("lin"))
    pair = next(each for each in Reviews(site.hub).decisions.in_force("people"))
    key = next(part for part in pair.pair if part.startswith("row:")).rpartition(":")[2]
    bureau = Bureau(site.hub.home / "lake")
    bureau.deliver("renshe.insured", SECOND, insured(1, insured_no=key, citizen_number=None, name="欧阳修"))
    assert items(site, "he", "changed") == [item]
    assert site.pages.reviews.sheet("people", item, site.who("he")).queue == "changed"
    site.pages.reviews.decide("people", item, "different", "", site.who("he"))
    assert items(site, "he", "changed") == []


def test_a_suspicious_entry_is_confirmed_or_split(site: Site) -> None:
    listed = site.pages.reviews.listing("people", "entries", "", "worth", "", site.who("lin"))
    entry = entry_of("people", number(1))
    assert [(each.item, each.rows) for each in listed.suspects] == [(entry, 2)]
    card = site.pages.reviews.sheet("people", entry, site.who("lin"))
    assert {row.name: row.agreement for row in card.rows}["birth_date"] == "different"
    whole = [head.reference for head in card.heads]
    assert site.ask("lin", "POST", f"/desk/people/{entry}", data={"verdict": "entry", "apart": whole}).status_code == 422
    held = site.ask("lin", "POST", f"/desk/people/{entry}?lang=en", data={"verdict": "entry", "apart": "row:renshe.insured:S99"})
    assert (held.status_code, "its number holds" in held.text) == (422, True)
    site.ask("lin", "POST", f"/desk/people/{entry}", data={"verdict": "entry"})
    assert {each.verdict for each in Reviews(site.hub).decisions.in_force("people")} == {"same"}
    assert site.pages.reviews.listing("people", "entries", "", "worth", "", site.who("he")).total == 0
    for _row in whole:
        site.ask("lin", "POST", "/desk/people/take-back", data={})
    assert site.pages.reviews.listing("people", "entries", "", "worth", "", site.who("he")).total == 1


def joined_by(site: Site, key: str) -> list[tuple[str, str]]:
    views = site.hub.trust.views_for_step("test", {PEOPLE.observations: None})
    sql = f"select distinct entry_id, joined_by from {PEOPLE.observations} where known_to is null and source_key = '{key}'"
    return [(row["entry_id"], row["joined_by"]) for row in site.hub.engine.query(sql, views).to_pylist()]


def test_a_decision_holds_in_the_next_build_and_a_split_undoes_it(site: Site) -> None:
    entry, reviews = entry_of("people", number(3)), site.pages.reviews
    made = Reviews(site.hub).decisions.decide(site.who("lin"), "people", "row:renshe.insured:S3", f"entry:{entry}", "same")
    rebuild(site)
    assert joined_by(site, "S3") == [(entry, "decision")]
    card = reviews.sheet("people", entry, site.who("lin"))
    assert {head.origins[0].joined_by for head in card.heads} == {"identifier", "decision"}
    assert reviews.split("people", entry, ["row:renshe.insured:S3"], "同名不同人", site.who("lin")) == 1
    rebuild(site)
    assert [by for found, by in joined_by(site, "S3") if found != entry] == ["founding"]
    assert made.id in {each.id for each in Reviews(site.hub).decisions.about("people", *made.pair)}


def rebuild(site: Site) -> None:
    """The register's step as a build runs it, over the rows that the ground laid."""
    with site.hub.storage.reading() as session:
        rulings = read_rulings(session, "people")
    Bureau(site.hub.home / "lake").build("people", rulings)


def test_departments_decide_about_their_own_rows_and_others_about_none(site: Site) -> None:
    assert len(items(site, "wu")) == 12
    assert site.pages.reviews.listing("people", "entries", "", "worth", "", site.who("wu")).total == 0
    with pytest.raises(Refused):
        site.pages.reviews.split("people", entry_of("people", number(1)), (), "", site.who("wu"))
    with pytest.raises(Refused):
        items(site, "xie")
    with pytest.raises(Refused):
        items(site, "su")


def test_what_is_drawn_for_a_second_look_follows_the_setting(site: Site) -> None:
    reviews = Reviews(site.hub)
    for item in items(site, "lin")[:2]:
        site.pages.reviews.decide("people", item, "different", "", site.who("lin"))
    assert not any(each.sampled for each in reviews.decisions.in_force("people"))


def run_of_linking(site: Site, out: Path, table: str = "renshe.insured", key: str = "insured_no") -> None:
    """A real run over a table, whose pairs are then said to be open."""
    views = site.hub.trust.views_for_step("test", {table: None})
    link(Asked(table, None, key), out, engine=site.hub.engine, views=views)
    told = {"kind": "pair", "weight": 9.5, "probability": 0.7, "by": "weight"}
    pairs = [("S1", "S2", "review"), ("S4", "S3", "split"), ("S5", "S6", "linked")]
    made = [{**told, "left_id": left, "right_id": right, "status": status} for left, right, status in pairs]
    pq.write_table(pa.Table.from_pylist(made, LINKS), out)


def test_open_pairs_of_an_own_run_come_to_the_desk_with_their_evidence(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "links.parquet"
    run_of_linking(site, out)
    assert import_links(site.hub, site.who("lin"), out, "people") == 2
    listed = site.pages.reviews.listing("people", "open", "", "newest", "", site.who("lin")).items
    brought = [line for line in listed if line.weight == Decimal("9.5")]
    assert len(brought) == 2
    card = site.pages.reviews.sheet("people", brought[0].item, site.who("lin"))
    assert [head.here for head in card.heads] == [True, True]
    assert card.steps[0].bits is not None
    site.pages.reviews.decide("people", brought[0].item, "different", "", site.who("lin"))
    assert [each.pair for each in Reviews(site.hub).decisions.in_force("people")] in (
        [("row:renshe.insured:S1", "row:renshe.insured:S2")], [("row:renshe.insured:S3", "row:renshe.insured:S4")]
    )


def test_a_run_over_what_is_not_the_register_s_is_refused(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "links.parquet"
    with pytest.raises(Missing):
        import_links(site.hub, site.who("lin"), out, "people")
    run_of_linking(site, out, key="name")
    with pytest.raises(BadInput, match="no source of People"):
        import_links(site.hub, site.who("lin"), out, "people")
    out.write_bytes(b"nothing")
    with pytest.raises(BadInput):
        import_links(site.hub, site.who("lin"), out, "people")
    with pytest.raises(Refused):
        import_links(site.hub, site.who("su"), out, "people")
    assert len(items(site, "lin")) == 12
