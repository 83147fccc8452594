"""Templates: the one Jinja environment, how values are written, and the page around every page."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2 import __version__ as jinja_version
from jinja2.bccache import Bucket

from lingnan.base import CHINA
from lingnan.insight import Words
from lingnan.web.forgery import forgery_token
from lingnan.web.visitor import Visit
from lingnan.web.words import word

FOLDER = Path(__file__).parent
Shown = Words | str | None


class CompiledTemplates(FileSystemBytecodeCache):
    """Keeps compiled templates beside their texts, as Python keeps its own modules; where that folder is not writable nothing is kept."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder / "__pycache__"), f"%s.jinja-{jinja_version}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep one, unless Python is asked to keep none."""
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)


@cache
def environment() -> Environment:
    """Autoescaping always on; a name a template asks for and nobody gave is an error, not an empty place."""
    templates = FOLDER / "templates"
    env = Environment(
        loader=FileSystemLoader(templates), bytecode_cache=CompiledTemplates(templates), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    env.filters |= {"number": number, "percent": percent, "moment": moment, "seconds": seconds, "short": short, "counted": counted}
    env.filters |= {"json_text": json_text, "pretty": pretty}
    return env


def render(visit: Visit, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    """A whole page, or its fragment when htmx asked for one and the template is a partial."""
    request, known = visit.request, visit.subject.kind != "anonymous" and not template.startswith("_")
    menu = visit.pages.identity.menu(visit.subject) if known else None
    text = environment().get_template(template).render(
        t=partial(word, visit.lang), say=partial(say, visit.lang), lang=visit.lang, subject=visit.subject, menu=menu, path=request.url.path,
        forgery_token=forgery_token(request),
        here=partial(here, visit), other_language=here(visit, lang="en" if visit.lang == "zh" else "zh"), **facts,
    )
    return HTMLResponse(text, status_code=status)


def say(lang: str, text: Shown) -> str:
    """A text in the reader's language."""
    return text.text(lang) if isinstance(text, Words) else (text or "")


def here(visit: Visit, **changes: str | None) -> str:
    """This page's address with some of its query changed; None takes a key away."""
    used_up = {"token"} if visit.request.url.path == "/sign-in" else set()
    pairs = [(key, value) for key, value in visit.request.query_params.multi_items() if key not in changes and key not in used_up]
    pairs += [(key, value) for key, value in changes.items() if value is not None]
    return visit.request.url.path + ("?" + urlencode(pairs) if pairs else "")


def wants_fragment(visit: Visit) -> bool:
    """Whether htmx asked for a part of the page; going back in history asks for the whole."""
    headers = visit.request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true" and headers.get("hx-boosted") != "true"


def number(value: Any) -> str:
    """A number with thousands separated; a dash for what is not known."""
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal | float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def counted(rows: Sequence[Sequence[Any]], columns: int) -> list[bool]:
    """By column of a table whether it holds numbers, so that its head and its empty cells stand on their side."""
    return [any(_counts(row[at]) for row in rows) for at in range(columns)]


def _counts(value: Any) -> bool:
    return isinstance(value, Decimal | float | int) and not isinstance(value, bool)


def percent(value: Any) -> str:
    """A share given in percent, two decimals at most; rounding never turns a fault into 100."""
    if value is None:
        return "—"
    exact = Decimal(str(value))
    return f"{min(exact, Decimal('99.99')) if exact < 100 else exact:.2f}".rstrip("0").rstrip(".") + "%"


def moment(value: date | datetime | None) -> str:
    """A day, or a time to the minute in China's zone."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    return value.isoformat()


def seconds(value: Any) -> str:
    """A duration given in seconds."""
    if value is None:
        return "—"
    whole = float(value)
    return f"{whole:.1f} s" if whole < 90 else f"{int(whole // 60)} min {int(whole % 60):02d} s"


def short(value: str, length: int = 12) -> str:
    """The beginning of a digest or id."""
    return value if len(value) <= length else value[:length] + "…"


def json_text(value: Any) -> str:
    """JSON for a data attribute; the template escapes it."""
    return orjson.dumps(value, default=_plain).decode()


def pretty(value: Any) -> str:
    """JSON for people: one value a line."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")
