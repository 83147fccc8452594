"""Runs migrations on the connection that storage hands over."""

from alembic import context

from lingnan.storage.records import Record

context.configure(connection=context.config.attributes["connection"], target_metadata=Record.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
