"""The small words all pages share: a text in two languages, a count, a facet."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Origin = Literal["made", "real", "derived"]
ShareType = Literal["unconditional", "conditional", "none"]
Classification = Literal["public", "internal", "personal", "sensitive"]
Severity = Literal["error", "warning"]


class Card(BaseModel):
    """What a page shows never changes once made."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Words(Card):
    """A text in both languages; an empty English falls back to the Chinese."""

    zh: str
    en: str = ""

    def text(self, lang: str) -> str:
        """The text in the reader's language."""
        return (self.en or self.zh) if lang == "en" else self.zh


class Count(Card):
    """How many of one kind, with the address of the list of them (empty when there is none)."""

    key: str
    title: Words
    count: int
    href: str = ""


class FacetValue(Card):
    """One value of a facet and how many would be found with it."""

    value: str
    title: Words
    count: int
    chosen: bool = False


class Disputed(Card):
    """The mark of an entry whose facts are disputed; `number` of the case only for who may see it, `items` empty when it is the whole entry."""

    number: str = ""
    items: tuple[str, ...] = ()


class Facet(Card):
    """One way to narrow a list; `field` is its name in the query."""

    field: str
    title: Words
    values: tuple[FacetValue, ...]
