"""A consultant who writes, in either language, on either channel."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.product.desk.staff import staffed
from tests.product.desk.writers import Writing, her_phone, office_for


@pytest.fixture
async def way(
    request: pytest.FixtureRequest, box: Sandbox, database_url: str, tmp_path: Path
) -> AsyncIterator[Writing]:
    language, to = getattr(request, "param", ("es", "telegram"))
    async with staffed(box, database_url, office_for(tmp_path, language, to)) as product:
        yield Writing(product, language, her_phone(product, to))
