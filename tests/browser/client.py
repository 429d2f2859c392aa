"""A visitor of the page, in a real browser: sits down as somebody, reads, writes, taps."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import ConsoleMessage, Error, FilePayload, Locator, Page, expect

AXE = Path(__file__).parents[2] / ".browser-tools/node_modules/axe-core/axe.min.js"
NO_AXE = "axe-core is not installed: npm install --prefix .browser-tools axe-core@4.11.0"
PHONE_WIDTH = 900  # pixels below which chats and conversation take turns


Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Look:
    """How wide the window is, and how bright."""

    name: str
    width: int
    height: int
    theme: Theme


PHONE_LIGHT = Look("phone-light", 390, 844, "light")
PHONE_DARK = Look("phone-dark", 390, 844, "dark")
DESKTOP_LIGHT = Look("desktop-light", 1280, 800, "light")


class Client:
    """The page, by what can be seen on it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    async def opens(self) -> None:
        """Load the page and wait until somebody sits there."""
        await self.page.goto(self.address)
        await expect(self.page.locator(".person").first).to_be_visible()

    @property
    def on_phone(self) -> bool:
        size = self.page.viewport_size
        return size is not None and size["width"] < PHONE_WIDTH

    @property
    def pane(self) -> Locator:
        """The conversation in use."""
        return self.page.locator(".pane.active")

    @property
    def messages(self) -> Locator:
        """The messages drawn in it, oldest first."""
        return self.pane.locator("article.row")

    @property
    def last(self) -> Locator:
        return self.messages.last

    @property
    def toast(self) -> Locator:
        return self.pane.locator(".toast").last

    def saying(self, words: str) -> Locator:
        """The latest message with these words."""
        return self.messages.filter(has_text=words).last

    async def becomes(self, name: str, chat: str = "伴学机器人") -> None:
        """Sit down as somebody, at one of their chats."""
        if self.on_phone and await self.pane.is_visible():
            await self.pane.locator(".back").click()
        await self.page.locator(".person", has_text=name).click()
        await expect(self.page.locator(".chats-title")).to_have_text(name)
        await self.page.locator(".chat").filter(has=self.page.locator(".chat-name", has_text=chat)).click()
        await expect(self.pane.locator(".pane-title")).to_contain_text(chat)

    async def says(self, text: str) -> None:
        """Write a message and send it with Enter."""
        await self.pane.locator(".field").fill(text)
        await self.pane.locator(".field").press("Enter")

    async def taps(self, words: str, on: Locator | None = None) -> None:
        """Press a button under the message, by default under the latest message that has one such."""
        buttons = (on or self.pane).locator(".inline-button", has_text=words)
        await buttons.last.click()

    async def moves_clock(self, words: str) -> None:
        """Press one of the clock's buttons and wait until the time has passed."""
        button = self.page.locator(f'.clock-button[data-to="{words}"]')
        await button.click()
        await expect(button).not_to_have_attribute("aria-busy", "true", timeout=30_000)

    async def looks_behind(self, part: str) -> Locator:
        """Open the drawer at one of its parts."""
        if await self.page.locator(".drawer").is_hidden():
            await self.page.locator(".drawer-button").click()
        await self.page.locator(f"#tab-{part}").click()
        return self.page.locator(".drawer-part:visible")

    async def shuts_the_drawer(self) -> None:
        await self.page.locator(".drawer").get_by_role("button", name="关闭").click()

    async def lets_go_wrong(self, fault: str) -> None:
        """Press one of the switches for faults."""
        drawer = await self.looks_behind("faults")
        await drawer.locator(f'[data-fault="{fault}"]').click()

    async def comes_next(self) -> str:
        """What the list of what comes says first; nothing when it is empty."""
        drawer = await self.looks_behind("due")
        lines = drawer.locator(".due")
        said = await lines.first.inner_text() if await lines.count() else ""
        await self.shuts_the_drawer()
        return said

    async def sends(self, item: str, *files: FilePayload) -> None:
        """Choose something to attach, and which."""
        async with self.page.expect_file_chooser() as choosing:
            await self.pane.get_by_role("button", name="附件").click()
            await self.page.get_by_role("menuitem", name=item, exact=True).click()
        await (await choosing.value).set_files(files)

    async def in_the(self, theme: Theme) -> None:
        """Let the system be bright or dark."""
        await self.page.emulate_media(color_scheme=theme)

    async def faults(self) -> None:
        """The runs of axe-core that find something serious, as one readable text; none is what is wanted."""
        if not await self.page.evaluate("() => 'axe' in window"):
            await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = await self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        serious = [
            f"{rule['id']} ({rule['impact']}): {[node['html'][:160] for node in rule['nodes'][:5]]}"
            for rule in found["violations"]
            if rule["impact"] in {"serious", "critical"}
        ]
        assert serious == [], "\n".join(serious)


@contextmanager
def no_page_errors(page: Page) -> Iterator[None]:
    """Nothing the page's own code left uncaught, and nothing it wrote as an error."""
    errors: list[str] = []

    def uncaught(error: Error) -> None:
        errors.append(str(error))

    def written(line: ConsoleMessage) -> None:
        if line.type == "error":
            errors.append(line.text)

    page.on("pageerror", uncaught)
    page.on("console", written)
    yield
    page.remove_listener("pageerror", uncaught)
    page.remove_listener("console", written)
    assert errors == []
