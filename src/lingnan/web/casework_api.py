"""Cases, alerts, notices and the public trace as JSON; a program acts in a case with a token of scope `case.act`."""

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from lingnan.casework import CaseQuery
from lingnan.insight import AlertList, AlertSheet, Card, CaseList, CaseView, Filled, FlowList, NoticeList, TraceLine, TraceList
from lingnan.web.answers import answer
from lingnan.web.pages.cases import case_query
from lingnan.web.pages.inbox import inbox_query
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

router = Routes(prefix="/api/v1", tags=["v1"])
Cursor = Annotated[str, Query(max_length=400, description="`next` of the page before")]
Word = Annotated[str, Query(max_length=60)]
MOST_FIELDS = 60


class Act(BaseModel):
    """What a program asks of a case: the flow's fields by name, a note, and the version of the case it looked at."""

    model_config = ConfigDict(extra="forbid")

    form: dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=4000)]] = Field(default_factory=dict, max_length=MOST_FIELDS)
    note: str = Field("", max_length=4000)
    version: int | None = None


class Asked(BaseModel):
    """Whose way is asked for."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(max_length=40)
    code: str = Field(max_length=40)


class Done(Card):
    """What an act did; `moved` is false while further approvals are awaited."""

    number: str
    state: str
    version: int
    moved: bool
    approvals: int
    approvals_needed: int


@router.get("/inbox", response_model=CaseList)
def inbox(visit: Visitor, query: Annotated[CaseQuery, Depends(inbox_query)]) -> Response:
    """What waits for whoever asks."""
    return answer(visit.request, visit.pages.cases.listing(visit.subject, query))


@router.get("/cases", response_model=CaseList)
def cases(visit: Visitor, query: Annotated[CaseQuery, Depends(case_query)]) -> Response:
    """Cases applied for, or all that may be seen (`scope=visible`)."""
    return answer(visit.request, visit.pages.cases.listing(visit.subject, query))


@router.get("/flows", response_model=FlowList)
def flows(visit: Visitor) -> Response:
    """What may be applied for, with the forms."""
    return answer(visit.request, visit.pages.cases.flows(visit.subject, visit.lang))


@router.get("/cases/{number}", response_model=CaseView)
def case(number: str, visit: Visitor) -> Response:
    """One case whole."""
    return answer(visit.request, visit.pages.cases.case(visit.subject, number, visit.lang))


@router.post("/cases/{number}/act/{transition}", response_model=Done)
def act(number: str, transition: str, asked: Act, visit: Visitor) -> dict[str, Any]:
    """Do a transition; steps that a person signs are refused to programs."""
    moved = visit.pages.cases.act(visit.subject, number, transition, Filled(dict(asked.form), {}, asked.note, asked.version))
    return {name: getattr(moved, name) for name in Done.model_fields}


@router.get("/alerts", response_model=AlertList)
def alerts(visit: Visitor, state: Word = "", level: Word = "", rule: Word = "", cursor: Cursor = "") -> Response:
    """Alerts that concern whoever asks."""
    return answer(visit.request, visit.pages.alerts.listing(visit.subject, state, level, rule, cursor))


@router.get("/alerts/{alert}", response_model=AlertSheet)
def alert(alert: str, visit: Visitor) -> Response:
    """One alert with its history."""
    return answer(visit.request, visit.pages.alerts.alert(visit.subject, alert))


@router.get("/notices", response_model=NoticeList)
def notices(visit: Visitor, unread: Word = "", kind: Word = "", cursor: Cursor = "") -> Response:
    """One's own notices."""
    return answer(visit.request, visit.pages.alerts.notices(visit.subject, unread == "yes", kind, cursor))


@router.get("/trace", response_model=TraceList)
def traces(visit: Visitor, cursor: Cursor = "") -> Response:
    """Cases that are open to everybody."""
    return answer(visit.request, visit.pages.cases.traces(visit.subject, cursor))


@router.post("/trace", response_model=TraceLine)
def trace(asked: Asked, visit: Visitor) -> Response:
    """How a case stands, by number and trace code; these stand in the body, so that no log of addresses keeps them."""
    response = answer(visit.request, visit.pages.cases.trace(visit.subject, asked.number, asked.code))
    response.headers["Cache-Control"] = "no-store"
    return response
