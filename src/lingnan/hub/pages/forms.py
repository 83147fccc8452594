"""Answers the pages of forms: those open to the reader, one to fill in, entries given, corrected and withdrawn, and a form made out of a resource."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from lingnan.base import BadInput, LingnanError, Missing, Refused
from lingnan.collect.forms.reading import read_moment, read_position
from lingnan.collect.forms.shapes import EntryCard, Form, Given
from lingnan.govern import FeedTables, rule_words
from lingnan.govern.rules.arrival import rules_on_arrival
from lingnan.hub.inventory import allow_describing
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.titles import Titles
from lingnan.insight import FormEntryLine, FormLine, FormList, FormSent, FormSheet, FormTaken, Upload, Words
from lingnan.trust import SYSTEM, Subject, writing

if TYPE_CHECKING:
    from lingnan.hub.forms import FormDesk

CODES_AN_HOUR = 20
MOST_READ = 10 << 20
MOST_QUARANTINED = 10_000


class FormPages:
    """The forms of one hub."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _forms(self) -> "FormDesk":
        return self._desk.hub.forms

    def listing(self, subject: Subject) -> FormList:
        """The forms open to the reader, and one's own entries."""
        self._desk.hub.trust.allow(subject, "form.fill", "forms")
        lines = tuple(_line(form) for form in self._forms.open_forms(subject))
        return FormList(items=lines, mine=self._mine(subject))

    def sheet(self, name: str, subject: Subject) -> FormSheet:
        """A form to fill in anew; Refused where it is not open to the reader."""
        form = self._open(name, subject)
        return self._sheet(form, subject, str(uuid4()))

    def filled(self, name: str, sent: FormSent, subject: Subject, *, more: bool = False) -> FormSheet:
        """The form with what was typed, after a fault or to add a row."""
        form = self._open(name, subject)
        rows = max((row for row, _column in sent.texts), default=0) + 1 + int(more)
        found = self._sheet(form, subject, sent.entry)
        most = form.repeated.repeat if form.repeated else 1
        return FormSheet(
            form, found.title, found.department, sent.entry, found.owner, sent.revision, dict(sent.texts), min(rows, most), sent.place, found.mine,
        )

    def entry(self, name: str, entry: str, subject: Subject) -> FormSheet:
        """An entry of one's own, to be corrected."""
        form = self._open(name, subject)
        card = self._forms.entries.of(form, entry, subject)
        if card.state not in ("waiting", "delivered"):
            raise Refused("这条填报已撤回或正在审核，不能更正。", "This entry was withdrawn or is looked at; it cannot be corrected.", entry=entry)
        values = {(row, name): value for row, each in enumerate(card.rows) for name, value in each.items() if value is not None}
        place = card.position
        shown = (str(place.longitude), str(place.latitude), str(place.accuracy or "")) if place else ("", "", "")
        found = self._sheet(form, subject, entry)
        return FormSheet(form, found.title, found.department, entry, found.owner, card.revision, values, len(card.rows), shown, ())

    def give(self, name: str, sent: FormSent, subject: Subject, address: str) -> FormTaken:
        """Take an entry, or a correction where it names a revision."""
        form = self._open(name, subject)
        pictures = {place: _bytes(file) for place, file in sent.files.items()}
        if sent.revision:
            before = self._forms.entries.of(form, sent.entry, subject)
            card = self._forms.correct(form, _given(form, sent, before), sent.revision, pictures, subject)
        else:
            card = self._forms.give(form, _given(form, sent, None), pictures, subject, address)
        return FormTaken(card.entry, card.state, card.case, card.trace_code, _on_arrival(form))

    def withdraw(self, name: str, entry: str, subject: Subject) -> None:
        """Take an entry of one's own back."""
        self._forms.withdraw(self._forms.form(name), entry, subject)
        self._desk.hub.deliver()

    def withdraw_by_code(self, number: str, code: str, subject: Subject, address: str) -> None:
        """Take a contribution back by number and trace code; so many tries an hour from an address."""
        from lingnan.hub.contributions import withdraw_by_code

        self._desk.hub.trust.allow(subject, "form.fill", "contribution")
        if not self._forms.entries.count("code", address, self._desk.now().strftime("%Y-%m-%dT%H"), CODES_AN_HOUR):
            raise Refused("尝试过多，请一小时后再来。", "Too many tries. Come back in an hour.", code="TooManyAttempts", retry_after=3600)
        withdraw_by_code(self._desk.hub, number, code)
        self._desk.hub.deliver()

    def make(self, code: str, subject: Subject) -> str:
        """A form out of a resource's contract, by a steward of its department; gives its id."""
        hub = self._desk.hub
        hub.trust.allow(subject, "form.make", code[:200])
        card = hub.catalogue.resource(code)
        feed = next((each for each in hub.feeds if each.target == card.table), None)
        if feed is None:
            raise Missing("该资源没有数据契约，不能生成表单。", "This resource has no contract to make a form of.", resource=code)
        allow_describing(hub.trust, hub.settings.office, subject, feed.file.department.id)
        title = (f"{feed.file.title.zh}填报", f"{feed.file.title.en or feed.id}, filled in")
        with writing(hub.trust.audit, subject, "form.make", feed.id) as told:
            made = self._forms.forms.make(feed.contract, feed.file.department, title, origin=feed.file.origin)
            told.tell(form=made.id)
        hub.follow_sources()
        self._desk.titles = Titles(hub.feeds)
        return made.id

    def _open(self, name: str, subject: Subject) -> Form:
        self._desk.hub.trust.allow(subject, "form.fill", f"form:{name[:130]}")
        form = self._forms.form(name)
        if closed := self._forms.closed_to(form, subject):
            raise closed
        return form

    def _sheet(self, form: Form, subject: Subject, entry: str) -> FormSheet:
        owner = self._desk.hub.trust.pseudonym("form-device", subject.account) if subject.account else "visitor"
        return FormSheet(form, _words(form.file.title), _department(form), entry, owner, mine=self._mine(subject, form))

    def _mine(self, subject: Subject, form: Form | None = None) -> tuple[FormEntryLine, ...]:
        if not subject.account:
            return ()
        cards = self._forms.entries.mine(subject, form)
        forms = {name: found for name in {card.form for card in cards} if (found := self._known(name)) is not None}
        reasons = self._reasons(form for form in forms.values())
        return tuple(_entry(card, forms.get(card.form), reasons.get(card.entry, ())) for card in cards)

    def _known(self, name: str) -> Form | None:
        try:
            return self._forms.form(name)
        except LingnanError:
            return None

    def _reasons(self, forms: Iterable[Form]) -> dict[str, tuple[str, ...]]:
        """Why rows of entries stand in quarantine, by entry: the names of the rules, which hold no value."""
        found: dict[str, tuple[str, ...]] = {}
        for form in forms:
            table = FeedTables.of(form.id).quarantine
            version = self._desk.version(table)
            if version is not None:
                found |= self._desk.keep(("form-reasons", table, version), partial(self._quarantined, form, table))
        return found

    def _quarantined(self, form: Form, table: str) -> dict[str, tuple[str, ...]]:
        words = rule_words(form.contract)
        asked = f"select form_entry, _rules from {table} where form_entry is not null limit {MOST_QUARANTINED}"
        rows = self._desk.hub.engine.query(asked, self._desk.views(SYSTEM, [table])).to_pylist()
        return {row["form_entry"]: tuple(words.get(rule, (rule, rule))[0] for rule in row["_rules"] or ()) for row in rows}


def _line(form: Form) -> FormLine:
    campaign = form.file.campaign
    return FormLine(
        form=form.id, title=_words(form.file.title), lead=_words(form.file.lead) if form.file.lead else Words(zh=""), department=_department(form),
        campaign=campaign is not None, closes=campaign.closes if campaign else None, href=f"/forms/{form.id}",
    )


def _entry(card: EntryCard, form: Form | None, reasons: tuple[str, ...]) -> FormEntryLine:
    state = "quarantined" if reasons else card.state
    return FormEntryLine(
        form=card.form, title=_words(form.file.title) if form else Words(zh=card.form), entry=card.entry, state=state, revision=card.revision,
        received_at=card.received_at, withdrawable=card.withdrawable, correctable=form is not None and card.state in ("waiting", "delivered"),
        case=card.case, reasons=reasons, on_arrival=_on_arrival(form) if form and card.state in ("waiting", "moderated") else (),
        href=f"/forms/{card.form}/entries/{card.entry}",
    )


def _on_arrival(form: Form) -> tuple[Words, ...]:
    return tuple(Words(zh=zh, en=en) for zh, en in rules_on_arrival(form.contract).values())


def _given(form: Form, sent: FormSent, before: EntryCard | None) -> Given:
    """The rows whole: what does not repeat is the same in each; a picture that was not taken anew stays."""
    repeated = {each.name for each in form.repeated.fields} if form.repeated else set()
    last = max((row for row, column in (*sent.texts, *sent.files) if column in repeated), default=0)
    rows = tuple(dict(_row(form, sent, before, row, repeated)) for row in range(last + 1))
    return Given(sent.entry, rows, sent.device, read_position(*sent.place), read_moment(sent.filled_at), sent.terms)


def _row(form: Form, sent: FormSent, before: EntryCard | None, row: int, repeated: set[str]) -> Iterator[tuple[str, str | None]]:
    for name, spec in form.fields.items():
        place = (row if name in repeated else 0, name)
        value = sent.texts.get(place) or None
        if spec.kind == "picture":
            value = before.rows[place[0]].get(name) if before and place[0] < len(before.rows) else None
        yield name, value


def _bytes(file: Upload) -> bytes:
    data = file.content.read(MOST_READ + 1)
    if len(data) > MOST_READ:
        raise BadInput("图片超过 10 MB。请缩小后再传。", "The picture exceeds 10 MB. Make it smaller.")
    return data


def _words(title: object) -> Words:
    return Words(zh=getattr(title, "zh", ""), en=getattr(title, "en", ""))


def _department(form: Form) -> Words:
    return Words(zh=form.feed.file.department.zh, en=form.feed.file.department.en)
