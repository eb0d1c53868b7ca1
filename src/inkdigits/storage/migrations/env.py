"""Runs migrations on the connection that the program hands over, within its transaction."""

from __future__ import annotations

from alembic import context

from inkdigits.storage.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
