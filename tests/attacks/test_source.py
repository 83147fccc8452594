"""What the source itself must not hold: parsers of XML that follow entities, loaders that run what they load, shells, weak randomness for secrets.

Cryptography is listed and checked in tests/trust/test_inventory.py, views in tests/trust/test_views.py, rooms by lint-imports.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "lingnan"
FORBIDDEN = {
    "lxml": "defusedxml reads XML (ASVS 1.5.1)", "pickle": "it runs what it loads (ASVS 1.5.2)",
    "marshal": "it runs what it loads (ASVS 1.5.2)", "shelve": "it pickles (ASVS 1.5.2)", "dill": "it runs what it loads (ASVS 1.5.2)",
    "joblib": "it pickles (ASVS 1.5.2)", "cloudpickle": "it runs what it loads (ASVS 1.5.2)", "telnetlib": "nothing is encrypted",
    "ftplib": "nothing is encrypted",
}
PARSING = {"parse", "iterparse", "fromstring", "fromstringlist", "parseString", "XML", "XMLParser", "XMLPullParser", "make_parser", "ParserCreate"}
"""Of the standard library's `xml` only shapes and errors may be used."""
CALLS = {
    "yaml.load": "yaml.safe_load", "yaml.unsafe_load": "yaml.safe_load", "yaml.full_load": "yaml.safe_load", "os.system": "subprocess with a list",
    "os.popen": "subprocess with a list", "eval": "nothing", "exec": "nothing", "tempfile.mktemp": "tempfile.mkstemp", "hashlib.md5": "sha256 or sm3",
    "hashlib.sha1": "sha256 or sm3", "ssl._create_unverified_context": "the usual context",
}


def faults(text: str, name: str) -> Iterator[str]:
    """What of the forbidden a file holds."""
    tree = ast.parse(text)
    imported = [each for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for each in _named(node)]
    aliases = {alias for module, alias in imported if module.split(".")[0] == "xml"}
    for node in ast.walk(tree):
        modules = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules = [node.module]
            if node.module.split(".")[0] == "xml" and PARSING & {each.name for each in node.names}:
                yield f"{name}:{node.lineno} imports a parser of {node.module}: defusedxml reads XML (ASVS 1.5.1)"
        for module in modules:
            if module.split(".")[0] in FORBIDDEN:
                yield f"{name}:{node.lineno} imports {module}: {FORBIDDEN[module.split('.')[0]]}"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            root, _, verb = called.rpartition(".")
            if verb in PARSING and (root in aliases or root.startswith("xml.")):
                yield f"{name}:{node.lineno} calls {called}: defusedxml reads XML (ASVS 1.5.1)"
            if called in CALLS and not (called == "yaml.load" and len(node.args) > 1 and "SafeLoader" in text):
                yield f"{name}:{node.lineno} calls {called}, use {CALLS[called]}"
            for word in node.keywords:
                if word.arg == "shell" and getattr(word.value, "value", None) is True:
                    yield f"{name}:{node.lineno} starts a shell"
                if word.arg == "verify" and getattr(word.value, "value", None) is False:
                    yield f"{name}:{node.lineno} does not check a certificate"


def _named(node: ast.Import | ast.ImportFrom) -> list[tuple[str, str]]:
    """What an import binds: the module it comes from and the name it has here."""
    module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
    return [(module or each.name, each.asname or each.name) for each in node.names]


def test_nothing_forbidden_stands_in_the_source() -> None:
    files = sorted(SOURCE.rglob("*.py"))
    assert [fault for path in files for fault in faults(path.read_text(encoding="utf-8"), str(path.relative_to(SOURCE)))] == []


@pytest.mark.parametrize("text", [
    "import pickle", "from xml.etree import ElementTree\nElementTree.parse(x)", "import xml.dom.minidom\nxml.dom.minidom.parseString(x)",
    "from xml.sax import make_parser", "from lxml import etree", "yaml.load(x)", "eval(x)",
    "subprocess.run(x, shell=True)", "httpx.get(x, verify=False)", "import joblib", "hashlib.md5(x)",
])
def test_the_walk_sees_it(text: str) -> None:
    assert list(faults(text, "a.py"))


def test_no_secret_is_drawn_from_ordinary_randomness() -> None:
    """`random` draws made data, samples, how long to wait before a retry, the matches by which blocking rules are tried, what chance would give."""
    drawing = re.compile(r"^(import|from) random\b", re.MULTILINE)
    users = {path.relative_to(SOURCE).parts[0] for path in SOURCE.rglob("*.py") if drawing.search(path.read_text(encoding="utf-8"))}
    assert users <= {"govern", "lake", "methods", "packs", "world"}


def test_no_route_answers_without_asking_who() -> None:
    """Pages go through `Visitor` or `SignedIn`; only the watcher's address does not."""
    folder, bare = SOURCE / "web" / "pages", []
    for path in [*folder.glob("*.py"), SOURCE / "web" / "api.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(ast.unparse(each).startswith("router.") for each in node.decorator_list):
                taken = ast.unparse(node.args)
                bare += [node.name] if "Visitor" not in taken and "SignedIn" not in taken else []
    assert bare == ["health"]
