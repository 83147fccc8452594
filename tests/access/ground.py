"""A hub with two organisations that have nothing to do with each other, people of every role in both, and objects that belong to the first."""

import hashlib
import hmac
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from lingnan.base import AlertRaised, load_settings
from lingnan.catalogue.registry.shapes import CodeRow
from lingnan.hub import Hub, HubPages
from lingnan.insight.deliveries import Subscriptions
from lingnan.insight.questions import Questions
from lingnan.standards.organisations import uscc_check_digit
from lingnan.trust import AssessmentForm, GrantForm, Purpose, Subject
from lingnan.web import create_app
from tests.pension import ROWS, TABLE, describe

ROLES = ("steward", "reviewer", "analyst", "administrator", "security", "auditor")
PEOPLE = ("anonymous", "citizen", "enterprise", *ROLES, "unfinished", "token", "steward_b")
"""Who asks: `unfinished` is a steward without second factor, `token` a steward's token for page.view, `steward_b` of the other city."""
NEIGHBOURS = ("citizen_b", "enterprise_b", "steward_b", "reviewer_b", "analyst_b", "token_b")
"""Who asks for objects of the first organisation. Administrators, security officers and auditors serve the whole hub and are not among them."""
CANARY = "CANARY-of-A"
"""Stands in every object of the first organisation, and so in no answer to a neighbour."""
NOBODYS = "019aa000-0000-7000-8000-000000000000"
CODES = {"a": "91440101MA59A1B2C", "b": "91440300MA5B1111"}
QUICK = "argon2: {time_cost: 1, memory_kib: 8, parallelism: 1}\n"
"""The cheapest password hashes; what they cost in earnest is tested in trust."""
BUREAUS = {"a": ("zhengwu", "政务服务数据管理局", "440100"), "b": ("shenzhen", "深圳市局", "440300")}


@dataclass
class Ground:
    """The hub, its site, the accounts by name, and the objects of the first organisation by kind."""

    hub: Hub
    client: TestClient
    accounts: dict[str, str] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    sound: set[str] = field(default_factory=set)
    seen: dict[tuple[str, str], Any] = field(default_factory=dict)

    @cached_property
    def routes(self) -> set[str]:
        """Every route of the site as `GET /path`, static files aside."""
        found = iter_route_contexts(self.client.app.routes)  # type: ignore[attr-defined]
        return {f"{method} {each.path}" for each in found for method in (each.methods or ()) if method != "HEAD"}

    def session(self, who: str) -> str:
        """The token of a session just opened for that person; nothing for a visitor."""
        if who not in self.accounts:
            return ""
        opened = self.hub.trust.sessions.open(self.accounts[who], 1 if who == "unfinished" else 2, method="password")
        if who.startswith("enterprise"):
            self.hub.trust.agency.act_for(self.hub.trust.subject_of(opened.token), credit_code("b" if who.endswith("_b") else "a"))
        return opened.token

    def _looking(self, who: str) -> str:
        """A session for looking only, the same one while it lasts; only a change by somebody can have ended it."""
        if who in self.accounts and who not in self.sound:
            if not self.hub.trust.subject_of(self.kept.get(who)).account:
                self.kept[who] = self.session(who)
            self.sound.add(who)
        return self.kept.get(who, "")

    def subject(self, who: str) -> Subject:
        """The subject as which that person's requests are judged."""
        if who.startswith("token"):
            return self.hub.trust.tokens.subject_of(self.tokens[who], "127.0.0.1")
        return self.hub.trust.subject_of(self.session(who))

    def ask(self, who: str, method: str, path: str, *, session: str | None = None, **sent: Any) -> Any:
        """One request of that person's browser or program, with the form's token when something is changed."""
        headers = dict(sent.pop("headers", {}))
        if who.startswith("token"):
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        else:
            opened = (self._looking(who) if method == "GET" else self.session(who)) if session is None else session
            if method != "GET":
                self.sound.clear()
            headers |= {"Cookie": f"lingnan_session={opened}"} if opened else {}
            if opened and method != "GET":
                headers["X-Forgery-Token"] = forgery(opened)
        self.client.cookies.clear()
        return self.client.request(method, path, headers=headers, **sent)

    def fill(self, words: Any) -> Any:
        """The text, or every text of a mapping or list, with `{{kind}}` replaced by the object of that kind."""
        return _filled(words, self.objects)

    def fill_nobodys(self, words: Any) -> Any:
        """The same with objects that nobody has."""
        return _filled(words, dict.fromkeys(self.objects, NOBODYS))


def _filled(words: Any, objects: Mapping[str, str]) -> Any:
    if isinstance(words, str):
        return re.sub(r"\{\{(\w+)\}\}", lambda found: objects[found[1]], words)
    if isinstance(words, Mapping):
        return {name: _filled(value, objects) for name, value in words.items()}
    return [_filled(each, objects) for each in words] if isinstance(words, list) else words


def credit_code(side: str) -> str:
    """The made legal person of a side."""
    stem = CODES[side].ljust(17, "0")
    return stem + uscc_check_digit(stem)


def forgery(session: str) -> str:
    """What a form of that session carries."""
    return hmac.digest(session.encode(), b"lingnan form", hashlib.sha256).hex()


def refused(answer: Any) -> bool:
    """Whether the answer gives nothing: a refusal, or the way to sign in or to the second factor."""
    if answer.status_code == 303:
        return str(answer.headers["location"]).startswith(("/sign-in?", "/profile/second-factor"))
    return answer.status_code in (401, 403, 404)


def open_ground(home: Path) -> Ground:
    """The ground in an empty folder."""
    from lingnan.lake import CommitFacts

    (home / "sign-in.yaml").write_text(QUICK)
    hub = Hub.open(load_settings(describe(home)))
    hub.engine.write(TABLE, ROWS, {}, CommitFacts("test"))
    hub.catalogue.register_many(_forms(hub))
    pages = HubPages(hub)
    client = TestClient(create_app(pages, hub.settings), follow_redirects=False, raise_server_exceptions=False)
    ground = Ground(hub, client)
    _settle(ground)
    _own(ground)
    return ground


def _forms(hub: Hub) -> Any:
    from lingnan.hub.registration import resource_forms

    return resource_forms(hub.feeds)


def _settle(ground: Ground) -> None:
    """People of both sides."""
    trust, named = ground.hub.trust, ground.accounts
    for side, (key, zh, division) in BUREAUS.items():
        ground.objects[f"unit_{side}"] = trust.accounts.make_organisation(key, zh, key, division=division)
        tail = "" if side == "a" else "_b"
        for role in ROLES:
            named[role + tail] = trust.accounts.make_account(f"{role}.{side}", f"{zh}{role}", role, roles=(role,), organisation=key)
        for kind in ("citizen", "enterprise"):
            named[kind + tail] = trust.accounts.make_account(f"{kind}.{side}", "市民", kind, kind="citizen")
        _authorise(ground, named["enterprise" + tail], side)
        ground.tokens["token" + tail] = _token(ground, "steward" + tail)
    named["unfinished"] = trust.accounts.make_account("unfinished", "未完成", "unfinished", roles=("steward",), organisation="zhengwu")
    named["bystander"] = trust.accounts.make_account("bystander", "旁人", "bystander", roles=("analyst",), organisation="zhengwu")


def _authorise(ground: Ground, account: str, side: str) -> None:
    ground.hub.trust.agency.grant(
        case=f"letter-{side}", credit_code=credit_code(side), account=account, document_digest="sha256:" + "0" * 64, matters=["*"],
        valid_from=date(2020, 1, 1), valid_to=date(2099, 1, 1), confirmed_by=Subject("official", "x", roles=frozenset({"reviewer"}), assurance=2),
    )


def _token(ground: Ground, who: str, name: str = "program", scope: tuple[str, ...] = ("page.view",)) -> str:
    issued = ground.hub.trust.tokens.make(
        ground.subject(who), name=name, scope=scope, purpose=Purpose("statutory-duty", "", "1"),
        expires_at=ground.hub.clock.now() + timedelta(days=1), calls_a_minute=600,
    )
    ground.objects.setdefault(f"token_of_{who}", issued.card.id)
    return issued.secret


def _own(ground: Ground) -> None:
    """Objects of the first organisation, each with the canary in it."""
    hub, mine = ground.hub, ground.objects
    office, unit = hub.office, mine["unit_a"]
    facts = {"table": "gongan.resident", "entry_key": "CANARY-of-A-key", "items": "address", "claim": CANARY}
    opened = office.casework.cases.open("data-correction", ground.subject("citizen"), facts, handler=unit, division="440100")
    mine |= {"case": opened.number, "case_id": opened.id, "trace": opened.trace_code}
    content = io.BytesIO(b"a,b\n1,2\n")
    told = office.attachments.store(ground.subject("citizen"), ("case", opened.id), f"{CANARY}.csv", content, declared="text/csv")
    mine["attachment"] = told.id
    mine["alert"] = office.alerts.raise_alert(
        AlertRaised("test.rule", "yellow", "k", CANARY, CANARY, {"roles": ["steward"], "organisations": [unit]}, {}, {}), "alert-of-a"
    )
    hub.deliver()
    session = hub.trust.sessions.open(ground.accounts["steward"], 2, method="password", device=CANARY)
    mine |= {"session": session.id, "account": ground.accounts["bystander"], "citizen": ground.accounts["citizen"]}
    _token(ground, "steward", CANARY)
    mine["token"] = next(card.id for card in hub.trust.tokens.of(ground.accounts["steward"]) if card.name == CANARY)
    mine["notice"] = _notice(ground)
    why = Purpose("emergency", "突发事件应对法 第四十九条", "1")
    asked = hub.trust.overrides.request(ground.subject("steward"), TABLE, ["person"], f"{CANARY}：防汛转移需要", why, 30)
    mine["override"] = asked.id
    mine |= _grants(ground)
    mine["passkey"], mine["credit_code"] = _passkey(ground), credit_code("a")
    mine |= _standards(ground)
    asked = Questions(ground.hub.storage)
    mine["question"] = asked.save(ground.accounts["steward"], ground.subject("steward").organisation, CANARY, f"select '{CANARY}' as a").id
    mine["subscription"] = Subscriptions(hub.storage).add(ground.accounts["steward"], "question", mine["question"], {}, CANARY, "daily", 2).id
    mine["campaign"] = _campaign(ground)


def _campaign(ground: Ground) -> str:
    """A form that takes contributions of the public, signed in or not."""
    feed = next(each for each in ground.hub.feeds if each.id == TABLE)
    made = ground.hub.forms.forms.make(feed.contract, feed.file.department, form="minzheng.campaign", origin="made")
    told = {zh: {"zh": zh, "en": zh} for zh in ("purpose", "terms", "privacy")}
    days = {"opens": "2020-01-01", "closes": "2099-12-31"}
    path = ground.hub.home / "forms" / f"{made.id}.yaml"
    campaign = {**told, **days, "terms_version": "1", "licence": "CC BY 4.0", "unsigned": True}
    path.write_text(path.read_text(encoding="utf-8") + f"campaign: {json.dumps(campaign)}\n", encoding="utf-8")
    return made.id


def _grants(ground: Ground) -> dict[str, str]:
    """A grant that waits for its approval, one in force to end, and an assessment that is not concluded: all of the first organisation's table."""
    trust, steward, now = ground.hub.trust, ground.subject("steward"), ground.hub.clock.now()
    assessment = trust.assessments.write(AssessmentForm(CANARY, TABLE, ("person",), "verification", CANARY), steward)
    form = GrantForm(
        TABLE, {"pension_no": "clear"}, Purpose("verification", "国务院令第809号 第二十条", CANARY), now, now + timedelta(days=30),
        account=ground.accounts["bystander"],
    )
    asked, given = (trust.grants.propose(form, steward).id for _each in range(2))
    trust.grants.approve(given, ground.subject("reviewer"))
    return {"grant": asked, "grant_given": given, "assessment": assessment.id}


def _standards(ground: Ground) -> dict[str, str]:
    """A code list being drafted, and a standard that is proposed and not open for comments yet."""
    register, steward = ground.hub.catalogue.elements, ground.subject("steward")
    form = {"name": "canary-kinds", "zh": CANARY, "edition": "1", "source": CANARY, "submitter": "zhengwu"}
    drafted = register.lists.draft(form, [CodeRow(code="1", zh=CANARY)], steward)
    told = {"document": "canary-standard", "title": CANARY, "kind": "local", "scope": CANARY, "drafter": "zhengwu"}
    register.documents.propose(told, steward)
    ground.hub.deliver()
    return {"code_list": drafted.name, "project": "canary-standard"}


def _notice(ground: Ground) -> str:
    from lingnan.casework.notice_records import Notice

    with ground.hub.storage.session() as session:
        notice = Notice(
            account=ground.accounts["steward"], event_id="canary", kind="case", title_zh=CANARY, title_en=CANARY, text_zh=CANARY, text_en=CANARY,
            at=ground.hub.clock.now(),
        )
        session.add(notice)
        session.flush()
        return str(notice.id)


def _passkey(ground: Ground) -> str:
    from lingnan.trust.identity.credential_records import Passkey

    with ground.hub.storage.session() as session:
        kept = Passkey(
            account_id=ground.accounts["steward"], credential="Y3JlZGVudGlhbA", name=CANARY, model="0", public_key="p", sign_count=0, backed_up=False
        )
        session.add(kept)
        session.flush()
        return str(kept.id)
