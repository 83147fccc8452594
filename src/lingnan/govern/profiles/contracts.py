"""The contract that a profile suggests: ODCS 3.1, accepted by the reader, fit to check the very data it was made from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lingnan.govern.files import Given
from lingnan.govern.profiles.shapes import ProfiledColumn
from lingnan.govern.rules.sentences import sentence
from lingnan.govern.suggestion import suggested_contract
from lingnan.standards import Contract, Property, Quality, data_elements

_LONGEST_NAME = 60


def contract_of(given: Given, columns: Sequence[ProfiledColumn], keys: Sequence[tuple[str, ...]]) -> Contract:
    """The contract as a draft: names that contracts allow, classes, elements and code lists that were seen, and a key."""
    base = suggested_contract(given)
    names = _names(columns)
    held = {each.name: each for each in base.properties}
    properties = tuple(_property(held[each.name], each, names[each.name]) for each in columns if each.name in held)
    renamed = tuple(_renamed(each, names) for each in base.quality)
    asked = {tuple(each.args.get("columns", ())) for each in renamed}
    return replace(base, table="suggested", properties=properties, quality=(*renamed, *_key(keys, names, asked)))


def _names(columns: Sequence[ProfiledColumn]) -> dict[str, str]:
    """Column → a name that a contract may use: its own, its element's, its pinyin, or its place."""
    taken: set[str] = set()
    names = {}
    for at, each in enumerate(columns, start=1):
        ways = (_plain(each.name), each.elements[0].element if each.elements and each.elements[0].score >= 0.9 else "", _spelled(each.name), f"c{at}")
        name = next(way for way in ways if way and way not in taken)
        taken.add(name)
        names[each.name] = name
    return names


def _plain(name: str) -> str:
    return name if re.fullmatch(rf"[a-z][a-z0-9_]{{0,{_LONGEST_NAME}}}", name) else ""


def _spelled(name: str) -> str:
    from pypinyin import lazy_pinyin

    word = re.sub(r"[^a-z0-9]+", "_", "_".join(lazy_pinyin(name)).lower()).strip("_")[:_LONGEST_NAME]
    return word if word and word[0].isalpha() else ""


def _property(each: Property, column: ProfiledColumn, name: str) -> Property:
    known = data_elements().get(each.element or "")
    quality = tuple(replace(rule, id=_named(rule.id, column.name, name)) for rule in each.quality)
    listed = column.code_lists[0] if column.code_lists and not each.element and not each.code_list else None
    coded = listed is not None and listed.used >= 2 and listed.used * 4 >= listed.codes and each.logical_type == "string"
    steps = ("nfkc", "trim", "empty_to_null", {"code": {"list": listed.name}}) if listed is not None and coded else each.standardise
    return replace(
        each, name=name, source=column.name if each.source == each.name else each.source, en=known.en if known else name, quality=quality,
        classification=column.classification or "sensitive", standardise=steps,
        code_list=listed.name if listed is not None and coded else each.code_list,
    )


def _named(text: str, old: str, new: str) -> str:
    return f"{new}{text[len(old):]}" if text.startswith(old) else text


def _renamed(rule: Quality, names: dict[str, str]) -> Quality:
    args = {key: [names[each] for each in value] if isinstance(value, list) else names.get(value, value) for key, value in rule.args.items()}
    old = next((name for name in sorted(names, key=len, reverse=True) if rule.id.startswith(f"{name}_")), "")
    return replace(rule, id=_named(rule.id, old, names[old]) if old else rule.id, args=args)


def _key(keys: Sequence[tuple[str, ...]], names: dict[str, str], asked: set[tuple[str, ...]]) -> Iterator[Quality]:
    """The narrowest candidate becomes a rule, where no other rule asks for a key."""
    if keys and not any(asked):
        columns = [names[each] for each in keys[0]]
        args = {"columns": columns}
        yield Quality(f"{'_'.join(columns)[:50]}_key", "custom", "duplicate_key", args, "uniqueness", "error", *sentence("duplicate_key", args))
