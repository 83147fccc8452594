"""Parts of the pages are opened when first asked for, once, whoever asks."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from lingnan.hub import HubPages
from lingnan.hub.pages.parts import Part, parts_of

FIRST = """
import sys
from lingnan.hub import HubPages
print(sorted(name for name in sys.modules if name in ("lingnan.hub.pages.questions", "lingnan.hub.pages.dashboards", "lingnan.hub.pages.reviews")))
"""


def test_many_at_once_are_given_the_same_part() -> None:
    class Pages:
        questions = Part("questions", "QuestionPages")

        def __init__(self) -> None:
            self._desk = SimpleNamespace()

    pages = Pages()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _each: pages.questions, range(64)))
    assert len({id(each) for each in found}) == 1
    assert Pages().questions is not found[0]


def test_every_part_of_the_pages_is_there() -> None:
    """A file or class named wrongly would else be noticed by a visitor."""
    assert len(list(parts_of(HubPages))) > 30
    for name in parts_of(HubPages):
        assert isinstance(getattr(HubPages, name), Part)
        part = vars(HubPages)[name]
        module = __import__(f"lingnan.hub.pages.{part._file}", fromlist=[part._class])
        assert getattr(module, part._class).__name__ == HubPages.__annotations__[name].strip('"')


def test_what_the_first_page_does_not_show_is_not_opened() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
