"""Alembic's entrance: it works on the connection `storage.migrate` hands it, inside that transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.tables import Base, UtcInstant


def write_type(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Migrations name no class of ours but UtcInstant, whose meaning never changes."""
    if kind == "type" and isinstance(item, UtcInstant):
        autogen.imports.add("from storage.tables.base import UtcInstant")
        return "UtcInstant()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=write_type,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
