"""A decision as it crosses the door of the room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lingnan.base import BadInput

DecisionVerdict = Literal["same", "different", "unsure"]
DecisionOrigin = Literal["review", "unmerge", "double", "import"]
ROW, ENTRY = "row:", "entry:"


@dataclass(frozen=True)
class Judgement:
    """What is to be decided about a pair, in either order. `evidence` is the digest of the values that were compared."""

    left: str
    right: str
    verdict: DecisionVerdict
    reason: str = ""
    evidence: str = ""
    sampled: bool = False
    second_of: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The two references in the one order in which a pair is kept."""
        return (self.left, self.right) if self.left <= self.right else (self.right, self.left)


@dataclass(frozen=True)
class PairDecision:
    """One decision about a pair. `disputed` when a blind second one said otherwise and no third has settled it: then the verdict is `unsure`."""

    id: str
    register: str
    left: str
    right: str
    verdict: DecisionVerdict
    origin: DecisionOrigin
    reason: str
    evidence: str
    sampled: bool
    second_of: str
    decided_by: str
    decided_at: datetime
    taken_back_by: str = ""
    taken_back_at: datetime | None = None
    disputed: bool = False

    @property
    def pair(self) -> tuple[str, str]:
        """The two references in their order."""
        return self.left, self.right


def row_reference(table: str, key: str) -> str:
    """How a decision names one row of a source table."""
    return f"{ROW}{table}:{key}"


def entry_reference(entry: str) -> str:
    """How a decision names an entry of the register."""
    return f"{ENTRY}{entry}"


def read_reference(text: str) -> tuple[str, str]:
    """Table and key of a row, or an empty table and the id of an entry; BadInput for anything else."""
    if text.startswith(ENTRY) and len(text) > len(ENTRY):
        return "", text.removeprefix(ENTRY)
    table, colon, key = text.removeprefix(ROW).partition(":")
    if not text.startswith(ROW) or not colon or not table or not key:
        raise BadInput(
            f"“{text}”不是记录的引用。请写 row:来源表:来源主键，或 entry:条目编号。",
            f"“{text}” refers to no record. Write row:<source table>:<key>, or entry:<entry id>.", reference=text,
        )
    return table, key
