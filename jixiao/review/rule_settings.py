"""Settings of the rules in an installation: severity, switch and grouping, in its own table `rule_setting`."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace

from ingestion.message import Text, join
from ingestion.reference import FOLDER, ReferenceTableError
from jixiao.atomic import replacing
from jixiao.review.decisions import alone
from jixiao.review.findings import ReviewError
from jixiao.review.terms import read_severities
from jixiao.settings import Settings

TABLE = "rule_setting"

SWITCHES = {"on": "true", "off": "false"}

CASE_KINDS = ("slip", "habit")

RESET = "reset"
"""The word that removes the settings of a rule."""


class RuleSettingError(Exception):
    """A setting is malformed; the message names what may be written."""


@dataclass(frozen=True)
class RuleSetting:
    """The settings of a rule; blanks keep what the catalogue and the review say.

    Attributes:
        rule_id: The rule.
        severity: Its severity: E, W or I.
        is_on: `false` if it is switched off.
        case_kind: `slip`: each line is a case; `habit`: all findings of a document are one.
        why: The reason.
    """

    rule_id: str
    severity: str = ""
    is_on: str = ""
    case_kind: str = ""
    why: str = ""


def set_rules(settings: Settings, wanted: Iterable[str], why: str) -> list[RuleSetting]:
    """Write settings of rules into the installation's table and return all that it holds.

    The next build applies them. A later setting of a rule changes what it names and keeps the rest.

    Args:
        settings: Where the table is.
        wanted: `rule_id=value,value`, the values among the severities, `on`, `off`, `slip`, `habit` and `reset`.
        why: The reason, kept beside them; blank keeps an earlier one.

    Raises:
        RuleSettingError: A rule or a value is unknown.
        ReviewError: The table can't be read or written.
    """
    rules = {row["rule_id"] for row in _rows(settings, "review_rule")}
    severities = list(read_severities(settings))
    with alone(settings):
        found = {row.rule_id: row for row in read_rule_settings(settings)}
        for one in wanted:
            changed = _changed(one, found, rules, severities)
            found[changed.rule_id] = replace(changed, why=why or changed.why)
        # Settings that change nothing any more leave the table.
        kept = sorted(
            (row for row in found.values() if row.severity or row.is_on or row.case_kind),
            key=lambda row: row.rule_id,
        )
        _write(settings, kept)
    return kept


def read_rule_settings(settings: Settings) -> list[RuleSetting]:
    """Return the settings that the next build applies.

    Raises:
        ReviewError: The table can't be read.
    """
    return [RuleSetting(**row) for row in _rows(settings, TABLE)]


def _changed(
    one: str, found: Mapping[str, RuleSetting], rules: Collection[str], severities: list[str]
) -> RuleSetting:
    rule_id, _, values = (part.strip() for part in one.partition("="))
    if rule_id not in rules:
        raise RuleSettingError(unknown_rule(rule_id))
    setting = found.get(rule_id, RuleSetting(rule_id))
    for value in values.replace("，", ",").split(","):
        setting = _with(setting, value.strip(), severities, one)
    return setting


def unknown_rule(rule_id: str) -> Text:
    """Return the message about a rule that the catalogue doesn't have."""
    return Text(
        f'--rule {rule_id}: 没有这条规则；规则编号见 `jixiao sql "select rule_id, title_zh from review.dim_rule"`',
        f"--rule {rule_id}: there is no such rule; "
        'see `jixiao sql "select rule_id, title_en from review.dim_rule"`',
    )


def _with(setting: RuleSetting, value: str, severities: list[str], one: str) -> RuleSetting:
    if value.casefold() == RESET:
        return RuleSetting(setting.rule_id)
    if value.upper() in severities:
        return replace(setting, severity=value.upper())
    if value.casefold() in SWITCHES:
        switch = SWITCHES[value.casefold()]
        return replace(setting, is_on="" if switch == "true" else switch)
    if value.casefold() in CASE_KINDS:
        return replace(setting, case_kind=value.casefold())
    listed = join(Text("、", ", "), [*severities, *SWITCHES, *CASE_KINDS, RESET])
    raise RuleSettingError(
        Text(
            f"--rule {one}: “{value}”无效；只能是 {listed.zh}，用逗号分隔",
            f"--rule {one}: “{value}” is unknown; choose among {listed.en}, separated by commas",
        )
    )


def _rows(settings: Settings, table: str) -> list[dict[str, str]]:
    try:
        return settings.reference.rows(table)
    except ReferenceTableError as error:
        raise ReviewError(str(error)) from error


def _write(settings: Settings, rows: Iterable[RuleSetting]) -> None:
    path = settings.landing / FOLDER / f"{TABLE}.csv"
    text = io.StringIO()
    table = csv.DictWriter(text, [field.name for field in fields(RuleSetting)], lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(row) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(text.getvalue().encode("utf-8"))
