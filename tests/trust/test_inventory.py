"""The inventory of cryptography names every use there is, none that is not, and its page says the same."""

import ast
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

from lingnan.trust import crypto_uses

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "lingnan"
LIBRARIES = {"hashlib", "hmac", "secrets", "ssl", "cryptography", "tongsuopy", "pkcs11", "argon2", "pyotp", "webauthn", "joserfc", "authlib"}
IN_TEXT = re.compile(r"\b(?:md5|sha1|sha256)\(|^(?:tongsuopy|pkcs11)(?:\.|$)")
KEYED = {"seal", "unseal", "encrypt", "decrypt", "pseudonym"}
"""Verbs of the hub's key."""


def uses_of(source: str) -> set[str]:
    """What of cryptography a module uses: libraries, hashes in SQL, verbs of the hub's key."""
    return set(_uses(ast.parse(source)))


def _uses(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from {node.module.split(".")[0]} & LIBRARIES
        elif isinstance(node, ast.Import):
            yield from {alias.name.split(".")[0] for alias in node.names} & LIBRARIES
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (found := IN_TEXT.search(node.value)):
            yield found[0]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in KEYED:
            yield node.func.attr


HINT = re.compile("|".join(["md5", "sha1", "sha256", *sorted(LIBRARIES), *(rf"\.{verb}\(" for verb in sorted(KEYED))]))
"""Files without any of these words need no parsing."""


def used() -> dict[str, set[str]]:
    texts = {str(path.relative_to(SOURCE)): path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}
    found = {name: uses_of(text) for name, text in texts.items() if HINT.search(text)}
    return {name: uses for name, uses in found.items() if uses}


def test_every_use_is_declared_and_every_declaration_used() -> None:
    declared = {module for use in crypto_uses() for module in use.modules}
    assert {name: uses for name, uses in used().items() if name not in declared} == {}, "declare it in trust/keys/inventory.yaml"
    assert declared - set(used()) == set(), "this module uses no cryptography any more; take it out of the inventory"


def test_uses_are_found() -> None:
    assert uses_of("import hashlib") == {"hashlib"}
    assert uses_of("def f():\n    from cryptography.hazmat.primitives import hashes") == {"cryptography"}
    assert uses_of("sql = 'select md5(a)'") == {"md5("}
    assert uses_of("import_module('pkcs11')") == {"pkcs11"}
    assert uses_of("key.seal('use', b'')") == {"seal"}
    assert uses_of("import json") == set()


def test_a_weak_algorithm_protects_nothing() -> None:
    weak = re.compile(r"\b(?:MD5|DES|RC4|SHA-1|RSA-?1024|ECB)\b")
    # HMAC-SHA-1 within TOTP is the standard's own and does not rest on collisions.
    found = [use.id for use in crypto_uses() if use.security and weak.search(use.algorithm.replace("HMAC-SHA-1", ""))]
    assert found == []


def test_ids_are_unique_and_both_languages_there() -> None:
    uses = crypto_uses()
    assert len({use.id for use in uses}) == len(uses)
    assert all(use.zh and use.en and use.standard for use in uses)


def test_the_page_shows_the_inventory() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "write_keys_page.py"))
    text = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    assert tool["page"](text) == text, "run python tools/write_keys_page.py"
