"""Which updates wait for each other."""

from typing import Any

import pytest

from bot.lanes import lane_of


def event(chat: int, person: int, **more: object) -> dict[str, Any]:
    return {"chat": {"id": chat}, "from": {"id": person}, **more}


LANES = [
    ({"message": event(-5, 1)}, ("seat", -5, 1)),
    ({"edited_message": event(-5, 1)}, ("seat", -5, 1)),
    ({"callback_query": {"from": {"id": 2}, "message": event(-5, 999)}}, ("seat", -5, 2)),
    ({"poll_answer": {"user": {"id": 2}}}, ("person", 0, 2)),
    ({"my_chat_member": event(-5, 1)}, ("chat", -5, 0)),
    ({"my_chat_member": event(1, 1)}, ("seat", 1, 1)),  # a block waits behind what was said before it
    ({"message": event(-5, 1, migrate_to_chat_id=-100)}, ("chat", -5, 0)),
    ({"future": "thing"}, ("other", 0, 0)),
    ({"message": {"chat": "odd", "from": 7}}, ("person", 0, 0)),
]


@pytest.mark.parametrize(("update", "lane"), LANES)
def test_lanes(update: dict[str, Any], lane: tuple[str, int, int]) -> None:
    assert lane_of({"update_id": 1, **update}) == lane
