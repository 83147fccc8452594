"""Forms in a real browser on a phone: filled in without a network, sent once when it is back, faults come back, nothing stays at sign-out."""

from collections.abc import Iterator
from typing import Any

import pytest

from lingnan.base import load_settings
from lingnan.hub import Hub, HubPages
from lingnan.web import create_app
from tests.collect.pictures import jpeg
from tests.hub.accessible import violations
from tests.hub.form_ground import FORM, describe, make
from tests.served import Line, served

pytestmark = pytest.mark.browser
SEND = "#filling [type=submit]:not(.add-row)"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(new_home: Any) -> Iterator[tuple[Hub, str]]:
    with Hub.open(load_settings(describe(new_home("forms")))) as hub:
        unit = hub.trust.organisations.make("minzheng", "民政厅", "Civil Affairs")
        hub.trust.accounts.make_account("worker", "外勤", "Worker", roles=("analyst",), organisation=unit)
        make(hub, position="optional", sections="[{id: heads, zh: 人数, en: Heads, items: [shelter_no, present], repeat: 3}]")
        with served(create_app(HubPages(hub), hub.settings)) as address:
            yield hub, address


def signed_in(chromium: Any, site: tuple[Hub, str], **more: Any) -> Any:
    hub, address = site
    context = chromium.new_context(viewport=PHONE, **more)
    session = hub.trust.sessions.open(hub.trust.accounts.subject_for("worker").account, 2, method="password").token
    context.add_cookies([{"name": "lingnan_session", "value": session, "url": address}])
    return context


def fill(page: Any, number: str, places: str = "300") -> None:
    page.fill("[name='form.0.shelter_no']", number)
    page.fill("[name='form.0.name']", f"避难场所{number}")
    page.fill("[name='form.0.division']", "440106")
    page.fill("[name='form.0.places']", places)
    page.fill("[name='form.0.present']", "20")


def opened(context: Any, address: str) -> Any:
    page = context.new_page()
    page.goto(f"{address}/forms/{FORM}", wait_until="load")
    return page


def until(page: Any, holds: str) -> None:
    """Wait until something is so; the page's own policy lets no watching script in."""
    for _look in range(200):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(holds)


def given(hub: Hub) -> list[str]:
    return sorted(str(card.entry) for card in hub.forms.entries.mine(hub.trust.accounts.subject_for("worker")))


def numbers(hub: Hub) -> list[str | None]:
    form, worker = hub.forms.form(FORM), hub.trust.accounts.subject_for("worker")
    return sorted(row["shelter_no"] for entry in given(hub) for row in hub.forms.entries.of(form, entry, worker).rows)


@pytest.fixture
def line(site: tuple[Hub, str]) -> Iterator[Line]:
    with Line(site[1]) as line:
        yield line


def test_three_entries_without_a_network_arrive_once_and_a_wrong_one_comes_back(chromium: Any, site: tuple[Hub, str], line: Line) -> None:
    hub, address = site[0], line.address
    context = signed_in(chromium, (hub, address))
    page = opened(context, address)
    page.wait_for_selector("#filling[data-ready=offline]")
    line.cut()
    context.set_offline(True)
    for number in ("S1", "S2"):
        fill(page, number)
        page.click(SEND)
        page.wait_for_selector(f"#kept-lines li[data-state=waiting]:has-text('{number}')")
    page.close()
    again = opened(context, address)  # from the device alone
    until(again, "document.querySelectorAll('#kept-lines li').length === 2")
    fill(again, "S3", places="10")  # fewer places than people: only the server sees it
    again.set_input_files("[name='form.0.photo']", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    again.click(SEND)
    until(again, "document.querySelectorAll('#kept-lines li[data-state=waiting]').length === 3")
    again.close()
    assert given(hub) == []
    line.mend()
    context.set_offline(False)
    back = opened(context, address)
    back.wait_for_selector("#kept-lines li[data-state=returned]")
    assert numbers(hub) == ["S1", "S2"]
    assert "现有人数不应多于容纳人数" in back.inner_text("#kept-lines")
    assert violations(back) == []
    back.click("#kept-lines li .button:not(.danger)")
    assert back.get_attribute("[name='form.0.present']", "aria-invalid") == "true"
    back.fill("[name='form.0.places']", "30")
    back.click(SEND)
    until(back, "document.getElementById('kept').hidden")
    assert numbers(hub) == ["S1", "S2", "S3"]
    form, worker = hub.forms.form(FORM), hub.trust.accounts.subject_for("worker")
    last = next(row for entry in given(hub) for row in hub.forms.entries.of(form, entry, worker).rows if row["shelter_no"] == "S3")
    assert str(last["photo"]).startswith("sha256:"), "the picture stayed with the entry while it was corrected"
    context.close()


def test_a_draft_is_found_again_and_signing_out_wipes_the_device(chromium: Any, site: tuple[Hub, str]) -> None:
    _hub, address = site
    context = signed_in(chromium, site)
    page = opened(context, address)
    page.wait_for_selector("#filling[data-ready=offline]")
    page.fill("[name='form.0.name']", "写到一半")
    page.wait_for_selector("#kept-lines li[data-state=draft]")
    page.reload(wait_until="load")
    until(page, "document.querySelector(\"[name='form.0.name']\").value === '写到一半'")
    page.on("dialog", lambda asked: asked.accept())
    page.click("details.menu summary:has(.menu-title)")
    page.click(".sign-out button")
    page.wait_for_url(f"{address}/")
    held = page.evaluate("(async () => [(await indexedDB.databases()).length, (await caches.keys()).length, "
                         "(await navigator.serviceWorker.getRegistrations()).length])()")
    assert held == [0, 0, 0]
    context.close()


def test_check_digits_places_and_rows_on_a_phone(chromium: Any, site: tuple[Hub, str]) -> None:
    hub, address = site
    context = signed_in(chromium, site, permissions=["geolocation"], geolocation={"longitude": 113.2644, "latitude": 23.1291, "accuracy": 8})
    page = opened(context, address)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    for lang in ("zh", "en"):
        page.goto(f"{address}/forms/{FORM}?lang={lang}", wait_until="load")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto(f"{address}/forms?lang=zh", wait_until="load")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto(f"{address}/forms/{FORM}?lang=zh", wait_until="load")
    fill(page, "S8")
    page.fill("[name='form.0.keeper']", "440104199001011234")
    page.click(SEND)
    assert page.get_attribute("[name='form.0.keeper']", "aria-invalid") == "true"
    page.fill("[name='form.0.keeper']", "11010519491231002X")
    page.click(".add-row")
    page.fill("[name='form.1.shelter_no']", "S9")
    page.fill("[name='form.1.present']", "5")
    page.click("#take-place")
    until(page, "document.getElementById('place-accuracy').value === '8'")
    before = set(given(hub))
    page.click(SEND)
    until(page, "document.getElementById('kept').hidden && !document.querySelector(\"[name='form.0.name']\").value")
    for _look in range(200):
        if set(given(hub)) != before:
            break
        page.wait_for_timeout(50)
    [made] = set(given(hub)) - before
    card = hub.forms.entries.of(hub.forms.form(FORM), made, hub.trust.accounts.subject_for("worker"))
    assert [(row["shelter_no"], row["present"]) for row in card.rows] == [("S8", "20"), ("S9", "5")]
    assert card.position is not None
    assert (card.position.longitude, card.position.latitude, card.position.accuracy) == (113.2644, 23.1291, 8.0)
    assert faults == []
    context.close()


def test_browsers_check_the_digits_that_the_hub_checks(chromium: Any, site: tuple[Hub, str]) -> None:
    from lingnan.standards import CITIZEN_NUMBER, USCC

    context = signed_in(chromium, site)
    page = opened(context, site[1])
    stems = [("citizen_number", CITIZEN_NUMBER, f"44010619{year}0101{order:03d}") for year, order in ((71, 7), (80, 123), (99, 850), (62, 15))]
    stems += [("uscc", USCC, stem) for stem in ("91440101MA59A1B2C", "91440300708461136", "12440000007140000")]
    for name, kind, stem in stems:
        texts = [stem + last for last in "0123456789ABCDEFGHJKLMNPQRTUWXY"]
        field, words = "{dataset: {identifier: name}, value, type: 'text'}", "{wrong_number: 'x', wrong_code: 'x'}"
        ask = f"([name, texts]) => texts.map(value => !fieldFault({field}, {words}, 1))"
        assert page.evaluate(ask, [name, texts]) == [kind.valid(text) for text in texts], stem
    context.close()


def test_without_scripts_it_is_a_form(chromium: Any, site: tuple[Hub, str]) -> None:
    hub, address = site
    context = signed_in(chromium, site, java_script_enabled=False)
    page = opened(context, address)
    fill(page, "S20", places="9")
    page.click(SEND)
    assert page.get_attribute("[name='form.0.present']", "aria-invalid") == "true"
    page.fill("[name='form.0.places']", "90")
    page.click(SEND)
    page.wait_for_url("**/forms?given=given")
    assert "S20" in numbers(hub)
    context.close()
