"""count members from the index."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("membership_standings", schema=None) as batch_op:
        batch_op.create_index("ix_membership_standings_standing", ["standing", "membership_id"], unique=False)
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index("ix_memberships_branch_id_since")
        batch_op.create_index(
            "ix_memberships_branch_id_since_until", ["branch_id", "since", "until"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index("ix_memberships_branch_id_since_until")
        batch_op.create_index("ix_memberships_branch_id_since", ["branch_id", "since"], unique=False)
    with op.batch_alter_table("membership_standings", schema=None) as batch_op:
        batch_op.drop_index("ix_membership_standings_standing")
