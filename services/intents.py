"""What a newcomer had set out to do before they were asked who they are: it completes itself."""

from collections.abc import Mapping
from datetime import datetime

from domain.actors import Actor
from domain.errors import Refusal
from storage.database import Transaction


def complete(
    tx: Transaction,  # noqa: ARG001
    actor: Actor,  # noqa: ARG001
    intent: str | None,  # noqa: ARG001
    wanted_at: datetime,  # noqa: ARG001
    fallback: Mapping[str, str],  # noqa: ARG001
) -> tuple[object | None, Refusal | None]:
    """The result of the act, or why it could not be done; neither where there was none."""
    return None, None
