"""The bar of a long import: drawn for whoever looks on, and for nobody else."""

import io
import subprocess
import sys

import pytest

from bot.commands.progress import Bar
from messages.speech import speaking


class Console(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


def test_somebody_at_a_console_sees_how_far_it_is_and_nothing_of_it_stays() -> None:
    console = Console()
    with speaking("zh"):
        bar = Bar(console)
        bar.say("正在读取文件……")
        bar.at(1000, 4000)
        bar.at(4000, 4000)
        bar.end()
    drawn = console.getvalue().split("\r")
    assert "░" in drawn[2]
    assert "已写入 1,000 / 4,000 处" in drawn[2]
    assert drawn[3].startswith("█" * 24 + " 已写入 4,000 / 4,000 处")
    assert drawn[-2].strip() == drawn[-1] == ""


def test_a_file_gets_no_bar() -> None:
    into = io.StringIO()
    bar = Bar(into)
    bar.at(1, 2)
    bar.end()
    assert into.getvalue() == ""


@pytest.mark.parametrize("command", ["rosters", "trail", "erased"])
def test_a_command_loads_no_chat_which_would_take_seconds_and_a_quarter_of_its_memory(command: str) -> None:
    asked = f"import sys, bot.commands.{command}; print('aiogram' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
