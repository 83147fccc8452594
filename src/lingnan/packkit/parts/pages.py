"""Pages: how people meet a pack's tables, forms, cases and boards; each names what it shows and for whom, and holds no markup."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from lingnan.base import BadInput, form_misfits, misfits_told
from lingnan.packkit.memory import Memory
from lingnan.packkit.parts import Kind
from lingnan.packkit.shapes import Audience, Strict, Title, Word

FOLDER = "pages"
Order = Annotated[str, Field(pattern=r"^-?[a-z][a-z0-9_]{0,62}$")]
Columns = Annotated[tuple[Word, ...], Field(min_length=1)]


class Page(Strict):
    """What every page has."""

    title: Title
    lead: Title | None = None
    audience: Audience = "officials"


Own = Literal["applicant", "enterprise"]


class TablePage(Page):
    """A page over one given table: the columns in their order, and the page that shows one row whole.

    With `own` each reader is shown the rows of the own number or credit code alone: policy binds it in the view, no address can change it.
    `asks` are form pages about such rows, offered beside each.
    """

    table: Word
    columns: Columns
    card: Word | None = None
    own: Own | None = None
    asks: tuple[Word, ...] = ()


class ListPage(TablePage):
    """Rows in an order (`-column`: the greatest first), narrowed by the values of `filters` that stand in the address."""

    kind: Literal["list"]
    filters: tuple[Word, ...] = ()
    order: tuple[Order, ...] = ()


class SearchPage(TablePage):
    """Rows of which one of the columns `within` holds the words; nothing without words."""

    kind: Literal["search"]
    within: Columns


class Beside(Strict):
    """Rows of another given table that belong to a card: those whose column `by` holds the card's key."""

    title: Title
    table: Word
    by: Word
    columns: Columns
    order: tuple[Order, ...] = ()
    asks: tuple[Word, ...] = ()


class CardPage(TablePage):
    """One row by its key, with what belongs to it, and the reports to take home. With `own: enterprise` and no key it is the enterprise's own row."""

    kind: Literal["card"]
    key: Word
    beside: tuple[Beside, ...] = ()
    reports: tuple[Word, ...] = ()


class About(Strict):
    """The row of a given table that a case is about: the applicant's own, found by `key`, which is a field of the flow's opening form too.

    `when` are the values its columns must have. It says which office is competent: the organisation that its column `authority` names, else the
    unit of `department` nearest above its column `division`, else the hub's own.
    """

    table: Word
    key: Word
    when: dict[Word, tuple[str, ...]] = Field(default_factory=dict)
    department: Word
    division: Word = "division"
    authority: Word | None = None


class FormPage(Page):
    """Where something is filled in: a form of the pack, or the opening of a flow, which may be about a row of the applicant's own."""

    kind: Literal["form"]
    form: str = ""
    flow: str = ""
    about: About | None = None


class CasePage(Page):
    """One's own cases of a flow."""

    kind: Literal["case"]
    flow: str


class BoardPage(Page):
    """A dashboard of the pack."""

    kind: Literal["board"]
    board: Word


AnyPage = Annotated[ListPage | SearchPage | CardPage | FormPage | CasePage | BoardPage, Field(discriminator="kind")]
_PAGE: TypeAdapter[AnyPage] = TypeAdapter(AnyPage)


def _read(file: Path, memory: Memory) -> AnyPage:
    try:
        return _PAGE.validate_python(memory.yaml(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise BadInput(*misfits_told(form_misfits(error, AnyPage))) from error


OWN_ELEMENTS = {"applicant": ("citizen_number", "applicant_number"), "enterprise": ("uscc",)}
"""Data elements of the column that says whose a row is."""
OWN_AUDIENCES = {"applicant": ("citizens", "signed_in"), "enterprise": ("enterprises", "signed_in")}
"""Audiences among whom there are such readers; who is none is refused."""


def tables_of(page: AnyPage) -> tuple[str, ...]:
    """The given tables that a page shows."""
    own = (page.table,) if isinstance(page, TablePage) else ()
    return (*own, *(each.table for each in page.beside)) if isinstance(page, CardPage) else own


KIND = Kind(FOLDER, "页面", "Pages", _read, lambda page: page.title, tables_of)
