"""Answers the questions that officials write and keep: run with the reader's own rights each time, drawn, compared with a past day."""

from datetime import date

from lingnan.base import LingnanError, Refused, WrongUse
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.past import day_of
from lingnan.hub.pages.tables import purposes
from lingnan.hub.query import EXPORT, columns_used, run_query
from lingnan.insight import QueryAnswer, QuestionList, QuestionSheet, Words
from lingnan.insight.query import ChartWish, QuestionLine
from lingnan.insight.questions import QuestionCard, Questions, chart_of, compared, sheet_of
from lingnan.trust import Purpose, Subject, holds_personal_value, writing

SHOWN = 200
"""Rows of an answer on its page."""
KIND = "saved_question"


class QuestionPages:
    """The questions of one hub; officials keep them, who may run queries writes selects."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listing(self, subject: Subject) -> QuestionList:
        """One's own and those shared with one's unit, the youngest first."""
        self._allow(subject)
        items = tuple(_line(each, subject) for each in self._kept.listed(subject.account, subject.organisation))
        return QuestionList(items=items, may_query=self._desk.hub.trust.point.permits(subject, "query.run")[0])

    def ask(self, subject: Subject, text: str, chart: ChartWish, day: str = "", purpose: Purpose | None = None) -> QuestionSheet:
        """A select as it was written, not kept; what is wrong with it is said beside it."""
        self._allow(subject)
        return self._sheet(subject, text, chart, day, purpose, None)

    def export(self, subject: Subject, text: str, day: str = "", purpose: Purpose | None = None) -> QuestionSheet:
        """A select with all its rows for a file, each column decided and logged as an export; raises what is wrong with it."""
        self._allow(subject)
        hub, looked_at = self._desk.hub, day_of(day)
        answer = run_query(hub, subject, text, purpose or "", action=EXPORT)
        whole = QuestionSheet(line=None, text=text, chart=ChartWish(), day=day, answer=sheet_of(answer, answer.rows.num_rows))
        if looked_at is None:
            return whole
        then = run_query(hub, subject, text, purpose or "", day=looked_at, action=EXPORT)
        both = compared(answer, then)
        return whole.model_copy(update={"compared": both} if both else {"before": sheet_of(then, then.rows.num_rows)})

    def question(self, subject: Subject, question: str, day: str = "") -> QuestionSheet | str:
        """A kept question answered anew for this reader; the address itself of a board or report."""
        self._allow(subject)
        card = self._kept.question(subject.account, subject.organisation, question)
        return card.text if card.kind == "address" else self._sheet(subject, card.text, card.chart, day, None, _line(card, subject))

    def save(self, subject: Subject, title: str, text: str, chart: ChartWish, shared: bool) -> str:
        """Keep a select or an address under a name; gives its id. A select must be readable, and hold no number of a person."""
        self._allow(subject)
        if holds_personal_value(text) or holds_personal_value(title):
            raise WrongUse(
                "保存的问题中不得含身份证号、手机号或护照号。请改用条件列表之外的写法，或不保存。",
                "A kept question must hold no citizen, mobile or passport number. Ask it without keeping it.", code="PersonalValue",
            )
        columns = columns_used(self._desk.hub, subject, text) if not text.strip().startswith("/") else ()
        with writing(self._desk.hub.trust.audit, subject, "question.save", KIND) as told:
            card = self._kept.save(subject.account, self._unit(subject, shared), title, text, columns, chart)
            told.tell(question=card.id, shared=shared)
        return card.id

    def rename(self, subject: Subject, question: str, title: str, shared: bool) -> None:
        """Give one's own another name, share it or take it back."""
        self._allow(subject)
        with writing(self._desk.hub.trust.audit, subject, "question.rename", KIND, facts={"question": question, "shared": shared}):
            self._kept.rename(subject.account, question, title, self._unit(subject, shared))

    def remove(self, subject: Subject, question: str) -> None:
        """Forget one's own."""
        self._allow(subject)
        with writing(self._desk.hub.trust.audit, subject, "question.remove", KIND, facts={"question": question}):
            self._kept.remove(subject.account, question)

    @property
    def _kept(self) -> Questions:
        return Questions(self._desk.hub.storage)

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "board.officials", KIND)

    def _unit(self, subject: Subject, shared: bool) -> str:
        if shared and not subject.organisation:
            raise Refused("您不属于任何单位，不能共享。", "You belong to no unit to share it with.")
        return subject.organisation if shared else ""

    def _sheet(
        self, subject: Subject, text: str, chart: ChartWish, day: str, purpose: Purpose | None, line: QuestionLine | None
    ) -> QuestionSheet:
        blank = QuestionSheet(line=line, text=text, chart=chart, day=day, purposes=purposes())
        try:
            looked_at = day_of(day)
            answer = self._desk.hub.query(subject, text, purpose or "", 0)
            drawn = chart_of(answer, chart)
            beside = self._beside(subject, text, looked_at, purpose, answer) if looked_at else {}
        except LingnanError as error:
            return blank.model_copy(update={"said": Words(zh=error.zh, en=error.en)})
        told = {"said": drawn} if isinstance(drawn, Words) else {"picture": drawn}
        return blank.model_copy(update={"answer": sheet_of(answer, SHOWN), **told, **beside})

    def _beside(self, subject: Subject, text: str, day: date, purpose: Purpose | None, answer: QueryAnswer) -> dict[str, object]:
        then = self._desk.hub.query(subject, text, purpose or "", 0, day)
        both = compared(answer, then)
        return {"compared": both} if both else {"before": sheet_of(then, SHOWN)}


def _line(card: QuestionCard, subject: Subject) -> QuestionLine:
    href = card.text if card.kind == "address" else f"/questions/{card.id}"
    return QuestionLine(
        id=card.id, title=card.title, kind=card.kind, href=href, shared=bool(card.unit), own=card.account == subject.account, saved_at=card.saved_at,
    )
