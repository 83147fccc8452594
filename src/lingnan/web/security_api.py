"""The pages of security as JSON: entries and their proofs, checkpoints, who can see what, findings; and the public statistics."""

import json
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Response

from lingnan.insight import AuditPage, CheckpointPage, EntrySheet, FindingPage, PublicStatistics, WhoCanAnswer
from lingnan.web.answers import answer
from lingnan.web.pages.audit import entry_query
from lingnan.web.routes import Routes
from lingnan.web.visitor import Visitor

router = Routes()
Word = Annotated[str, Query(max_length=200)]
Cursor = Annotated[str, Query(max_length=20, description="`next` of the page before")]


@router.get("/security/audit", response_model=AuditPage)
def entries(
    visit: Visitor, since: Word = "", until: Word = "", kind: Word = "", outcome: Word = "", subject: Word = "", action: Word = "",
    resource: Word = "", cursor: Cursor = "", limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Entries of the audit log, newest first; texts match from their beginning, times are China's."""
    typed = {"since": since, "until": until, "kind": kind, "outcome": outcome, "subject": subject, "action": action, "resource": resource}
    return answer(visit.request, visit.pages.security.log.entries(entry_query(typed, cursor, limit), visit.subject))


@router.get("/security/audit/{number}", response_model=EntrySheet)
def entry(number: int, visit: Visitor) -> Response:
    """One entry with its pair and its proof."""
    return answer(visit.request, visit.pages.security.log.entry(number, visit.subject))


@router.get("/security/audit/{number}/proof")
def proof(number: int, visit: Visitor) -> dict[str, Any]:
    """All that is needed to check the entry elsewhere."""
    return _plain(visit.pages.security.log.proof_file(number, visit.subject).text)


@router.get("/security/checkpoints", response_model=CheckpointPage)
def checkpoints(visit: Visitor, cursor: Cursor = "") -> Response:
    """Checkpoints with their signatures, largest first."""
    return answer(visit.request, visit.pages.security.log.checkpoints(cursor, visit.subject))


@router.get("/security/checkpoints/{first}/{second}")
def consistency(first: int, second: int, visit: Visitor) -> dict[str, Any]:
    """The proof that one checkpoint continues another, with both."""
    return _plain(visit.pages.security.log.consistency(first, second, visit.subject).text)


@router.get("/security/who-can", response_model=WhoCanAnswer)
def who_can(visit: Visitor, who: Word, table: Word) -> Response:
    """What a made subject (`role:steward`, `anonymous`, …) may see of a table, and why; accounts are asked about on the page."""
    return answer(visit.request, visit.pages.security.policy.who_can(who, table, visit.subject))


@router.get("/security/findings", response_model=FindingPage)
def findings(visit: Visitor, on: date | None = None, rule: Word = "") -> Response:
    """Abnormal access of the last days, with the entries that show it."""
    return answer(visit.request, visit.pages.security.risk.findings(on, rule, visit.subject))


@router.get("/statistics", response_model=PublicStatistics)
def statistics(visit: Visitor, months: Annotated[int, Query(ge=1, le=60)] = 12) -> Response:
    """Counts by organisation and month, and of cases; small ones are left out."""
    return answer(visit.request, visit.pages.security.public.statistics(months, visit.subject))


def _plain(text: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(text)
    return told
