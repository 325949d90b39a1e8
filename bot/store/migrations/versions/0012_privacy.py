"""Privacy: the notice shown, doubts who writes, what was emptied by age, erasures, and when retention ran."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("noticed_at", "doubted_at", "erasing_at"):
        op.add_column("conversations", sa.Column(name, MOMENT, nullable=True))
    op.add_column(
        "conversations", sa.Column("notice_version", sa.String(16), nullable=False, server_default="")
    )
    op.add_column("conversations", sa.Column("person", sa.LargeBinary(), nullable=True))
    for table in ("messages", "sends"):
        op.add_column(table, sa.Column("emptied_at", MOMENT, nullable=True))
    op.create_table(
        "erasures",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column(
            "conversation_id",
            postgresql.UUID(as_uuid=True),
            sa.ForeignKey("conversations.id", ondelete="SET NULL"),
            nullable=True,
        ),
        sa.Column("channel", sa.String(12), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("asked_by", sa.String(8), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("route", sa.LargeBinary(), nullable=True),
        sa.Column("erased", postgresql.JSONB(), nullable=True),
        sa.Column("erased_at", MOMENT, nullable=True),
        sa.Column("receipt_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
    )
    op.create_index("erasures_due", "erasures", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("ran_at", MOMENT, nullable=False),
        sa.Column("erased", postgresql.JSONB(), nullable=False),
    )
