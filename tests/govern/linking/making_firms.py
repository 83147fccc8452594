"""Made firms as two offices list them: short names, places in brackets, former names, branches, typing errors."""

import random
from typing import Any

PLACES = ["广州", "深圳", "佛山", "东莞", "中山", "惠州", "珠海", "长沙", "武汉", "杭州"]
FIRST, SECOND = "恒鑫瑞泰盛华永宏金正嘉德信凯隆鸿博雅诚顺", "达源丰茂通利和兴祥昌成远辉宇腾康安泽创越"
LINES = ["商贸", "科技", "物流", "餐饮管理", "信息技术", "建筑工程", "五金制品", "文化传媒", "电子", "服饰"]
ROADS = ["中山路", "解放大道", "人民路", "东风西路", "环市东路", "体育路", "黄埔大道", "江南路", "北京路", "新港路"]
HEADS, GIVEN = "陈李黄张梁林吴刘罗王何郑叶谢杨", "伟玮静婷丽芳杰宇欣涵轩浩晨佳智文华建军俊"


def firms(count: int, seed: int) -> list[dict[str, Any]]:
    """Firms, one in twelve with a branch under the same head, telephone and (half of them) house."""
    dice, found = random.Random(seed), []
    for n in range(count):
        place, trade = dice.choice(PLACES), dice.choice(FIRST) + dice.choice(SECOND)
        firm = {
            "truth": f"f{n}", "place": place, "trade": trade, "line": dice.choice(LINES), "branch": "",
            "head": dice.choice(HEADS) + dice.choice(GIVEN) + dice.choice(GIVEN), "phone": f"13{dice.randrange(10**9):09}", "former": "",
            "address": f"{place}市{dice.choice(ROADS)}{dice.randint(1, 400)}号{dice.randint(1, 30)}0{dice.randint(1, 9)}房",
        }
        if dice.random() < 0.08:
            firm["former"] = f"{place}{dice.choice(FIRST)}{dice.choice(SECOND)}{firm['line']}有限公司"
        found.append(firm)
        if n % 12 == 0:
            other = dice.choice([each for each in PLACES if each != place])
            found.append({**firm, "truth": f"b{n}", "branch": other, "former": "",
                          "address": firm["address"] if dice.random() < 0.5 else f"{other}市{dice.choice(ROADS)}{dice.randint(1, 400)}号"})
    return found


def registered(firm: dict[str, Any]) -> dict[str, str]:
    """The firm as registered."""
    name = f"{firm['place']}市{firm['trade']}{firm['line']}有限公司" + (f"{firm['branch']}分公司" if firm["branch"] else "")
    return {"企业名称": name, "曾用名称": firm["former"], "法定代表人": firm["head"], "联系电话": firm["phone"], "住所": firm["address"]}


def as_met(firm: dict[str, Any], dice: random.Random) -> dict[str, str]:
    """The firm as another office writes it down."""
    place, trade, line = firm["place"], firm["trade"], firm["line"]
    name = dice.choice([
        f"{place}{trade}{line}有限公司", f"{trade}（{place}）{line}有限公司", f"{place}市{trade}{line}有限责任公司",
        f"{trade}{line}", f"{place}{trade}{line}",
    ])
    if firm["former"] and dice.random() < 0.5:
        name = firm["former"]
    if firm["branch"]:
        name = f"{place}{trade}{line}有限公司{firm['branch']}分公司"
    head = firm["head"] if dice.random() < 0.85 else dice.choice(HEADS) + dice.choice(GIVEN) + dice.choice(GIVEN)
    address = firm["address"] if dice.random() < 0.6 else firm["address"].removeprefix(place + "市").partition("号")[0] + "号"
    phone = firm["phone"] if dice.random() < 0.7 else ""
    return {"企业名称": name, "曾用名称": "", "法定代表人": head, "联系电话": phone, "住所": address if dice.random() < 0.85 else ""}
