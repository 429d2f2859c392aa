"""The outstanding as their secretary sees them."""

from datetime import UTC, datetime

from domain.ids import MembershipId, PersonId, TopicId, UnitId
from domain.outstanding import Outstanding, Reminded, Waited
from messages import outstanding
from messages.speech import speaking

CLOSES = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)


def seen(*people: tuple[str, str | None]) -> Outstanding:
    waited = tuple(
        Waited(MembershipId(n), PersonId(n), name, group) for n, (name, group) in enumerate(people, 1)
    )
    return Outstanding(
        TopicId(1), UnitId(2), "学习", "第一党支部", CLOSES, "Asia/Shanghai", waited, 2, 0, 6, open=True
    )


def buttons(facts: Outstanding, page: int = 0) -> list[list[str]]:
    with speaking("zh"):
        shown = outstanding.screen(facts, page).keyboard
    assert shown is not None
    rows = shown.model_dump()["inline_keyboard"]
    return [[button["text"] for button in row] for row in rows]


def test_namesakes_are_told_apart_by_group_and_number() -> None:
    facts = seen(("张伟", "第一党小组"), ("李强", None), ("张伟", "第二党小组"))
    with speaking("zh"):
        text = outstanding.screen(facts, 0).text.as_kwargs()["text"]
    assert "1. 张伟 (第一党小组)\n2. 李强\n3. 张伟 (第二党小组)" in text
    assert "未打卡 3 人(请假 2 人不计)" in text
    assert [row[0] for row in buttons(facts)[:3]] == ["提醒 张伟 1", "提醒 李强", "提醒 张伟 3"]


def test_many_are_paged_and_a_page_too_far_is_the_last() -> None:
    facts = seen(*((f"党员{n}", None) for n in range(14)))
    assert buttons(facts, 0)[-2] == ["▸"]
    assert buttons(facts, 1)[-2] == ["◂", "▸"]
    assert buttons(facts, 99) == buttons(facts, 2)


def test_what_the_secretary_hears_after_reminding() -> None:
    with speaking("zh"):
        said = outstanding.reminded(Reminded(4, ("张伟", "李强"), 0))
    assert said == "已提醒4人;2人私聊不可达,请当面告知:张伟、李强。"
