"""Cases about a row of one's own in a pack's table: from which rows they are offered, and which office is competent for one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from lingnan.base import BadInput
from lingnan.hub.pack_queries import rows
from lingnan.hub.pages.desk import Desk
from lingnan.insight import Words
from lingnan.insight.packs import PackAsk
from lingnan.packkit import Pack
from lingnan.packkit.parts.pages import About, FormPage
from lingnan.trust import OrganisationCard, Subject, division_covers

if TYPE_CHECKING:
    from lingnan.casework import Flow

MOST_OF_A_UNIT = 200


@dataclass(frozen=True)
class Competence:
    """The organisation that handles a case and the division it belongs to; empty for the hub's own office and for no division."""

    handler: str = ""
    division: str = ""


def abouts(packs: Iterable[Pack], flow: str) -> tuple[Pack, About] | None:
    """The pack and the row that cases of a flow are about, where they are about one."""
    for pack in packs:
        for page in pack.parts["pages"].values():
            if isinstance(page, FormPage) and page.flow == flow and page.about is not None:
                return pack, page.about
    return None


def competence(desk: Desk, subject: Subject, flow: "Flow", form: Mapping[str, str]) -> Competence:
    """Who is competent for a case that is about a row; BadInput names the field where the applicant has no such row."""
    found = abouts(desk.hub.packs, flow.id)
    if found is None:
        return Competence()
    pack, about = found
    named = [about.key, about.division, *([about.authority] if about.authority else []), *about.when]
    key = form.get(about.key, "").strip()
    held = rows(desk, subject, pack, about.table, named, {about.key: key}, (), 1, own=True).rows.to_pylist()
    if not held:
        raise _wrong(about.key, "您名下没有这一项，请从本单位的页面选择", "nothing of yours bears this; choose it on your own page")
    row = held[0]
    if not _offered(about, row):
        raise _wrong(about.key, "此项现在还不能办理，可办理的见本单位的页面", "this cannot be asked for now; your own page shows what can")
    division = row[about.division] or ""
    authority = (row[about.authority] or "") if about.authority else ""
    role = (flow.opening.assign.role if flow.opening.assign else None) or ""
    units = [unit for unit in desk.hub.trust.organisations.listing() if not unit.disabled]
    staffed = (unit.id for unit in candidates(units, about.department, division, authority) if _staffed(desk, unit, role))
    return Competence(next(staffed, ""), division)


def candidates(units: Iterable[OrganisationCard], department: str, division: str, authority: str = "") -> list[OrganisationCard]:
    """Offices that may be competent, the best first: the one that bears the authority's name, then the department's, the nearest division first."""
    known = {unit.id: unit for unit in units}
    named = [unit for unit in known.values() if authority and authority in (unit.zh, unit.en)]
    of_department = [
        unit for unit in known.values()
        if _within(known, unit, department) and (not unit.division or division_covers(unit.division, division))
    ]
    of_department.sort(key=lambda unit: (-len(unit.division.rstrip("0")), unit.key))
    return list(dict.fromkeys([*named, *of_department]))


def _within(known: Mapping[str, OrganisationCard], unit: OrganisationCard, department: str) -> bool:
    at: OrganisationCard | None = unit
    for _step in known:
        if at is None or at.key == department:
            break
        at = known.get(at.parent)
    return at is not None and at.key == department


def _staffed(desk: Desk, unit: OrganisationCard, role: str) -> bool:
    """Whether somebody of the unit can take the case: one that waits where nobody works would be lost."""
    people = desk.hub.trust.accounts.listing("official", organisation=unit.id, limit=MOST_OF_A_UNIT)
    return any(not each.disabled and (not role or role in each.roles) for each in people)


def _offered(about: About, row: Mapping[str, Any]) -> bool:
    return all(str(row[name]) in values for name, values in about.when.items())


def _wrong(field: str, zh: str, en: str) -> BadInput:
    return BadInput(
        "表单有误，请按各项提示改正后重新提交。", "The form is wrong. Mend what is marked and send it again.", code="FormWrong",
        fields={field: {"zh": zh, "en": en}},
    )


def asked_of_rows(pack: Pack, asks: Iterable[str], found: Iterable[Mapping[str, Any]]) -> tuple[PackAsk, ...]:
    """What may be asked about rows, each with the address of its form where it is offered."""
    held, told = list(found), []
    for name, page, about in _forms(pack, asks):
        hrefs = tuple(f"/packs/{pack.id}/pages/{name}?{urlencode({about.key: row[about.key]})}" if _offered(about, row) else "" for row in held)
        if any(hrefs):
            told.append(PackAsk(title=Words(zh=page.title.zh, en=page.title.en), hrefs=hrefs))
    return tuple(told)


def columns_of_asks(pack: Pack, asks: Iterable[str]) -> tuple[str, ...]:
    """Columns that are looked at to offer them."""
    return tuple(dict.fromkeys(column for _name, _page, about in _forms(pack, asks) for column in (about.key, *about.when)))


def _forms(pack: Pack, asks: Iterable[str]) -> Iterator[tuple[str, FormPage, About]]:
    for name in asks:
        page: FormPage = pack.part("pages", name)
        if page.about is not None:
            yield name, page, page.about
