"""The start of a process, on a platform that is not ready for it."""

import pytest
from aiogram.exceptions import TelegramUnauthorizedError
from structlog.testing import capture_logs

from bot.process import ACQUAINTANCE, insist
from simulator.errors import PlatformError
from simulator.faults import Fault
from tests.world import World

CALLS = {"getMe": "get_me", "deleteWebhook": "delete_webhook"}


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize(
    ("fault", "least"),
    [
        (Fault.TOO_MANY, 7.0),
        (Fault.SERVER_ERROR, ACQUAINTANCE),
        (Fault.NO_CONNECTION, ACQUAINTANCE),
        (Fault.HTML_BEFORE, ACQUAINTANCE),
        (Fault.MISLABELLED, ACQUAINTANCE),
    ],
)
async def test_a_platform_that_is_not_ready_is_waited_for(
    world: World, method: str, fault: Fault, least: float
) -> None:
    """Several processes that start together are asked for patience; a proxy answers in its own way."""
    before = world.clock.monotonic()
    world.telegram.fail_next(method, fault, times=2, seconds=7)
    with capture_logs() as logged:
        await insist(getattr(world.app.bot, CALLS[method]), world.clock)
    assert len(logged) == 2
    assert world.clock.monotonic() - before >= 2 * least


async def test_a_platform_that_will_never_have_us_ends_the_start(world: World) -> None:
    refusal = PlatformError(401, "Unauthorized")
    world.telegram.fail_next("getMe", Fault.REFUSED, refusal=refusal)
    with pytest.raises(TelegramUnauthorizedError):
        await insist(world.app.bot.get_me, world.clock)
