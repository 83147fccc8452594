"""Runs the Python of a pack: `models.py` for what SQL cannot say, `sample.py` for rows to try it on. Only packs of the wheel bring Python."""

import importlib.util
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa

from lingnan.base import Refused, Unavailable, WrongUse
from lingnan.packkit.laying import bound_values, listing, rows_table
from lingnan.packkit.pack import Pack


@cache
def _module(name: str, file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise WrongUse(f"{file} 不是 Python 文件。", f"{file} is no Python file.", file=str(file))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def load_code(pack: Pack, file: str) -> ModuleType:
    """A Python file of a pack as a module of its own; WrongUse when there is none, Refused for a pack from outside the wheel."""
    if not (pack.folder / file).is_file():
        raise WrongUse(f"数据包 {pack.id} 没有 {file}。", f"The pack {pack.id} has no {file}.", pack=pack.id)
    if pack.origin != "wheel":
        raise Refused(
            f"数据包 {pack.id} 来自外部，其 {file} 不在平台内运行；请用 SQL 和用例表达。",
            f"The pack {pack.id} comes from outside; its {file} is not run in the hub. Say it in SQL and cases.", pack=pack.id,
        )
    return _module(f"lingnan.packs.{pack.id}.{file.removesuffix('.py')}", pack.folder / file)


def figures_of(pack: Pack, names: Iterable[str], as_of: date) -> dict[str, Any]:
    """The figures of these names for a model: typed values of the day, or tables as statements read them; WrongUse for one without a value yet."""
    tables = {name for name in names if pack.parameters[name].columns}
    return {**bound_values(pack, set(names) - tables, as_of), **{name: listing(pack.parameters[name]) for name in sorted(tables)}}


def run_model(pack: Pack, name: str, tables: Mapping[str, pa.Table], as_of: date) -> pa.Table:
    """The table that a pack's function of that name makes: `name(tables, as_of)`, or `name(tables, as_of, parameters)` where the manifest names
    figures for it. Figures come as they hold on the day, tables of figures whole, every edition with its days. The function gives a table, or rows
    as mappings, which the contract of its table types; what a row does not name is null.

    Refused for a pack from outside the wheel; WrongUse for rows of a table without a contract, or with a column that the contract does not have;
    Unavailable when the model needs an extra that is not installed.
    """
    model = pack.manifest.models[name]
    given = (tables, as_of, figures_of(pack, model.parameters, as_of)) if model.parameters else (tables, as_of)
    try:
        made = getattr(load_code(pack, "models.py"), name)(*given)
    except ModuleNotFoundError as error:
        if model.extra is None or (error.name or "").startswith("lingnan"):
            raise
        raise Unavailable(
            f"{model.title.zh}需要附加包 {model.extra}（缺少 {error.name}）。请安装：pip install 'lingnan[{model.extra}]'。",
            f"{model.title.en} needs the extra {model.extra} ({error.name} is missing). Install it: pip install 'lingnan[{model.extra}]'.",
            pack=pack.id, extra=model.extra,
        ) from error
    return made if isinstance(made, pa.Table) else _typed(pack, name, made)


def _typed(pack: Pack, name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    contract = pack.contracts.get(pack.table(name))
    if contract is None:
        raise WrongUse(
            f"{name} 给出的是行，须由契约定出列的类型。请写 contracts/{name}.yaml。",
            f"{name} gives rows, which a contract has to type. Write contracts/{name}.yaml.", pack=pack.id,
        )
    return rows_table(rows, contract)
