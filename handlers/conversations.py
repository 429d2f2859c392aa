"""A question ends where somebody goes elsewhere: by a command, the keyboard, the menu. Asked first."""

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatType
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message, TelegramObject

from handlers import appointments, erasures, handovers, reflections, standings, transfers, units
from handlers.writing import is_writing
from messages.home import HomeTap, MenuTap
from messages.members import MemberTap

router = Router(name="conversations")
ELSEWHERE = frozenset(tap.__prefix__ for tap in (HomeTap, MenuTap, MemberTap))


def _named(*states: State) -> frozenset[str | None]:
    return frozenset(one.state for one in states)


# What waits for a press takes no text, and a piece is gone on with after something was looked up.
LASTING = _named(
    appointments.Asking.sure,
    erasures.Asking.unlink,
    erasures.Asking.erase,
    handovers.HandingOver.sure,
    reflections.Reflecting.writing,
    reflections.Reflecting.choosing,
    standings.Exempting.sure,
    transfers.Moving.sure,
    units.Asking.sure,
)


def ends_question(raw_state: str | None, said: TelegramObject) -> bool:
    """Whether a question is open whose answer is the next text, and this, in private, is none."""
    if raw_state is None or raw_state in LASTING:
        return False
    if isinstance(said, Message):
        return said.chat.type == ChatType.PRIVATE and not is_writing(said)
    return isinstance(said, CallbackQuery) and (said.data or "").partition(":")[0] in ELSEWHERE


class Elsewhere(Filter):
    """What ends an open question."""

    async def __call__(self, said: Message | CallbackQuery, raw_state: str | None) -> bool:
        return ends_question(raw_state, said)


@router.message(Elsewhere())
@router.callback_query(Elsewhere())
async def leads_elsewhere(_: Message | CallbackQuery, state: FSMContext) -> None:
    await state.set_state(None)
    raise SkipHandler  # it goes where it says
