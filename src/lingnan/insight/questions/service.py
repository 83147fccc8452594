"""Keeps questions: whose they are is told by whoever calls; what a question answers is decided anew for each reader."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import or_, select

from lingnan.base import Conflict, Missing, WrongUse, new_id
from lingnan.insight.query import ChartWish
from lingnan.insight.questions.records import SavedQuestion
from lingnan.storage import Storage

MOST, TITLE_LENGTH, LONGEST = 200, 100, 20_000
ADDRESS = re.compile(r"/(boards|reports)/[a-z0-9_.]+(\?[^\s\"'<>\\]{0,2000})?")
QuestionKind = Literal["sql", "address"]


class QuestionCard(BaseModel):
    """A kept question; `text` is a select, or the address of a board or report."""

    model_config = ConfigDict(frozen=True)

    id: str
    account: str
    unit: str
    title: str
    kind: QuestionKind
    text: str
    chart: ChartWish
    columns: tuple[str, ...]
    saved_at: datetime


class Questions:
    """The saved questions of one hub."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def save(self, account: str, unit: str, title: str, text: str, columns: Sequence[str] = (), chart: ChartWish | None = None) -> QuestionCard:
        """Keep a question; WrongUse without name or text, Conflict for more than may be kept. A text that begins with / is an address."""
        named, told = title.strip()[:TITLE_LENGTH], text.strip()
        kind: QuestionKind = "address" if told.startswith("/") else "sql"
        if not named or not told or len(told) > LONGEST or (kind == "address" and not ADDRESS.fullmatch(told)):
            raise WrongUse(
                "请填写名称，以及一条 SELECT 或看板、报告的地址（如 /boards/data_quality）。",
                "Give a name, and a SELECT or the address of a board or report, such as /boards/data_quality.",
            )
        with self._storage.session() as session:
            if len(list(session.scalars(select(SavedQuestion.id).where(SavedQuestion.account == account)))) >= MOST:
                raise Conflict(f"最多保存 {MOST} 个问题。请先删去不用的。", f"At most {MOST} questions are kept. Remove one first.", most=MOST)
            kept = SavedQuestion(
                id=new_id(self._storage.node, self._storage.clock), account=account, unit=unit, title=named, kind=kind, text=told,
                chart=(chart or ChartWish()).model_dump(), columns=sorted(columns), saved_at=self._storage.clock.now(),
            )
            session.add(kept)
            session.flush()
            return _card(kept)

    def listed(self, account: str, unit: str) -> list[QuestionCard]:
        """One's own questions and those shared with one's unit, the youngest first."""
        seen = [SavedQuestion.account == account, *([SavedQuestion.unit == unit] if unit else [])]
        with self._storage.reading() as session:
            wanted = select(SavedQuestion).where(or_(*seen)).order_by(SavedQuestion.saved_at.desc(), SavedQuestion.id)
            return [_card(each) for each in session.scalars(wanted)]

    def question(self, account: str, unit: str, question: str) -> QuestionCard:
        """One of them; Missing for who has no part in it."""
        with self._storage.reading() as session:
            kept = session.get(SavedQuestion, question)
            if kept is None or (kept.account != account and not (unit and kept.unit == unit)):
                raise _missing(question)
            return _card(kept)

    def rename(self, account: str, question: str, title: str, unit: str) -> None:
        """Give one's own question another name, and share it with a unit or, by an empty one, with nobody."""
        if not (named := title.strip()[:TITLE_LENGTH]):
            raise WrongUse("请填写名称。", "Give a name.")
        with self._storage.session() as session:
            kept = session.get(SavedQuestion, question)
            if kept is None or kept.account != account:
                raise _missing(question)
            kept.title, kept.unit = named, unit

    def remove(self, account: str, question: str) -> None:
        """Forget one's own question; Missing for another's."""
        with self._storage.session() as session:
            kept = session.get(SavedQuestion, question)
            if kept is None or kept.account != account:
                raise _missing(question)
            session.delete(kept)

    def used(self) -> dict[str, int]:
        """Every column that kept questions use, with how many do."""
        found: dict[str, int] = {}
        with self._storage.reading() as session:
            for columns in session.scalars(select(SavedQuestion.columns)):
                for column in columns:
                    found[column] = found.get(column, 0) + 1
        return found


def _card(kept: SavedQuestion) -> QuestionCard:
    return QuestionCard(
        id=kept.id, account=kept.account, unit=kept.unit, title=kept.title, kind="sql" if kept.kind == "sql" else "address", text=kept.text,
        chart=ChartWish.model_validate(kept.chart), columns=tuple(kept.columns), saved_at=kept.saved_at,
    )


def _missing(question: str) -> Missing:
    return Missing("没有这个问题，或未与您共享。", "There is no such question, or it is not shared with you.", question=question)
