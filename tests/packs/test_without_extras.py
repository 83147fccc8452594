"""Packs stand where nothing of the extra `models` is installed: their code is read, and what does not learn answers."""

import subprocess
import sys

import pytest

from lingnan.packkit import packs

LEARNING = ("sklearn", "sklearn.ensemble", "sklearn.linear_model", "threadpoolctl")


@pytest.mark.parametrize("pack", [pack.id for pack in packs() if pack.manifest.models])
def test_code_of_a_pack_is_read_without_libraries_that_learn(pack: str) -> None:
    missing = "".join(f"sys.modules[{each!r}] = None\n" for each in LEARNING)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{missing}import lingnan.packs.{pack}.models"], capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
