"""Taking an entry of a register apart again: decided, told in the log, and carried through by building the register."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lingnan.base import Missing, Progress
from lingnan.jobs import BuildReport
from lingnan.registers import Decisions, register_definition, register_definitions, rows_to_part, unmerge
from lingnan.trust import Subject

if TYPE_CHECKING:
    from lingnan.hub.service import Hub


@dataclass(frozen=True)
class Unmerged:
    """The entry that rows left, these rows by reference, and the build that carried it through."""

    register: str
    entry: str
    rows: tuple[str, ...]
    build: BuildReport


def register_of(entry: str) -> str:
    """The register that an entry's id belongs to, by its first letter; Missing for no such id."""
    found = next((each.register_ for each in register_definitions() if entry[:1] == each.prefix and len(entry) == 21), "")
    if not found:
        raise Missing(f"“{entry}”不是条目编号。", f"“{entry}” is no id of an entry.", entry=entry)
    return found


def unmerge_entry(
    hub: "Hub", subject: Subject, entry: str, rows: Sequence[str] = (), reason: str = "", progress: Progress | None = None
) -> Unmerged:
    """Part rows from the entry they were joined to by a link or a decision, and build the register anew; Refused, Missing or WrongUse."""
    register = register_of(entry)
    definition = register_definition(register)
    hub.trust.allow(subject, "register.review", register)
    # Whether rows belong together is asked of the whole register, not of what the clerk may read of it; only references are told.
    present = {table: None for table in (definition.observations, definition.identities) if hub.lake.exists(table)}
    if definition.observations not in present:
        raise Missing(f"{definition.title.zh}尚未建立。请先构建。", f"{definition.title.en} is not built yet. Build it first.", register=register)
    holder, parted = rows_to_part(register, entry, hub.engine, hub.trust.views_for_step(f"register:{register}", present), rows)
    unmerge(Decisions(hub.storage, hub.trust), subject, register, holder, parted, reason)
    return Unmerged(register, holder, parted, hub.build(only=[f"register:{register}"], progress=progress))
