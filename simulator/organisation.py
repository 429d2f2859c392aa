"""The organisation of the story: a committee, three branches, eleven people, as an office lists them."""

import io

import xlsxwriter

COMMITTEE = "区直机关工委/发改委机关党委"
FIRST, SECOND, THIRD = "第一党支部", "第二党支部", "第三党支部"

TITLE = "发改委机关党委党员名册"
HEADER = ("序号", "组织", "姓名", "党内职务", "身份", "入党日期", "免考勤", "联系电话")

PEOPLE = (
    (COMMITTEE, "何平", "联络员", "正式", "2008.6", ""),
    (f"{COMMITTEE}/{FIRST}", "王芳", "书记", "正式", "2009年7月1日", ""),
    (f"{COMMITTEE}/{FIRST}", "李强", "", "正式", "2015-06-18", ""),
    (f"{COMMITTEE}/{FIRST}", "张伟", "", "预备", "2026-03-20", ""),
    (f"{COMMITTEE}/{FIRST}", "刘洋", "", "正式", "2018-11-02", ""),
    (f"{COMMITTEE}/{FIRST}", "陈静", "", "正式", "1979-05-04", "年老体弱"),
    (f"{COMMITTEE}/{SECOND}", "赵敏", "书记", "正式", "2011-07-01", ""),
    (f"{COMMITTEE}/{SECOND}", "孙浩", "", "正式", "2019-12-09", ""),
    (f"{COMMITTEE}/{SECOND}", "Anna·Lindqvist", "", "正式", "2020-10-15", ""),
    (f"{COMMITTEE}/{THIRD}", "周涛", "书记", "正式", "2006-07-01", ""),
    (f"{COMMITTEE}/{THIRD}", "吴婷", "", "正式", "2017-04-23", ""),
)


def roster() -> bytes:
    """The office's own sheet, title row, running numbers, telephone column and all."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        sheet.merge_range(0, 0, 0, len(HEADER) - 1, TITLE)
        sheet.write_row(1, 0, HEADER)
        for number, person in enumerate(PEOPLE, 1):
            sheet.write_row(1 + number, 0, (str(number), *person, "见人事处"))
        sheet.write_row(2 + len(PEOPLE), 0, ("合计", "", f"{len(PEOPLE)}人"))
    return file.getvalue()
