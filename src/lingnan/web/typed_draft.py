"""What was typed into the form of a resource: read whole, its lines moved about, and put back where it stood with every fault at its field."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData

from lingnan.insight import DraftSheet
from lingnan.web.filled import text, texts

MOST_ITEMS = 2000
OWN = ("department", "name")
"""Fields of a new resource that are not its form's."""
Line = dict[str, str]


@dataclass(frozen=True)
class Typed:
    """A form as it was sent: fields, all lines of the table of items with the empty ones, extension fields."""

    values: dict[str, str]
    lines: list[Line]
    extension: dict[str, tuple[str, ...]]

    @property
    def items(self) -> list[Line]:
        """The lines that say anything."""
        return [line for line in self.lines if any(value.strip() for value in line.values())]


def read_typed(form: FormData) -> Typed:
    """The form's fields, lines by their place, and extension fields."""
    values = {name.removeprefix("form."): text(form, name) for name in form if name.startswith("form.")}
    extension = {name.removeprefix("extension."): texts(form, name) for name in dict.fromkeys(form) if name.startswith("extension.")}
    return Typed({**values, **{name: text(form, name) for name in OWN if name in form}}, _lines(form), extension)


def moved_lines(lines: Sequence[Line], act: str) -> tuple[list[Line], str, str]:
    """The lines after `add`, `remove.<place>`, `up.<place>` or `down.<place>`; the id of what is to have the focus, the word for what was done.

    What makes no sense changes nothing.
    """
    moved, (verb, _, number) = list(lines), act.partition(".")
    place = int(number) if number.isdecimal() and len(number) < 6 else -1
    if verb == "add" and len(moved) < MOST_ITEMS:
        return [*moved, {}], f"item-{len(moved)}-name", "draft.added"
    if not 0 <= place < len(moved):
        return moved, "item-add", ""
    if verb == "remove":
        del moved[place]
        return moved, f"item-{place}-name" if place < len(moved) else "item-add", "draft.removed"
    other = {"up": place - 1, "down": place + 1}.get(verb, -1)
    if not 0 <= other < len(moved):
        return moved, f"item-{place}-name", ""
    moved[place], moved[other] = moved[other], moved[place]
    further = verb if 0 < other < len(moved) - 1 else {"up": "down", "down": "up"}[verb]
    return moved, f"item-{other}-{further}", "draft.moved"


def with_typed(page: DraftSheet, typed: Typed) -> DraftSheet:
    """The page with what was typed instead of what is kept."""
    given = {one.key: tuple(value for value in typed.extension[one.key] if value) for one in page.extension if one.key in typed.extension}
    extension = tuple(one.model_copy(update={"values": given[one.key]}) if one.key in given else one for one in page.extension)
    return page.model_copy(update={"values": {**page.values, **typed.values}, "items": tuple(typed.items), "extension": extension})


def told_faults(page: DraftSheet, lang: str) -> dict[str, str]:
    """Texts by the field they stand at: of the form by its name, of an item `item.<place>.<field>`, of all items `items`."""
    names = [item.get("name", "") for item in page.items]
    told: dict[str, str] = {}
    for fault in page.faults:
        for field in _places(fault.field, names):
            told[field] = " ".join(filter(None, (told.get(field), fault.text.text(lang))))
    return told


def _places(field: str, names: Sequence[str]) -> list[str]:
    """Where a fault stands; items are named by themselves or, where the form could not be read, by their place."""
    parts = field.split(".")
    if parts[0] == "items" and len(parts) >= 3:
        named = [place for place, name in enumerate(names) if name == ".".join(parts[1:-1])]
        if not named and parts[1].isdecimal() and int(parts[1]) < len(names):
            named = [int(parts[1])]
        return [f"item.{place}.{parts[2] if len(parts) == 3 else parts[-1]}" for place in named] or ["items"]
    return [field if parts[0] == "extension" else parts[0]]


def _lines(form: FormData) -> list[Line]:
    lines: dict[int, Line] = {}
    for name in form:
        parts = name.split(".")
        if len(parts) == 3 and parts[0] == "item" and parts[1].isdecimal() and int(parts[1]) < MOST_ITEMS:
            lines.setdefault(int(parts[1]), {})[parts[2]] = text(form, name)
    return [lines[place] for place in sorted(lines)]

