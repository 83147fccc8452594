"""Decisions: tables of rules with their law, applied row by row to a table of the pack; what comes out is a table of the pack as any other."""

from pathlib import Path
from typing import TYPE_CHECKING

from lingnan.packkit.memory import Memory
from lingnan.packkit.parts import Kind
from lingnan.packkit.shapes import Applied, Title

if TYPE_CHECKING:
    from lingnan.methods import DecisionTable

FOLDER = "decisions"


def _read(file: Path, memory: Memory) -> "DecisionTable":
    from lingnan.methods import read_decision  # few packs decide

    return read_decision(file, memory.yaml)


def select_of(decision: "DecisionTable", applied: Applied) -> str:
    """The select that applies a decision; WrongUse for one whose answer is a list where each row has one."""
    from lingnan.methods import decision_sql, hits_sql

    said = f"-- One row is {'one rule that holds for a row' if applied.each_rule else 'one row'} of {applied.reads}, decided by {decision.id}."
    made = (hits_sql if applied.each_rule else decision_sql)(decision, applied.reads, applied.keeps)
    return f"{said}\n{made}"


KIND = Kind(FOLDER, "决策表", "Decisions", _read, lambda decision: Title(zh=decision.words.zh, en=decision.words.en))
