"""What people asked about their data, with the legal clock; and whom or what a line of the audit log is about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("audit", sa.Column("about", sa.String(48), nullable=False, server_default=""))
    op.create_table(
        "privacy_requests",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column(
            "conversation_id",
            postgresql.UUID(as_uuid=True),
            sa.ForeignKey("conversations.id", ondelete="SET NULL"),
            nullable=True,
        ),
        sa.Column(
            "erasure_id", sa.BigInteger(), sa.ForeignKey("erasures.id", ondelete="SET NULL"), nullable=True
        ),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(12), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(8), nullable=False, server_default=""),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("closed_by", postgresql.UUID(as_uuid=True), sa.ForeignKey("consultants.id"), nullable=True),
    )
    op.create_index("privacy_requests_by_conversation", "privacy_requests", ["conversation_id"])
    op.create_index(
        "privacy_requests_open", "privacy_requests", ["due_at"], postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index("privacy_requests_closed", "privacy_requests", ["closed_at", "id"])
