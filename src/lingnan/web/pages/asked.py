"""What an address asks for, read into the query objects."""

from typing import Annotated

from fastapi import Depends, Query, Request

from lingnan.insight import CatalogueQuery, QuarantineQuery

NOT_FACETS = frozenset({"q", "cursor", "limit", "lang"})
MOST_FACETS = 12


def catalogue_query(request: Request, words: str, cursor: str, limit: int) -> CatalogueQuery:
    """The search an address means; parameters that are not its own are facets."""
    fields = [name for name in dict.fromkeys(request.query_params) if name not in NOT_FACETS][:MOST_FACETS]
    facets = {name: tuple(value for value in request.query_params.getlist(name) if value) for name in fields}
    return CatalogueQuery(words=words.strip(), facets={name: values for name, values in facets.items() if values}, cursor=cursor, limit=limit)


def quarantine_query(
    department: Annotated[str, Query(max_length=100)] = "",
    feed: Annotated[str, Query(max_length=200)] = "",
    rule: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str, Query(max_length=400)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> QuarantineQuery:
    """The quarantined rows an address means."""
    return QuarantineQuery(department=department, feed=feed, rule=rule, cursor=cursor, limit=limit)


AskedQuarantine = Annotated[QuarantineQuery, Depends(quarantine_query)]
