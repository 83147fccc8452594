"""What the cases of element-registration bring about: proposals are judged, registered, preferred, retired or dropped; each may be asked twice."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Conflict, load_yaml
from lingnan.casework import Cases
from lingnan.catalogue.registry import elements
from lingnan.catalogue.registry.elements import IN_FORCE, Judgement
from lingnan.catalogue.registry.records import RegisteredElement
from lingnan.standards import data_elements
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, OrganisationUnit

TOLD = 3800
"""So many characters of faults a case can hold."""
Facts = Mapping[str, Any]
FIRST_VERSION = "1.0"
UNPROOFED = ("recorded",)
"""The state of an element that ships and that nobody has compared with its source: it can be retired, not preferred."""


class ElementEffects:
    """The effects of the flow; each takes the number of its case and every fact of it."""

    def __init__(self, storage: Storage, cases: Callable[[], Cases]) -> None:
        self._storage, self._open_cases = storage, cases
        self.verbs: Mapping[str, Callable[[str, Facts], None]] = {
            "check_element": self.check, "register_element": self.register, "drop_element": self.drop,
        }

    def check(self, case: str, facts: Facts) -> None:
        """Judge what is asked for, keep a proposal with the state it has reached, and let the case go on or back."""
        with self._storage.session() as session:
            judged = self._judge_content(session, case, facts) if facts["request"] in ("new", "change") else _judge_standing(session, facts)
        try:
            if judged.faults:
                self._open_cases().act(case, "fail_check", SYSTEM, {"faults": judged.told[:TOLD]})
            else:
                alike = "\n".join(judged.alike)[:TOLD]
                self._open_cases().act(case, "pass_check", SYSTEM, {"alike": alike} if alike else {})
        except Conflict:
            # The case was taken back meanwhile, or this is asked a second time.
            return

    def register(self, case: str, facts: Facts) -> None:
        """Carry out what was agreed: a version becomes the standard, or the preferred one of its concept, or is retired."""
        with self._storage.session() as session:
            if facts["request"] in ("new", "change"):
                self._register_version(session, case, facts)
            else:
                self._change_status(session, case, facts)

    def drop(self, case: str, _facts: Facts) -> None:
        """Forget a proposal that came to nothing; its case keeps what it said."""
        with self._storage.session() as session:
            row = _of_case(session, case)
            if row is not None and not row.shipped and row.registered_at is None:
                session.delete(row)

    def _judge_content(self, session: Session, case: str, facts: Facts) -> Judgement:
        name = facts["element"]
        known = list(elements.cards(session, name))
        row = _of_case(session, case)
        others = [each for each in known if each.case != case]
        if (facts["request"] == "new") == bool(others):
            return _refused(
                *((f"数据元 {name} 已在册，请申请变更", f"{name} is registered; ask for a new version") if others
                  else (f"数据元 {name} 尚未在册，请申请新增", f"{name} is not registered; ask for a new element"))
            )
        version = facts.get("element_version") or _next_version([each.version for each in others])
        if any(each.version == version for each in others):
            return _refused(f"数据元 {name} 已有第 {version} 版", f"{name} has a version {version} already")
        content = _read(facts.get("content") or "")
        if isinstance(content, Judgement):
            return content
        submitter = unit_key(session, facts["provider"])
        area = elements.area_of(facts.get("area") or (others[0].area if others else "own"), submitter, version)
        judged = elements.judge(name, content, area, elements.in_use(session), elements.vocabulary(session))
        if row is None:
            row = RegisteredElement(element=name, case_number=case, proposed_by=self._applicant(case), submitter=submitter)
            session.add(row)
        row.version, row.content, row.area, row.status, row.reason = version, dict(content), area.id, judged.status, facts["reason"]
        if judged.element:
            row.concept, row.code_list = elements.concept_of(judged.element), judged.element.code_list or ""
        return judged

    def _register_version(self, session: Session, case: str, facts: Facts) -> None:
        row = _of_case(session, case)
        if row is None or row.registered_at is not None:
            return
        was_preferred = False
        for older in elements.rows_of(session, row.element):
            if older is not row and older.status in IN_FORCE:
                was_preferred = was_preferred or (older.status == "preferred" and older.concept == row.concept)
                older.status, older.replaced_by = "superseded", f"{row.element} {row.version}"
        shipped = data_elements().get(row.element)
        if shipped is not None and _shipped_row(session, row.element) is None:
            self._override(session, row.element, "superseded", case).replaced_by = f"{row.element} {row.version}"
        row.status, row.registered_at = "preferred" if was_preferred else "standard", self._storage.clock.now()

    def _change_status(self, session: Session, case: str, facts: Facts) -> None:
        row = _standing(session, facts)
        status = "preferred" if facts["request"] == "prefer" else "retired"
        if row is None:
            row = self._override(session, facts["element"], status, case)
        if status == "preferred" and (held := elements.preferred(session, row.concept)) not in (None, row):
            row.reason = f"{held.element if held else ''}"
            return
        row.status, row.reason = status, facts["reason"]
        if status == "retired":
            row.replaced_by = facts.get("replacement") or ""

    def _override(self, session: Session, name: str, status: str, case: str) -> RegisteredElement:
        """The row that says of a shipped element that its state is another now."""
        found = data_elements()[name]
        row = RegisteredElement(
            element=name, version=found.version, status=status, shipped=True, concept=elements.concept_of(found), code_list=found.code_list or "",
            area=found.area, submitter=found.submitter[:80], case_number=case, registered_at=self._storage.clock.now(),
        )
        session.add(row)
        session.flush()
        return row

    def _applicant(self, case: str) -> str:
        return self._open_cases().sheet(case, SYSTEM).applicant


def unit_key(session: Session, organisation: str) -> str:
    """The short name of an organisation that a case knows by its id."""
    return session.scalar(select(OrganisationUnit.key).where(OrganisationUnit.id == organisation)) or organisation


def _judge_standing(session: Session, facts: Facts) -> Judgement:
    """Whether an element can become the preferred one of its concept, or be retired."""
    found = [each for each in elements.cards(session, facts["element"]) if facts.get("element_version") in (None, "", each.version)]
    retiring = facts["request"] == "retire"
    standing = [each for each in found if each.status in (*IN_FORCE, *(UNPROOFED if retiring else ()))]
    if not standing:
        return _refused(f"数据元 {facts['element']} 没有处于“标准”状态的版本", f"{facts['element']} has no version that is standard")
    if retiring:
        replacement = facts.get("replacement") or ""
        if replacement and not any(each.status in IN_FORCE for each in elements.cards(session, replacement)):
            return _refused(f"替代数据元 {replacement} 不在册或未生效", f"the replacement {replacement} is not registered or not in force")
        return Judgement("standard", (), (), None)
    concept = f"{standing[-1].object_class}/{standing[-1].property}"
    held = elements.preferred(session, concept)
    if held is not None:
        return _refused(
            f"概念“{concept}”已有首选数据元 {held.element}，每个概念只能有一个", f"the concept “{concept}” has its preferred element: {held.element}"
        )
    return Judgement("standard", (), (), None)


def _standing(session: Session, facts: Facts) -> RegisteredElement | None:
    rows = [row for row in elements.rows_of(session, facts["element"]) if row.status in IN_FORCE]
    asked = [row for row in rows if facts.get("element_version") in (None, "", row.version)]
    return asked[-1] if asked else None


def _shipped_row(session: Session, name: str) -> RegisteredElement | None:
    return next((row for row in elements.rows_of(session, name) if row.shipped), None)


def _of_case(session: Session, case: str) -> RegisteredElement | None:
    wanted = select(RegisteredElement).where(RegisteredElement.case_number == case, RegisteredElement.shipped.is_(False))
    return session.scalars(wanted).first()


def _read(text: str) -> Mapping[str, Any] | Judgement:
    try:
        content = load_yaml(text)
    except Exception as problem:  # whatever the parser finds is one fault of the proposal
        return _refused(f"内容无法读取：{str(problem).splitlines()[0]}", "what is written cannot be read as YAML")
    if not isinstance(content, Mapping):
        return _refused("内容须为“键: 值”的 YAML", "the content must be YAML of keys and values")
    return {str(key): value for key, value in content.items()}


def _refused(zh: str, en: str) -> Judgement:
    return Judgement("incomplete", ((zh, en),), (), None)


def _next_version(versions: list[str]) -> str:
    if not versions:
        return FIRST_VERSION
    majors = [int(each.partition(".")[0]) for each in versions if each.partition(".")[0].isdigit()]
    return f"{max(majors, default=0) + 1}.0"

