"""Industries of GB/T 4754: sections, divisions, groups and classes, with parents that follow from the codes."""

from collections.abc import Iterable, Iterator

from lingnan.standards.lists import Code, CodeList, read_rows, read_several

SECTION, DIVISION, GROUP, CLASS = 1, 2, 3, 4


class Industries(CodeList):
    """One edition of the classification; `valid_from` and `valid_to` are the edition's and stand in its header."""

    def _read(self) -> Iterator[Code]:
        rows = list(read_rows(self._path))
        written = {row["code"] for row in rows}
        section = ""
        for row in rows:
            code = row["code"]
            section = code if code.isalpha() else section
            # The standard prints a group and its only class on one line, under the class's code, which then ends in 0.
            if len(code) == CLASS and code.endswith("0") and code[:GROUP] not in written:
                yield self._code(row, code[:GROUP], section)
            yield self._code(row, code, section)

    def _code(self, row: dict[str, str], code: str, section: str) -> Code:
        level = len(code)
        parent = {SECTION: None, DIVISION: section}.get(level, code[:-1])
        following = tuple(other[:level] for other in read_several(row.get("successors")))
        return Code(code, row["zh"], row["en"], parent, level, successors=following, proofed=row["proofed"] != "false")

    def section(self, code: str) -> str | None:
        """The section's letter above a code (6513 → I), or None for an unknown code."""
        above = self.ancestors(code)
        return above[-1] if above else None

    def _short_forms(self, entry: Code) -> Iterable[str]:
        if entry.level == DIVISION and entry.zh.endswith("业"):
            yield entry.zh.removesuffix("业")
