"""Every button's data, forged with numbers nobody gave out, by people who may and people who may not."""

import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from aiogram.filters.callback_data import CallbackData
from structlog.testing import capture_logs

import messages
from storage.tables import CheckIn, Delivery, InboxUpdate
from tests.world import TOKEN, World

NUMBERS = ["-1", "7", str(2**70), "١٢", "x"]


def taps() -> list[type[CallbackData]]:
    for module in iter_modules([str(Path(messages.__file__).parent)]):
        import_module(f"messages.{module.name}")
    ours = [kind for kind in CallbackData.__subclasses__() if kind.__module__.startswith("messages.")]
    return sorted(ours, key=lambda kind: kind.__prefix__)


def forged(kind: type[CallbackData]) -> list[str]:
    """The data with each number in every field, as far as a button can carry it."""
    fields = len(kind.model_fields)
    texts = [":".join([kind.__prefix__, *[number] * fields]) for number in NUMBERS]
    return [text for text in [kind.__prefix__, *dict.fromkeys(texts)] if len(text.encode()) <= 64]


def test_prefixes_are_distinct() -> None:
    prefixes = [kind.__prefix__ for kind in taps()]
    assert len(prefixes) == len(set(prefixes))


async def test_forged_buttons_change_nothing(world: World) -> None:
    branch = world.branch(members=["李强"], secretary="王芳")
    everybody = [branch["李强"], branch["王芳"], world.stranger()]
    for person in everybody:
        person.sends_sticker()
    await world.settle()
    for kind in taps():
        for data in forged(kind):
            for person in everybody:
                person.taps_data(data, on=person.messages[0])
    with capture_logs() as lines:
        await world.app.intake.take([json.dumps(update) for update in world.telegram.updates_for(TOKEN)])
        await world.settle()
    faults = [line for line in lines if line["log_level"] in {"warning", "error"}]
    raws = {row["update_id"]: row["raw"] for row in world.rows(InboxUpdate)}
    found = {raws[line["update_id"]].partition('"data"')[2]: line.get("fault") for line in faults}
    assert found == {}
    assert world.rows(CheckIn) + world.rows(Delivery) == []
    assert all(query.answered for query in world.telegram.bots[TOKEN].queries.values())
