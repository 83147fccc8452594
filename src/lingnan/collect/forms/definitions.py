"""The forms of a home: files read once and again when they change, and a new one written out of a contract."""

import os
import re
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from lingnan.base import CHINA, BadInput, Clock, Conflict, Missing, form_misfits, load_yaml, misfits_told
from lingnan.collect.feeds import read_feed
from lingnan.collect.forms.columns import NAMES, PREFIX, added_columns, filled_in
from lingnan.collect.forms.fields import parts_of
from lingnan.collect.forms.shapes import FORM_ID, Form, FormFile
from lingnan.collect.shapes import Feed, Provider
from lingnan.standards import SHIPPED, Contract, Vocabulary, write_contract

FOLDER, ENTRIES = "forms", "entries"
"""Below the home: the files of forms, and below them the batches of their entries."""


class Forms:
    """Every form of one home."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self._home, self._clock = home, clock
        self._kept: dict[str, tuple[Any, Form]] = {}

    def listing(self, vocabulary: Vocabulary = SHIPPED) -> list[Form]:
        """All forms, by their id."""
        folder = self._home / FOLDER
        return [self.form(path.stem, vocabulary) for path in sorted(folder.glob("*.yaml"))] if folder.is_dir() else []

    def form(self, form: str, vocabulary: Vocabulary = SHIPPED) -> Form:
        """One form; Missing when there is none, BadInput names every fault of its file."""
        path, source = self._home / FOLDER / f"{form}.yaml", self._feed_path(form)
        if not _plain(form) or not path.is_file() or not source.is_file():
            raise Missing(f"没有表单“{form}”。", f"There is no form “{form}”.", form=form)
        today = self._clock.now().astimezone(CHINA).date()
        contract = source.with_name(f"{source.stem}.contract.yaml")
        mark = (*(each.stat().st_mtime_ns for each in (path, source, contract)), today, id(vocabulary))
        kept = self._kept.get(form)
        if kept is None or kept[0] != mark:
            kept = mark, _read(path, read_feed(source, vocabulary), today)
            self._kept[form] = kept
        return kept[1]

    def make(self, contract: Contract, department: Provider, title: tuple[str, str] = ("", ""), *, form: str = "", origin: str = "real") -> Form:
        """Write feed, contract and form out of a contract; Conflict when the form is there already."""
        form = form or self._free_name(contract, department)
        source = self._feed_path(form)
        if not _plain(form) or form.partition(".")[0] != department.id:
            raise BadInput(
                f"表单名“{form}”应为“{department.id}.名称”，由小写字母、数字与下划线组成。",
                f"The name “{form}” must be “{department.id}.name” in lower-case letters, digits and underscores.", form=form,
            )
        if source.exists():
            raise Conflict(f"“{form}”已经存在。请另取名称。", f"“{form}” is there already. Choose another name.", form=form)
        zh, en = title[0] or f"{contract.zh}填报", title[1] or f"{contract.en}, filled in"
        promised = promised_contract(contract, form, zh, en)
        feed = {
            "feed": form, "title": {"zh": zh, "en": en}, "department": department.model_dump(exclude_defaults=True), "connector": "form",
            "location": f"{FOLDER}/{ENTRIES}/{form}/*.json", "options": {"records": "rows"}, "load": "append", "key": list(promised.key),
            "cadence": "realtime", "contract": f"{source.stem}.contract.yaml", "origin": origin,
            **({"licence": "本机构在线填报 filled in online, own data"} if origin == "real" else {}),
        }
        source.parent.mkdir(parents=True, exist_ok=True)
        _write(source.with_name(f"{source.stem}.contract.yaml"), write_contract(promised))
        _write(source, yaml.safe_dump(feed, allow_unicode=True, sort_keys=False))
        (self._home / FOLDER).mkdir(exist_ok=True)
        _write(self._home / FOLDER / f"{form}.yaml", yaml.safe_dump({"form": form, "title": {"zh": zh, "en": en}}, allow_unicode=True))
        return self.form(form, contract.vocabulary)

    def _feed_path(self, form: str) -> Path:
        department, _, name = form.partition(".")
        return self._home / "sources" / department / f"{name}.yaml"

    def _free_name(self, contract: Contract, department: Provider) -> str:
        name = contract.id.rpartition(".")[2] if _plain(f"{department.id}.{contract.id.rpartition('.')[2]}") else contract.table
        wished = f"{department.id}.{name}"
        return wished if not self._feed_path(wished).exists() else f"{wished}_form"


def promised_contract(contract: Contract, form: str, zh: str, en: str) -> Contract:
    """The contract with what a form adds to every row; its own columns take no prefix that is the form's."""
    taken = [each.name for each in contract.properties if each.name.startswith(PREFIX) and each.name not in NAMES]
    if taken:
        raise BadInput(
            f"列名 {'、'.join(taken)} 以 {PREFIX} 开头，此前缀留给表单自己的列。请改名。",
            f"Columns {', '.join(taken)} begin with {PREFIX}, which is kept for a form's own. Rename them.", columns=taken,
        )
    own = tuple(each for each in filled_in(contract))
    return replace(contract, id=form, zh=zh, en=en, properties=(*own, *added_columns()))


def _read(path: Path, feed: Feed, today: date) -> Form:
    try:
        content = load_yaml(path.read_text(encoding="utf-8"))
        file = FormFile.model_validate(content)
    except ValidationError as error:
        raise _wrong(path, *misfits_told(form_misfits(error, FormFile))) from error
    except (yaml.YAMLError, OSError) as error:
        raise _wrong(path, str(error), str(error)) from error
    _check_sections(file, feed.contract, path)
    return Form(file, feed, parts_of(file, feed.contract, today))


def _wrong(path: Path, zh: str, en: str) -> BadInput:
    return BadInput(f"表单文件 {path.name} 有误：{zh}。请逐处改正。", f"The form's file {path.name} is wrong: {en}. Correct each.", path=str(path))


def _check_sections(file: FormFile, contract: Contract, path: Path) -> None:
    known = {each.name for each in filled_in(contract)}
    named = [name for section in file.sections for name in section.items]
    unknown, twice = sorted(set(named) - known), sorted({name for name in named if named.count(name) > 1})
    repeating = sum(section.repeat > 1 for section in file.sections)
    if unknown or twice or repeating > 1 or file.form != path.stem:
        raise BadInput(
            f"表单文件 {path.name} 有误：未知的列 {unknown}，重复的列 {twice}，可重复的部分 {repeating} 个（至多 1 个），form 应为 {path.stem}。",
            f"The form's file {path.name} is wrong: unknown columns {unknown}, named twice {twice}, {repeating} repeating sections (at most 1), "
            f"form must be {path.stem}.", path=str(path),
        )


def _plain(form: str) -> bool:
    return re.fullmatch(FORM_ID, form, re.ASCII) is not None


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(name, 0o644)
    Path(name).replace(path)
