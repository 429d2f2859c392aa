"""A local Telegram: one entry for every Bot API method, and the people who use it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from domain.clock import Clock
from simulator.api import METHODS
from simulator.api.files import download
from simulator.api.params import Params
from simulator.chats import JSON, Account, Chat, Member
from simulator.errors import ConnectionLostError, GatewayError, PlatformError
from simulator.faults import Fault, Faults, PlannedFault
from simulator.groups import SimGroup, change_member
from simulator.people import SimPerson
from simulator.talking import press_start
from simulator.updates import UpdateQueue
from simulator.world import BotAccount, Receipt, Upload, World

FIRST_PERSON_ID = 700_000_001


class Telegram(World):
    """The platform. `bots` maps a token to the bot's username; rates are enforced when strict."""

    def __init__(self, clock: Clock, bots: Mapping[str, str], *, strict_limits: bool = False) -> None:
        super().__init__(clock, strict_limits=strict_limits)
        self.faults = Faults()
        for token, username in bots.items():
            account = Account(int(token.partition(":")[0]), username, username, is_bot=True)
            self.accounts[account.id] = account
            self.bots[token] = BotAccount(account, token, UpdateQueue(clock))

    async def call(
        self, token: str, method: str, params: JSON, files: dict[str, Upload] | None = None
    ) -> JSON:
        """Answer a request with the Bot API's envelope.

        Raises ConnectionLostError or GatewayError only where a fault was ordered.
        """
        try:
            result = await self._perform(token, method.lower(), Params(params, files or {}), method)
        except PlatformError as refusal:
            answer = refusal.envelope()
        except (ConnectionLostError, GatewayError) as lost:
            self.witness.called(method, params, {"ok": False, "description": str(lost)})
            raise
        else:
            answer = {"ok": True, "result": result}
        self.witness.called(method, params, answer)
        return answer

    def refused(self, method: str, refusal: PlatformError) -> JSON:
        """The envelope for a request that could not even be read."""
        answer = refusal.envelope()
        self.witness.called(method, {}, answer)
        return answer

    async def _perform(self, token: str, name: str, params: Params, method: str) -> Any:
        bot = self.bots.get(token)
        if bot is None:
            raise PlatformError(401, "Unauthorized")
        fault = self.faults.next_for(name, params.raw.get("chat_id"), self.clock.monotonic())
        if fault is not None:
            fault.before_accepting()
        result = await self._accept(bot, name, params, method)
        if fault is not None:
            fault.after_accepting()
            await self.clock.sleep(fault.seconds)
        return result

    async def _accept(self, bot: BotAccount, name: str, params: Params, method: str) -> Any:
        if name == "getupdates":
            if params.raw.get("allowed_updates") is not None:
                bot.updates.allowed = params.array("allowed_updates")
            limit, wait = params.integer("limit", 100), params.integer("timeout")
            return await bot.updates.poll(params.integer("offset"), limit, wait)
        if name not in METHODS:
            raise PlatformError(404, "Not Found: method not found")
        result = METHODS[name](self, bot, params)
        self.receipts.append(Receipt(bot.id, method, params.raw, self.clock.now(), result))
        self._open_links()
        return result

    def _open_links(self) -> None:
        """Clients open the deep link that an answered tap pointed them to."""
        while self.opened:
            bot, account, payload = self.opened.pop(0)
            self.witness.opened(account)
            press_start(self, bot, account, payload)

    # --- faults ----------------------------------------------------------------------------------

    def fail_next(
        self,
        method: str,
        kind: Fault,
        *,
        times: int = 1,
        seconds: float = 0,
        chat_id: int | None = None,
        refusal: PlatformError | None = None,
    ) -> None:
        """Let the next calls of a method ("*" for any) go wrong, in one chat or in all.

        `seconds` is the retry_after of a 429 and the delay of a slow answer.
        """
        seconds = max(seconds, 1) if kind is Fault.TOO_MANY else seconds
        self.faults.plan(PlannedFault(method.lower(), kind, seconds, chat_id, refusal), times)

    # --- people and groups -----------------------------------------------------------------------

    def person(
        self, name: str, username: str | None = None, language: str | None = "zh", id: int | None = None,  # noqa: A002  # the platform's own word
    ) -> SimPerson:  # fmt: skip
        """A new account."""
        account = Account(id or FIRST_PERSON_ID + self.number(), name, username, language)
        if account.id in self.accounts:
            raise ValueError(f"account {account.id} exists")
        self.accounts[account.id] = account
        return SimPerson(self, self._bot(), account)

    def group(
        self,
        title: str,
        members: Sequence[SimPerson] = (),
        kind: Literal["group", "supergroup"] = "supergroup",
        *,
        forum: bool = False,
        bot_admin: bool = True,
        with_bot: bool = True,
    ) -> SimGroup:
        """A new group, owned by its first member; the bot is in it unless said otherwise."""
        number = self.number()
        chat = Chat(-1_001_000_000_000 - number if kind == "supergroup" else -4_000_000 - number, kind, title)
        chat.forum = forum
        owner = members[0].account if members else self.person("群主").account
        chat.members = {m.id: Member(m.account, "member") for m in members}
        chat.members[owner.id] = Member(owner, "creator")
        self.groups[chat.id] = chat
        if with_bot:
            change_member(self, chat, self._bot().account, "administrator" if bot_admin else "member", owner)
        return SimGroup(self, self._bot(), chat, owner)

    def _bot(self) -> BotAccount:
        return next(iter(self.bots.values()))

    # --- the wires -------------------------------------------------------------------------------

    def updates_for(self, token: str) -> list[JSON]:
        """Take the updates that wait for a bot, in process; taking acknowledges them."""
        return self.bots[token].updates.drain()

    def file(self, token: str, path: str) -> bytes | None:
        """The bytes behind a file_path of getFile."""
        return download(self, token, path)

    async def close(self) -> None:
        """Stop posting to webhooks."""
        for bot in self.bots.values():
            await bot.updates.close()
