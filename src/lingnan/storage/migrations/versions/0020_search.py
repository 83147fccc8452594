"""The terms items are found by, words of resources that keep their number, and saved searches."""

import sqlalchemy as sa
from alembic import op

revision = "0020_search"
down_revision = "0019_inventory"

COLUMNS = ("name", "other", "pinyin")
TABLES = ("resource_words", "item_term")
OLD = {"resource_words": ("name", "items", "other", "pinyin"), "item_words": ("name", "other", "pinyin")}


def upgrade() -> None:
    """Make the words anew and empty: they say what the records say, so the catalogue writes them again when it finds none."""
    _drop("resource_words", "item_words")
    _make_resource_words()
    _make_item_terms()
    for table in TABLES:
        _make_index(table, COLUMNS)


def downgrade() -> None:
    """Go back to words for every single item."""
    _drop(*TABLES)
    op.create_table(
        "resource_words", _number(), _of("resource_id", "resource", unique=True), _title("title_zh", 300), _title("title_en", 300),
        _title("initials", 300), *(_text(name) for name in OLD["resource_words"]),
    )
    op.create_table(
        "item_words", _number(), _of("item_id", "item", unique=True), _of("resource_id", "resource", index=True), _title("title_zh", 200),
        _title("title_en", 200), _title("initials", 200), *(_text(name) for name in OLD["item_words"]),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table, columns in OLD.items():
            _make_full_text(table, columns)


def _drop(*tables: str) -> None:
    for table in tables:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"drop table {table}_index")
        op.drop_table(table)


def _make_resource_words() -> None:
    op.create_table(
        "resource_words", _number(), _of("resource_id", "resource", unique=True), _title("title_zh", 300), _title("title_en", 300),
        _title("initials", 300), _text("spelled"), *(_text(name) for name in COLUMNS),
        sa.Column("terms", sa.LargeBinary, nullable=False), sa.Column("classes", sa.LargeBinary, nullable=False),
    )


def _make_item_terms() -> None:
    op.create_table(
        "item_term", _number(), sa.Column("digest", sa.String(64), unique=True, nullable=False), _title("zh", 200), _title("en", 200),
        _title("item_name", 80), _title("element", 80), _title("code_list", 80), _title("title_zh", 200), _title("title_en", 200),
        _title("initials", 200), _text("spelled"), *(_text(name) for name in COLUMNS),
    )


def _make_index(table: str, columns: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _make_full_text(table, columns)
    elif op.get_bind().dialect.name == "postgresql":
        # Tokens stand between blanks, so the array of them is exact; the order of tokens is looked at in the rows it gives.
        op.execute(f"create index ix_{table}_tokens on {table} using gin (string_to_array({' || '.join(columns)}, ' '))")


def _make_full_text(table: str, columns: tuple[str, ...]) -> None:
    # The ascii tokenizer takes every character beyond ASCII as part of a token; see 0004_catalogue.
    names, old, new = ", ".join(columns), ", ".join(f"old.{c}" for c in columns), ", ".join(f"new.{c}" for c in columns)
    index = f"{table}_index"
    op.execute(f"create virtual table {index} using fts5({names}, content='{table}', content_rowid='number', tokenize='ascii')")
    take_out = f"insert into {index} ({index}, rowid, {names}) values ('delete', old.number, {old});"
    put_in = f"insert into {index} (rowid, {names}) values (new.number, {new});"
    op.execute(f"create trigger {table}_added after insert on {table} begin {put_in} end")
    op.execute(f"create trigger {table}_removed after delete on {table} begin {take_out} end")
    op.execute(f"create trigger {table}_changed after update on {table} begin {take_out} {put_in} end")


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, primary_key=True, autoincrement=True)


def _of(name: str, table: str, *, unique: bool | None = None, index: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), sa.ForeignKey(f"{table}.id"), unique=unique, index=index, nullable=False)


def _title(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
