"""A believable organisation to try everything in: its roster, half a year of its past, chats and clients."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.activities import Kind
from domain.activity_forms import ActivityForm
from domain.actors import Account, Actor
from domain.ids import PersonId, UnitId
from domain.names import name_key
from domain.participation import LeaveKind
from domain.roles import Role
from domain.topic_forms import TopicForm
from domain.topics import Audience
from domain.units import UnitKind
from services import activity_drafts, invites, leaves, topic_drafts
from services.actors import actor_of
from simulator.chats import Member as Joined
from simulator.groups import SimGroup
from simulator.people import SimPerson
from simulator.seed_history import WEEK, ZONE, History, Home, Member
from simulator.seed_people import (
    ADMINISTRATOR,
    BRANCHES,
    COMMITTEE,
    COORDINATOR,
    COUNTER,
    DRAWING,
    FOREIGNER,
    LEADER,
    MEMBER,
    NEWCOMER,
    RETIRED,
    SECRETARY,
    Branch,
    Row,
)
from simulator.seed_words import COMING, NEXT_TOPIC, OPEN_TOPIC
from simulator.telegram import Telegram
from storage import chats, people, topics, units
from storage.database import Database, Transaction

PLATFORM = "telegram"
START = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo(ZONE))  # a Friday, when the week's topic is due
FALLBACK = {"timezone": ZONE, "locale": "zh"}
ENROLLED = date(2024, 1, 1)

# Whom the page seats, and what each is to the organisation.
SEATED = {
    MEMBER: "member",
    FOREIGNER: "member",
    LEADER: "group_leader",
    SECRETARY: "secretary",
    COORDINATOR: "coordinator",
    ADMINISTRATOR: "administrator",
    NEWCOMER: "newcomer",
}


@dataclass(frozen=True)
class Seat:
    """Somebody to look over the shoulder of."""

    person: SimPerson
    role: str
    unit: str


@dataclass(frozen=True)
class Planted:
    """What stands once the organisation is there; `invitation` is the link in the newcomer's hands."""

    seats: tuple[Seat, ...]
    people: Mapping[str, SimPerson]  # everybody who holds a client, by name
    groups: Mapping[str, SimGroup]  # by the name of the branch, or of the department for the forum
    invitation: str


@dataclass(frozen=True)
class Ground:
    """The roster as the rows have it."""

    committee: UnitId
    homes: tuple[Home, ...]
    persons: Mapping[str, PersonId]


def plant(telegram: Telegram, database: Database) -> Planted:
    """Set the organisation down in an empty database, and its people into the simulated platform.

    The calendar must stand at START. What is due then is left for the bot to do; so is answering the Start
    that everybody seated presses.
    """
    bot = next(iter(telegram.bots.values()))
    rows = [row for branch in BRANCHES for row in branch.rows]
    clients = {
        row.name: telegram.person(row.name, language=row.language)
        for row in rows
        if row.linked or row.name == NEWCOMER
    }
    linked = {row.name: clients[row.name] for row in rows if row.linked}
    groups = _groups(telegram, clients)
    seed = secrets.token_bytes(32)

    def act(tx: Transaction) -> str:
        ground = _ground(tx)
        History(tx, ground.homes, START.date()).write(ground.committee, ground.persons[COORDINATOR])
        _link(tx, bot.id, linked, ground.persons)
        _bind(tx, bot.id, groups, ground)
        _present(tx, linked)
        drawing = next(home for home in ground.homes if home.name == DRAWING)
        secretary = _actor(tx, linked[SECRETARY])
        newcomer = ground.persons[NEWCOMER]
        return invites.invite_person(tx, secretary, drawing.unit, newcomer, seed, START).token

    token = database.write_now(act)
    link = f"https://t.me/{bot.account.username}?start={token}"
    homes = {row.name: branch.name for branch in BRANCHES for row in branch.rows}
    seats = tuple(Seat(clients[name], role, _place(role, homes[name])) for name, role in SEATED.items())
    _settle_in(seats, linked, groups, clients, link)
    return Planted(seats, clients, groups, link)


def _place(role: str, home: str) -> str:
    return COMMITTEE if role in {"coordinator", "administrator"} else home


# --- the roster --------------------------------------------------------------------------------------


def _ground(tx: Transaction) -> Ground:
    found = {COMMITTEE: _unit(tx, COMMITTEE, UnitKind.COMMITTEE, None)}
    persons: dict[str, PersonId] = {}
    homes = []
    for branch in BRANCHES:
        if branch.department not in found:
            above = found[COMMITTEE]
            found[branch.department] = _unit(tx, branch.department, UnitKind.GENERAL_BRANCH, above)
        unit = _unit(tx, branch.name, UnitKind.BRANCH, found[branch.department])
        homes.append(_home(tx, branch, unit, persons))
    people.appoint(tx, persons[COORDINATOR], found[COMMITTEE], Role.COORDINATOR, ENROLLED)
    people.appoint(tx, persons[ADMINISTRATOR], found[COMMITTEE], Role.ADMINISTRATOR, ENROLLED)
    return Ground(found[COMMITTEE], tuple(homes), persons)


def _home(tx: Transaction, branch: Branch, unit: UnitId, persons: dict[str, PersonId]) -> Home:
    names = dict.fromkeys(row.group for row in branch.rows if row.group)
    groups = {name: _unit(tx, name, UnitKind.GROUP, unit) for name in names}
    members = []
    for row in branch.rows:
        person = people.add_person(tx, row.name, name_key(row.name), START, joined=_joined(len(persons)))
        persons[row.name] = person
        group = groups.get(row.group or "")
        membership = people.enrol(tx, person, unit, ENROLLED, row.standing, row.exempt, group)
        members.append(Member(person, membership, row.standing, row.exempt is not None, row.language))
        _appoint(tx, row, person, unit, group)
    return Home(unit, branch.name, branch.keenness, tuple(members), branch.name in COMING)


def _appoint(tx: Transaction, row: Row, person: PersonId, unit: UnitId, group: UnitId | None) -> None:
    if row.role is None:
        return
    on = group if row.role is Role.GROUP_LEADER and group is not None else unit
    people.appoint(tx, person, on, row.role, ENROLLED)


def _unit(tx: Transaction, name: str, kind: UnitKind, parent: UnitId | None) -> UnitId:
    return units.found_unit(tx, name, kind, parent, ENROLLED, START)


def _joined(n: int) -> str:
    """A month of joining, different for each and long enough ago."""
    return f"{1990 + n * 7 % 33}-{1 + n * 5 % 12:02d}"


# --- clients and chats -------------------------------------------------------------------------------


def _link(
    tx: Transaction, bot_id: int, linked: Mapping[str, SimPerson], persons: Mapping[str, PersonId]
) -> None:
    for name, sim in linked.items():
        people.link_account(tx, persons[name], PLATFORM, sim.id, sim.account.username, START)
        chats.meet(tx, PLATFORM, bot_id, sim.id, "private", START, language=sim.account.language)


def _groups(telegram: Telegram, clients: Mapping[str, SimPerson]) -> dict[str, SimGroup]:
    """A branch's group, and a department's forum with a thread for each branch; the bot is in both."""
    found: dict[str, SimGroup] = {}
    for title, names, forum in (
        (f"{DRAWING}群", (DRAWING,), False),
        ("便民服务局学习园地", (COUNTER, RETIRED), True),
    ):
        members = [
            clients[row.name]
            for branch in BRANCHES
            if branch.name in names
            for row in branch.rows
            if row.name in clients
        ]
        group = telegram.group(title, members, forum=forum, with_bot=False)
        for name in names if forum else ():
            group.opens_thread(name)
        for bot in telegram.bots.values():  # quietly: the rows know already
            group.chat.members[bot.id] = Joined(bot.account, "administrator")
        found.update(dict.fromkeys(names, group))
    return found


def _bind(tx: Transaction, bot_id: int, groups: Mapping[str, SimGroup], ground: Ground) -> None:
    for home in ground.homes:
        if home.name not in groups:
            continue
        group = groups[home.name]
        threads = [thread.id for thread in group.chat.threads.values() if thread.name == home.name]
        chat = chats.meet(tx, PLATFORM, bot_id, group.id, "supergroup", START, (threads or [0])[0])
        chats.bind(tx, chat, home.unit, home.secretary, START)


def _settle_in(
    seats: tuple[Seat, ...],
    linked: Mapping[str, SimPerson],
    groups: Mapping[str, SimGroup],
    clients: Mapping[str, SimPerson],
    link: str,
) -> None:
    """Private chats stand open; who is seated presses Start; the newcomer finds the link in the group."""
    for sim in linked.values():
        sim.private_chat.started = True
    for seat in seats:
        if seat.role != "newcomer":
            seat.person.start()
    clients[SECRETARY].says(f"@{NEWCOMER} 欢迎来到支部!点这里就能加入:{link}", in_chat=groups[DRAWING])


# --- what is under way -------------------------------------------------------------------------------


def _present(tx: Transaction, linked: Mapping[str, SimPerson]) -> None:
    """This week's topic opens now, next week's is announced, two theme days are coming, a leave waits."""
    coordinator = _actor(tx, linked[COORDINATOR])
    _topic(tx, coordinator, OPEN_TOPIC, START, announced=True)
    _topic(tx, coordinator, NEXT_TOPIC, START + WEEK, announced=False)
    for branch in BRANCHES:
        if branch.name in COMING:
            secretary = _actor(tx, linked[branch.rows[0].name])
            title, place, agenda, days, hour = COMING[branch.name]
            at = (START + timedelta(days=days)).replace(hour=hour)
            form = ActivityForm(Kind.THEME_DAY, title, f"{at:%Y-%m-%d %H:%M}", place, agenda, "")
            draft = activity_drafts.compose(tx, secretary, form, f"seed:{at}", START, FALLBACK)
            activity = activity_drafts.publish(tx, secretary, draft.id, START).activity
            away = _actor(tx, linked[branch.rows[-4].name])
            leaves.ask(tx, away, activity.id, LeaveKind.TRIP, None, START)


def _topic(tx: Transaction, by: Actor, words: tuple[str, str], opens: datetime, *, announced: bool) -> None:
    posted = opens - WEEK - timedelta(days=1)
    form = TopicForm(words[0], words[1], opens, opens + WEEK, audience=Audience.BELOW)
    draft = topic_drafts.from_form(tx, by, form, (), f"seed:{opens}", posted, FALLBACK).topic.id
    topic_drafts.publish(tx, by, draft, posted, FALLBACK)
    if announced:
        for given in topics.given_anywhere(tx, draft):
            topics.mark_announced(tx, draft, given.branch, opens - WEEK)


def _actor(tx: Transaction, sim: SimPerson) -> Actor:
    account = Account(PLATFORM, sim.id, sim.account.username, sim.account.language)
    return actor_of(tx, account, START, FALLBACK, False)
