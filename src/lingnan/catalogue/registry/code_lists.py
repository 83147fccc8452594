"""Code lists that a hub registers: drafted or read from a file, handed in as a case, registered, followed by the next version, retired."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from lingnan.base import BadInput, Conflict, Missing
from lingnan.casework import Cases
from lingnan.catalogue.registry import code_rows
from lingnan.catalogue.registry.code_table import faults_of, read_code_table
from lingnan.catalogue.registry.records import RegisteredCodeList
from lingnan.catalogue.registry.shapes import CodeListCard, CodeListForm, CodeRow, CodeTable, Impact, ListChange
from lingnan.catalogue.resources.permits import must_belong
from lingnan.standards import CodeList, code_lists
from lingnan.storage import Storage
from lingnan.trust import Subject, writing

FLOW = "code-list-registration"
NAME = re.compile(r"[a-z][a-z0-9-]{1,59}")
FIELDS = ("zh", "en", "standard", "edition", "source", "note", "valid_from", "valid_to", "successor_list")
Impacts = Callable[[str], Impact]


class RegisteredLists:
    """The verbs of the hub's own code lists; those that ship are data of the hub and stay as they are. `impact` tells who uses a list."""

    def __init__(self, storage: Storage, cases: Callable[[], Cases], impact: Impacts) -> None:
        self._storage, self._open_cases, self._impact = storage, cases, impact

    @property
    def cases(self) -> Cases:
        """The cases of this hub."""
        return self._open_cases()

    def read(self, path: Path, name: str) -> CodeTable:
        """The codes of a spreadsheet or CSV file with every fault at its cell; nothing is kept. BadInput for a file that cannot be read."""
        return read_code_table(path, name)

    def draft(self, form: CodeListForm | Mapping[str, Any], rows: Iterable[CodeRow] | None, by: Subject) -> CodeListCard:
        """Write a new list, or the next version of a registered one; without rows those of the version before stay.

        BadInput names what cannot be kept, Conflict for a name that ships or a version under review, Refused for another office's list.
        """
        self.cases.trust.allow(by, "catalogue.edit")
        told, codes = _form(form), None if rows is None else tuple(rows)
        if codes is not None and (faults := faults_of(codes)):
            first = faults[0]
            raise BadInput(
                f"代码有 {len(faults)} 处错误，如 {first.cell}：{first.zh}。",
                f"The codes have {len(faults)} faults, such as {first.cell}: {first.en}.",
            )
        with writing(self.cases.trust.audit, by, "standard.draft_code_list", told.name), self._storage.session() as session:
            must_belong(session, by, told.submitter, self.cases.mover.office)
            row = self._drafted(session, told, by)
            for name in FIELDS:
                setattr(row, name, getattr(told, name))
            if codes is not None:
                row.codes = code_rows.written(codes)
            row.digest = code_rows.digest_of(row)
            session.flush()
            return code_rows.card_of(row)

    def submit(self, name: str, reason: str, by: Subject) -> str:
        """Hand the draft in for review, as a case or in the case that gave it back; gives the case's number."""
        with self._storage.session() as session:
            row = self._draft(session, name)
            must_belong(session, by, row.submitter, self.cases.mover.office)
            if not row.codes:
                raise BadInput("代码表还没有代码。请先导入。", "The list has no codes yet. Import them first.", code_list=name)
            case, version, digest, submitter = row.case_number, row.version, row.digest, row.submitter
            known = len(code_rows.rows_of(session, name)) > 1
        told = {"code_list": name, "list_version": version, "digest": digest, "reason": reason, "provider": submitter}
        if case:
            self.cases.act(case, "resubmit", by, {"digest": digest, "reason": reason})
            return case
        number = self.cases.open(FLOW, by, {**told, "request": "change" if known else "new"}, about=f"code-list:{name}").number
        with self._storage.session() as session:
            # Checking the case may have been quicker.
            kept = next((each for each in code_rows.rows_of(session, name) if each.version == version), None)
            if kept is not None:
                kept.case_number = number
        return number

    def retire(self, name: str, reason: str, replacement: str, by: Subject) -> str:
        """Ask for a list to be retired, with or without a list in its place; gives the case's number."""
        with self._storage.reading() as session:
            row = code_rows.current(session, name)
            if row.status != "standard":
                raise Conflict(f"代码表“{name}”没有生效的版本。", f"The list “{name}” has no version in force.", code_list=name)
            told = {"code_list": name, "list_version": row.version, "provider": row.submitter, "reason": reason, "replacement": replacement}
        return self.cases.open(FLOW, by, {**told, "request": "retire"}, about=f"code-list:{name}").number

    def discard(self, name: str, by: Subject) -> None:
        """Throw a draft away; Conflict while a case has it."""
        self.cases.trust.allow(by, "catalogue.edit")
        with writing(self.cases.trust.audit, by, "standard.discard_code_list", name), self._storage.session() as session:
            row = self._draft(session, name)
            must_belong(session, by, row.submitter, self.cases.mover.office)
            if row.case_number:
                zh, en = f"代码表在事项 {row.case_number} 中，请在该事项中撤回。", f"Take it back in its case {row.case_number}."
                raise Conflict(zh, en, case=row.case_number)
            session.delete(row)

    def card(self, name: str, version: str = "") -> CodeListCard:
        """One version; without a version the one in force, else the youngest. Missing for none."""
        with self._storage.reading() as session:
            return code_rows.card_of(code_rows.current(session, name, version))

    def codes(self, name: str, version: str = "") -> CodeList:
        """The codes of one version."""
        with self._storage.reading() as session:
            return code_rows.list_of(code_rows.current(session, name, version))

    def versions(self, name: str = "") -> list[CodeListCard]:
        """Every version of a list, or of all lists, oldest first."""
        with self._storage.reading() as session:
            return [code_rows.card_of(row) for row in code_rows.rows_of(session, name)]

    def change(self, name: str, version: str = "") -> ListChange:
        """What a version changes against the one before it, and who uses the list."""
        with self._storage.reading() as session:
            rows = code_rows.rows_of(session, name)
            row = next((each for each in reversed(rows) if version in ("", each.version)), None)
            if row is None:
                raise Missing(f"代码表“{name}”没有第 {version} 版。", f"The list “{name}” has no version {version}.", code_list=name)
            older = next((each for each in reversed(rows[: rows.index(row)]) if each.registered_at is not None), None)
            before = code_rows.list_of(older).entries if older else ()
            changes = tuple(code_rows.compare(before, code_rows.list_of(row).entries))
            told = name, row.version, older.version if older else ""
        return ListChange(name=told[0], version=told[1], against=told[2], changes=changes, impact=self._impact(name) if told[2] else None)

    def _drafted(self, session: Session, form: CodeListForm, by: Subject) -> RegisteredCodeList:
        """The row to write to: the draft there is, or a new one."""
        if form.name in code_lists():
            raise Conflict(
                f"代码表“{form.name}”随系统提供，不能更改。请另起名称。",
                f"The list “{form.name}” ships with the hub and stays as it is. Choose another name.",
                code_list=form.name,
            )
        rows = code_rows.rows_of(session, form.name)
        if rows and rows[-1].submitter != form.submitter:
            keeper = rows[-1].submitter
            raise Conflict(f"代码表“{form.name}”由 {keeper} 登记。", f"The list “{form.name}” is kept by {keeper}.", code_list=form.name)
        under_way = next((row for row in rows if row.status == "qualified"), None)
        if under_way is not None:
            raise Conflict(
                f"代码表“{form.name}”正在事项 {under_way.case_number} 中审核。",
                f"The list “{form.name}” is under review in {under_way.case_number}.",
                code_list=form.name, case=under_way.case_number,
            )
        found = next((row for row in rows if row.status == "draft"), None)
        if found is None:
            found = RegisteredCodeList(
                name=form.name, version=_next(rows), status="draft", zh=form.zh, submitter=form.submitter, proposed_by=by.reference,
                codes=list(rows[-1].codes) if rows else [],
            )
            session.add(found)
        return found

    def _draft(self, session: Session, name: str) -> RegisteredCodeList:
        found = next((row for row in code_rows.rows_of(session, name) if row.status == "draft"), None)
        if found is None:
            raise Conflict(f"代码表“{name}”没有草稿。", f"There is no draft of the list “{name}”.", code_list=name)
        return found


def _form(form: CodeListForm | Mapping[str, Any]) -> CodeListForm:
    try:
        told = form if isinstance(form, CodeListForm) else CodeListForm.model_validate(dict(form))
    except ValidationError as error:
        fields = [{"field": str(each["loc"][0]), "zh": "填写有误", "en": str(each["msg"])} for each in error.errors()]
        raise BadInput("代码表的说明填写有误。", "What the list says of itself is wrong.", fields=fields) from error
    lacking = [name for name in ("zh", "edition", "source") if not getattr(told, name).strip()]
    if lacking:
        fields = [{"field": name, "zh": "必填", "en": "is required"} for name in lacking]
        raise BadInput("名称、版本和出处必填。", "Title, edition and source are required.", fields=fields)
    if not NAME.fullmatch(told.name):
        zh = "标识用小写字母、数字和连字符，以字母开头，最长 60 个字符。"
        en = "An id has lower-case letters, digits and hyphens after a letter, 60 characters at most."
        raise BadInput(zh, en, fields=[{"field": "name", "zh": zh, "en": en}])
    return told


def _next(rows: list[RegisteredCodeList]) -> str:
    majors = [int(row.version.partition(".")[0]) for row in rows if row.version.partition(".")[0].isdigit()]
    return f"{max(majors, default=0) + 1}.0"
