"""The page about feeds says what the code takes."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_table_of_keys_is_fresh() -> None:
    spec = importlib.util.spec_from_file_location("feed_keys", ROOT / "tools" / "feed_keys.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = module.PAGE.read_text(encoding="utf-8")
    assert text == module.page(text), "run tools/feed_keys.py"
