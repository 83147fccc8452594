"""What clerks decided, as a build reads it: the decisions in force, and every moment at which one was made or taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.registers.decisions.records import LinkDecision
from lingnan.registers.decisions.service import decisions_in_force
from lingnan.registers.decisions.shapes import PairDecision


@dataclass(frozen=True)
class Rulings:
    """The decisions of one register; `moments` gives for each pair of references when it was last decided or taken back."""

    in_force: tuple[PairDecision, ...] = ()
    moments: Mapping[tuple[str, str], datetime] = field(default_factory=dict)


def read_rulings(session: Session, register: str) -> Rulings:
    """The decisions of a register as they hold now."""
    said = select(LinkDecision.left, LinkDecision.right, LinkDecision.decided_at, LinkDecision.taken_back_at).where(LinkDecision.register == register)
    moments: dict[tuple[str, str], datetime] = {}
    for left, right, decided, taken_back in session.execute(said):
        newest = max(decided, taken_back) if taken_back else decided
        moments[left, right] = max(newest, moments.get((left, right), newest))
    return Rulings(decisions_in_force(session, register), moments)
