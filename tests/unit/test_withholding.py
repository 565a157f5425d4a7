"""Names of people, telephone numbers and bank accounts are left out of all rows. All of them are made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from drawn_documents import FORMATS, Part
from drawn_documents import table as drawn

from ingestion.captions import with_captions
from ingestion.extract import Extraction, extract_document
from ingestion.ledger import Claim, Omission, Unread
from ingestion.private import mask
from ingestion.read import parse_document, read_bytes
from ingestion.submission import Given, Task, take

FORM, FUND, INDICATOR = (
    "raw_self_evaluation",
    "raw_self_evaluation_fund",
    "raw_self_evaluation_indicator",
)
CONTAINERS = ("html", "docx", "xlsx", "txt")
TITLE = "2023年度项目支出绩效自评表"
PRIVATE = ("张三", "李四", "王五", "赵六", "卓玛", "黄药师", "13800000000", "0000000", "622200")


def read(suffix: str, *parts: Part) -> Extraction:
    return extract_document(read_bytes(FORMATS[suffix](parts), name=f"form.{suffix}"))


def leaks(extraction: Extraction) -> list[str]:
    held = json.dumps(
        [extraction.ledger.tables, [str(entry) for entry in extraction.ledger.cells.values()]],
        ensure_ascii=False,
    )
    return [private for private in PRIVATE if private in held]


def form(*behind: str, header: str = "主管部门|某区城管局|<|实施单位|某区养护所|<", reason: str = "") -> Part:
    return drawn(
        "项目名称|道路整修|<|<|<|<",
        header,
        "项目资金(万元)|年初预算数|全年预算数|全年执行数|分值|得分",
        "年度资金总额|10|12|11|10|9.17",
        "一级指标|三级指标|年度指标值|实际完成值|分值|偏差原因分析及改进措施",
        f"产出指标|整修道路|≥8条|7条|90|{reason}",
        *behind,
    )


@pytest.mark.parametrize(
    ("printed", "masked"),
    [
        ("联系电话：010-00000000转12，已办结", "联系电话：〔电话略〕，已办结"),
        ("请拨打 138-0000-0000 或 (010)0000000", "请拨打 〔电话略〕 或 〔电话略〕"),
        ("制表：张三", "制表：〔姓名略〕"),
        (
            "单位负责人（签字）：张三财务负责人：李四填表日期：2024年1月5日",
            "单位负责人（签字）：〔姓名略〕财务负责人：〔姓名略〕填表日期：2024年1月5日",
        ),
        ("分管领导：张 三  复核：李四", "分管领导：〔姓名略〕  复核：〔姓名略〕"),
        ("负责人：阿不都·买买提", "负责人：〔姓名略〕"),
        ("某区房管中心黄药师13800000000", "某区房管中心〔姓名略〕〔电话略〕"),
        ("某局（卓玛 13800000000）", "某局（〔姓名略〕 〔电话略〕）"),
        ("有问题请联系张三，13800000000。", "有问题请联系〔姓名略〕，〔电话略〕。"),
        ("值班热线13800000000", "值班热线〔电话略〕"),
        ("项目负责人：某局张三", "项目负责人：某局〔姓名略〕"),
        ("科长：张三  会计：李四", "科长：〔姓名略〕  会计：〔姓名略〕"),
        ("财务科长：张三办公电话010-00000000", "财务科长：〔姓名略〕办公电话〔电话略〕"),
        ("填报人员：张三（组长）、李四，王五", "填报人员：〔姓名略〕（组长）、〔姓名略〕，〔姓名略〕"),
        ("主要是退休干部张三病故，由其子李四领取。", "主要是退休干部〔姓名略〕病故，由其子〔姓名略〕领取。"),
        ("本表由张三填制", "本表由〔姓名略〕填制"),
        ("张三、李四等2人抚恤金", "〔姓名略〕、〔姓名略〕等2人抚恤金"),
        ("身份证号：110101900101123", "身份证号：〔证件号略〕"),
        ("身份证（后附）000000190001010000", "身份证（后附）〔证件号略〕"),
        ("（11010119000101009X）", "（〔证件号略〕）"),
        ("姓名及身份证号：张三 110101900101123", "姓名及身份证号：〔姓名略〕 〔证件号略〕"),
        ("微信：wx_zhangsan；QQ：0000000", "微信：〔网号略〕；QQ：〔网号略〕"),
        ("意见寄zhangsan@example.org", "意见寄〔网号略〕"),
        ("开户行：某银行某支行，账号：6222000000000000000", "开户行：〔账号略〕，账号：〔账号略〕"),
    ],
)
def test_a_text_keeps_all_but_the_names_and_numbers(printed: str, masked: str) -> None:
    assert mask(printed) == masked


@pytest.mark.parametrize(
    "printed",
    [
        "共支出13900000000元",
        "预算13,900,000,000.00元",
        "资金13800000000.00",
        "项目编码13800000000123456",
        "编号：13800000000",
        "电话费10000000元",
        "合同2023-0512-1234567",
        "某发〔2023〕12号，2022年至2023年",
        "审核：严格按照制度执行",
        "负责人：由各科室负责人担任",
        "项目负责人培训",
        "财政局/安监站",
        "某市中小学联系点12个",
        "项目编码110101190001010010",
        "项目编码110101202313990011",
        "身份证办理12000件",
        "微信公众号推送120条",
        "组长：高度重视",
        "受益人：100人",
        "服务人员：农民工",
        "职工陆续退休",
        "由各科室填报",
        "党员等20人",
    ],
)
def test_figures_codes_and_sentences_stay(printed: str) -> None:
    assert mask(printed) == printed


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_a_telephone_in_a_reason_is_masked_in_its_place(suffix: str) -> None:
    extraction = read(suffix, TITLE, form(reason="雨季停工5天，联系电话：010-00000000，已改期"))
    (row,) = extraction.ledger.tables[INDICATOR]
    assert row["deviation_reason"] == "雨季停工5天，联系电话：〔电话略〕，已改期"


@pytest.mark.parametrize(
    "unit",
    [
        "某区养护所 黄药师 13800000000",
        "某区养护所（联系人：张三）",
        "某区养护所（卓玛 13800000000）",
        "某区养护所/卓玛",
        "某区养护所 联系人：李四 010-00000000",
        "某区养护所 张三",
        "某区养护所（张三）",
    ],
)
@pytest.mark.parametrize("suffix", CONTAINERS)
def test_of_a_unit_and_a_person_the_unit_is_kept(suffix: str, unit: str) -> None:
    extraction = read(suffix, TITLE, form(header=f"主管部门|某区城管局|<|实施单位|{unit}|<"))
    (row,) = extraction.ledger.tables[FORM]
    assert row["implementing_unit"] == "某区养护所"
    assert leaks(extraction) == []


@pytest.mark.parametrize(
    "behind",
    [
        ("填表人：张三|联系电话：010-00000000|<|<|<|<",),
        ("填表人|张三|联系电话|010-00000000|<|<",),
        ("单位负责人（签字）：|张三|财务负责人|李四|制表|王五",),
        ("单位负责人（签字）|<|财务负责人|<|制表|<", "张三|<|李四|<|王五|<"),
        ("联系人及电话：|张三 13800000000|<|<|<|<",),
        ("负责人：张三|经办人：李四|复核：王五|审核：赵六|<|<",),
        (
            "评价人员|姓名|职务/职称|单位|签字|",
            "^|张三|科长|某区审计局|张三|",
            "^|卓玛|会计|某区财政局|卓玛|",
        ),
        ("评价组成员|张三|李四|王五|<|<",),
        ("专家组|姓名|单位|联系电话|<|<", "^|张三|某区审计局|13800000000|<|<"),
        ("开户行|某银行某支行|账号|6222000000000000000|<|<",),
    ],
)
@pytest.mark.parametrize("suffix", CONTAINERS)
def test_who_signs_or_evaluates_is_withheld_and_all_figures_stay(
    suffix: str, behind: tuple[str, ...]
) -> None:
    extraction = read(suffix, TITLE, form("总分|<|<|<|100|", *behind))
    assert leaks(extraction) == []
    (fund,) = extraction.ledger.tables[FUND]
    assert (fund["initial_budget"], fund["annual_budget"], fund["executed"]) == ("10", "12", "11")
    (row,) = extraction.ledger.tables[INDICATOR]
    assert (row["target"], row["actual"], row["weight"]) == ("≥8条", "7条", "90")
    assert extraction.ledger.tables[FORM][0]["total_weight"] == "100"
    held = json.dumps(extraction.ledger.tables, ensure_ascii=False)
    assert all(unit in held for unit in ("某区审计局", "某区财政局") if any(unit in row for row in behind))


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_every_cell_is_in_a_row_or_left_out_by_name_or_unread(suffix: str) -> None:
    parts = (
        TITLE,
        form("填表人|张三|联系电话|13800000000|<|<", "专家组|姓名|单位|<|<|<", "^|李四|某局|<|<|<"),
    )
    document = read_bytes(FORMATS[suffix](parts), name=f"form.{suffix}")
    ledger = extract_document(document).ledger
    entries = [
        ledger.cells.get((cell.line, cell.column))
        for line in with_captions(document).lines
        for cell in line.filled
    ]
    assert all(isinstance(entry, Claim | Omission | Unread) for entry in entries)
    reasons = [entry.reason for entry in entries if isinstance(entry, Omission)]
    assert (reasons.count("person"), reasons.count("telephone")) == (2, 1)


def test_an_amount_of_eleven_digits_is_no_telephone() -> None:
    lines = [
        TITLE,
        "项目名称\t道路整修",
        "项目资金(元)\t年初预算数\t全年预算数\t全年执行数",
        "年度资金总额\t13800000000\t13900000000\t13800000001",
    ]
    extraction = extract_document(read_bytes("\n".join(lines).encode(), name="form.txt"))
    (fund,) = extraction.ledger.tables[FUND]
    assert (fund["initial_budget"], fund["annual_budget"]) == ("13800000000", "13900000000")


def test_a_refusal_quotes_no_name_and_no_number(tmp_path: Path) -> None:
    source = tmp_path / "odd.txt"
    source.write_text("绩效评价\n联系人\t张三\t13800000000\n甲\t李四13800000000\n", encoding="utf-8")
    refused = str(take(Task(source, tmp_path / "out", Given())))
    assert not any(private in refused for private in PRIVATE)


@pytest.mark.parametrize(
    ("printed", "read_as"),
    [
        (
            "项目名称|项目负责人|年初预算数|得分\n道路|张三|13800000000|98",
            "项目名称|项目负责人|年初预算数|得分\n道路|〔姓名略〕|13800000000|98",
        ),
        (
            "项目名称|联系人及电话|金额(万元)\n道路|张三 13800000000|12",
            "项目名称|联系人及电话|金额(万元)\n道路|〔姓名略〕〔电话略〕|12",
        ),
        (
            "质量指标|培训企业负责人|≥100人|120人|10\n效益指标|联系人|明显|明显|10",
            "质量指标|培训企业负责人|≥100人|120人|10\n效益指标|联系人|明显|明显|10",
        ),
        (
            "项目负责人||联系电话|\n主管部门|某局|实施单位|某所\n资金总额|8000000|9000000",
            "项目负责人||联系电话|\n主管部门|某局|实施单位|某所\n资金总额|8000000|9000000",
        ),
        ("责任人|某某科|负责人|市教育局", "责任人|某某科|负责人|市教育局"),
        (
            "项目经办人|张三|项目组长|李四|包抓领导|王五|填报科室及人员|赵六",
            "项目经办人|〔姓名略〕|项目组长|〔姓名略〕|包抓领导|〔姓名略〕|填报科室及人员|〔姓名略〕",
        ),
        (
            "数量指标|服务人员|100|120|10\n效益指标|受益人|农民|农民\n质量指标|培训会计|合格|合格",
            "数量指标|服务人员|100|120|10\n效益指标|受益人|农民|农民\n质量指标|培训会计|合格|合格",
        ),
        ("科长|会计\n张三|李四", "科长|会计\n〔姓名略〕|〔姓名略〕"),
        ("办公室|010-000 00000", "办公室|〔电话略〕"),
        ("QQ/邮箱|zhangsan@example.org|微信|wx_zhangsan", "QQ/邮箱|〔网号略〕|微信|〔网号略〕"),
        ("微信|12000|13000", "微信|12000|13000"),
        ("身份证号|110101900101123", "身份证号|〔证件号略〕"),
        ("张三|13800000000", "〔姓名略〕|〔电话略〕"),
        ("1|张三|副主任|13800000000", "1|〔姓名略〕|副主任|〔电话略〕"),
        ("张三|13800000000|李四|13800000001", "〔姓名略〕|〔电话略〕|〔姓名略〕|〔电话略〕"),
        ("审计员：张三|13800000000", "审计员：〔姓名略〕|〔电话略〕"),
        ("劳务费|13800000000", "劳务费|13800000000"),
        ("商业|13800000000", "商业|13800000000"),
        ("张三|13800000000|12", "张三|13800000000|12"),
        ("分管领导\n张三\n财务负责人\n李四", "分管领导\n〔姓名略〕\n财务负责人\n〔姓名略〕"),
    ],
)
def test_figures_and_organizations_around_labels_of_persons_stay(printed: str, read_as: str) -> None:
    document = parse_document(printed.replace("|", "\t"), name="form.txt", sha256="0" * 64)
    lines = ["|".join(cell.text for cell in line.cells) or line.text for line in document.lines]
    assert lines == read_as.split("\n")


def test_a_pair_behind_a_telephone_number_is_no_part_of_it() -> None:
    document = read_bytes(FORMATS["xlsx"]((drawn("联系电话|01000000000|帮扶村组|三月启用5号"),)), "a.xlsx")
    assert [cell.text for cell in document.lines[0].filled] == [
        "联系电话",
        "〔电话略〕",
        "帮扶村组",
        "三月启用5号",
    ]
