"""Undoing what links or clerks joined: the rows of an entry that no identifier holds there, and the decisions that keep them apart from now on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lingnan.base import Missing, WrongUse
from lingnan.lake import Engine, View
from lingnan.registers.decisions.service import Decisions
from lingnan.registers.decisions.shapes import Judgement, PairDecision, entry_reference
from lingnan.registers.definitions import register_definition
from lingnan.registers.identities import successor_of
from lingnan.registers.lookup import own_entry
from lingnan.trust import Subject


@dataclass(frozen=True)
class JoinedRow:
    """A row of an entry, by reference, and by what it joined it: identifier, founding, link or decision."""

    ref: str
    joined_by: str


def joined_rows(register: str, entry: str, engine: Engine, views: Mapping[str, View]) -> tuple[JoinedRow, ...]:
    """The rows whose words an entry holds now; `views` gives the register's words."""
    table = register_definition(register).observations
    sql = (
        f"select distinct 'row:' || source_table || ':' || source_key as ref, joined_by from {table} where entry_id = $entry and known_to is null "
        "order by ref, joined_by"
    )
    return tuple(JoinedRow(row["ref"], row["joined_by"]) for row in engine.query(sql, {table: views[table]}, {"entry": entry}).to_pylist())


def rows_to_part(register: str, entry: str, engine: Engine, views: Mapping[str, View], chosen: Collection[str] = ()) -> tuple[str, tuple[str, ...]]:
    """The entry that rows leave, and these rows: those chosen, else all that are there by a link or a decision.

    For an entry that was merged into another, the rows that founded it leave its successor. Missing for an entry without words, WrongUse for a
    row that is not there, that its identifier holds there, or when nothing can leave.
    """
    holder = successor_of(register, entry, engine, views)
    held = {row.ref: row.joined_by for row in joined_rows(register, holder, engine, views)}
    if not held:
        raise Missing(f"没有编号为 {entry} 的条目。", f"There is no entry {entry}.", register=register, entry=entry)
    loose = tuple(ref for ref, by in held.items() if by in ("link", "decision"))
    if holder != entry and not chosen:
        loose = tuple(ref for ref in loose if own_entry(register, ref) == entry) or loose
    wrong = sorted(set(chosen) - set(loose))
    if wrong or not loose:
        told = "、".join(loose) or "无"
        raise WrongUse(
            f"条目 {holder} 中不能分出{'、'.join(wrong) or '任何记录'}：只有经关联或人工判定归入的记录可以分出。可分出的：{told}。",
            f"Nothing parts {', '.join(wrong) or 'any row'} from entry {holder}: only rows joined by a link or a decision can leave. "
            f"These can: {', '.join(loose) or 'none'}.", register=register, entry=holder,
        )
    return holder, tuple(ref for ref in loose if not chosen or ref in chosen)


def unmerge(decisions: Decisions, subject: Subject, register: str, entry: str, rows: Collection[str], reason: str) -> tuple[PairDecision, ...]:
    """Decide that these rows are not of the entry; the next build of the register undoes all that followed from it. A reason is wanted."""
    if not reason.strip():
        raise WrongUse("请说明拆分的原因（--reason）。", "Say why the entry is taken apart (--reason).", register=register, entry=entry)
    apart = [Judgement(row, entry_reference(entry), "different", reason) for row in rows]
    return decisions.decide_many(subject, register, apart, origin="unmerge")
