"""PostgreSQL: tables, encryption at rest, sessions, migrations. Knows nothing of the rooms above it."""
