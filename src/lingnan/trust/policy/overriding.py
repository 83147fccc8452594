"""What an emergency override adds to a verdict: columns shown clear, unless something denies them that no emergency lifts."""

from collections.abc import Callable, Iterable

from lingnan.trust.policy.verdict import Showing, Verdict
from lingnan.trust.shapes import Subject
from lingnan.trust.watch.shapes import ActiveOverride

Overriding = Callable[[Subject, str], ActiveOverride | None]
"""Gives the override that holds for a subject and table now; None nearly always."""
OVERRIDE = "override:"


def opened(verdict: Verdict, override: ActiveOverride | None, action: str) -> Verdict:
    """The verdict with the override's columns clear; the negative list, sign-in rules and exports stay as they are."""
    if override is None or action not in override.actions:
        return verdict
    lifted = {column for column, denials in verdict.denials.items() if override.opens(column) and set(denials) <= set(override.lifts)}
    showing = Showing(f"{OVERRIDE}{override.id}")
    showings = {column: (showing, *found) if column in lifted else found for column, found in verdict.showings.items()}
    return Verdict(showings, {column: () if column in lifted else found for column, found in verdict.denials.items()})


def overrides_of(rules: Iterable[str]) -> tuple[str, ...]:
    """The overrides that stand among the rules of a decision."""
    return tuple(dict.fromkeys(rule.removeprefix(OVERRIDE) for rule in rules if rule.startswith(OVERRIDE)))
