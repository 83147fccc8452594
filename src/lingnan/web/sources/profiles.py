"""What the page of a resource's profile asks for."""

from typing import Protocol

from lingnan.insight import TableProfileSheet
from lingnan.trust import Subject


class ProfileSource(Protocol):
    """Profiles of resources' tables."""

    def sheet(self, code: str, subject: Subject) -> TableProfileSheet:
        """The last profile; Refused for who tends no data, Missing for a resource without a table."""
        ...

    def contract(self, code: str, subject: Subject) -> str:
        """The contract that the last profile suggests, as YAML; Missing before the first."""
        ...

    def renew(self, code: str, subject: Subject) -> None:
        """Profile the table as it stands now; Refused for all but stewards who keep the department's inventory."""
        ...
