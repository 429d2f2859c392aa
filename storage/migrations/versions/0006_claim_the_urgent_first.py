"""claim the urgent first."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

READY = sa.text("state = 'ready'")


def _index(*columns: str) -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_waiting", sqlite_where=READY, postgresql_where=READY)
        batch_op.create_index(
            "ix_deliveries_waiting", [*columns], unique=False, sqlite_where=READY, postgresql_where=READY
        )


def upgrade() -> None:
    _index("bot_id", "priority", "not_before", "id")


def downgrade() -> None:
    _index("bot_id", "not_before")
