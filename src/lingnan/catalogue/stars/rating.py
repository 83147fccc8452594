"""Gives points and stars from facts alone: the same facts and rules give the same stars, whoever computes them."""

from collections.abc import Mapping
from datetime import datetime

from lingnan.catalogue.stars.rules import StarRule, StarRules
from lingnan.catalogue.stars.shapes import DimensionPoints, StarPoint, StarRating

PRECISION = 2
"""Decimals of a point."""


def rate(resource: str, values: Mapping[str, float | None], rules: StarRules, at: datetime | None) -> StarRating:
    """The rating of a resource by its facts; a fact that nobody measured gives nothing, and says so."""
    points = tuple(_point(rule, values[rule.fact]) for rule in rules.rules)
    given = round(sum(point.given for point in points), PRECISION)
    dimensions = tuple(
        DimensionPoints(
            id=key, zh=named.zh, en=named.en, points=sum(point.points for point in points if point.dimension == key),
            given=round(sum(point.given for point in points if point.dimension == key), PRECISION),
        )
        for key, named in rules.dimensions.items()
    )
    return StarRating(
        resource=resource, edition=rules.edition, at=at, stars=rules.stars_of(given), given=given, dimensions=dimensions, points=points,
    )


def _point(rule: StarRule, value: float | None) -> StarPoint:
    if value is None:
        given = 0.0
    elif rule.share:
        given = round(rule.points * min(max(value, 0.0), 1.0), PRECISION)
    else:
        given = float(rule.points) if value >= (rule.at_least or 0) else 0.0
    return StarPoint(
        rule=rule.id, dimension=rule.dimension, zh=rule.zh, en=rule.en, points=rule.points, given=given, fact=rule.fact, value=value, mend=rule.mend,
    )
