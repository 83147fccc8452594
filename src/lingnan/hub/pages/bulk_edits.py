"""Answers the pages on which many resources are changed at once: what is chosen, what would change, and the cases that came of it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from lingnan.base import BadInput
from lingnan.catalogue import Found
from lingnan.catalogue.resources.bulk import EXTENSION, MOST
from lingnan.catalogue.resources.comparing import NAMES
from lingnan.catalogue.resources.extensions import ExtensionField
from lingnan.catalogue.resources.forms import with_changes
from lingnan.catalogue.resources.shapes import BulkCase, BulkEditCard, BulkLine
from lingnan.hub.pages.background import Background
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.extension_inputs import extension_inputs, value_of
from lingnan.hub.pages.resource_drafts import BLANK, choices
from lingnan.hub.pages.resource_record import province_of
from lingnan.hub.pages.resource_values import difference_lines, told
from lingnan.insight import BulkCaseView, BulkField, BulkLineView, BulkPick, BulkSheet, BulkStart, CatalogueQuery, ExtensionInput, Words
from lingnan.trust import Subject

FIELDS: Final = (
    ("share_type", "choice"), ("share_condition", "text"), ("share_basis", "text"), ("share_way", "choice"), ("open_type", "choice"),
    ("open_condition", "text"), ("open_basis", "text"), ("update_cycle", "choice"), ("theme", "choice"), ("categories", "text"),
    ("format_class", "choice"), ("division", "text"), ("licence", "text"),
)
TICKED, PAGE, AT_ONCE = 200, 100, 200
"""Resources that a page shows to tick, lines of a result on a page, and resources that a search gives at once."""
INTERRUPTED: Final = timedelta(minutes=10)
RANK: Final = {"refused": 0, "changed": 1, "unchanged": 2}
STOPPED = Words(zh="执行被中断，请重新开始。", en="It was interrupted; begin again.")


class BulkPages:
    """Bulk edits of one hub, each for its maker alone; longer ones go on while their page shows how far they are."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._running = desk, Background()

    def start(self, query: CatalogueQuery, subject: Subject) -> BulkStart:
        """The resources that a search found, those of the reader's own department where nothing was asked, and what may be changed."""
        self._allow(subject)
        asked = query if query.words or query.facets else query.model_copy(update={"facets": self._own(subject)})
        found = self._desk.hub.catalogue.search(asked.words, asked.facets, 1, TICKED)
        return BulkStart(
            query=asked, total=found.total, most=MOST, items=tuple(_pick(each) for each in found.items), fields=_fields(),
            extension=self._extension(subject),
        )

    def begin(self, chosen: CatalogueQuery | Sequence[str], changes: Mapping[str, Sequence[str]], subject: Subject) -> str:
        """Begin with the resources of a search, or those named; gives the id. BadInput names the field that cannot be so."""
        self._allow(subject)
        wanted = self._values(changes, subject)
        if not wanted:
            raise _wrong("fields", "请至少选择一个要变更的字段。", "Choose a field to change.")
        with_changes(BLANK, {"zh": "-", **{name: value for name, value in wanted.items() if not name.startswith(EXTENSION)}})
        keys = self._found(chosen) if isinstance(chosen, CatalogueQuery) else list(chosen)
        if not keys:
            raise _wrong("resources", "请至少选择一项资源。", "Choose a resource.")
        edits = self._desk.hub.catalogue.life.bulk_edits
        made = edits.begin(keys, wanted, subject)
        self._running.begin(made, lambda tell: edits.check(made, subject, tell))
        return made

    def agree(self, edit: str, summary: str, subject: Subject) -> None:
        """Apply what was shown; Conflict when that was done already."""
        self._allow(subject)
        edits = self._desk.hub.catalogue.life.bulk_edits
        edits.agree(edit, subject)
        self._running.begin(edit, lambda tell: edits.apply(edit, subject, summary, tell))

    def sheet(self, edit: str, cursor: str, subject: Subject) -> BulkSheet:
        """How it stands, with a page of its lines; Missing for another's."""
        self._allow(subject)
        card = self._desk.hub.catalogue.life.bulk_edits.card(edit, subject)
        page = int(cursor) if cursor.isdecimal() and len(cursor) < 5 else 0
        lines = sorted(card.lines, key=lambda line: RANK[line.outcome])
        shown = lines[page * PAGE : (page + 1) * PAGE]
        return self._sheet(card, shown, str(page + 1) if len(lines) > (page + 1) * PAGE else None)

    def lines(self, edit: str, subject: Subject) -> Iterator[BulkLineView]:
        """Every line, the refused ones first, for the workbook."""
        self._allow(subject)
        card = self._desk.hub.catalogue.life.bulk_edits.card(edit, subject)
        titles = self._departments()
        yield from (_line(line, titles) for line in sorted(card.lines, key=lambda line: RANK[line.outcome]))

    def _sheet(self, card: BulkEditCard, shown: Sequence[BulkLine], following: str | None) -> BulkSheet:
        titles, counts = self._departments(), {each: sum(line.outcome == each for line in card.lines) for each in RANK}
        state, reason = card.state, Words(zh=card.zh, en=card.en) if card.zh else None
        if state in ("checking", "applying") and card.id not in self._running and self._desk.hub.clock.now() - card.moved_at > INTERRUPTED:
            state, reason = "failed", STOPPED
        return BulkSheet(
            id=card.id, state=state, total=card.total, done=max(card.done if state != "applying" else 0, self._running.done(card.id)),
            made_at=card.made_at, changes=tuple(self._change(name, value) for name, value in card.changes.items()), changed=counts["changed"],
            unchanged=counts["unchanged"], refused=counts["refused"], items=tuple(_line(line, titles) for line in shown), next=following,
            cases=tuple(_case(each, titles) for each in card.cases), reason=reason,
        )

    def _change(self, name: str, value: Any) -> tuple[Words, Words | None]:
        zh, en = NAMES.get(name.removeprefix(EXTENSION), (name.removeprefix(EXTENSION),) * 2)
        for field in self._every_field():
            if name == f"{EXTENSION}{field.key}":
                zh, en = field.zh, field.en
        return Words(zh=zh, en=en), told(name, value)

    def _values(self, changes: Mapping[str, Sequence[str]], subject: Subject) -> dict[str, Any]:
        """What was typed as values of the form's fields."""
        fields = {f"{EXTENSION}{field.key}": field for field in self._every_field()}
        wanted: dict[str, Any] = {}
        for name, texts in changes.items():
            said = [text.strip() for text in texts if text.strip()]
            if name in fields:
                wanted[name] = value_of(fields[name], said) if said else None
            elif name == "categories":
                wanted[name] = re.split(r"[\s,，、;；]+", said[0]) if said else []
            elif name in dict(FIELDS):
                wanted[name] = said[0] if said else ""
        return wanted

    def _found(self, query: CatalogueQuery) -> list[str]:
        """The keys of everything a search finds."""
        keys: list[str] = []
        search: Callable[..., Any] = self._desk.hub.catalogue.search
        while True:
            page = search(query.words, query.facets, len(keys) // AT_ONCE + 1, AT_ONCE)
            if page.total > MOST:
                raise _wrong("resources", f"共 {page.total} 项，一次至多 {MOST} 项，请缩小范围。", f"{page.total} are found; at most {MOST} at once.")
            keys += [each.key for each in page.items]
            if not page.items or len(keys) >= page.total:
                return keys

    def _every_field(self) -> list[ExtensionField]:
        """The extension fields of every province that departments here are of."""
        divisions = {card.division[:2]: card.division for card in self._desk.hub.catalogue.departments() if card.division}
        provinces = [province for division in divisions.values() if (province := province_of(self._desk, division)) is not None]
        return list({field.key: field for province in provinces for field in province.fields}.values())

    def _extension(self, subject: Subject) -> tuple[ExtensionInput, ...]:
        fields = self._every_field()
        divisions = [card.division for card in self._desk.hub.catalogue.departments() if card.division]
        found = {each.key: each for division in divisions for each in extension_inputs(province_of(self._desk, division), {})}
        return tuple(found[field.key] for field in fields)

    def _own(self, subject: Subject) -> dict[str, tuple[str, ...]]:
        key = self._desk.organisations().get(subject.organisation, ("", Words(zh="")))[0]
        known = {card.key for card in self._desk.hub.catalogue.departments()}
        return {"department": (key,)} if key in known and key != self._desk.hub.settings.office else {}

    def _departments(self) -> dict[str, Words]:
        return {card.key: Words(zh=card.zh, en=card.en) for card in self._desk.hub.catalogue.departments()}

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "catalogue.edit", "catalogue")


def _fields() -> tuple[BulkField, ...]:
    known = choices()
    return tuple(
        BulkField.model_validate({"name": name, "title": Words(zh=NAMES[name][0], en=NAMES[name][1]), "kind": kind, "choices": known.get(name, ())})
        for name, kind in FIELDS
    )


def _pick(each: Found) -> BulkPick:
    return BulkPick.model_validate({
        "key": each.key, "code": each.code, "title": Words(zh=each.name, en=each.name_en),
        "department": Words(zh=each.department, en=each.department_en), "share_type": each.share_type, "open_type": each.open_type,
        "update_cycle": each.update_cycle,
    })


def _line(line: BulkLine, departments: Mapping[str, Words]) -> BulkLineView:
    return BulkLineView(
        code=line.code, title=Words(zh=line.zh, en=line.en), department=departments.get(line.department, Words(zh=line.department)),
        outcome=line.outcome, differences=difference_lines(line.differences), reasons=tuple(Words(zh=each.zh, en=each.en) for each in line.reasons),
    )


def _case(each: BulkCase, departments: Mapping[str, Words]) -> BulkCaseView:
    return BulkCaseView(
        department=departments.get(each.department, Words(zh=each.department)), count=each.count, case=each.case,
        reason=Words(zh=each.zh, en=each.en) if each.zh else None,
    )


def _wrong(field: str, zh: str, en: str) -> BadInput:
    return BadInput(zh, en, fields=[{"field": field, "zh": zh, "en": en}])
