"""Why a reply was given (bot/outbox/why.py): what decided it, and the texts' keys. Replies before this have none."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sends", sa.Column("why", postgresql.JSONB(), nullable=True))
