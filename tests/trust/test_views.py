"""Only trust makes a view; the tree of every source file is walked to see it."""

import ast
from pathlib import Path

import lingnan

SOURCE = Path(lingnan.__file__).parent
# The lake's own fingerprint reads a whole table and gives one hash, no value.
MAY = ("trust/", "lake/shapes.py", "lake/fingerprint.py")


def makers(source: str) -> list[int]:
    """Lines that call View or View.for_step, or `replace` a view's fields by dataclasses."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in ("View", "lake.View", "shapes.View") or called.endswith(("View.for_step", "lake.View")):
                lines.append(node.lineno)
    return lines


def test_only_trust_makes_views() -> None:
    found = {
        f"{file.relative_to(SOURCE)}:{line}" for file in SOURCE.rglob("*.py")
        if not file.relative_to(SOURCE).as_posix().startswith(MAY) for line in makers(file.read_text(encoding="utf-8"))
    }
    assert not found


def test_the_walk_sees_a_maker() -> None:
    assert makers("from lingnan.lake import View\nView(table='a.b', decision='')\nView.for_step('a.b', '')") == [2, 3]
