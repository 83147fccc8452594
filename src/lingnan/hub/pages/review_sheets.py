"""Two or more records side by side, and the evidence as a waterfall: values cut to what the reader may see, agreement told of the whole values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from lingnan.govern import Explanation
from lingnan.hub.pages.desk import Desk, cell
from lingnan.hub.pages.titles import code_words
from lingnan.insight import ReviewAgreement, ReviewCell, ReviewHead, ReviewOrigin, ReviewPart, ReviewRow, ReviewStep, Words
from lingnan.lake import View
from lingnan.registers import Attribute, RegisterDefinition, read_reference
from lingnan.registers.decisions.sides import Side

LEVELS: Mapping[str, Words] = {
    "same": Words(zh="相同", en="equal"), "partly": Words(zh="部分相同", en="equal in part"), "different": Words(zh="不同", en="different"),
    "missing": Words(zh="一方没有", en="one side says nothing"),
}


@dataclass(frozen=True)
class Shown:
    """One side as the reader sees it, beside the whole of it, which is compared and never shown."""

    seen: Side
    whole: Side
    masked: frozenset[str]


def masked_attributes(definition: RegisterDefinition, reference: str, views: Mapping[str, View]) -> frozenset[str]:
    """The attributes of a side that come masked or not at all to the reader of these views."""
    table, _key = read_reference(reference)
    if not table:
        return frozenset(name for name in definition.attributes if _covered(name, views[definition.observations]))
    found = {
        name for source in definition.sources if source.table == table for name, sql in source.columns.items() if _covered(sql, views[table])
    }
    return frozenset(found)


def no_more_than(seen: Side, whole: Side) -> Side:
    """A delivered row as it is seen, without what the whole of it does not say."""
    if seen.reference.startswith("entry:") or not seen.rows or not whole.rows:
        return seen
    said = whole.rows[0].values
    values = {name: each[: len(said[name])] for name, each in seen.rows[0].values.items() if name in said}
    return replace(seen, rows=(replace(seen.rows[0], values=values),))


def _covered(sql: str, view: View) -> bool:
    named = set(sql.replace("(", " ").replace(")", " ").replace(",", " ").split())
    return bool(named & view.masks.keys())


def rows(definition: RegisterDefinition, sides: Sequence[Shown], *, apart: bool) -> tuple[ReviewRow, ...]:
    """Every attribute that some side speaks of. `apart`: a side is taken without the other sides' own rows."""
    found = []
    for name, attribute in definition.attributes.items():
        whole = [_said(each.whole, name, sides, apart) for each in sides]
        if any(whole):
            seen = [_said(each.seen, name, sides, apart) for each in sides]
            agreed = _agreement(whole)
            found.append(ReviewRow(
                name=name, title=Words(**attribute.title.model_dump()), agreement=agreed,
                cells=tuple(_cell(attribute, values, seen[0 if place else min(1, len(seen) - 1)], name in each.masked, agreed)
                            for place, (each, values) in enumerate(zip(sides, seen, strict=True))),
            ))
    return tuple(found)


def _said(side: Side, name: str, sides: Sequence[Shown], apart: bool) -> tuple[Any, ...]:
    others = {row.reference for each in sides for row in each.whole.rows if each.whole.reference != side.reference} if apart else ()
    return side.said(name, others)


def _agreement(whole: Sequence[Sequence[Any]]) -> ReviewAgreement:
    told = [{str(value) for value in values} for values in whole if values]
    if len(told) < 2:
        return "missing"
    if all(each == told[0] for each in told):
        return "same"
    return "partly" if set.intersection(*told) else "different"


def _cell(attribute: Attribute, values: Sequence[Any], other: Sequence[Any], masked: bool, agreed: str) -> ReviewCell:
    texts = [_text(attribute, value, masked) for value in values]
    if not texts:
        return ReviewCell(parts=(), masked=masked)
    if masked:
        # Masked values may look alike and differ: what is marked then goes by the whole values, not by what is left of them.
        return ReviewCell(parts=(ReviewPart(text=texts[0], same=agreed != "different"),), also=tuple(texts[1:]), masked=True)
    others = [_text(attribute, value, masked) for value in other]
    nearest = texts[0] if texts[0] in others else next((each for each in texts if each in others), others[0] if others else texts[0])
    return ReviewCell(parts=_parts(texts[0], nearest if nearest in others else texts[0]), also=tuple(texts[1:]))


def _parts(text: str, other: str) -> tuple[ReviewPart, ...]:
    """The value in pieces, each the same as on the other side or not."""
    if not text or text == other:
        return (ReviewPart(text=text, same=True),)
    pieces = []
    for kind, start, end, _from, _to in SequenceMatcher(None, text, other, autojunk=False).get_opcodes():
        if end > start:
            pieces.append(ReviewPart(text=text[start:end], same=kind == "equal"))
    return tuple(pieces)


def _text(attribute: Attribute, value: Any, masked: bool) -> str:
    shown = cell(value)
    text = shown.isoformat() if isinstance(shown, date) else str(shown)
    words = None if masked else code_words(attribute.code_list, text)
    return f"{text} {words.zh}" if words else text


def head(desk: Desk, definition: RegisterDefinition, shown: Shown) -> ReviewHead:
    """Where a side comes from."""
    table, key = read_reference(shown.whole.reference)
    origins = tuple(
        ReviewOrigin(
            source=source_title(desk, row.table), key=row.key, valid_from=None if "birth_date" in shown.masked else row.valid_from,
            known_from=row.known_from, joined_by=row.joined_by,
        )
        for row in shown.seen.rows
    )
    if table:
        return ReviewHead(title=source_title(desk, table), href="", reference=shown.whole.reference, origins=origins, here=bool(shown.whole.rows))
    name = next((str(value) for value in shown.seen.said(definition.label)), key)
    return ReviewHead(
        title=Words(zh=f"{definition.title.zh} {name}", en=f"{definition.title.en}: {name}"), href=f"/registers/{definition.register_}/{key}",
        reference=shown.whole.reference, origins=origins, here=bool(shown.whole.rows),
    )


def source_title(desk: Desk, table: str) -> Words:
    """Department and title of a source table."""
    department, title = desk.titles.department(table.split(".")[0]), desk.titles.table(table)
    return Words(zh=f"{department.zh}·{title.zh}", en=f"{department.text('en')}: {title.text('en')}")


def steps(
    definition: RegisterDefinition, explained: Explanation | None, compared: Sequence[ReviewRow]
) -> tuple[tuple[ReviewStep, ...], Decimal]:
    """The waterfall, and where its zero lies, per cent from the left; without a model's weights the agreement of each attribute alone."""
    if explained is None:
        told = [ReviewStep(title=row.title, level=LEVELS[row.agreement], bits=None, running=None) for row in compared]
        return tuple(told), Decimal(0)
    titles = {name: Words(**attribute.title.model_dump()) for name, attribute in definition.attributes.items()}
    titles["identifier"] = Words(**definition.identifier_title.model_dump())
    sums = [0.0]
    for step in explained.steps:
        sums.append(sums[-1] + step.bits)
    low, span = min(sums), max(max(sums) - min(sums), 1.0)

    def place(bits: float) -> Decimal:
        return Decimal(str(round((bits - low) / span * 100, 2)))

    found = tuple(
        ReviewStep(
            title=titles.get(step.zh) or Words(zh=step.zh, en=step.en), level=Words(zh=step.level_zh, en=step.level_en),
            bits=_one(step.bits), running=_one(after), left=place(min(before, after)),
            width=max(place(max(before, after)) - place(min(before, after)), Decimal("0.5")),
        )
        for step, before, after in zip(explained.steps, sums, sums[1:], strict=False)
    )
    return found, place(0.0)


def _one(value: float) -> Decimal:
    return Decimal(str(round(value, 1)))
