"""The topics of private Telegram chats: of each case in its holder's chat, and where a person wrote last."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("thread", sa.String(32), nullable=False, server_default=""))
    op.create_table(
        "topics",
        sa.Column(
            "conversation_id",
            postgresql.UUID(as_uuid=True),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "case_id", sa.BigInteger(), sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("thread", sa.String(32), nullable=False),
    )
    op.create_index("topics_by_thread", "topics", ["conversation_id", "thread"])
