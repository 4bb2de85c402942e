"""Runs the migrations on the connection that `server_stub.store.database` hands over.

Alembic executes this file; there is no alembic.ini, because the address of the store is an argument
of the server and of nothing else.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from server_stub.store.schema import METADATA

connection = context.config.attributes["connection"]
if not isinstance(connection, Connection):  # someone called alembic by hand
    raise TypeError("The migrations are run by `makazi server`, which opens the store.")
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
