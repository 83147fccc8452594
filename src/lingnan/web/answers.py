"""JSON answers: orjson bytes with an ETag, problem+json for errors."""

import hashlib
from typing import Any

import orjson
from fastapi import Request, Response

from lingnan.base import BadInput, Conflict, DatabaseAway, LingnanError, Missing, Refused, Unavailable, WrongUse
from lingnan.insight import Card

STATUSES: tuple[tuple[type[LingnanError], int], ...] = (
    (Missing, 404), (Refused, 403), (Conflict, 409), (BadInput, 422), (WrongUse, 400), (Unavailable, 503),
    (DatabaseAway, 503),
)
CODES = {"token": 401, "quota": 429, "TooManyAttempts": 429}
"""Errors that say more than their kind: a token that is not accepted, a quota used up, too many attempts."""


def answer(request: Request, card: Card) -> Response:
    """The card as JSON; 304 when the client holds the same. `next` becomes a Link header too. Rows given to a program are counted first."""
    _spend(request, card)
    body = orjson.dumps(card.model_dump(mode="json"))
    headers = {"ETag": f'W/"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    following = getattr(card, "next", None)
    if following:
        headers["Link"] = f'<{request.url.include_query_params(cursor=following)}>; rel="next"'
    if request.headers.get("if-none-match", "") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _spend(request: Request, card: Card) -> None:
    visit = getattr(request.state, "visit", None)
    if visit is not None and visit.subject.token:
        visit.pages.identity.spend_rows(visit.subject, _rows(card))


def _rows(card: Card) -> int:
    """How many rows a card gives; a sheet's `rows` may be a mere count, its preview gives some."""
    lists = [getattr(card, "rows", ()), getattr(card, "items", ()), getattr(getattr(card, "preview", None), "rows", ())]
    return sum(len(each) for each in lists if isinstance(each, tuple))


def status_of(error: LingnanError) -> int:
    """The HTTP status an error of the hub stands for: by its code where it has one of its own, else by its kind."""
    return CODES.get(error.code) or next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


def headers_of(error: LingnanError) -> dict[str, str]:
    """What a program needs besides the words: when to come back, and how to show who it is."""
    headers = {}
    if wait := error.facts.get("retry_after"):
        headers["Retry-After"] = str(wait)
    if status_of(error) == 401:
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return headers


def problem(status: int, code: str, zh: str, en: str, lang: str = "zh", **facts: Any) -> Response:
    """RFC 9457 problem details, in the reader's language and with both."""
    body = {
        "type": f"about:blank#{code}", "status": status, "title": code, "detail": en if lang == "en" else zh,
        "detail_zh": zh, "detail_en": en, **({"facts": facts} if facts else {}),
    }
    return Response(orjson.dumps(body, default=str), status_code=status, media_type="application/problem+json")
