"""A patient asks to be called: at which number, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("cases", sa.Column("callback_since", MOMENT, nullable=True))
    op.add_column("cases", sa.Column("callback_number", sa.LargeBinary(), nullable=True))
    op.add_column("cases", sa.Column("callback_at", MOMENT, nullable=True))
