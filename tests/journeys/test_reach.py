"""Who blocks the bot and comes back hears what is new since, and nothing of what was given up."""

import pytest

from simulator.people import SimPerson
from storage.database import Database
from storage.tables import Delivery
from tests.faults.weather import Weather
from tests.world import TOKEN


def topics_heard(person: SimPerson) -> list[str]:
    titles = [title for title in ("甲", "乙", "丙") for one in person.messages if f"题{title}题" in one.text]
    return sorted(titles)


@pytest.mark.parametrize("back", ["unblocks", "writes"])
@pytest.mark.parametrize("known", ["told of it", "refused"])
async def test_who_comes_back_gets_what_is_owed_since_and_not_what_was_cancelled(
    database: Database, known: str, back: str
) -> None:
    """The platform tells of a block, or refuses the first message after it; so it is with the way back."""
    world = Weather(database)
    branch = world.crowd(3)
    angry, calm = branch["第一党支部0"], branch["第一党支部1"]
    for title in "甲乙":
        world.publish(branch, f"题{title}题")
    await world.app.planner.plan(world.clock.now())
    angry.blocks_bot()
    if known == "refused":
        world.telegram.updates_for(TOKEN)  # lost
        await world.app.sender.drain(world.clock.now())
    await world.settle()
    assert topics_heard(angry) == []
    assert topics_heard(calm) == ["乙", "甲"]
    angry.private_chat.blocked = False
    if back == "unblocks":
        angry.unblocks_bot()
    else:
        angry.says("/help")
    await world.settle()
    assert topics_heard(angry) == []
    world.publish(branch, "题丙题")
    await world.settle()
    assert topics_heard(angry) == ["丙"]
    assert sorted(set(world.columns(Delivery.state))) == (
        ["cancelled", "sent"] if known == "told of it" else ["cancelled", "dead", "sent"]
    )
