"""A pack's Python stands on packkit, methods and standards alone, never on another room or another pack."""

import ast
from collections.abc import Iterator

from lingnan.packkit.pack import Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "imports"
ROOMS = frozenset({"base", "methods", "packkit", "standards"})


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for path in sorted(reading.place.folder.glob("*.py")):
        try:
            named = list(_imported(ast.parse(path.read_text(encoding="utf-8"))))
        except (SyntaxError, UnicodeDecodeError) as error:
            yield finding(reading, NAME, path.name, f"无法读取：{error}", f"It cannot be read: {error}")
            continue
        for module in named:
            parts = module.split(".")
            if parts[0] == "lingnan" and (len(parts) != 2 or parts[1] not in ROOMS):
                allowed = ", ".join(f"lingnan.{room}" for room in sorted(ROOMS))
                yield finding(reading, NAME, path.name, f"不得引入 {module}。可用：{allowed}。", f"It must not import {module}. Allowed: {allowed}.")


def _imported(tree: ast.AST) -> Iterator[str]:
    """Every module named in an import, also inside functions; a relative one is the pack's neighbour."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or "" if not node.level else f"lingnan.packs.{node.module or ''}"
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


RULE = Rule(NAME, "代码只引用 packkit、methods、standards", "Python stands on packkit, methods and standards alone", "sample", _look)
