"""What learns says so, with columns that are there, and nothing that it makes is a fact of a decision whose answer could be adverse."""

import ast
from collections.abc import Iterator

from lingnan.packkit.pack import MANIFEST, Pack, Reading
from lingnan.packkit.parts.decisions import FOLDER
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "learning"
LEARNERS = frozenset({"fit_forecast", "fit_scorecard"})
MODELS = "models.py"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    pack = reading.pack
    if pack is None:
        return
    learning = {name: model.learns for name, model in pack.manifest.models.items() if model.learns is not None}
    if not learning and (named := sorted(_named(pack) & LEARNERS)):
        told = ", ".join(named)
        yield finding(reading, NAME, MANIFEST, f"models.py 用到 {told}，须写明 learns。", f"models.py uses {told}; the model must say `learns`.")
    for name, learned in learning.items():
        contract = pack.contracts.get(pack.table(name))
        known = {each.name for each in contract.properties} if contract else set()
        for column in sorted({learned.error, learned.baseline_error, learned.made_by, *learned.folds, *learned.measures} - known if contract else ()):
            yield finding(reading, NAME, MANIFEST, f"{name} 没有列 {column}。", f"{name} has no column {column}.")
        for table in sorted({*learned.watched, *learned.period} - set(pack.manifest.models[name].reads)):
            yield finding(reading, NAME, MANIFEST, f"{name} 不读 {table}。", f"{name} does not read {table}.")
    yield from _decided(reading, pack, frozenset(learning))


def _decided(reading: Reading, pack: Pack, learning: frozenset[str]) -> Iterator[Finding]:
    """Decisions that rest on a model: nobody can tell from the table that no answer harms anybody, so none may."""
    for name, applied in pack.manifest.decisions.items():
        behind = pack.behind(applied.reads) if applied.reads in pack.made else frozenset()  # another rule tells of what is not there
        for model in sorted(behind & learning):
            yield finding(
                reading, NAME, f"{FOLDER}/{name}.yaml", f"决策不得以模型 {model} 的结果为事实，请交由人决定。",
                f"A decision must not take what the model {model} says for a fact; a person decides.",
            )


def _named(pack: Pack) -> frozenset[str]:
    """Names that the pack's models take from elsewhere; none of a file that cannot be read, which another rule tells."""
    file = pack.folder / MODELS
    try:
        tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    except (SyntaxError, UnicodeDecodeError):
        return frozenset()
    return frozenset(alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names)


RULE = Rule(
    NAME, "学习模型写明用途、基线和检验，且不作为决策的事实", "models that learn say what for and how they are tried, and are no facts of decisions",
    "sample", _look,
)
