"""What a report is written in: its audience, its parameters, its sections of words, panels of boards and tables of queries; no SQL, no markup."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from string import Formatter
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, model_validator

from lingnan.base import BadInput
from lingnan.insight.dashboards.panels import Title, Word
from lingnan.insight.dashboards.spec import Audience
from lingnan.insight.shapes import Card
from lingnan.insight.written import Written

AS_OF = "as_of"
"""The name by which items follow the day of the report."""
LONGEST = 200
TAKEN = frozenset({AS_OF, "lang", "from", "to", "purpose", "article", "matter", "forgery_token"})
"""Words that the address of a report uses otherwise."""
Text = Annotated[str, BeforeValidator(lambda told: str(told) if isinstance(told, int | date) else told), StringConstraints(max_length=LONGEST)]
"""YAML reads a bare 0 as a number and a bare day as one; an address holds either as text."""
Values = dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")], Text]
"""By name of a filter or parameter what it is given: a text as it stands, or `:name` of a parameter of the report, or `:as_of`."""


class Asked(Card):
    """One parameter of a report. `codes` names a code list whose titles stand for its values; a text may have to match a pattern whole."""

    id: Word
    title: Title
    type: Literal["text", "integer", "date"] = "text"
    pattern: str = ""
    codes: Word | None = None
    required: bool = False

    @model_validator(mode="after")
    def _stands(self) -> Self:
        if self.id in TAKEN:
            raise ValueError(f"parameter {self.id}: the address uses that word; choose another")
        re.compile(self.pattern)
        return self

    def value(self, typed: str) -> str:
        """What was typed, once it is of its type; BadInput says what it must be. Empty for nothing."""
        text = typed.strip()
        if not text and not self.required:
            return ""
        if text and self._fits(text):
            return text
        told = self.pattern or {"text": f"1–{LONGEST}", "integer": "0–9", "date": "2026-01-31"}[self.type]
        raise BadInput(
            f"请填写“{self.title.zh}”（{self.id}）：{told}。", f"Give “{self.title.en}” ({self.id}): {told}.", code="Parameter", parameter=self.id,
        )

    def _fits(self, text: str) -> bool:
        if len(text) > LONGEST or (self.pattern and not re.fullmatch(self.pattern, text)):
            return False
        try:
            _ = int(text) if self.type == "integer" else date.fromisoformat(text) if self.type == "date" else text
        except ValueError:
            return False
        return True


class WordsItem(Card):
    """A paragraph; `{name}` stands for the value of a parameter, `{as_of}` for the day of the report."""

    words: Title


class PanelItem(Card):
    """A panel of a board under filters of that board; a pack names its own boards by their file, others by their key."""

    panel: Word
    board: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]{0,62})?$")]
    filters: Values = Field(default_factory=dict)


class QueryItem(Card):
    """The rows of one of the pack's queries; `facts` shows the first one as names and values. `none` is said where there is no row."""

    query: Word
    title: Title
    values: Values = Field(default_factory=dict)
    show: Literal["rows", "facts"] = "rows"
    none: Title | None = None


ReportAudience = Audience | Literal["enterprises"]
"""As of boards, or the enterprise that signed in, about itself."""
_ITEMS = {"words": WordsItem, "panel": PanelItem, "query": QueryItem}


def _which(item: Any) -> str | None:
    """The kind of an item by the key that only it has."""
    held = item if isinstance(item, dict) else vars(item)
    return next((each.__name__ for key, each in _ITEMS.items() if key in held), None)


Item = Annotated[
    Annotated[WordsItem, Tag("WordsItem")] | Annotated[PanelItem, Tag("PanelItem")] | Annotated[QueryItem, Tag("QueryItem")],
    Discriminator(_which, custom_error_type="which_kind", custom_error_message="no kind", custom_error_context={"expected": ", ".join(_ITEMS)}),
]


class Section(Card):
    """Items that are read together."""

    title: Title
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class Report(Written):
    """A report as its file says. `figures` are parameters whose law is named at its end beside those of its panels; `purpose` asks officials
    what they want it for."""

    id: Word
    title: Title
    description: Title | None = None
    audience: ReportAudience
    purpose: bool = False
    parameters: tuple[Asked, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    figures: tuple[Word, ...] = ()
    closing: Title | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        named = [each.id for each in self.parameters]
        if twice := sorted({name for name in named if named.count(name) > 1}):
            raise ValueError(f"parameter named twice: {', '.join(twice)}")
        followed = {name for item in self.items for name in _followed(item)}
        if unknown := sorted(followed - set(named) - {AS_OF}):
            raise ValueError(f"there is no parameter {', '.join(unknown)}")
        if idle := sorted(set(named) - followed):
            raise ValueError(f"no item follows the parameter {', '.join(idle)}")
        return self

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item in the order of the page."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def panels(self) -> tuple[PanelItem, ...]:
        """Its panels."""
        return tuple(each for each in self.items if isinstance(each, PanelItem))

    @property
    def queries(self) -> tuple[QueryItem, ...]:
        """Its tables."""
        return tuple(each for each in self.items if isinstance(each, QueryItem))


def typed_values(report: Report, typed: Mapping[str, str]) -> dict[str, str]:
    """Every parameter's value as its type has it; BadInput for one that is missing, faulty or unknown."""
    if unknown := sorted(set(typed) - {each.id for each in report.parameters}):
        known = ", ".join(each.id for each in report.parameters) or "–"
        raise BadInput(
            f"报告 {report.id} 没有参数 {'、'.join(unknown)}。可用：{known}。",
            f"The report {report.id} has no parameter {', '.join(unknown)}. It has: {known}.", code="Parameter",
        )
    return {each.id: each.value(typed.get(each.id, "")) for each in report.parameters}


def _followed(item: Item) -> Iterator[str]:
    """Parameters that an item follows."""
    if isinstance(item, WordsItem):
        for text in (item.words.zh, item.words.en):
            yield from (_placed(name) for _text, name, _form, _turn in Formatter().parse(text) if name is not None)
        return
    told = item.filters if isinstance(item, PanelItem) else item.values
    yield from (value[1:] for value in told.values() if value.startswith(":"))


def _placed(name: str) -> str:
    """A place in a paragraph: a name alone, never an attribute or an index of it."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"{{{name}}} is no name of a parameter")
    return name
