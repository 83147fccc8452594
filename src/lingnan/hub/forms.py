"""Forms of a hub put together: entries held to their contracts by the rules that governing uses, pictures kept, contributions as cases."""

import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from lingnan.base import CHINA, BadInput, LingnanError, Refused
from lingnan.collect.forms.batches import Batches
from lingnan.collect.forms.columns import filled_in
from lingnan.collect.forms.definitions import Forms
from lingnan.collect.forms.entries import Entries
from lingnan.collect.forms.holders import PICTURE
from lingnan.collect.forms.pictures import picture_name, without_metadata
from lingnan.collect.forms.reading import refused
from lingnan.collect.forms.shapes import EntryCard, Form, FormFault, Given
from lingnan.collect.shapes import Provider
from lingnan.govern import check
from lingnan.hub.inventory import allow_describing
from lingnan.hub.vault import KeyedVault
from lingnan.standards import Contract, read_contract
from lingnan.trust import SYSTEM, HubKey, Subject, writing

if TYPE_CHECKING:
    from lingnan.hub.service import Hub

MEGABYTE = 1 << 20
HOURLY_UNSIGNED = 5
"""Contributions from one address in an hour by visitors who are not signed in."""
Row = Mapping[str, str | None]
Pictures = Mapping[tuple[int, str], bytes]
"""What was taken as a picture, by row and column."""


class FormDesk:
    """All that a hub does with forms."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self.forms = Forms(hub.home, hub.clock)
        self.entries = Entries(hub.storage, hub.trust, KeyedVault(HubKey.open(hub.home)), self._check)
        self.batches = Batches(hub.storage, self.entries, hub.home)

    def form(self, form: str) -> Form:
        """One form by its id, with the standards that the hub registered."""
        return self.forms.form(form, self._hub.catalogue.vocabulary())

    def make(self, subject: Subject, contract: Path, department: str, form: str = "") -> Form:
        """A form out of a contract's file, by who may write the department's inventory; BadInput for a department that nobody has registered."""
        hub = self._hub
        hub.trust.allow(subject, "form.make", department[:200])
        allow_describing(hub.trust, hub.settings.office, subject, department)
        promised = read_contract(contract, hub.catalogue.vocabulary())
        with writing(hub.trust.audit, subject, "form.make", promised.id) as told:
            made = self.forms.make(promised, self._provider(department), form=form)
            told.tell(form=made.id)
        hub.follow_sources()
        return made

    def _provider(self, department: str) -> Provider:
        found = next((feed.file.department for feed in self._hub.feeds if feed.file.department.id == department), None)
        card = next((each for each in self._hub.catalogue.departments() if each.key == department), None)
        if found is None and card is None:
            raise BadInput(
                f"没有部门“{department}”。请先登记该部门，或用已有部门的短名。",
                f"There is no department “{department}”. Register it, or name one that is there.",
                department=department,
            )
        return found or Provider(id=department, zh=card.zh if card else department, en=card.en if card else "")

    def open_forms(self, subject: Subject) -> list[Form]:
        """The forms that the subject may fill in now."""
        return [form for form in self.forms.listing(self._hub.catalogue.vocabulary()) if not self.closed_to(form, subject)]

    def closed_to(self, form: Form, subject: Subject) -> LingnanError | None:
        """Why the subject may not fill the form in; None when they may."""
        campaign, audience = form.file.campaign, form.file.audience
        if campaign is not None:
            today = self._hub.clock.now().astimezone(CHINA).date()
            if not campaign.opens <= today <= campaign.closes:
                return Refused(
                    f"“{form.file.title.zh}”的征集期为 {campaign.opens} 至 {campaign.closes}。",
                    f"Contributions to “{form.file.title.en or form.file.title.zh}” are taken from {campaign.opens} to {campaign.closes}.",
                )
            if subject.kind == "anonymous" and campaign.unsigned:
                return None
        if subject.kind not in audience.kinds and not (campaign and subject.kind in ("citizen", "enterprise")):
            return _not_yours(form)
        if subject.kind == "official" and not self._in_audience(form, subject):
            return _not_yours(form)
        return None

    def _in_audience(self, form: Form, subject: Subject) -> bool:
        audience = form.file.audience
        if audience.roles and not subject.roles.intersection(audience.roles):
            return False
        units = audience.organisations or (form.feed.file.department.id,)
        return any(self._hub.trust.organisations.belongs(subject, unit) for unit in units)

    def give(self, form: Form, given: Given, pictures: Pictures, subject: Subject, address: str = "") -> EntryCard:
        """Keep an entry with its pictures; a contribution becomes a case in which a clerk looks at it. Safe to send again."""
        self._allow(form, subject)
        campaign = form.file.campaign
        if campaign is not None and given.terms != campaign.terms_version:
            raise BadInput("请阅读并同意征集条款后再提交。", "Read the terms and agree to them before you send.", code="Terms")
        given, taken = self._with_pictures(form, given, pictures)
        if campaign is not None:
            self._within_limits(form, given.entry, subject, address)
        card = self.entries.give(form, given, subject, pictures=tuple(taken), moderated=campaign is not None)
        if campaign is not None:
            from lingnan.hub.contributions import contribute

            return contribute(self._hub, self.entries, form, given, taken, subject, card)
        self._keep(form, given.entry, taken, subject)
        return card

    def correct(self, form: Form, given: Given, revision: int, pictures: Pictures, subject: Subject) -> EntryCard:
        """A new word for an entry of one's own."""
        self._allow(form, subject)
        given, taken = self._with_pictures(form, given, pictures)
        card = self.entries.correct(form, given, revision, subject, pictures=tuple(taken))
        self._keep(form, given.entry, taken, subject)
        return card

    def withdraw(self, form: Form, entry: str, subject: Subject) -> EntryCard:
        """Take an entry back; its pictures go, and the case of a contribution ends."""
        self._hub.trust.allow(subject, "form.fill", f"form:{form.id}")
        card = self.entries.withdraw(form, entry, subject)
        owner = (PICTURE, self.entries.row_of(form, entry))
        for each in self._hub.office.attachments.listing(SYSTEM, owner):
            if each.removed_at is None:
                self._hub.office.attachments.remove(SYSTEM, each.id, "填报已撤回 entry withdrawn")
        if card.case:
            from lingnan.hub.contributions import end_case

            end_case(self._hub, card.case, subject)
        return card

    def _allow(self, form: Form, subject: Subject) -> None:
        self._hub.trust.allow(subject, "form.fill", f"form:{form.id}")
        if closed := self.closed_to(form, subject):
            raise closed

    def _within_limits(self, form: Form, entry: str, subject: Subject, address: str) -> None:
        """So many contributions a day from an account, so many an hour from an address that is not signed in; one sent again does not count."""
        campaign = form.file.campaign
        now = self._hub.clock.now().astimezone(CHINA)
        if campaign is None or self._is_known(form, entry, subject):
            return
        if subject.account:
            good = self.entries.count("account", f"{form.id}:{subject.account}", now.date().isoformat(), campaign.most_a_day)
        else:
            good = self.entries.count("address", f"{form.id}:{address}", now.strftime("%Y-%m-%dT%H"), HOURLY_UNSIGNED)
        if not good:
            raise Refused(
                "您提交得太频繁，请稍后再来。", "You have sent many contributions in a short time. Come back later.",
                code="TooManyAttempts", retry_after=3600,
            )

    def _is_known(self, form: Form, entry: str, subject: Subject) -> bool:
        try:
            return bool(self.entries.of(form, entry, subject))
        except LingnanError:
            return False

    def _with_pictures(self, form: Form, given: Given, pictures: Pictures) -> tuple[Given, dict[str, bytes]]:
        """The entry with the digests of its pictures as values, and the pictures by digest, without what the camera wrote beside them."""
        kinds = {name for name, spec in form.fields.items() if spec.kind == "picture"}
        rows, taken, faults = [dict(row) for row in given.rows], dict[str, bytes](), list[FormFault]()
        for (row, column), raw in pictures.items():
            if column not in kinds or row >= len(rows):
                continue
            try:
                digest, kept = self._examined(form, raw)
            except BadInput as error:
                spec = form.fields[column]
                faults.append(FormFault(row, column, f"{spec.zh}：{error.zh.rstrip('。')}", f"{spec.en}: {error.en.rstrip('.')}"))
                continue
            rows[row][column] = digest
            taken[digest] = kept
        if faults:
            raise refused(faults)
        values = Given(given.entry, tuple(rows), given.device, given.position, given.filled_at, given.terms)
        return values, taken

    def _examined(self, form: Form, raw: bytes) -> tuple[str, bytes]:
        most = form.file.picture_megabytes * MEGABYTE
        if len(raw) > most:
            raise BadInput(
                f"图片超过 {form.file.picture_megabytes} MB。请缩小后再传。",
                f"The picture exceeds {form.file.picture_megabytes} MB. Make it smaller.",
            )
        kept = raw if form.file.keep_picture_position else without_metadata(raw)
        return self._hub.office.attachments.examine(picture_name(kept), io.BytesIO(kept), kind="picture"), kept

    def _keep(self, form: Form, entry: str, taken: Mapping[str, bytes], subject: Subject) -> None:
        """Keep pictures that are not kept yet; an entry sent again brings none twice."""
        if not taken:
            return
        owner = (PICTURE, self.entries.row_of(form, entry))
        held = {f"{each.algorithm}:{each.digest}" for each in self._hub.office.attachments.listing(SYSTEM, owner) if each.removed_at is None}
        for digest, picture in taken.items():
            if digest not in held:
                self._hub.office.attachments.store(subject, owner, picture_name(picture), io.BytesIO(picture), kind="picture")

    def _check(self, contract: Contract, rows: Sequence[Row]) -> list[FormFault]:
        """The faults of severity error that governing would find in these rows."""
        names = [each.name for each in filled_in(contract)]
        today = self._hub.clock.now().astimezone(CHINA).date().isoformat()
        with tempfile.TemporaryDirectory(prefix="lingnan-form-") as folder:
            given = Path(folder) / "entry.parquet"
            pq.write_table(pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}), given)
            report = check(given, _of_entry(contract, names), Path(folder) / "out", engine=self._hub.engine, views={}, today=today)
            failures = pq.read_table(Path(folder) / "out" / "failures.parquet").to_pylist()
        words = {rule.rule: rule for rule in report.rules}
        owners = {rule.id: column.name for column in contract.properties for rule in column.quality}
        found = _faults([{**each, "column": owners.get(each["rule"], each["column"])} for each in failures], words)
        return sorted(found, key=lambda fault: (fault.row, names.index(fault.column) if fault.column in names else -1))


def _faults(failures: Iterable[Mapping[str, str]], words: Mapping[str, object]) -> Iterable[FormFault]:
    told = set()
    for each in failures:
        rule = words.get(each["rule"])
        if each["severity"] != "error" or not each["position"]:
            continue
        found = FormFault(
            int(each["position"]) - 1, each["column"].split(",")[0] if each["column"] else "", getattr(rule, "zh", ""), getattr(rule, "en", ""),
            each["rule"],
        )
        if (found.row, found.column, found.zh) not in told:
            told.add((found.row, found.column, found.zh))
            yield found


def _of_entry(contract: Contract, names: Sequence[str]) -> Contract:
    """The contract as one entry can be held to it: without the columns that the form adds."""
    from dataclasses import replace

    return replace(contract, properties=tuple(each for each in contract.properties if each.name in set(names)))


def _not_yours(form: Form) -> Refused:
    return Refused(
        f"“{form.file.title.zh}”不由您填报。请向数据来源部门询问由谁填报。",
        f"“{form.file.title.en or form.file.title.zh}” is not for you to fill in. Ask its department who does.", form=form.id,
    )

