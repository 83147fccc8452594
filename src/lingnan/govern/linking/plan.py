"""What to link, as a file says it (PLAN.yaml) or as the command's options do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingnan.base import BadInput, WrongUse, load_yaml
from lingnan.govern.linking.service import Choices
from lingnan.govern.linking.sources import Asked

_KEYS = frozenset((
    "left", "right", "id", "truth", "out", "kinds", "leave_out", "rename", "threshold", "one_to_one", "budget", "engine",
))


@dataclass(frozen=True)
class LinkPlan:
    """The sides and columns, where the links are written, and what the caller decides."""

    asked: Asked
    out: Path | None
    choices: Choices

    @classmethod
    def of(cls, left: str, right: str, key: str, truth: str, out: Path | None, choices: Choices) -> "LinkPlan":
        """The plan that the command's options say; WrongUse when a side or the key is missing."""
        return cls(_asked({"left": left, "right": right, "id": key, "truth": truth}, Path()), out, choices)

    @property
    def tables(self) -> tuple[str, ...]:
        """The sides that are tables of the lake, for which a view must be given."""
        return tuple(side for side in (self.asked.left, self.asked.right) if isinstance(side, str))


def read_plan(path: Path) -> LinkPlan:
    """The plan in a YAML file; its paths are meant from where it lies."""
    if not path.is_file():
        raise BadInput(f"没有计划文件 {path}。", f"There is no plan {path}.", path=str(path))
    said: Any = load_yaml(path.read_text(encoding="utf-8"))
    if not isinstance(said, dict):
        raise BadInput(f"{path} 不是计划：应为键值。", f"{path} is no plan: keys and values are wanted.", path=str(path))
    if unknown := sorted(set(map(str, said)) - _KEYS):
        raise BadInput(
            f"计划中有未知的键 {'、'.join(unknown)}。可用：{'、'.join(sorted(_KEYS))}。",
            f"The plan has unknown keys {', '.join(unknown)}. There are: {', '.join(sorted(_KEYS))}.", path=str(path),
        )
    folder = path.parent
    out = said.get("out")
    choices = Choices(_number(said, "threshold"), said.get("one_to_one"), _whole(said, "budget"), str(said.get("engine", "lingnan")))
    return LinkPlan(_asked(said, folder), folder / str(out) if out else None, choices)


def _asked(said: dict[str, Any], folder: Path) -> Asked:
    if not said.get("left") or not said.get("id"):
        raise WrongUse(
            "请给出 PLAN.yaml，或 --left 文件与 --id 记录编号列。", "Give PLAN.yaml, or --left FILE and --id with the column that names a record."
        )
    kinds = {str(name): str(kind) for name, kind in (said.get("kinds") or {}).items()}
    renamed = {str(right): str(left) for left, right in (said.get("rename") or {}).items()}
    right = _side(str(said["right"]), folder) if said.get("right") else None
    return Asked(_side(str(said["left"]), folder), right, str(said["id"]), str(said.get("truth") or ""), kinds,
                 tuple(map(str, said.get("leave_out") or ())), renamed)


def _side(given: str, folder: Path) -> Path | str:
    """A file when there is one of that name or the name has a file's ending; else a table."""
    path = Path(given) if Path(given).is_absolute() else folder / given
    return path if path.exists() or path.suffix.lower() in (".csv", ".parquet", ".pq", ".tsv", ".txt") else given


def _number(said: dict[str, Any], name: str) -> float | None:
    value = said.get(name)
    if value is not None and not isinstance(value, int | float):
        raise BadInput(f"计划中的 {name} 应为数。", f"{name} in the plan must be a number.", key=name)
    return None if value is None else float(value)


def _whole(said: dict[str, Any], name: str) -> int | None:
    value = _number(said, name)
    return None if value is None else int(value)
