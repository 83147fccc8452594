"""Forms: how people fill in rows of a table that the pack needs; the table's contract in the pack says what is asked."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from lingnan.base import fitted
from lingnan.collect import FormFile, Provider
from lingnan.packkit.memory import Memory
from lingnan.packkit.parts import Kind
from lingnan.packkit.shapes import Title

FOLDER = "forms"


class PackForm(FormFile):
    """A form's file with the department whose form it is."""

    department: Provider = Field(description="Department whose form it is: id, zh, en")
    origin: Literal["made", "real"] = Field(default="real", description="Whether what is filled in is real")


def _read(file: Path, memory: Memory) -> PackForm:
    return fitted(PackForm, memory.yaml(file.read_text(encoding="utf-8")))


KIND = Kind(
    FOLDER, "表单", "Forms", _read, lambda form: Title(zh=form.title.zh, en=form.title.en or form.title.zh), needs=lambda form: (form.form,),
)
