"""The retry table, a test for each row: the fault happens on the simulated wire, aiogram raises for real."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound, OperationalError
from structlog.testing import capture_logs

from domain.deliveries import ON_DOUBT, Kind, OnDoubt
from domain.roles import Role
from services import chats as chat_acts
from simulator.errors import PlatformError
from simulator.faults import Fault
from storage import cards, chats
from storage.database import Database
from storage.tables import Attempt, Card, Chat, Delivery, Occurrence
from tests.scheduling.office import BOT_ID, Office


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def test_what_is_owed_arrives_once(office: Office) -> None:
    wang = office.member()
    office.owe([wang.chat])
    assert await office.drain() == 1
    assert await office.drain() == 0
    assert len(wang.heard) == 1
    assert "西城支部" in wang.heard[0]
    assert office.rows(Delivery.state, Delivery.attempts) == [("sent", 1)]
    assert office.rows(Delivery.message_id) != [None]


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.TOO_MANY_BARE])
async def test_too_many_requests_are_waited_out_and_charge_no_attempt(office: Office, fault: Fault) -> None:
    wang = office.member()
    office.owe([wang.chat])
    office.telegram.fail_next("sendMessage", fault, seconds=7)
    before = office.clock.monotonic()
    await office.drain()
    assert office.rows(Delivery.state, Delivery.attempts) == [("sent", 1)]
    assert len(wang.heard) == 1
    assert office.clock.monotonic() - before >= (7 if fault is Fault.TOO_MANY else 5)


async def test_a_chat_that_keeps_asking_for_patience_is_paused_alone(office: Office) -> None:
    wang, li = office.member("王芳"), office.member("李强")
    office.owe([wang.chat])
    office.telegram.fail_next("sendMessage", Fault.TOO_MANY, times=2, seconds=40, chat_id=wang.sim.id)
    await office.drain()
    office.owe([li.chat], "b")
    await office.drain()
    assert office.rows() == ["sent", "sent"]
    paused = office.db.read_now(
        lambda tx: tx.execute(select(Chat.chat_id).where(Chat.paused_until.is_not(None))).scalars().all()
    )
    assert paused == [wang.sim.id]


async def test_a_group_that_became_a_supergroup_is_followed(office: Office) -> None:
    wang = office.member()
    group, chat = office.group(wang, kind="group")
    office.owe([chat])
    old = group.id
    group.migrates()
    await office.drain()
    assert group.id != old
    assert [m.text for m in group.bot_messages][-1].startswith("机器人")
    assert office.rows() == ["sent"]
    number = office.db.read_now(lambda tx: tx.execute(select(Chat.chat_id).where(Chat.id == chat)).scalar())
    assert number == group.id


async def test_a_supergroup_already_known_takes_over_what_was_owed(office: Office) -> None:
    wang = office.member()
    group, chat = office.group(wang, kind="group")
    office.owe([chat])
    group.migrates()
    known = office.db.write_now(chats.meet, "telegram", BOT_ID, group.id, "supergroup", office.clock.now())
    await office.drain()
    assert office.rows(Delivery.state, Delivery.chat_id) == [("sent", known)]
    bound = office.db.read_now(lambda tx: tx.execute(select(Chat.unit_id).where(Chat.id == known)).scalar())
    assert bound == office.branch


async def test_what_was_owed_goes_along_where_the_platform_tells_of_the_move_first(office: Office) -> None:
    wang = office.member()
    group, chat = office.group(wang, kind="group")
    old = group.id
    card = office.db.write_now(cards.place, "topic", 1, chat, 5, "digest", office.clock.now())
    office.owe([chat])
    group.migrates()
    new = (BOT_ID, group.id)
    office.db.write_now(chat_acts.regain, "telegram", *new, "supergroup", office.clock.now())
    office.db.write_now(chat_acts.move, "telegram", BOT_ID, old, group.id, office.clock.now())
    await office.drain()
    assert office.rows() == ["sent"]
    assert len(group.bot_messages) == 1
    numbers = office.db.read_now(
        lambda tx: tx.execute(select(Card.message_id).where(Card.id == card)).scalars().all()
    )
    assert numbers == [None]  # five is another message there


async def test_a_block_ends_the_queue_of_the_chat_and_no_other(office: Office) -> None:
    wang, li = office.member("王芳"), office.member("李强")
    office.owe([wang.chat, li.chat], "a")
    office.owe([wang.chat], "b")
    wang.sim.blocks_bot()
    await office.drain()
    assert sorted(office.rows()) == ["cancelled", "dead", "sent"]
    assert office.chat_state(wang.chat) == "unreachable"
    assert office.chat_state(li.chat) == "reachable"


async def test_a_chat_that_is_not_found_is_unreachable(office: Office) -> None:
    wang = office.member()
    wang.sim.private_chat.started = False
    office.owe([wang.chat])
    await office.drain()
    assert office.rows() == ["dead"]
    assert office.chat_state(wang.chat) == "unreachable"


async def test_a_thread_that_was_deleted_gives_way_to_the_general_one(office: Office) -> None:
    wang = office.member()
    group, _ = office.group(wang, forum=True)
    thread = office.bind(group.id, "supergroup", wang.person, office.branch, thread=999)
    office.owe([thread])
    await office.drain()
    assert "sent" in office.rows()
    assert len(group.bot_messages) == 1


async def test_a_group_that_silences_the_bot_waits_and_its_secretary_hears_of_it(office: Office) -> None:
    wang = office.member("王芳", role=Role.SECRETARY)
    _, chat = office.group(wang)
    office.owe([chat])
    refusal = PlatformError(400, "Bad Request: not enough rights to send text messages to the chat")
    office.telegram.fail_next("sendMessage", Fault.REFUSED, refusal=refusal)
    await office.drain()
    assert office.chat_state(chat) == "suspended"
    assert office.rows() == ["ready", "sent"]
    assert "东城支部" in wang.heard[-1]


@pytest.mark.parametrize(
    "refusal",
    [
        PlatformError(400, "Bad Request: can't parse entities: unexpected end"),
        PlatformError(400, "Bad Request: message is too long"),
        PlatformError(400, "Bad Request: something nobody ever saw"),
        PlatformError(413, "Request Entity Too Large"),
    ],
)
async def test_what_the_platform_will_never_take_is_dead(office: Office, refusal: PlatformError) -> None:
    wang = office.member()
    office.owe([wang.chat])
    office.telegram.fail_next("sendMessage", Fault.REFUSED, refusal=refusal)
    await office.drain()
    assert office.rows() == ["dead"]
    assert office.chat_state(wang.chat) == "reachable"


async def test_the_same_refusal_again_and_again_stops_the_whole_cause(office: Office) -> None:
    crowd = [office.member(f"党员{n}") for n in range(40)]
    office.owe([one.chat for one in crowd])
    refusal = PlatformError(400, "Bad Request: can't parse entities: unexpected end")
    office.telegram.fail_next("sendMessage", Fault.REFUSED, refusal=refusal, times=40)
    await office.drain()
    assert office.rows().count("dead") < 40
    assert office.db.read_now(lambda tx: tx.execute(select(Occurrence.paused_reason)).scalar())


@pytest.mark.parametrize(
    "refusal",
    [
        PlatformError(401, "Unauthorized"),
        PlatformError(404, "Not Found"),
        PlatformError(409, "Conflict: terminated by other getUpdates request"),
    ],
)
async def test_a_wrong_token_stops_everything_and_loses_nothing(
    office: Office, refusal: PlatformError
) -> None:
    crowd = [office.member(f"党员{n}") for n in range(35)]
    office.owe([one.chat for one in crowd])
    office.telegram.fail_next("sendMessage", Fault.REFUSED, refusal=refusal, times=60)
    assert await office.drain() == 0
    assert set(office.rows()) <= {"ready", "leased"}
    tried = len(office.db.read_now(lambda tx: tx.execute(select(Attempt.id)).all()))
    await office.drain()
    assert len(office.db.read_now(lambda tx: tx.execute(select(Attempt.id)).all())) == tried + 1
    office.telegram.faults._planned.clear()
    await office.drain()
    assert office.rows() == ["sent"] * 35


@pytest.mark.parametrize(
    ("fault", "times_heard"),
    [
        (Fault.SERVER_ERROR, 1),
        (Fault.HTML_BEFORE, 1),
        (Fault.MISLABELLED, 1),
        (Fault.NO_CHARSET, 1),
        (Fault.HTML_AFTER, 2),
        (Fault.DROP_BEFORE, 1),
        (Fault.DROP_AFTER, 2),
    ],
)
async def test_a_reminder_nobody_knows_of_is_sent_once_more_and_says_so(
    office: Office, fault: Fault, times_heard: int
) -> None:
    wang = office.member()
    office.owe([wang.chat])
    office.telegram.fail_next("sendMessage", fault)
    await office.drain()
    assert office.rows(Delivery.state, Delivery.maybe_repeat) == [("sent", True)]
    assert len(wang.heard) == times_heard
    assert "可能是重复的" in wang.heard[-1]


async def test_doubt_twice_is_left_to_a_person(office: Office) -> None:
    wang = office.member()
    office.owe([wang.chat])
    office.telegram.fail_next("sendMessage", Fault.DROP_AFTER, times=2)
    await office.drain()
    assert office.rows() == ["ambiguous"]
    assert len(wang.heard) == 2


@pytest.mark.parametrize(
    "fault",
    [Fault.SERVER_ERROR, Fault.HTML_AFTER, Fault.MISLABELLED, Fault.NO_CHARSET, Fault.DROP_AFTER],
)
async def test_a_push_nobody_knows_of_is_held(
    office: Office, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ON_DOUBT, Kind.CHAT_SUSPENDED, OnDoubt.HOLD)
    wang = office.member()
    office.owe([wang.chat])
    office.telegram.fail_next("sendMessage", fault)
    await office.drain()
    await office.drain()
    assert office.rows() == ["ambiguous"]
    assert len(wang.heard) <= 1


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: message is not modified: the new message is exactly the same as the current one",
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ],
)
async def test_what_is_there_already_or_too_late_to_matter_is_done(office: Office, words: str) -> None:
    wang = office.member()
    office.owe([wang.chat])
    office.telegram.fail_next("sendMessage", Fault.REFUSED, refusal=PlatformError(400, words))
    await office.drain()
    assert office.rows() == ["sent"]
    assert await office.drain() == 0


async def test_a_platform_that_restarts_leaves_the_outcome_open(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ON_DOUBT, Kind.CHAT_SUSPENDED, OnDoubt.HOLD)
    wang = office.member()
    office.owe([wang.chat])
    office.telegram.fail_next("sendMessage", Fault.REFUSED, refusal=PlatformError(500, "restarting"))
    await office.drain()
    assert office.rows() == ["ambiguous"]
    (error,) = office.db.read_now(lambda tx: tx.execute(select(Attempt.error)).scalars().all())
    assert "RestartingTelegram" in str(error)


async def test_what_never_left_is_tried_again_after_a_while(office: Office) -> None:
    wang = office.member()
    office.owe([wang.chat])
    office.telegram.fail_next("sendMessage", Fault.NO_CONNECTION)
    await office.drain()
    assert office.rows() == ["ready"]
    assert wang.heard == []
    office.clock.advance(timedelta(seconds=10))
    await office.drain()
    assert office.rows(Delivery.state, Delivery.maybe_repeat) == [("sent", False)]
    assert len(wang.heard) == 1


@pytest.mark.parametrize("bug", [ZeroDivisionError, LookupError])
async def test_words_that_cannot_be_made_are_a_bug_and_dead(
    office: Office, monkeypatch: pytest.MonkeyPatch, bug: type[Exception]
) -> None:
    """Whatever is raised, nothing was written: what would be a doubt from the wire is none here."""

    def stumble(*_: object) -> None:
        raise bug

    wang = office.member()
    office.owe([wang.chat])
    monkeypatch.setattr("messages.deliveries.chat_suspended", stumble)
    await office.drain()
    assert office.rows(Delivery.state, Delivery.reason) == [("dead", bug.__name__)]


@pytest.mark.parametrize("bug", [ZeroDivisionError, NoResultFound])
async def test_facts_that_cannot_be_told_are_a_bug_and_dead(
    office: Office, monkeypatch: pytest.MonkeyPatch, bug: type[Exception]
) -> None:
    """A row that is missing is no outage either: it would hold up everybody behind it for ever."""

    def stumble(*_: object) -> None:
        raise bug

    wang = office.member()
    office.owe([wang.chat])
    monkeypatch.setattr("storage.reach.closed_branch", stumble)
    await office.drain()
    assert office.rows(Delivery.state, Delivery.reason) == [("dead", bug.__name__)]


async def test_a_request_that_cannot_be_made_is_a_bug_and_dead(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its making raises came before anything was written, and keeps neither the slot nor the chat."""

    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    wang = office.member()
    office.owe([wang.chat])
    with monkeypatch.context() as bug, capture_logs():
        bug.setattr("scheduling.posting.request_for", stumble)
        await office.drain()
    assert office.rows(Delivery.state, Delivery.reason) == [("dead", "ZeroDivisionError")]
    office.owe([wang.chat], "b")
    async with asyncio.timeout(20):
        await office.drain()
    assert office.rows() == ["dead", "sent"]


async def test_a_bug_that_could_not_be_set_down_keeps_no_slot(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database went away just as a message was to be buried: others, and it, go on when it is back."""

    def stumble(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    def away(*_: object, **__: object) -> None:
        raise OperationalError("", {}, ConnectionError())

    wang = office.member()
    office.owe([wang.chat])
    with monkeypatch.context() as outage, capture_logs():
        outage.setattr("services.sending.facts_of", stumble)
        outage.setattr("services.sending.bury", away)
        await office.drain()
    assert office.rows() == ["ready"]
    async with asyncio.timeout(20):
        await office.drain()
    assert office.rows() == ["sent"]


async def test_the_log_does_not_repeat_what_a_refusal_quotes(
    office: Office,
) -> None:
    office.owe([office.member().chat])
    refusal = PlatformError(400, "Bad Request: inline keyboard button URL '家里有事' is invalid")
    office.telegram.fail_next("sendMessage", Fault.REFUSED, refusal=refusal)
    with capture_logs() as logged:
        await office.drain()
    assert [line["fault"] for line in logged if line["event"] == "delivery_failed"] == ["TelegramBadRequest"]
    assert "家里有事" not in str(logged)
