"""The rows of the plans that systems answer, as packs name them."""

from functools import cache
from pathlib import Path

from lingnan.base import load_yaml
from lingnan.packkit.shapes import Title


@cache
def plan_rows() -> dict[str, Title]:
    """Every row by its id (A1 … G4), with its name in both languages."""
    held = load_yaml(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return {row: Title.model_validate(title) for row, title in held.items()}
