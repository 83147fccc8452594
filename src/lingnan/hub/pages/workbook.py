"""Answers the pages of the workbook that offices pass around: out as a file, in as an upload that is checked before anything is kept."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lingnan.base import BadInput, Conflict, Missing
from lingnan.catalogue import Imported
from lingnan.catalogue.inventory.template.sheets import sheets
from lingnan.hub.inventory import allow_describing, describes
from lingnan.hub.office import WORKBOOK
from lingnan.hub.pages.desk import Desk
from lingnan.insight import Upload, Words, WorkbookCheck, WorkbookCount, WorkbookFault
from lingnan.trust import Subject, writing

SHOWN = 200
"""Faults that a page shows; the marked copy tells them all."""
TAKEN, REPLACED, DROPPED = "已导入 imported", "已另传文件 another file was sent", "已放弃 thrown away"


class WorkbookPages:
    """One hub's workbook: every verb asks whether the reader may write an inventory, and rows whether they may write that department's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def own(self, subject: Subject) -> str:
        """The department whose filled workbook the reader is offered; empty for none."""
        self._allow(subject)
        key = self._desk.organisations().get(subject.organisation, ("", Words(zh="")))[0]
        return key if key in {each.key for each in self._desk.hub.catalogue.departments()} else ""

    def template(self, department: str, path: Path, subject: Subject) -> None:
        """Write the workbook: of one department, or an empty form."""
        self._allow(subject)
        if department:
            allow_describing(self._desk.hub.trust, self._desk.hub.settings.office, subject, department)
        self._desk.hub.catalogue.inventory.write_template(path, [department] if department else [])

    def upload(self, file: Upload, subject: Subject) -> str:
        """Keep a workbook for its sender and check it; BadInput for what is none. Whatever the sender had uploaded before gives way."""
        self._allow(subject)
        attachments, owner = self._desk.hub.office.attachments, (WORKBOOK, subject.account)
        before = [each.id for each in attachments.listing(subject, owner) if each.removed_at is None]
        kept = attachments.store(subject, owner, file.name, file.content, declared=file.declared, kind="workbook").id
        for each in before:
            attachments.remove(subject, each, REPLACED)
        try:
            self.check(kept, subject)
        except BadInput:
            attachments.remove(subject, kept, DROPPED)
            raise
        return kept

    def check(self, file: str, subject: Subject) -> WorkbookCheck:
        """What an uploaded workbook would change, or what is wrong with it; Missing for another's."""
        self._allow(subject)
        with self._opened(file, subject) as (path, name):
            # Another look at the same file is not run again: what counts is what the import itself finds.
            return self._desk.keep(("workbook", file), lambda: _check(file, name, self._run(path, subject, dry_run=True)))

    def problems(self, file: str, path: Path, subject: Subject) -> str:
        """Write the copy that marks every fault to this path; gives its name for the reader, Missing when nothing is wrong."""
        self._allow(subject)
        with self._opened(file, subject) as (own, name):
            done = self._run(own, subject, dry_run=True)
            if not done.problems:
                raise Missing("该文件没有错误。", "Nothing is wrong with this file.", file=file)
            path.write_bytes(Path(done.problems).read_bytes())
        return f"{name.removesuffix('.xlsx').removesuffix('-问题')}-问题.xlsx"

    def take(self, file: str, subject: Subject) -> WorkbookCheck:
        """Import an uploaded workbook, all of it or nothing; with faults nothing was changed and the file stays."""
        self._allow(subject)
        begun = writing(self._desk.hub.trust.audit, subject, "catalogue.import", "inventory", facts={"dry_run": False})
        with self._opened(file, subject) as (path, name), begun as told:
            done = self._run(path, subject, dry_run=False)
            told.tell(added=sum(done.added.values()), changed=sum(done.changed.values()), removed=sum(done.removed.values()), faults=len(done.faults))
        if not done.faults:
            with suppress(Conflict):
                # The nightly sweep may have been quicker; what was imported stands either way.
                self._desk.hub.office.attachments.remove(subject, file, TAKEN)
        return _check(file, name, done)

    def drop(self, file: str, subject: Subject) -> None:
        """Throw an uploaded workbook away."""
        self._allow(subject)
        self._desk.hub.office.attachments.remove(subject, file, DROPPED)

    def _run(self, path: Path, subject: Subject, *, dry_run: bool) -> Imported:
        trust, office = self._desk.hub.trust, self._desk.hub.settings.office
        return self._desk.hub.catalogue.inventory.import_template(
            path, subject, allowed=lambda department: describes(trust, office, subject, department), dry_run=dry_run,
        )

    @contextmanager
    def _opened(self, file: str, subject: Subject) -> Iterator[tuple[Path, str]]:
        """The uploaded file in a folder of its own that goes with it, and the name it came under."""
        given = self._desk.hub.office.attachments.open(subject, file)
        with tempfile.TemporaryDirectory(prefix="lingnan-") as folder:
            path = Path(folder) / "workbook.xlsx"
            with path.open("wb") as target:
                target.writelines(given.pieces)
            yield path, given.card.name

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "catalogue.edit", "inventory")


def _check(file: str, name: str, done: Imported) -> WorkbookCheck:
    counts = tuple(
        WorkbookCount(
            sheet=each.name, added=done.added.get(each.name, 0), changed=done.changed.get(each.name, 0), removed=done.removed.get(each.name, 0),
            unchanged=done.unchanged.get(each.name, 0),
        )
        for each in sheets()
    )
    return WorkbookCheck(
        file=file, name=name, sheets=counts, changes=sum(each.added + each.changed + each.removed for each in counts),
        cells=done.cells, missing=done.missing, ignored_sheets=done.ignored_sheets, total=len(done.faults),
        faults=tuple(
            WorkbookFault(sheet=each.sheet, cell=each.cell, column=each.column, text=Words(zh=each.zh, en=each.en)) for each in done.faults[:SHOWN]
        ),
    )
