"""A press that is good once: what was weighed waits for it, and a second one finds nothing."""

from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State

from domain.errors import Spent


async def spend(state: FSMContext, sure: State, once: str) -> dict[str, Any]:
    """What waits for this press, let go with the act itself: a second finds nothing. Raises Spent."""
    data = await state.get_data()
    if await state.get_state() != sure.state or data.get("once") != once:
        raise Spent
    await state.clear()
    return data
