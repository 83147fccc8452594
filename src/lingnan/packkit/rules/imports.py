"""A pack's Python stands on packkit, methods and standards alone, never on another room or another pack."""

import ast
from collections.abc import Iterator

from lingnan.packkit.pack import Reading
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "imports"
REACHING = frozenset({
    "aiohttp", "asyncio", "ctypes", "duckdb", "ftplib", "glob", "http", "httpx", "importlib", "io", "mmap", "multiprocessing", "os", "pathlib",
    "pickle", "requests", "runpy", "shelve", "shutil", "signal", "smtplib", "socket", "sqlalchemy", "sqlite3", "ssl", "subprocess", "sys",
    "tempfile", "threading", "urllib", "webbrowser",
})
"""Modules by which code reaches files, processes or networks: a pack's Python reads the tables it is given."""
FILES = frozenset({"csv", "dataset", "feather", "flight", "fs", "orc", "parquet"})
"""Parts of Arrow that read files."""
CALLS = frozenset({"__import__", "compile", "eval", "exec", "input", "open"})
ROOMS = frozenset({"base", "methods", "packkit", "standards"})


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for path in sorted(reading.place.folder.glob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError) as error:
            yield finding(reading, NAME, path.name, f"无法读取：{error}", f"It cannot be read: {error}")
            continue
        for reached in _reached(tree):
            yield finding(
                reading, NAME, path.name, f"不得使用 {reached}：包的代码只读交给它的表。",
                f"It must not use {reached}: the Python of a pack reads the tables it is given.",
            )
        for module in _imported(tree):
            parts = module.split(".")
            if parts[0] == "lingnan" and (len(parts) != 2 or parts[1] not in ROOMS):
                allowed = ", ".join(f"lingnan.{room}" for room in sorted(ROOMS))
                yield finding(reading, NAME, path.name, f"不得引入 {module}。可用：{allowed}。", f"It must not import {module}. Allowed: {allowed}.")


def _reached(tree: ast.AST) -> Iterator[str]:
    """Modules and calls by which the code would reach beyond what it is given."""
    for module in _imported(tree):
        first, _, rest = module.partition(".")
        if first in REACHING or (first == "pyarrow" and rest.partition(".")[0] in FILES):
            yield module
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "pyarrow":
            yield from (f"pyarrow.{alias.name}" for alias in node.names if alias.name in FILES)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield f"{node.func.id}()"


def _imported(tree: ast.AST) -> Iterator[str]:
    """Every module named in an import, also inside functions; a relative one is the pack's neighbour."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or "" if not node.level else f"lingnan.packs.{node.module or ''}"
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


RULE = Rule(NAME, "代码只引用 packkit、methods、standards", "Python stands on packkit, methods and standards alone", "sample", _look)
