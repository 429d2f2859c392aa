"""What stands above the people: the clock, the faults, the bot's process, a fresh start."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from simulator.chats import JSON
from simulator.page.deck import Deck
from simulator.page.faults import KINDS, LASTING, SLOWNESS
from simulator.page.people import block, unblock
from simulator.page.requests import Refused, number, seconds, words

SPEEDS = {"pause": 0, "run": 1, "x60": 60}
STEPS = {"+1h": timedelta(hours=1), "+1d": timedelta(days=1)}


async def clock(deck: Deck, act: JSON) -> JSON:
    """Let time stand, run, run fast, or pass at once."""
    to = words(act, "to")
    if to in SPEEDS:
        deck.run_at(SPEEDS[to])
    elif to in STEPS:
        await deck.advance(STEPS[to])
    elif to == "due":
        if not await deck.next_due():
            raise Refused("nothing is due")
    else:
        raise Refused(f"to: expected one of {', '.join((*SPEEDS, *STEPS, 'due'))}")
    return {"clock": deck.clock_shape()}


async def fault(deck: Deck, act: JSON) -> JSON:
    """Let something go wrong; 0 seconds ends a spell."""
    name = words(act, "name")
    if name in {"block", "unblock"}:
        return (block if name == "block" else unblock)(deck, act)
    if name == "migrate":
        return migrate(deck, act)
    if name not in KINDS:
        raise Refused(f"name: expected one of {', '.join((*KINDS, 'block', 'migrate'))}")
    span = seconds(act, "seconds", LASTING.get(name))
    if span is None:
        deck.telegram.fail_next(words(act, "method") or "sendMessage", KINDS[name])
    elif span == 0:
        deck.telegram.faults.end_spell(KINDS[name])
    else:
        deck.telegram.faults.begin_spell(KINDS[name], deck.clock.monotonic() + span, SLOWNESS)
    deck.tell_faults()
    return {}


def migrate(deck: Deck, act: JSON) -> JSON:
    """Let a group become a supergroup under a new id: the one named, or the first where none is."""
    groups = {group.id: group for group in deck.planted.groups.values() if not group.chat.forum}
    named = groups.get(number(act, "chat")) if "chat" in act else None
    if not groups:
        raise Refused("chat: there is no group that could be upgraded")
    return {"chat": (named or next(iter(groups.values()))).migrates()}


async def restart(deck: Deck, act: JSON) -> JSON:  # noqa: ARG001 - as every control is called
    """Stop the bot and start it again."""
    await deck.restart_bot()
    return {}


async def reset(deck: Deck, act: JSON) -> JSON:  # noqa: ARG001 - as every control is called
    """Begin again with the seeded organisation."""
    await deck.reset()
    return {}


CONTROLS: dict[str, Callable[[Deck, JSON], Awaitable[JSON]]] = {
    "clock": clock,
    "fault": fault,
    "restart": restart,
    "reset": reset,
}
