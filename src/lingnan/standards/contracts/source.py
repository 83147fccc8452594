"""A contract's YAML as plain values, with the line of everything in it; nothing that a hostile file could blow up is let in."""

from collections.abc import Hashable
from functools import cache
from typing import Any

import yaml

Path = tuple[str | int, ...]
LIMIT = 2_000_000
"""Characters of the longest contract that is read."""


class Fault:
    """Something wrong in a contract: where, and a sentence in both languages."""

    def __init__(self, line: int, path: Path, zh: str, en: str) -> None:
        self.line, self.path, self.zh, self.en = line, path, zh, en

    def where(self) -> str:
        """The path as people write it: schema[0].properties[3].name."""
        return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path).lstrip(".") or "."


class Source:
    """The values of a contract and where each stands."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []
        self.values: Any = None
        self._read(text)

    def fault(self, path: Path, zh: str, en: str) -> None:
        """Note a fault at the nearest place that stands in the file."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        self.faults.append(Fault(self.lines.get(known, 1), path, zh, en))

    def _read(self, text: str) -> None:
        if len(text) > LIMIT:
            self.fault((), f"文件长 {len(text)} 个字符，上限 {LIMIT}。", f"The file has {len(text)} characters, at most {LIMIT} are read.")
            return
        try:
            if "*" in text and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, _loader())):
                self.fault((), "不得使用 YAML 锚点引用（*），请写出内容。", "YAML aliases (*) are not allowed; write the content out.")
                return
            node = yaml.compose(text, _loader())
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            self.lines[()] = mark.line + 1 if mark else 1
            self.fault((), f"不是合法的 YAML：{error}", f"This is no YAML: {error}")
            return
        if node is not None:
            self.values = self._value(node, ())

    def _value(self, node: yaml.Node, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if not isinstance(node, yaml.ScalarNode) and not node.tag.endswith((":map", ":seq")):
            self.fault(path, f"不支持的 YAML 类型 {node.tag}。", f"YAML type {node.tag} is not read.")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            here = (*path, key)
            self.lines[here] = key_node.start_mark.line + 1
            if key in values:
                self.fault(here, f"键“{key}”重复。", f"The key “{key}” stands here twice.")
            values[key] = self._value(value_node, here)
        return values

    def _scalar(self, node: yaml.Node, path: Path) -> Hashable:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        maker = {"null": "null", "bool": "bool", "int": "int", "float": "float", "str": "str"}.get(kind)
        if maker is None:
            self.fault(path, f"不支持的 YAML 类型 {node.tag}。", f"YAML type {node.tag} is not read.")
            return None
        if maker == "str":
            return str(node.value)
        try:
            return _constructor().construct_object(node)  # type: ignore[no-any-return]
        except (ValueError, yaml.YAMLError):
            self.fault(path, f"读不懂的值“{node.value}”。", f"The value “{node.value}” cannot be read.")
            return None


@cache
def _constructor() -> yaml.constructor.SafeConstructor:
    return yaml.constructor.SafeConstructor()


@cache
def _loader() -> Any:
    """libyaml's loader where it is there; dates stay texts, as the standard wants them."""

    resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":timestamp", ":merge", ":value"))]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return type("ContractLoader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {"yaml_implicit_resolvers": resolvers})
