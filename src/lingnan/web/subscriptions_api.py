"""What one has sent to oneself on schedule, as JSON under /api/v1: the list, one with its deliveries, making, changing and stopping."""

from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from lingnan.insight import SubscriptionLine, SubscriptionPage, SubscriptionSheet
from lingnan.web.answers import answer
from lingnan.web.api import PROBLEM
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

Rhythm = Literal["workday", "daily", "weekly", "monthly"]
router = Routes(prefix="/api/v1/subscriptions", tags=["v1"], responses=PROBLEM)
MOST_ASKED = 20
Short = Annotated[str, Field(max_length=200)]


class Wanted(BaseModel):
    """What is to be sent and how often: the id of a kept question, or the key of a board or report with its parameters by name."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["question", "board", "report"]
    target: Short
    rhythm: Rhythm
    asked: dict[Short, Short] = Field(default_factory=dict, max_length=MOST_ASKED)


class Often(BaseModel):
    """How often it is sent from now on."""

    model_config = ConfigDict(extra="forbid")

    rhythm: Rhythm


@router.get("", response_model=SubscriptionPage)
def subscriptions(visit: Visitor) -> Response:
    """One's own, each with its newest delivery; a program is told of those made in its token's scope."""
    return answer(visit.request, visit.pages.subscriptions.listing(visit.subject))


@router.get("/{subscription}", response_model=SubscriptionSheet)
def subscription(subscription: str, visit: Visitor) -> Response:
    """One of them with what was delivered for it, the newest first."""
    return answer(visit.request, visit.pages.subscriptions.subscription(visit.subject, subscription))


@router.post("", response_model=SubscriptionLine)
def subscribe(told: Wanted, visit: Visitor) -> Response:
    """Have something sent; the same thing again changes how often."""
    return answer(visit.request, visit.pages.subscriptions.subscribe(visit.subject, told.kind, told.target, told.asked, told.rhythm))


@router.post("/{subscription}", response_model=SubscriptionLine)
def change(subscription: str, told: Often, visit: Visitor) -> Response:
    """Have one of them sent in another rhythm."""
    return answer(visit.request, visit.pages.subscriptions.change(visit.subject, subscription, told.rhythm))


@router.post("/{subscription}/stop", status_code=204)
def stop(subscription: str, visit: Visitor) -> Response:
    """End one of them; what was delivered for it goes too."""
    visit.pages.subscriptions.remove(visit.subject, subscription)
    return Response(status_code=204)
