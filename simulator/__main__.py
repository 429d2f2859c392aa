"""`make demo`: a chat client in a browser, until Ctrl-C. `make demo-story`: five weeks, printed."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bot.logs import begin
from simulator.page.deck import Deck
from simulator.page.server import UnsafePlaceError, listening, open_page, refuse_unsafe
from simulator.stage import open_stage
from simulator.story import START, Story

OUT = Path("demo-out")
PORT = 8765

app = typer.Typer(add_completion=False, no_args_is_help=False)


@app.callback(invoke_without_command=True)
def page(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="A loopback address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes any that is free.", min=0, max=65535)] = PORT,
) -> None:
    """Try everything in a browser: no token, no network."""
    if context.invoked_subcommand is not None:
        return
    try:
        refuse_unsafe(host, os.environ.get("BOT_TOKEN"))
    except UnsafePlaceError as unsafe:
        raise SystemExit(str(unsafe)) from None
    begin("WARNING", "console")
    try:
        door = listening(host, port)
    except OSError as taken:
        raise SystemExit(f"--port: given {port}, where one cannot listen ({taken.strerror})") from None
    with door:
        asyncio.run(show(door))


@app.command()
def story() -> None:
    """Five weeks of three branches, printed; the record, the figures and the transcript kept."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    begin("WARNING", "console")
    asyncio.run(play(OUT, lambda text: print(text, flush=True)))  # noqa: T201 - what the story is for
    left = ", ".join(sorted(file.name for file in OUT.iterdir()))
    sys.stdout.write(f"\n{OUT}/: {left}\n")


async def show(door: socket) -> None:
    """Open the page and keep it open until told to stop."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    with TemporaryDirectory(prefix="banxue-") as folder:
        async with Deck.open(Path(folder) / "rows") as deck, open_page(deck, door) as address:
            sys.stdout.write(f"{address}\nCtrl-C 结束 · ends\n")
            sys.stdout.flush()
            await stop.wait()


async def play(out: Path, say: Callable[[str], None]) -> None:
    """Tell the story and keep what is left of it."""
    async with open_stage(out / "banxue.db", START) as stage:
        story = Story(stage, say)
        await story.play()
        stage.telegram.transcript.write(out / "transcript.jsonl")
        (out / "summary-2026-11.xlsx").write_bytes(story.workbook())


if __name__ == "__main__":
    app()
