"""The clock above the conversations: it stands, runs, runs fast, and jumps to what is due."""

from datetime import datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.client import DESKTOP_LIGHT, PHONE_DARK, Client, Look

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(scope="module", params=[DESKTOP_LIGHT, PHONE_DARK], ids=lambda look: look.name)
def look(request: pytest.FixtureRequest) -> Look:
    chosen: Look = request.param
    return chosen


async def shown(client: Client) -> datetime:
    return datetime.fromisoformat(await client.page.locator(".now").get_attribute("datetime") or "")


async def test_it_stands_still_when_paused_and_jumps_by_an_hour_and_a_day(client: Client) -> None:
    await client.moves_clock("pause")
    await expect(client.page.locator('[data-to="pause"]')).to_have_attribute("aria-pressed", "true")
    begun = await shown(client)
    await client.page.wait_for_timeout(1200)  # longer than a tick of the page
    assert await shown(client) == begun
    await client.moves_clock("+1h")
    await expect(client.page.locator(".now")).to_contain_text("10:")
    assert timedelta(0) <= await shown(client) - begun - timedelta(hours=1) < timedelta(seconds=1)
    before = await shown(client)
    await client.moves_clock("+1d")
    await expect(client.page.locator(".now")).to_contain_text("21")
    assert timedelta(0) <= await shown(client) - before - timedelta(days=1) < timedelta(seconds=1)


async def test_it_runs_sixty_times_as_fast(client: Client) -> None:
    await client.moves_clock("x60")
    begun = await shown(client)
    await client.page.wait_for_function(
        "(since) => new Date(document.querySelector('.now').dateTime) - new Date(since) > 90_000",
        arg=begun.isoformat(),
        timeout=10_000,
    )
    await client.moves_clock("pause")
    await expect(client.page.locator('[data-to="pause"]')).to_have_attribute("aria-pressed", "true")
    stood = await shown(client)
    await client.page.reload()
    await expect(client.page.locator(".person").first).to_be_visible()
    assert abs(await shown(client) - stood) < timedelta(
        seconds=1
    )  # as the server has it, no guess of the page


async def test_what_is_due_is_listed_with_its_time_and_people_and_reached_by_one_press(
    client: Client,
) -> None:
    drawer = await client.looks_behind("due")
    first = drawer.locator(".due").first
    what, to = first.locator(".due-what"), first.locator(".due-to")
    await expect(what).to_contain_text("·")
    await expect(to).not_to_be_empty()
    at = await first.locator("time").get_attribute("datetime")
    await client.shuts_the_drawer()
    await client.moves_clock("due")
    assert abs(await shown(client) - datetime.fromisoformat(at or "")) < timedelta(seconds=1)
    drawer = await client.looks_behind("due")
    times = "(lines) => lines.map((it) => it.querySelector('time').dateTime)"
    assert at not in await drawer.locator(".due").evaluate_all(times)
