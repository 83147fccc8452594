"""Purposes stated on pages and in queries: a conditional table of another organisation shows its internal values for one answer, told in the log."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lingnan.trust import Purpose
from tests.access.ground import TABLE, Ground, open_ground

PAGE = "/tables/minzheng/pension"
STATED = {"purpose": "verification", "article": "国务院令第809号 第二十条", "matter": "HY-2026-1"}
AMOUNTS = re.compile(r'grid preview.*<td class="num">\d+</td>', re.S)


@pytest.fixture(scope="module")
def ground(new_home: Callable[[str], Path]) -> Iterator[Ground]:
    made = open_ground(new_home("stated"))
    with made.hub:
        yield made


def text(ground: Ground, who: str, method: str = "GET", lang: str = "zh", **form: str) -> str:
    answer = ground.ask(who, method, f"{PAGE}?lang={lang}", **({"data": form} if method == "POST" else {}))
    assert answer.status_code == 200
    return str(answer.text)


def test_a_preview_says_what_is_missing_and_offers_a_form(ground: Ground) -> None:
    page, english = text(ground, "steward"), text(ground, "steward", lang="en")
    assert not AMOUNTS.search(page)
    assert "P0" in page, "the limited view is shown"
    assert "请载明目的代码" in page
    assert "法律依据条款、事项编号" in page
    assert "state a purpose code" in english
    assert f'action="{PAGE}"' in page
    assert '<option value="own-duty"' not in page
    assert f'action="{PAGE}"' in ground.ask("steward", "GET", "/catalogue/minzheng.pension").text


def test_stated_for_one_answer_alone(ground: Ground) -> None:
    page = text(ground, "steward", "POST", **STATED)
    assert AMOUNTS.search(page)
    assert "核验" in page
    assert STATED["article"] in page
    assert "王小明" not in page
    entry = next(each for each in reversed(ground.hub.trust.audit.entries(limit=100_000)) if each.kind == "decision" and each.action == "preview")
    assert (entry.purpose, entry.facts["stated"]) == ("verification", {"article": STATED["article"], "matter": STATED["matter"]})
    assert not AMOUNTS.search(text(ground, "steward"))


def test_stated_for_the_session_it_holds_for_the_table_with_a_banner_until_it_is_ended(ground: Ground) -> None:
    held, mine = {"table": TABLE, **STATED}, ground.session("steward")

    def ask(method: str, path: str, who: str = "steward", session: str | None = mine, **form: str) -> Any:
        return ground.ask(who, method, path, session=session, **({"data": form} if method == "POST" else {}))

    for left_out in STATED:
        half = ask("POST", "/profile/purposes", **{**held, left_out: ""})
        assert (half.status_code, AMOUNTS.search(half.text)) == (422, None)
    assert ask("POST", "/profile/purposes", **{**held, "matter": "110105194912310021"}).status_code == 400
    assert ask("POST", "/profile/purposes", "citizen", None, **held).status_code == 403
    assert ask("POST", "/profile/purposes", **held).headers["location"] == PAGE
    assert AMOUNTS.search(ask("GET", PAGE).text)
    entry = next(each for each in reversed(ground.hub.trust.audit.entries(limit=100_000)) if each.kind == "decision" and each.action == "preview")
    assert (entry.purpose, entry.facts["stated"]["matter"], list(entry.facts["held"])) == ("verification", STATED["matter"], [TABLE])
    elsewhere = ask("GET", "/catalogue?lang=zh").text
    assert f"对表 {TABLE} 的目的生效中" in elsewhere
    assert STATED["article"] in elsewhere
    for who in ("steward", "steward_b"):
        other = ground.hub.trust.sessions.open(ground.accounts[who], 2, method="test").token
        page = ask("GET", f"{PAGE}?lang=zh", who, other).text
        assert ("的目的生效中" in page, AMOUNTS.search(page)) == (False, None), "another sign-in, another account"
    assert ask("POST", "/profile/purposes/end", table=TABLE).status_code == 303
    assert not AMOUNTS.search(ask("GET", PAGE).text)
    assert ask("POST", "/profile/purposes/end", table=TABLE).status_code == 404


@pytest.mark.parametrize("left_out", ["purpose", "article", "matter"])
def test_half_a_purpose_shows_no_more_and_keeps_what_was_typed(ground: Ground, left_out: str) -> None:
    page = text(ground, "steward", "POST", **{**STATED, left_out: ""})
    assert not AMOUNTS.search(page)
    assert all(value in page for name, value in STATED.items() if name != left_out)


def test_a_persons_number_is_no_matter(ground: Ground) -> None:
    answer = ground.ask("steward", "POST", PAGE, data={**STATED, "matter": "110105194912310021"})
    assert answer.status_code == 422
    assert "110105194912310021" not in answer.text


def test_who_is_no_steward_gets_no_form_and_no_more(ground: Ground) -> None:
    for who in ("citizen", "analyst", "auditor"):
        assert f'action="{PAGE}"' not in text(ground, who)
        assert not AMOUNTS.search(text(ground, who, "POST", **STATED))
    assert ground.ask("anonymous", "POST", PAGE, data=STATED).status_code == 303


def test_a_query_tells_what_to_state_and_shows_it_then(ground: Ground) -> None:
    asked, steward = f"select pension_no, amount from {TABLE} where pension_no = 'P4'", ground.subject("steward")
    masked, shown = ground.hub.query(steward, asked), ground.hub.query(steward, asked, Purpose(*STATED.values()))
    assert (masked.lines(), shown.lines()) == ([["P4", None]], [["P4", 40]])
    assert masked.notice is not None
    assert "请载明目的代码" in masked.notice.zh
    assert "state a purpose code" in masked.notice.en
    assert shown.notice is None or "请载明" not in shown.notice.zh


def test_a_program_looks_for_the_purpose_of_its_token(ground: Ground) -> None:
    secrets = {}
    for article in ("", STATED["article"]):
        purpose = Purpose(STATED["purpose"], article, STATED["matter"])
        secrets[article] = ground.hub.trust.tokens.make(
            ground.subject("steward"), name=f"looks {len(article)}", scope=("page.view", "preview"), purpose=purpose,
            expires_at=ground.hub.clock.now() + timedelta(days=1),
        ).secret
    rows = []
    for secret in secrets.values():
        ground.client.cookies.clear()
        answer = ground.client.get("/api/v1/tables/minzheng/pension", headers={"Authorization": f"Bearer {secret}"}).json()["preview"]
        place = [column["name"] for column in answer["columns"]].index("amount")
        rows.append((answer["rows"][0][place] is not None, bool(answer["needs"])))
    assert rows == [(False, True), (True, False)]
