"""A secretary takes the branch's roster away as a file, and the trail says so."""

from reports.rosters import read_file
from storage.tables import AuditEntry
from tests.world import World


async def test_a_secretary_takes_the_roster_and_nobody_elses(world: World) -> None:
    branch = world.branch("东城支部", members=["张伟"], secretary="王芳")
    world.branch("西城支部", members=["李娜"], secretary="赵敏")
    wang = branch["王芳"]
    wang.says("/roster")
    await world.settle()
    wang.taps("导出名册")
    await world.settle()
    sent = wang.last_message.json["document"]
    assert sent["file_name"] == "名册.xlsx"
    read = read_file(world.telegram.files[sent["file_id"]].data, "名册.xlsx")
    assert sorted(row.name for row in read.rows) == ["张伟", "王芳"]
    noted = [row for row in world.rows(AuditEntry) if row["act"] == "exported"]
    assert [(row["subject_kind"], row["unit_id"], row["detail"]) for row in noted] == [
        ("roster", branch.unit, '{"rows": 2}')
    ]


async def test_a_member_who_forges_the_button_gets_nothing(world: World) -> None:
    branch = world.branch("东城支部", members=["张伟"], secretary="王芳")
    zhang = branch["张伟"]
    zhang.says("/settings")
    await world.settle()
    before = len(zhang.messages)
    zhang.taps_data("rosx", zhang.last_message)
    await world.settle()
    assert len(zhang.messages) == before
    assert [row for row in world.rows(AuditEntry) if row["act"] == "exported"] == []
