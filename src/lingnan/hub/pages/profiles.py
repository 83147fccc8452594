"""Answers the page of a resource's profile: shapes and shares for who tends data, values of internal columns for who keeps the inventory."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from lingnan.base import Missing
from lingnan.catalogue import ObservationCard, ResourceCard
from lingnan.hub.inventory import allow_describing, describes
from lingnan.hub.pages.desk import Desk, percent
from lingnan.hub.pages.inventory import edits
from lingnan.hub.profiles import keep_profile
from lingnan.insight import ProfileColumn, ProfileDrift, ProfileGuess, ProfileShare, TableProfileSheet, Words
from lingnan.standards import reason
from lingnan.trust import Subject, writing

FEW = 20
"""So many different texts are codes, whose order says nothing."""
SHOWN = 6
"""Shapes, values and keys that a page shows."""


class ProfilePages:
    """Profiles of one hub's resources."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def sheet(self, code: str, subject: Subject) -> TableProfileSheet:
        """The last profile; Refused for who tends no data, Missing for a resource without a table."""
        card, kept = self._kept(code, subject)
        inside = self._keeps(subject, card)
        head: dict[str, Any] = {
            "code": card.code, "title": Words(zh=card.zh, en=card.en), "table": card.table, "makes": inside and edits(subject),
            "department": Words(zh=card.department.zh, en=card.department.en),
        }
        if kept is None:
            return TableProfileSheet(
                **head, made=False, at=None, rows=0, looked_at=0, compared_with=None, columns=(), keys=(), drift=(), personal=0
            )
        told = kept.value
        drift = tuple(_drift(each) for each in told["drift"])
        columns = tuple(_column(each, inside, drift) for each in told["columns"])
        return TableProfileSheet(
            **head, made=True, at=kept.at, rows=told["rows"], looked_at=told["looked_at"], columns=columns, drift=drift,
            compared_with=datetime.fromisoformat(told["compared_with"]) if told["compared_with"] else None,
            keys=tuple(tuple(each) for each in told["keys"][:SHOWN]), personal=sum(bool(each.personal) for each in columns),
        )

    def contract(self, code: str, subject: Subject) -> str:
        """The contract that the last profile suggests, as YAML; Missing before the first."""
        _card, kept = self._kept(code, subject)
        if kept is None:
            raise Missing("该资源还没有剖析。", "This resource has no profile yet.", resource=code)
        return str(kept.value["contract"])

    def renew(self, code: str, subject: Subject) -> None:
        """Profile the table as it stands now; Refused for all but stewards who keep the department's inventory."""
        hub = self._desk.hub
        hub.trust.allow(subject, "catalogue.edit", "profile")
        card, _before = self._kept(code, subject)
        allow_describing(hub.trust, hub.settings.office, subject, card.department.key)
        with writing(hub.trust.audit, subject, "govern.profile", card.table):
            keep_profile(hub, card.table)

    def _kept(self, code: str, subject: Subject) -> tuple[ResourceCard, ObservationCard | None]:
        hub = self._desk.hub
        hub.trust.allow(subject, "page.govern", "profile")
        card = hub.catalogue.resource(code)
        if not card.table or not hub.lake.exists(card.table):
            raise Missing(f"资源“{code}”在平台上没有数据表。", f"Resource “{code}” has no table here.", resource=code)
        return card, hub.catalogue.latest(card.id).get("profile")

    def _keeps(self, subject: Subject, card: ResourceCard) -> bool:
        return describes(self._desk.hub.trust, self._desk.hub.settings.office, subject, card.department.key)


def _column(each: Mapping[str, Any], inside: bool, drift: tuple[ProfileDrift, ...]) -> ProfileColumn:
    rows, filled = int(each["rows"]), int(each["filled"])
    values = each["values_kept"] and (inside or each["classification"] == "public")
    return ProfileColumn(
        name=each["name"], title=Words(zh=each["title"] or each["name"], en=each["name"]), kind=each["kind"], filled=filled, empty=rows - filled,
        filled_share=_percent(filled, rows), distinct=each["distinct"], distinct_share=_percent(each["distinct"], filled),
        shortest=each["shortest"], longest=each["longest"], minimum=each["minimum"] if values else "",
        maximum=each["maximum"] if values else "", mean=each["mean"] if values else "",
        bins=tuple(each["bins"]) if each["kind"] != "text" or each["distinct"] > FEW else (),
        patterns=_shares(each["patterns"], filled), top=_shares(each["top"], filled) if values else (), key=each["key"],
        code_lists=tuple(_list(one) for one in each["code_lists"]), elements=tuple(_element(one) for one in each["elements"]),
        classification=each["classification"], why=Words(**each["why"]),
        personal=tuple(ProfileShare(label=one["kind"], title=_words(one), share=_whole(one["share"])) for one in each["personal"]),
        free_text=each["free_text"], values=values, drift=tuple(one for one in drift if one.column == each["name"]),
    )


def _shares(counted: list[Any], filled: int) -> tuple[ProfileShare, ...]:
    return tuple(
        ProfileShare(label=str(label), title=Words(zh=str(label)), share=_percent(int(count), filled)) for label, count in counted[:SHOWN]
    )


def _list(each: Mapping[str, Any]) -> ProfileGuess:
    return ProfileGuess(title=_words(each), href=f"/standards/code-lists/{each['name']}", share=_percent(each["used"], each["codes"]))


def _element(each: Mapping[str, Any]) -> ProfileGuess:
    why = tuple(Words(zh=reason(one), en=reason(one, "en")) for one in each["reasons"])
    return ProfileGuess(title=_words(each), href=f"/standards/elements/{each['element']}", share=_whole(each["score"]), reasons=why)


def _drift(each: Mapping[str, Any]) -> ProfileDrift:
    before, after = each["before"], each["after"]
    if each["kind"] == "nulls":
        before, after = (f"{float(share):.1%}" for share in (before, after))
    return ProfileDrift(kind=each["kind"], column=each["column"], before=before, after=after, marked=each["marked"], text=_words(each))


def _words(each: Mapping[str, Any]) -> Words:
    return Words(zh=each["zh"], en=each["en"])


def _percent(part: int, whole: int) -> Decimal | None:
    return percent(part * 100 / whole) if whole else None


def _whole(share: float) -> Decimal | None:
    return percent(share * 100)
