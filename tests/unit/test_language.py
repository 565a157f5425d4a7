"""The terminal is in one language, by option, variable or locale."""

from __future__ import annotations

import re
import subprocess
import sys

import duckdb
import pytest

from ingestion.message import Text
from jixiao import language
from jixiao.cli.usage import describe
from jixiao.language import BOTH, CHINESE, ENGLISH, language_of

HAN = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
COMMANDS = (
    *("build", "add", "documents", "remove", "restore", "template", "extract", "sql", "export", "dev"),
    *("releases", "releases list", "releases rollback", "review", "review import"),
)


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        ([], {}, CHINESE),
        ([], {"LANG": "en_US.UTF-8"}, ENGLISH),
        ([], {"LANG": "zh_CN.UTF-8"}, CHINESE),
        ([], {"LANG": "C"}, CHINESE),
        ([], {"LANG": "de_DE.UTF-8"}, CHINESE),
        ([], {"LC_ALL": "C.UTF-8", "LANG": "en_US.UTF-8"}, CHINESE),
        ([], {"LC_MESSAGES": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, ENGLISH),
        ([], {"LC_ALL": "", "LANG": "en_US.UTF-8"}, ENGLISH),
        ([], {"JIXIAO_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, CHINESE),
        ([], {"JIXIAO_LANG": "en", "LANG": "zh_CN.UTF-8"}, ENGLISH),
        (["--lang", "en", "build"], {"JIXIAO_LANG": "zh"}, ENGLISH),
        (["--lang=zh", "build"], {"JIXIAO_LANG": "en"}, CHINESE),
        (["add", "--lang", "en"], {}, CHINESE),
        (["--lang", "both", "build"], {"LANG": "en_US.UTF-8"}, BOTH),
        ([], {"JIXIAO_LANG": "both", "LANG": "en_US.UTF-8"}, BOTH),
        (["--lang"], {"JIXIAO_LANG": "en"}, ENGLISH),
    ],
)
def test_the_option_comes_before_the_variable_and_the_locale(
    arguments: list[str], environment: dict[str, str], expected: str
) -> None:
    assert language_of(arguments, environment) == expected


def test_a_pair_is_printed_in_the_language_in_use_and_a_plain_string_as_it_is() -> None:
    message = Text("有误", "wrong")
    try:
        language.use(ENGLISH)
        assert (language.shown(message), language.shown("a.csv"), language.text("一", "one")) == (
            "wrong",
            "a.csv",
            "one",
        )
        language.use(CHINESE)
        assert (language.shown(message), language.text("一", "one")) == ("有误", "一")
        language.use(BOTH)
        assert (language.shown(message), language.shown("a.csv")) == ("有误 wrong", "a.csv")
        # Lines of a text stay together, and punctuation is no word.
        assert language.text("一\n二", "one\ntwo") == "一\n二\none\ntwo"
        assert (language.text("：", ": "), language.text("（甲，3）", "(甲, 3)")) == (": ", "(甲, 3)")
        with duckdb.connect() as connection:
            titles = f"select {language.column_of('title')} from (select '一' as title_zh, 'one' as title_en)"
            assert connection.execute(titles).fetchall() == [("一 one",)]
    finally:
        language.use(None)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = "import sys; from jixiao.cli.main import main; sys.argv[0] = 'jixiao'; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, encoding="utf-8", check=False
    )


def test_help_has_no_chinese_in_english_and_every_text_is_chinese_in_chinese() -> None:
    program = (
        "import sys; from typer.testing import CliRunner; from jixiao.cli.main import app\n"
        "for command in sys.argv[3].split('|'):\n"
        "    print(CliRunner().invoke(app, ['--lang', sys.argv[2], *command.split(), '--help']).output)\n"
    )

    def all_help(wanted: str) -> str:
        listed = "|".join(("", *COMMANDS))
        return subprocess.run(
            [sys.executable, "-c", program, "--lang", wanted, listed],
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout

    english = all_help(ENGLISH).replace("元|千元|万元|百万元|亿元", "")
    assert "Usage:" in english
    assert HAN.findall(english) == []
    chinese = all_help(CHINESE)
    assert "用法：" in chinese
    assert not re.search(
        r"\b(?:Usage|Options|Commands|Arguments|Show|required|default|Exit codes?)\b", chinese
    )


def test_an_error_of_the_call_is_in_the_language_in_use() -> None:
    english, chinese = run("--lang", "en", "sql", "--foo"), run("--lang", "zh", "sql", "--foo")
    assert (english.returncode, chinese.returncode) == (2, 2)
    assert (
        english.stderr
        == "Usage: jixiao sql [OPTIONS] [query]\nFor help: jixiao sql --help\n✗ No such option: --foo\n"
    )
    assert chinese.stderr == "用法：jixiao sql [选项] [query]\n说明见 jixiao sql --help\n✗ 没有选项 --foo\n"


def test_another_language_is_refused() -> None:
    refused = run("--lang", "fr", "releases", "list")
    assert refused.returncode == 2
    assert "须为 zh、en 或 both" in refused.stderr


@pytest.mark.parametrize(
    ("error", "chinese"),
    [
        ("No such option: --foo", "没有选项 --foo"),
        ("No such option: --fll (Possible options: --full)", "没有选项 --fll；是否指 --full"),
        ("No such command 'buid'. Did you mean 'build'?", "没有命令 'buid'；是否指 'build'"),
        ("No such command 'xyz'.", "没有命令 'xyz'"),
        ("Missing argument 'KIND'.", "缺少参数 'KIND'"),
        ("Missing option '--out'.", "缺少选项 '--out'"),
        ("Got unexpected extra argument(s) (b c)", "多余的参数 b c"),
        ("Option '--csv' does not take a value.", "选项 '--csv' 不带值"),
        ("Option '--year' requires an argument.", "选项 '--year' 须带值"),
        (
            "Invalid value for '--limit': Input should be greater than or equal to 0",
            "'--limit' 的值有误：不得小于 0",
        ),
        (
            "Invalid value for '--document': File '/a b.txt' does not exist.",
            "'--document' 的值有误：/a b.txt 不存在",
        ),
        ("Invalid value: 三者选一。", "三者选一。"),
        ("Something else", "Something else"),
    ],
)
def test_what_typer_says_of_a_call_is_said_in_chinese(error: str, chinese: str) -> None:
    try:
        language.use(CHINESE)
        assert describe(error) == chinese
        language.use(ENGLISH)
        assert describe(error) == error
    finally:
        language.use(None)
