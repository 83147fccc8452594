"""Makes a scorecard from legal entities whose outcome is known: bins, choice of attributes, a logistic regression on weights of evidence, points."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from typing import Any

from lingnan.base import WrongUse
from lingnan.methods.extra import opened
from lingnan.methods.learning import ensure_learning, note_learnt
from lingnan.methods.scorecards.binning import bin_column
from lingnan.methods.scorecards.card import Attribute, Scale, Scorecard
from lingnan.methods.scorecards.measures import auc, brier, gini, ks

np = opened("numpy")
linear = opened("sklearn.linear_model")

METHOD_VERSION = "scorecard 1"
"""Grows by one when the same data would give another card."""

LEAST_BADS = 30
"""With fewer bad outcomes no card is made: its points would be chance."""


@dataclass(frozen=True)
class CardSetup:
    """What is chosen: attributes of at least this information value, at most so many, none too like a better one; bins and scale."""

    least_iv: float = 0.02
    attributes: int = 20
    alike: float = 0.8
    bins: int = 6
    least: float = 0.05
    penalty: float = 1.0
    scale: Scale = field(default_factory=Scale)


@dataclass(frozen=True)
class CardScores:
    """How well a card tells bad from good on rows it has not seen; `single` is the best single attribute's AUC, the baseline to beat."""

    rows: int
    bads: int
    auc: float
    gini: float
    ks: float
    brier: float
    single: float


def fit_scorecard(
    columns: Mapping[str, Sequence[Any]], bad: Sequence[bool], *, name: str, card_version: str, data_version: str, setup: CardSetup | None = None,
) -> Scorecard:
    """A card from columns and outcomes (true: bad); WrongUse with too few bad ones, or where no attribute tells anything."""
    ensure_learning()
    told, outcome = setup or CardSetup(), np.asarray(bad, dtype=bool)
    if min(int(outcome.sum()), int((~outcome).sum())) < LEAST_BADS:
        raise WrongUse(
            f"好坏样本各需至少 {LEAST_BADS} 个，坏样本只有 {int(outcome.sum())} 个；请只用规则。",
            f"A card needs {LEAST_BADS} good and bad outcomes; there are {int(outcome.sum())} bad ones. Use rules alone.",
        )
    binned = [bin_column(column, values, bad, told.bins, told.least) for column, values in columns.items()]
    chosen = sorted((each for each in binned if each.iv >= told.least_iv and len(each.bins) > 1), key=lambda each: -each.iv)
    if not chosen:
        raise WrongUse("没有一列的信息值达到下限，做不成评分卡。", "No column tells enough for a scorecard.")
    kept, evidence = _unlike(chosen, columns, told)
    model, kept = _regression(kept, evidence, outcome, told)
    made_of = {
        "data": data_version, "code": f"{METHOD_VERSION}; scikit-learn {version('scikit-learn')}", "parameters": asdict(told),
        "rows": len(outcome), "bads": int(outcome.sum()),
    }
    note_learnt()
    return _with_points(Scorecard(name, card_version, tuple(kept), float(model.intercept_[0]), told.scale, made_of))


def _unlike(chosen: list[Attribute], columns: Mapping[str, Sequence[Any]], setup: CardSetup) -> tuple[list[Attribute], Any]:
    """Attributes from the best on, without those whose evidence runs as that of a better one."""
    kept: list[Attribute] = []
    evidence: list[Any] = []
    for each in chosen:
        weights = _evidence(each, columns[each.name])
        if all(abs(float(np.corrcoef(weights, other)[0, 1])) <= setup.alike for other in evidence):
            kept.append(each)
            evidence.append(weights)
        if len(kept) == setup.attributes:
            break
    return kept, np.column_stack(evidence)


def _evidence(attribute: Attribute, values: Sequence[Any]) -> Any:
    return np.array([0.0 if (found := attribute.bin_of(value)) is None else found.woe for value in values])


def _regression(kept: list[Attribute], evidence: Any, outcome: Any, setup: CardSetup) -> tuple[Any, list[Attribute]]:
    """Coefficients; an attribute whose sign would turn its own evidence round is left out, the worst first."""
    while True:
        model = linear.LogisticRegression(C=setup.penalty, max_iter=1000).fit(evidence, outcome)
        coefficients = model.coef_[0]
        worst = int(coefficients.argmax())
        if coefficients[worst] < 0 or len(kept) == 1:
            return model, [replace(each, coefficient=float(beta)) for each, beta in zip(kept, coefficients, strict=True)]
        kept = [each for place, each in enumerate(kept) if place != worst]
        evidence = np.delete(evidence, worst, axis=1)


def _with_points(card: Scorecard) -> Scorecard:
    """Every bin's points: −(β·WOE + α/n)·factor + offset/n."""
    size, factor = len(card.attributes), card.scale.factor
    share = (card.scale.offset - card.intercept * factor) / size
    attributes = tuple(
        replace(each, neutral=share, bins=tuple(replace(part, points=share - each.coefficient * part.woe * factor) for part in each.bins))
        for each in card.attributes
    )
    return replace(card, attributes=attributes)


def judge(card: Scorecard, columns: Mapping[str, Sequence[Any]], bad: Sequence[bool]) -> CardScores:
    """The card on rows it was not made of."""
    scores = score_rows(card, columns)
    chances = [card.chance(score) for score in scores]
    single = max(auc([-each.points(value) for value in columns[each.name]], bad) for each in card.attributes)
    return CardScores(len(bad), sum(map(bool, bad)), auc(chances, bad), gini(chances, bad), ks(chances, bad), brier(chances, bad), single)


def score_rows(card: Scorecard, columns: Mapping[str, Sequence[Any]]) -> list[float]:
    """The scores of many rows given as columns."""
    parts = [[each.points(value) for value in columns[each.name]] for each in card.attributes]
    return [sum(row) for row in zip(*parts, strict=True)]
