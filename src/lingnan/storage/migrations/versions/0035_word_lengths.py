"""How long the words of a resource are, which says how much a hit in them weighs."""

import sqlalchemy as sa
from alembic import op

revision = "0035_word_lengths"
down_revision = "0034_address_findings"

TABLE, TRIGGER = "resource_words", "resource_words_changed"
COLUMNS = ("name", "other", "pinyin")


def upgrade() -> None:
    """Count the tokens, which stand between single blanks, without telling the full text index of a change that is none."""
    op.add_column(TABLE, sa.Column("length", sa.Integer, nullable=False, server_default="0"))
    _quietly(f"update {TABLE} set length = {' + '.join(map(_tokens, COLUMNS))}")


def downgrade() -> None:
    """Forget the lengths."""
    op.drop_column(TABLE, "length")


def _tokens(column: str) -> str:
    return f"case when {column} = '' then 0 else length(trim({column})) - length(replace(trim({column}), ' ', '')) + 1 end"


def _quietly(statement: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(statement)
        return
    trigger = op.get_bind().exec_driver_sql("select sql from sqlite_master where name = ?", (TRIGGER,)).scalar_one()
    op.execute(f"drop trigger {TRIGGER}")
    op.execute(statement)
    op.execute(trigger)
