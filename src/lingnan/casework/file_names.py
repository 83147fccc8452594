"""Names of files as people gave them: told to people only, never used on a disk."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 120
NAMELESS = "附件"
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b\u2060"
_UNSAFE = re.compile(r'[\\/:*?"<>|]')
# Names that Windows takes for devices whatever their ending.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])")


def display_name(given: str) -> str:
    """The name as it may be shown and offered for saving: composed, one line, no path, no mark that turns the reading direction, not too long."""
    text = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode()).replace("\\", "/").rpartition("/")[2]
    text = "".join(each for each in text if each not in _BIDI and unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    text = "".join(" " if unicodedata.category(each) == "Zs" else each for each in text)
    text = _UNSAFE.sub("_", text).strip(" ").rstrip(" .")
    stem, dot, extension = text.rpartition(".")
    stem, extension = (stem, extension[:16].strip()) if dot else (text, "")
    stem = stem.strip(" .")
    if _DEVICE.fullmatch(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    stem = stem[: LONGEST - len(extension) - 1].strip() or NAMELESS
    return f"{stem}.{extension}" if extension else stem


def extension_of(name: str) -> str:
    """The ending of a name in small letters, empty when it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def disposition(name: str) -> str:
    """The header that makes a browser save the file under its name (RFC 6266, the name after RFC 8187)."""
    plain = "".join(each if each.isascii() and (each.isalnum() or each in "._- ") else "_" for each in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
