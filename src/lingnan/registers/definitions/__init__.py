"""The registers as data: `*.yaml` beside this file, one a register."""

from functools import cache
from pathlib import Path

from lingnan.base import Missing, load_yaml
from lingnan.registers.shapes import RegisterDefinition


@cache
def register_definitions() -> tuple[RegisterDefinition, ...]:
    """Every register that is built from observations, by file name."""
    files = sorted(Path(__file__).parent.glob("*.yaml"))
    return tuple(RegisterDefinition.model_validate(load_yaml(file.read_text(encoding="utf-8"))) for file in files)


def register_definition(register: str) -> RegisterDefinition:
    """One register's definition; Missing names those there are."""
    for definition in register_definitions():
        if definition.register_ == register:
            return definition
    known = [definition.register_ for definition in register_definitions()]
    raise Missing(
        f"没有名为“{register}”的基础库。现有：{'、'.join(known)}。",
        f"There is no register “{register}”. There are: {', '.join(known)}.",
        register=register,
    )
