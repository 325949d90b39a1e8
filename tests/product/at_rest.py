"""What somebody sees who has the database and not the key."""

import psycopg


async def everything(database_url: str) -> bytes:
    """Every value of every table of every schema, as the database holds it."""
    found = b""
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        tables = await connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'"
        )
        for schema, table in await tables.fetchall():
            async with connection.cursor().copy(
                f'COPY "{schema}"."{table}" TO STDOUT (FORMAT binary)'
            ) as copy:
                async for block in copy:
                    found += bytes(block)
    return found
