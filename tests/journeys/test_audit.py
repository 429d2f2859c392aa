"""/audit: the trail searched, paged and taken away by administrators, and by nobody else."""

import io
from csv import DictReader
from datetime import timedelta
from zipfile import ZipFile

from domain.roles import Role
from simulator.people import SimPerson
from storage.tables import AuditEntry, Chat
from tests.world import Branch, World


def organisation(world: World) -> tuple[Branch, SimPerson]:
    root = world.committee("机关党委")
    branch = world.branch("第一党支部", ["李强", "张伟"], "王芳", under=root, group_chat=True)
    return branch, world.official("周平", root, Role.ADMINISTRATOR).sim


async def says(world: World, who: SimPerson, text: str) -> str:
    who.says(text)
    await world.settle()
    return who.screen()


async def posts(world: World, branch: Branch, title: str) -> None:
    await says(world, branch["王芳"], f"/newtopic {title}\n发布: 现在\n第一章")
    branch["王芳"].taps("发布")
    await world.settle()


def content(world: World, who: SimPerson) -> tuple[str, bytes]:
    document = next(m for m in reversed(who.messages) if m.media == "document").json["document"]
    return document["file_name"], world.telegram.files[document["file_id"]].data


async def test_an_administrator_reads_who_did_what_when_on_what_and_from_which_chat(world: World) -> None:
    branch, admin = organisation(world)
    await posts(world, branch, "学习基层工作条例")
    found = await says(world, admin, "/audit")
    (line,) = [line for line in found.splitlines() if "发布学习主题" in line]
    chat = next(row["id"] for row in world.rows(Chat) if row["chat_id"] == branch["王芳"].id)
    assert line == f"2026-11-02 09:00 · 王芳 · 发布学习主题 · 学习主题 1 · 第一党支部 · 私聊 {chat}"


async def test_it_is_searched_by_person_act_and_day(world: World) -> None:
    branch, admin = organisation(world)
    await posts(world, branch, "学习一")
    await world.advance(timedelta(days=2))
    await says(world, branch["王芳"], "/invite")
    branch["王芳"].taps("共享链接" if "共享链接" in str(branch["王芳"].last_message.buttons) else "链接")
    await world.settle()
    assert "发布学习主题" in await says(world, admin, "/audit 王芳")
    assert "发布学习主题" not in await says(world, admin, "/audit 李强")
    assert "发布学习主题" in await says(world, admin, "/audit 发布学习主题")
    assert "发布学习主题" in await says(world, admin, "/audit 2026-11-02")
    assert "发布学习主题" not in await says(world, admin, "/audit 2026-11-04")
    assert "发布学习主题" in await says(world, admin, "/audit 王芳 topic_published 2026-11")
    assert "没有符合的操作记录" in await says(world, admin, "/audit 王芳 任命")


async def test_looking_and_taking_it_away_are_in_it(world: World) -> None:
    branch, admin = organisation(world)
    await posts(world, branch, "=1+1")
    await says(world, admin, "/audit")
    admin.taps("CSV")
    await world.settle()
    name, csv = content(world, admin)
    assert name == "banxue-trail.csv"
    text = csv.decode("utf-8-sig")
    assert "王芳" in text
    assert "发布学习主题" in text
    admin.taps("XLSX")
    await world.settle()
    name, book = content(world, admin)
    with ZipFile(io.BytesIO(book)) as archive:
        assert "发布学习主题" in archive.read("xl/worksheets/sheet1.xml").decode()
    acts = [row["act"] for row in world.rows(AuditEntry)]
    assert acts[-3:] == ["trail_read", "trail_taken", "trail_taken"]


async def test_a_file_of_it_says_what_was_done_in_words(world: World) -> None:
    root = world.committee("机关党委")
    east = world.branch("东城支部", ["张伟"], "王芳", under=root)
    world.branch("西城支部", ["周平"], "赵敏", under=root)
    admin = world.official("何平", root, Role.ADMINISTRATOR).sim
    await world.does(east["王芳"], "/roster", "张伟", "转接", "西城", "机关党委 / 西城支部", "申请转接")
    await world.does(east["张伟"], "/audit")
    await world.does(east["王芳"], "/units", "⚙️ 设置", "改:学习日", "每周五")
    await world.does(admin, "/audit", "CSV")
    lines = list(DictReader(io.StringIO(content(world, admin)[1].decode("utf-8-sig"))))
    told = {line["操作"]: line["详情"] for line in lines}
    assert told["提出转接"] == "由:东城支部;至:西城支部;日期:2026-11-02"
    assert told["越权尝试"] == "试图:查看操作记录"
    assert told["修改设置"] == "学习日:每周周五"
    assert not any("{" in line["详情"] for line in lines)


async def test_it_is_read_a_page_at_a_time(world: World) -> None:
    _branch, admin = organisation(world)
    for _ in range(12):
        await says(world, admin, "/audit")
    assert admin.screen().count("查看操作记录") == 10
    admin.taps("更早")
    await world.settle()
    assert admin.screen().count("查看操作记录") == 1
    assert not any("更早" in words for words in admin.last_message.buttons)


async def test_nobody_else_reads_it(world: World) -> None:
    branch, _admin = organisation(world)
    await posts(world, branch, "学习一")
    for name in ("王芳", "李强"):
        assert "发布学习主题" not in await says(world, branch[name], "/audit")
    stranger = world.stranger()
    assert "王芳" not in await says(world, stranger, "/audit")
    assert [row["act"] for row in world.rows(AuditEntry)].count("trail_read") == 0


async def test_an_administrator_of_a_part_reads_that_part(world: World) -> None:
    root = world.committee("市直机关工委")
    one, other = world.committee("一委", root), world.committee("二委", root)
    mine = world.branch("第一党支部", ["李强"], "王芳", under=one)
    theirs = world.branch("第二党支部", ["赵敏"], "陈静", under=other)
    admin = world.official("周平", one, Role.ADMINISTRATOR).sim
    await posts(world, mine, "学习一")
    await says(world, theirs["陈静"], "/newtopic 学习二\n发布: 现在\n第一章")
    theirs["陈静"].taps("发布")
    await world.settle()
    found = await says(world, admin, "/audit 发布学习主题")
    assert "王芳" in found
    assert "陈静" not in found
