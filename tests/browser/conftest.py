"""One simulator and one browser for all tests; each file, at each width, begins with a fresh organisation."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.client import Client, Look, no_page_errors
from tests.browser.demo import Demo

NO_BROWSER = "no browser is installed: apt-get install chromium, or name one in CHROMIUM"
ARGUMENTS = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)  # a microphone that beeps


expect.set_options(timeout=20_000)  # milliseconds; a card is edited at most once in six seconds


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the installed browser is; without one the test is skipped, and says so."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip(NO_BROWSER)
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    sandbox = () if os.geteuid() else ("--no-sandbox",)  # Chromium refuses its sandbox to root
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *sandbox])
        yield opened
        await opened.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    async with Demo.open(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(running: Demo, look: Look) -> Demo:
    """A fresh organisation for the tests of a file, once for each look."""
    await running.fresh()
    return running


async def window(browser: Browser, look: Look) -> Page:
    """A browser window of somebody's own."""
    context = await browser.new_context(
        viewport={"width": look.width, "height": look.height}, color_scheme=look.theme, locale="zh-CN"
    )
    page = await context.new_page()
    page.set_default_timeout(20_000)
    return page


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_window(browser: Browser, look: Look) -> AsyncIterator[Page]:
    """One window for the tests of a file: a new one for each would take most of their time."""
    page = await window(browser, look)
    yield page
    await page.context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def client(shared_window: Page, demo: Demo, look: Look) -> AsyncIterator[Client]:
    """A visitor whom the browser does not remember. What the page itself did wrong fails the test."""
    with no_page_errors(shared_window):
        visitor = Client(shared_window, demo.address)
        await visitor.in_the(look.theme)
        await visitor.opens()
        yield visitor
        await shared_window.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    for other in shared_window.context.pages[1:]:
        await other.close()


@pytest_asyncio.fixture(loop_scope="session")
async def apart(browser: Browser, demo: Demo, look: Look) -> AsyncIterator[Client]:
    """A visitor in a window of their own, between which and the server a test may stand."""
    page = await window(browser, look)
    with no_page_errors(page):
        yield Client(page, demo.address)
    await page.context.close()
