"""One simulator and one browser for all tests; each file, at each width, begins with a fresh organisation."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.client import Client, Look, no_page_errors
from tests.browser.demo import Demo

NO_BROWSER = "no browser is installed: apt-get install chromium, or name one in CHROMIUM"
ARGUMENTS = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)  # a microphone that beeps


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


@pytest_asyncio.fixture(loop_scope="session")
async def client(browser: Browser, demo: Demo, look: Look) -> AsyncIterator[Client]:
    """A new visitor. What the page itself did wrong fails the test."""
    context = await browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.theme == "dark" else "light",
        locale="zh-CN",
    )
    page = await context.new_page()
    page.set_default_timeout(20_000)
    with no_page_errors(page):
        visitor = Client(page, demo.address)
        await visitor.opens()
        yield visitor
    await context.close()
