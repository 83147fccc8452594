"""Scorecards of real firms beside the best single attribute and a plain logistic regression, on folds the card has not seen.

    python benchmarks/scorecards.py FILE.arff|FILE.csv [--bad class=1] [--folds 5] [--attributes 20] [--pack enterprise_credit]

FILE has a row a firm and a column of outcomes; `?`, `NA` and nothing are missing; columns that are not all numbers are categories.
With a pack, its own function learns the card, with its reasons and its stability beside. Exit code 1 when the card's mean AUC does not beat both.
"""

import argparse
import csv
import random
import sys
import time
import warnings
from collections import Counter
from importlib import import_module
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from lingnan.methods import CardScores, CardSetup, Scorecard, auc, calibration, fit_scorecard, judge, score_rows

MISSING = {"?", "NA", ""}


def read(path: Path) -> dict[str, list[Any]]:
    """The file's columns, numbers where all are."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if path.suffix == ".arff":
        names = [line.split()[1] for line in lines if line.lower().startswith("@attribute")]
        begun = next(at for at, line in enumerate(lines) if line.lower().startswith("@data"))
        lines = [",".join(names), *(line for line in lines[begun + 1 :] if line)]
    rows = list(csv.DictReader(lines))
    return {name: converted([row[name] for row in rows]) for name in rows[0]}


def converted(column: list[str]) -> list[Any]:
    try:
        return [None if value in MISSING else float(value) for value in column]
    except ValueError:
        return [None if value in MISSING else value for value in column]


def plain(columns: dict[str, list[Any]], bad: list[bool], inside: list[int], outside: list[int]) -> float:
    """A logistic regression over standardised numbers, gaps filled by the median."""
    numbers = [np.array([np.nan if value is None else value for value in column], dtype=float)
               for column in columns.values() if not any(isinstance(value, str) for value in column)]
    if not numbers:
        return 0.5
    table = np.column_stack([np.where(np.isnan(column), np.nanmedian(column[inside]), column) for column in numbers])
    table = (table - table[inside].mean(0)) / (table[inside].std(0) + 1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(max_iter=500).fit(table[inside], np.asarray(bad)[inside])
    return auc(model.predict_proba(table[outside])[:, 1].tolist(), [bad[row] for row in outside])


Columns = dict[str, list[Any]]


def made_here(
    learnt: Columns, learnt_bad: list[bool], unseen: Columns, unseen_bad: list[bool], told: argparse.Namespace
) -> tuple[Scorecard, CardScores]:
    """A card made by the method alone."""
    setup = CardSetup(attributes=told.attributes)
    card = fit_scorecard(learnt, learnt_bad, name="bench", card_version="1", data_version=told.file.name, setup=setup)
    return card, judge(card, unseen, unseen_bad)


def made_by_pack(
    learnt: Columns, learnt_bad: list[bool], unseen: Columns, unseen_bad: list[bool], told: argparse.Namespace
) -> tuple[Scorecard, CardScores]:
    """A card as the pack learns it, with its stability and what cost the failed firms most; its scores must be those of the method."""
    models = import_module(f"lingnan.packs.{told.pack}.models")
    test = {**unseen, "bad": unseen_bad}
    here = {**learnt, "bad": learnt_bad}
    said, card = models.learnt_card(here, test, here, tuple(learnt), "bench")
    if card is None:
        raise SystemExit(f"no card: {said['standing']}")
    scores = judge(card, unseen, unseen_bad)
    if (said["auc"], said["single_auc"]) != (scores.auc, scores.single):
        raise SystemExit(f"the pack tells {said}, the method {scores}")
    reasons = Counter(
        found.reasons[0][0] for row, failed in enumerate(unseen_bad) if failed
        for found in [card.score({each.name: unseen[each.name][row] for each in card.attributes})] if found.reasons
    )
    listed = ", ".join(f"{name} {number}" for name, number in reasons.most_common(5))
    print(f"  PSI {said['stability']:.4f}; main reasons of {sum(unseen_bad)} failed firms: {listed}")
    return card, scores


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", type=Path)
    asked.add_argument("--bad", default="class=1")
    asked.add_argument("--folds", type=int, default=5)
    asked.add_argument("--attributes", type=int, default=CardSetup.attributes)
    asked.add_argument("--pack", default="")
    told = asked.parse_args()
    make = made_by_pack if told.pack else made_here
    columns, (name, value) = read(told.file), told.bad.split("=")
    bad = [each == (float(value) if isinstance(each, float) else value) for each in columns.pop(name)]
    folds = list(range(len(bad)))
    random.Random(1).shuffle(folds)
    begun, found, chances, outcomes, peer = time.process_time(), [], [], [], []
    for fold in range(told.folds):
        outside = sorted(folds[fold :: told.folds])
        hidden = set(outside)
        inside = [row for row in range(len(bad)) if row not in hidden]
        learnt = {column: [values[row] for row in inside] for column, values in columns.items()}
        unseen = {column: [values[row] for row in outside] for column, values in columns.items()}
        card, scores = make(learnt, [bad[row] for row in inside], unseen, [bad[row] for row in outside], told)
        found.append(scores)
        chances += [card.chance(score) for score in score_rows(card, unseen)]
        outcomes += [bad[row] for row in outside]
        peer.append(plain(columns, bad, inside, outside))
        print(f"fold {fold + 1}: {len(card.attributes)} attributes, AUC {found[-1].auc:.3f}, KS {found[-1].ks:.3f}, "
              f"best single {found[-1].single:.3f}, plain logistic {peer[-1]:.3f}", flush=True)
    own, single = fmean(each.auc for each in found), fmean(each.single for each in found)
    print(f"{len(bad)} rows, {sum(bad)} bad: AUC {own:.3f} ± {stdev(each.auc for each in found):.3f}, KS {fmean(each.ks for each in found):.3f}, "
          f"Brier {fmean(each.brier for each in found):.4f}; best single attribute {single:.3f}, plain logistic {fmean(peer):.3f}; "
          f"{time.process_time() - begun:.1f} s of processor time")
    for each in calibration(chances, outcomes):
        mark = "" if each.held else "outside"
        print(f"  promised {each.promised:.3f}  came {each.came:.3f}  [{each.bounds.low:.3f}..{each.bounds.high:.3f}] {mark}")
    return 0 if own > max(single, fmean(peer)) else 1


if __name__ == "__main__":
    sys.exit(main())
