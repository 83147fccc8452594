"""What the pages of forms ask for."""

from typing import Protocol

from lingnan.insight import FormList, FormSent, FormSheet, FormTaken
from lingnan.trust import Subject


class FormSource(Protocol):
    """Forms open to the reader, and what they gave."""

    def listing(self, subject: Subject) -> FormList:
        """The forms open to the reader, and one's own entries."""
        ...

    def sheet(self, name: str, subject: Subject) -> FormSheet:
        """A form to fill in anew; Missing for none, Refused where it is not open to the reader."""
        ...

    def filled(self, name: str, sent: FormSent, subject: Subject, *, more: bool = False) -> FormSheet:
        """The form with what was typed; `more` adds a row."""
        ...

    def entry(self, name: str, entry: str, subject: Subject) -> FormSheet:
        """An entry of one's own, to be corrected; Missing for another's."""
        ...

    def give(self, name: str, sent: FormSent, subject: Subject, address: str) -> FormTaken:
        """Take an entry or a correction; BadInput with code FormFaults names the fields, Conflict when it was changed elsewhere."""
        ...

    def withdraw(self, name: str, entry: str, subject: Subject) -> None:
        """Take an entry of one's own back."""
        ...

    def withdraw_by_code(self, number: str, code: str, subject: Subject, address: str) -> None:
        """Take a contribution back by its number and trace code."""
        ...

    def make(self, code: str, subject: Subject) -> str:
        """A form out of a resource's contract; gives its id."""
        ...
