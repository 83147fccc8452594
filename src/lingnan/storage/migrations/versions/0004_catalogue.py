"""The tables of `catalogue`, with the full text indexes that SQLite keeps in step by triggers."""

import sqlalchemy as sa
from alembic import op

from lingnan.storage.migrations.columns import travelling_columns
from lingnan.storage.records import UtcDateTime

revision = "0004_catalogue"
down_revision = "0003_trust"

INDEXES = {"resource_words": ("name", "items", "other", "pinyin"), "item_words": ("name", "other", "pinyin")}


def upgrade() -> None:
    """Make the inventory, the observations, the words and, on SQLite, the indexes over them."""
    _make_departments()
    _make_resources()
    _make_items()
    _make_observations()
    _make_words()
    # On PostgreSQL the words tables are searched themselves until its own index stands behind the same verbs.
    if op.get_bind().dialect.name == "sqlite":
        for table, columns in INDEXES.items():
            _make_index(table, columns)


def downgrade() -> None:
    """Drop them."""
    if op.get_bind().dialect.name == "sqlite":
        for table in INDEXES:
            op.execute(f"drop table {table}_index")
    for table in ("item_words", "resource_words", "latest_observation", "observation", "item", "resource", "business_system", "department"):
        op.drop_table(table)


def _make_index(table: str, columns: tuple[str, ...]) -> None:
    # Tokens are made by the catalogue and separated by blanks: the ascii tokenizer takes every character beyond ASCII as
    # part of a token, whereas unicode61 cuts at ideographs younger than its Unicode tables.
    names, old, new = ", ".join(columns), ", ".join(f"old.{c}" for c in columns), ", ".join(f"new.{c}" for c in columns)
    index = f"{table}_index"
    op.execute(f"create virtual table {index} using fts5({names}, content='{table}', content_rowid='number', tokenize='ascii')")
    take_out = f"insert into {index} ({index}, rowid, {names}) values ('delete', old.number, {old});"
    put_in = f"insert into {index} (rowid, {names}) values (new.number, {new});"
    op.execute(f"create trigger {table}_added after insert on {table} begin {put_in} end")
    op.execute(f"create trigger {table}_removed after delete on {table} begin {take_out} end")
    op.execute(f"create trigger {table}_changed after update on {table} begin {take_out} {put_in} end")


def _make_departments() -> None:
    op.create_table(
        "department",
        *travelling_columns(),
        sa.Column("key", sa.String(80), unique=True, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("zh", sa.String(200), nullable=False),
        sa.Column("en", sa.String(200), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("division", sa.String(12), nullable=False),
        sa.Column("duties", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.UniqueConstraint("level", "number"),
    )
    op.create_table(
        "business_system",
        *travelling_columns(),
        sa.Column("key", sa.String(160), unique=True, nullable=False),
        sa.Column("department_id", sa.String(36), sa.ForeignKey("department.id"), index=True, nullable=False),
        sa.Column("zh", sa.String(200), nullable=False),
        sa.Column("en", sa.String(200), nullable=False),
    )


def _make_resources() -> None:
    op.create_table(
        "resource",
        *travelling_columns(),
        sa.Column("key", sa.String(160), unique=True, nullable=False),
        sa.Column("code", sa.String(60), unique=True, nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("department_id", sa.String(36), sa.ForeignKey("department.id"), index=True, nullable=False),
        sa.Column("system_id", sa.String(36), sa.ForeignKey("business_system.id"), nullable=True),
        sa.Column("zh", sa.String(300), nullable=False),
        sa.Column("en", sa.String(300), nullable=False),
        sa.Column("abstract_zh", sa.Text, nullable=False),
        sa.Column("abstract_en", sa.Text, nullable=False),
        sa.Column("theme", sa.String(80), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("division", sa.String(12), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("share_type", sa.String(20), nullable=False),
        sa.Column("share_condition", sa.Text, nullable=False),
        sa.Column("share_basis", sa.Text, nullable=False),
        sa.Column("open_type", sa.String(20), nullable=False),
        sa.Column("open_condition", sa.Text, nullable=False),
        sa.Column("update_cycle", sa.String(20), nullable=False),
        sa.Column("published_on", sa.Date, nullable=True),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("table_name", sa.String(130), index=True, nullable=False),
        sa.Column("contract_path", sa.String(300), nullable=False),
        sa.Column("contract_version", sa.String(40), nullable=False),
        sa.Column("extension", sa.JSON, nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.UniqueConstraint("category", "number"),
    )


def _make_items() -> None:
    op.create_table(
        "item",
        *travelling_columns(),
        sa.Column("resource_id", sa.String(36), sa.ForeignKey("resource.id"), index=True, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("zh", sa.String(200), nullable=False),
        sa.Column("en", sa.String(200), nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("length", sa.Integer, nullable=True),
        sa.Column("element", sa.String(80), nullable=False),
        sa.Column("code_list", sa.String(80), nullable=False),
        sa.Column("classification", sa.String(20), nullable=False),
        sa.Column("share_level", sa.String(20), nullable=False),
        sa.Column("required", sa.Boolean, nullable=False),
        sa.Column("key", sa.Boolean, nullable=False),
        sa.UniqueConstraint("resource_id", "name"),
    )


def _make_observations() -> None:
    op.create_table(
        "observation",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("resource_id", sa.String(36), sa.ForeignKey("resource.id"), index=True, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("digest", sa.String(64), unique=True, nullable=False),
    )
    op.create_table(
        "latest_observation",
        sa.Column("resource_id", sa.String(36), sa.ForeignKey("resource.id"), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
    )


def _make_words() -> None:
    op.create_table(
        "resource_words",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("resource_id", sa.String(36), sa.ForeignKey("resource.id"), unique=True, nullable=False),
        sa.Column("title_zh", sa.String(300), nullable=False),
        sa.Column("title_en", sa.String(300), nullable=False),
        sa.Column("initials", sa.String(300), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("other", sa.Text, nullable=False),
        sa.Column("pinyin", sa.Text, nullable=False),
    )
    op.create_table(
        "item_words",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("item_id", sa.String(36), sa.ForeignKey("item.id"), unique=True, nullable=False),
        sa.Column("resource_id", sa.String(36), sa.ForeignKey("resource.id"), index=True, nullable=False),
        sa.Column("title_zh", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("initials", sa.String(200), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("other", sa.Text, nullable=False),
        sa.Column("pinyin", sa.Text, nullable=False),
    )
