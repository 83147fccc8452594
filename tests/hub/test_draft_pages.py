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
    "item.0.length": "40", "item.0.classification": "personal", "item.0.share_level": "conditional", "item.1.name": "", "item.1.zh": "空行",
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
