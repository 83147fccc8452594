"""A form asks for columns of a table that the pack needs, by that table's contract."""

from collections.abc import Iterator

from lingnan.packkit.pack import Reading
from lingnan.packkit.parts.forms import FOLDER
from lingnan.packkit.rules import Ground, Rule, finding
from lingnan.packkit.shapes import Finding

NAME = "forms"


def _look(reading: Reading, _ground: Ground) -> Iterator[Finding]:
    for pack, name, form in reading.each(FOLDER):
        file = f"{FOLDER}/{name}.yaml"
        if form.form != name or form.form.partition(".")[0] != form.department.id:
            yield finding(
                reading, NAME, file, f"form 应与文件同名，并以部门 {form.department.id} 开头。",
                f"`form` is the file's name and begins with the department, {form.department.id}.",
            )
        contract = pack.contracts.get(form.form)
        if form.form not in pack.manifest.needs:
            yield finding(reading, NAME, file, f"needs 中没有 {form.form}。", f"The manifest does not need {form.form}.")
        if contract is None:
            continue  # another rule tells of the contract
        asked = {item for section in form.sections for item in section.items}
        for column in sorted(asked - {each.name for each in contract.properties}):
            yield finding(reading, NAME, file, f"契约没有列 {column}。", f"The contract has no column {column}.")


RULE = Rule(NAME, "表单填写所需表契约中的列", "forms ask for columns of a table that is needed", "sample", _look)
