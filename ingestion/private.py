"""Mask private values in a text: names, telephones, bank accounts, identity cards, e-mail, chat accounts.

`mask` replaces each with a mask. In tables, neighbouring cells identify private values as well: see
`withholding.py`. The labels of private values are rows of `header_synonym.csv`; an unlisted label that ends
in a role (包抓领导) requires a surname after it.
"""

from __future__ import annotations

import re

from ingestion.reference import remembered
from ingestion.synonyms import every_label, match, synonyms
from ingestion.vocabulary import canonical, mend

PERSON, SIGNED, TELEPHONE, ACCOUNT, IDENTITY, CONTACT = "姓名", "签字", "电话", "账号", "证件号", "网号"
"""The kinds of private values; a signed step (审核) can also be described, so it requires a surname."""

MASKS = {
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
MASK = "〔(?:姓名|电话|账号|证件号|网号)略〕"
_ONLY_MASKS = re.compile(rf"[（(]?(?:{MASK}[、,，;；/／\s()（）：:转-]*)+")

# Characters next to the digits of an amount or a code, but never to those of a telephone number.
_BEFORE = r"(?<![0-9A-Za-z_#-])(?<![0-9][.])"
BRACKET = r"(?:[(（][^()（）：:]{1,12}[)）])?"
_UNITS = "[元万亿千百个件条户项台套吨米亩册份页辆株头只次%％‰]|平方|公[里斤顷亩]|人(?!民)"
_BEHIND = rf"(?![0-9A-Za-z_]|[.．,，][0-9]|-[0-9]|{_UNITS})"
_CODE_BEFORE = re.compile(r"(?:编码|编号|代码|文号|证号|合同号|项目号)[：:为是]?\s*$")
_DASH = "[-—–‐－﹣]"
_EXTENSION = rf"(?:(?:转|{_DASH})[0-9]{{1,6}})?"
MOBILE = rf"(?:[+＋]?86{_DASH}?)?1[3-9][0-9](?:[0-9]{{8}}|[- ][0-9]{{4}}[- ][0-9]{{4}}|{_DASH}[0-9]{{4}}{_DASH}[0-9]{{4}})"
_LANDLINE = (
    rf"(?:(?:[+＋]?86{_DASH})?0[0-9]{{2,3}}(?:{_DASH}| ){{1,2}}|[(（]0[0-9]{{2,3}}[)）]{_DASH}?)[0-9]{{7,8}}"
)
_HOTLINE = rf"[48]00{_DASH}[0-9]{{3,4}}{_DASH}[0-9]{{3,4}}"
TELEPHONE_NUMBER = re.compile(rf"{_BEFORE}(?:{_LANDLINE}|{MOBILE}|{_HOTLINE}){_EXTENSION}{_BEHIND}")
_LABELLED_TELEPHONE = re.compile(
    rf"(?:电话|手机|联系方式|传真|座机)(?:号码?)?(?:[(（][^()（）]{{0,6}}[)）])?[：:为是]?\s*"
    rf"(?P<number>(?:[(（]?[0-9][0-9()（）、/;；,， -]*|转|{_DASH}){{1,9}}(?<=[0-9])){_BEHIND}"
)
_LABELLED_ACCOUNT = re.compile(
    r"(?:开户银?行(?:名称)?|(?:银行)?[账帐][号户])(?:及[账帐]号)?[：:]\s*(?P<account>[^，。；;,\s]+?)(?=$|[，。；;,\s]|[账帐]号|户名|开户)"
)
LEAST_DIGITS = 7
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z_-])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z_])"
)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_SHAPE = r"[0-9](?: ?[0-9*＊×]){13,16}(?: ?[0-9Xx])?(?![0-9A-Za-z])"
_LABELLED_IDENTITY = re.compile(
    rf"身份证件?(?:号码?)?{BRACKET}\s*[：:为是]?\s*(?:[一-龥·]{{2,4}}[\s,，、]*)?(?P<number>{_IDENTITY_SHAPE})"
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
WORDS = re.compile(
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
    "农民|农户|农牧|党员|商业|商品|武警|门卫|劳务|劳动|高龄|任期|陆续|车祸|安葬|.{1,2}[费税款额]$"
)
_TELEPHONE_WORDS = re.compile(
    "电话|热线|值班|咨询|监督|举报|传真|手机|号码|座机|联系|拨打|致电|方式|服务|投诉|查询|平台|客服|电$"
)
_TITLES = "局长|副局长|科长|副科长|处长|副处长|主任|副主任|书记|副书记|镇长|乡长|区长|县长|市长|站长|所长|院长|校长|园长|会计|出纳|经理|同志|教授|工程师|会计师"
_SIGNERS = rf"组长|组员|领导|出纳|监理|主管|股长|队长|{_TITLES.replace('同志|', '')}"
_ROLE = re.compile(rf"[一-龥、/和及]{{0,10}}(?:人|员|{_SIGNERS})")
"""An unlisted label of a person; 受益人 and 服务人员 have the same shape."""

_ROLE_IN_TEXT = rf"(?:人员?|员)(?={BRACKET}\s*[：:])|(?:{_SIGNERS})(?={BRACKET}(?:\s*[：:]|\s))"
_FATE = "同志|先生|女士|去世|病故|死亡|逝世|病逝|亡故|领取|退休|因病|因公|生前|填制|填报|填表|制表|编制"
_IN_NARRATIVE = re.compile(
    rf"(?P<whose>由|干部|职工|教师|民警|人员|家属|遗属|儿子|女儿|配偶|其[子女妻夫父母])(?P<name>[一-龥]{{2,3}})(?={_FATE})"
)
BODY = (
    "委员会|办公室|办事处|管委会|居委会|村委会|幼儿园|事务所|基金会|联合会|研究会|促进会|电视台|合作社|检察院|财政局|"
    "人民政府|局|厅|委|办|院|校|中学|小学|大学|中心|站|所|队|部|处|科|股|室|馆|街道|政府|镇|乡|村|社区|公司|集团|协会|学会|商会|"
    "工会|妇联|残联|文联|工商联|银行|支行|分行|园区|区|县|市|省|库|厂|农场|林场|小组|组|会|党|台|团|园|社|机关|本级|单位|部门|州|旗|学"
)
_ORGANIZATION = re.compile(rf".+(?:{BODY})(?:[(（][^()（）]*[)）])?")
NAME_BEHIND_BODY = re.compile(rf"(?P<body>.*[一-龥](?:{BODY}))(?P<name>[一-龥]{{2,4}})")
# A name can end like a body: 王红旗. So short a word that begins with a surname is a name.
_ENDS_LIKE_A_BODY = re.compile("[学州旗会党台团园]$")
_TRANSCRIBED = re.compile("[一-龥]{1,8}(?:[·•・‧∙.．][一-龥]{1,8})+")
_PARTED_NAME = re.compile(r"(?<![一-龥])([一-龥]) +([一-龥])(?![一-龥])")
LONGEST_PERSON = 20
LONGEST_NAME = 4
LONGEST_UNIT = 60
BEHIND_SLASH = re.compile(
    rf"(?P<body>[一-龥](?:{BODY}))(?P<between>[/／])(?P<name>[一-龥·]{{2,8}})(?=$|[\s，。；、(（〔])"
)
_BEFORE_TELEPHONE = re.compile(
    rf"(?P<run>[一-龥·][一-龥· ]*[一-龥])(?P<between>[\s,，、：:/\\(（]*)(?={MASKS[TELEPHONE]})"
)
_NAME_ENDS = re.compile(r"$|[\s，。；、,;.()（）0-9〔]|.{2,10}[：:]")
"""The text after a name: in a sentence that goes on (负责人：由各科室负责人担任), the words are not a name."""

_LISTED = re.compile(
    rf"(?P<before>{MASKS[PERSON]}{BRACKET}\s*[、,，;；/／]\s*)(?P<name>[一-龥·]{{2,8}})(?=$|[\s、,，;；/／。(（〔])"
)
_COUNT = "[0-9一二两三四五六七八九十]"
_COUNTED = re.compile(
    rf"(?<![一-龥])(?:[一-龥]{{2,3}}(?:、[一-龥]{{2,3}})+|[一-龥]{{3}})(?=等{_COUNT}+[人名])"
)
_NUMBER_BEHIND_NAME = re.compile(rf"({MASKS[PERSON]}[\s（(、,，/]*)[0-9]{{7,8}}{_BEHIND}")


def reason_of(text: str) -> str | None:
    """Return the reason of omission of a text that consists of masks only, or None."""
    if "〔" not in text or not _ONLY_MASKS.fullmatch(text):
        return None
    return next(reason for shown, reason in _REASONS.items() if shown in text)


def mask(text: str) -> str:
    """Return a text with private values masked, recognised by their shape or by a label in the text."""
    if not may_hold(text):
        return text
    masked = _LABELLED_ACCOUNT.sub(lambda found: _instead(found, "account", ACCOUNT), text)
    masked = _LABELLED_IDENTITY.sub(lambda found: _instead(found, "number", IDENTITY), masked)
    masked = mask_identity(masked)
    masked = _MAIL.sub(MASKS[CONTACT], masked)
    masked = _LABELLED_CONTACT.sub(lambda found: _instead(found, "contact", CONTACT), masked)
    masked = TELEPHONE_NUMBER.sub(_telephone, masked)
    masked = _LABELLED_TELEPHONE.sub(_labelled_telephone, masked)
    masked = _BEFORE_TELEPHONE.sub(_name_before_telephone, masked)
    masked = _labelled().sub(_labelled_name, masked)
    masked = _IN_NARRATIVE.sub(lambda found: _named(found, found["whose"]), masked)
    masked = _COUNTED.sub(_counted, masked)
    while (longer := _LISTED.sub(lambda found: _named(found, found["before"]), masked)) != masked:
        masked = longer
    masked = _NUMBER_BEHIND_NAME.sub(rf"\g<1>{MASKS[TELEPHONE]}", masked)
    if len(text) <= LONGEST_UNIT:
        masked = BEHIND_SLASH.sub(_name_behind_unit, masked)
    return masked


@remembered
def _may_hold_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"[0-9]{{4}}|电话|手机|联系方式|传真|座机|{'|'.join(map(re.escape, _labels_in_text()))}|[/／][一-龥]|[账帐][号户]|开户|{_DASH}[0-9]{{7}}|[@＠]|微信|[Qq]{{2}}|{_ROLE_IN_TEXT}|{_FATE}|等{_COUNT}"
    )


def may_hold(text: str) -> bool:
    """Return whether a text can hold anything that `mask` masks; a quick check before the patterns."""
    return len(text) > 3 and _may_hold_pattern().search(text) is not None


@remembered
def _labels_in_text() -> tuple[str, ...]:
    """Return the labels of persons as texts print them, longest first."""
    labels = {
        label for label in whole_labels() if whole_labels()[label] in {PERSON, SIGNED} and "(" not in label
    }
    return tuple(sorted(labels, key=lambda label: (-len(label), label)))


@remembered
def whole_labels() -> dict[str, str]:
    """Return the listed labels of private values, each with its kind."""
    header = synonyms("form_header").items()
    known = {text: _HEADER_KINDS[label] for text, label in header if label in _HEADER_KINDS}
    return known | {text: kind for text, kind in synonyms("withheld").items() if kind in MASKS}


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
        rf"(?P<label>{labels}|{_ROLE_IN_TEXT})(?P<remark>{BRACKET})(?P<colon>\s*[：:]\s*|\s+|)"
        rf"(?P<run>(?!{stops})[一-龥](?:(?!{stops}|{_TITLES}|日期|时间|年月)[一-龥·•、 ])*)(?P<rest>(?=[（(]?))"
    )


def _instead(found: re.Match[str], group: str, kind: str) -> str:
    start, end = found.start(group) - found.start(), found.end(group) - found.start()
    return found[0][:start] + MASKS[kind] + found[0][end:]


def _identity(found: re.Match[str]) -> str:
    """Mask an 18-digit number with the check digit of an identity card, which project codes lack."""
    number = found[0].upper()
    total = sum(int(digit) * weight for digit, weight in zip(number, _IDENTITY_WEIGHTS, strict=False))
    return MASKS[IDENTITY] if number[-1] == "10X98765432"[total % 11] else found[0]


def _named(found: re.Match[str], before: str) -> str:
    return before + MASKS[PERSON] if is_name(found["name"]) else found[0]


def _counted(found: re.Match[str]) -> str:
    """Mask the names before a count of persons: 张三、李四等2人."""
    names = found[0].split("、")
    return "、".join([MASKS[PERSON]] * len(names)) if all(map(is_name, names)) else found[0]


def mask_identity(text: str) -> str:
    """Return a text with its identity card numbers masked that are recognisable without a label."""
    return _IDENTITY.sub(_identity, text)


def _telephone(found: re.Match[str]) -> str:
    return found[0] if _CODE_BEFORE.search(found.string[: found.start()]) else MASKS[TELEPHONE]


def _labelled_telephone(found: re.Match[str]) -> str:
    digits = sum(char.isdigit() for char in found["number"])
    is_value = found.end() == len(found.string) and canonical(found[0]).count("：") == 1
    return _instead(found, "number", TELEPHONE) if is_value or digits >= LEAST_DIGITS else found[0]


def _name_before_telephone(found: re.Match[str]) -> str:
    """Mask the name before a telephone number, alone or after its unit."""
    run = found["run"]
    head, space, last = run.rpartition(" ")
    if len(last) == 1 and len(head.rpartition(" ")[2]) == 1:
        # A name of two characters is printed as wide as one of three.
        return f"{run[:-3]}{MASKS[PERSON]}{found['between']}"
    name = _trailing_name(last)
    if not name and 2 <= len(last) <= LONGEST_NAME and not _describes_number(last):
        name = last
    if not name:
        return found[0]
    return f"{head}{space}{last[: -len(name)]}{MASKS[PERSON]}{found['between']}"


def _trailing_name(text: str) -> str:
    """Return the person's name at the end of a text, or an empty string."""
    if _TELEPHONE_WORDS.search(text[-2:]) or (is_organization(text) and not is_name(text)):
        return ""
    behind = NAME_BEHIND_BODY.fullmatch(text)
    if behind is not None and not _describes_number(behind["name"]):
        return behind["name"]
    tails = [text[-length:] for length in (4, 3, 2) if len(text) >= length]
    return next((tail for tail in tails if is_name(tail) and not _TELEPHONE_WORDS.search(tail)), "")


def _describes_number(text: str) -> bool:
    """Return whether a text before a telephone number describes the number or its owner."""
    return is_organization(text) or is_label(text) or _TELEPHONE_WORDS.search(text) is not None


def _labelled_name(found: re.Match[str]) -> str:
    """Mask the name after a label of a person in a text."""
    run = found["run"]
    kind = whole_labels().get(found["label"], SIGNED)
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
            # The text after a space need not be a name.
            is_sure = is_sure and token != " "
            continue
        behind = NAME_BEHIND_BODY.fullmatch(plain)
        if is_name(plain):
            masked.append(MASKS[PERSON])
        elif is_sure and behind is not None and is_name(behind["name"]):
            masked.append(behind["body"] + MASKS[PERSON])
        elif is_sure and is_short_word(plain) and is_ended:
            masked.append(MASKS[PERSON])
        elif (
            is_sure
            and token == tokens[0]
            and plain[0] in _SURNAMES
            and not is_organization(plain)
            and not WORDS.match(plain)
        ):
            # The end of the name isn't marked; the text after it may lose a character.
            masked.append(MASKS[PERSON] + plain[3:])
        else:
            masked.append(token)
            is_sure = False
    is_certain = kind == PERSON or bool(found["colon"])
    if "：" not in canonical(found["colon"]) and not (is_certain and is_whole and masked[0] == MASKS[PERSON]):
        return found[0]
    return found["label"] + found["remark"] + found["colon"] + "".join(masked)


def _name_behind_unit(found: re.Match[str]) -> str:
    if not is_name(found["name"]):
        return found[0]
    return found["body"] + found["between"] + MASKS[PERSON]


def is_short_word(text: str) -> bool:
    """Return whether a text after a sure label can be a name although it begins with no surname."""
    is_short = 2 <= len(text) <= 4 or bool(_TRANSCRIBED.fullmatch(text))
    return is_short and not is_organization(text) and not is_label(text) and not WORDS.match(text)


def is_name(text: str) -> bool:
    """Return whether a text looks like a name: a surname with one or two characters, or a transcription."""
    if _TRANSCRIBED.fullmatch(text):
        return True
    is_long = 3 <= len(text) <= 4 and _DOUBLE_SURNAMES.match(text) is not None
    is_short = 2 <= len(text) <= 3 and text[0] in _SURNAMES and not WORDS.match(text)
    return (is_short or is_long) and not is_organization(text) and not is_label(text)


def is_organization(text: str) -> bool:
    """Return whether a text ends like the name of an organization."""
    if not _ORGANIZATION.fullmatch(text):
        return False
    return not (
        len(text) <= 3 and text[0] in _SURNAMES and not WORDS.match(text) and _ENDS_LIKE_A_BODY.search(text)
    )


@remembered
def is_label(text: str) -> bool:
    """Return whether a text is a label of any part of a form, or of a private value."""
    plain = canonical(text).rstrip("：")
    bare = re.sub(r"\([^()]*\)$", "", plain)
    return plain in every_label() or bare in every_label() or kind_of(text) is not None


def _holds_name(text: str) -> bool:
    """Return whether a name follows the label in a text that a pattern takes for a label."""
    heads = [label for label in _labels_in_text() if text.startswith(label) and text != label]
    return "：" in text or any(is_name(text.removeprefix(label)) for label in heads)


@remembered
def kind_of(text: str) -> str | None:
    """Return the kind of private value that a label asks for (`PERSON` and the others), or None."""
    plain = canonical(text).lstrip("*★☆※").rstrip("：")
    if not 2 <= len(plain) <= 30:
        return None
    for form in dict.fromkeys((plain, re.sub(r"\([^()]*\)$", "", plain).rstrip("："))):
        if (kind := whole_labels().get(form)) is not None:
            return kind
        kind = match("withheld", form) or _HEADER_KINDS.get(match("form_header", form) or "")
        if kind in MASKS and not _holds_name(form):
            return TELEPHONE if "电话" in form else kind
    mended = mend(plain, ("项目负责人", "联系电话", "部门(单位)负责人"))
    return (TELEPHONE if mended == "联系电话" else PERSON) if mended is not None and mended != plain else None


def is_role(text: str) -> bool:
    """Return whether a text can be an unlisted label of a person."""
    plain = re.sub(r"\([^()]*\)$", "", canonical(text).rstrip("：")) if len(text) <= LONGEST_PERSON else ""
    return _ROLE.fullmatch(plain) is not None and not is_name(plain)
