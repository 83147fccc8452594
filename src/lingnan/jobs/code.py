"""Digests of code, so that a step runs again when what it does has changed."""

import importlib.util
from functools import cache
from pathlib import Path

from lingnan.base import Missing, content_digest

COUNTED = {".py", ".sql", ".yaml", ".yml", ".csv", ".json"}


def code_digest(*modules: str, also: str = "") -> str:
    """SHA-256 over the sources (code, SQL, YAML, code lists) of modules and packages by name, and `also`; Missing when there is none."""
    return content_digest(also, *(_module_digest(module) for module in modules))


@cache
def _module_digest(module: str) -> str:
    """Read once a process: many steps stand on the same rooms, each with a contract of its own beside them."""
    parts: list[str] = []
    for file in _files(module):
        parts += [file.name, file.read_text(encoding="utf-8", errors="replace")]
    return content_digest(*parts)


def _files(module: str) -> list[Path]:
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise Missing(f"没有名为 {module} 的模块。", f"There is no module {module}.", module=module)
    origin = Path(found.origin)
    if found.submodule_search_locations is None:
        return [origin]
    return sorted(file for file in origin.parent.rglob("*") if file.suffix in COUNTED)
