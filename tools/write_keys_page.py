"""Writes the table of cryptography in docs/keys.md anew from the inventory."""

from pathlib import Path

from lingnan.trust import crypto_uses

TARGET = Path(__file__).parent.parent / "docs" / "keys.md"
BEGIN, END = "<!-- inventory -->", "<!-- end -->"


def table() -> str:
    """The inventory as a table."""
    head = "| 用途 use | 算法 algorithm | 密钥 key | 存放 stored | 更替 rotation | 标准 standard |\n| --- | --- | --- | --- | --- | --- |\n"
    rows = (f"| {use.zh}<br>{use.en} | {use.algorithm} | {use.key} | {use.stored} | {use.rotation} | {use.standard} |\n" for use in crypto_uses())
    return head + "".join(rows)


def page(text: str) -> str:
    """The page with its table brought up to date."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    TARGET.write_text(page(TARGET.read_text(encoding="utf-8")), encoding="utf-8")
