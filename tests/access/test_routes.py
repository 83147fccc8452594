"""Every route for everyone: who may gets an answer, who may not gets a refusal without data. A route without a line is a failure."""

from typing import Any

import pytest

from tests.access.ground import CANARY, PEOPLE, Ground, refused
from tests.access.test_headers import lacking

HELD = ("养老补贴0", "王小明", "王大明", "李秀英")
"""Personal values of the table: no answer to anybody here shows one, for stewards see them masked."""


def may(line: dict[str, Any], access: dict[str, Any]) -> set[str]:
    """The people a line permits."""
    named = line["may"]
    return set(access["groups"][named] if isinstance(named, str) else named)


def request(ground: Ground, line: dict[str, Any], who: str, *, nobodys: bool = False) -> Any:
    """The line's request by that person; about objects that nobody has when asked so."""
    fill = ground.fill_nobodys if nobodys else ground.fill
    method, path = line["route"].split(" ", 1)
    for name, value in line.get("path", {}).items():
        path = path.replace("{" + name + "}", fill(value))
    sent = {"params": fill(line.get("query", {})), "data": fill(line.get("form", {})), "json": fill(line.get("json", {}))}
    return ground.ask(who, method, path, **{name: value for name, value in sent.items() if value})


def answered(ground: Ground, line: dict[str, Any], who: str) -> Any:
    """The answer to the line's request by that person, asked once for all tests."""
    key = (who, line["route"])
    if key not in ground.seen:
        ground.seen[key] = request(ground, line, who)
    return ground.seen[key]


def test_every_route_has_a_line_and_every_line_a_route(ground: Ground, access: dict[str, Any]) -> None:
    lines = [line["route"] for line in access["routes"]]
    assert len(lines) == len(set(lines)), "one line a route"
    missing, gone = sorted(ground.routes - set(lines)), sorted(set(lines) - ground.routes)
    told = "\n".join(f"  - {{route: \"{route}\", may: …}}" for route in missing)
    assert not missing, f"tests/access/access.yaml says nothing of these routes; add a line each and say who may:\n{told}"
    assert not gone, f"tests/access/access.yaml speaks of routes that are gone; take their lines out: {gone}"


def test_every_line_is_well_formed(access: dict[str, Any]) -> None:
    known = {"route", "may", "path", "query", "form", "json", "gives", "object", "turned_away", "shown_to"}
    for line in access["routes"]:
        assert set(line) <= known, line
        assert may(line, access) <= set(PEOPLE), line
        # `{code:path}` and `{code}` stand for something, each.
        assert all(f"{{{name}}}" in line["route"] for name in line.get("path", {})), line


@pytest.mark.parametrize("who", PEOPLE)
def test_everyone_gets_just_what_they_may(ground: Ground, access: dict[str, Any], who: str) -> None:
    wrong = []
    for line in access["routes"]:
        if line["route"] not in ground.routes:
            continue
        answer, permitted = answered(ground, line, who), who in may(line, access)
        wrong += [f"{line['route']}: {fault}" for fault in faults(line, answer, permitted)]
    assert not wrong, f"as {who}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("who", ["anonymous", "steward", "administrator", "security", "citizen", "token"])
def test_every_answer_keeps_browsers_on_our_side(ground: Ground, access: dict[str, Any], who: str) -> None:
    wrong = []
    for line in access["routes"]:
        if line["route"] in ground.routes:
            wrong += [f"{line['route']}: {fault}" for fault in lacking(answered(ground, line, who), signed_in=who not in ("anonymous", "token"))]
    assert wrong == []


def faults(line: dict[str, Any], answer: Any, permitted: bool) -> list[str]:
    """What is wrong with an answer, given whether the asker is permitted."""
    found, status = [], answer.status_code
    gives = line.get("gives", [])
    expected = set(gives if isinstance(gives, list) else [gives])
    if permitted and not (status in expected if expected else (status < 400 and not refused(answer))):
        found.append(f"{status} though permitted ({answer.headers.get('location', answer.text[-200:])})")
    if not permitted and not (refused(answer) or status in expected):
        found.append(f"{status} though not permitted")
    if not permitted and CANARY in answer.text:
        found.append("a refusal tells of the object")
    found += [f"shows the personal value {value}" for value in HELD if value in answer.text]
    return found
