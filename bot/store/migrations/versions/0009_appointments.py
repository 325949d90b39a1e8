"""Telehealth: appointments, and what was wished for one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _conversation(*, primary_key: bool = False) -> sa.Column[object]:
    return sa.Column(
        "conversation_id",
        postgresql.UUID(as_uuid=True),
        sa.ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
        index=not primary_key,
    )


def upgrade() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        _conversation(),
        sa.Column("case_id", sa.BigInteger(), sa.ForeignKey("cases.id", ondelete="SET NULL"), index=True),
        sa.Column("specialty", sa.String(32), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("uid", postgresql.UUID(as_uuid=True), nullable=False, index=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("notes", sa.LargeBinary(), nullable=False),
        sa.Column("instead_of", sa.BigInteger(), sa.ForeignKey("appointments.id", ondelete="SET NULL")),
        sa.Column("held_until", MOMENT),
        sa.Column("remind_day_at", MOMENT),
        sa.Column("remind_hour_at", MOMENT),
        sa.Column("coming_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index(
        "appointments_once",
        "appointments",
        ["specialty", "starts_at", "seat"],
        unique=True,
        postgresql_where=sa.text("state IN ('held', 'reserved', 'confirmed')"),
    )
    for due in ("remind_day_at", "remind_hour_at", "held_until"):
        where = sa.text(f"{due} IS NOT NULL")
        op.create_index(f"appointments_{due}", "appointments", [due], postgresql_where=where)
    op.create_table(
        "slot_wishes",
        _conversation(primary_key=True),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
