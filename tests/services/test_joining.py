"""Who comes in by which link, who waits for a word from above, and who never gets in. On both databases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from aiogram.types import InlineKeyboardMarkup
from sqlalchemy import select, update

from domain.actors import Account, Actor
from domain.errors import ClaimSettled, Gone, NoOrganisation, NotForYou
from domain.ids import ClaimId, PersonId, UnitId
from domain.joining import (
    GUESSES,
    AlreadyIn,
    BecameAdministrator,
    ClaimState,
    Door,
    LinkSpent,
    NameUnknown,
    NameWanted,
    Newcomer,
    NoSuchLink,
    Outcome,
    TooManyGuesses,
    Waits,
    Welcome,
)
from domain.roles import Role
from domain.roster_reading import read_roster
from domain.rosters import Sheet
from domain.units import UnitKind
from messages import joining as words
from services import claims, invites, join_facts, joining, rosters, vouching
from services.actors import actor_of
from storage import actors, chats, people, reach, units
from storage import joining as stored
from storage.database import Database, Transaction
from storage.tables import Chat, Claim, Delivery, Link

NOW = datetime(2026, 11, 6, 1, 0, tzinfo=UTC)
DAY = date(2026, 1, 1)
BOT = 42
FALLBACK: Mapping[str, str] = {}
ADMINS = frozenset({7})


@dataclass
class East:
    """东城支部 under its committee: a secretary and a coordinator who are linked, members who are not."""

    db: Database
    committee: UnitId
    branch: UnitId
    groups: list[UnitId]
    rows: dict[str, PersonId]
    links: int = 0

    def newcomer(self, number: int, name: str = "Zhang", intent: str | None = None) -> Newcomer:
        self.db.write_now(chats.meet, "telegram", BOT, number, "private", NOW)
        return Newcomer(Account("telegram", number, None, "zh"), name, BOT, ADMINS, intent)

    def actor(self, number: int) -> Actor:
        account = Account("telegram", number, None, None)
        return self.db.read_now(actor_of, account, NOW, FALLBACK, number in ADMINS)

    def opens(self, number: int, payload: str, now: datetime = NOW) -> Outcome:
        return self.db.write_now(joining.open_link, self.newcomer(number), payload, now, FALLBACK)

    def shared(self) -> str:
        self.links += 1
        return self.db.write_now(invites.share_as_owner, self.branch, f"shared-{self.links}", NOW).token

    def personal(self, name: str) -> str:
        self.links += 1
        links = self.db.write_now(invites.invite_everybody, self.branch, bytes([self.links]), NOW)
        return next(link.token for link in links if link.person.name == name)

    def types(self, number: int, name: str, payload: str = "", now: datetime = NOW) -> Outcome:
        asked = self.opens(number, payload or self.shared(), now)
        assert isinstance(asked, NameWanted)
        return self.says(number, asked.door, name, now)

    def says(self, number: int, door: Door, name: str, now: datetime = NOW) -> Outcome:
        return self.db.write_now(claims.claim_by_name, self.newcomer(number), door, name, now, FALLBACK)

    def linked(self, number: int) -> PersonId | None:
        return self.db.read_now(actors.person_of, "telegram", number)

    def last_claim(self) -> ClaimId:
        return self.db.read_now(
            lambda tx: tx.execute(select(Claim.id).order_by(Claim.id.desc())).scalars().first()
        )  # type: ignore[return-value]

    def states(self) -> list[str]:
        return self.db.read_now(lambda tx: list(tx.execute(select(Claim.state).order_by(Claim.id)).scalars()))

    def told(self) -> list[tuple[str, int]]:
        """Kind and private chat of everything owed, in the order it was."""

        def ask(tx: Transaction) -> list[tuple[str, int]]:
            found = tx.execute(
                select(Delivery.kind, Chat.chat_id)
                .join(Chat, Chat.id == Delivery.chat_id)
                .order_by(Delivery.id)
            ).all()
            return [(row.kind, row.chat_id) for row in found]

        return self.db.read_now(ask)

    def decides(self, number: int, name: str | None, claim: ClaimId | None = None) -> str:
        person = self.rows[name] if name else None
        return self.db.write_now(
            claims.decide, self.actor(number), claim or self.last_claim(), person, BOT, NOW, FALLBACK
        )


SECRETARY, COORDINATOR, ADMIN, ZHANG, OTHER = 101, 102, 7, 201, 202


def settle(tx: Transaction) -> tuple[UnitId, UnitId, list[UnitId], dict[str, PersonId]]:
    committee = units.found_unit(tx, "机关党委", UnitKind.COMMITTEE, None, DAY, NOW)
    branch = units.found_unit(tx, "东城支部", UnitKind.BRANCH, committee, DAY, NOW)
    groups = [
        units.found_unit(tx, name, UnitKind.GROUP, branch, DAY, NOW) for name in ("第一党小组", "第二党小组")
    ]
    rows = {}
    for name in ("王芳", "张伟", "李娜", "赵敏", "刘洋", "刘洋二"):
        plain = name.removesuffix("二")
        rows[name] = people.add_person(tx, plain, plain, NOW)
        people.enrol(tx, rows[name], branch, DAY, group=groups[name.endswith("二")])
    rows["孙丽"] = people.add_person(tx, "孙丽", "孙丽", NOW)
    people.appoint(tx, rows["王芳"], branch, Role.SECRETARY, DAY)
    people.appoint(tx, rows["李娜"], branch, Role.DEPUTY, DAY)
    people.appoint(tx, rows["孙丽"], committee, Role.COORDINATOR, DAY)
    for name, number in (("王芳", SECRETARY), ("孙丽", COORDINATOR)):
        people.link_account(tx, rows[name], "telegram", number, None, NOW)
        chats.meet(tx, "telegram", BOT, number, "private", NOW)
    chats.meet(tx, "telegram", BOT, ADMIN, "private", NOW)
    return committee, branch, groups, rows


@pytest.fixture
def east(database: Database) -> East:
    return East(database, *database.write_now(settle))


def test_a_personal_link_lets_its_person_in_once(east: East) -> None:
    link = east.personal("张伟")
    welcome = east.opens(ZHANG, link)
    assert isinstance(welcome, Welcome)
    assert (welcome.name, welcome.unit) == ("张伟", "东城支部")
    assert welcome.actor.belongings[0].branch == east.branch
    assert east.linked(ZHANG) == east.rows["张伟"]
    assert isinstance(east.opens(OTHER, link), LinkSpent)
    assert east.linked(OTHER) is None
    assert isinstance(east.opens(ZHANG, link), AlreadyIn)


def test_a_new_personal_link_ends_the_one_before(east: East) -> None:
    old, new = east.personal("张伟"), east.personal("张伟")
    assert isinstance(east.opens(ZHANG, old), NoSuchLink)
    assert isinstance(east.opens(ZHANG, new), Welcome)


def test_a_personal_link_gives_the_role_of_its_row(east: East) -> None:
    welcome = east.opens(OTHER, east.personal("李娜"))
    assert isinstance(welcome, Welcome)
    assert [held.role for held in welcome.actor.appointments] == [Role.DEPUTY]


def test_only_the_hash_of_a_token_is_kept(east: East) -> None:
    token = east.shared()
    hashes = east.db.read_now(lambda tx: list(tx.execute(select(Link.token_hash)).scalars()))
    assert token not in "".join(hashes)
    assert len(hashes[0]) == 64


def test_a_name_after_a_shared_link_claims_a_row_without_a_role(east: East) -> None:
    welcome = east.types(ZHANG, " 张 伟 ")
    assert isinstance(welcome, Welcome)
    assert east.linked(ZHANG) == east.rows["张伟"]
    assert east.told() == [("joined", SECRETARY)]


def test_the_secretary_says_that_it_is_not_them(east: East) -> None:
    east.types(OTHER, "张伟")
    name = east.db.write_now(vouching.disown, east.actor(SECRETARY), east.last_claim(), BOT, NOW)
    assert name == "张伟"
    assert east.linked(OTHER) is None
    assert east.told()[1:] == [("join_decided", OTHER)]
    assert isinstance(east.types(ZHANG, "张伟"), Welcome)  # the row is free again
    with pytest.raises(ClaimSettled):
        east.db.write_now(vouching.disown, east.actor(SECRETARY), ClaimId(1), BOT, NOW)


def test_nobody_else_can_say_that(east: East) -> None:
    east.types(OTHER, "张伟")
    east.types(ZHANG, "赵敏")
    with pytest.raises(NotForYou):
        east.db.write_now(vouching.disown, east.actor(ZHANG), ClaimId(1), BOT, NOW)
    assert east.linked(OTHER) == east.rows["张伟"]


def test_a_second_claim_of_a_row_freezes_both(east: East) -> None:
    east.types(OTHER, "张伟")
    assert isinstance(east.types(ZHANG, "张伟"), Waits)
    assert (east.linked(OTHER), east.linked(ZHANG)) == (None, None)
    assert east.states() == ["frozen", "frozen"]
    assert sorted(east.told()[1:]) == [
        ("join_asked", SECRETARY),
        ("join_asked", SECRETARY),
        ("join_decided", OTHER),
    ]
    assert isinstance(east.types(203, "张伟"), Waits)
    assert east.decides(SECRETARY, "张伟", ClaimId(2)) == "张伟"
    assert east.states() == ["declined", "approved", "declined"]
    assert (east.linked(OTHER), east.linked(ZHANG)) == (None, east.rows["张伟"])


def test_a_row_that_came_in_by_its_own_link_is_not_frozen(east: East) -> None:
    east.opens(ZHANG, east.personal("张伟"))
    assert isinstance(east.types(OTHER, "张伟"), Waits)
    assert east.linked(ZHANG) == east.rows["张伟"]
    assert east.states() == ["waiting"]


def test_a_typed_name_never_gains_a_role(east: East) -> None:
    assert isinstance(east.types(OTHER, "李娜"), Waits)
    assert east.linked(OTHER) is None
    assert east.told() == [("join_asked", SECRETARY)]  # the deputy's nearest above is the secretary
    with pytest.raises(NotForYou):
        east.decides(OTHER, "李娜")
    east.decides(SECRETARY, "李娜")
    assert east.linked(OTHER) == east.rows["李娜"]


def test_a_secretary_who_blocked_the_bot_is_passed_over(east: East) -> None:
    """The nearest person above who can be reached decides, and not finally the deployment's own."""

    def blocks(tx: Transaction) -> None:
        room = chats.chat_with(tx, "telegram", BOT, SECRETARY)
        assert room is not None
        reach.lose(tx, room, "blocked", NOW)

    east.db.write_now(blocks)
    assert east.types(OTHER, "李娜") == Waits(asked=True)
    assert east.told() == [("join_asked", COORDINATOR)]


def test_a_secretary_is_vouched_for_from_above_the_branch(east: East) -> None:
    east.db.write_now(lambda tx: people.appoint(tx, east.rows["赵敏"], east.branch, Role.SECRETARY, DAY))
    assert isinstance(east.types(OTHER, "赵敏"), Waits)
    assert east.told() == [("join_asked", COORDINATOR)]
    with pytest.raises(NotForYou):  # another secretary of the same branch stands no higher
        east.decides(SECRETARY, "赵敏")
    east.decides(COORDINATOR, "赵敏")
    assert east.linked(OTHER) == east.rows["赵敏"]


def test_the_secretary_of_another_branch_decides_nothing_here(east: East) -> None:
    def settle_west(tx: Transaction) -> None:
        west = units.found_unit(tx, "西城支部", UnitKind.BRANCH, east.committee, DAY, NOW)
        other = people.add_person(tx, "周平", "周平", NOW)
        people.appoint(tx, other, west, Role.SECRETARY, DAY)
        people.link_account(tx, other, "telegram", 103, None, NOW)

    east.db.write_now(settle_west)
    east.types(OTHER, "李娜")
    east.types(ZHANG, "张伟")
    with pytest.raises(NotForYou):
        east.decides(103, "李娜", ClaimId(1))
    with pytest.raises(NotForYou):
        east.db.write_now(vouching.disown, east.actor(103), ClaimId(2), BOT, NOW)
    assert east.db.read_now(join_facts.waiting_for, east.actor(103), NOW) == ()


def test_where_nobody_stands_above_the_deployment_s_administrators_are_asked(east: East) -> None:
    east.db.write_now(
        lambda tx: people.appoint(tx, east.rows["赵敏"], east.committee, Role.ADMINISTRATOR, DAY)
    )
    assert east.types(OTHER, "赵敏") == Waits(asked=True)
    assert east.told() == [("join_asked", ADMIN)]
    with pytest.raises(NotForYou):
        east.decides(COORDINATOR, "赵敏")
    east.decides(ADMIN, "赵敏")
    assert east.linked(OTHER) == east.rows["赵敏"]


def test_namesakes_are_told_apart_by_whoever_decides(east: East) -> None:
    assert isinstance(east.types(OTHER, "刘洋"), Waits)
    asked = east.db.read_now(join_facts.asked_facts, east.last_claim(), NOW)
    assert asked is not None
    assert [c.where for c in asked.candidates] == ["第一党小组", "第二党小组"]
    with pytest.raises(Gone):
        east.decides(SECRETARY, "张伟")
    east.decides(SECRETARY, "刘洋二")
    assert east.linked(OTHER) == east.rows["刘洋二"]


def test_the_first_answer_stands(east: East) -> None:
    east.types(OTHER, "李娜")
    east.decides(SECRETARY, None)
    with pytest.raises(ClaimSettled):
        east.decides(COORDINATOR, "李娜")
    assert east.linked(OTHER) is None
    assert east.told()[1:] == [("join_decided", OTHER)]


def test_what_waits_is_listed_for_those_who_decide(east: East) -> None:
    east.types(OTHER, "李娜")
    assert [j.typed for j in east.db.read_now(join_facts.waiting_for, east.actor(SECRETARY), NOW)] == ["李娜"]
    assert len(east.db.read_now(join_facts.waiting_for, east.actor(ADMIN), NOW)) == 1
    east.types(ZHANG, "张伟")
    assert east.db.read_now(join_facts.waiting_for, east.actor(ZHANG), NOW) == ()


def test_however_many_wait_only_the_oldest_are_looked_up(east: East) -> None:
    """Weeks after a roll-out thousands may wait below one coordinator; a screen shows eight."""

    def crowd(tx: Transaction) -> list[int]:
        waiting = ClaimState.WAITING
        return [
            stored.add_claim(
                tx,
                Account("telegram", 5000 + number, None, None),
                east.rows["李娜"],
                east.branch,
                None,
                "李娜",
                None,
                waiting,
                NOW,
            )
            for number in range(join_facts.MOST_WAITING + 10)
        ]

    made = east.db.write_now(crowd)
    found = east.db.read_now(join_facts.waiting_for, east.actor(COORDINATOR), NOW)
    assert [one.claim for one in found] == made[: join_facts.MOST_WAITING]


def test_hundreds_of_one_name_still_make_a_card_that_can_be_sent(east: East) -> None:
    """A card of the topmost unit, passed on: the name typed stands in very many branches."""

    def crowd(tx: Transaction) -> None:
        for _number in range(120):
            people.enrol(tx, people.add_person(tx, "张伟", "张伟", NOW), east.branch, DAY)

    east.db.write_now(crowd)
    link = east.db.write_now(invites.share_as_owner, east.committee, "wide", NOW).token
    assert isinstance(east.types(ZHANG, "张伟", link), Waits)
    (asked,) = east.db.read_now(join_facts.waiting_for, east.actor(COORDINATOR), NOW)
    card = words.asked(asked)
    assert isinstance(card.keyboard, InlineKeyboardMarkup)
    assert len(card.text.as_kwargs()["text"]) < 4096
    assert len(card.keyboard.inline_keyboard) < 50
    assert len(asked.candidates) + asked.more == 121


def test_an_expired_link_leads_to_asking(east: East) -> None:
    token, later = east.shared(), NOW + timedelta(days=8)
    spent = east.opens(ZHANG, token, later)
    assert isinstance(spent, LinkSpent)
    asked = east.db.write_now(claims.ask_in, east.newcomer(ZHANG), spent.link, later, FALLBACK)
    assert asked == NameWanted(Door(east.branch, spent.link), "东城支部", asking=True)
    assert isinstance(east.says(ZHANG, Door(east.branch, spent.link), "张伟", later), Waits)
    assert east.linked(ZHANG) is None
    east.decides(SECRETARY, "张伟")
    assert east.linked(ZHANG) == east.rows["张伟"]


def test_a_used_personal_link_asks_for_its_person(east: East) -> None:
    token = east.personal("张伟")
    east.opens(ZHANG, token)
    spent = east.opens(OTHER, token)
    assert isinstance(spent, LinkSpent)
    waits = east.db.write_now(claims.ask_in, east.newcomer(OTHER), spent.link, NOW, FALLBACK)
    assert waits == Waits(asked=True)
    assert east.told() == [("join_asked", SECRETARY)]


def test_a_shared_link_is_capped(east: East) -> None:
    token = east.shared()
    asked = east.opens(ZHANG, token)
    assert isinstance(asked, NameWanted)
    east.db.write_now(lambda tx: tx.execute(update(Link).values(uses_left=1)) and None)
    assert isinstance(east.says(ZHANG, asked.door, "张伟"), Welcome)
    assert isinstance(east.says(OTHER, asked.door, "赵敏"), Waits)
    assert isinstance(east.opens(203, token), LinkSpent)


def test_an_unknown_name_changes_nothing(east: East) -> None:
    assert isinstance(east.types(OTHER, "诸葛亮"), NameUnknown)
    assert (east.states(), east.told()) == ([], [])


def test_guessing_comes_to_an_end_and_begins_anew(east: East) -> None:
    for guess in range(GUESSES):
        assert isinstance(east.opens(OTHER, f"guess-{guess}"), NoSuchLink)
    good = east.personal("张伟")
    assert isinstance(east.opens(OTHER, good), TooManyGuesses)
    assert isinstance(east.opens(ZHANG, "another"), NoSuchLink)  # others are not held up
    assert isinstance(east.opens(OTHER, good, NOW + timedelta(hours=1)), Welcome)


def test_names_are_guesses_too(east: East) -> None:
    token = east.shared()
    for guess in range(GUESSES):
        assert isinstance(east.types(OTHER, f"张{guess}", token), NameUnknown)
    assert isinstance(east.opens(OTHER, token), TooManyGuesses)


def test_one_account_asks_one_question_at_a_time(east: East) -> None:
    east.types(OTHER, "李娜")
    assert east.types(OTHER, "王芳") == Waits(asked=True)
    assert east.states() == ["waiting"]


def test_the_code_makes_its_holder_the_first_administrator_once(east: East) -> None:
    east.db.write_now(invites.admin_code, "code", NOW)
    became = east.opens(OTHER, "code")
    assert isinstance(became, BecameAdministrator)
    assert became.units == ("机关党委",)
    assert [(h.unit, h.role) for h in became.actor.appointments] == [(east.committee, Role.ADMINISTRATOR)]
    assert isinstance(east.opens(ZHANG, "code"), NoSuchLink)
    assert east.linked(ZHANG) is None


def test_somebody_on_the_roster_can_follow_the_code(east: East) -> None:
    east.db.write_now(invites.admin_code, "code", NOW)
    became = east.opens(SECRETARY, "code")
    assert isinstance(became, BecameAdministrator)
    assert became.actor.person == east.rows["王芳"]
    assert {h.role for h in became.actor.appointments} == {Role.SECRETARY, Role.ADMINISTRATOR}


def test_an_old_code_opens_nothing(east: East) -> None:
    east.db.write_now(invites.admin_code, "code", NOW)
    assert isinstance(east.opens(OTHER, "code", NOW + timedelta(hours=25)), NoSuchLink)


def test_a_code_needs_an_organisation(database: Database) -> None:
    with pytest.raises(NoOrganisation):
        database.write_now(invites.admin_code, "code", NOW)


def test_an_organisation_imported_before_eight_in_shanghai_can_be_entered_at_once(database: Database) -> None:
    """It is still yesterday by UTC then; the roster's rows begin with the local day."""
    dawn = datetime(2026, 11, 5, 23, 0, tzinfo=UTC)
    read = read_roster([Sheet("第一党支部", (("姓名",), ("张伟",)))])
    zone = {"timezone": "Asia/Shanghai"}
    database.write_now(rosters.import_roster, read, False, date(2026, 11, 6), dawn)
    [unit] = database.read_now(units.children_of, None, date(2026, 11, 6))
    assert database.write_now(invites.share_as_owner, unit.id, "shared", dawn).unit == unit
    [link] = database.write_now(invites.invite_everybody, unit.id, b"seed", dawn)
    who = Newcomer(Account("telegram", OTHER, None, "zh"), "Zhang", BOT, ADMINS, None)
    database.write_now(chats.meet, "telegram", BOT, OTHER, "private", dawn)
    welcome = database.write_now(joining.open_link, who, link.token, dawn, zone)
    assert isinstance(welcome, Welcome)
    assert (welcome.name, welcome.unit) == ("张伟", "第一党支部")
    database.write_now(invites.admin_code, "code", dawn)
    assert isinstance(database.write_now(joining.open_link, who, "code", dawn, zone), BecameAdministrator)


def test_a_secretary_invites_to_their_branch_only(east: East) -> None:
    mine = east.db.read_now(invites.inviting, east.actor(SECRETARY), None, 0, NOW)
    assert [row.name for row in mine.unlinked] == ["张伟", "李娜", "赵敏", "刘洋", "刘洋"]
    with pytest.raises(NotForYou):
        east.db.write_now(invites.share, east.actor(SECRETARY), east.committee, "t", NOW)
    link = east.db.write_now(
        invites.invite_person, east.actor(SECRETARY), east.branch, east.rows["张伟"], b"s", NOW
    )
    assert isinstance(east.opens(ZHANG, link.token), Welcome)
    with pytest.raises(Gone):
        east.db.write_now(
            invites.invite_person, east.actor(SECRETARY), east.branch, east.rows["张伟"], b"s", NOW
        )


def test_a_request_ends_when_its_account_comes_in_otherwise(east: East) -> None:
    east.types(OTHER, "李娜")
    east.opens(OTHER, east.personal("张伟"))
    assert east.states() == [ClaimState.WITHDRAWN]
    with pytest.raises(ClaimSettled):
        east.decides(SECRETARY, "李娜")


def invited_by_the_secretary(east: East, name: str) -> str:
    """A row's own link, made while the row holds no role."""
    person = east.rows[name]
    link = east.db.write_now(invites.invite_person, east.actor(SECRETARY), east.branch, person, b"s", NOW)
    return link.token


@pytest.mark.parametrize("begins", [NOW.date(), NOW.date() + timedelta(days=1)])
def test_a_link_made_before_the_row_had_a_role_opens_no_role(east: East, begins: date) -> None:
    """Who made it does not stand above the coordinator's deputy-to-be, and could have kept it."""
    link = invited_by_the_secretary(east, "张伟")
    east.db.write_now(people.appoint, east.rows["张伟"], east.committee, Role.COORDINATOR, begins)
    assert isinstance(east.opens(OTHER, link), LinkSpent)
    assert east.linked(OTHER) is None


def test_a_link_made_by_who_stands_above_the_new_role_still_lets_its_person_in(east: East) -> None:
    link = invited_by_the_secretary(east, "张伟")
    east.db.write_now(people.appoint, east.rows["张伟"], east.branch, Role.PUBLICITY, NOW.date())
    assert isinstance(east.opens(ZHANG, link), Welcome)


def test_a_link_of_admin_ids_lets_in_whoever_it_was_made_for(east: East) -> None:
    east.db.write_now(people.link_account, east.rows["赵敏"], "telegram", ADMIN, None, NOW)
    person = east.rows["李娜"]
    link = east.db.write_now(invites.invite_person, east.actor(ADMIN), east.branch, person, b"s", NOW)
    assert isinstance(east.opens(ZHANG, link.token), Welcome)


def test_a_typed_name_gains_no_role_that_begins_tomorrow(east: East) -> None:
    tomorrow = NOW.date() + timedelta(days=1)
    east.db.write_now(people.appoint, east.rows["张伟"], east.branch, Role.PUBLICITY, tomorrow)
    assert isinstance(east.types(OTHER, "张伟"), Waits)
    assert east.linked(OTHER) is None
