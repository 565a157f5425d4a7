"""Help and usage errors in the language of the process; Typer's own texts are English alone."""

from __future__ import annotations

import re
import sys
from typing import Any

import typer
from rich.console import Console
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from jixiao import language
from jixiao.language import text

_PIECES = {"[OPTIONS]": "[选项]", "COMMAND": "命令", "[ARGS]...": "[参数]..."}

_ERRORS = (
    (r"No such option: (.+?) \(Possible options: (.+)\)", "没有选项 {}；是否指 {}"),
    (r"No such option: (.+)", "没有选项 {}"),
    (r"No such command (.+?)\. Did you mean (.+)\?", "没有命令 {}；是否指 {}"),
    (r"No such command (.+)\.", "没有命令 {}"),
    (r"Missing command\.", "缺少命令"),
    (r"Missing argument (.+?)\.(?: .*)?", "缺少参数 {}"),
    (r"Missing option (.+?)\.(?: .*)?", "缺少选项 {}"),
    (r"Got unexpected extra arguments? ?\(?s?\)? ?\((.+)\)", "多余的参数 {}"),
    (r"Option (.+) does not take a value\.", "选项 {} 不带值"),
    (r"Option (.+) requires (?:an argument|\d+ arguments)\.", "选项 {} 须带值"),
    (r"Invalid value for (.+?): (?:Value error, )?(.+) is not one of (.+)\.", "{} 的值有误：{} 不在 {} 之中"),
    (r"Invalid value for (.+?): Input should be a valid integer.*", "{} 的值有误：须为整数"),
    (r"Invalid value for (.+?): Input should be greater than or equal to (\S+)", "{} 的值有误：不得小于 {}"),
    (r"Invalid value for (.+?): .*? (?:'(.+)'|(\S+)) does not exist\.", "{} 的值有误：{} 不存在"),
    (
        r"Invalid value for (.+?): .*? (?:'(.+)'|(\S+)) is a (?:file|directory)\.",
        "{} 的值有误：{} 的类型不对",
    ),
    (r"Invalid value for (.+?): .*? (?:'(.+)'|(\S+)) is not readable\.", "{} 的值有误：{} 无法读取"),
    (r"Invalid value(?: for (?P<option>.+?))?: (.+)", "{}{}"),
)
"""Usage errors as Typer writes them, and in Chinese."""


def describe(error: str) -> str:
    """Return a usage error of Typer in the language of the process; an unknown one is returned unchanged."""
    if language.is_english():
        return error
    for pattern, chinese in _ERRORS:
        if (found := re.fullmatch(pattern, error, re.DOTALL)) is not None:
            parts = [part for part in found.groups() if part is not None]
            if "option" in found.groupdict() and found["option"] is not None:
                parts[0] += "："
            return text(chinese.format(*parts, *[""] * chinese.count("{}")), error)
    return error


class Command(TyperCommand):
    """A command whose help is in the language of the process."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the line that begins with “Usage”."""
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option `--help` with its explanation."""
        return _explained(super().get_help_option(ctx))


class Group(TyperGroup):
    """A group of commands whose help and usage errors are in the language of the process."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the line that begins with “Usage”."""
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option `--help` with its explanation."""
        return _explained(super().get_help_option(ctx))

    def main(self, *args: Any, standalone_mode: bool = True, **more: Any) -> Any:
        """Run the command that the arguments name; a usage error is printed and ends the process."""
        _name_panels()
        try:
            code = super().main(*args, **{**more, "standalone_mode": False})
        except typer.TyperException as error:
            _print_error(error)
            code = error.exit_code
        if standalone_mode:
            sys.exit(code or 0)
        return code


def _write_usage(command: Command | Group, context: Any, formatter: Any) -> None:
    pieces = " ".join(command.collect_usage_pieces(context))
    for english, chinese in _PIECES.items():
        pieces = pieces.replace(english, text(chinese, english))
    formatter.write_usage(context.command_path, pieces, prefix=text("用法：", "Usage: "))


def _explained(option: Any) -> Any:
    if option is not None:
        option.help = text("显示本说明。", "Show this message and exit.")
    return option


def _name_panels() -> None:
    """Name the parts of a help page."""
    rich_utils.ARGUMENTS_PANEL_TITLE = text("参数", "Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = text("选项", "Options")
    rich_utils.COMMANDS_PANEL_TITLE = text("命令", "Commands")
    rich_utils.DEFAULT_STRING = text("[默认：{}]", "[default: {}]")
    rich_utils.REQUIRED_LONG_STRING = text("[必填]", "[required]")


def _print_error(error: typer.TyperException) -> None:
    """Print a usage error and the command for help on standard error; an empty error follows a printed help page."""
    if not (message := error.format_message()):
        return
    out = Console(stderr=True, highlight=False, markup=False, emoji=False)
    context = getattr(error, "ctx", None)
    if context is not None:
        out.print(context.get_usage(), soft_wrap=True)
        out.print(text(f"说明见 {context.command_path} --help", f"For help: {context.command_path} --help"))
    out.print(f"✗ {describe(message)}", soft_wrap=True)
