"""Writes docs/security.md anew: its text from here, its tables from docs/asvs.yaml."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
TARGET, DATA = ROOT / "docs" / "security.md", ROOT / "docs" / "asvs.yaml"
HEAD = """# Security

What was checked, by which test, and what is left to whoever runs the hub. Made by `python tools/write_security_page.py`; the tables stand in
`docs/asvs.yaml`.

## Whom the hub is built against

1. A visitor or program on the network: sees what anyone may see; a thousand connections cost others nothing but a wait.
2. Somebody who got hold of a session or token: it is a random value kept as a hash, narrow, short-lived, and dead in every process within five
   seconds of its end.
3. Another web site in the same browser: cannot act (form tokens, origin, SameSite), frame, run scripts, or read answers.
4. A citizen, enterprise or official who asks for what is another's: objects of another organisation are not there (404), rows and columns are
   cut by one policy point.
5. A department that delivers files made to harm: bombs, links, entities and formulas are refused or made harmless before anything is kept.
6. An analyst with SQL: one select, over views, in a process of its own without network, files or the hub's keys, with time, memory, disk and
   rows limited.
7. An administrator gone wrong: accounts, policy and keys, and the log are in three hands (三员分立); what matters takes two people.
8. Whoever can write the log's database: every edit, removal, reordering and cut shows; a rewrite with all keys shows by a witness's
   co-signature.
9. A receiver or source that is called: only registered places, pinned after resolution, no redirects; what they answer is bounded.
10. Not: whoever owns the machine while it runs, a broken cryptographic library, two colluding officers, a witness who does not look.

## What is never claimed

The hub has **not** passed 等级保护测评 or 密评, and no software can: both are given to a deployed system with its certified cryptographic
products, its rooms and its people (网络安全法 21; 商用密码管理条例 38–39). It is built to ease them: three officers, second factor, a log that
proves itself, SM2, SM3 and SM4 by setting, keys in PKCS#11 tokens, a list of every use of cryptography ([keys.md](keys.md)). The rows below are
our own reading of OWASP ASVS 5.0.0; nobody outside has audited them.

## What is left to who runs it

TLS 1.2 or higher in front (set `LINGNAN_SITE` to the https address: cookies are then Secure and HSTS is sent), a file system encrypted at rest,
backups off the machine, a witness for checkpoints, a malware scanner (`LINGNAN_CLAMD`), updates, time by NTP, and a database user that may not
drop tables.

## How to report

Write to whoever runs the hub you found it in, and to the maintainers by a private report of the repository, not by a public issue. Say what you
did, what you saw, and with which version (`lingnan status`). Do not look at data of real people beyond what shows the fault. A fix comes with a
test that fails without it.

## Who may call what

`tests/access/access.yaml` says for every route and every command who may; a route or command without a line fails the suite, and so does a line
without a route. Every line is asked by a visitor, a citizen, an enterprise's agent, six roles of officials, an official without second factor,
a narrow token and a steward of another city; every answer is also checked for its headers. Objects of one organisation are asked for by people
of another, by address and by verb. New route: add its line.

"""


def data() -> dict[str, Any]:
    """Both tables as they are written."""
    loaded: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return loaded


def asvs() -> list[dict[str, Any]]:
    """The rows of the checklist."""
    return list(data()["asvs"])


def faults() -> list[dict[str, Any]]:
    """The faults that are injected."""
    return list(data()["faults"])


def page() -> str:
    """The whole page."""
    checklist = [
        f"| {row['number']} | {row['asvs']} ({row['level']}) | {row['requirement']} | {row['hub']} | {_tests(row, 'why')} |" for row in asvs()
    ]
    injected = [f"| {row['fault']} | {row['what']} | {_tests(row, 'later')} |" for row in faults()]
    return HEAD + "\n".join([
        "## OWASP ASVS 5.0.0: the forty that matter here", "", "| # | ASVS (level) | requirement | what the hub does | tests, or why none |",
        "| --- | --- | --- | --- | --- |", *checklist, "", "## Injected faults", "",
        "Numbers are those of the design; what concerns exchange between nodes comes with that part of the product.", "",
        "| # | injected | tests, or where it will be |", "| --- | --- | --- |", *injected, "",
    ])


def _tests(row: dict[str, Any], otherwise: str) -> str:
    shown = [f"`{name.removeprefix('tests/')}`" for name in row.get("tests", [])]
    return "<br>".join([*shown, *([row[otherwise]] if row.get(otherwise) else [])])


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
