"""Impact assessments on personal information: written by answering the template's questions, concluded once, then not changed."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Conflict, Missing, WrongUse
from lingnan.storage import Storage
from lingnan.trust.policy.deciding import PolicyPoint
from lingnan.trust.policy.permits import changing, must_be_allowed, must_be_named
from lingnan.trust.policy.records import ImpactAssessment
from lingnan.trust.policy.shapes import AssessmentCard, AssessmentForm
from lingnan.trust.shapes import Subject

TEMPLATE = Path(__file__).parent / "assessment.yaml"
Conclusion = Literal["favourable", "unfavourable"]


@cache
def assessment_template() -> dict[str, Any]:
    """The template as data: its parts and their questions in Chinese and English, each with its basis."""
    loaded: dict[str, Any] = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    return loaded


def question_ids() -> tuple[str, ...]:
    """The ids of all questions, in their order."""
    return tuple(question["id"] for part in assessment_template()["parts"] for question in part["questions"])


class Assessments:
    """Writes, concludes and shows impact assessments; whose they are is decided about their table, as for grants."""

    def __init__(self, storage: Storage, point: PolicyPoint) -> None:
        self._storage, self._point = storage, point

    def write(self, form: AssessmentForm, by: Subject, assessment: str = "") -> AssessmentCard:
        """Keep an assessment, or bring one that is not concluded up to date; WrongUse when it answers what nobody asked."""
        if assessment:
            # Also what it was about so far, lest one take another organisation's assessment over.
            self._must_be_theirs(assessment, by)
        known = self._point.classifier(form.table)
        must_be_allowed(self._point, by, "assessment.write", f"assessment:{form.table}", known)
        unknown = set(form.answers) - set(question_ids())
        if unknown or known is None or not form.assessor.strip() or not form.columns:
            raise WrongUse(
                f"影响评估须写明目录中的表、评估人与所涉的列，且只回答模板中的问题（不认识：{'、'.join(sorted(unknown)) or '无'}）。",
                "An assessment names a table of the catalogue, its assessor and columns, and answers the template's questions only "
                f"(unknown: {', '.join(sorted(unknown)) or 'none'}).",
            )
        told = changing(self._point, by, "assessment.write", f"assessment:{assessment or 'new'}", table=form.table)
        with told as writing, self._storage.session() as session:
            kept = _open(session, assessment) if assessment else ImpactAssessment()
            kept.title, kept.table_name, kept.columns, kept.purpose = form.title, form.table, list(form.columns), form.purpose
            kept.assessor, kept.answers, kept.template = form.assessor, dict(form.answers), assessment_template()["template"]
            kept.conclusion = ""
            session.add(kept)
            session.flush()
            writing.tell(assessment=kept.id)
            return _card(kept)

    def conclude(self, assessment: str, conclusion: Conclusion, by: Subject) -> AssessmentCard:
        """Close an assessment; WrongUse while a question is not answered, Conflict when it is closed."""
        self._must_be_theirs(assessment, by)
        told = changing(self._point, by, "assessment.conclude", f"assessment:{assessment}", conclusion=conclusion)
        with told, self._storage.session() as session:
            kept = _open(session, assessment)
            missing = _missing(kept.answers)
            if missing:
                raise WrongUse(
                    f"影响评估尚有未回答的问题：{'、'.join(missing)}。", f"The assessment has questions without answer: {', '.join(missing)}.",
                    missing=list(missing),
                )
            kept.conclusion, kept.concluded_at = conclusion, self._point.clock.now()
            return _card(kept)

    def _must_be_theirs(self, assessment: str, by: Subject) -> None:
        must_be_named(by, "assessment.write")
        table = self.get(assessment).table
        must_be_allowed(self._point, by, "assessment.write", f"assessment:{assessment}", self._point.described(table))

    def get(self, assessment: str) -> AssessmentCard:
        """One assessment; Missing when there is none."""
        with self._storage.reading() as session:
            return _card(find_assessment(session, assessment))

    def listing(self, limit: int = 200) -> list[AssessmentCard]:
        """All assessments, newest first."""
        with self._storage.reading() as session:
            return [_card(each) for each in session.scalars(select(ImpactAssessment).order_by(ImpactAssessment.id.desc()).limit(limit))]

    def about(self, table: str) -> list[AssessmentCard]:
        """The assessments about a table, newest first."""
        with self._storage.reading() as session:
            found = session.scalars(select(ImpactAssessment).where(ImpactAssessment.table_name == table).order_by(ImpactAssessment.id.desc()))
            return [_card(each) for each in found]


def find_assessment(session: Session, assessment: str) -> ImpactAssessment:
    """One assessment's record; Missing when there is none."""
    kept = session.get(ImpactAssessment, assessment)
    if kept is None:
        raise Missing(f"没有影响评估“{assessment}”。", f"There is no impact assessment “{assessment}”.", assessment=assessment)
    return kept


def assessment_fault(kept: ImpactAssessment, table: str, purpose: str, columns: set[str]) -> tuple[str, str] | None:
    """Why an assessment does not carry a grant of these columns; None when it does."""
    missing = _missing(kept.answers)
    left_out = sorted(columns - set(kept.columns))
    if missing or kept.concluded_at is None:
        return "该评估尚未完成", "the assessment is not complete"
    if kept.conclusion != "favourable":
        return "该评估的结论为不可行", "the assessment concluded against it"
    if kept.table_name != table or kept.purpose != purpose:
        return "该评估针对其他表或其他目的", "the assessment is about another table or purpose"
    if left_out:
        return f"该评估未涵盖列：{'、'.join(left_out)}", f"the assessment does not cover {', '.join(left_out)}"
    return None


def _open(session: Session, assessment: str) -> ImpactAssessment:
    kept = find_assessment(session, assessment)
    if kept.concluded_at is not None:
        raise Conflict(
            "该影响评估已有结论，不能再改。请另写一份。", "The assessment is concluded and stays as it is. Write another.", assessment=assessment
        )
    return kept


def _missing(answers: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(question for question in question_ids() if not answers.get(question, "").strip())


def _card(kept: ImpactAssessment) -> AssessmentCard:
    conclusion: Any = kept.conclusion
    return AssessmentCard(
        kept.id, kept.title, kept.table_name, tuple(kept.columns), kept.purpose, kept.assessor, dict(kept.answers), _missing(kept.answers),
        conclusion, kept.concluded_at,
    )
