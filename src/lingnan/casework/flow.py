"""A flow 流程 as data: states, transitions, forms, who may do what, deadlines and what the public may see, typed and strict."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from lingnan.trust import Column

Party = Literal["applicant", "handler", "provider", "organisation", "assignee"]
"""Whose side: who applied; the office that handles; the organisation that provides the data; any organisation of the case; who it is assigned to."""
Role = Literal["steward", "reviewer", "analyst", "administrator", "security", "auditor"]
FieldType = Literal["text", "long", "choice", "date", "number", "organisation", "table", "attachment"]
SubjectKind = Literal["anonymous", "citizen", "enterprise", "official", "operator", "system"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
TEXT_LIMIT, LONG_LIMIT = 200, 4000


def _as_list(value: Any) -> Any:
    """A single word where a list may stand."""
    return [value] if isinstance(value, str | dict) else value


Identifiers = Annotated[tuple[Identifier, ...], BeforeValidator(_as_list)]


class Strict(BaseModel):
    """A part of a flow: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Strict):
    """Something with a name in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def title(self, lang: str) -> str:
        """The name in the reader's language."""
        return self.en if lang == "en" else self.zh


class Choice(Words):
    """One allowed value of a field."""

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$")


class FormField(Words):
    """One field of a form; `element` is the data element whose mask hides it from those who need not see it."""

    name: Identifier
    type: FieldType = "text"
    required: bool = False
    classification: Literal["public", "internal", "personal", "sensitive"] = "internal"
    element: str = ""
    choices: tuple[Choice, ...] = ()
    maximum: float | None = None
    minimum: float | None = None
    pattern: str = ""

    @model_validator(mode="after")
    def _choices_where_asked(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError(f"field {self.name}: `choices` belong to type choice, and only there")
        if self.type != "number" and not (self.maximum is None and self.minimum is None):
            raise ValueError(f"field {self.name}: `minimum` and `maximum` belong to type number")
        return self

    @property
    def column(self) -> Column:
        """The field as a column, for masking."""
        return Column(self.name, self.classification, self.element)


class Who(Strict):
    """One way to be allowed: of these kinds, holding one of these roles, and standing on this side; what is absent does not limit."""

    roles: Annotated[tuple[Role, ...], BeforeValidator(_as_list)] = ()
    party: Party | None = None
    kinds: Annotated[tuple[SubjectKind, ...], BeforeValidator(_as_list)] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.roles or self.party or self.kinds):
            raise ValueError("an entry of `who` needs roles, party or kinds")
        return self


class GuardUse(Strict):
    """A guard by name with its arguments."""

    name: str
    arguments: dict[str, Any] = {}


class Assignment(Strict):
    """To whom the case goes: a role at an organisation, or one account; `organisation` and `account` may name a field by `field:<name>`."""

    party: Literal["applicant", "handler", "provider"] | None = None
    role: Role | None = None
    organisation: str = Field(default="", pattern=r"^$|^field:[a-z][a-z0-9_]*$")
    account: str = Field(default="", pattern=r"^$|^field:[a-z][a-z0-9_]*$")


class Step(Strict):
    """What opening a case and moving it have in common."""

    who: Annotated[tuple[Who, ...], BeforeValidator(_as_list)]
    form: tuple[FormField, ...] = ()
    starts: Identifiers = ()
    assign: Assignment | None = None
    provider: str = Field(default="", pattern=r"^$|^field:[a-z][a-z0-9_]*$")
    effects: Identifiers = ()


class Opening(Step):
    """How a case begins; `offered: false` where it begins on a page of its own alone, whose checks a form for any case would pass by."""

    offered: bool = True


class Transition(Step, Words):
    """One way from a state to another, or back to the same.

    `decides`: whoever has an interest may not. `not_by`: not who did one of these before. `approvals`: so many different accounts.
    `stops` ends deadlines, `extends` lengthens one, once and with a reason.
    """

    id: Identifier
    source: Identifiers = Field(alias="from")
    target: Identifier = Field(alias="to")
    guards: tuple[GuardUse, ...] = ()
    stops: Identifiers = ()
    extends: Identifier | None = None
    decides: bool = False
    not_by: Identifiers = ()
    approvals: int = Field(default=1, ge=1, le=5)
    signature: bool = False
    reason: bool = False


class State(Words):
    """Where a case stands; while `clock` is stopped, no deadline runs. In a `settled` one what was asked for holds, and the case is only there
    to be taken back."""

    id: Identifier
    kind: Literal["start", "normal", "end"] = "normal"
    public: bool = False
    clock: Literal["running", "stopped"] = "running"
    settled: bool = False
    outcome: Literal["granted", "refused", "withdrawn", "done"] | None = None

    @model_validator(mode="after")
    def _ends_have_outcomes(self) -> Self:
        if (self.kind == "end" or self.settled) != (self.outcome is not None):
            raise ValueError(f"state {self.id}: an end and a settled state say their `outcome`, and no other")
        if self.settled and (self.kind != "normal" or self.clock == "running"):
            raise ValueError(f"state {self.id}: a settled state is neither start nor end, and its clock is stopped")
        return self


class Escalation(Strict):
    """To whom a missed deadline is told."""

    role: Role
    party: Literal["handler", "provider"] = "handler"


class Deadline(Words):
    """A time limit: its rule, how many days before it is reminded of, to whom it goes when missed, and what then happens by itself."""

    id: Identifier
    rule: str = Field(pattern=r"^[a-z][a-z0-9_.-]{0,59}$")
    remind: tuple[int, ...] = ()
    escalate: Escalation | None = None
    when_missed: Identifier | None = None


class PublicTrace(Strict):
    """What may be seen with the number and trace code, and whether anyone may see it in the list."""

    listed: bool = False
    fields: tuple[Identifier, ...] = ()


class Concerns(Strict):
    """Fields that name accounts (several with commas between) and organisations the case is about; they may not decide it."""

    accounts: tuple[Identifier, ...] = ()
    organisations: tuple[Identifier, ...] = ()


Watched = Literal["applicant", "handler", "provider", "above"]
"""Sides of a case, and the units above them."""


class Flow(Words):
    """A flow whole; `summary` is a sentence for those who choose what to apply for.

    `visible_to` names sides whose units above may read a case and never act; without it nobody above does.
    """

    id: Identifier
    version: int = Field(ge=1)
    basis: str = Field(min_length=1)
    summary: Words | None = None
    about: Literal["resource", "row", "account", "policy", "override", "alert", "address", "authority", "other"]
    parties: tuple[Party, ...]
    opening: Opening
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    deadlines: tuple[Deadline, ...] = ()
    concerns: Concerns = Concerns()
    trace: PublicTrace = PublicTrace()
    visible_to: tuple[Watched, ...] = ()

    @model_validator(mode="after")
    def _above_whom(self) -> Self:
        if self.visible_to and ("above" not in self.visible_to or not self.overseen):
            raise ValueError("visible_to: names one of applicant, handler, provider, and `above`")
        return self

    @property
    def overseen(self) -> tuple[str, ...]:
        """The sides whose units above may read."""
        return tuple(each for each in self.visible_to if each != "above")

    @property
    def start(self) -> State:
        """The state a case begins in."""
        return next(state for state in self.states if state.kind == "start")

    @property
    def fields(self) -> dict[str, FormField]:
        """Every field of every form by name; a name means the same everywhere in the flow."""
        forms = (self.opening.form, *(transition.form for transition in self.transitions))
        return {field.name: field for form in forms for field in form}

    def state(self, name: str) -> State:
        """The state of that id."""
        return next(state for state in self.states if state.id == name)

    def transition(self, name: str) -> Transition | None:
        """The transition of that id, or None."""
        return next((transition for transition in self.transitions if transition.id == name), None)

    def leaving(self, state: str) -> list[Transition]:
        """The transitions that lead out of a state, in the order written."""
        return [transition for transition in self.transitions if state in transition.source]

    def deadline(self, name: str) -> Deadline:
        """The deadline of that id."""
        return next(deadline for deadline in self.deadlines if deadline.id == name)
