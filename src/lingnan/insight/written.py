"""Reads what people write for pages, a board or a report, and says what is wrong with a file in a sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from yaml import YAMLError

from lingnan.base import BadInput, form_misfits, load_yaml, misfits_told
from lingnan.insight.shapes import Card, Words

MOST_TOLD = 3


class Written(Card):
    """A form whose file bears its id."""

    id: str


Form = TypeVar("Form", bound=Written)


def read_written(file: Path, form: type[Form], kind: Words, parse: Callable[[str], Any] = load_yaml) -> Form:
    """The board or report of a file, whose name without the ending is its id; BadInput says where it does not fit its form.

    `parse` tells what YAML says, for who keeps what was parsed.
    """
    try:
        read = form.model_validate(parse(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        zh, en = misfits_told(form_misfits(error, form)[:MOST_TOLD])
        raise BadInput(f"{kind.zh} {file.name} 不符合格式：{zh}", f"{kind.en} {file.name} does not fit its form: {en}", file=file.name) from error
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise BadInput(f"{kind.zh} {file.name} 读不出来：{error}", f"{kind.en} {file.name} cannot be read: {error}", file=file.name) from error
    if read.id != file.stem:
        raise BadInput(
            f"{kind.zh}文件 {file.name} 中的 id 是 {read.id}，应与文件名相同。",
            f"{kind.en} file {file.name} has the id {read.id}; it must equal the file's name.", file=file.name,
        )
    return read
