"""a row of sums for each branch and period; no release kept sums before, so none are carried over."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = (
    "topics", "checkins", "late_checkins", "reflections", "activities", "expected", "present", "late",
    "online", "leave_official", "leave_trip", "leave_personal", "leave_other", "leave_unapproved",
    "absent", "exempt", "observers", "made_up",
)  # fmt: skip


def upgrade() -> None:
    op.drop_table("rollups")
    op.create_table(
        "rollups",
        sa.Column("branch_id", BIG, nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(["branch_id"], ["units.id"], name=op.f("fk_rollups_branch_id_units")),
        sa.PrimaryKeyConstraint("branch_id", "period", name=op.f("pk_rollups")),
    )


def downgrade() -> None:
    op.drop_table("rollups")
    op.create_table(
        "rollups",
        sa.Column("branch_id", BIG, nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["units.id"], name=op.f("fk_rollups_branch_id_units")),
        sa.PrimaryKeyConstraint("branch_id", "month", "kind", name=op.f("pk_rollups")),
    )
