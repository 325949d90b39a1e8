"""How much a patient may send: `records:` of office.yml."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MEGABYTE = 1_000_000  # bytes


class Records(BaseModel):
    """The limits of the upload page. A study of some hundred slices has 200 MB; a CT of the whole body, some thousand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file_mb: Annotated[int, Field(ge=1, le=20_000)] = 4_000  # of one file
    files: Annotated[int, Field(ge=1, le=500)] = 60  # by one link
    days: Annotated[int, Field(ge=1, le=30)] = 7  # that a link is good for

    @property
    def largest(self) -> int:
        """Bytes of one file."""
        return self.file_mb * MEGABYTE
