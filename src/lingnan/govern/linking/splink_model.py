"""The hub's comparisons in Splink's words, and the model it learns in ours."""

import re
from collections.abc import Sequence

from lingnan.govern.linking.blocking import Rule
from lingnan.govern.linking.em import Ground, first_guess
from lingnan.govern.linking.shapes import Comparison, Model
from lingnan.govern.linking.values import RECORDS
from lingnan.lake import EngineSession, SplinkComparison, learn_with_splink

_TRAINED = 3
"""Rules that Splink is trained on; each teaches about the columns that the others hold equal."""


def learn(session: EngineSession, comparisons: Sequence[Comparison], ground: Ground, rules: Sequence[Rule], linking: bool) -> Model:
    """The model that Splink learns from `records`, with the same levels and rules."""
    keys = [[f"k{key}" for key in rule.keys] for rule in _apart(rules)]
    said = [_said(each, comparisons, ground) for each in comparisons]
    found = learn_with_splink(session, RECORDS, "rid", "side", said, keys, linking)
    guess = first_guess(ground, 1.0)
    m = tuple(tuple(_filled((0.0, *learnt), guessed)) for learnt, guessed in zip(found.m, guess.m, strict=True))
    return Model(m, guess.u, max(0.5, found.share * ground.unsettled), ground.unsettled)


def _apart(rules: Sequence[Rule]) -> list[Rule]:
    """Rules to train on that have no key in common, those of two keys first: what one holds equal, another teaches."""
    chosen: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (-len(rule.keys), -rule.pairs)):
        if len(chosen) < _TRAINED and not {key for each in chosen for key in each.keys} & set(rule.keys):
            chosen.append(rule)
    return chosen


def _filled(learnt: Sequence[float], guessed: Sequence[float]) -> list[float]:
    """Levels that never occurred in training keep a small part of what was guessed; a comparison never seen keeps the guess."""
    if not any(learnt):
        return list(guessed)
    filled = [known or 0.01 * guess for known, guess in zip(learnt, guessed, strict=True)]
    return [each / sum(filled) for each in filled]


def _said(comparison: Comparison, every: Sequence[Comparison], ground: Ground) -> SplinkComparison:
    measures = {name: sql for each in every for name, sql in each.measures.items()}

    def in_their_words(sql: str) -> str:
        for name, measure in measures.items():
            sql = re.sub(rf"(?<![\w.]){name}(?!\w)", f"({measure})", sql)
        sql = re.sub(r"\b([lr])\.(\w+)", r"\2_\1", sql)
        sql = re.sub(r"\b([lr])_ident\b", r"ident_\1", sql)
        return re.sub(r"(?<!\w)([lr])((?:v|core|sound|w|n|q|o)\d+)\b", r"\2_\1", sql)

    return SplinkComparison(comparison.gamma, in_their_words(comparison.missing), tuple(map(in_their_words, comparison.conditions)),
                            ground.levels[comparison.number][1:])
