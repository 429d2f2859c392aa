"""The figures on a card."""

import pytest

from domain.topics import Progress
from messages import topics


@pytest.mark.parametrize(
    ("done", "expected", "shown"),
    [(0, 30, "░░░░░"), (12, 30, "▓▓░░░"), (29, 30, "▓▓▓▓░"), (30, 30, "▓▓▓▓▓"), (0, 0, "░░░░░")],
)
def test_the_bar_is_full_only_when_everybody_is_in(done: int, expected: int, shown: str) -> None:
    assert topics.bar(Progress(expected, done)) == shown
