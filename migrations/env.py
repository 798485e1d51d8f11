"""Alembic's door to the schema: it runs on the connection that `store.database.migrate` hands over."""

from alembic import context

from survey.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
