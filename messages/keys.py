"""Ids in callback data: only what a database takes for one, since callback data may be forged."""

from typing import Any

from pydantic import Field

KEY: Any = Field(ge=1, lt=2**63)  # Annotated[UnitId, KEY]
