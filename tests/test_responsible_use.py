"""Forbidden uses are absent, not switched off: no name in code, tables, contracts, data elements or routes speaks of one (RESPONSIBLE_USE.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import inspect

from lingnan.base import Settings
from lingnan.standards import data_element, data_elements, read_contract
from lingnan.storage import Storage
from lingnan.web import create_app

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "lingnan"
CONTRACTS = sorted(SOURCE.rglob("*.contract.yaml"))
NAME = re.compile(r"[^\W\d]\w*")

PERSON = r"(?:person|people|persons|citizen|citizens|resident|residents|individual|individuals|applicant|applicants|personal|inhabitant)"
KIN = r"(?:spouse|husband|wife|father|mother|child|children|sibling|relative|relatives|kin|friend|friends|acquaintance|contact_person)"
MOVER = rf"(?:{PERSON}|phone|phones|mobile|handset|plate|plates|vehicle|vehicles|imsi|imei)"
FORBIDDEN: dict[str, re.Pattern[str]] = {
    "a body's template": re.compile(
        r"(?:^|_)(?:face|facial|gait|iris|voice|palm)_?(?:print|prints|template|templates|feature|features|embedding|vector|image|id|match|search|recogni\w+)(?:_|$)"
        r"|voice_?print|biometric|fingerprint_(?:template|image|minutiae|of_person)|finger_minutiae|(?:plate|face)_search"
        r"|人脸|步态|声纹|虹膜|指纹特征|指纹模板|掌纹"
    ),
    "a person's movements": re.compile(
        rf"(?:^|_){MOVER}_(?:track|tracks|tracking|trajectory|trajectories|trace|traces|sighting|sightings|whereabouts|movements|passage|passages)(?:_|$)"
        rf"|(?:^|_)(?:track|trace|follow|locate|tail)_(?:a_)?{MOVER}(?:_|$)|whereabouts|人员轨迹|车辆轨迹|手机轨迹|行踪|号牌轨迹"
    ),
    "relations of persons": re.compile(
        rf"(?:^|_){PERSON}_(?:relation|relations|relationship|relationships|edge|edges|graph|network|tie|ties)(?:_|$)"
        rf"|(?:^|_){KIN}_(?:citizen_number|number|id|name)(?:_|$)|(?:^|_)(?:family|social|kinship)_(?:graph|network|tree|relation|relations|circle)(?:_|$)"
        r"|household_(?:member|members|list|page|people|mates)|(?:^|_)co_?(?:travel\w*|stay\w*|locat\w*)(?:_|$)|next_of_kin"
        r"|亲属关系|社会关系|人际关系|关系人|同行人|同住人|与户主关系|家庭成员"
    ),
    "a score of persons": re.compile(
        rf"(?:^|_){PERSON}_(?:credit_)?(?:score|scores|scoring|rank|ranks|ranking|rating|grade|tier|trust|risk|risks|credit|points|merit)(?:_|$)"
        rf"|(?:^|_)(?:score|rank|rate|grade|risk|trust)_(?:of_)?(?:a_)?{PERSON}(?:_|$)|social_(?:credit_)?scor\w*|trustworthiness"
        r"|个人信用分|个人评分|人员评分|人员风险|个人风险|居民评分|市民分|失信人员排"
    ),
    "a prediction of needs": re.compile(
        rf"(?:^|_)(?:predict\w*|forecast\w*|propensity|likelihood)_(?:of_)?(?:{PERSON}|need|needs)(?:_|$)|(?:^|_)needs?_(?:predict\w*|forecast\w*)|需求预测"
    ),
    "a data set for scoring people": re.compile(r"german_?credit|statlog"),
}
SCORE_OF_ROWS = re.compile(r"(?:^|_)(?:score|rank|ranking|risk|trust|credit|tier|points|merit)(?:_|$)|评分|积分|信用|风险|排名")
"""Forbidden as a column beside a person's number or name, whatever stands before it."""
OF_PERSONS = {"citizen_number", "person_name"}
BODY = re.compile(r"fingerprint|指纹")
"""Right for the digest of a file, forbidden for anything that a department hands over."""


def faults(names: Iterator[tuple[str, str]]) -> list[str]:
    """What is forbidden among names, each with its place."""
    return [f"{place}: {name} ({what})" for place, name in names for what, pattern in FORBIDDEN.items() if pattern.search(snake(name))]


def snake(name: str) -> str:
    """`PersonRiskScore` and `person-risk-score` as `person_risk_score`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-/{}. ]+", "_", name).lower().strip("_")


def names_in_code(source: str) -> Iterator[str]:
    """Identifiers of a module, and the names within its texts (SQL, columns, keys) except docstrings."""
    tree = ast.parse(source)
    told = {id(node.body[0].value) for node in ast.walk(tree) if hasattr(node, "body") and isinstance(node.body, list) and node.body
            and isinstance(node.body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield from NAME.findall(node.value)


def names_in_data(content: Any) -> Iterator[str]:
    """Keys and the names within the texts of a YAML file."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield str(key)
            yield from names_in_data(value)
    elif isinstance(content, list):
        for value in content:
            yield from names_in_data(value)
    elif isinstance(content, str):
        yield from NAME.findall(content)


def names_of_tables(home: Path) -> Iterator[tuple[str, str]]:
    """Tables and columns of the hub's own database, as its migrations make them."""
    storage = Storage.open(Settings(home=home))
    with storage.session() as session:
        inspector = inspect(session.connection())
        for table in inspector.get_table_names():
            yield "table", table
            yield from ((f"table {table}", column["name"]) for column in inspector.get_columns(table))
    storage.close()


def names_of_contract(text: str | Path) -> Iterator[tuple[str, str]]:
    contract = read_contract(text)
    for column in contract.properties:
        yield from ((f"contract {contract.id}", name) for name in (column.name, column.source or "", column.zh or "", column.en or ""))


def names_of_routes() -> Iterator[tuple[str, str]]:
    """Every address the site answers, its parameters and its function."""
    application = create_app(None, Settings())  # type: ignore[arg-type]
    for address, verbs in application.openapi()["paths"].items():
        yield "route", address
        yield from (("route", operation["operationId"]) for operation in verbs.values())
    for path in sorted((SOURCE / "web").rglob("*.py")):
        yield from (("route", address) for address in re.findall(r"@\w+\.(?:get|post|put|delete)\(\s*\"([^\"]+)\"", path.read_text(encoding="utf-8")))


def test_code_speaks_of_no_forbidden_use() -> None:
    sources = ((str(path.relative_to(SOURCE)), path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py"))
    assert not faults((place, name) for place, source in sources for name in names_in_code(source))


def test_data_files_speak_of_no_forbidden_use() -> None:
    contents = ((str(path.relative_to(SOURCE)), yaml.safe_load(path.read_text(encoding="utf-8"))) for path in SOURCE.rglob("*.yaml"))
    assert not faults((place, name) for place, content in contents for name in names_in_data(content))


def test_no_table_of_the_hub_is_forbidden(tmp_path: Path) -> None:
    names = list(names_of_tables(tmp_path))
    assert len(names) > 100
    assert not faults(iter(names))


def test_no_data_element_is_forbidden() -> None:
    elements = [data_element(name) for name in data_elements()]
    names = [("element", name) for element in elements for name in (element.id, element.zh, element.en)]
    assert len(names) > 100
    assert not faults(iter(names))
    assert not [name for _place, name in names if BODY.search(snake(name))]


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name.removesuffix(".contract.yaml"))
def test_no_contract_promises_a_forbidden_column(path: Path) -> None:
    assert contract_faults(path) == []


def contract_faults(text: str | Path) -> list[str]:
    """Forbidden columns of a contract, and scores beside a person's number or name."""
    contract = read_contract(text)
    found = faults(names_of_contract(text))
    found += [f"{contract.id}: {name} (a body's template)" for _place, name in names_of_contract(text) if BODY.search(snake(name))]
    if any(column.element in OF_PERSONS for column in contract.properties):
        names = [name for column in contract.properties for name in (column.name, column.source or "", column.zh or "")
                 if column.element not in {"uscc"}]
        found += [f"{contract.id}: {name} (a score of persons)" for name in names if SCORE_OF_ROWS.search(snake(name))]
    return found


def test_no_address_serves_a_forbidden_use() -> None:
    names = list(names_of_routes())
    assert len(names) > 20
    assert not faults(iter(names))
    assert not [name for _place, name in names if "household" in name], "a household is never listable"


@pytest.mark.parametrize(
    "planted",
    [
        "def face_search(image): ...", "class GaitTemplate: ...", "voiceprint = 1", "name = '人脸特征'",
        "query = 'select plate_trajectory from t'", "def track_person(x): ...",
        "person_edges = []", "key = 'spouse_citizen_number'", "def household_members(): ...", "title = '与户主关系'",
        "class PersonRiskScore: ...", "def f(citizen_rank): ...", "def score_of_person(): ...",
        "f(predicted_needs=1)", "path = 'german_credit.csv'",
    ],
)
def test_a_planted_name_is_found(planted: str) -> None:
    assert faults(("planted", name) for name in names_in_code(planted))


@pytest.mark.parametrize("column", ["fingerprint", "risk", "social_score", "mother_citizen_number", "phone_trajectory"])
def test_a_planted_column_is_found(column: str) -> None:
    text = next(path for path in CONTRACTS if path.name == "resident.contract.yaml").read_text(encoding="utf-8")
    planted = text.replace("- name: former_name\n", f"- name: {column}\n")
    assert planted != text
    assert contract_faults(planted)


@pytest.mark.parametrize("right", ["fingerprint", "parent_uscc", "household", "score", "tax_grade", "interface_id", "risk", "person_id", "facets"])
def test_right_names_pass(right: str) -> None:
    assert not faults(iter([("code", right)]))
