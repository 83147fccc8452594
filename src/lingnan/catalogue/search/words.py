"""Turns texts into the tokens of the index and words into its queries: bigrams, which find any two characters of Chinese."""

import re
import unicodedata
from functools import lru_cache

START, INITIAL = "‹", "›"
"""Marks that keep pinyin tokens apart: whole pinyin is found from the beginning of a name only, initials anywhere in it."""

# Python 3.11 does not know the ideographs of Unicode 15; names also use private-use characters of older office systems.
_RUN = re.compile(r"(?:[^\W_]|[\U00020000-\U0003FFFF\uE000-\uF8FF])+")
_LETTERS = re.compile(r"[a-z]+")


def normal(text: str) -> str:
    """The text as it is compared: NFKC, case folded, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def runs(text: str) -> list[str]:
    """The unbroken runs of letters, digits and ideographs."""
    return _RUN.findall(normal(text))


def tokens(*texts: str) -> str:
    """The tokens of the texts: every two neighbours, then the last character, run by run; blanks around, for the plain search."""
    found = [token for text in texts for run in runs(text) for token in (*pairs(run), run[-1])]
    return f" {' '.join(found)} " if found else ""


def phrase(run: str) -> tuple[str, bool]:
    """The tokens in a row that a run of two or more stands for; of one character, the token to begin with (then True)."""
    return (run, True) if len(run) == 1 else (" ".join(pairs(run)), False)


def pinyin_tokens(text: str) -> tuple[str, str, str]:
    """Initials of a Chinese name, its whole pinyin, and the tokens of initials and of whole pinyin from the start."""
    syllables = _syllables(text)
    if not syllables:
        return "", "", ""
    initials, spelled = "".join(syllable[0] for syllable in syllables), "".join(syllables)
    return initials, spelled, f" {_initial_pairs(initials)} {' '.join(pairs(START + spelled))} "


def pinyin_phrases(run: str) -> list[str]:
    """How a run of Latin letters would stand among the pinyin tokens; none for other runs."""
    if len(run) < 2 or not _LETTERS.fullmatch(run):
        return []
    return [_initial_pairs(run), " ".join(pairs(START + run))]


def pairs(run: str) -> list[str]:
    """Every two neighbours of a run."""
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _initial_pairs(initials: str) -> str:
    return " ".join(INITIAL + pair for pair in pairs(initials))


@lru_cache(maxsize=4096)
def _syllables(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # the tables take a while to load, and most commands do not search

    return tuple(syllable for syllable in lazy_pinyin(normal(text), errors="ignore") if _LETTERS.fullmatch(syllable))
