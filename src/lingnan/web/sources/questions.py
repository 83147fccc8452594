"""What the pages of questions ask for."""

from typing import Protocol

from lingnan.insight import ChartWish, QuestionList, QuestionSheet
from lingnan.trust import Purpose, Subject


class QuestionSource(Protocol):
    """Selects that officials write, and what they keep of them; Refused for who is no official."""

    def listing(self, subject: Subject) -> QuestionList:
        """One's own questions and those shared with one's unit."""
        ...

    def ask(self, subject: Subject, text: str, chart: ChartWish, day: str = "", purpose: Purpose | None = None) -> QuestionSheet:
        """A select as it was written; what is wrong with it is said beside it."""
        ...

    def export(self, subject: Subject, text: str, day: str = "", purpose: Purpose | None = None) -> QuestionSheet:
        """A select with all its rows for a file; raises what is wrong with it."""
        ...

    def question(self, subject: Subject, question: str, day: str = "") -> QuestionSheet | str:
        """A kept question answered anew, or the address that was kept."""
        ...

    def save(self, subject: Subject, title: str, text: str, chart: ChartWish, shared: bool) -> str:
        """Keep a select or an address; gives its id."""
        ...

    def rename(self, subject: Subject, question: str, title: str, shared: bool) -> None:
        """Give one's own another name, share it or take it back."""
        ...

    def remove(self, subject: Subject, question: str) -> None:
        """Forget one's own."""
        ...
