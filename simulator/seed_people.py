"""Who belongs to the sample organisation: two departments, five branches, sixty people, all invented."""

from dataclasses import dataclass

from domain.people import Standing
from domain.roles import Role

COMMITTEE = "江湾区直属机关党委"
PLANNING, SERVICES = "规划建设局党总支", "便民服务局党总支"
DRAWING, ARCHIVE, SURVEY = "规划党支部", "档案党支部", "测绘党支部"
COUNTER, RETIRED = "窗口党支部", "离退休党支部"

AGED = "年老体弱"


@dataclass(frozen=True)
class Row:
    """One row of the roster. `linked` people hold a client and have opened the bot."""

    name: str
    role: Role | None = None
    group: str | None = None
    standing: Standing = Standing.FULL
    exempt: str | None = None
    linked: bool = True
    language: str = "zh"


@dataclass(frozen=True)
class Branch:
    """A branch with its people; `keenness` is how many in a hundred check in of a week."""

    name: str
    department: str
    keenness: int
    rows: tuple[Row, ...]


FIRST, SECOND = "第一党小组", "第二党小组"
COORDINATOR, ADMINISTRATOR = "沈若谷", "顾一鸣"
LEADER, SECRETARY, MEMBER, FOREIGNER, NEWCOMER = "赵岚", "陈思源", "李澄", "Anna·Lind", "周航"

BRANCHES = (
    Branch(
        DRAWING,
        PLANNING,
        82,
        (
            Row(SECRETARY, Role.SECRETARY),
            Row("马致远", Role.DEPUTY, SECOND),
            Row("唐小雨", Role.ORGANISATION, SECOND),
            Row(LEADER, Role.GROUP_LEADER, FIRST),
            Row("汪子衡", Role.GROUP_LEADER, SECOND),
            Row(MEMBER, group=FIRST),
            Row("何雨桐", group=FIRST),
            Row("邱立群", group=FIRST),
            Row("薛文静", group=SECOND),
            Row("丁一凡", group=SECOND),
            Row("孟晓光", group=SECOND),
            Row(NEWCOMER, group=FIRST, linked=False),
            Row("郑老根", group=SECOND, exempt=AGED, linked=False),
            Row("叶青青", group=FIRST, standing=Standing.APPLICANT),
        ),
    ),
    Branch(
        ARCHIVE,
        PLANNING,
        74,
        (
            Row("方素芬", Role.SECRETARY),
            Row("罗建平", Role.DEPUTY),
            Row("宋书言", Role.PUBLICITY),
            Row(ADMINISTRATOR),
            Row("石明哲"),
            Row("谭静怡"),
            Row("廖承远"),
            Row("贺春生"),
            Row("姚敏"),
            Row("康乐", linked=False),
        ),
    ),
    Branch(
        SURVEY,
        PLANNING,
        66,
        (
            Row("韩立峰", Role.SECRETARY),
            Row("曹雪晴", Role.DEPUTY),
            Row(COORDINATOR),
            Row("龚长河"),
            Row("白松"),
            Row("文斌"),
            Row("黎小满"),
            Row("尹航程"),
            Row("万里"),
            Row("钟声远"),
            Row("傅晓", standing=Standing.PROBATIONARY),
            Row("路平安", linked=False),
        ),
    ),
    Branch(
        COUNTER,
        SERVICES,
        78,
        (
            Row("林月华", Role.SECRETARY),
            Row("崔浩然", Role.DEPUTY),
            Row("江小北", Role.PUBLICITY),
            Row(FOREIGNER, language="en"),
            Row("金玉成"),
            Row("任飞燕"),
            Row("杜仲"),
            Row("卢卫东"),
            Row("田甜"),
            Row("范思齐"),
            Row("牛大力"),
            Row("温如玉", standing=Standing.PROBATIONARY),
            Row("施雨", standing=Standing.APPLICANT),
        ),
    ),
    Branch(
        RETIRED,
        SERVICES,
        45,
        (
            Row("秦守诚", Role.SECRETARY),
            Row("杨桂兰", Role.DEPUTY),
            Row("徐福生"),
            Row("高志强"),
            Row("苏秀英"),
            Row("余德水", linked=False),
            Row("潘玉珍", linked=False),
            Row("袁根宝", exempt=AGED, linked=False),
            Row("董凤仙", exempt=AGED, linked=False),
            Row("蒋厚德", exempt=AGED, linked=False),
            Row("夏荷"),
        ),
    ),
)
