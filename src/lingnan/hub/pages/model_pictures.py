"""What the card of a model draws: its back-test beside the baseline, its errors and the drift of what it reads from fit to fit."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

from lingnan.insight import ModelTile, PanelCard, PanelSeries, Words
from lingnan.insight.dashboards import Basis, Label
from lingnan.insight.models import ModelFitLine, ModelFold, ModelNamed

Values = Sequence[float | None]
MODEL, BASELINE, LIMIT = Words(zh="模型", en="Model"), Words(zh="基线", en="Baseline"), Words(zh="限值", en="Limit")
LEAST = 2
"""Fits from which on a line is drawn."""


def model_pictures(
    tile: ModelTile, folds: Sequence[ModelFold], fits: Sequence[ModelFitLine], watched: Sequence[ModelNamed], limit: float,
) -> Iterator[PanelCard]:
    """The pictures there is something for: `folds`, `errors`, `drift`."""
    if folds:
        names = [each.title for each in folds]
        yield _card("folds", "bar", tile, names, [(MODEL, [each.error for each in folds]), (BASELINE, [each.baseline_error for each in folds])])
    tried = [each for each in fits if each.error is not None]
    if len(tried) < LEAST:
        return
    days = [Words(zh=f"{each.learnt_at:%m-%d}") for each in tried]
    yield _card("errors", "line", tile, days, [(MODEL, [each.error for each in tried]), (BASELINE, [each.baseline_error for each in tried])])
    if any(each.drift for each in tried):
        lines = [(each.title, [fit.drift.get(each.name) for fit in tried]) for each in watched]
        yield _card("drift", "line", tile, days, [*lines, (LIMIT, [limit] * len(tried))])


def _card(name: str, kind: Literal["bar", "line"], tile: ModelTile, labels: Sequence[Words], lines: Sequence[tuple[Words, Values]]) -> PanelCard:
    return PanelCard(
        id=name, kind=kind, title=tile.title, note=None, breadth="half", state="shown", href=tile.href,
        labels=tuple(Label(key=str(place), title=title) for place, title in enumerate(labels)),
        series=tuple(
            PanelSeries(
                key=None, title=title, hidden=(False,) * len(values),
                values=tuple(None if each is None else Decimal(str(round(each, 4))) for each in values),
            )
            for title, values in lines
        ),
        basis=Basis(table=tile.key, title=tile.title, origin="derived"),
    )
