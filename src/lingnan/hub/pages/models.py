"""Answers the pages of models that learn: the index, and the card of each, made from its manifest, the register of fits and the cases about it."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import func, select

from lingnan.base import Missing, Refused
from lingnan.casework.policy import visible
from lingnan.casework.records import Case
from lingnan.casework.shapes import CaseSheet
from lingnan.hub.boards import value_words
from lingnan.hub.pages.desk import Desk
from lingnan.hub.pages.model_pictures import model_pictures
from lingnan.insight import ANSWERING, STATES, ModelIndex, ModelSheet, ModelTile, Words
from lingnan.insight.models import ModelFitLine, ModelFold, ModelLimits, ModelMeasure, ModelNamed, ModelTable, ModelVersionLine
from lingnan.packkit import MOVED, WATCH, WORSE, ModelRegister, ModelStanding, Pack
from lingnan.standards import Contract
from lingnan.trust import Subject

FLOW = "model-approval"
OF_MODEL = ("pack", "model", "model_version")
"""Fields of a case of approval that the card fills in."""
WAITING = ("submitted", "amending")
NUMBER = Words(zh="检验数值", en="Number of the test")
BETTER = 100.0
WHOLE, FOLD_SIGN = Words(zh="全部", en="all"), " · "


def model_matter(pack: str, name: str) -> str:
    """What a case about a model is about."""
    return f"model:{pack}.{name}"


class ModelPages:
    """The models of one hub; their cards are open to everybody, what cases say of them to those who may see the case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _register(self) -> ModelRegister:
        return ModelRegister(self._desk.hub.storage, self._desk.hub.clock)

    def index(self, subject: Subject) -> ModelIndex:
        """Every model that learns, with what answers in its place."""
        self._desk.hub.trust.allow(subject, "page.view", "models")
        held = self._register.listing()
        tiles = tuple(self._tile(pack, name, held) for pack, name in self._learning())
        with self._desk.hub.storage.reading() as session:
            waiting = select(func.count()).select_from(Case).where(Case.flow == FLOW, Case.state.in_(WAITING), visible(subject))
            cases = session.scalar(waiting) or 0
        return ModelIndex(
            items=tiles, used=sum(each.answering == "model" for each in tiles), waiting=cases,
            extra_missing=any(each.answering == "extra_missing" for each in tiles),
        )

    def model(self, subject: Subject, key: str) -> ModelSheet:
        """The card of one model; Missing when there is none."""
        self._desk.hub.trust.allow(subject, "page.view", "models")
        pack, name = self._found(key)
        held, fits = self._register.listing(pack.id, name), self._register.fits(pack.id, name)
        current, told = _current(held), pack.manifest.models[name].learns
        if told is None:
            raise _missing(key)
        fit = current.fit if current else None
        answers = {each.digest: each for each in held}
        tile, table, case = self._tile(pack, name, held), pack.table(name), self._waiting(subject, pack.id, name)
        folds, lines = tuple(_folds(fit, told.better, partial(self._fold, pack, name))), tuple(_fit_line(each, answers) for each in fits)
        watched = tuple(
            ModelNamed(name=f"{read}.{column}", title=self._column(pack, read, column))
            for read, columns in told.watched.items() for column in columns
        )
        return ModelSheet(
            tile=tile, users=_words(told.users), never=_words(told.never), method=_words(told.method), limits_told=_words(told.limits),
            made_by=told.made_by, features=_named(told.features), sources=told.sources, tables=tuple(self._tables(pack, name, fit)),
            libraries=dict(current.libraries) if current else {}, version=current.digest if current else "", rows=fit["rows"] if fit else None,
            folds=folds, measures=tuple(_measures(fit, told.measures)), watched=watched, fits=lines,
            versions=tuple(self._version(subject, each, current) for each in held), limits=ModelLimits(watch=WATCH, moved=MOVED, worse=WORSE),
            unproofed=pack.unproofed_behind(name), pictures=tuple(model_pictures(tile, folds, lines, watched, MOVED)),
            result=table if self._desk.version(table) is not None else "", case=case, asks="" if case else _asks(subject, current),
        )

    def of(self, wanted: str) -> tuple[ModelTile, ...]:
        """The models of one pack."""
        found = [(pack, name) for pack, name in self._learning() if pack.id == wanted]
        held = self._register.listing(wanted) if found else []
        return tuple(self._tile(pack, name, held) for pack, name in found)

    def behind(self, facts: Mapping[str, str]) -> ModelTile | None:
        """The model that a case of approval is about, with the numbers of the version asked for; None when it is there no more."""
        key, digest = f"{facts.get('pack', '')}.{facts.get('model', '')}", facts.get("model_version", "")
        try:
            pack, name = self._found(key)
        except Missing:
            return None
        held = [each for each in self._register.listing(pack.id, name) if each.digest == digest]
        return self._tile(pack, name, held)

    def _learning(self) -> Iterator[tuple[Pack, str]]:
        for pack in self._desk.hub.packs:
            for name, model in pack.manifest.models.items():
                if model.learns is not None:
                    yield pack, name

    def _found(self, key: str) -> tuple[Pack, str]:
        found = next(((pack, name) for pack, name in self._learning() if f"{pack.id}.{name}" == key), None)
        if found is None:
            raise _missing(key)
        return found

    def _tile(self, pack: Pack, name: str, held: list[ModelStanding]) -> ModelTile:
        model = pack.manifest.models[name]
        told = model.learns
        if told is None:
            raise _missing(f"{pack.id}.{name}")
        current = _current([each for each in held if (each.pack, each.name) == (pack.id, name)])
        fit = current.fit if current and current.fit and not current.fit["lacking"] else None
        error, baseline = (fit["error"], fit["baseline_error"]) if fit else (None, None)
        drift = max(fit["drift"].values(), default=None) if fit else None
        answering, state = current.answering if current else "not_built", current.state if current else ""
        contract = pack.contracts.get(pack.table(name))
        column = contract.named(told.error) if contract else None
        return ModelTile(
            key=f"{pack.id}.{name}", title=_words(model.title), href=f"/models/{pack.id}.{name}", pack=pack.id,
            pack_title=_words(pack.manifest.title), purpose=_words(told.purpose),
            baseline=_words(model.baseline) if model.baseline else Words(zh="—"), state=state,
            state_title=STATES.get(state, Words(zh="—")), answering=answering, answering_title=ANSWERING[answering], better=told.better,
            error_title=Words(zh=column.zh, en=column.en) if column else NUMBER, error=error, baseline_error=baseline,
            gain=_gain(error, baseline, told.better), drift=drift, moved=drift is not None and drift >= MOVED,
            learnt_at=current.fit["learnt_at"] if current and current.fit else None,
        )

    def _tables(self, pack: Pack, name: str, fit: Mapping[str, Any] | None) -> Iterator[ModelTable]:
        for each in pack.manifest.models[name].reads:
            table = pack.table(each)
            read = fit["read"].get(each, {}) if fit else {}
            contract = pack.contracts.get(table)
            yield ModelTable(
                table=table, title=Words(zh=contract.zh, en=contract.en) if contract else self._desk.titles.table(table),
                href=f"/tables/{table.replace('.', '/')}" if self._desk.version(table) is not None else "",
                version=fit["data"].get(table) if fit else None, rows=read.get("rows"), first=read.get("first", ""), last=read.get("last", ""),
            )

    def _column(self, pack: Pack, table: str, column: str) -> Words:
        contract = pack.contracts.get(pack.table(table))
        held = contract.named(column) if contract else None
        return Words(zh=held.zh, en=held.en) if held else Words(zh=column)

    def _fold(self, pack: Pack, name: str, fold: str) -> Words:
        """What a fold is called: each value of its columns as the contract's code list calls it, a number with its unit."""
        told, contract = pack.manifest.models[name].learns, pack.contracts.get(pack.table(name))
        columns, values = told.folds if told else (), fold.split(FOLD_SIGN)
        if not fold or contract is None or len(columns) != len(values):
            return Words(zh=fold) if fold else WHOLE
        parts = [_valued(pack, contract, column, value) for column, value in zip(columns, values, strict=True)]
        return Words(zh=FOLD_SIGN.join(each.zh for each in parts), en=FOLD_SIGN.join(each.text("en") for each in parts))

    def _version(self, subject: Subject, held: ModelStanding, current: ModelStanding | None) -> ModelVersionLine:
        sheet = self._sheet(subject, held.case_number)
        said = {each.name: str(each.value) for each in sheet.facts} if sheet else {}
        return ModelVersionLine(
            version=held.digest, state=held.state, state_title=STATES[held.state], seen_at=held.seen_at, decided_at=held.decided_at,
            decided_by=self._who(held.decided_by) if sheet and held.decided_by else None, reason=said.get("reason", ""),
            examined=said.get("examined", ""), case=held.case_number if sheet else "", libraries=dict(held.libraries),
            current=current is not None and held.digest == current.digest,
        )

    def _sheet(self, subject: Subject, number: str) -> CaseSheet | None:
        """The case that decided, for whoever may see it."""
        if not number or not self._desk.hub.trust.point.permits(subject, "case.view")[0]:
            return None
        try:
            return self._desk.hub.office.casework.cases.sheet(number, subject)
        except (Missing, Refused):
            return None

    def _who(self, reference: str) -> Words:
        account = reference.partition(":")[2]
        try:
            found = self._desk.hub.trust.accounts.account(account)
        except Missing:
            return Words(zh=account or reference)
        return Words(zh=found.zh, en=found.en)

    def _waiting(self, subject: Subject, pack: str, name: str) -> str:
        """The number of the case that waits to be decided, for whoever may see it."""
        wanted = select(Case.number).where(Case.flow == FLOW, Case.about == model_matter(pack, name), Case.state.in_(WAITING), visible(subject))
        with self._desk.hub.storage.reading() as session:
            return session.scalar(wanted.order_by(Case.sequence.desc()).limit(1)) or ""


def _asks(subject: Subject, current: ModelStanding | None) -> str:
    """Where this reader may ask for the approval of a candidate; empty where there is none, or others ask."""
    if current is None or current.answering != "not_approved":
        return ""
    asks = subject.kind == "operator" or (subject.kind == "official" and bool({"steward", "analyst"} & set(subject.roles)))
    return f"/cases/new/{FLOW}?pack={current.pack}&model={current.name}&model_version={current.digest}" if asks else ""


def _current(held: list[ModelStanding]) -> ModelStanding | None:
    """The version that was learnt last."""
    return max((each for each in held if each.fit is not None), key=lambda each: each.fit["number"] if each.fit else 0, default=None)


def _gain(error: float | None, baseline: float | None, better: str) -> float | None:
    if error is None or not baseline:
        return None
    return BETTER * ((baseline - error) if better == "less" else (error - baseline)) / baseline


def _folds(fit: Mapping[str, Any] | None, better: str, called: Callable[[str], Words]) -> Iterator[ModelFold]:
    for each in fit["folds"] if fit and not fit["lacking"] else ():
        error, baseline = each["error"], each["baseline_error"]
        yield ModelFold(
            name=each["name"], title=called(each["name"]), rows=each["rows"], error=error, baseline_error=baseline,
            beats=error < baseline if better == "less" else error > baseline,
        )


def _valued(pack: Pack, contract: Contract, column: str, value: str) -> Words:
    found = contract.named(column)
    unit = str(found.custom.get("unit", "")) if found else ""
    return value_words(pack, contract, column, value) or Words(zh=f"{value} {unit}".strip())


def _measures(fit: Mapping[str, Any] | None, titles: Mapping[str, Any]) -> Iterator[ModelMeasure]:
    held = fit["measures"] if fit else {}
    for name, title in titles.items():
        yield ModelMeasure(name=name, title=_words(title), value=held.get(name))


def _fit_line(fit: Mapping[str, Any], held: Mapping[str, ModelStanding]) -> ModelFitLine:
    """One fit; what answered after it, as far as it tells itself."""
    standing = held.get(fit["digest"])
    known = standing is not None and standing.fit is not None and standing.fit["number"] == fit["number"]
    past = "model" if fit["used"] else "extra_missing" if fit["lacking"] not in ("", "data") else "too_little" if fit["lacking"] else ""
    answering = standing.answering if known and standing else past or ("not_approved" if fit["beats"] else "not_better")
    return ModelFitLine(
        number=fit["number"], learnt_at=fit["learnt_at"], version=fit["digest"], error=fit["error"] if not fit["lacking"] else None,
        baseline_error=fit["baseline_error"], answering=answering, answering_title=ANSWERING[answering], drift=dict(fit["drift"]),
    )


def _named(words: Mapping[str, Any]) -> tuple[ModelNamed, ...]:
    return tuple(ModelNamed(name=name, title=_words(title)) for name, title in words.items())


def _words(title: Any) -> Words:
    return Words(zh=title.zh, en=title.en)


def _missing(key: str) -> Missing:
    named = key[:80]
    return Missing(f"没有学习模型 {named}。请从模型列表选择。", f"There is no model {named}. Choose one from the list of models.", model=named)
