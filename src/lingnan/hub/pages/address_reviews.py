"""Answers the page of addresses for review: what waits as the reader may see it, settling it, taking a finding back."""

from collections.abc import Mapping
from typing import Any, get_args

from lingnan.base import CHINA, BadInput, Missing, Refused
from lingnan.govern import ADDRESS_REASONS
from lingnan.hub.pages.desk import Desk, offset_of
from lingnan.insight import (
    AddressAbout,
    AddressCandidate,
    AddressChoice,
    AddressDoubt,
    AddressReason,
    AddressReviewPage,
    AddressSettlement,
    Words,
)
from lingnan.lake import View
from lingnan.registers import ADDRESS_LIBRARY, Finding, FindingKind
from lingnan.standards import code_list
from lingnan.trust import Subject

PAGE, MOST_CANDIDATES, LATEST = 20, 24, 20
REVIEW = "register.review"
_READINGS, LIBRARY, DOUBTS = ADDRESS_LIBRARY.outputs
_COVERED = "***"
_COUNTS = f"select reason, count(*) as waiting from {DOUBTS} group by reason order by waiting desc, reason"
_WAITING = f"""
    select md5(address) as item, * from {DOUBTS} where ($reason = '' or reason = $reason) order by uses desc, address limit {PAGE} offset $start
"""
_ONE = f"select * from {DOUBTS} where md5(address) = $item"


class AddressReviewPages:
    """One hub's addresses for review as a page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listing(self, reason: str, cursor: str, subject: Subject) -> AddressReviewPage:
        """A page of addresses that wait; Refused for who may not review."""
        self._allow(subject)
        built, start = self._desk.version(DOUBTS) is not None, offset_of(cursor)
        views = self._desk.views(subject, [DOUBTS]) if built else {}
        counts = self._desk.answer(_COUNTS, views) if built else []
        rows = self._desk.answer(_WAITING, views, {"reason": reason, "start": start}) if built else []
        total = sum(each["waiting"] for each in counts if reason in ("", each["reason"]))
        masked = not built or _masked(views)
        return AddressReviewPage(
            built=built, reason=reason, total=total, items=tuple(self._doubt(each, masked) for each in rows),
            reasons=tuple(AddressReason(key=each["reason"], title=_says(each["reason"]), count=each["waiting"]) for each in counts),
            settled=tuple(_settlement(each, masked) for each in self._desk.hub.address_findings.latest(LATEST)),
            library=self._desk.rows(LIBRARY) if self._desk.version(LIBRARY) is not None else 0, masked=built and masked,
            decision=next((view.decision for view in views.values()), None), next=str(start + PAGE) if start + PAGE < total else None,
        )

    def settle(self, item: str, about: str, division: str, reason: str, subject: Subject) -> str:
        """Settle one address, or one of its names for a whole city; gives the id of the finding.

        `division` is a county's code or its name. Refused while the address is covered: nobody decides about what he does not see.
        """
        self._allow(subject)
        views = self._desk.views(subject, [DOUBTS]) if self._desk.version(DOUBTS) is not None else {}
        rows = self._desk.answer(_ONE, views, {"item": item}) if views else []
        if views and _masked(views):
            raise Refused("请先说明用途，看到地址后再认定。", "State a purpose first: an address is settled by who sees it.", item=item)
        if not rows:
            raise Missing("没有这条待审核地址，可能已在新的构建中解决。", "No such address waits; a newer build may have settled it.", item=item)
        choice = next((each for each in _choices(rows[0]) if each.about == about), None)
        if choice is None:
            raise BadInput("请选择认定的对象。", "Choose what the finding is about.", about=about)
        kind: FindingKind = choice.about
        scope = "" if choice.scope is None else _scope(rows[0])
        return self._desk.hub.address_findings.settle(subject, kind, choice.name, _county(division), scope=scope, reason=reason).id

    def take_back(self, finding: str, subject: Subject) -> str:
        """Undo a finding; gives its id."""
        self._allow(subject)
        return self._desk.hub.address_findings.take_back(subject, finding).id

    def _allow(self, subject: Subject) -> None:
        """Addresses of all departments are settled by the registers' office."""
        hub = self._desk.hub
        hub.trust.allow(subject, REVIEW, "addresses")
        if subject.kind not in ("operator", "system") and not hub.trust.organisations.belongs(subject, hub.settings.office):
            raise Refused("待审核地址由基础库主管单位办理。", "Addresses for review are settled by the registers' office.", register="addresses")

    def _doubt(self, row: Mapping[str, Any], masked: bool) -> AddressDoubt:
        return AddressDoubt(
            item=row["item"], address=row["address"] or _COVERED, masked=masked, reason=row["reason"], says=_says(row["reason"]), uses=row["uses"],
            tables=tuple(self._desk.titles.table(each) for each in str(row["source_tables"] or "").split()),
            candidates=() if masked else tuple(AddressCandidate(code=each, title=_division(each)) for each in self._candidates(row)),
            choices=() if masked else _choices(row),
        )

    def _candidates(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The counties the text allows; of a city named alone all its counties."""
        said = tuple(each for each in str(row["candidates"] or "").split("|") if each)
        city = row["division"] or ""
        if said or not city or city.endswith("0000"):
            return tuple(each for each in said if not each.endswith("00"))[:MOST_CANDIDATES]
        today = self._desk.now().astimezone(CHINA).date()
        found = (each.code for each in code_list("divisions").at(today, 3) if each.code.startswith(city[:4]))
        return tuple(found)[:MOST_CANDIDATES]


def _masked(views: Mapping[str, View]) -> bool:
    view = views[DOUBTS]
    return "address" in view.masks or (view.columns is not None and "address" not in view.columns)


def _says(reason: str) -> Words:
    zh, en = ADDRESS_REASONS.get(reason, (reason, reason))
    return Words(zh=zh, en=en)


def _division(code: str) -> Words:
    known = code_list("divisions")
    return Words(zh=known.full_name(code) or code, en=f"{known.full_name(code) or ''} {code}".strip())


def _scope(row: Mapping[str, Any]) -> str:
    """The city that everything the text allows lies in; empty when there is none."""
    allowed = [each for each in str(row["candidates"] or "").split("|") if each] or [row["division"] or ""]
    cities = {each[:4] for each in allowed}
    one = cities.pop() if len(cities) == 1 else ""
    return one + "00" if len(one) == 4 and not one.endswith("00") else ""


def _choices(row: Mapping[str, Any]) -> tuple[AddressChoice, ...]:
    scope, names = _scope(row), get_args(AddressAbout)[1:]
    named = (AddressChoice(about=each, name=row[each], scope=_division(scope)) for each in names if scope and len(row[each] or "") > 1)
    return AddressChoice(about="text", name=row["address"] or "", scope=None), *named


def _county(words: str) -> str:
    """A county's code, or the one county in force whose full name ends so."""
    asked, known = words.strip(), code_list("divisions")
    if asked.isdigit():
        return asked
    found = {each.code for each in known.entries if each.valid_to is None and len(each.code) == 6 and asked and
             (known.full_name(each.code) or "").endswith(asked)}
    if len(found) != 1:
        raise BadInput(
            f"“{asked}”不能确定为一个区县，请写全称（如 深圳市南山区）或六位代码。",
            f"“{asked}” does not tell one county; write its full name (深圳市南山区) or its six-digit code.", division=asked,
        )
    return found.pop()


def _settlement(finding: Finding, masked: bool) -> AddressSettlement:
    about: AddressAbout = finding.kind
    return AddressSettlement(
        id=finding.id, about=about, name=_COVERED if masked and about == "text" else finding.place,
        scope=_division(finding.scope) if finding.scope else None, division=_division(finding.division), reason=finding.reason,
        at=finding.decided_at, taken_back=finding.taken_back_at is not None,
    )
