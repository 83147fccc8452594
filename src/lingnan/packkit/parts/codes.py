"""Code lists: what the codes of a pack's own tables mean, in both languages, so that tables hold codes and pages show words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from lingnan.base import fitted
from lingnan.packkit.memory import Memory
from lingnan.packkit.parts import Kind
from lingnan.packkit.shapes import Strict, Title
from lingnan.standards import Code, Header, HeldList, Vocabulary

FOLDER = "codes"


class CodesFile(Strict):
    """A code list: its codes in their order with what each is called; `reference` is the text it follows, where it follows one."""

    title: Title
    reference: str = ""
    words: Annotated[dict[Annotated[str, Field(min_length=1, max_length=64)], Title], Field(min_length=1)]


def vocabulary(held: Mapping[str, CodesFile]) -> Vocabulary:
    """What contracts of the pack's own tables may name: the lists that ship, and the pack's."""
    return Vocabulary(lists={name: _list(name, file) for name, file in held.items()})


def _list(name: str, file: CodesFile) -> HeldList:
    header = Header(name, file.title.zh, file.title.en, "", "", None, None, file.reference, True, "", "")
    return HeldList(header, (Code(code, words.zh, words.en) for code, words in file.words.items()))


def _read(file: Path, memory: Memory) -> CodesFile:
    return fitted(CodesFile, memory.yaml(file.read_text(encoding="utf-8")))


KIND = Kind(FOLDER, "代码表", "Code lists", _read, lambda codes: codes.title)
