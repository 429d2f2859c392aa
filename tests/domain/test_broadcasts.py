"""How long a broadcast takes, as the one who publishes it is told."""

import pytest

from domain.broadcasts import Broadcast


@pytest.mark.parametrize(
    ("chats", "messages", "minutes"), [(0, 1, 1), (1, 1, 1), (5_300, 1, 3), (160_000, 1, 89), (1_800, 3, 3)]
)
def test_it_takes_as_long_as_the_platform_allows(chats: int, messages: int, minutes: int) -> None:
    assert Broadcast(chats, messages).minutes == minutes


def test_more_than_five_hundred_chats_are_many() -> None:
    assert not Broadcast(500).is_large
    assert Broadcast(501).is_large
