"""F19, F34: hostile texts in every parameter of every address and every field of every form: never a fault, never SQL told, never more rows.

Hostile statements in a person's own query: tests/lake/test_sandbox.py, tests/hub/test_query.py.
"""

import html
import os
import re
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from lingnan.base import Incomplete, Missing, Refused, WrongUse
from tests.access.ground import CANARY, TABLE, Ground

HOSTILE = (
    "' or '1'='1", "'; drop table account; --", '" union select * from "account" --', "1) union all select token_hash from sign_in_session --",
    "%' escape '", "*) or (1=1", "\\", "{{7*7}}${7*7}#{7*7}", "../../../../etc/passwd", "<script>alert(1)</script>", "a\x00b", "\r\nSet-Cookie: x=1",
    "é", "e\u0301", "ＡＤＭＩＮ", "\u202e\u2066\u200b", "𠮷𪚥㐂", "﷽" * 20, "9" * 400, "-1", "NaN", "null", "[]", "😀",
)
FEW = HOSTILE if os.environ.get("LINGNAN_LONG") else (
    "' or 1=1; drop table account; --\" union\\ \x00\r\n{{7*7}}<b>%\u202e𠮷", HOSTILE[2], "9" * 400,
)
TOLD = re.compile(
    r"syntax error|sqlite3?\.|OperationalError|ProgrammingError|psycopg|sqlalchemy|duckdb\.|Binder Error|Parser Error|Catalog Error|Traceback|"
    r"\bselect \* from|no such (?:table|column)", re.IGNORECASE,
)
SKIPPED = {"POST /sign-out", "POST /profile/sessions/end-all"}
"""They end the session that asks, and take no parameter."""


def routes(ground: Ground) -> list[tuple[str, str, list[str], list[str], list[str], bool]]:
    """Method, path, and the names of what it takes in the path, the query and the body; whether the body is JSON."""
    found = []
    for each in iter_route_contexts(ground.client.app.routes):  # type: ignore[attr-defined]
        if getattr(each, "dependant", None) is None:
            continue
        taken = [(kind, param) for part in parts(each.dependant) for kind in ("query", "body") for param in getattr(part, f"{kind}_params")]
        query = [param.alias for kind, param in taken if kind == "query"]
        body = [param.alias for kind, param in taken if kind == "body"]
        forms = any(type(param.field_info).__name__ in ("Form", "File") for kind, param in taken if kind == "body")
        path = re.findall(r"\{(\w+)(?::path)?\}", each.path)
        found += [(method, each.path, path, query, body, bool(body) and not forms) for method in each.methods or () if method != "HEAD"]
    return found


def parts(dependant: Any) -> list[Any]:
    """What a route takes, and what its dependencies take."""
    return [dependant, *(below for each in dependant.dependencies for below in parts(each))]


def attack(ground: Ground, who: str, session: str, route: Any, text: str) -> Any:
    method, address, path, query, body, as_json = route
    for name in path:
        address = re.sub(rf"\{{{name}(:path)?\}}", _quoted(text), address)
    sent: dict[str, Any] = {"params": dict.fromkeys([*query, "department", "unknown"], text)}
    if body:
        sent["json" if as_json else "data"] = dict.fromkeys(body, text)
    return ground.ask(who, method, address, session=session, **sent)


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def shown(answer: Any) -> str:
    """The answer's text as a reader sees it, with what was typed in its own form."""
    text = answer.text
    return html.unescape(text) if "html" in answer.headers.get("content-type", "") else text.replace('\\"', '"').replace("\\\\", "\\")


@pytest.mark.parametrize("who", ["anonymous", "steward", "administrator", "security"])
def test_no_text_in_any_parameter_causes_a_fault(ground: Ground, who: str) -> None:
    wrong, session = [], ""
    for route in routes(ground):
        if f"{route[0]} {route[1]}" in SKIPPED:
            continue
        for text in FEW:
            session = session if ground.hub.trust.subject_of(session).account else ground.session(who)
            answer = attack(ground, who, session, route, text)
            told = TOLD.search(shown(answer).replace(text, ""))
            if answer.status_code >= 500 or told or "x=1" in answer.headers.get("set-cookie", ""):
                wrong.append(f"{route[0]} {route[1]} with {text[:30]!r}: {answer.status_code} {told[0] if told else ''}")
                break
    assert not wrong, "\n".join(wrong)


def test_no_text_gives_more_rows(ground: Ground) -> None:
    """What a search or filter shows for a hostile text is not more than for the words in it."""
    for path, name in (("/api/v1/resources", "q"), ("/api/v1/quarantine", "department"), ("/api/v1/registers/entities", "q")):
        def count(text: str, path: str = path, name: str = name) -> int:
            answer = ground.ask("steward", "GET", path, params={name: text})
            return len(answer.json().get("items", ())) if answer.status_code == 200 else 0

        for text in HOSTILE[:8]:
            # The signs of an attack add nothing to the words between them; signs alone ask for the same as no words at all.
            assert count(text) <= count(" ".join(re.findall(r"\w+", text))), (path, text)


def test_what_is_typed_is_shown_and_never_run(ground: Ground) -> None:
    for text in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "' onmouseover='alert(1)"):
        page = ground.ask("steward", "GET", "/catalogue", params={"q": text}).text
        assert text not in page or "{{" in text
        assert "49" not in re.findall(r'value="([^"]*)"', page)


@pytest.mark.parametrize("sql", [
    f"select * from {TABLE}; drop table {TABLE}", "attach 'x.db'", "copy (select 1) to '/tmp/x'", "install httpfs", "pragma database_list",
    f"select * from {TABLE} union all select * from read_csv('/etc/passwd')", "set enable_external_access=true",
    f"select * from {TABLE} /* ; */ ; --",
    "select * from duckdb_settings()", f"with x as (delete from {TABLE}) select 1", "select * from 'audit.db'", "select getenv('HOME')",
])
def test_a_query_is_one_select_over_what_may_be_seen(ground: Ground, sql: str) -> None:
    try:
        answer = ground.hub.query(ground.subject("steward"), sql)
    except (WrongUse, Missing, Refused, Incomplete):
        return
    assert all("王小明" not in repr(row) and "440305" not in repr(row) for row in answer.rows)
    assert CANARY not in repr(answer.rows)
