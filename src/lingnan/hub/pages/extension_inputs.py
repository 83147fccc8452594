"""Extension fields of a province as a form asks for them: as text out, as values in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lingnan.catalogue.resources.extensions import ExtensionField, Province
from lingnan.insight import ExtensionInput, Words

SEVERAL = "choices"


def extension_inputs(province: Province | None, given: Mapping[str, Any]) -> tuple[ExtensionInput, ...]:
    """Every field that the province asks for with what stands in it; what it does not ask for stays as a text, to be emptied."""
    known = province.fields if province else ()
    further = [key for key in given if key not in {field.key for field in known}] if province else []
    return (*(_input(field, given.get(field.key)) for field in known), *(_stray(key, given[key]) for key in further))


def read_extension(province: Province | None, typed: Mapping[str, Sequence[str]], held: Mapping[str, Any]) -> dict[str, Any]:
    """The extension out of what was typed; a field that was not sent stays, one that was emptied goes."""
    fields = {field.key: field for field in province.fields} if province else {}
    read = dict(held)
    for key, texts in typed.items():
        said = [text.strip() for text in texts if text.strip()]
        if not said:
            read.pop(key, None)
        elif key in fields:
            read[key] = value_of(fields[key], said)
        elif key in held and said[0] != _text(held[key]):
            read[key] = said[0]
    return read


def value_of(field: ExtensionField, texts: Sequence[str]) -> Any:
    """The value of a field; a number that is none stays a text, which the check then tells."""
    if field.type == SEVERAL:
        return list(texts)
    if field.type == "flag":
        return texts[0] == "yes"
    return _number(texts[0]) if field.type == "number" else texts[0]


def _number(text: str) -> int | float | str:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _input(field: ExtensionField, value: Any) -> ExtensionInput:
    return ExtensionInput(
        key=field.key, title=Words(zh=field.zh, en=field.en), kind=field.type, required=field.required,
        choices=tuple((each.code, Words(zh=each.zh, en=each.en)) for each in field.values), values=tuple(_texts(value)),
    )


def _stray(key: str, value: Any) -> ExtensionInput:
    return ExtensionInput(key=key, title=Words(zh=key, en=key), kind="text", required=False, choices=(), values=(_text(value),))


def _texts(value: Any) -> Iterator[str]:
    if value is None:
        return
    yield from (map(str, value) if isinstance(value, list | tuple) else (_text(value),))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
