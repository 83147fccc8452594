"""Finds a text file's encoding from its bytes, Chinese encodings first, and says what it went by."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

SAMPLE_BYTES = 1 << 18
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SINGLE_BYTE = ("latin-1", "cp1252", "cp1251", "koi8-r", "iso8859-7", "iso8859-5", "iso8859-2", "iso8859-9")
_CONSONANTS = re.compile(r"[^\W\d_aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœаеёиоуыэюяαεηιουωάέήίόύώϊϋ]{4,}")
_COMMON_LETTER = re.compile(r"[\u00a0-\u017f\u0386-\u03ce\u0410-\u0451]")
_RUSSIAN = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяё")
# GB 2312 rows B0–D7 hold the 3,755 everyday characters; nearly all running Chinese is made of them.
_EVERYDAY_ROWS = range(0xB0, 0xD8)
_SYMBOL_ROWS = range(0xA1, 0xAA)
_MINIMUM_EVERYDAY = 0.55
_SHORT_TEXT = 20
_LATIN_LIMIT = 0x250


@dataclass(frozen=True)
class FoundEncoding:
    """An encoding by its Python name, and whether bytes, not a guess, decided it."""

    name: str
    certain: bool


def find_encoding(path: Path) -> FoundEncoding:
    """The encoding of a text file, from its first, middle and last bytes."""
    return encoding_of(_samples(path))


def encoding_of(samples: list[bytes]) -> FoundEncoding:
    """The encoding that all samples of one file agree with."""
    head = samples[0]
    for mark, name in _BOMS:
        if head.startswith(mark):
            return FoundEncoding(name, True)
    if wide := _utf16_without_mark(head):
        return FoundEncoding(wide, True)
    if all(sample.isascii() for sample in samples):
        return FoundEncoding("utf-8", True)
    if all(_decodes(sample, "utf-8", 4) for sample in samples):
        # A few Chinese words in GBK (联通, 业) are valid UTF-8 of letters nobody uses.
        return FoundEncoding("gb18030", False) if _is_unlikely_utf8(b"\n".join(samples)) else FoundEncoding("utf-8", True)
    if all(_decodes(sample, "gb18030", 4) for sample in samples) and _looks_chinese(b"\n".join(samples)):
        return FoundEncoding("gb18030", True)
    if (almost := _almost(samples)) is not None:
        return FoundEncoding(almost, False)
    return FoundEncoding(_single_byte(b"\n".join(samples)), False)


def first_line_not_utf8(path: Path) -> int:
    """The number of the first line that is not UTF-8, counted from 1; 0 when all are."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0


def _samples(path: Path) -> list[bytes]:
    size = path.stat().st_size
    with path.open("rb") as file:
        samples = [file.read(SAMPLE_BYTES)]
        for at in (size // 3, size // 2, size - SAMPLE_BYTES):
            if at > SAMPLE_BYTES:
                file.seek(at)
                # A sample begins after a line end, so that it does not begin inside a character.
                samples.append(file.read(SAMPLE_BYTES).partition(b"\n")[2])
    return samples


def _decodes(sample: bytes, encoding: str, spare: int) -> bool:
    """Whether the sample is right in this encoding, forgiving a character cut off at its end."""
    try:
        sample.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - spare and len(sample) > SAMPLE_BYTES // 2
    return True


def _is_unlikely_utf8(sample: bytes) -> bool:
    letters = {character for character in set(sample.decode("utf-8", errors="ignore")) if not character.isascii()}
    if any(ord(letter) >= 0x800 or _COMMON_LETTER.fullmatch(letter) for letter in letters):
        return False
    return all(first in _EVERYDAY_ROWS and second >= 0xA1 for first, second in _double_bytes(sample))


def _utf16_without_mark(head: bytes) -> str | None:
    pairs = len(head) // 2
    if pairs < 4:
        return None
    even, odd = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    # Line ends and digits leave a zero in one of the two bytes; in other encodings zeros are rare.
    if odd > pairs * 0.1 and even < pairs * 0.02:
        return "utf-16-le"
    if even > pairs * 0.1 and odd < pairs * 0.02:
        return "utf-16-be"
    return None


def _looks_chinese(sample: bytes) -> bool:
    """Whether double bytes fall where running Chinese does, rather than where pairs of accented letters would."""
    everyday = symbols = rare = narrow = 0
    for first, second in _double_bytes(sample):
        if first in _EVERYDAY_ROWS and second >= 0xA1:
            everyday += 1
            narrow += 0xC0 <= second <= 0xDF
        elif first in _SYMBOL_ROWS and second >= 0xA1:
            symbols += 1
        else:
            rare += 1
    total = everyday + symbols + rare
    if not total or everyday + symbols < total * _MINIMUM_EVERYDAY:
        return False
    # KOI8-R small letters all lie in C0–DF; Chinese second bytes spread over A1–FE, and its bytes make no Russian words.
    # A short text tells too little either way: then it is Chinese, which is what offices here write.
    return everyday < _SHORT_TEXT or narrow < everyday * 0.85 or _oddness(sample.decode("koi8-r")) > 0.15


def _double_bytes(sample: bytes) -> list[tuple[int, int]]:
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]", sample)
    # A four-byte character (high, digit, high, digit) hardly occurs in other encodings: it counts as an everyday one.
    return [(0xB0, 0xA1) if len(pair) == 4 else (pair[0], pair[1]) for pair in pairs]


def _almost(samples: list[bytes]) -> str | None:
    """UTF-8 or GB18030 with a few damaged characters: the damaged rows are named, the rest is kept."""
    joined = b"\n".join(samples)
    high = sum(byte >= 0x80 for byte in joined)
    for encoding, width in (("utf-8", 2.0), ("gb18030", 1.5)):
        text = joined.decode(encoding, errors="replace")
        damaged = text.count("�")
        good = sum(ord(character) > 0x7F for character in text) - damaged
        if good >= 20 and damaged <= max(2, good * 0.02) and good * width <= high + damaged * 4:
            if encoding == "gb18030" and not _looks_chinese(joined):
                continue
            return encoding
    return None


def _single_byte(sample: bytes) -> str:
    """The alphabet in which the words look least odd; earlier ones win a tie."""
    best, lowest = "latin-1", float("inf")
    for encoding in _SINGLE_BYTE:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        oddness = _oddness(text)
        if oddness < lowest - 1e-9:
            best, lowest = encoding, oddness
    return best


def _oddness(text: str) -> float:
    odd = 5.0 * sum(unicodedata.category(character) == "Cc" and character not in "\r\n\t" for character in text)
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    return (odd + sum(_word_oddness(word) for word in words)) / (len(words) + 1)


def _word_oddness(word: str) -> float:
    odd = 0.0
    if any(one.islower() and two.isupper() for one, two in pairwise(word)):
        odd += 1
    latin = [character for character in word if ord(character) < _LATIN_LIMIT]
    if (latin and len(latin) < len(word)) or (latin and sum(not character.isascii() for character in latin) > len(latin) / 2 and len(latin) > 2):
        odd += 1
    odd += 0.5 * len(_CONSONANTS.findall(word.lower()))
    strange = sum("а" <= character.lower() <= "џ" and character.lower() not in _RUSSIAN for character in word)
    return odd + strange / len(word)
