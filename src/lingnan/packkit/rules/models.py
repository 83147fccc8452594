"""A model is a function of `models.py` that takes what the manifest says: tables of the pack, the day, and the figures it names."""

import ast
from collections.abc import Iterator

from lingnan.packkit.pack import Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding
from lingnan.packkit.wholeness import told

NAME, FILE = "models", "models.py"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None or not pack.manifest.models:
        return
    for gap in told(pack, NAME):
        yield finding(reading, NAME, gap.file, gap.zh, gap.en)
    takes = _functions((pack.folder / FILE).read_text(encoding="utf-8", errors="replace")) if (pack.folder / FILE).is_file() else None
    if takes is None:
        return
    for name, model in pack.manifest.models.items():
        wanted = "tables, as_of, parameters" if model.parameters else "tables, as_of"
        if name not in takes:
            yield finding(reading, NAME, FILE, f"没有函数 {name}({wanted})。", f"There is no function {name}({wanted}).")
        elif takes[name] != (count := wanted.count(",") + 1):
            zh = f"{name} 有 {takes[name]} 个参数，按清单应为 {count} 个：{wanted}。"
            yield finding(reading, NAME, FILE, zh, f"{name} takes {takes[name]} arguments; by the manifest it takes {count}: {wanted}.")


def _functions(text: str) -> dict[str, int] | None:
    """The functions of a file with how many arguments they take; None for a file that is no Python, which another rule tells."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    return {node.name: len(node.args.posonlyargs) + len(node.args.args) for node in tree.body if isinstance(node, ast.FunctionDef)}


RULE = Rule(
    NAME, "模型函数存在，所读的表和所用的参数都写明且存在", "models are there, and what they read and are given is named and exists", "sample", _look,
)
