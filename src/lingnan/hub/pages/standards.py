"""Answers the pages of standards: what is shipped and registered, and where this hub uses it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from lingnan.base import Missing
from lingnan.catalogue import CodeListCard, ElementCard, Impact
from lingnan.catalogue.registry.shapes import Use
from lingnan.catalogue.resources.permits import belongs
from lingnan.hub.pages import standard_lines as lines_of
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.inventory import edits
from lingnan.hub.pages.standard_lines import LINES, element_line
from lingnan.insight import (
    CodeImpact,
    CodeListSheet,
    CodeMeaning,
    Count,
    DataSetSheet,
    DocumentSheet,
    ElementSheet,
    ElementUse,
    IndicatorSheet,
    SetMember,
    StandardLine,
    StandardPage,
    StandardVersion,
    Words,
)
from lingnan.standards import Code, Vocabulary, code_list, data_set, data_sets, documents, find_standards, indicator, indicators
from lingnan.standards.document_list import KINDS as DOCUMENT_KINDS
from lingnan.standards.document_list import STATES
from lingnan.standards.minimal_sets import OBLIGATIONS
from lingnan.trust import Subject

PORTION, CODES, USES = 50, 200, 100
KINDS = ("elements", "code-lists", "sets", "indicators", "documents")
_HITS = {"element": "elements", "code_list": "code-lists", "data_set": "sets", "indicator": "indicators"}


class StandardPages:
    """The standards as one hub shows them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def browse(self, kind: str, words: str, group: str, cursor: str, subject: Subject) -> StandardPage:
        """A page of one kind of thing: all of it, or what the words fit, exact names first."""
        found = self._chosen(kind, words, subject)
        groups = Counter((line.group.zh, line.group.en) for line in found[kind])
        lines = [line for line in found[kind] if group in ("", line.group.zh)]
        start = int(cursor) if cursor.isdigit() and len(cursor) < 6 else 0
        following = start + PORTION
        return StandardPage(
            kind=kind, words=words, group=group, total=len(lines), items=tuple(lines[start:following]),
            kinds=tuple(Count(key=name, title=Words(zh=name), count=len(lines_of)) for name, lines_of in found.items()),
            groups=tuple(Count(key=zh, title=Words(zh=zh, en=en), count=count) for (zh, en), count in groups.items()),
            next=str(following) if following < len(lines) else None,
        )

    def lines(self, kind: str, words: str, group: str, subject: Subject) -> list[StandardLine]:
        """The same whole, for the export."""
        return [line for line in self._chosen(kind, words, subject)[kind] if group in ("", line.group.zh)]

    def element(self, element: str, version: str, subject: Subject) -> ElementSheet:
        """One data element and where it is used; Missing for one that nobody registered yet and that is not on its way."""
        self._allow(subject)
        register = self._desk.hub.catalogue.elements
        card = register.element(element, version)
        if card.status in ("incomplete", "candidate", "recorded") and not card.shipped and not self._keeps(card.submitter, subject):
            raise Missing(f"没有注册数据元“{element}”。", f"No element “{element}” is registered.", element=element)
        found = register.meaning(element, card.version)
        used = register.used_by(element, page_size=USES)
        domain, vocabulary = found.value_domain, self._vocabulary()
        return ElementSheet(
            id=found.id, title=Words(zh=found.zh, en=found.en), definition=Words(zh=found.definition, en=found.definition_en),
            synonyms=found.synonyms, columns=found.columns, object_class=found.object_class, property=found.property, term=found.term,
            representation=found.representation, format=Words(zh=found.format.zh, en=found.format.en), datatype=domain.datatype, unit=domain.unit,
            minimum=domain.minimum, maximum=domain.maximum, pattern=domain.pattern or "",
            code_list=(domain.code_list or "") if domain.code_list in vocabulary.lists else "",
            code_list_edition=domain.code_list_edition or "", identifier=found.identifier or "", classification=found.classification,
            steps=tuple(step if isinstance(step, str) else next(iter(step)) for step in found.standardise),
            rules=tuple(str(rule["rule"]) for rule in found.rules), steward=self._unit(card.steward), submitter=self._unit(card.submitter),
            version=card.version, source=found.source, proofed=found.proofed, area=lines_of.area_of(found), sets=tuple(self._sets_with(found.id)),
            relations=tuple((kind, tuple(others)) for kind, others in found.relations.items()),
            used=used.counts.items + used.counts.register_columns + used.counts.database_columns, uses=tuple(map(use_of, used.places)),
            status=card.status, case=card.case if edits(subject) else "", versions=tuple(map(_version, register.versions(element))),
            writes=edits(subject),
        )

    def code_list(self, name: str, at: date | None, words: str, cursor: str, subject: Subject, version: str = "") -> CodeListSheet:
        """One code list, on a day or through all time; a version of the hub's own under review too."""
        self._allow(subject)
        own = self._own_list(name, version, subject)
        found = self._desk.hub.catalogue.elements.lists.codes(name, own.version) if own else code_list(name)
        held = found.entries if at is None else found.at(at)
        asked = words.strip().lower()
        fitting = [code for code in held if not asked or asked in code.code.lower() or asked in code.zh.lower() or asked in code.en.lower()]
        start = int(cursor) if cursor.isdigit() and len(cursor) < 7 else 0
        header = found.header
        sheet = CodeListSheet(
            id=name, title=Words(zh=header.zh, en=header.en), standard=header.standard, edition=header.edition, source=header.source,
            note=header.note, proofed=header.proofed, unproofed=found.unproofed, at=at, words=words, total=len(fitting),
            elements=tuple(element_line(each) for each in self._vocabulary().elements_of(name)),
            codes=tuple(map(_code, fitting[start : start + CODES])), next=str(start + CODES) if start + CODES < len(fitting) else None,
            impact=self._impact(name, words.strip() if words.strip() in found else "", subject),
        )
        if own is None:
            return sheet
        versions = self._desk.hub.catalogue.elements.lists.versions(name)
        return sheet.model_copy(update={
            "status": own.status, "case": own.case if edits(subject) else "", "version": own.version,
            "versions": tuple(map(_version, (each for each in versions if each.registered_at))),
            "keeps": edits(subject) and self._keeps(own.submitter, subject),
        })

    def codes(self, name: str, at: date | None, version: str, subject: Subject) -> tuple[Words, Iterable[Code]]:
        """The title and every code of a list, for the export."""
        self._allow(subject)
        own = self._own_list(name, version, subject)
        found = self._desk.hub.catalogue.elements.lists.codes(name, own.version) if own else code_list(name)
        return Words(zh=found.header.zh, en=found.header.en), found.entries if at is None else found.at(at)

    def document(self, number: str, subject: Subject) -> DocumentSheet:
        """One standard, law or format that is referred to."""
        self._allow(subject)
        found = next((each for each in documents() if each.number == number), None)
        if found is None:
            raise Missing(f"没有标准文件“{number}”。", f"There is no document “{number}”.", number=number)
        kind, state = DOCUMENT_KINDS[found.kind], STATES[found.state]
        naming = [line for name, held in self._all().items() if name != "documents" for line in held if _names(line.source, number)]
        return DocumentSheet(
            id=number, title=Words(zh=found.zh, en=found.en), kind=Words(zh=kind[0], en=kind[1]), state=Words(zh=state[0], en=state[1]),
            in_force=found.in_force, replaces=found.replaces, proofed=found.proofed, named_by=tuple(naming),
            replaced_by=tuple(each.number for each in documents() if number in each.replaces),
        )

    def data_set(self, name: str, subject: Subject) -> DataSetSheet:
        """One minimal data set."""
        self._allow(subject)
        found, known = data_set(name), self._vocabulary().elements
        return DataSetSheet(
            id=name, title=Words(zh=found.zh, en=found.en), definition=Words(zh=found.definition, en=found.definition_en), source=found.source,
            proofed=found.proofed,
            members=tuple(
                SetMember(
                    element=each.element, title=Words(zh=known[each.element].zh, en=known[each.element].en),
                    obligation=Words(zh=OBLIGATIONS[each.obligation][0], en=OBLIGATIONS[each.obligation][1]),
                    condition=Words(zh=each.condition, en=each.condition_en), representation=known[each.element].representation,
                )
                for each in found.members
            ),
        )

    def indicator(self, name: str, subject: Subject) -> IndicatorSheet:
        """One indicator."""
        self._allow(subject)
        found = indicator(name)
        unit = code_list("indicator-units").get(found.unit)
        known = indicators()
        return IndicatorSheet(
            id=name, title=Words(zh=found.zh, en=found.en), definition=Words(zh=found.definition, en=found.definition_en),
            formula=Words(zh=found.formula, en=found.formula_en), unit=Words(zh=unit.zh, en=unit.en) if unit else Words(zh=found.unit),
            frequency=found.frequency, source=found.source, proofed=found.proofed,
            uses=tuple(
                lines_of.line("indicators", key, known[key].zh, known[key].en, "", Words(zh=""), "", True) for key in found.uses if key in known
            ),
        )

    def _chosen(self, kind: str, words: str, subject: Subject) -> dict[str, list[StandardLine]]:
        self._allow(subject)
        if kind not in KINDS:
            raise Missing(f"标准中没有“{kind}”这一类。", f"There is no kind “{kind}” among the standards.", kind=kind)
        return {name: self._found(name, words) for name in KINDS}

    def _found(self, kind: str, words: str) -> list[StandardLine]:
        lines = self._all()[kind]
        if not words.strip():
            return lines
        asked = words.lower().split()
        own = [line for line in lines if (line.own or kind == "documents") and all(word in _text(line) for word in asked)]
        at = {line.id: line for line in lines}
        hits = [at[hit.id] for hit in find_standards(words) if _HITS[hit.kind] == kind and hit.id in at]
        return [*own, *(line for line in hits if line not in own)]

    def _all(self) -> dict[str, list[StandardLine]]:
        """Every line of every kind, made anew when something is registered."""
        key, known = ("standards", self._desk.hub.catalogue.vocabulary_mark()), self._vocabulary()
        return self._desk.keep(key, lambda: {kind: list(made(known)) for kind, made in LINES.items()})

    def _vocabulary(self) -> Vocabulary:
        catalogue = self._desk.hub.catalogue
        return self._desk.keep(("vocabulary", catalogue.vocabulary_mark()), catalogue.vocabulary)

    def _own_list(self, name: str, version: str, subject: Subject) -> CodeListCard | None:
        """The hub's own list of that name; None for one that ships. A draft is its office's alone."""
        lists = self._desk.hub.catalogue.elements.lists
        if not lists.versions(name):
            return None
        card = lists.card(name, version)
        if card.status == "draft" and not self._keeps(card.submitter, subject):
            raise Missing(f"没有名为“{name}”的代码表。", f"There is no code list named “{name}”.", list=name)
        return card

    def _keeps(self, submitter: str, subject: Subject) -> bool:
        with self._desk.hub.storage.reading() as session:
            return belongs(session, subject, submitter, self._desk.hub.settings.office)

    def _impact(self, name: str, code: str, subject: Subject) -> CodeImpact | None:
        """Who uses a list; departments and columns of others are for those who tend data."""
        register = self._desk.hub.catalogue.elements
        if subject.kind not in ("official", "operator") or name not in self._vocabulary().lists:
            return None
        return _impact(register.impact(name, code, page_size=USES))

    def _unit(self, key: str) -> str:
        return next((title.zh for known, title in self._desk.organisations().values() if known == key), key)

    def _sets_with(self, element: str) -> Iterator[StandardLine]:
        held = {known.id for known in data_sets().values() if any(each.element == element for each in known.members)}
        yield from (line for line in self._all()["sets"] if line.id in held)

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "page.view", "standards")


def _text(line: StandardLine) -> str:
    return f"{line.id} {line.title.zh} {line.title.en}".lower()


def _names(source: str, number: str) -> bool:
    """Whether a source tells that document, the year aside where the source leaves it out."""
    told = source.replace("—", "-")
    return number in told or (number.startswith("《") and number in source)


def _version(card: ElementCard | CodeListCard) -> StandardVersion:
    follows = card.replaced_by.split(" ")[0]
    kind = "elements" if isinstance(card, ElementCard) else "code-lists"
    return StandardVersion(
        version=card.version, status=card.status, shipped=isinstance(card, ElementCard) and card.shipped, case=card.case,
        registered_at=card.registered_at, follows=card.replaced_by, follows_href=f"/standards/{kind}/{follows}" if follows else "",
        reason=card.reason,
    )


def _impact(found: Impact) -> CodeImpact:
    counts = found.counts
    return CodeImpact(
        code=found.code.code if found.code else "", elements=found.elements,
        columns=counts.items + counts.register_columns + counts.database_columns, contracts=counts.contracts,
        departments=tuple(found.by_department.items()), rules=tuple((each.owner, each.column, each.rule) for each in found.rules),
        places=tuple(map(use_of, found.places)),
    )


def use_of(place: Use) -> ElementUse:
    """One place of an element; an item has its page, a column that was only discovered is found in the inventory."""
    href = "/inventory" if place.place == "database_column" else f"/catalogue/{place.owner}/items/{place.name}"
    return ElementUse(
        kind=place.place, title=Words(zh=place.owner_zh, en=place.owner_en), column=place.name,
        column_title=Words(zh=place.zh, en=place.en), href=href,
    )


def _code(code: Code) -> CodeMeaning:
    return CodeMeaning(
        code=code.code, title=Words(zh=code.zh, en=code.en), level=code.level, valid_from=code.valid_from, valid_to=code.valid_to,
        successors=code.successors, proofed=code.proofed,
    )

