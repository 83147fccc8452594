"""What the cases of code-list-registration bring about: lists are linted, registered, given back, retired or dropped; each may be asked twice."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Conflict, Damaged
from lingnan.casework import Cases
from lingnan.catalogue.registry import code_rows
from lingnan.catalogue.registry.records import RegisteredCodeList
from lingnan.catalogue.registry.shapes import ListChange
from lingnan.standards import code_lists, lint_codes
from lingnan.storage import Storage
from lingnan.trust import SYSTEM

TOLD = 3800
"""So many characters a case can hold."""
FORGIVEN = ("name_en",)
"""Rules of the lint that a hub's own list need not keep: English names are not for every office."""
Facts = Mapping[str, Any]


class ListEffects:
    """The effects of the flow; each takes the number of its case and every fact of it."""

    def __init__(self, storage: Storage, cases: Callable[[], Cases], change: Callable[[str, str], ListChange]) -> None:
        self._storage, self._open_cases, self._change = storage, cases, change
        self.verbs: Mapping[str, Callable[[str, Facts], None]] = {
            "check_code_list": self.check, "register_code_list": self.register, "reopen_code_list": self.reopen, "drop_code_list": self.drop,
        }

    def check(self, case: str, facts: Facts) -> None:
        """Lint what was handed in, tell what it changes and touches, and let the case go on or back."""
        with self._storage.session() as session:
            retiring = facts["request"] == "retire"
            faults = list(self._retiring(session, facts) if retiring else self._content(session, case, facts))
            row = _of(session, facts)
            if row is not None and row.registered_at is None and not faults:
                row.status = "qualified"
        touched = self._change(facts["code_list"], facts["list_version"])
        form = {"faults": "\n".join(faults)[:TOLD]} if faults else {"touched": "\n".join(touched.told)[:TOLD]}
        try:
            self._open_cases().act(case, "fail_check" if faults else "pass_check", SYSTEM, form)
        except Conflict:
            # The case was taken back meanwhile, or this is asked a second time.
            return

    def register(self, case: str, facts: Facts) -> None:
        """Put what was agreed in force: a version takes the place of the one before, or the list is retired."""
        with self._storage.session() as session:
            if facts["request"] == "retire":
                row = code_rows.current(session, facts["code_list"])
                row.status, row.reason, row.replaced_by = "retired", facts["reason"], facts.get("replacement") or ""
                return
            agreed = _of(session, facts)
            if agreed is None or agreed.registered_at is not None:
                return
            self._put_in_force(session, agreed, case, facts)

    def _put_in_force(self, session: Session, row: RegisteredCodeList, case: str, facts: Facts) -> None:
        if row.digest != facts["digest"]:
            raise Damaged(f"代码表 {row.name} 与审核的内容不一致。", f"The list {row.name} is not what was reviewed.", case=case)
        for older in code_rows.rows_of(session, row.name):
            if older is not row and older.status == "standard":
                older.status, older.replaced_by = "superseded", f"{row.name} {row.version}"
        row.status, row.registered_at, row.reason = "standard", self._storage.clock.now(), facts["reason"]

    def reopen(self, _case: str, facts: Facts) -> None:
        """Let the authors write again."""
        with self._storage.session() as session:
            row = _of(session, facts)
            if row is not None and row.registered_at is None:
                row.status = "draft"

    def drop(self, _case: str, facts: Facts) -> None:
        """Forget a version that came to nothing; its case keeps what it said."""
        with self._storage.session() as session:
            row = _of(session, facts)
            if row is not None and row.registered_at is None and facts["request"] != "retire":
                session.delete(row)

    def _content(self, session: Session, case: str, facts: Facts) -> Iterator[str]:
        row = _of(session, facts)
        if row is None or row.registered_at is not None:
            yield "没有待审核的版本 / there is no version to review"
            return
        row.case_number, row.status, row.digest = case, "draft", code_rows.digest_of(row)
        if row.digest != facts["digest"]:
            yield "提交后内容有改动，请重新提交 / the content changed after it was handed in"
            return
        known = {**code_lists(), **code_rows.usable(session)}
        if row.successor_list and row.successor_list not in known:
            yield f"后继代码表 {row.successor_list} 不存在 / there is no list {row.successor_list}"
        found = code_rows.list_of(row)
        for each in lint_codes(found, found.entries, known):
            if each.rule not in FORGIVEN:
                yield f"{each.object or row.name}：{each.text()} / {each.text('en')}"
        older = next((each for each in code_rows.rows_of(session, row.name) if each.status == "standard"), None)
        if older is not None:
            dropped = {entry["code"] for entry in older.codes} - {entry["code"] for entry in row.codes}
            if dropped:
                told = "、".join(sorted(dropped)[:20])
                yield f"代码不得删除，请填停用日期：{told} / codes are not dropped but end on a day: {told}"

    def _retiring(self, session: Session, facts: Facts) -> Iterator[str]:
        standing = [row for row in code_rows.rows_of(session, facts["code_list"]) if row.status == "standard"]
        if not standing:
            yield f"代码表 {facts['code_list']} 没有生效的版本 / the list has no version in force"
        replacement = facts.get("replacement") or ""
        if replacement and replacement not in {**code_lists(), **code_rows.usable(session)}:
            yield f"替代代码表 {replacement} 不存在 / there is no list {replacement}"


def _of(session: Session, facts: Facts) -> RegisteredCodeList | None:
    wanted = select(RegisteredCodeList).where(
        RegisteredCodeList.name == facts["code_list"], RegisteredCodeList.version == facts["list_version"], RegisteredCodeList.deleted_at.is_(None)
    )
    return session.scalars(wanted).first()
