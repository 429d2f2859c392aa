"""Somebody has their data deleted: nothing says who they were, past figures hold. On both databases."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from domain.activity_forms import read_form
from domain.deliveries import Op
from domain.errors import LastAdministrator, Stranger
from domain.ids import ActivityId, TopicId
from domain.joining import ClaimState
from domain.participation import LeaveKind, Outcome
from domain.periods import parse_period
from domain.roles import Role
from domain.rollups import Counted, recounted
from domain.rosters import Remark, Roster, RosterRow
from domain.tombstones import Stone
from domain.topics import Attachment
from services import (
    activity_drafts,
    attendance,
    checkins,
    erasures,
    leaves,
    planning,
    records,
    reflections,
    rosters,
    rsvps,
    summaries,
    topic_drafts,
)
from storage import appointments, erasing, joining, people
from storage import erasures as stored
from storage.conversations import Place, Talk, keep
from storage.database import Database, Transaction
from storage.inbox import DONE, NEW
from storage.summary_facts import facts_of
from storage.tables import (
    Account,
    AuditEntry,
    Base,
    Card,
    Chat,
    Delivery,
    InboxUpdate,
    MembershipStanding,
    Occurrence,
    Person,
    Reflection,
    Rollup,
)
from tests.services.study import BOT, FALLBACK, NOW, Study, found_study
from tests.services.test_checkins import EVENING, pushed

FORM = "已匿名 #{number}"
STARTS = EVENING + timedelta(days=1)  # 2026-11-28 19:00 in Shanghai
LATER = STARTS + timedelta(hours=6)
NUMBER = 20_260_042  # of 李强's account: no other number in the record contains it
NOVEMBER = parse_period("2026-11", NOW.date())
SECRETS = (
    "李强",
    "lq_1969",
    "X-0042",
    "1985-07-01",
    "我母亲住院",
    "心得里的话",
    "草稿里的话",
    "改一改再交",
    "录音.ogg",
    "腰伤不便",
    str(NUMBER),
)


@dataclass(frozen=True)
class Told:
    """What 李强 has done, and where."""

    study: Study
    topic: TopicId
    coming: ActivityId


def tell(tx: Transaction) -> Told:
    """李强 checks in, writes, asks for leave, was there once, has drafts, and is somewhere in every table."""
    study = found_study(tx)
    person = study.people["李强"]
    study.accounts["李强"] = NUMBER
    tx.execute(update(Account).where(Account.person_id == person).values(user_id=NUMBER, username="lq_1969"))
    tx.execute(update(Chat).where(Chat.chat_id == 1001).values(chat_id=NUMBER, language="zh"))
    tx.execute(update(Person).where(Person.id == person).values(number="X-0042", joined="1985-07-01"))
    topic = pushed(tx, study)
    li, wang = study.actor(tx, "李强"), study.actor(tx, "王芳")
    checkins.check_in(tx, li, topic, EVENING)
    voice = Attachment("voice", "file-1", "unique-1", "录音.ogg", 900, bot_id=BOT)
    reflections.begin(tx, li, topic, EVENING)
    reflections.add_file(tx, li, topic, voice, "心得里的话", EVENING)
    reflections.hand_in(tx, li, topic, EVENING)
    tx.execute(update(Reflection).values(comment="改一改再交"))
    form = read_form("主题党日 参观纪念馆\n时间: 2026-11-28 19:00\n地点: 东城纪念馆")
    held = activity_drafts.publish(
        tx, wang, activity_drafts.compose(tx, wang, form, "one", NOW, FALLBACK).id, NOW
    ).activity.id
    while planning_does(tx):
        pass
    attendance.put(tx, wang, held, person, Outcome.PRESENT, LATER)
    attendance.unsaid_came(tx, wang, held, LATER)
    attendance.confirm(tx, wang, held, LATER)
    form = read_form("主题党日 重温誓词\n时间: 2026-12-20 15:00\n地点: 会议室")
    coming = activity_drafts.publish(
        tx, wang, activity_drafts.compose(tx, wang, form, "two", LATER, FALLBACK).id, LATER
    ).activity.id
    asked = leaves.ask(tx, li, coming, LeaveKind.PERSONAL, "我母亲住院", LATER).leave
    say_sent(tx, f"leave:{asked.id}")
    people.appoint(tx, person, study.first, Role.PUBLICITY, NOW.date())
    draft = topic_drafts.begin(tx, study.actor(tx, "李强"), "draft", LATER)
    topic_drafts.set_title(tx, study.actor(tx, "李强"), draft, "草稿里的话", LATER)
    activity_drafts.compose(
        tx, study.actor(tx, "李强"), read_form("主题党日 草稿里的话"), "d", LATER, FALLBACK
    )
    joining.add_claim(tx, li.account, person, study.first, None, "李强", None, ClaimState.LINKED, NOW)
    joining.add_claim(
        tx, study.actor(tx, "张伟").account, person, study.first, None, "李强", None, ClaimState.WAITING, NOW
    )
    exempt(tx, study)
    letters(tx)
    keep(tx, Place(BOT, NUMBER, NUMBER), Talk("asking", {"typed": "草稿里的话"}), NOW)
    return Told(study, topic, coming)


def planning_does(tx: Transaction) -> int:
    return sum(plan(tx, LATER, FALLBACK) for plan in planning.PLANS)


def say_sent(tx: Transaction, series: str) -> None:
    """As the sender leaves it: everything of the series stands in its chat."""
    cause = select(Occurrence.id).where(Occurrence.series == series)
    tx.execute(
        update(Delivery)
        .where(Delivery.occurrence_id.in_(cause))
        .values(state="sent", message_id=Delivery.id + 500, settled_at=LATER)
    )


def exempt(tx: Transaction, study: Study) -> None:
    mine = MembershipStanding.membership_id == study.memberships["李强"]
    tx.execute(update(MembershipStanding).where(mine).values(exempt="腰伤不便"))


def letters(tx: Transaction) -> None:
    """What came in: from 李强, dealt with and waiting, and from 张伟, who answers 李强."""
    sender = {"id": NUMBER, "is_bot": False, "first_name": "李强", "username": "lq_1969"}
    own = {"message_id": 7, "from": sender, "chat": {"id": NUMBER}, "text": "心得里的话"}
    reply = {"message_id": 8, "from": {"id": 1002}, "text": "同意", "reply_to_message": own}
    rows = [(1, own, DONE), (2, own, NEW), (3, reply, DONE)]
    tx.execute(
        insert(InboxUpdate),
        [
            {
                "bot_id": BOT,
                "update_id": number,
                "raw": json.dumps({"update_id": number, "message": message}, ensure_ascii=False),
                "received_at": NOW,
                "state": state,
            }
            for number, message, state in rows
        ],
    )


def erase(tx: Transaction, told: Told, name: str = "李强") -> str:
    return erasures.erase(tx, told.study.actor(tx, name), FORM, LATER)


def everything(tx: Transaction) -> str:
    """Every cell of every table."""
    return "\n".join(
        f"{table.name}.{column}={value}"
        for table in Base.metadata.sorted_tables
        for row in tx.execute(select(table)).mappings()
        for column, value in row.items()
    )


def sums(tx: Transaction) -> list[tuple[object, ...]]:
    return sorted(tuple(row) for row in tx.execute(select(Rollup.__table__)))


def totals(tx: Transaction, told: Told) -> tuple[object, ...]:
    branch = told.study.first
    made = summaries.summary_of(tx, branch, NOVEMBER, LATER, FALLBACK)
    facts = recounted(facts_of(tx, branch, NOVEMBER, "Asia/Shanghai"))
    return made.totals.tally, made.totals.checkins, made.totals.reflections, made.totals.topics, facts


def on_both(database: Database, story: Callable[[Transaction, Told], None]) -> None:
    database.write_now(lambda tx: story(tx, tell(tx)))


def test_no_name_number_or_text_of_theirs_is_left_in_any_table(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        before = everything(tx)
        assert [secret for secret in SECRETS if secret not in before] == []
        assert erase(tx, told) == "已匿名 #1"
        after = everything(tx)
        assert [secret for secret in SECRETS if secret in after] == []

    on_both(database, story)


def test_past_figures_stay_as_they_were_kept_and_recounted(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        before, kept = totals(tx, told), sums(tx)
        facts = before[-1]
        assert isinstance(facts, dict)
        assert (facts[Counted.PRESENT], facts[Counted.CHECKINS], facts[Counted.REFLECTIONS]) == (3, 1, 1)
        erase(tx, told)
        assert totals(tx, told) == before
        assert sums(tx) == kept

    on_both(database, story)


def test_the_branch_sees_a_number_where_the_name_stood_and_the_next_one_has_the_next(
    database: Database,
) -> None:
    def story(tx: Transaction, told: Told) -> None:
        assert erase(tx, told) == "已匿名 #1"
        assert erase(tx, told, "张伟") == "已匿名 #2"
        seen = summaries.summary_for(
            tx, told.study.actor(tx, "王芳"), told.study.first, NOVEMBER, LATER, FALLBACK
        )
        assert seen.names is not None
        assert sorted(one.name for one in seen.names) == ["已匿名 #1", "已匿名 #2", "王芳"]
        attended = {one.name: one.attended for one in seen.names}
        assert attended["已匿名 #1"] == 1

    on_both(database, story)


def test_another_branch_counts_its_own(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        erase(tx, told)
        assert erase(tx, told, "孙丽") == "已匿名 #1"  # of the second branch

    on_both(database, story)


def test_whoever_is_gone_belongs_nowhere_holds_nothing_and_is_a_stranger(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        erase(tx, told)
        gone = told.study.actor(tx, "李强", LATER)
        assert (gone.person, gone.belongings, gone.appointments) == (None, (), ())
        with pytest.raises(Stranger):
            records.record_of(tx, gone, LATER)
        person = told.study.people["李强"]
        assert people.units_of(tx, person, LATER.date() + timedelta(days=1)) == set()
        assert appointments.people_named(tx, "", 9) == []

    on_both(database, story)


def test_messages_that_carry_their_words_are_owed_a_deletion_and_their_own_chat_is_left_alone(
    database: Database,
) -> None:
    def story(tx: Transaction, told: Told) -> None:
        erase(tx, told)
        found = tx.execute(
            select(Chat.chat_id, Delivery.message_id, Delivery.kind, Delivery.state)
            .join(Chat, Chat.id == Delivery.chat_id)
            .where(Delivery.op == Op.DELETE)
        ).all()
        assert [(row.chat_id, row.kind, row.state) for row in found] == [
            (told.study.accounts["王芳"], "leave_asked", "ready")
        ]
        assert found[0].message_id > 500

    on_both(database, story)


def test_what_is_older_than_the_platform_deletes_is_not_asked_of_it(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        after = LATER + timedelta(hours=48)
        erasures.erase(tx, told.study.actor(tx, "李强", after), FORM, after)
        assert tx.execute(select(Delivery.id).where(Delivery.op == Op.DELETE)).all() == []

    on_both(database, story)


def test_what_others_said_and_are_owed_stays(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        zhang = told.study.actor(tx, "张伟")
        reflections.hand_in_text(tx, zhang, told.topic, "张伟的体会", LATER)
        asked = leaves.ask(tx, zhang, told.coming, LeaveKind.TRIP, "出差一周", LATER).leave
        erase(tx, told)
        assert reflections.own(tx, zhang, told.topic, LATER).reflection.text == "张伟的体会"
        waiting = (
            select(Delivery.state)
            .join(Occurrence, Occurrence.id == Delivery.occurrence_id)
            .where(Occurrence.series == f"leave:{asked.id}")
        )
        assert set(tx.execute(waiting).scalars()) == {"ready"}
        raw = tx.execute(select(InboxUpdate.raw).where(InboxUpdate.update_id == 1)).scalar_one()
        assert json.loads(raw) == {"update_id": 1}  # still an update, and nobody's

    on_both(database, story)


def test_the_last_administrator_cannot_go_and_with_another_can(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        study = told.study
        people.appoint(tx, study.people["李强"], study.committee, Role.ADMINISTRATOR, NOW.date())
        for act in (erasures.look, erasures.unlink):
            with pytest.raises(LastAdministrator):
                act(tx, study.actor(tx, "李强", LATER), LATER)
        with pytest.raises(LastAdministrator):
            erase(tx, told)
        other = people.appoint(tx, study.people["孙丽"], study.committee, Role.ADMINISTRATOR, NOW.date())
        appointments.end(tx, other, LATER.date() + timedelta(days=3))
        with pytest.raises(LastAdministrator):  # whose end is known stays for those days only
            erasures.unlink(tx, study.actor(tx, "李强", LATER), LATER)
        people.appoint(tx, study.people["张伟"], study.committee, Role.ADMINISTRATOR, NOW.date())
        erase(tx, told)

    on_both(database, story)


def test_the_list_beforehand_counts_what_then_goes(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        going = erasures.look(tx, told.study.actor(tx, "李强"), LATER)
        assert (going.accounts, going.pieces, going.files, going.drafts, going.reasons) == (1, 1, 1, 2, 1)
        assert (going.roles, going.memberships) == (1, 1)
        erase(tx, told)
        left = stored.going(tx, told.study.people["李强"], LATER.date() + timedelta(days=1), LATER)
        assert set(vars(left).values()) == {0}

    on_both(database, story)


@pytest.mark.parametrize(
    "named",
    [
        {"contact": {"first_name": "李强", "user_id": NUMBER}},
        {"left_chat_member": {"first_name": "李强", "id": NUMBER}},
        {"users_shared": {"users": [{"user_id": NUMBER, "first_name": "李强"}]}},
    ],
)
@pytest.mark.parametrize("spaced", [True, False])
def test_what_others_sent_of_them_is_not_left_as_it_came_in(
    database: Database, named: dict[str, object], spaced: bool
) -> None:
    def story(tx: Transaction, told: Told) -> None:
        message = {"from": {"id": 1002, "first_name": "张伟"}, **named}
        between = None if spaced else (",", ":")
        raw = json.dumps({"update_id": 10, "message": message}, ensure_ascii=False, separators=between)
        row = {"bot_id": BOT, "update_id": 10, "raw": raw, "received_at": NOW, "state": DONE}
        tx.execute(insert(InboxUpdate).values(row))
        erase(tx, told)
        left = tx.execute(select(InboxUpdate.raw).where(InboxUpdate.update_id == 10)).scalar_one()
        assert json.loads(left) == {"update_id": 10}

    on_both(database, story)


def test_nobody_is_left_with_a_leave_of_theirs_to_decide(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        assert len(leaves.waiting_for(tx, told.study.actor(tx, "王芳"))) == 1
        erase(tx, told)
        assert leaves.waiting_for(tx, told.study.actor(tx, "王芳")) == ()

    on_both(database, story)


def test_the_card_of_what_they_were_coming_to_is_counted_anew(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        rsvps.answer(tx, told.study.actor(tx, "张伟"), told.coming, True, LATER)
        group = told.study.group_chat(tx, told.study.first)
        tx.execute(
            insert(Card).values(subject_kind="activity", subject_id=told.coming, chat_id=group, stale=False)
        )
        erase(tx, told, "张伟")
        assert list(tx.execute(select(Card.stale)).scalars()) == [True]

    on_both(database, story)


def test_an_account_that_is_somebody_elses_by_now_stays_theirs(database: Database) -> None:
    """Somebody was taken for 李强, and is 张伟: their chat, their words and their place are 张伟's."""

    def story(tx: Transaction, told: Told) -> None:
        zhang, zhangs = told.study.people["张伟"], told.study.accounts["张伟"]
        first = Account.user_id == zhangs
        tx.execute(update(Account).where(first).values(person_id=told.study.people["李强"], unlinked_at=NOW))
        people.link_account(tx, zhang, "telegram", zhangs, None, NOW)
        own = {"message_id": 9, "from": {"id": zhangs, "is_bot": False}, "text": "张伟的话"}
        raw = json.dumps({"update_id": 9, "message": own}, ensure_ascii=False)
        row = {"bot_id": BOT, "update_id": 9, "raw": raw, "received_at": NOW, "state": NEW}
        tx.execute(insert(InboxUpdate).values(row))
        account = told.study.actor(tx, "张伟").account
        joining.add_claim(
            tx, account, zhang, told.study.first, None, "张伟本人", None, ClaimState.LINKED, NOW
        )
        data = records.take_own_data(tx, told.study.actor(tx, "李强"), LATER)
        assert "张伟本人" not in json.dumps(data.tables, ensure_ascii=False)
        erase(tx, told)
        assert told.study.private_of(tx, "张伟").platform_chat_id == zhangs
        assert tx.execute(select(Chat.state).where(Chat.chat_id == zhangs)).scalar_one() == "reachable"
        assert tx.execute(select(InboxUpdate.raw).where(InboxUpdate.update_id == 9)).scalar_one() == raw
        given = Roster((row_of("张伟", telegram=zhangs),), (), (), (), ((0,),))
        assert rosters.plan(tx, given, LATER.date()).skipped == ()

    on_both(database, story)


def row_of(name: str, number: str = "", joined: str = "", telegram: int | None = None) -> RosterRow:
    path = ("区直机关工委", "第一党支部")
    return RosterRow("名册", 2, path, None, name, (), None, joined, "", telegram, "", number)


@pytest.mark.parametrize(
    ("row", "skipped"),
    [
        (row_of("李强"), True),
        (row_of("李强", joined="1985"), True),
        (row_of("李 强", number="X-0042"), True),
        (row_of("改过的名字", number="X-0042"), True),
        (row_of("改过的名字", telegram=NUMBER), True),
        (row_of("李强", joined="1999"), False),  # a namesake
        (row_of("李强", number="X-0099"), False),
        (row_of("王强"), False),
    ],
)
def test_a_roster_brings_nobody_back_and_lets_a_namesake_in(
    database: Database, row: RosterRow, skipped: bool
) -> None:
    def story(tx: Transaction, told: Told) -> None:
        erase(tx, told)
        given = Roster((row,), (), (), (), ((0,),))
        plan = rosters.import_roster(tx, given, False, LATER.date(), LATER)
        assert plan.problems == ()
        assert [(note.row, note.remark) for note in plan.skipped] == [(2, Remark.ERASED)] * skipped
        assert bool(plan.changes) is not skipped

    on_both(database, story)


def test_an_older_copy_that_is_restored_is_erased_once_more(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        with tx.begin_nested() as copy:  # what is undone below is what a restored copy does not know
            erase(tx, told)
            stones = stored.stones(tx)
            copy.rollback()
        assert "李强" in everything(tx)
        (stone,) = stones
        assert erasures.erase_again(tx, stone, FORM, LATER.date(), LATER)
        assert [secret for secret in SECRETS if secret in everything(tx)] == []
        assert not erasures.erase_again(tx, stone, FORM, LATER.date(), LATER)  # once is enough

    on_both(database, story)


def test_a_tombstone_of_another_deployment_erases_nobody(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        strange = Stone(told.study.people["李强"], frozenset({"00" * 32}))
        assert not erasures.erase_again(tx, strange, FORM, LATER.date(), LATER)
        assert not erasing.is_erased(tx, told.study.people["李强"])

    on_both(database, story)


def test_stopping_the_bot_unlinks_and_changes_nothing_else(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        before = {name: rows(tx, name) for name in ("memberships", "appointments", "people", "leaves")}
        erasures.unlink(tx, told.study.actor(tx, "李强"), LATER)
        assert told.study.actor(tx, "李强", LATER).person is None
        assert {name: rows(tx, name) for name in before} == before
        assert joining.linked_of(tx, [told.study.people["李强"]]) == set()

    on_both(database, story)


def rows(tx: Transaction, name: str) -> list[str]:
    return sorted(map(repr, tx.execute(select(Base.metadata.tables[name])).all()))


def test_the_trail_says_that_it_was_done_by_number_alone(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        person = told.study.people["李强"]
        erase(tx, told)
        last = tx.execute(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        found = (last.act, last.person_id, last.subject_kind, last.subject_id, last.detail)
        assert found == ("erased", person, "person", person, None)

    on_both(database, story)


def test_all_that_is_kept_of_somebody_is_theirs_to_take_away(database: Database) -> None:
    def story(tx: Transaction, told: Told) -> None:
        data = records.take_own_data(tx, told.study.actor(tx, "李强"), LATER)
        said = json.dumps(data.tables, ensure_ascii=False)
        assert [secret for secret in SECRETS if secret not in said] == []
        assert "张伟" not in said

    on_both(database, story)
