"""Pictures that stand alone: SVG with its own style, taken from the pages' style sheets, for files that no style sheet accompanies."""

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from lingnan.insight import PanelCard
from lingnan.web.county_maps import CountyMap
from lingnan.web.drawing import Picture, class_of, colour
from lingnan.web.maps import WIDTH, Outlines

STYLES = Path(__file__).parent.parent / "static" / "style"
SHEETS = ("parts.css", "dashboards.css")
TOKEN = re.compile(r"--([a-z0-9-]+):\s*([^;}]+)")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
DRAWN = re.compile(
    r"(fill|fill-opacity|stroke|stroke-width|stroke-linejoin|stroke-linecap|stroke-dasharray|opacity|paint-order|text-anchor"
    r"|dominant-baseline|font-size|font-weight)$"
)
FONT = re.compile(r"(?:(\d{3}) )?([\d.]+px) ")
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold."""
VERDICTS = {"light-good": "good", "light-caution": "warn", "light-bad": "bad"}
FAMILY = "Noto Sans CJK SC"


def standing_picture(picture: Picture, kind: str, title: str) -> str:
    """A drawn panel as an SVG file's text."""
    shapes = "".join(_element(shape.tag, shape.place, shape.css, shape.text) for shape in picture.shapes)
    return _file(picture.width, picture.height, f'<g class="kind-{kind}"><g class="picture">{shapes}</g></g>', title)


def standing_map(card: PanelCard, outlines: Outlines, lang: str, title: str) -> str:
    """A map of cities as an SVG file's text; empty where the map has no outline of any of them."""
    values = {label.key: card.series[0].values[place] for place, label in enumerate(card.labels)}
    if card.level != "city" or not any(each.code in values for each in outlines.divisions):
        return ""
    uppers = tuple(each.upper for each in card.classes)
    paths, names = [], []
    for each in outlines.divisions:
        css = colour(card.palette, class_of(values.get(each.code), uppers), len(uppers))
        paths.append(_element("path", {"d": each.path}, f"fill {css}", ""))
        dark = "on-dark" if css in ("q3", "q4") else ""
        called = each.title.zh.removesuffix("市") if lang == "zh" else each.title.text(lang)
        names.append(_element("text", {"x": each.x, "y": each.y}, dark, called))
    told = f'<g class="map">{"".join(paths)}<g class="labels">{"".join(names)}</g></g>'
    return _file(outlines.width + 12, outlines.height + 12, told, title, "-6 -6")


def standing_counties(card: PanelCard, counties: CountyMap, lang: str, title: str) -> str:
    """A map of counties as an SVG file's text."""
    values = {label.key: card.series[0].values[place] for place, label in enumerate(card.labels)}
    uppers = tuple(each.upper for each in card.classes)

    def css(code: str) -> str:
        return f"fill {colour(card.palette, class_of(values.get(code), uppers), len(uppers))}"

    below = [*(_element("path", {"d": each.path}, "ground", "") for each in counties.ground),
             *(_element("path", {"d": each.path}, css(each.code), "") for each in counties.areas)]
    circles = [_element("circle", {"cx": each.x, "cy": each.y, "r": counties.radius}, css(each.code), "") for each in counties.circles]
    names = [
        _element("text", {"x": each.x, "y": each.y}, "on-dark" if css(each.code) in ("fill q3", "fill q4") else "", each.name.text(lang))
        for each in counties.circles if each.name
    ]
    told = f'<g class="map"><g transform="{counties.placed}">{"".join(below)}</g>{"".join(circles)}<g class="labels">{"".join(names)}</g></g>'
    return _file(WIDTH, counties.height, told, title)


def shade(css: str) -> str:
    """The colour that a class of the legend stands for."""
    css = css.replace(" ", ".")
    for selector, told in reversed(_rules()):
        if selector in (f".fill.{css}", f".{css}") and (found := re.search(r"(?:^|;)fill:\s*([^;]+)", told)):
            return found[1].strip()
    return "#999999"


def verdict(css: str) -> str:
    """The colour in which a light's verdict is written."""
    return _tokens()[VERDICTS[css]]


def brand() -> str:
    """The house's colour."""
    return _tokens()["brand"]


def _element(tag: str, place: dict[str, float | str], css: str, text: str) -> str:
    told = "".join(f' {key}="{escape(str(value))}"' for key, value in place.items())
    return f'<{tag}{told} class="{escape(css)}">{escape(UNWRITABLE.sub(" ", text))}</{tag}>'


def _file(width: float, height: float, inner: str, title: str, corner: str = "0 0") -> str:
    named = escape(UNWRITABLE.sub(" ", title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{corner} {width} {height:.1f}" role="img"><title>{named}</title>'
        f"<style>{_sheet()}</style>{inner}</svg>"
    )


@cache
def _sheet() -> str:
    return f'text{{font-family:"{FAMILY}"}}' + "".join(f"{selector}{{{told}}}" for selector, told in _rules())


@cache
def _rules() -> tuple[tuple[str, str], ...]:
    """Rules of the pages that colour shapes, with the colours of the light theme in place of their names."""
    return tuple(found for sheet in SHEETS for found in _of_sheet((STYLES / sheet).read_text(encoding="utf-8")))


def _of_sheet(text: str) -> Iterator[tuple[str, str]]:
    plain = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
    for selectors, told in RULE.findall(plain):
        drawn = ";".join(_declarations(told))
        for selector in (each.strip() for each in selectors.split(",")):
            # States and places on a page have no meaning in a file.
            if drawn and not re.search(r"[:>+\[]|wall", selector):
                yield selector, drawn


def _declarations(told: str) -> Iterator[str]:
    for name, _, value in (each.partition(":") for each in told.split(";")):
        name, value = name.strip(), _resolved(value.strip())
        if name == "font" and (found := FONT.match(value)):
            yield f"font-size:{found[2]}"
        elif DRAWN.match(name):
            yield f"{name}:{value}"


def _resolved(value: str) -> str:
    found = re.sub(r"var\(--([a-z0-9-]+)\)", lambda match: _tokens().get(match[1], "#000000"), value)
    return re.sub(r"rgb\((\d+) (\d+) (\d+) / \d+%\)", r"rgb(\1,\2,\3)", found)


@cache
def _tokens() -> dict[str, str]:
    """Names of colours in the light theme, which stands first."""
    first = (STYLES / "tokens.css").read_text(encoding="utf-8").partition("}")[0]
    return {name: value.strip() for name, value in TOKEN.findall(first)}
