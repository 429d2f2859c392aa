"""Groups and forum threads that stand for a branch."""

from dataclasses import dataclass

from domain.units import Unit


@dataclass(frozen=True)
class Room:
    """A chat in the platform's numbers; `thread` is 0 outside a forum."""

    platform: str
    bot_id: int
    chat_id: int
    thread: int
    kind: str

    @property
    def is_group(self) -> bool:
        """Whether more than one person and the bot can be in it."""
        return self.kind in ("group", "supergroup")


@dataclass(frozen=True)
class Bound:
    """The chat stands for this branch. `before`: it did already."""

    unit: Unit
    before: bool = False


@dataclass(frozen=True)
class ChooseUnit:
    """Which of these the chat is to stand for, a person has to say."""

    units: tuple[Unit, ...]
