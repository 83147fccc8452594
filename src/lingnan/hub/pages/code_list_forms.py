"""Answers the forms of a hub's own code lists: written or read from a file, what a version changes and touches, handing in, retiring."""

import csv
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path

from lingnan.base import BadInput, Missing
from lingnan.catalogue import CodeListCard, CodeTable
from lingnan.catalogue.registry.code_table import HEADINGS, MOST_BYTES
from lingnan.catalogue.resources.permits import belongs
from lingnan.hub.pages.desk import Desk
from lingnan.insight import CodeListDraft, Upload, Words
from lingnan.standards import CodeList
from lingnan.trust import Subject

FIELDS = ("name", "zh", "en", "standard", "edition", "source", "note", "valid_from", "valid_to", "successor_list", "submitter")
DAYS = ("valid_from", "valid_to")
SHOWN = 500
"""Codes that a form shows for writing on; a longer list is sent as a file."""
TOUCHED = 50


class CodeListPages:
    """Code lists on their way, for the offices that keep them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def form(self, name: str, subject: Subject) -> CodeListDraft:
        """An empty form, the draft of a list, or the form of its next version; Missing for another office's."""
        self._allow(subject)
        if not name:
            return CodeListDraft(
                name="", version="", status="", case="", faults="", values={"submitter": self._unit(subject)}, choices=self._choices(subject), size=0,
                change=Words(zh=""), touched=(),
            )
        lists = self._desk.hub.catalogue.elements.lists
        card = lists.versions(name)[-1] if lists.versions(name) else lists.card(name)
        self._must_keep(card, subject)
        codes, change = lists.codes(name, card.version), lists.change(name, card.version)
        touched = change.impact.places[:TOUCHED] if change.impact else ()
        values = {field: _text(getattr(card, field)) for field in FIELDS} | {"codes": codes_text(codes) if len(codes) <= SHOWN else ""}
        zh, en = change.told
        return CodeListDraft(
            name=name, version=card.version, status=card.status, case=card.case, faults=self._faults(card), values=values,
            choices=self._choices(subject), size=card.size, change=Words(zh=zh, en=en) if card.registered_at is None else Words(zh=""),
            touched=tuple((each.owner, each.name, each.zh, each.department) for each in touched),
        )

    def keep(self, values: Mapping[str, str], file: Upload | None, subject: Subject) -> tuple[str, CodeTable | None]:
        """Keep a draft; gives its name, and the table with its faults when nothing was kept because of them."""
        self._allow(subject)
        lists, table = self._desk.hub.catalogue.elements.lists, self._table(values.get("codes", ""), file)
        if table is not None and table.faults:
            return values.get("name", ""), table
        told = {field: values.get(field, "").strip() for field in FIELDS}
        form = {field: value for field, value in told.items() if value or field not in DAYS}
        card = lists.draft({"submitter": self._unit(subject), **form}, table.rows if table else None, subject)
        return card.name, None

    def submit(self, name: str, reason: str, subject: Subject) -> str:
        """Hand the draft in; gives the case's number."""
        self._allow(subject)
        self._must_keep(self._desk.hub.catalogue.elements.lists.card(name), subject)
        return self._desk.hub.catalogue.elements.lists.submit(name, _reason(reason), subject)

    def retire(self, name: str, reason: str, replacement: str, subject: Subject) -> str:
        """Ask for a list to be retired; gives the case's number."""
        self._allow(subject)
        self._must_keep(self._desk.hub.catalogue.elements.lists.card(name), subject)
        return self._desk.hub.catalogue.elements.lists.retire(name, _reason(reason), replacement.strip(), subject)

    def discard(self, name: str, subject: Subject) -> None:
        """Throw a draft away."""
        self._allow(subject)
        self._must_keep(self._desk.hub.catalogue.elements.lists.card(name), subject)
        self._desk.hub.catalogue.elements.lists.discard(name, subject)

    def _table(self, text: str, file: Upload | None) -> CodeTable | None:
        """What was sent, from a file before a text; None when neither was."""
        if file is None and not text.strip():
            return None
        with tempfile.TemporaryDirectory(prefix="lingnan-") as folder:
            path = Path(folder) / "codes"
            content = file.content.read(MOST_BYTES + 1) if file else text.encode()
            path.write_bytes(content)
            return self._desk.hub.catalogue.elements.lists.read(path, file.name if file else "codes.csv")

    def _must_keep(self, card: CodeListCard, subject: Subject) -> None:
        with self._desk.hub.storage.reading() as session:
            if not belongs(session, subject, card.submitter, self._desk.hub.settings.office):
                raise Missing(f"没有可编辑的代码表“{card.name}”。", f"There is no list “{card.name}” for you to write.", code_list=card.name)

    def _faults(self, card: CodeListCard) -> str:
        """What its case says is to be mended."""
        if not card.case or card.status != "draft":
            return ""
        return str(self._desk.hub.office.casework.cases.facts(card.case).get("faults", ""))

    def _choices(self, subject: Subject) -> dict[str, tuple[tuple[str, Words], ...]]:
        lists = self._desk.hub.catalogue.vocabulary().lists
        units = tuple(sorted(self._desk.organisations().values(), key=lambda each: each[0]))
        own = self._unit(subject)
        return {
            "successor_list": tuple((name, Words(zh=each.header.zh, en=each.header.en)) for name, each in sorted(lists.items())),
            "submitter": units if own == self._desk.hub.settings.office else tuple(each for each in units if each[0] == own),
        }

    def _unit(self, subject: Subject) -> str:
        return self._desk.organisations().get(subject.organisation, (self._desk.hub.settings.office, Words(zh="")))[0]

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "catalogue.edit", "standards")


def codes_text(codes: CodeList) -> str:
    """The codes as CSV under the headings that the reader knows."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(headings())
    lines.writerows(code_lines(codes))
    return written.getvalue()


def headings() -> list[str]:
    """The first heading of each column."""
    return [names[0] for names in HEADINGS.values()]


def code_lines(codes: CodeList) -> list[list[str]]:
    """One line a code, in the order of the headings."""
    return [
        [each.code, each.zh, each.en, each.parent or "", str(each.level), _text(each.valid_from), _text(each.valid_to), "|".join(each.successors),
         "|".join(each.labels), each.change, each.role]
        for each in codes.entries
    ]


def _reason(text: str) -> str:
    if not text.strip():
        raise BadInput("请写明理由。", "Give a reason.", fields=[{"field": "reason", "zh": "请写明理由", "en": "Give a reason"}])
    return text.strip()


def _text(value: object) -> str:
    return "" if value is None else str(value)
