"""`make demo`: the story, printed as it happens; the record, the figures and the transcript kept."""

import asyncio
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from bot.logs import begin
from simulator.stage import open_stage
from simulator.story import START, Story

OUT = Path("demo-out")


def demo(out: Path) -> None:
    """Play the story into an empty folder."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    begin("WARNING", "console")
    asyncio.run(play(out, lambda text: print(text, flush=True)))  # noqa: T201 - what the demo is for
    left = ", ".join(sorted(file.name for file in out.iterdir()))
    sys.stdout.write(f"\n{out}/: {left}\n")


async def play(out: Path, say: Callable[[str], None]) -> None:
    """Tell the story and keep what is left of it."""
    async with open_stage(out / "banxue.db", START) as stage:
        story = Story(stage, say)
        await story.play()
        stage.telegram.transcript.write(out / "transcript.jsonl")
        (out / "summary-2026-11.xlsx").write_bytes(story.workbook())


if __name__ == "__main__":
    demo(OUT)
