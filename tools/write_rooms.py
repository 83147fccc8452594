"""Writes the floors and the rooms of ARCHITECTURE.md anew: floors from .importlinter, a room's sentence from its door."""

import ast
import configparser
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "ARCHITECTURE.md"


def floors() -> list[str]:
    """The floors of `.importlinter`, top to bottom, as written."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser["importlinter:contract:floors"]["layers"].strip().split("\n")


def rooms() -> list[tuple[str, str]]:
    """Every room that is there, top to bottom, with its sentence."""
    names = [name for floor in floors() for name in re.findall(r"[a-z]+", floor)]
    doors = [(name, ROOT / "src" / "lingnan" / name / "__init__.py") for name in names]
    return [(name, ast.get_docstring(ast.parse(door.read_text(encoding="utf-8"))) or "") for name, door in doors if door.is_file()]


def page(old: str) -> str:
    """The page with both blocks renewed."""
    blocks = {
        "floors": "```\n" + "\n".join(floors()) + "\n```",
        "rooms": "| room | what it owns |\n| --- | --- |\n" + "\n".join(f"| `{name}` | {sentence} |" for name, sentence in rooms()),
    }
    for name, block in blocks.items():
        old = re.sub(rf"(<!-- {name} -->\n).*?(<!-- end -->)", lambda found, text=block: f"{found[1]}{text}\n{found[2]}", old, flags=re.DOTALL)
    return old


if __name__ == "__main__":
    TARGET.write_text(page(TARGET.read_text(encoding="utf-8")), encoding="utf-8")
