"""What a run of linking has learnt, as a file (JSON): it weighs other records, or the same ones elsewhere, alike. It holds no value of any record."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingnan.base import BadInput, Missing
from lingnan.govern.linking import em
from lingnan.govern.linking.blocking import Blocking, Rule
from lingnan.govern.linking.comparisons import comparisons_of
from lingnan.govern.linking.shapes import BlockingRule, Comparison, LinkColumn, Model, Rarity
from lingnan.govern.linking.sources import Asked
from lingnan.govern.linking.threshold import Threshold
from lingnan.govern.linking.values import Values, compared_columns

if TYPE_CHECKING:
    from lingnan.govern.linking.service import Fitted

SCHEMA = 2


@dataclass(frozen=True)
class LearntModel:
    """Columns with their kinds, how levels and rare values weigh, the rules that pairs are met by, and where the threshold lies.

    `aligned` maps a column of the right side to the left side's name for it; `rules` name their keys by column and part.
    """

    columns: tuple[LinkColumn, ...]
    model: Model
    fixed: tuple[bool, ...]
    rarity: Rarity
    rules: tuple[tuple[tuple[str, str], ...], ...]
    described: tuple[BlockingRule, ...]
    threshold: Threshold
    missed: float
    missed_by_overlap: float
    aligned: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, fitted: "Fitted", threshold: Threshold, aligned: Mapping[str, str]) -> "LearntModel":
        """What was learnt and chosen."""
        values = fitted.values
        keys = [(values.columns[column].name, name) for column, name in values.keys]
        return cls(
            fitted.all_columns, fitted.model, fitted.ground.fixed, fitted.rarity,
            tuple(tuple(keys[key] for key in rule.keys) for rule in fitted.blocking.rules), fitted.blocking.described, threshold,
            fitted.blocking.missed, fitted.missed_by_overlap, aligned,
        )

    def of_columns(self, asked: Asked) -> Asked:
        """What is asked, with the right side's columns named as they were when this was learnt."""
        return replace(asked, renamed={**self.aligned, **(asked.renamed or {})})

    def comparisons(self, values: Values) -> tuple[Comparison, ...]:
        """How these values are compared; BadInput when the model was learnt by other comparisons."""
        found = comparisons_of(values, self.rarity)
        if [len(each.levels) for each in found] != [len(levels) for levels in self.model.m]:
            raise BadInput(
                "模型与当前的比对方法不符（各栏的等级数不同）。请重新学习：lingnan govern link … --save-model FILE。",
                "The model was learnt by other comparisons (levels differ in number). Learn it anew: lingnan govern link … --save-model FILE.",
            )
        return found

    def blocking(self, values: Values) -> Blocking:
        """The rules over the keys of these values."""
        place = {(values.columns[column].name, name): number for number, (column, name) in enumerate(values.keys)}
        rules = tuple(Rule(tuple(place[key] for key in rule), 0) for rule in self.rules)
        return Blocking(rules, self.missed, self.described)

    def ground(self, comparisons: Sequence[Comparison]) -> em.Ground:
        """What weights are made with; chance is what was learnt."""
        return em.Ground(self.model.pairs, self.model.pairs, self.model.u, self.fixed, {}, tuple(each.barred for each in comparisons))

    def payload(self) -> dict[str, Any]:
        """The same as JSON."""
        model = self.model
        levels = [{"column": column.name, "m": m, "u": u} for column, m, u in zip(compared_columns(self.columns), model.m, model.u, strict=True)]
        return {
            "schema": SCHEMA, "columns": [asdict(each) for each in self.columns], "aligned": dict(self.aligned), "comparisons": levels,
            "matches": model.matches, "pairs": model.pairs, "together": [[a, b, bits] for (a, b), bits in model.together.items()],
            "joint": [[a, b, table] for (a, b), table in model.joint.items()], "fixed": self.fixed, "rarity": self.rarity,
            "rules": self.rules, "described": [asdict(each) for each in self.described], "threshold": self.threshold.weight,
            "chosen_by": self.threshold.chosen_by, "expected": [self.threshold.precision, self.threshold.recall],
            "probabilities": self.threshold.probabilities, "missed": self.missed, "missed_by_overlap": self.missed_by_overlap,
        }

    def write(self, path: Path) -> None:
        """Keep it in a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.payload(), ensure_ascii=False, indent=1), encoding="utf-8")


def read_model(path: Path) -> LearntModel:
    """The model in a file; Missing when there is none, BadInput when it is no model of this schema."""
    if not path.is_file():
        raise Missing(
            f"没有模型文件 {path}：它由 lingnan govern link --save-model 写出。",
            f"There is no model {path}; lingnan govern link --save-model writes it.", path=str(path),
        )
    try:
        return learnt_model(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path} 不是关联模型（{type(error).__name__}）。请用 lingnan govern link --save-model 重新写出。",
            f"{path} is no model of linking ({type(error).__name__}). Write it anew with lingnan govern link --save-model.", path=str(path),
        ) from error


def learnt_model(told: Mapping[str, Any]) -> LearntModel:
    """The model out of its JSON; ValueError, KeyError or TypeError when it is none."""
    if told["schema"] != SCHEMA:
        raise ValueError(told["schema"])
    levels = told["comparisons"]
    model = Model(
        tuple(tuple(map(float, each["m"])) for each in levels), tuple(tuple(map(float, each["u"])) for each in levels), float(told["matches"]),
        float(told["pairs"]), {(int(a), int(b)): float(bits) for a, b, bits in told["together"]},
        joint={(int(a), int(b)): tuple(tuple(map(float, row)) for row in table) for a, b, table in told["joint"]},
    )
    threshold = Threshold(
        float(told["threshold"]), str(told["chosen_by"]), float(told["expected"][0]), float(told["expected"][1]),
        tuple((float(weight), float(share)) for weight, share in told["probabilities"]),
    )
    return LearntModel(
        tuple(LinkColumn(**each) for each in told["columns"]), model, tuple(map(bool, told["fixed"])),
        {str(bits): (float(less), float(least)) for bits, (less, least) in told["rarity"].items()},
        tuple(tuple((str(column), str(name)) for column, name in rule) for rule in told["rules"]),
        tuple(BlockingRule(tuple(each["keys"]), int(each["pairs"]), float(each["caught"])) for each in told["described"]), threshold,
        float(told["missed"]), float(told["missed_by_overlap"]), {str(right): str(left) for right, left in told["aligned"].items()},
    )


__all__ = ["LearntModel", "learnt_model", "read_model"]
