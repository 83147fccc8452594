"""The verb of linking: from files to clusters, each step on the session's tables."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lingnan.base import WrongUse
from lingnan.govern.linking import blocking, clusters, em, pairs, splink_model
from lingnan.govern.linking.comparisons import comparisons_of, weighed_apart
from lingnan.govern.linking.corrections import corrected
from lingnan.govern.linking.evaluation import evaluate
from lingnan.govern.linking.explanation import keep_model
from lingnan.govern.linking.learnt import LearntModel
from lingnan.govern.linking.output import write_links
from lingnan.govern.linking.rarity import rarity_of
from lingnan.govern.linking.shapes import Comparison, LinkColumn, LinkReport, Model, Rarity
from lingnan.govern.linking.sources import Asked, Laid, laid
from lingnan.govern.linking.threshold import Threshold, bins_of, choose_threshold
from lingnan.govern.linking.traits import IDENTIFIER_KINDS
from lingnan.govern.linking.values import RECORDS, Values, lay_records
from lingnan.lake import Engine, EngineSession, View

LEARNERS = ("lingnan", "splink")
BUDGET_PER_RECORD, LEAST_BUDGET, GREATEST_BUDGET = 40, 1_000_000, 40_000_000
"""Pairs compared for each record, and the bounds of the sum."""
ENOUGH_KNOWN = 500
"""Pairs of one identifier from which blocking is learnt."""
AGAIN, FEW = 2, 200_000
"""How often the rarity of values is told anew by what was learnt with it, and records beyond which once is enough."""

_SURE = 3.2
_MASKS = 40_000
_ONE_TO_ONE_AT_MOST, _TWO_AT_MOST, _AS_SURE = 0.02, 0.06, 8.0
_FAR_BELOW = 12.0


@dataclass(frozen=True)
class Choices:
    """What the caller decides; None lets the data decide. `engine` is who learns; `model` was learnt before, `save` is where to keep this one."""

    threshold: float | None = None
    one_to_one: bool | None = None
    budget: int | None = None
    engine: str = "lingnan"
    model: LearntModel | None = None
    save: Path | None = None


@dataclass(frozen=True)
class Fitted:
    """Everything that gives a pair its weight; `all_columns` are the columns as they were found, compared or not."""

    all_columns: tuple[LinkColumn, ...]
    values: Values
    comparisons: tuple[Comparison, ...]
    ground: em.Ground
    model: Model
    blocking: blocking.Blocking
    missed_by_overlap: float
    rarity: Rarity

    @property
    def weight(self) -> str:
        """The SQL of a pair's weight in bits."""
        return em.weight_sql(self.model, self.ground, weighed_apart(self.comparisons))


def link(asked: Asked, out: Path | None, *, engine: Engine, views: Mapping[str, View], choices: Choices | None = None) -> LinkReport:
    """Link the records of two sides, or find those of one side that are one entity; OUT gets every record's cluster and every pair's weight.

    By a model that is given nothing is learnt. An engine over several machines weighs and clusters; what it weighs by is learnt beside it.
    """
    choices = choices or Choices()
    if choices.engine not in LEARNERS:
        raise WrongUse(
            f"没有链接引擎“{choices.engine}”。有：{'、'.join(LEARNERS)}。",
            f"There is no engine “{choices.engine}”. There are: {', '.join(LEARNERS)}.",
        )
    if choices.model is None and engine.capabilities.distributed:
        choices = replace(choices, model=learn(asked, engine=engine.embedded, views=views, choices=choices))
    if choices.model is not None:
        asked = choices.model.of_columns(asked)
    with laid(asked, engine, views, choices.model.columns if choices.model else ()) as records:
        session, fitted, chosen, learnt = _weighed(records, asked.linking, choices)
        alone = choices.one_to_one if choices.one_to_one is not None else asked.linking and _looks_one_to_one(session, chosen.weight)
        clusters.lay_groups(session)
        if alone and asked.linking:
            clusters.one_to_one(session, chosen.weight)
        else:
            clusters.lay_edges(session, chosen.weight - _FAR_BELOW)
            clusters.cluster(session, fitted.comparisons, fitted.weight, chosen.weight, asked.linking)
        quality = evaluate(session, clusters.CLUSTERS, asked.linking) if asked.truth else None
        told = write_links(session, chosen, out, asked.linking)
        if out is not None:
            keep_model(out, asked, learnt)
        if choices.save is not None:
            learnt.write(choices.save)
    return LinkReport(
        records=fitted.values.records, pairs=told.pairs, clusters=told.clusters, linked_records=told.linked_records, compared=told.compared,
        threshold=round(chosen.weight, 3), chosen_by=chosen.chosen_by, review=told.review, by_identifier=told.by_identifier,
        one_to_one=bool(alone and asked.linking), missed=fitted.blocking.missed, missed_by_overlap=fitted.missed_by_overlap,
        expected_precision=chosen.precision, expected_recall=chosen.recall, engine=choices.engine, columns=fitted.all_columns,
        rules=fitted.blocking.described, out=str(out or ""), quality=quality,
    )


def learn(asked: Asked, *, engine: Engine, views: Mapping[str, View], choices: Choices) -> LearntModel:
    """What the records teach: the model, the rules that pairs are met by, and the threshold; nothing is linked."""
    with laid(asked, engine, views) as records:
        return _weighed(records, asked.linking, choices)[3]


def _weighed(records: Laid, linking: bool, choices: Choices) -> tuple[EngineSession, Fitted, Threshold, LearntModel]:
    """Every pair weighed, in `scored`, by the model given or by one that is learnt."""
    session = records.session
    if choices.model is None:
        fitted = fit(session, records.columns, linking, choices)
        chosen = score(session, fitted, choices)
        return session, fitted, chosen, LearntModel.of(fitted, chosen, records.aligned)
    fitted = _fitted_by(session, choices.model, linking)
    _lay_scored(session, fitted)
    chosen = choices.model.threshold
    if choices.threshold is not None:
        chosen = replace(chosen, weight=choices.threshold, chosen_by="asked")
    return session, fitted, chosen, replace(choices.model, threshold=chosen)


def _fitted_by(session: EngineSession, learnt: LearntModel, linking: bool) -> Fitted:
    """The records as a model compares them; the pairs its rules meet stand in `pairs`."""
    values = lay_records(session, learnt.columns)
    comparisons, met = learnt.comparisons(values), learnt.blocking(values)
    pairs.make_pairs(session, met.rules, comparisons, values, linking)
    return Fitted(learnt.columns, values, comparisons, learnt.ground(comparisons), learnt.model, met, learnt.missed_by_overlap, learnt.rarity)


def fit(session: EngineSession, columns: Sequence[LinkColumn], linking: bool, choices: Choices) -> Fitted:
    """Make the records comparable, find rules, compare, and learn the model; the pairs stand in `pairs` afterwards."""
    if all(each.kind == "ignored" for each in columns):
        raise WrongUse(
            "没有可以比对的列：除主键外各列都为空、只有一个值或是行号。",
            "No column can be compared: all but the key are empty, hold one value or number the rows.",
        )
    values = lay_records(session, columns)
    comparisons = comparisons_of(values)
    ground = pairs.ground(session, values, comparisons, linking)
    budget = choices.budget or min(GREATEST_BUDGET, max(LEAST_BUDGET, BUDGET_PER_RECORD * values.records))
    met = blocking.rules_met(session, values, linking, budget // 3)
    if not met:
        raise WrongUse(
            "在给定的比对次数内找不到分块规则。请提高 --budget 或增加有区分力的列。",
            "No blocking rule keeps to the budget of pairs. Raise --budget, or give columns that tell more.",
        )
    known = pairs.make_same_pairs(session, comparisons, values, linking)
    by_splink = choices.engine == "splink"
    learner = Learner(session, values, comparisons, ground, linking, known)
    model = em.first_guess(ground, max(1.0, values.records * 0.2))
    if known >= ENOUGH_KNOWN:
        rarity = rarity_of(session, comparisons, linking, None)
        learner = learner.with_rarity(rarity)
        masks = learner.masks(pairs.SAME, "true")
        chosen = blocking.choose(met, blocking.learnt(masks, (), values), values, budget)
        model = learner.corrected(learner.learn(chosen.rules, model, by_splink))
        return Fitted(tuple(columns), values, learner.comparisons, ground, model, chosen, blocking.missed_of_known(masks, chosen.rules), rarity)
    pilot = blocking.choose(met, blocking.guessed(values), values, max(budget // 4, min(rule.pairs for rule in met)))
    model = learner.learn(pilot.rules, model)
    chosen = blocking.choose(met, blocking.learnt(learner.sure(model), pilot.rules, values), values, budget)
    settled = pairs.settled_pairs(session, linking, equal=True)
    for _turn in range(AGAIN if values.records <= FEW else 1):
        rarity = rarity_of(session, comparisons, linking, model, settled)
        learner = learner.with_rarity(rarity)
        model = learner.learn(chosen.rules, model, by_splink)
    missed = blocking.missed_by_overlap(learner.sure(model), chosen.rules)
    return Fitted(tuple(columns), values, learner.comparisons, ground, model, chosen, missed, rarity)


@dataclass(frozen=True)
class Learner:
    """Makes pairs by rules and learns the model from them; `known` pairs of one identifier teach too."""

    session: EngineSession
    values: Values
    comparisons: tuple[Comparison, ...]
    ground: em.Ground
    linking: bool
    known: int

    def with_rarity(self, rarity: Rarity) -> "Learner":
        """The same, values weighed by that rarity."""
        return replace(self, comparisons=comparisons_of(self.values, rarity))

    def learn(self, rules: Sequence[blocking.Rule], start: Model, by_splink: bool = False) -> Model:
        """The model of the pairs that the rules meet, ours or Splink's; the pairs stand in `pairs` afterwards."""
        pairs.make_pairs(self.session, rules, self.comparisons, self.values, self.linking)
        if self.known:
            pairs.add_different_pairs(self.session, [rule for rule in rules if self._open(rule)], self.comparisons, self.linking)
        if by_splink:
            return splink_model.learn(self.session, self.comparisons, self.ground, rules, self.linking)
        pairs.lay_patterns(self.session, self.comparisons, self.known > 0)
        return em.fit(self.session, self.ground, replace(start, joint={}), weighed_apart(self.comparisons))

    def _open(self, rule: blocking.Rule) -> bool:
        """Whether a rule asks for no identifier: pairs of one identifier would all be met by it."""
        return all(self.values.columns[self.values.keys[key][0]].kind not in IDENTIFIER_KINDS for key in rule.keys)

    def corrected(self, model: Model) -> Model:
        """The model with what settled pairs tell of two columns together."""
        if not self.known:
            return model
        same, every = (pairs.settled_pairs(self.session, self.linking, equal) for equal in (True, False))
        odds = math.log2(max(same, 0.5) / max(every - same, 1.0))
        return corrected(self.session, model, em.weight_sql(model, self.ground, weighed_apart(self.comparisons)), pairs.KNOWN, odds)

    def sure(self, model: Model) -> list[tuple[int, float]]:
        """Which keys agree in confident matches."""
        return self.masks(pairs.PAIRS, f"{em.weight_sql(model, self.ground, weighed_apart(self.comparisons))} >= {_SURE}")

    def masks(self, table: str, condition: str) -> list[tuple[int, float]]:
        """Which keys agree in the pairs of a table, as bits, with how many pairs do so."""
        # Pairs of one identifier agree in it by themselves, which tells nothing of pairs that lack it.
        told = [n for n, (column, _name) in enumerate(self.values.keys) if self.values.columns[column].kind not in IDENTIFIER_KINDS]
        bits = " + ".join(f"case when l.k{n} = r.k{n} then {1 << n} else 0 end" for n in told) or "0"
        rows = self.session.query(
            f"select {bits} as mask, count(*) as n from (select a, b from {table} where {condition} limit {_MASKS}) as sure "
            f"join {RECORDS} as l on l.rid = a join {RECORDS} as r on r.rid = b group by 1"
        ).to_pylist()
        return [(int(row["mask"]), float(row["n"])) for row in rows]


def _lay_scored(session: EngineSession, fitted: Fitted) -> None:
    gammas = ", ".join(each.gamma for each in fitted.comparisons)
    weighed = partial(_with_weight, gammas=gammas, weight=fitted.weight)
    session.beside(clusters.SCORED, f"select a, b, {gammas}, rarity, rule from {pairs.PAIRS}", weighed)
    session.execute(f"drop table {pairs.PAIRS}")


def _with_weight(_session: EngineSession, source: str, gammas: str, weight: str) -> str:
    return f"select a, b, {gammas}, rarity, {weight} as weight, rule from {source}"


def score(session: EngineSession, fitted: Fitted, choices: Choices) -> Threshold:
    """Give every pair its weight, in `scored`, and choose the threshold."""
    _lay_scored(session, fitted)
    known = ""
    if fitted.values.identified >= 2 and pairs.count(session, pairs.SAME):
        session.execute(f"create or replace temp table known_scored as select known, times, {fitted.weight} as weight from {pairs.KNOWN}")
        known = "known_scored"
    missed = max(fitted.blocking.missed, fitted.missed_by_overlap)
    return choose_threshold(bins_of(session, clusters.SCORED, known), missed, choices.threshold)


def _looks_one_to_one(session: EngineSession, threshold: float) -> bool:
    """Whether few records of either file have two sure partners in the other, and hardly one has two that are about as sure.

    A firm's sister in another city is a sure partner until the firm itself is seen; a repeated entry is as good a partner as the first.
    """
    sides = []
    for side in ("a", "b"):
        ranked = f"select *, max(weight) over (partition by {side}) as best from sure"
        counted = f"select count(*) as n, count(*) filter (where weight >= best - {_AS_SURE}) as like_best from ({ranked}) as ranked group by {side}"
        sides.append(f"select avg(cast(n > 1 as integer)) as two, avg(cast(like_best > 1 as integer)) as alike from ({counted}) as counted")
    row = session.query(
        f"with sure as (select a, b, weight from {clusters.SCORED} where weight >= {threshold + 3:.6f}) "
        f"select max(two) as two, max(alike) as alike from ({' union all '.join(sides)}) as told"
    ).to_pylist()[0]
    return (row["two"] or 0.0) <= _TWO_AT_MOST and (row["alike"] or 0.0) <= _ONE_TO_ONE_AT_MOST


__all__ = ["LEARNERS", "Choices", "Fitted", "fit", "learn", "link", "score"]
