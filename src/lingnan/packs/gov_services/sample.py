"""Made guides, certificates and cases to try the pack on."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

ITEMS = (
    # code, name, kind, authority, audience, legal and promised days, materials
    ("44000101", "居民身份证换领", "07", "公安局", "1", 60, 5, ("household", "photo")),
    ("44000203", "城乡居民养老保险参保登记", "20", "人力资源和社会保障局", "1", 20, 5, ("household", "social_card")),
    ("44000401", "机动车驾驶证换证", "07", "公安局", "1", 5, 1, ("driving", "health", "photo")),
    ("44000501", "不动产转移登记", "07", "自然资源局", "1", 30, 5, ("deed", "household", "contract")),
    ("44001101", "企业设立登记", "07", "市场监督管理局", "2", 15, 1, ("form", "articles")),
    ("44001201", "食品经营许可", "01", "市场监督管理局", "2", 20, 15, ("business", "form", "layout")),
    ("44001501", "一般纳税人登记", "07", "税务局", "2", 5, 1, ("business",)),
    ("44001601", "道路运输经营许可", "01", "交通运输局", "2", 20, 15, ("business", "form", "vehicles")),
)
MATERIALS = {
    # name, type of certificate, source, form
    "household": ("居民户口簿", "101", "20", "3"), "driving": ("机动车驾驶证", "103", "20", "3"), "social_card": ("社会保障卡", "104", "20", "2"),
    "deed": ("不动产权证书", "106", "20", "1"), "business": ("营业执照", "201", "20", "3"), "photo": ("近期照片", None, "10", "3"),
    "form": ("申请表", None, "10", "2"), "health": ("身体条件证明", None, "99", "3"), "contract": ("转移合同", None, "10", "1"),
    "articles": ("公司章程", None, "10", "3"), "layout": ("经营场所布局图", None, "10", "3"), "vehicles": ("车辆情况说明", None, "10", "3"),
}
BUNDLES = (("S01", "开办餐馆", "44001101 44001201"), ("S02", "开办货运企业", "44001101 44001601"), ("S03", "迁入落户", "44000101 44009999"))
FIELDS = (("applicant_name", "申请人"), ("applicant_number", "证件号码"), ("address", "住所"), ("telephone", "联系电话"))
ASKED, MODES = {each[0]: each[-1] for each in ITEMS}, ("reuse", "upload", "reuse", "upload", "waive")
FAULTS: dict[str, dict[str, Any]] = {"44001201": {"promised_days": 30, "consult_phone": None}, "44000501": {"changed_on": date(2026, 3, 1)}}
OUTCOMES, FOURTH = ("01",) * 18 + ("02", "04"), ("44000101", 4, "制证", "制证中心", 10)
FIRST, NOW = date(2024, 1, 1), datetime(2026, 6, 30, 9, tzinfo=timezone(timedelta(hours=8)))


def sample(seed: int, size: int) -> dict[str, list[dict[str, Any]]]:
    """Eight items, `size` applicants with their certificates, three cases each and eight earlier ones in a planted order.

    Faults: a promise beyond the law, a catch-all material, a guide without telephone, a step too many, paper of a certificate in the store,
    papers that ended, people on whom sources differ, materials asked for again, a joint handling of an item that is not in the catalogue.
    """
    drawn = random.Random(seed)  # noqa: S311  made rows, no secret
    people = [("legal" if number % 3 == 0 else "natural", f"{number:018d}") for number in range(size)]
    cases = [_case(drawn, number, people[number % size]) for number in range(3 * size)]
    cases += [each for number, applicant in enumerate(people) for each in _earlier(drawn, number, applicant)]
    return {
        **_guides(drawn), "zhengwu.service_case": cases,
        "zhengwu.case_material": [{"case_no": case["case_no"], "material_code": name, "mode": drawn.choice(MODES)}
                                  for case in cases for name in ASKED[case["item_code"]]],
        "zhengwu.case_rating": [_rating(drawn, case) for case in cases if case["finished_at"] is not None],
        "zhengwu.desk_case": [{**cases[0], "case_no": f"D-{each}", "application_no": "D", "item_code": ITEMS[each][0]} for each in (4, 5)],
        "zhengwu.hint_choice": [{"applicant_kind": each, "applicant_number": of, "chosen_on": FIRST, "hints": False} for each, of in people[::9]],
        "registers.licences": [_licence(drawn, number, *people[number % size]) for number in range(4 * size)],
        "registers.people": [
            {"entry_id": of, "citizen_number": of, "birth_date": date(drawn.randrange(1940, 2015), drawn.randrange(1, 13), 15),
             "employer_uscc": drawn.choice((None, "0" * 18)), "conflicts": drawn.randrange(20) // 19} for each, of in people if each == "natural"],
        "registers.entities": [{"entry_id": of, "uscc": of, "status": drawn.choice("112"), "conflicts": 0} for each, of in people if each == "legal"],
    }


def _guides(drawn: random.Random) -> dict[str, list[dict[str, Any]]]:
    items = [_item(*each[:7]) | FAULTS.get(each[0], {}) for each in ITEMS]
    materials = [_material(code, name) for code, names in ASKED.items() for name in names]
    materials.append({**_material("44001601", "form"), "material_code": "other", "material_name": "法律法规规定的其他材料"})
    told = [(code, number, *step) for code, *_, promised, _names in ITEMS
            for number, step in enumerate((("受理", "窗口", 0), ("审查", "业务科", promised - 1), ("决定", "业务科", 1)), 1)]
    steps = [dict(zip(("item_code", "step_no", "step", "handler", "max_days"), each, strict=True)) for each in (*told, FOURTH)]
    return {
        "zhengwu.service_item": items, "zhengwu.item_material": materials, "zhengwu.item_step": steps,
        "zhengwu.item_prerequisite": [{"item_code": "44001201", "needs_item": "44001101"}, {"item_code": "44001601", "needs_item": "44001101"}],
        "zhengwu.item_field": [{"item_code": each[0], "element": element, "title": title} for each in ITEMS for element, title in FIELDS],
        "zhengwu.bundle_item": [{"bundle_code": code, "item_code": item, "bundle_name": name} for code, name, of in BUNDLES for item in of.split()],
    }


def _item(code: str, name: str, kind: str, authority: str, whom: str, legal: int, promised: int) -> dict[str, Any]:
    return {
        "item_code": code, "valid_from": FIRST, "item_name": name, "item_kind": kind, "authority": authority, "service_object": whom,
        "case_kind": "1" if promised == 1 else "2", "legal_days": legal, "promised_days": promised, "visits": 0 if promised == 1 else 1,
        "online_depth": 7 if promised == 1 else 5 if promised < 10 else 4, "fee": False, "legal_basis": "示例依据", "conditions": "见办事指南",
        "place": "政务服务中心", "consult_phone": "020-0000", "complaint_phone": "12345", "changed_on": FIRST, "reviewed_on": FIRST,
    }


def _material(item: str, code: str) -> dict[str, Any]:
    name, kind, source, form = MATERIALS[code]
    told = {"material_name": name, "licence_type": kind, "source": source, "form": form, "necessity": "1", "copies": 1, "basis": "示例依据"}
    return {"item_code": item, "material_code": code, **told}


def _licence(drawn: random.Random, number: int, kind: str, holder: str) -> dict[str, Any]:
    issued = FIRST - timedelta(days=drawn.randrange(1, 3000))
    return {
        "entry_id": f"L{number}", "licence_identifier": f"1.2.156.3005.2.{number}", "holder_number": holder, "holder_kind": kind, "issuer": "机关",
        "type": "201" if kind == "legal" else drawn.choice(("101", "103", "104", "106")), "issued_on": issued, "state": drawn.choice("1" * 29 + "3"),
        "expires_on": drawn.choice((None, issued + timedelta(days=3650))), "trust_level": drawn.choices("ABCD", (85, 10, 4, 1))[0]}


def _case(drawn: random.Random, number: int, applicant: tuple[str, str]) -> dict[str, Any]:
    code, *_, promised, _names = drawn.choice([each for each in ITEMS if (each[4] == "2") == (applicant[0] == "legal")])
    accepted = NOW - timedelta(days=drawn.choice((drawn.randrange(400), drawn.randrange(12))))
    done = (finished := accepted + timedelta(days=drawn.randrange(2 * promised + 1), hours=7)).date() < NOW.date()
    return {
        "case_no": f"C{number}", "item_code": code, "applicant_kind": applicant[0], "applicant_number": applicant[1], "accepted_at": accepted,
        "division": drawn.choice(("440106", "440305", "440605")), "channel": drawn.choice("1122334"), "finished_at": finished if done else None,
        "due_on": accepted.date() + timedelta(days=promised * 7 // 5 + 1), "outcome": drawn.choice(OUTCOMES) if done else "00"}


def _earlier(drawn: random.Random, number: int, applicant: tuple[str, str]) -> Iterator[dict[str, Any]]:
    """Cases of earlier years: four of five follow the item that stands next in the list."""
    fit, at = [each[0] for each in ITEMS if (each[4] == "2") == (applicant[0] == "legal")], drawn.randrange(4)
    for step in range(8):
        begun = NOW - timedelta(days=900 - 60 * step - drawn.randrange(30))
        told = {"case_no": f"E{number}-{step}", "item_code": fit[at], "outcome": "01", "accepted_at": begun, "due_on": begun.date()}
        yield {**_case(drawn, number, applicant), **told, "finished_at": begun + timedelta(hours=7)}
        at = (at + 1) % 4 if drawn.random() < 0.8 else drawn.randrange(4)


def _rating(drawn: random.Random, case: dict[str, Any]) -> dict[str, Any]:
    by_default, day, score = drawn.random() < 0.7, case["finished_at"].date(), drawn.choices((5, 4, 3, 2, 1), (70, 18, 6, 4, 2))[0]
    told = {"case_no": case["case_no"], "score": 3 if by_default else score, "by_default": by_default, "rated_on": day}
    return told if by_default or score > 2 else {**told, "tag": "超过承诺时限", "revisited_on": drawn.choice((None, day + timedelta(days=5)))}
