"""Names of people and what leads to them (telephones, bank accounts, identity cards, e-mail), withheld first of all.

Every reader's lines pass `withhold`, and every text about a document that isn't made of them passes `mask`: what
is masked here can stand in no raw row, no unread cell, no report and no message. A mask keeps the place of what it
stands for, so a cell stays filled and the figures and organizations beside it stay. The labels that ask for what is
withheld are rows of `header_synonym.csv`; a label in no row that ends in a role (包抓领导) asks for a surname.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import cycle
from operator import or_

from ingestion.document import Cell, Document, Line, squeeze
from ingestion.reference import remembered
from ingestion.synonyms import every_label, match, synonyms
from ingestion.vocabulary import canonical, is_dash, is_number, mend

PERSON, SIGNED, TELEPHONE, ACCOUNT, IDENTITY, CONTACT = "姓名", "签字", "电话", "账号", "证件号", "网号"
"""What a label asks for; a step that is signed (审核) can be described as well, so it asks for a surname."""

_MASKS = {
    PERSON: "〔姓名略〕",
    SIGNED: "〔姓名略〕",
    TELEPHONE: "〔电话略〕",
    ACCOUNT: "〔账号略〕",
    IDENTITY: "〔证件号略〕",
    CONTACT: "〔网号略〕",
}
_HEADER_KINDS = {"项目负责人": PERSON, "联系电话": TELEPHONE}
_REASONS = {
    "〔姓名略〕": "person",
    "〔电话略〕": "telephone",
    "〔账号略〕": "bank_account",
    "〔证件号略〕": "identity_card",
    "〔网号略〕": "contact",
}
_MASK = "〔(?:姓名|电话|账号|证件号|网号)略〕"
_ONLY_MASKS = re.compile(rf"[（(]?(?:{_MASK}[、,，;；/／\s()（）：:转-]*)+")

# What adjoins the digits of an amount or a code, never those of a telephone number.
_BEFORE = r"(?<![0-9A-Za-z_#-])(?<![0-9][.])"
_BRACKET = r"(?:[(（][^()（）：:]{1,12}[)）])?"
_UNITS = "[元万亿千百个件条户项台套吨米亩册份页辆株头只次%％‰]|平方|公[里斤顷亩]|人(?!民)"
_BEHIND = rf"(?![0-9A-Za-z_]|[.．,，][0-9]|-[0-9]|{_UNITS})"
_CODE_BEFORE = re.compile(r"(?:编码|编号|代码|文号|证号|合同号|项目号)[：:为是]?\s*$")
_DASH = "[-—–‐－﹣]"
_EXTENSION = rf"(?:(?:转|{_DASH})[0-9]{{1,6}})?"
_MOBILE = rf"(?:[+＋]?86{_DASH}?)?1[3-9][0-9](?:[0-9]{{8}}|[- ][0-9]{{4}}[- ][0-9]{{4}}|{_DASH}[0-9]{{4}}{_DASH}[0-9]{{4}})"
_LANDLINE = (
    rf"(?:(?:[+＋]?86{_DASH})?0[0-9]{{2,3}}(?:{_DASH}| ){{1,2}}|[(（]0[0-9]{{2,3}}[)）]{_DASH}?)[0-9]{{7,8}}"
)
_MOBILE_ALONE = re.compile(_MOBILE)
_HOTLINE = rf"[48]00{_DASH}[0-9]{{3,4}}{_DASH}[0-9]{{3,4}}"
_TELEPHONE = re.compile(rf"{_BEFORE}(?:{_LANDLINE}|{_MOBILE}|{_HOTLINE}){_EXTENSION}{_BEHIND}")
_LABELLED_TELEPHONE = re.compile(
    rf"(?:电话|手机|联系方式|传真|座机)(?:号码?)?(?:[(（][^()（）]{{0,6}}[)）])?[：:为是]?\s*"
    rf"(?P<number>(?:[(（]?[0-9][0-9()（）、/;；,， -]*|转|{_DASH}){{1,9}}(?<=[0-9])){_BEHIND}"
)
_SIGNS = r"0-9+＋()（）、,，;；/／\s转—–‐－﹣-"
_DIGITS_ALONE = re.compile(f"[{_SIGNS}]*[0-9][{_SIGNS}]*")
_LABELLED_ACCOUNT = re.compile(
    r"(?:开户银?行(?:名称)?|(?:银行)?[账帐][号户])(?:及[账帐]号)?[：:]\s*(?P<account>[^，。；;,\s]+?)(?=$|[，。；;,\s]|[账帐]号|户名|开户)"
)
_LEAST_DIGITS = 7
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z_-])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z_])"
)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_SHAPE = r"[0-9](?: ?[0-9*＊×]){13,16}(?: ?[0-9Xx])?(?![0-9A-Za-z])"
_LABELLED_IDENTITY = re.compile(
    rf"身份证件?(?:号码?)?{_BRACKET}\s*[：:为是]?\s*(?:[一-龥·]{{2,4}}[\s,，、]*)?(?P<number>{_IDENTITY_SHAPE})"
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+[@＠][A-Za-z0-9-]+(?:[.．][A-Za-z0-9-]+)+")
_LABELLED_CONTACT = re.compile(
    rf"(?:微信(?:号码?|[：:])|(?i:qq)群?(?:号码?)?[：:]?|邮箱[：:])[：:]?\s*(?P<contact>[A-Za-z0-9_-]{{5,30}}){_BEHIND}"
)

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍"
    "庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲"
    "房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟臧闵苟邬边卞姬师仇栾隋商刁"
    "沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝郜海阚花权"
    "帅屠豆朴盖练廉禹祖漆巴丰卿狄索宣晋云容敬扈晁芮普阙浦戈伏鹿薄邸雍辜羊阿乌裘"
)
_DOUBLE_SURNAMES = re.compile(
    "欧阳|上官|皇甫|司徒|司马|诸葛|东方|尉迟|公孙|慕容|令狐|夏侯|端木|南宫|长孙|宇文|闻人|澹台"
)
_WORDS = re.compile(
    "定性|定量|优秀|良好|合格|及时|达标|完成|显著|提升|高中|高新|高效|高度|高质|高标|高级|党校|党政|党委|党群|党建|安全|安排|安监|安置|"
    "全部|全面|全年|全程|全额|全体|时间|时效|成效|成本|成员|成果|成立|明显|明确|满意|"
    "方案|方式|方法|方面|管理|管护|管委|管控|金额|金融|水利|水务|水电|水质|农业|农村|"
    "农林|文化|文明|文件|文旅|卫生|卫健|经费|经济|计划|计量|计财|单位|单价|单独|相关|"
    "相应|常规|常态|常年|常务|应急|应当|和谐|平均|平安|平台|车辆|路面|路灯|石油|关于|"
    "关注|国家|国有|国土|国资|公安|公司|支出|支付|支持|权益|商务|宣传|来源|容量|强化|"
    "花费|原因|原则|南区|海洋|区级|初审|初步|门诊|云南|连续|边境|路段|解决|游客|项目|"
    "房屋|房管|华侨|包括|包含|尚未|向上|于年|余额|毕业|兰州|成都|武汉|江苏|安徽|宁夏|"
    "万元|甘肃|贵州|司法|司机|查询|师范|康复|温度|简要|班子|储备|索引|普通|普及|都已|"
    "都市|晋升|师资|全市|全县|全区|全省|全镇|全乡|古树|吉林|向社|常用|古城|任务|任何|"
    "施工|施行|何时|马上|程序|程度|章程|钟楼|白天|左右|易地|关键|严格|严重|严肃|周边|"
    "周期|周转|范围|向阳|史料|阳光|时限|时段|荣誉|明细|明年|官方|封闭|池塘|原始|海关|"
    "权限|强制|盖章|练习|丰富|平衡|平时|宣讲|相对|初中|初级|门面|来访|都能|"
    "农民|农户|农牧|党员|武警|门卫|劳务|劳动|高龄|任期|陆续|车祸|安葬|.{1,2}[费税款额]$"
)
_TELEPHONE_WORDS = re.compile(
    "电话|热线|值班|咨询|监督|举报|传真|手机|号码|座机|联系|拨打|致电|方式|服务|投诉|查询|平台|客服|电$"
)
_TITLES = "局长|副局长|科长|副科长|处长|副处长|主任|副主任|书记|副书记|镇长|乡长|区长|县长|市长|站长|所长|院长|校长|园长|会计|出纳|经理|同志|教授|工程师|会计师"
_SIGNERS = rf"组长|组员|领导|出纳|监理|主管|股长|队长|{_TITLES.replace('同志|', '')}"
_ROLE = re.compile(rf"[一-龥、/和及]{{0,10}}(?:人|员|{_SIGNERS})")
"""A label of a person that is in no table of wordings; 受益人 and 服务人员 are of the same shape."""

_ROLE_IN_TEXT = rf"(?:人员?|员)(?={_BRACKET}\s*[：:])|(?:{_SIGNERS})(?={_BRACKET}(?:\s*[：:]|\s))"
_FATE = "同志|先生|女士|去世|病故|死亡|逝世|病逝|亡故|领取|退休|因病|因公|生前|填制|填报|填表|制表|编制"
_IN_NARRATIVE = re.compile(
    rf"(?P<whose>由|干部|职工|教师|民警|人员|家属|遗属|儿子|女儿|配偶|其[子女妻夫父母])(?P<name>[一-龥]{{2,3}})(?={_FATE})"
)
_BODY = (
    "委员会|办公室|办事处|管委会|居委会|村委会|幼儿园|事务所|基金会|联合会|研究会|促进会|电视台|合作社|检察院|财政局|"
    "人民政府|局|厅|委|办|院|校|中学|小学|大学|中心|站|所|队|部|处|科|股|室|馆|街道|政府|镇|乡|村|社区|公司|集团|协会|学会|商会|"
    "工会|妇联|残联|文联|工商联|银行|支行|分行|园区|区|县|市|省|库|厂|农场|林场|小组|组|会|党|台|团|园|社|机关|本级|单位|部门|州|旗|学"
)
_ORGANIZATION = re.compile(rf".+(?:{_BODY})(?:[(（][^()（）]*[)）])?")
_NAME_BEHIND_BODY = re.compile(rf"(?P<body>.*[一-龥](?:{_BODY}))(?P<name>[一-龥]{{2,4}})")
# A name can end like a body: 王红旗. A word of so few characters that begins with a surname is one.
_ENDS_LIKE_A_BODY = re.compile("[学州旗会党台团园]$")
_TRANSCRIBED = re.compile("[一-龥]{1,8}(?:[·•・‧∙.．][一-龥]{1,8})+")
_PARTED_NAME = re.compile(r"(?<![一-龥])([一-龥]) +([一-龥])(?![一-龥])")
_TOKEN = re.compile(rf"{_MASK}|[^、,，;；/／\s()（）：:+]+")
_LONGEST_PERSON = 20
_LONGEST_NAME = 4
_LONGEST_UNIT = 60
_BEHIND_SLASH = re.compile(
    rf"(?P<body>[一-龥](?:{_BODY}))(?P<between>[/／])(?P<name>[一-龥·]{{2,8}})(?=$|[\s，。；、(（〔])"
)
_BEHIND_UNIT = re.compile(_BEHIND_SLASH.pattern.replace("[/／]", r"[/／]|\s+"))
_IN_BRACKETS = re.compile(rf"(?P<body>[一-龥](?:{_BODY}))[(（](?P<name>[一-龥·]{{2,8}})[)）]")
_BEFORE_TELEPHONE = re.compile(
    rf"(?P<run>[一-龥·][一-龥· ]*[一-龥])(?P<between>[\s,，、：:/\\(（]*)(?={_MASKS[TELEPHONE]})"
)
_NAME_ENDS = re.compile(r"$|[\s，。；、,;.()（）0-9〔]|.{2,10}[：:]")
"""What stands behind a name: of a sentence that goes on (负责人：由各科室负责人担任) the words are none."""

_LISTED = re.compile(
    rf"(?P<before>{_MASKS[PERSON]}{_BRACKET}\s*[、,，;；/／]\s*)(?P<name>[一-龥·]{{2,8}})(?=$|[\s、,，;；/／。(（〔])"
)
_COUNT = "[0-9一二两三四五六七八九十]"
_COUNTED = re.compile(
    rf"(?<![一-龥])(?:[一-龥]{{2,3}}(?:、[一-龥]{{2,3}})+|[一-龥]{{3}})(?=等{_COUNT}+[人名])"
)
_NUMBER_BEHIND_NAME = re.compile(rf"({_MASKS[PERSON]}[\s（(、,，/]*)[0-9]{{7,8}}{_BEHIND}")


@dataclass(frozen=True)
class _Open:
    """A column below a label: what it asks for, and whether all that stands in it is that."""

    kind: str
    is_sure: bool


def withhold(document: Document) -> Document:
    """Return a document with its names of people, telephone numbers and bank accounts masked.

    A value is known by the label before or above it, or by its shape; figures and organizations beside it stay.
    """
    lines: list[Line] = []
    columns: dict[int, _Open] = {}
    is_person = False
    for line in document.lines:
        if line.is_row:
            is_person = False
            lines.append(_row(line, columns))
            continue
        if not line.text:
            lines.append(line)
            continue
        columns.clear()
        text = _MASKS[PERSON] if is_person and _is_name(line.text) else mask(line.text)
        is_person = kind_of(line.text) in {PERSON, SIGNED}
        lines.append(replace(line, text=text) if text != line.text else line)
    return replace(document, lines=tuple(lines), warnings=tuple(map(mask, document.warnings)))


def reason_of(text: str) -> str | None:
    """Return the reason of omission of a text that is masks alone, or None."""
    if "〔" not in text or not _ONLY_MASKS.fullmatch(text):
        return None
    return next(reason for shown, reason in _REASONS.items() if shown in text)


def mask(text: str) -> str:
    """Return a text with what is withheld masked in its place: telephone numbers, and names by their labels."""
    if not _may_hold(text):
        return text
    masked = _LABELLED_ACCOUNT.sub(lambda found: _instead(found, "account", ACCOUNT), text)
    masked = _LABELLED_IDENTITY.sub(lambda found: _instead(found, "number", IDENTITY), masked)
    masked = _IDENTITY.sub(_identity, masked)
    masked = _MAIL.sub(_MASKS[CONTACT], masked)
    masked = _LABELLED_CONTACT.sub(lambda found: _instead(found, "contact", CONTACT), masked)
    masked = _TELEPHONE.sub(_telephone, masked)
    masked = _LABELLED_TELEPHONE.sub(_labelled_telephone, masked)
    masked = _BEFORE_TELEPHONE.sub(_name_before_telephone, masked)
    masked = _labelled().sub(_labelled_name, masked)
    masked = _IN_NARRATIVE.sub(lambda found: _named(found, found["whose"]), masked)
    masked = _COUNTED.sub(_counted, masked)
    while (longer := _LISTED.sub(lambda found: _named(found, found["before"]), masked)) != masked:
        masked = longer
    masked = _NUMBER_BEHIND_NAME.sub(rf"\g<1>{_MASKS[TELEPHONE]}", masked)
    if len(text) <= _LONGEST_UNIT:
        masked = _BEHIND_SLASH.sub(_name_behind_unit, masked)
    return masked


@remembered
def _may_hold_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"[0-9]{{4}}|电话|手机|联系方式|传真|座机|{'|'.join(map(re.escape, _labels_in_text()))}|[/／][一-龥]|[账帐][号户]|开户|{_DASH}[0-9]{{7}}|[@＠]|微信|[Qq]{{2}}|{_ROLE_IN_TEXT}|{_FATE}|等{_COUNT}"
    )


def _may_hold(text: str) -> bool:
    return len(text) > 3 and _may_hold_pattern().search(text) is not None


@remembered
def _labels_in_text() -> tuple[str, ...]:
    """The labels of persons as a text can hold them, longest first."""
    labels = {
        label for label in _whole_labels() if _whole_labels()[label] in {PERSON, SIGNED} and "(" not in label
    }
    return tuple(sorted(labels, key=lambda label: (-len(label), label)))


@remembered
def _whole_labels() -> dict[str, str]:
    header = synonyms("form_header").items()
    known = {text: _HEADER_KINDS[label] for text, label in header if label in _HEADER_KINDS}
    return known | {text: kind for text, kind in synonyms("withheld").items() if kind in _MASKS}


@remembered
def _labelled() -> re.Pattern[str]:
    labels = "|".join(map(re.escape, _labels_in_text()))
    stops = "|".join(
        map(
            re.escape,
            sorted((label for label in every_label() if 2 <= len(label) <= 12), key=len, reverse=True),
        )
    )
    return re.compile(
        rf"(?P<label>{labels}|{_ROLE_IN_TEXT})(?P<remark>{_BRACKET})(?P<colon>\s*[：:]\s*|\s+|)"
        rf"(?P<run>(?!{stops})[一-龥](?:(?!{stops}|{_TITLES}|日期|时间|年月)[一-龥·•、 ])*)(?P<rest>(?=[（(]?))"
    )


def _instead(found: re.Match[str], group: str, kind: str) -> str:
    start, end = found.start(group) - found.start(), found.end(group) - found.start()
    return found[0][:start] + _MASKS[kind] + found[0][end:]


def _identity(found: re.Match[str]) -> str:
    """Mask a number of 18 digits that has the check digit of an identity card; a code of a project has none."""
    number = found[0].upper()
    total = sum(int(digit) * weight for digit, weight in zip(number, _IDENTITY_WEIGHTS, strict=False))
    return _MASKS[IDENTITY] if number[-1] == "10X98765432"[total % 11] else found[0]


def _named(found: re.Match[str], before: str) -> str:
    return before + _MASKS[PERSON] if _is_name(found["name"]) else found[0]


def _counted(found: re.Match[str]) -> str:
    """Mask the names before how many they are: 张三、李四等2人."""
    names = found[0].split("、")
    return "、".join([_MASKS[PERSON]] * len(names)) if all(map(_is_name, names)) else found[0]


def _telephone(found: re.Match[str]) -> str:
    return found[0] if _CODE_BEFORE.search(found.string[: found.start()]) else _MASKS[TELEPHONE]


def _labelled_telephone(found: re.Match[str]) -> str:
    digits = sum(char.isdigit() for char in found["number"])
    is_value = found.end() == len(found.string) and canonical(found[0]).count("：") == 1
    return _instead(found, "number", TELEPHONE) if is_value or digits >= _LEAST_DIGITS else found[0]


def _name_before_telephone(found: re.Match[str]) -> str:
    """Mask the name that stands before a telephone number, behind its unit or alone."""
    run = found["run"]
    head, space, last = run.rpartition(" ")
    if len(last) == 1 and len(head.rpartition(" ")[2]) == 1:
        # A name of two characters is printed as wide as one of three.
        return f"{run[:-3]}{_MASKS[PERSON]}{found['between']}"
    name = _trailing_name(last)
    if not name and 2 <= len(last) <= _LONGEST_NAME and not _is_said(last):
        name = last
    if not name:
        return found[0]
    return f"{head}{space}{last[: -len(name)]}{_MASKS[PERSON]}{found['between']}"


def _trailing_name(text: str) -> str:
    """Return the name of a person that a text ends in, or an empty string."""
    if _TELEPHONE_WORDS.search(text[-2:]) or (_is_organization(text) and not _is_name(text)):
        return ""
    behind = _NAME_BEHIND_BODY.fullmatch(text)
    if behind is not None and not _is_said(behind["name"]):
        return behind["name"]
    tails = [text[-length:] for length in (4, 3, 2) if len(text) >= length]
    return next((tail for tail in tails if _is_name(tail) and not _TELEPHONE_WORDS.search(tail)), "")


def _is_said(text: str) -> bool:
    """Whether a text before a telephone number says what or whose it is."""
    return _is_organization(text) or _is_label(text) or _TELEPHONE_WORDS.search(text) is not None


def _labelled_name(found: re.Match[str]) -> str:
    """Mask the name behind a label of a person in a text."""
    run = found["run"]
    kind = _whole_labels().get(found["label"], SIGNED)
    is_sure = kind == PERSON and "：" in canonical(found["colon"])
    tokens = re.split("([、 ])", run)
    if len(tokens) >= 3 and len(tokens[0]) == 1 and tokens[1] == " " and len(tokens[2]) == 1:
        tokens[:3] = ["".join(tokens[:3])]
    is_whole = found.end() == len(found.string) or found.string[found.end()] not in "：:"
    is_ended = _NAME_ENDS.match(found.string, found.end()) is not None
    masked = []
    for token in tokens:
        plain = token.replace(" ", "")
        if len(plain) < 2:
            masked.append(token)
            # What a space parts from the name can be anything.
            is_sure = is_sure and token != " "
            continue
        behind = _NAME_BEHIND_BODY.fullmatch(plain)
        if _is_name(plain):
            masked.append(_MASKS[PERSON])
        elif is_sure and behind is not None and _is_name(behind["name"]):
            masked.append(behind["body"] + _MASKS[PERSON])
        elif is_sure and _is_short_word(plain) and is_ended:
            masked.append(_MASKS[PERSON])
        elif (
            is_sure
            and token == tokens[0]
            and plain[0] in _SURNAMES
            and not _is_organization(plain)
            and not _WORDS.match(plain)
        ):
            # Where the name ends is not printed; the text behind it may lose a character.
            masked.append(_MASKS[PERSON] + plain[3:])
        else:
            masked.append(token)
            is_sure = False
    is_told = kind == PERSON or bool(found["colon"])
    if "：" not in canonical(found["colon"]) and not (is_told and is_whole and masked[0] == _MASKS[PERSON]):
        return found[0]
    return found["label"] + found["remark"] + found["colon"] + "".join(masked)


def _name_behind_unit(found: re.Match[str]) -> str:
    if not _is_name(found["name"]):
        return found[0]
    return found["body"] + found["between"] + _MASKS[PERSON]


def _is_short_word(text: str) -> bool:
    is_short = 2 <= len(text) <= 4 or bool(_TRANSCRIBED.fullmatch(text))
    return is_short and not _is_organization(text) and not _is_label(text) and not _WORDS.match(text)


def _is_name(text: str) -> bool:
    """Whether a text has the shape of a person's name: a surname and one or two characters, or a transcribed name."""
    if _TRANSCRIBED.fullmatch(text):
        return True
    is_long = 3 <= len(text) <= 4 and _DOUBLE_SURNAMES.match(text) is not None
    is_short = 2 <= len(text) <= 3 and text[0] in _SURNAMES and not _WORDS.match(text)
    return (is_short or is_long) and not _is_organization(text) and not _is_label(text)


def _is_organization(text: str) -> bool:
    if not _ORGANIZATION.fullmatch(text):
        return False
    return not (
        len(text) <= 3 and text[0] in _SURNAMES and not _WORDS.match(text) and _ENDS_LIKE_A_BODY.search(text)
    )


@remembered
def _is_label(text: str) -> bool:
    plain = canonical(text).rstrip("：")
    bare = re.sub(r"\([^()]*\)$", "", plain)
    return plain in every_label() or bare in every_label() or kind_of(text) is not None


def _holds_name(text: str) -> bool:
    """Whether a name stands behind the label in a text that a pattern takes for the label."""
    heads = [label for label in _labels_in_text() if text.startswith(label) and text != label]
    return "：" in text or any(_is_name(text.removeprefix(label)) for label in heads)


@remembered
def kind_of(text: str) -> str | None:
    """Return what a label asks for, if it is withheld: `PERSON`, `SIGNED`, `TELEPHONE` or `ACCOUNT`; else None."""
    plain = canonical(text).lstrip("*★☆※").rstrip("：")
    if not 2 <= len(plain) <= 30:
        return None
    for form in dict.fromkeys((plain, re.sub(r"\([^()]*\)$", "", plain).rstrip("："))):
        if (kind := _whole_labels().get(form)) is not None:
            return kind
        kind = match("withheld", form) or _HEADER_KINDS.get(match("form_header", form) or "")
        if kind in _MASKS and not _holds_name(form):
            return TELEPHONE if "电话" in form else kind
    mended = mend(plain, ("项目负责人", "联系电话", "部门(单位)负责人"))
    return (TELEPHONE if mended == "联系电话" else PERSON) if mended is not None and mended != plain else None


def _row(line: Line, columns: dict[int, _Open]) -> Line:
    filled = line.filled
    kinds = {cell.column: kind_of(cell.text) for cell in filled}
    roles = [_is_role(cell.text) for cell in filled]
    if not (columns or any(roles)) and not any(
        kinds[cell.column] or _may_hold(cell.text) or _is_unit_label(cell.text[:20]) for cell in filled
    ):
        return line
    if _is_person_and_telephone(filled):
        kinds_in_turn = cycle((PERSON, TELEPHONE))
        return _with_texts(
            line, {cell.column: _MASKS[kind] for cell, kind in zip(filled, kinds_in_turn, strict=False)}
        )
    labels = [bool(kinds[cell.column]) or _is_label(cell.text) for cell in filled]
    # A row of an indicator or of money prints numbers: there a label is a name of something to be measured.
    is_calm = not any(is_number(cell.text) and len(cell.text) < _LEAST_DIGITS for cell in filled)
    is_heading = all(labels) and len(filled) >= 3
    kind: str | None = None
    is_exact = is_next = is_unit = is_behind_unit = False
    texts: dict[int, str] = {}
    beside: set[int] = set()
    is_signature = all(map(or_, labels, roles))
    opened = {
        cell.column: _Open(SIGNED, is_sure=False)
        for cell, is_role in zip(filled, roles, strict=True)
        if is_role and is_signature
    }
    for place, cell in enumerate(filled):
        if labels[place]:
            kind = kinds[cell.column]
            is_exact = canonical(cell.text).strip("*★☆※：") in _whole_labels()
            is_next = True
            is_unit = kind is None and _is_unit_label(cell.text)
            is_behind_unit = False
            columns.pop(cell.column, None)
            has_value = place + 1 < len(filled) and not labels[place + 1]
            if kind is not None and not has_value:
                is_sure = is_heading or canonical(cell.text) in {"姓名", "签字", "签名"}
                opened[cell.column] = _Open(kind, is_sure)
            continue
        above = columns.get(cell.column)
        masked = None
        if kind is not None:
            # What follows the value can be a label that no table of wordings knows.
            is_sure = is_next and kind != SIGNED and (is_calm or (is_exact and kind != CONTACT))
            masked = _value(cell, kind, is_sure=is_sure)
            is_next = False
            kind = kind if masked is not None else None
            beside |= {cell.column} if masked is not None else set()
        if masked is None and above is not None:
            masked = _value(cell, above.kind, is_sure=above.is_sure)
            if masked is None:
                del columns[cell.column]
        if masked is None and is_calm and place and roles[place - 1]:
            masked = _value(cell, SIGNED, is_sure=False)
        if masked is None:
            is_beside = is_behind_unit or (place > 0 and filled[place - 1].column in beside)
            masked = _number_alone(cell.text, is_beside=is_calm and is_beside)
        is_behind_unit = is_unit and not is_behind_unit
        if masked is None:
            masked = _unit_value(cell, is_unit=is_unit)
        if masked != cell.text:
            texts[cell.column] = masked
    columns |= opened
    return _with_texts(line, texts) if texts else line


def _number_alone(text: str, *, is_beside: bool) -> str | None:
    """Return a text that is one number, masked where it is a telephone's or a card's; None for another text.

    Args:
        text: The text of a cell.
        is_beside: Whether the cell stands beside a person or behind a unit; a number alone can be an amount of as
            many digits as a telephone number has.
    """
    if not is_number(text):
        # A space inside the printed number hides it from the patterns of a text.
        return _MASKS[TELEPHONE] if _TELEPHONE.fullmatch(text) else None
    return _MASKS[TELEPHONE] if is_beside and _TELEPHONE.fullmatch(text) else _IDENTITY.sub(_identity, text)


def _is_role(text: str) -> bool:
    """Whether a text can be the label of a person though no table of wordings knows it."""
    plain = re.sub(r"\([^()]*\)$", "", canonical(text).rstrip("：")) if len(text) <= _LONGEST_PERSON else ""
    return _ROLE.fullmatch(plain) is not None and not _is_name(plain)


def _is_person_and_telephone(filled: Sequence[Cell]) -> bool:
    """Whether a row is persons and their mobile telephones alone, each number beside its name."""
    names, numbers = filled[::2], filled[1::2]
    return (
        len(names) == len(numbers) > 0
        and all(_MOBILE_ALONE.fullmatch(cell.text) for cell in numbers)
        and all(_is_name(cell.text) for cell in names)
    )


def _with_texts(line: Line, texts: dict[int, str]) -> Line:
    cells = tuple(
        _with_text(cell, texts[cell.column]) if cell.column in texts else cell for cell in line.cells
    )
    return replace(line, cells=cells, text=squeeze("".join(cell.printed for cell in cells)))


def _with_text(cell: Cell, text: str) -> Cell:
    return replace(cell, printed=text, text=squeeze(text), problem="")


@lru_cache(maxsize=4096)
def _is_unit_label(text: str) -> bool:
    return any(word in text for word in ("单位", "部门", "机构", "科室"))


def _spaced(cell: Cell) -> str:
    """The text of a cell with the spaces that part words in it, if it is the printed one."""
    spaced = " ".join(cell.printed.split())
    return spaced if squeeze(spaced) == cell.text else cell.text


def _value(cell: Cell, kind: str, *, is_sure: bool) -> str | None:
    """Return the value of a label that is withheld, masked; None where it is none of what the label asks for."""
    text = cell.text
    if is_dash(text) or len(text) > _LONGEST_UNIT:
        return None
    if kind == ACCOUNT:
        holds = sum(map(str.isdigit, text)) >= _LEAST_DIGITS or re.search(
            "银行|信用社|支行|分行|营业部", text
        )
        return _MASKS[ACCOUNT] if holds else None
    if kind == IDENTITY and re.fullmatch(r"[0-9][0-9*＊×]{5,16}[0-9Xx]", text):
        return _MASKS[IDENTITY]
    if kind == CONTACT and re.fullmatch(r"[A-Za-z0-9_-]{5,30}", text) and (is_sure or not text.isdigit()):
        return _MASKS[CONTACT]
    if _TELEPHONE.fullmatch(text):
        return _MASKS[TELEPHONE]
    if kind in {IDENTITY, CONTACT}:
        return None
    if kind == TELEPHONE and re.fullmatch(rf"{_DIGITS_ALONE.pattern}[Xx]?", text):
        return _MASKS[TELEPHONE] if is_sure or sum(map(str.isdigit, text)) >= _LEAST_DIGITS else None
    if kind == TELEPHONE and is_sure and len(text) <= _LONGEST_NAME:
        # Of what stands where a number belongs (平安办), nobody can tell a person from an office.
        return _MASKS[TELEPHONE]
    spaced = mask(_spaced(cell))
    tokens = spaced.split()
    if not any(_is_organization(token) for token in tokens):
        spaced = squeeze(spaced)
    masked = _TOKEN.sub(lambda token: _token(token[0], is_sure=is_sure), spaced)
    while (shorter := re.sub(rf"({_MASK})\s*\1", r"\1", masked)) != masked:
        masked = shorter
    return squeeze(masked) if squeeze(masked) != text else None


def _token(token: str, *, is_sure: bool) -> str:
    if re.fullmatch(_MASK, token) or _is_label(token):
        return token
    if (parted := re.fullmatch(rf"([^0-9]+)([0-9-]{{{_LEAST_DIGITS},}})", token)) is not None:
        return _token(parted[1], is_sure=is_sure) + _MASKS[TELEPHONE]
    digits = sum(map(str.isdigit, token))
    if digits >= _LEAST_DIGITS and _DIGITS_ALONE.fullmatch(token):
        return _MASKS[TELEPHONE]
    if digits and token[0].isdigit():
        # How many persons, not who.
        return token
    behind = _NAME_BEHIND_BODY.fullmatch(token)
    if behind is not None and _is_name(behind["name"]):
        return behind["body"] + _MASKS[PERSON]
    if _is_name(token):
        return _MASKS[PERSON]
    if not is_sure or _WORDS.match(token) or _is_organization(token) or is_dash(token):
        return token
    if len(token) > _LONGEST_PERSON:
        return token
    return _MASKS[PERSON] if re.search("[一-龥A-Za-z\ufffd]", token) else token


def _unit_value(cell: Cell, *, is_unit: bool) -> str:
    """Return a text masked; a unit's value is the unit alone, without the person behind it."""
    spaced = _spaced(cell)
    masked = mask(spaced)
    if (is_unit or _is_unit_caption(spaced)) and len(spaced) <= _LONGEST_UNIT:
        masked = _BEHIND_UNIT.sub(_person_behind_unit, masked)
        masked = _IN_BRACKETS.sub(_person_in_brackets, masked)
        masked = _unit_alone(masked)
    return squeeze(masked) if masked != spaced else cell.text


def _unit_alone(text: str) -> str:
    if "〔" not in text:
        return text
    text = re.sub(rf"[(（][^()（）]*{_MASK}[^()（）]*[)）]", "", text)
    return _labelled_masks().sub("", text)


@remembered
def _labelled_masks() -> re.Pattern[str]:
    labels = "|".join(map(re.escape, sorted(_whole_labels(), key=len, reverse=True)))
    return re.compile(rf"[\s、,，;；/／]*(?:(?:{labels}){_BRACKET}\s*[：:]?)?\s*{_MASK}")


def _is_unit_caption(text: str) -> bool:
    head, colon, _ = canonical(text).partition("：")
    return bool(colon) and len(head) <= _LONGEST_PERSON and _is_unit_label(head) and kind_of(head) is None


def _person_behind_unit(found: re.Match[str]) -> str:
    is_word = found["between"] in "/／" and _is_short_word(found["name"])
    if not is_word and not _is_name(found["name"]):
        return found[0]
    return found["body"] + found["between"] + _MASKS[PERSON]


def _person_in_brackets(found: re.Match[str]) -> str:
    return f"{found['body']}（{_MASKS[PERSON]}）" if _is_name(found["name"]) else found[0]
