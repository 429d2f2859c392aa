"""One simulator for the walks of a look, and a browser for each test."""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.client import Client, Look, no_page_errors

ROOT = Path(__file__).parents[2]
NO_BROWSER = "no browser is installed: apt-get install chromium, or name one in CHROMIUM"


@contextmanager
def simulator(folder: Path) -> Iterator[str]:
    """The page as `make demo` starts it, on a free port; yields its address."""
    environment = {name: value for name, value in os.environ.items() if name != "BOT_TOKEN"}
    complaints = folder / "stderr.txt"
    with complaints.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--port", "0"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), complaints.read_text(encoding="utf-8")
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the installed browser is; without one the test is skipped, and says so."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip(NO_BROWSER)
    return found


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium refuses its sandbox to root
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium, args=sandbox)
        yield opened
        await opened.close()


@pytest.fixture(scope="module")
def address(chromium: str, look: Look, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A fresh organisation for the tests of a file, once for each look."""
    with simulator(tmp_path_factory.mktemp(f"page-{look.name}")) as where:
        yield where


@pytest.fixture
async def client(browser: Browser, address: str, look: Look) -> AsyncIterator[Client]:
    """A new visitor. What the page itself did wrong fails the test."""
    context = await browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.theme == "dark" else "light",
        locale="zh-CN",
    )
    page = await context.new_page()
    page.set_default_timeout(20_000)
    with no_page_errors(page):
        visitor = Client(page, address)
        await visitor.opens()
        yield visitor
