"""The form of a resource over a real hub: written by stewards of its department, faults at their fields, nothing lost that it does not show."""

import re
from typing import Any

import pytest

from tests.hub import test_resource_pages as pages

site = pages.site
TYPED = {
    "form.zh": "驾驶证", "form.en": "Licences", "form.abstract_zh": "登记在册的驾驶证", "form.theme": "201", "form.categories": "201 211",
    "form.format": "csv", "form.update_cycle": "daily", "form.share_type": "conditional", "form.share_condition": "依法履职",
    "form.open_type": "none", "form.open_basis": "个人信息保护法第十三条",
    "form.relations": "gongan.vehicle", "item.0.name": "holder", "item.0.zh": "持证人",
    "item.0.length": "40", "item.0.classification": "personal", "item.0.share_level": "conditional", "item.1.name": "", "item.1.zh": " ",
}


def send(site: pages.Site, path: str, name: str, form: dict[str, str]) -> Any:
    page = site.get("/catalogue", name).text
    token = re.search(r'name="forgery_token" value="([^"]+)"', page)
    assert token is not None
    return site.client.post(path, data={**form, "forgery_token": token[1]})


def test_a_resource_is_described_checked_and_handed_in(site: pages.Site) -> None:
    blank = site.get("/catalogue/new", "author", lang="zh")
    assert (blank.status_code, "公安厅" in blank.text, "税务局" in blank.text) == (200, True, False)
    made = send(site, "/catalogue/new", "author", {**TYPED, "department": "gongan", "name": "licence", "form.share_condition": ""})
    assert (made.status_code, made.headers["location"]) == (303, "/catalogue/gongan.licence/edit?done=kept")
    faulty = site.get("/catalogue/gongan.licence/edit", "author", lang="zh").text
    assert re.search(r'class="field wrong"><label for="field-form\.share_condition">', faulty)
    assert "1 处待改正" in faulty
    kept = send(site, "/catalogue/gongan.licence/edit", "author", TYPED)
    assert kept.status_code == 303
    card = site.hub.catalogue.life.card("gongan.licence", site.who("author"))
    assert card.faults == ()
    assert [(item.name, item.zh, item.length) for item in card.form.items] == [("holder", "持证人", 40)]
    assert (card.form.categories, [each.target for each in card.form.relations]) == (("201", "211"), ["gongan.vehicle"])
    handed = send(site, "/catalogue/gongan.licence/submit", "author", {"summary": "新编"})
    assert re.fullmatch(r"/cases/[\w-]+", handed.headers["location"])
    waiting = site.get("/catalogue/gongan.licence/edit", "author", lang="zh").text
    assert "保存草稿" not in waiting
    late = send(site, "/catalogue/gongan.licence/edit", "author", TYPED)
    assert late.status_code == 409


def test_what_is_refused_comes_back_as_it_was_typed(site: pages.Site) -> None:
    for changed, field in (({"form.open_basis": ""}, "form.open_basis"), ({"name": "Not A Key"}, "name")):
        refused = send(site, "/catalogue/new", "author", {**TYPED, "department": "gongan", "name": "other", **changed})
        assert refused.status_code == 422
        assert re.search(rf'class="field wrong"><label for="field-{field}">', refused.text), field
        assert 'value="驾驶证"' in refused.text
        assert 'value="持证人"' in refused.text
    assert send(site, "/catalogue/new", "author", {**TYPED, "department": "shuiwu", "name": "other"}).status_code == 422


def test_what_the_form_does_not_show_stays(site: pages.Site) -> None:
    form = {**pages.VEHICLE, "key": "gongan.kept", "items": [{"name": "plate", "zh": "号牌", "definition": "号牌的定义", "required": True}]}
    site.hub.catalogue.life.draft(form, site.who("author"))
    assert send(site, "/catalogue/gongan.kept/edit", "author", {**TYPED, "item.0.name": "plate", "item.0.zh": "新名"}).status_code == 303
    item = site.hub.catalogue.life.card("gongan.kept", site.who("author")).form.items[0]
    assert (item.zh, item.definition, item.required) == ("新名", "号牌的定义", True)
    assert send(site, "/catalogue/gongan.kept/discard", "author", {}).headers["location"] == "/drafts"
    assert "gongan.kept" not in site.get("/drafts", "author").text


def rows(page: str) -> list[tuple[str, str]]:
    """Name and Chinese name of every line of the table of items."""
    names = re.findall(r'name="item\.\d+\.name"[^>]*? value="([^"]*)"', page)
    return list(zip(names, re.findall(r'name="item\.\d+\.zh"[^>]*? value="([^"]*)"', page), strict=True))


LINES = {f"item.{at}.{name}": f"{name}{at}" for at in range(3) for name in ("name", "zh")}


@pytest.mark.parametrize(("act", "names", "focus"), [
    ("add", ["name0", "name1", "name2", ""], "item-3-name"), ("remove.1", ["name0", "name2"], "item-1-name"),
    ("remove.2", ["name0", "name1"], "item-add"), ("up.2", ["name0", "name2", "name1"], "item-1-up"),
    ("up.1", ["name1", "name0", "name2"], "item-0-down"), ("down.0", ["name1", "name0", "name2"], "item-1-down"),
    ("down.2", ["name0", "name1", "name2"], "item-2-name"), ("up.99", ["name0", "name1", "name2"], "item-add"),
    ("what", ["name0", "name1", "name2"], "item-add"),
])
def test_lines_are_added_removed_and_moved_and_nothing_typed_is_lost(site: pages.Site, act: str, names: list[str], focus: str) -> None:
    for path in ("/catalogue/new", "/catalogue/gongan.vehicle/edit"):
        sent = send(site, path, "author", {**TYPED, **LINES, "act": act, "department": "gongan", "name": "not yet"})
        assert (sent.status_code, [name for name, _zh in rows(sent.text)]) == (200, names)
        assert all(zh == name.replace("name", "zh") for name, zh in rows(sent.text))
        assert ('value="驾驶证"' in sent.text, 'value="依法履职"' in sent.text, 'value="not yet"' in sent.text) == (True, True, path.endswith("new"))
        assert re.findall(r'id="([\w-]+)"[^>]* autofocus', sent.text) == [focus]
    assert site.hub.catalogue.resource("gongan.vehicle").status == "published"


def test_htmx_is_given_the_lines_alone(site: pages.Site) -> None:
    site.client.headers["HX-Request"] = "true"
    try:
        part = send_part(site, {**TYPED, **LINES, "act": "remove.0"})
    finally:
        del site.client.headers["HX-Request"]
    assert part.text.lstrip().startswith('<fieldset class="card" id="items">')
    assert [name for name, _zh in rows(part.text)] == ["name1", "name2"]
    assert 'role="status">已删除该行' in part.text


def send_part(site: pages.Site, form: dict[str, str]) -> Any:
    token = re.search(r'name="forgery_token" value="([^"]+)"', site.get("/profile", "author").text)
    assert token is not None
    return site.client.post("/catalogue/gongan.vehicle/edit?lang=zh", data={**form, "forgery_token": token[1]})


@pytest.mark.parametrize(("changed", "cell", "told"), [
    ({"item.1.zh": "没有字段名"}, "1-name", "请填写字段名"), ({"item.0.length": "many"}, "0-length", "填写有误"),
    ({"item.0.classification": "secret"}, "0-classification", "填写有误"),
])
def test_a_fault_of_an_item_stands_in_its_cell(site: pages.Site, changed: dict[str, str], cell: str, told: str) -> None:
    refused = send(site, "/catalogue/new?lang=zh", "author", {**TYPED, "department": "gongan", "name": "cells", **changed})
    assert refused.status_code == 422
    assert re.search(rf'id="item-{cell}"[^>]* aria-invalid="true" aria-describedby="fault-{cell}"', refused.text)
    assert re.search(rf'id="fault-{cell}">{told}', refused.text)
    for value in changed.values():
        assert f'value="{value}"' in refused.text


def test_faults_that_the_check_finds_stand_in_their_cells(site: pages.Site) -> None:
    items = [{"name": "plate", "zh": "", "classification": "personal"}, {"name": "kind", "zh": "类型"}]
    form = {**pages.VEHICLE, "key": "gongan.cells", "items": items}
    site.hub.catalogue.life.draft(form, site.who("author"))
    page = site.get("/catalogue/gongan.cells/edit", "author", lang="zh").text
    assert re.findall(r'id="fault-([\w-]+)"', page) == ["0-zh", "0-length", "1-length"]
    site.hub.catalogue.life.discard("gongan.cells", site.who("author"))


def test_flags_of_items_are_chosen_and_kept(site: pages.Site) -> None:
    form = {**pages.VEHICLE, "key": "gongan.flags", "items": [{"name": "plate", "zh": "号牌", "length": 10, "required": True, "mask": "partial"}]}
    site.hub.catalogue.life.draft(form, site.who("author"))
    page = site.get("/catalogue/gongan.flags/edit", "author", lang="zh").text
    assert '<option value="partial" selected>' in page
    changed = {
        "item.0.name": "plate", "item.0.required": "no", "item.0.key": "yes", "item.0.mask": "by_kind", "item.0.classification": "sensitive",
        "item.0.code_list": "plates", "item.0.definition": "机动车号牌号码",
    }
    assert send(site, "/catalogue/gongan.flags/edit", "author", {**TYPED, **changed}).status_code == 303
    item = site.hub.catalogue.life.card("gongan.flags", site.who("author")).form.items[0]
    assert (item.required, item.key, item.mask, item.classification, item.code_list, item.definition) == (
        False, True, "by_kind", "sensitive", "plates", "机动车号牌号码",
    )
    site.hub.catalogue.life.discard("gongan.flags", site.who("author"))


def test_extension_fields_of_the_province_are_asked_for_and_kept(site: pages.Site) -> None:
    assert 'id="extension"' not in site.get("/catalogue/new", "author").text
    sichuan = {**TYPED, "department": "gongan", "name": "there", "form.division": "510100"}
    asked = send(site, "/catalogue/new?lang=zh", "author", {**sichuan, "extension.secrecy": "none"})
    assert asked.status_code == 422
    assert re.search(r'class="field wrong"><fieldset[^>]*aria-describedby="hint-extension\.served"', asked.text)
    assert re.search(r'<option value="none" selected>非涉密', asked.text)
    told: dict[str, Any] = {**sichuan, "extension.secrecy": "none", "extension.served": ["", "person", "entity"], "extension.smallest_unit": ""}
    assert send(site, "/catalogue/new", "author", told).status_code == 303
    assert site.hub.catalogue.life.card("gongan.there", site.who("author")).form.extension == {"secrecy": "none", "served": ["person", "entity"]}
    page = site.get("/catalogue/gongan.there/edit", "author", lang="zh").text
    assert re.findall(r'name="extension\.served" value="(\w+)" checked', page) == ["person", "entity"]
    wrong = send(site, "/catalogue/gongan.there/edit?lang=zh", "author", {**told, "extension.secrecy": "top"})
    assert re.search(r'class="field wrong"><label for="field-extension\.secrecy">', wrong.text)
    emptied = {**told, "extension.secrecy": "inner", "extension.served": ["", "government"]}
    assert send(site, "/catalogue/gongan.there/edit", "author", emptied).status_code == 303
    assert site.hub.catalogue.life.card("gongan.there", site.who("author")).form.extension == {"secrecy": "inner", "served": ["government"]}
    site.hub.catalogue.life.discard("gongan.there", site.who("author"))


@pytest.mark.parametrize(("name", "path", "status"), [
    ("stranger", f"/catalogue/{pages.DRAFT}/edit", 404), ("stranger", "/catalogue/gongan.vehicle/edit", 403), ("guard", "/catalogue/new", 403),
    ("checker", f"/catalogue/{pages.DRAFT}/edit", 403), ("", "/catalogue/new", 303), ("author", "/catalogue/gongan.vehicle/edit", 200),
])
def test_the_form_is_for_stewards_of_the_department(site: pages.Site, name: str, path: str, status: int) -> None:
    assert site.get(path, name).status_code == status
    if status in (403, 404):
        assert send(site, path, name, TYPED).status_code == status


def test_the_page_of_a_resource_leads_its_stewards_to_the_form(site: pages.Site) -> None:
    assert 'href="/catalogue/gongan.vehicle/edit"' in site.get("/catalogue/gongan.vehicle", "author").text
    for name in ("", "stranger", "guard", "checker"):
        assert "/edit" not in site.get("/catalogue/gongan.vehicle", name).text
