"""Why two records are one entity, or not: the evidence column by column, from the prior odds to the sum, as a clerk can read it."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lingnan.base import BadInput, Missing
from lingnan.govern.linking import em
from lingnan.govern.linking.comparisons import compared_sql, weighed_apart
from lingnan.govern.linking.learnt import LearntModel, read_model
from lingnan.govern.linking.shapes import Comparison, LinkColumn, Model
from lingnan.govern.linking.sources import Asked, laid
from lingnan.govern.linking.values import GIVEN_RECORDS, RECORDS, lay_records
from lingnan.lake import Engine, EngineSession, View

_WIDTH = 24
_BITS_A_MARK = 1.0
_SMALL = 0.5


@dataclass(frozen=True)
class Step:
    """One step of the waterfall: a column, both values, how they compare, and its bits for (+) or against (−)."""

    zh: str
    en: str
    first: str
    second: str
    level_zh: str
    level_en: str
    bits: float


@dataclass(frozen=True)
class Explanation:
    """The steps from the prior odds to the sum; `decision` is identifier, different_identifiers, above or below the threshold."""

    first: str
    second: str
    steps: tuple[Step, ...]
    weight: float
    threshold: float
    decision: str

    @property
    def probability(self) -> float:
        """What the weight alone says (0–1)."""
        return 1 / (1 + math.exp2(-max(-100.0, min(100.0, self.weight))))

    def payload(self) -> dict[str, Any]:
        """The explanation as the command prints it with `--json`."""
        return {"schema": 1, **asdict(self), "probability": self.probability}

    def lines(self, lang: str = "zh") -> list[str]:
        """The waterfall as text: a bar a step, to the right for, to the left against."""
        english = lang == "en"
        running, told = 0.0, [f"{self.first}  ↔  {self.second}"]
        for step in self.steps:
            running += step.bits
            values = "" if not (step.first or step.second) else f"{step.first or '—'} | {step.second or '—'}"
            level = step.level_en if english else step.level_zh
            told.append(f"{step.en if english else step.zh}\t{_bar(step.bits)}\t{step.bits:+.1f}\t= {running:+.1f}\t{level}\t{values}")
        return [*told, _VERDICTS[self.decision][1 if english else 0].format(weight=self.weight, threshold=self.threshold, p=self.probability)]


_VERDICTS: Mapping[str, tuple[str, str]] = {
    "identifier": ("两条记录的有效号码相同，直接认定为同一实体；其余各栏供核对（合计 {weight:+.1f} 比特）。",
                   "Both have the same valid identifier, which settles it; the other columns are for checking (sum {weight:+.1f} bits)."),
    "different_identifiers": ("两条记录的有效号码不同，绝不合并（其余各栏合计 {weight:+.1f} 比特）。",
                              "Both have valid identifiers that differ; they are never merged (other columns: {weight:+.1f} bits)."),
    "above": ("合计 {weight:+.1f} 比特，不低于阈值 {threshold:+.1f}：判为同一实体（按权重计概率 {p:.1%}）。",
              "Sum {weight:+.1f} bits, at or above the threshold {threshold:+.1f}: one entity (probability by weight {p:.1%})."),
    "below": ("合计 {weight:+.1f} 比特，低于阈值 {threshold:+.1f}：不合并（按权重计概率 {p:.1%}）。",
              "Sum {weight:+.1f} bits, below the threshold {threshold:+.1f}: not merged (probability by weight {p:.1%})."),
}


def _bar(bits: float) -> str:
    half = _WIDTH // 2
    length = min(half, round(abs(bits) / _BITS_A_MARK))
    return (" " * half + "│" + "█" * length).ljust(_WIDTH + 1) if bits >= 0 else ("░" * length).rjust(half) + "│" + " " * half


def model_file(out: Path) -> Path:
    """Where the model of a run is kept: beside its links."""
    return out.with_name(out.name + ".model.json")


def keep_model(out: Path, asked: Asked, learnt: LearntModel) -> None:
    """Write down what gave the weights: the sides and the model; no value of any record."""
    sides = [{"path": str(side.resolve())} if isinstance(side, Path) else {"table": side} for side in (asked.left, asked.right) if side is not None]
    told = {
        **learnt.payload(), "sides": sides, "id": asked.key, "truth": asked.truth, "leave_out": list(asked.leave_out),
        "rename": dict(asked.renamed or {}),
    }
    model_file(out).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def _kept(out: Path) -> dict[str, Any]:
    path = model_file(out)
    if not path.is_file():
        raise Missing(
            f"没有 {path}：它由 lingnan govern link --out 写出。", f"There is no {path}; lingnan govern link --out writes it.", path=str(path)
        )
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def tables_of_links(out: Path) -> tuple[str, ...]:
    """The tables that explaining a pair of these links reads."""
    return tuple(side["table"] for side in _kept(out)["sides"] if "table" in side)


def explain_pair(out: Path, first: str, second: str, *, engine: Engine, views: Mapping[str, View]) -> Explanation:
    """The evidence for and against two records of a run whose links stand in OUT; Missing when one of them is not there."""
    kept = _kept(out)
    learnt = read_model(model_file(out))
    sides: list[Path | str] = [Path(side["path"]) if "path" in side else side["table"] for side in kept["sides"]]
    asked = learnt.of_columns(
        Asked(sides[0], sides[1] if len(sides) > 1 else None, kept["id"], kept["truth"], None, tuple(kept["leave_out"]), kept["rename"])
    )
    with laid(asked, engine, views, learnt.columns) as records:
        return _explained(records.session, records.columns, learnt, first, second)


def _explained(session: EngineSession, columns: list[LinkColumn], learnt: LearntModel, first: str, second: str) -> Explanation:
    a, b = _rids(session, first, second)
    model, threshold = learnt.model, learnt.threshold.weight
    comparisons = learnt.comparisons(lay_records(session, columns))
    ground = learnt.ground(comparisons)
    apart = weighed_apart(comparisons)
    parts = em.parts_sql(model, ground, apart, [each.frequency_sql or "0" for each in comparisons])
    joined = f"from {RECORDS} as l join {RECORDS} as r on l.rid = {a} and r.rid = {b}"
    row = session.query(compared_sql(comparisons, joined, parts=parts)).to_pylist()[0]
    shown = session.query(f"select * from {GIVEN_RECORDS} where rid in ({a}, {b})").to_pylist()
    of_a, of_b = (next(each for each in shown if each["rid"] == rid) for rid in (a, b))
    steps = [Step("先验（任取两条记录）", "prior (any two records)", "", "", "", "", em.prior_bits(model))]
    for each in comparisons:
        level = each.levels[row[each.gamma]]
        steps.append(Step(each.column.label, each.column.label, of_a[each.column.name] or "", of_b[each.column.name] or "", level.zh, level.en,
                          float(row[f"w{each.number}"])))
    for (one, other), bits in model.together.items():
        if row[f"g{one}"] == 1 and row[f"g{other}"] == 1:
            labels = [comparisons[n].column.label for n in (one, other)]
            zh, en = "、".join(labels) + "：常一起相同", ", ".join(labels) + ": often equal together"
            steps.append(Step(zh, en, "", "", "避免重复计算", "not counted twice", -bits))
    steps += _joint_steps(comparisons, model, row)
    weight = math.fsum(step.bits for step in steps)
    return Explanation(first, second, tuple(steps), weight, threshold, _decision(session, a, b, weight, threshold))


def _joint_steps(comparisons: Sequence[Comparison], model: Model, row: Mapping[str, Any]) -> Iterator[Step]:
    """What two levels together weigh beyond their sum; the small ones in one step."""
    rest = 0.0
    for (a, b), table in model.joint.items():
        bits = table[row[f"g{a}"]][row[f"g{b}"]]
        if abs(bits) < _SMALL:
            rest += bits
            continue
        one, other = comparisons[a].column.label, comparisons[b].column.label
        yield Step(f"{one}与{other}", f"{one} with {other}", "", "", "合起来看", "seen together", bits)
    if rest:
        yield Step("其余各栏之间", "other columns together", "", "", "合起来看", "seen together", rest)


def _rids(session: EngineSession, first: str, second: str) -> tuple[int, int]:
    if first == second:
        raise BadInput("请给出两条不同的记录。", "Give two different records.", id=first)
    found = session.query(f"select id, min(rid) as rid from {GIVEN_RECORDS} where id in ($first, $second) group by id",
                          {"first": first, "second": second}).to_pylist()
    known = {row["id"]: int(row["rid"]) for row in found}
    for each in (first, second):
        if each not in known:
            raise Missing(f"没有编号为“{each}”的记录。", f"There is no record “{each}”.", id=each)
    return known[first], known[second]


def _decision(session: EngineSession, a: int, b: int, weight: float, threshold: float) -> str:
    idents = session.query(f"select ident from {RECORDS} where rid in ({a}, {b})").column(0).to_pylist()
    if all(idents):
        return "identifier" if idents[0] == idents[1] else "different_identifiers"
    return "above" if weight >= threshold else "below"
