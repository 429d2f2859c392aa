"""How the page looks, wide and small, light and dark: without serious faults, and kept as pictures."""

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.client import AXE, DESKTOP_LIGHT, NO_AXE, PHONE_LIGHT, Client, Look, Theme

pytestmark = [pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="session")]

PICTURES = os.environ.get("PICTURES")  # a folder: keep those of SHOWN there, for the documents
SHOWN = {"group-desktop-light", "summary-desktop-light", "beside-desktop-light", "calls-desktop-dark",
         "due-desktop-dark", "group-phone-light", "private-phone-dark", "summary-phone-dark"}  # fmt: skip
GROUP = "规划党支部群"
THEMES: tuple[Theme, ...] = ("light", "dark")


@pytest.fixture(scope="module", params=[DESKTOP_LIGHT, PHONE_LIGHT], ids=["desktop", "phone"])
def look(request: pytest.FixtureRequest) -> Look:
    chosen: Look = request.param
    return chosen


async def without_serious_faults(client: Client, picture: str = "", folder: Path | None = None) -> None:
    """What is on the screen now, in the light and in the dark; kept as a picture that is no empty surface."""
    width = "phone" if client.on_phone else "desktop"
    for theme in THEMES:
        await client.in_the(theme)
        if folder is not None:
            name = f"{picture}-{width}-{theme}"
            file = (Path(PICTURES) if PICTURES and name in SHOWN else folder) / f"{name}.png"
            await client.page.screenshot(path=file, animations="disabled")
            assert file.stat().st_size > 10_000
        if AXE.exists():
            await client.faults()
    if not AXE.exists():
        pytest.skip(NO_AXE)


async def test_a_group_with_its_card_and_a_private_chat(client: Client, tmp_path: Path) -> None:
    await client.becomes("李澄", GROUP)
    card = client.saying("读《基层工作条例》全文")
    await client.taps("打卡", on=card)
    await expect(client.saying("读《基层工作条例》全文")).to_contain_text("打卡 1/")
    await without_serious_faults(client, "group", tmp_path)
    await client.becomes("李澄")
    await client.says("/agenda")
    await expect(client.saying("近期活动")).to_be_visible()
    await without_serious_faults(client, "private", tmp_path)


async def test_the_figures_of_a_quarter_with_chart_and_file(client: Client, tmp_path: Path) -> None:
    await client.becomes("沈若谷")
    await client.says("/summary this-quarter")
    chart = client.saying("第4季度").locator(".photo")
    await expect(chart.locator("img")).not_to_have_js_property("naturalWidth", 0)
    await chart.scroll_into_view_if_needed()
    shown = "(it) => [it.width / it.height, it.naturalWidth / it.naturalHeight]"
    ours, drawn = await chart.locator("img").evaluate(shown)
    assert abs(ours - drawn) < 0.02, "the chart is cut or squeezed"
    await without_serious_faults(client, "summary", tmp_path)
    await client.taps("XLSX", on=client.saying("第4季度"))
    await expect(client.pane.locator("a.file")).to_be_visible()
    await without_serious_faults(client)


async def test_the_commands_the_actions_and_the_people(client: Client) -> None:
    await client.becomes("陈思源")
    await client.pane.get_by_role("button", name="命令").click()
    await expect(client.pane.locator(".command-line").first).to_be_visible()
    await without_serious_faults(client)
    await client.page.keyboard.press("Escape")
    await client.last.focus()
    await client.page.keyboard.press("Enter")
    await expect(client.page.get_by_role("menuitem", name="回复")).to_be_visible()
    await without_serious_faults(client)


async def test_the_drawer(client: Client, tmp_path: Path) -> None:
    await client.page.locator(".drawer-button").click()
    for part in ("due", "calls", "faults"):
        await client.page.locator(f"#tab-{part}").click()
        if part == "calls":
            await client.page.locator(".call summary").first.click()
        await without_serious_faults(client, part, tmp_path)


async def test_several_people_side_by_side(client: Client, tmp_path: Path) -> None:
    if client.on_phone:
        pytest.skip("a phone shows one person at a time")
    await client.becomes("陈思源", GROUP)
    await client.pane.locator(".split").click()
    await expect(client.page.locator(".pane")).to_have_count(2)
    await client.becomes("Anna·Lind")
    await client.says("/agenda")
    await expect(client.last.locator(".inline-button").first).to_be_visible()
    await without_serious_faults(client, "beside", tmp_path)
