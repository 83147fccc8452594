"""Contributions to a campaign as cases: a clerk of the department looks at each, and whoever gave it may take it back."""

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lingnan.base import Missing, Refused
from lingnan.casework import Opened
from lingnan.collect.forms.entries import Entries
from lingnan.collect.forms.pictures import picture_name
from lingnan.collect.forms.shapes import EntryCard, Form, Given
from lingnan.hub.office import CASE
from lingnan.trust import SYSTEM, Subject

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

FLOW = "contribution"
LONGEST = 3900
TAKEN_BACK_FROM = ("submitted", "accepted")


def contribute(
    hub: "Hub", entries: Entries, form: Form, given: Given, pictures: Mapping[str, bytes], subject: Subject, card: EntryCard
) -> EntryCard:
    """Open the case of a contribution, once, with its pictures; the card carries the case's number and, the first time, its trace code."""
    if card.state == "withdrawn":
        return card
    opened = _open(hub, form, given, subject)
    entries.belongs_to(form.id, given.entry, opened.id)
    owner = (CASE, opened.id)
    held = {f"{each.algorithm}:{each.digest}" for each in hub.office.attachments.listing(SYSTEM, owner)}
    for digest, picture in pictures.items():
        if digest not in held:
            hub.office.attachments.store(SYSTEM, owner, picture_name(picture), io.BytesIO(picture), kind="picture")
    return replace(card, case=opened.number, trace_code=opened.trace_code)


def end_case(hub: "Hub", case: str, subject: Subject) -> None:
    """Take the case back with its contribution; one that was decided against stays as it was."""
    sheet = hub.office.casework.cases.sheet(case, SYSTEM)
    if sheet.line.state in TAKEN_BACK_FROM:
        hub.office.casework.cases.act(case, "withdraw", SYSTEM, note=f"填报人撤回 taken back by {subject.kind}")


def withdraw_by_code(hub: "Hub", number: str, code: str) -> None:
    """Take a contribution back by its number and trace code, for who was not signed in; Missing when they do not open it."""
    hub.office.casework.trace.of(number, code)
    sheet = hub.office.casework.cases.sheet(number, SYSTEM)
    if sheet.line.flow != FLOW:
        raise Missing("编号或查询码不正确。请核对后重试。", "The number or the trace code is wrong. Check both and try again.")
    if sheet.line.state not in TAKEN_BACK_FROM:
        raise Refused("这条填报未被采用或已撤回，不再保留其内容。", "This contribution was not accepted or was taken back; it does not count.")
    hub.office.casework.cases.act(number, "withdraw", SYSTEM, note="凭查询码撤回 taken back by trace code")


def _open(hub: "Hub", form: Form, given: Given, subject: Subject) -> Opened:
    opener = subject if subject.account else SYSTEM
    facts = {"campaign": form.id, "entry": given.entry, "content": _told(form, given), "terms": given.terms}
    try:
        handler = hub.trust.organisations.unit(form.feed.file.department.id).id
    except Missing:
        handler = ""
    return hub.office.casework.cases.open(FLOW, opener, facts, about=f"form:{form.id}", handler=handler, once=f"{form.id}:{given.entry}")


def _told(form: Form, given: Given) -> str:
    """The contribution in words, as the clerk reads it."""
    lines = []
    for row in given.rows:
        for name, spec in form.fields.items():
            value = row.get(name)
            if value:
                meant = next((choice.zh for choice in spec.choices if choice.code == value), "")
                lines.append(f"{spec.zh}：{value}{f'（{meant}）' if meant else ''}")
    if given.position:
        lines.append(f"位置：{given.position.longitude}, {given.position.latitude}")
    return "\n".join(lines)[:LONGEST] or "—"
