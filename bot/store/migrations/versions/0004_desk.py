"""The desk: absence and invitations of consultants, target times of cases, focus, reminders, switches, blocked contacts,
the notice board, cases led in several chats."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _moments(table: str, *names: str) -> None:
    for name in names:
        op.add_column(table, sa.Column(name, MOMENT, nullable=True))


def upgrade() -> None:
    _moments("conversations", "blocked_at", "window_warned_at")
    _moments("consultants", "paused_at", "paused_until", "greeted_at")
    op.add_column(
        "consultants", sa.Column("invited", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _moments(
        "cases",
        "awaits_since",
        "take_by",
        "answer_by",
        "escalate_at",
        "widen_at",
        "page_again_at",
        "summoned_at",
        "board_due_at",
    )
    op.add_column("cases", sa.Column("escalated", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("outcome", sa.String(16), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("rating", sa.String(8), nullable=False, server_default=""))
    for name in ("escalate_at", "widen_at", "page_again_at"):
        op.create_index(
            f"cases_{name}",
            "cases",
            [name],
            postgresql_where=sa.text(f"closed_at IS NULL AND {name} IS NOT NULL"),
        )
    op.create_table(
        "focus",
        sa.Column(
            "conversation_id",
            postgresql.UUID(as_uuid=True),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("case_id", sa.BigInteger(), sa.ForeignKey("cases.id", ondelete="SET NULL")),
        sa.Column("until", MOMENT),
        sa.Column("addressee_id", sa.BigInteger(), sa.ForeignKey("cases.id", ondelete="SET NULL")),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column(
            "conversation_id",
            postgresql.UUID(as_uuid=True),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("case_id", sa.BigInteger(), sa.ForeignKey("cases.id", ondelete="CASCADE")),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("reminders_due", "reminders", ["due_at"], postgresql_where=sa.text("done_at IS NULL"))
    op.create_table(
        "switches",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("until", MOMENT),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("set_by", postgresql.UUID(as_uuid=True), sa.ForeignKey("consultants.id")),
    )
    op.create_table(
        "invitations",
        sa.Column("fingerprint", sa.LargeBinary(), primary_key=True),
        sa.Column(
            "consultant_id",
            postgresql.UUID(as_uuid=True),
            sa.ForeignKey("consultants.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
    )
    op.create_index(
        "cases_board_due_at", "cases", ["board_due_at"], postgresql_where=sa.text("board_due_at IS NOT NULL")
    )
    op.create_index("sends_board", "sends", ["created_at"], postgresql_where=sa.text("purpose = 'board'"))
    op.create_table(
        "joined_chats",
        sa.Column(
            "conversation_id",
            postgresql.UUID(as_uuid=True),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "case_id",
            sa.BigInteger(),
            sa.ForeignKey("cases.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
    )
