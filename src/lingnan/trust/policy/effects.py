"""What a change of policy would do: the old and the new answer for sample subjects and tables, and whether security would be locked out."""

from collections.abc import Iterator
from itertools import product
from typing import get_args

from lingnan.trust.policy.judging import Circumstances, judge_action, judge_columns
from lingnan.trust.policy.rules import Policy, known_actions
from lingnan.trust.policy.shapes import DATA_ACTIONS, PolicyEffect
from lingnan.trust.shapes import Classification, Classified, Column, Grade, Kind, Subject

SECURITY_NEEDS = ("trust.policy.view", "trust.policy.propose", "trust.policy.approve")
"""What a security officer must be able to do, lest a set could never be mended."""
ROLES = ("steward", "reviewer", "analyst", "administrator", "security", "auditor")
_OTHERS: tuple[Kind, ...] = ("citizen", "enterprise", "operator", "system")
_SIGNED_IN = Circumstances(second_factor=True)
_GRADES: tuple[tuple[Classification, Grade], ...] = (("internal", "important"), ("internal", "core"), ("personal", "core"))
_KINDS_OF_COLUMN: tuple[tuple[Classification, Grade], ...] = (*((each, "general") for each in get_args(Classification)), *_GRADES)


def sample_subjects() -> dict[str, Subject]:
    """One made subject of every kind and role, by name; those of officials belong to the province."""
    found: dict[str, Subject] = {kind: Subject(kind, account="sample") for kind in _OTHERS}
    for role in ROLES:
        found[f"role:{role}"] = Subject("official", "sample", "sample", frozenset({role}), level="province", division="440000", assurance=2)
    found["role:steward@city"] = Subject(
        "official", "sample", "sample", frozenset({"steward"}), level="city", division="440100", assurance=2
    )
    return {"anonymous": Subject("anonymous"), **found}


def sample_tables() -> tuple[Classified, ...]:
    """Made tables of each area with columns of every class and grade."""
    columns = tuple(Column(f"{kind}/{grade}", kind, grade=grade) for kind, grade in _KINDS_OF_COLUMN)
    regional = (*columns, Column("division", "public", "division"))
    return (
        Classified("sample.table", regional, organisation="sample"), Classified("sample.foreign", columns, organisation="other"),
        Classified("sample.open", columns, "real", "unconditional", "unconditional"), Classified("landing.sample", columns),
        Classified("registers.sample", regional, "derived"),
    )


def locks_out(policy: Policy, officers: tuple[Subject, ...] = ()) -> bool:
    """Whether too few security officers could still see, propose and approve policy: fewer than two, where there are two."""
    asked = officers or (sample_subjects()["role:security"],)
    able = [each for each in asked if all(judge_action(policy, each, action, _SIGNED_IN)[0] for action in SECURITY_NEEDS)]
    return len(able) < min(2, len(asked))


def policy_effects(before: Policy, after: Policy, tables: tuple[Classified, ...] = ()) -> tuple[PolicyEffect, ...]:
    """Every answer that would be another, over the samples and these tables."""
    found: list[PolicyEffect] = []
    for name, subject in sample_subjects().items():
        for action in sorted(known_actions() - set(DATA_ACTIONS)):
            said = [_word(judge_action(policy, subject, action, _SIGNED_IN)[0]) for policy in (before, after)]
            found += [PolicyEffect(name, action, "", "", *said)] if said[0] != said[1] else []
        for table, action in product((*sample_tables(), *tables), DATA_ACTIONS):
            found += _table_effects(name, subject, action, table, before, after)
    return tuple(found)


def _table_effects(name: str, subject: Subject, action: str, table: Classified, before: Policy, after: Policy) -> Iterator[PolicyEffect]:
    old, new = (_answers(policy, subject, action, table) for policy in (before, after))
    for column in old:
        if old[column] != new[column]:
            yield PolicyEffect(name, action, table.table, column, old[column], new[column])


def _answers(policy: Policy, subject: Subject, action: str, table: Classified) -> dict[str, str]:
    verdict = judge_columns(policy, subject, action, table, table.columns, _SIGNED_IN)
    answers = {**dict.fromkeys(verdict.denied, "denied"), **dict.fromkeys(verdict.masked, "masked"), **dict.fromkeys(verdict.clear, "clear")}
    rows = {column: sorted({step.rows.name for step in verdict.steps(column) if step.rows}) for column in answers}
    return {column: f"{answer} ({', '.join(rows[column])})" if rows[column] else answer for column, answer in answers.items()}


def _word(permitted: bool) -> str:
    return "permitted" if permitted else "denied"
