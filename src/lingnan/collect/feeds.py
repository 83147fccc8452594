"""Reads feed files: what a department hands over, where, and under which contract."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from lingnan.base import BadInput, LingnanError, form_misfits, load_yaml, misfits_told, shown
from lingnan.collect.shapes import Feed, FeedFile
from lingnan.lake import ColumnOrigin
from lingnan.standards import SHIPPED, Vocabulary, read_contract

_CONTRACT_END = ".contract.yaml"
_BY_THE_LOAD = {"_batch": "digest of the delivery", "_position": "place in the delivery", "_received_at": "time of receipt"}


def read_feed(path: Path, vocabulary: Vocabulary = SHIPPED) -> Feed:
    """The feed a YAML file describes, with its contract, which may name what is in the vocabulary; BadInput lists every fault of the file at once."""
    content = _yaml(path)
    try:
        file = FeedFile.model_validate(content)
    except ValidationError as error:
        found = form_misfits(error, FeedFile)
        zh, en = misfits_told(found)
        raise BadInput(
            f"数据源说明 {path.name} 有 {len(found)} 处错误：{zh}。请逐处改正。",
            f"Feed file {path.name} has {len(found)} faults: {en}. Correct each.",
            path=str(path), faults=[f"{each.place}: {each.en}" for each in found],
        ) from error
    contract = path.parent / file.contract
    if not contract.is_file():
        raise BadInput(
            f"数据源说明 {path.name} 所指的契约文件 {file.contract} 不存在。请把它放在同一文件夹。",
            f"The contract {file.contract} named by feed file {path.name} does not exist. Put it into the same folder.", path=str(contract),
        )
    return Feed(file, read_contract(contract, vocabulary, sql=False), path)


def feeds(folder: Path, vocabulary: Vocabulary = SHIPPED) -> list[Feed]:
    """Every feed under a folder of sources, ordered by name; BadInput when two have the same name or any is faulty."""
    found: list[Feed] = []
    errors: list[LingnanError] = []
    for path in sorted(folder.rglob("*.yaml")):
        if path.name.endswith(_CONTRACT_END):
            continue
        try:
            found.append(read_feed(path, vocabulary))
        except LingnanError as error:
            errors.append(error)
    seen: dict[str, Path] = {}
    for feed in found:
        if feed.id in seen:
            errors.append(
                BadInput(
                    f"数据源 {feed.id} 有两份说明：{seen[feed.id].name} 与 {feed.path.name}。请删去或改名其一。",
                    f"Feed {feed.id} has two files: {seen[feed.id].name} and {feed.path.name}. Remove or rename one.", feed=feed.id,
                )
            )
        seen[feed.id] = feed.path
    if errors:
        raise BadInput(" ".join(error.zh for error in errors), " ".join(error.en for error in errors), faults=[error.facts for error in errors])
    return sorted(found, key=lambda feed: feed.id)


def landed_columns(feed: Feed) -> dict[str, ColumnOrigin]:
    """What each column of the landing table is made of: `place:header` in the delivery; the hub's own columns come from the load itself."""
    location = feed.file.location
    place = shown(location) if "://" in location else location
    delivered = {each.name: ColumnOrigin((f"{place}:{each.source}",)) for each in feed.contract.properties}
    return {**delivered, **{name: ColumnOrigin(expression=told) for name, told in _BY_THE_LOAD.items()}}


def _yaml(path: Path) -> dict[str, Any]:
    try:
        content = load_yaml(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise BadInput(
            f"数据源说明 {path} 无法读取：{error}。应为 UTF-8 的 YAML 文件。",
            f"Feed file {path} cannot be read: {error}. It must be YAML in UTF-8.", path=str(path)
        ) from error
    if not isinstance(content, dict):
        raise BadInput(f"数据源说明 {path.name} 应由“键: 值”组成。", f"Feed file {path.name} must hold `key: value` pairs.", path=str(path))
    return content


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models(part)]


def feed_keys() -> list[tuple[str, str, str]]:
    """Key, whether it must be there, and meaning, of every key of a feed file; for the generated page."""
    rows = [
        (field.alias or name, "必填 required" if field.is_required() else "", field.description or "")
        for name, field in FeedFile.model_fields.items()
    ]
    options = _models(FeedFile.model_fields["options"].annotation)[0]
    web = _models(options.model_fields["web"].annotation)[0]
    rows += [(f"options.{name}", "", field.description or "") for name, field in options.model_fields.items()]
    rows += [(f"options.web.{name}", "", field.description or "") for name, field in web.model_fields.items()]
    stream = _models(FeedFile.model_fields["stream"].annotation)[0]
    needed = {name: "必填 required" if field.is_required() else "" for name, field in stream.model_fields.items()}
    return rows + [(f"stream.{name}", needed[name], field.description or "") for name, field in stream.model_fields.items()]
