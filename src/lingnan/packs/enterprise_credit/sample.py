"""Rows to try the pack on: made legal entities whose decisions come late, twice, or from nowhere; the faults are named where they are made."""

import random
from datetime import date, datetime, timedelta, timezone
from typing import Any

CHINA, CODES = timezone(timedelta(hours=8)), ("01", "02", "03", "04", "05")
TODAY, PACK = date(2026, 6, 30), "enterprise_credit"
COUNTIES = ("440106", "440305", "440604", "441302")
LAWS = ("食品安全法第一百二十四条", "安全生产法第一百零二条", "广告法第五十五条", "企业信息公示暂行条例第十七条")
WORDS = ("经营异常名录", "重点关注名单")  # fault: the second is a list that no rule knows
PENALTIES = (("11", None), ("21", 2000), ("21", 50_000), ("21", 2_000_000), ("33", None), ("22", None))
Row = dict[str, Any]


def sample(seed: int, size: int) -> dict[str, list[Row]]:
    """Rows of every needed table about four times `size` entities: a card is learnt from many."""
    drawn = random.Random(seed)  # noqa: S311 - made rows must be the same for the same seed
    entities = [_entity(drawn, number) for number in range(4 * size)]
    facts = [_fact(drawn, entity, kind, at) for entity in entities for at, kind in enumerate(drawn.choices(CODES, (4, 3, 0, 0, 2), k=2))]
    facts += [fact for entity in entities for fact in _trouble(drawn, entity)]
    facts.append({**_fact(drawn, entities[0], "02", 9), "entry_id": "Cstranger", "uscc": "91440000STRANGER00"})  # fault: not on the register
    penalties = [_penalty(drawn, fact) for fact in facts if fact["kind"] == "02"]
    fields = [{"case_no": f"Z{each['penalty_no']}", "field": "document_no", "value": each["penalty_no"]} for each in penalties]
    cases = [{"case_no": f"Z{each['penalty_no']}", "credit_code": each["uscc"], "opened_on": TODAY} for each in penalties]
    return {
        "registers.entities": entities, "registers.credit": facts, "fagai.penalty": penalties,
        "registers.credit_unlinked": [{"source_table": "fagai.credit_record", "source_key": "R1", "reason": "person"}],  # fault: a person's number
        "fagai.publicity_record": [_shown(fact) for at, fact in enumerate(facts) if fact["kind"] in ("01", "02") and at % 4],
        "fagai.credit_repair": [_repair(drawn, at, penalty) for at, penalty in enumerate(penalties) if at % 3 == 0],
        "fagai.credit_objection": [_objection(drawn, at, penalty) for at, penalty in enumerate(penalties) if at % 7 == 1],
        "fagai.repair_record": [{**_repair(drawn, at, penalty), "outcome": "准予"} for at, penalty in enumerate(penalties) if at % 5 == 1],
        "shichang.list_decision": [_listing(drawn, at, entity) for at, entity in enumerate(entities) if at % 5 == 2],
        "shichang.listing": [{**_listing(drawn, at + 9000, each), "list": WORDS[at % 2]} for at, each in enumerate(entities) if at % 9 == 4],
        "shichang.annual_report": [_report(drawn, at, each["uscc"], year) for at, each in enumerate(entities) for year in (2023, 2024) if at % 8],
        "casework.decided": [{**each, "flow": f"{PACK}-repair", "outcome": "granted", "decided_on": TODAY} for each in cases[::9]],
        "casework.pending": [{**each, "flow": f"{PACK}-objection"} for each in cases[1::9]], "casework.decided_field": fields,
        "casework.pending_field": fields, "shichang.inspection": [
            {"inspection_no": f"J{at}", "uscc": each["uscc"], "item": "登记事项检查", "result": drawn.choice("1115"),
             "inspected_on": TODAY - timedelta(days=drawn.randrange(10, 1300))}
            for at, each in enumerate(entities) if at % 3 == 0
        ],
    }


def _entity(drawn: random.Random, number: int) -> Row:
    return {
        "uscc": f"91{drawn.choice(COUNTIES)}MADE{number:05d}X"[:18], "name": f"样例{number}号有限公司",
        "kind": "9500" if number % 11 == 10 else "1130",  # fault: an individually owned business, who is a natural person
        "industry": drawn.choice(("3511", "5211", "6510", "4710")), "division": drawn.choice(COUNTIES), "registered_capital": 1_000_000,
        "founded_on": date(2005, 1, 1) + timedelta(days=drawn.randrange(6000)), "status": "1", "tax_grade": drawn.choice("ABMCD"),
    }


def _fact(drawn: random.Random, entity: Row, kind: str, number: int) -> Row:
    decided = TODAY - timedelta(days=drawn.randrange(10, 1300))
    published = decided + timedelta(days=drawn.choice((1, 3, 7, 25)))  # fault: 25 days are too late
    known = datetime.combine(published, datetime.min.time(), CHINA) + timedelta(days=1)
    untold = kind == "01" and drawn.random() < 0.2  # fault: nobody tells when the licence was made public
    return {
        "entry_id": f"C{entity['uscc']}{number}", "name": entity["name"], "uscc": entity["uscc"], "kind": kind,
        "document_no": f"样{entity['uscc'][-6:]}-{number}", "content": "样例事实", "authority": "样例市市场监督管理局", "decided_on": decided,
        "expires_on": decided + timedelta(days=1095) if kind in ("01", "05") else None, "published_on": None if untold else published,
        "published_to": None, "known_from": known,
    }


def _trouble(drawn: random.Random, entity: Row) -> list[Row]:
    """Penalties and arrears of three years ago make an enforcement in either of the last two years likelier: what a card can learn."""
    chance, facts = 0.1, []
    for kind, number in (("02", 10), ("03", 11)):
        if drawn.random() < 0.5:
            chance += 0.35
            decided = TODAY - timedelta(days=drawn.randrange(800, 1300))
            facts.append({**_fact(drawn, entity, kind, number), "decided_on": decided, "published_on": decided})
    for span in (0, 1):
        if drawn.random() < chance:
            decided = TODAY - timedelta(days=365 * span + drawn.randrange(20, 340))
            facts.append({**_fact(drawn, entity, "04", 20 + span), "decided_on": decided, "published_on": decided})
    return facts


def _penalty(drawn: random.Random, fact: Row) -> Row:
    kind, fine = drawn.choice(PENALTIES)
    told = {"basis": drawn.choice(LAWS), "kind": kind, "fine": fine}
    return {"penalty_no": fact["document_no"], "uscc": fact["uscc"], "decided_on": fact["decided_on"], **told}


def _repair(drawn: random.Random, number: int, penalty: Row) -> Row:
    applied = penalty["decided_on"] + timedelta(days=drawn.choice((20, 100, 200, 400)))  # fault: after 20 days it is often too early
    decided = applied + timedelta(days=10)
    return {
        "repair_no": f"X{number}", "uscc": penalty["uscc"], "document_no": penalty["penalty_no"], "applied_on": applied, "decided_on": decided,
        "outcome": drawn.choice(("granted", "granted", "refused")), "recorded_on": decided + timedelta(days=drawn.choice((0, 1, 30))),
    }


def _objection(drawn: random.Random, number: int, penalty: Row) -> Row:
    raised = penalty["decided_on"] + timedelta(days=15)
    answered = None if drawn.random() < 0.5 else raised + timedelta(days=7)
    return {"objection_no": f"Y{number}", "uscc": penalty["uscc"], "document_no": penalty["penalty_no"], "raised_on": raised, "answered_on": answered}


def _listing(drawn: random.Random, number: int, entity: Row) -> Row:
    decided = TODAY - timedelta(days=drawn.randrange(20, 1500))
    removed = None if drawn.random() < 0.5 else decided + timedelta(days=drawn.randrange(30, 900))
    told = {"decision_no": f"样列〔{number}〕号", "uscc": entity["uscc"], "list": drawn.choice(("abnormal", "serious")), "decided_on": decided}
    recorded = {"recorded_on": decided + timedelta(days=2), "removal_recorded_on": removed and removed + timedelta(days=drawn.choice((0, 5)))}
    return {**told, "authority": "样例市市场监督管理局", "removed_on": removed, **recorded}


def _shown(fact: Row) -> Row:
    late = fact["uscc"][-2] == "3"  # fault: shown a month after it was published elsewhere
    shown = fact["decided_on"] + timedelta(days=40 if late else 2)
    return {"document_kind": fact["kind"], "document_no": fact["document_no"], "uscc": fact["uscc"], "published_on": shown}


def _report(drawn: random.Random, number: int, uscc: str, year: int) -> Row:
    days = drawn.choice((20, 90, 179, 250))  # fault: 250 days are after the last day for it
    return {"report_no": f"N{year}{number}", "uscc": uscc, "year": year, "submitted_on": date(year + 1, 1, 1) + timedelta(days=days)}
