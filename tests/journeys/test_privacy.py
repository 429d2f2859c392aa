"""One's own data from /me: taken away, the bot stopped, everything deleted; and what others see of it."""

import io
import json
from datetime import timedelta
from zipfile import ZipFile

from domain.roles import Role
from simulator.chats import Message
from simulator.people import SimPerson
from storage.tables import Account, AuditEntry, Chat, Conversation, Delivery, InboxUpdate, Person
from tests.world import Branch, World

HOUR = timedelta(hours=1)


def branch_of(world: World) -> Branch:
    return world.branch("第一党支部", ["李强", "张伟"], "王芳", group_chat=True)


async def taps(world: World, who: SimPerson, words: str) -> None:
    who.taps(words)
    await world.settle()


async def lived(world: World, branch: Branch) -> None:
    """李强 checks in, writes, and asks for leave with a reason, which 王芳 gets to read."""
    wang, li = branch["王芳"], branch["李强"]
    wang.says("/newtopic 学习基层工作条例\n发布: 现在\n第一章")
    await world.settle()
    await taps(world, wang, "发布")
    wang.says("/newactivity 主题党日\n时间: 2026-11-20 15:00\n地点: 纪念馆")
    await world.settle()
    await taps(world, wang, "发布")
    li.says("/checkin")
    li.says("/reflect 心得里的话")
    li.says("/leave")
    await world.settle()
    for words in ("11月20日", "其他…"):
        await taps(world, li, words)
    li.says("我母亲住院")
    await world.settle()
    assert "我母亲住院" in wang.screen()


async def me(world: World, who: SimPerson) -> None:
    who.says("/me")
    await world.settle()


def last_file(world: World, who: SimPerson) -> bytes:
    document = next(m for m in reversed(who.messages) if m.media == "document").json["document"]
    return world.telegram.files[document["file_id"]].data


def confirmation(message: Message) -> str:
    """The callback data of its confirming button."""
    return next(str(b["callback_data"]) for row in message.rows for b in row if "确认" in str(b["text"]))


def acts(world: World) -> list[str]:
    return [row["act"] for row in world.rows(AuditEntry)]


async def test_my_data_comes_as_json_and_as_a_document(world: World) -> None:
    branch = branch_of(world)
    await lived(world, branch)
    li = branch["李强"]
    await me(world, li)
    await taps(world, li, "导出数据 JSON")
    data = json.loads(last_file(world, li))
    assert data["person"][0]["name"] == "李强"
    assert data["reflections"][0]["text"] == "心得里的话"
    assert data["leaves"][0]["reason"] == "我母亲住院"
    assert data["accounts"][0]["user_id"] == li.id
    await taps(world, li, "导出数据 Word")
    with ZipFile(io.BytesIO(last_file(world, li))) as archive:
        text = archive.read("word/document.xml").decode()
    for words in ("伴学保存的我的数据", "李强", "心得里的话", "我母亲住院"):
        assert words in text
    for words in ("正式党员", "2026-11-02 09:00", "导出本人数据", "待答复"):
        assert words in text
    for code in ("handed_in", "data_taken", "+00:00"):
        assert code not in text
    assert acts(world).count("data_taken") == 2


async def test_deleting_my_data_lists_what_goes_asks_once_more_and_leaves_a_number(world: World) -> None:
    branch = branch_of(world)
    await lived(world, branch)
    li, wang = branch["李强"], branch["王芳"]
    await me(world, li)
    await taps(world, li, "删除我的数据")
    for words in ("将删除", "将保留", "心得体会正文 1 篇", "请假原因 1 条", "以编号代替姓名", "涉及 1 人"):
        assert words in li.screen()
    asked = li.last_message
    button = confirmation(asked)
    await taps(world, li, "确认删除")
    assert "已匿名 #1" in li.screen()
    assert not any("我母亲住院" in message.text for message in wang.messages)
    (erased,) = [row for row in world.rows(Person) if row["erased_at"]]
    assert (erased["name"], erased["number"], erased["joined"]) == ("已匿名 #1", None, None)
    assert li.id not in {row["user_id"] for row in world.rows(Account)}
    assert li.id not in {row["chat_id"] for row in world.rows(Chat)}
    assert li.id not in {row["user_id"] for row in world.rows(Conversation)}
    assert not any("李强" in row["raw"] or "心得里的话" in row["raw"] for row in world.rows(InboxUpdate))
    assert acts(world).count("erased") == 1
    li.taps_data(button, on=li.last_message)  # a second press, by a stranger now
    await world.settle()
    assert acts(world).count("erased") == 1


async def test_the_list_of_what_goes_leaves_out_what_there_is_none_of(world: World) -> None:
    li = branch_of(world)["李强"]
    await me(world, li)
    await taps(world, li, "删除我的数据")
    going = li.screen().partition("将删除")[2].partition("将保留")[0]
    assert "账号" in going
    assert "0" not in going.replace("48", "")


async def test_the_secretary_reads_a_number_where_the_name_stood(world: World) -> None:
    branch = branch_of(world)
    await lived(world, branch)
    li, wang = branch["李强"], branch["王芳"]
    await me(world, li)
    await taps(world, li, "删除我的数据")
    await taps(world, li, "确认删除")
    wang.says("/roster")
    await world.settle()
    assert "李强" not in wang.screen()
    assert "张伟" in wang.screen()


async def test_a_confirmation_is_good_for_one_press_and_not_after_a_change_of_mind(world: World) -> None:
    branch = branch_of(world)
    li = branch["李强"]
    await me(world, li)
    await taps(world, li, "删除我的数据")
    asked = li.last_message
    button = confirmation(asked)
    await taps(world, li, "取消")
    await me(world, li)
    await taps(world, li, "停用机器人")
    li.taps_data(button, on=li.last_message)
    await world.settle()
    assert "erased" not in acts(world)
    assert {row["erased_at"] for row in world.rows(Person)} == {None}


async def test_another_person_cannot_press_my_confirmation(world: World) -> None:
    branch = branch_of(world)
    li, zhang = branch["李强"], branch["张伟"]
    await me(world, li)
    await taps(world, li, "删除我的数据")
    asked = li.last_message
    button = confirmation(asked)
    await me(world, zhang)
    zhang.taps_data(button, on=zhang.last_message)
    await world.settle()
    assert "erased" not in acts(world)


async def test_stopping_the_bot_keeps_the_record_and_a_new_link_brings_me_back(world: World) -> None:
    branch = branch_of(world)
    await lived(world, branch)
    li, wang = branch["李强"], branch["王芳"]
    await me(world, li)
    await taps(world, li, "停用机器人")
    assert "不影响组织关系" in li.screen()
    await taps(world, li, "确认停用")
    assert "账号已解除关联" in li.screen()
    before = len(li.messages)
    wang.says("/missing")
    await world.settle()
    await world.advance(24 * HOUR)
    assert len(li.messages) == before
    wang.says("/invite")
    await world.settle()
    await taps(world, wang, "李强")
    link = next(word for word in wang.screen().split() if "start=" in word)
    li.open_link(link)
    await world.settle()
    assert "李强" in li.screen()
    await me(world, li)
    assert "打卡(自愿):1 次" in li.screen()


async def test_a_message_too_old_to_delete_is_given_up_without_an_alarm(world: World) -> None:
    branch = branch_of(world)
    await lived(world, branch)
    li, wang = branch["李强"], branch["王芳"]
    asked = wang.last_message
    await me(world, li)
    await taps(world, li, "删除我的数据")
    asked.deleted = True  # 王芳 has deleted it herself meanwhile
    await taps(world, li, "确认删除")
    (back,) = [row for row in world.rows(Delivery) if row["op"] == "delete"]
    assert back["state"] == "sent"


async def test_a_stranger_has_nothing_to_take_stop_or_delete(world: World) -> None:
    branch = branch_of(world)
    who = world.stranger("路人")
    who.start()
    await world.settle()
    for data in ("mydata:json", "unlink:", "erase:"):
        who.taps_data(data, on=who.last_message)
        await world.settle()
    assert not {"data_taken", "unlinked", "erased"} & set(acts(world))
    assert branch.people["李强"]


async def test_a_coordinator_sees_no_names_until_they_open_them_which_is_noted(world: World) -> None:
    root = world.committee("机关党委")
    branch = world.branch("第一党支部", ["李强", "张伟"], "王芳", under=root)
    await lived(world, branch)
    official = world.official("孙丽", root, Role.COORDINATOR)
    sun, before = official.sim, len(acts(world))
    sun.says("/summary")
    await world.settle()
    await taps(world, sun, "下级")
    await taps(world, sun, "第一党支部")
    seen = "\n".join(message.text for message in sun.messages)
    assert not any(name in seen for name in ("李强", "张伟", "王芳"))
    assert len(acts(world)) == before
    await taps(world, sun, "打开名单")
    assert "李强:应到" in sun.screen()
    assert "已记入操作记录" in sun.screen()
    (opened,) = world.rows(AuditEntry)[before:]
    assert (opened["act"], opened["person_id"], opened["unit_id"]) == (
        "names_opened",
        official.person,
        branch.unit,
    )


async def test_from_above_a_committee_there_are_no_names_to_open(world: World) -> None:
    root = world.committee("机关党委")
    world.branch("第一党支部", ["李强"], "王芳", under=root)
    sun = world.official("孙丽", root, Role.COORDINATOR).sim
    sun.says("/summary")
    await world.settle()
    assert not any("打开名单" in words for words in sun.last_message.buttons)
    sun.taps_data(f"sumn:{root}:2026-11", on=sun.last_message)
    await world.settle()
    assert "names_opened" not in acts(world)


async def test_inside_the_branch_nobody_needs_to_open_what_they_see(world: World) -> None:
    branch = world.branch("第一党支部", ["李强"], "王芳")
    branch["王芳"].says("/summary")
    await world.settle()
    assert not any("打开名单" in words for words in branch["王芳"].last_message.buttons)
