"""Pairs that an own run of linking left open, brought to the desk of the register whose records they are."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from sqlalchemy import select

from lingnan.base import BadInput, Missing
from lingnan.govern import Explanation, tables_of_links
from lingnan.registers import RegisterDefinition, entry_reference, register_definition, row_reference
from lingnan.registers.decisions.records import ReviewImport, ReviewPair
from lingnan.registers.decisions.service import DECIDE
from lingnan.registers.decisions.worklist import WorkPair
from lingnan.trust import Subject, writing

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

FOLDER, IMPORT = "review", "register.review.import"
WANTED = ("review", "split")
"""What a run leaves to a clerk: unsure, or alike and yet cut from their cluster."""
NEEDED = ("kind", "status", "left_id", "right_id", "weight", "probability")
Name = Callable[[str], str]


def import_links(hub: "Hub", subject: Subject, out: Path, register: str) -> int:
    """Bring the open pairs of a run (its OUT, with the model beside it) to a register's desk; gives how many.

    BadInput when the file is none of `govern link`, or its records are not the register's: entries of it, or rows of its sources by their key.
    """
    definition = register_definition(register)
    hub.trust.allow(subject, DECIDE, register)
    model = _model(out)
    names = [_names(definition, side, str(model["id"])) for side in model["sides"]]
    pairs = _open_pairs(out)
    first, second = names[0], names[-1]
    facts = {"pairs": len(pairs)}
    with writing(hub.trust.audit, subject, IMPORT, register, facts=facts) as told, hub.storage.session() as session:
        kept = ReviewImport(register=register, title=out.name[:200], pairs=len(pairs), imported_by=subject.reference)
        session.add(kept)
        session.flush()
        hub.storage.insert_many(session, ReviewPair, [_row(kept.id, register, each, first, second) for each in pairs])
        folder = hub.home / FOLDER
        folder.mkdir(exist_ok=True)
        shutil.copyfile(_beside(out), _beside(folder / kept.id))
        told.tell(run=kept.id)
    return len(pairs)


def explained_in(hub: "Hub", pair: WorkPair, explain: Callable[..., Explanation]) -> Explanation | None:
    """The evidence for and against a pair that was brought in, by the model of its run; None when that is gone or speaks of other records."""
    mine = ReviewPair.import_id == pair.import_id, ReviewPair.left == pair.left, ReviewPair.right == pair.right
    with hub.storage.reading() as session:
        found = session.execute(select(ReviewPair.first_id, ReviewPair.second_id).where(*mine)).first()
    kept = hub.home / FOLDER / pair.import_id
    if found is None or not _beside(kept).is_file():
        return None
    # Weights come of whole values; of these the page shows none, only how they compare.
    views = hub.trust.views_for_step("register.review", dict.fromkeys(tables_of_links(kept)))
    try:
        return explain(kept, found[0], found[1], engine=hub.engine, views=views)
    except (Missing, BadInput):
        return None


def _beside(out: Path) -> Path:
    return out.with_name(out.name + ".model.json")


def _model(out: Path) -> Mapping[str, Any]:
    if not out.is_file() or not _beside(out).is_file():
        raise Missing(
            f"没有 {out} 或与之并列的 {_beside(out).name}：它们由 lingnan govern link --out 写出。",
            f"There is no {out}, or no {_beside(out).name} beside it; lingnan govern link --out writes both.", path=str(out),
        )
    try:
        told: dict[str, Any] = json.loads(_beside(out).read_text(encoding="utf-8"))
        told["sides"][0]
    except (ValueError, KeyError, IndexError) as error:
        raise BadInput(f"{_beside(out).name} 不是关联模型。", f"{_beside(out).name} is no model of linking.", path=str(out)) from error
    return told


def _names(definition: RegisterDefinition, side: Mapping[str, str], key: str) -> Name:
    """How records of a side are called in decisions."""
    table = side.get("table", "")
    if table == definition.table and key == "entry_id":
        return entry_reference
    if any(source.table == table and source.key == key for source in definition.sources):
        return lambda name: row_reference(table, name)
    known = "、".join(sorted({f"{source.table}（{source.key}）" for source in definition.sources}))
    raise BadInput(
        f"“{table or side.get('path', '')}”以“{key}”为编号，不是{definition.title.zh}的来源表及其主键。请先采集入库。可用：{known}，"
        f"以及 {definition.table}（entry_id）。",
        f"“{table or side.get('path', '')}” by “{key}” is no source of {definition.title.en} with its key. Collect it first. There are: {known}, "
        f"and {definition.table} (entry_id).", table=table,
    )


def _open_pairs(out: Path) -> list[dict[str, Any]]:
    try:
        table = pcsv.read_csv(out) if out.suffix.lower() == ".csv" else pq.read_table(out)
        chosen = table.select(NEEDED).filter((pc.field("kind") == "pair") & pc.field("status").isin(list(WANTED)))
    except (pa.ArrowInvalid, KeyError, OSError) as error:
        raise BadInput(
            f"{out} 不是 lingnan govern link 写出的文件。", f"{out} was not written by lingnan govern link.", path=str(out)
        ) from error
    found: list[dict[str, Any]] = chosen.to_pylist()
    return found


def _row(run: str, register: str, pair: Mapping[str, Any], first: Name, second: Name) -> dict[str, Any]:
    left, right = sorted((first(str(pair["left_id"])), second(str(pair["right_id"]))))
    return {
        "import_id": run, "register": register, "left_ref": left, "right_ref": right,
        "first_id": str(pair["left_id"]), "second_id": str(pair["right_id"]), "weight": float(pair["weight"] or 0.0),
        "probability": float(pair["probability"] or 0.0),
    }
