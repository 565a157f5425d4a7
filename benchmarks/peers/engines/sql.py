"""The slice as SQL, for three engines that speak it: one text, and each engine's words where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from benchmarks.peers.engines.task import (
    FULL_WIDTH,
    HALF_WIDTH,
    MONEY_TOLERANCE,
    NUMBER_TOLERANCE,
    PLAIN,
    SCORE_TOLERANCE,
)

# A dollar sign of a template is written twice.
_PATTERN = PLAIN.replace("$", "$$")
_DIGITS = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)$$"


@dataclass(frozen=True)
class Dialect:
    """An engine's words, as templates: `$x` is an expression, `$n` and `$d` are a numerator and a denominator.

    Most numbers are plain: each engine reads a number as it stands, and cleans only what it then can't read.

    Attributes:
        number: A printed number as decimal(20, 8), or null; `$clean` is its text without spaces, commas and percent
            signs.
        ratio: A quotient rounded to six places as decimal(12, 6), null where it fits none.
        points: A number rounded to two places as decimal(7, 2), null where it fits none.
        parts: What the pattern of plain numbers finds in a text, in one pass where the engine has a value for that.
        is_plain: Whether it found a plain number.
        group: The n-th group of what it found.
        has_percent: Whether a text holds a percent sign.
        once: What keeps an engine from working out an expression of a subquery again and again where it is read.
    """

    number: str
    ratio: str
    points: str
    parts: str
    is_plain: str
    group: str
    has_percent: str
    once: str = ""


DUCKDB = Dialect(
    number=(
        "coalesce(try_cast($x as decimal(20, 8)), "
        "case when regexp_matches($x, '[0-9０-９]') then try_cast($clean as decimal(20, 8)) end)"
    ),
    ratio="try_cast(round(cast($n as double) / nullif(cast($d as double), 0), 6) as decimal(12, 6))",
    points="try_cast(round($x, 2) as decimal(7, 2))",
    parts=f"regexp_extract($x, '{_PATTERN}', ['part1', 'part2', 'part3', 'part4'])",
    is_plain="$x.part2 <> ''",
    group="$x.part$n",
    has_percent="regexp_matches($x, '[%％]')",
)
SPARK = Dialect(
    number="coalesce(try_cast($x as decimal(20, 8)), try_cast($clean as decimal(20, 8)))",
    # Its own rounding goes by the digits that a double is written with.
    ratio="try_cast(round(cast($n as double) / nullif(cast($d as double), 0) * 1e6D) / 1e6D as decimal(12, 6))",
    points="try_cast(round($x, 2) as decimal(7, 2))",
    parts="$x",
    is_plain=f"$x rlike '{_PATTERN}'",
    group=f"regexp_extract($x, '{_PATTERN}', $n)",
    has_percent="$x rlike '[%％]'",
)
POSTGRES = Dialect(
    number=(
        f"case when $x ~ '{_DIGITS}' then cast($x as decimal(20, 8)) "
        f"when $clean ~ '{_DIGITS}' then cast($clean as decimal(20, 8)) end"
    ),
    ratio=(
        "case when abs($n) < 1000000 * abs($d) then "
        "cast(round(cast($n as decimal(38, 12)) / nullif($d, 0), 6) as decimal(12, 6)) end"
    ),
    points="case when abs($x) < 99999.995 then cast(round($x, 2) as decimal(7, 2)) end",
    parts=f"regexp_match($x, '{_PATTERN}')",
    is_plain="$x is not null",
    group="coalesce(($x)[$n], '')",
    has_percent="$x ~ '[%％]'",
    once="materialized ",
)


class Slice:
    """The queries of the slice in a dialect; they read the raw and reference tables by their own names."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    @property
    def typed(self) -> dict[str, str]:
        """What the results have in common, by name and in order: numbers read, forms with their documents."""
        return {"document": _DOCUMENT, "form": self._form(), "fund": self._fund()}

    @property
    def results(self) -> dict[str, str]:
        """The query of each result, which reads what is typed."""
        return {
            "project_fund": self._project_fund(),
            "unit_execution": self._unit_execution(),
            "project_score": self._project_score(),
            "indicator_variance": self._indicator_variance(),
        }

    def _of(self, template: str, x: str = "", n: str = "", d: str = "") -> str:
        return Template(template).substitute(x=x, n=n, d=d)

    def _number(self, column: str) -> str:
        half_width = f"translate({_printed(column)}, '{FULL_WIDTH}', '{HALF_WIDTH}')"
        clean = f"nullif(translate({half_width}, ',%', ''), '')"
        return Template(self._dialect.number).substitute(x=column, clean=clean)

    def _ratio(self, numerator: str, denominator: str) -> str:
        return self._of(self._dialect.ratio, n=f"({numerator})", d=f"({denominator})")

    def _points(self, number: str) -> str:
        return self._of(self._dialect.points, f"({number})")

    def _form(self) -> str:
        return f"""
select
    {_project_id("form")} as project_id,
    form.document_id,
    document.organization_name,
    document.fiscal_year,
    {_printed("implementing_unit")} as implementing_unit,
    {self._number("total_weight")} as total_weight,
    {self._number("total_score")} as total_score,
    cast({_printed("total_source_line")} as integer) as source_line
from raw_self_evaluation as form
inner join document on form.document_id = document.document_id
"""

    def _fund(self) -> str:
        amounts = ("initial_budget", "annual_budget", "executed")
        numbers = (*amounts, "weight", "execution_rate", "score")
        typed = ",\n        ".join(f"{self._number(name)} as {name}" for name in numbers)
        in_unit = ",\n        ".join(
            f"case when unit.yuan_factor is null or unit.yuan_factor = document.yuan_factor then {name} else "
            f"cast(round(cast({name} * unit.yuan_factor as decimal(38, 8)) / document.yuan_factor, 6) "
            f"as decimal(20, 8)) end as {name}"
            for name in amounts
        )
        yuan = ",\n    ".join(
            f"cast(round({name} * yuan_factor, 2) as decimal(18, 2)) as {name}_yuan" for name in amounts
        )
        return f"""
with typed as (
    select
        {_project_id("raw")} as project_id,
        document_id,
        cast({_printed("source_line")} as integer) as source_line,
        {_printed("fund_source")} as fund_source_text,
        {_printed("amount_unit")} as amount_unit,
        {_printed("execution_rate")} as execution_rate_text,
        {typed}
    from raw_self_evaluation_fund as raw
),
in_unit as (
    select
        typed.project_id, typed.document_id, typed.source_line, typed.fund_source_text, typed.execution_rate_text,
        typed.weight, typed.execution_rate, typed.score, document.yuan_factor,
        {in_unit}
    from typed
    inner join document on typed.document_id = document.document_id
    left join amount_unit as unit on typed.amount_unit = unit.amount_unit
)
select
    project_id, document_id,
    coalesce(fund_source.fund_source, in_unit.fund_source_text) as fund_source,
    in_unit.fund_source_text,
    {yuan},
    annual_budget, executed,
    case
        when {self._of(self._dialect.has_percent, "execution_rate_text")} or execution_rate > 1 then execution_rate
        else execution_rate * 100
    end as execution_percent,
    weight, score, source_line
from in_unit
left join fund_source on in_unit.fund_source_text = fund_source.fund_source_text
"""

    def _project_fund(self) -> str:
        return f"""
select
    project_id, document_id, fund_source, fund_source_text,
    initial_budget_yuan, annual_budget_yuan, executed_yuan,
    {self._ratio("executed", "annual_budget")} as execution_rate,
    {self._ratio("execution_percent", "100")} as reported_execution_rate,
    {self._points("weight")} as weight,
    {self._points("score")} as reported_score,
    source_line
from fund
"""

    def _unit_execution(self) -> str:
        return f"""
with summed as (
    select
        form.organization_name,
        coalesce(unit_alias.unit_name, form.implementing_unit) as unit_name,
        form.fiscal_year,
        cast(count(*) as integer) as projects,
        cast(sum(initial_budget_yuan) as decimal(18, 2)) as initial_budget_yuan,
        cast(sum(annual_budget_yuan) as decimal(18, 2)) as annual_budget_yuan,
        cast(sum(executed_yuan) as decimal(18, 2)) as executed_yuan
    from fund
    inner join form on fund.project_id = form.project_id
    left join unit_alias
        on form.organization_name = unit_alias.organization_name and form.implementing_unit = unit_alias.alias
    where fund.fund_source = 'total'
    group by form.organization_name, coalesce(unit_alias.unit_name, form.implementing_unit), form.fiscal_year
),
shared as (
    select *, sum(executed_yuan) over (partition by organization_name, fiscal_year) as of_all
    from summed
)
select
    organization_name, unit_name, fiscal_year, projects, initial_budget_yuan, annual_budget_yuan, executed_yuan,
    {self._ratio("executed_yuan", "annual_budget_yuan")} as execution_rate,
    {self._ratio("executed_yuan", "of_all")} as share_rate
from shared
"""

    def _project_score(self) -> str:
        return f"""
with line as (
    select project_id, weight, score from fund where fund_source = 'total'
    union all
    select
        {_project_id("raw")} as project_id,
        {self._number("weight")} as weight,
        {self._number("score")} as score
    from raw_self_evaluation_indicator as raw
),
summed as (
    select
        project_id,
        cast(count(*) as integer) as score_lines,
        cast(count(case when weight is not null and score is null then 1 end) as integer) as blank_score_lines,
        sum(weight) as weights_total,
        case when count(*) = count(score) then sum(score) end as recomputed_total
    from line
    group by project_id
)
select
    form.project_id, form.document_id, form.fiscal_year, summed.score_lines, summed.blank_score_lines,
    {self._points("form.total_weight")} as reported_weights_total,
    {self._points("summed.weights_total")} as weights_total,
    {self._points("form.total_score")} as reported_total,
    {self._points("summed.recomputed_total")} as recomputed_total,
    {self._points("form.total_score - summed.recomputed_total")} as difference,
    coalesce(abs(form.total_score - summed.recomputed_total) <= {SCORE_TOLERANCE}, false) as is_consistent,
    form.source_line
from form
inner join summed on form.project_id = summed.project_id
"""

    def _indicator_variance(self) -> str:
        once = self._dialect.once

        def part(column: str, number: int) -> str:
            return self._of(self._dialect.group, column, str(number))

        def factor(side: str) -> str:
            return f"case when target_unit is null or actual_unit is null then 1 else {side}_factor end"

        return f"""
with matched as {once}(
    select
        concat_ws('-', {_project_id("raw")}, lpad({_printed("indicator_no")}, 2, '0')) as indicator_id,
        document_id,
        cast({_printed("source_line")} as integer) as source_line,
        {_printed("level1")} as level1,
        {_printed("level2")} as level2,
        {self._of(self._dialect.parts, _printed("target"))} as target_parts,
        {self._of(self._dialect.parts, _printed("actual"))} as actual_parts
    from raw_self_evaluation_indicator as raw
),
parted as {once}(
    select
        *,
        {part("target_parts", 1)} as target_sign,
        cast({part("target_parts", 2)} as decimal(20, 8)) as target_number,
        nullif({part("target_parts", 4)}, '') as target_unit_text,
        {part("actual_parts", 1)} as actual_sign,
        cast({part("actual_parts", 2)} as decimal(20, 8)) as actual_number,
        nullif({part("actual_parts", 4)}, '') as actual_unit_text
    from matched
    where {self._of(self._dialect.is_plain, "target_parts")}
        and {self._of(self._dialect.is_plain, "actual_parts")}
),
measured as (
    select
        parted.*,
        {_sign("target_sign")} as target_comparator,
        {_sign("actual_sign")} as actual_comparator,
        coalesce(target.value_kind, 'quantity') as target_kind,
        coalesce(actual.value_kind, 'quantity') as actual_kind,
        coalesce(target.unit, target_unit_text) as target_unit,
        coalesce(actual.unit, actual_unit_text) as actual_unit,
        coalesce(target.factor, 1) as target_factor,
        coalesce(actual.factor, 1) as actual_factor,
        class.class_code
    from parted
    left join measure_unit as target on parted.target_unit_text = target.unit_text
    left join measure_unit as actual on parted.actual_unit_text = actual.unit_text
    left join indicator_class as class
        on parted.level1 = class.level1 and (class.level2 is null or parted.level2 = class.level2)
),
checked as {once}(
    select
        *,
        coalesce(
            target_comparator, case when target_kind = 'money' or class_code = 'cost' then '<=' else '>=' end
        ) as comparator,
        case
            when actual_comparator in ('<=', '<', '>=', '>') then 'actual_is_bound'
            when actual_number = 0 and actual_unit is null then null
            when (target_kind = 'percent') <> (actual_kind = 'percent') then 'kind_differs'
            when target_unit <> actual_unit then 'unit_differs'
        end as not_checkable_reason,
        coalesce(target_unit, actual_unit) as unit,
        cast(target_number * {factor("target")} as decimal(20, 6)) as target_value,
        cast(actual_number * {factor("actual")} as decimal(20, 6)) as actual_value,
        cast(
            case when target_kind = 'money' then {MONEY_TOLERANCE} else {NUMBER_TOLERANCE} end as decimal(7, 6)
        ) as tolerance
    from measured
)
select
    checked.indicator_id, checked.document_id, document.fiscal_year, checked.comparator,
    checked.target_value, checked.actual_value, checked.unit,
    case when not_checkable_reason is null then {self._ratio("actual_value", "target_value")} end as completion_rate,
    case
        when not_checkable_reason is null then {self._ratio("actual_value - target_value", "target_value")}
    end as deviation_rate,
    case
        when not_checkable_reason is not null then 'not_checkable'
        when comparator = '<=' then case when actual_value <= target_value + tolerance then 'met' else 'unmet' end
        when comparator = '<' then case when actual_value < target_value then 'met' else 'unmet' end
        when comparator = '='
            then case when abs(actual_value - target_value) <= tolerance then 'met' else 'unmet' end
        when actual_value > target_value + tolerance then 'exceeded'
        when comparator = '>=' and actual_value >= target_value - tolerance then 'met'
        else 'unmet'
    end as attainment,
    checked.not_checkable_reason, checked.source_line
from checked
inner join document on checked.document_id = document.document_id
"""


def _printed(column: str) -> str:
    return f"nullif(trim(replace({column}, '　', ' ')), '')"


def _sign(sign: str) -> str:
    return f"case {sign} when '≥' then '>=' when '≤' then '<=' else nullif({sign}, '') end"


def _project_id(table: str) -> str:
    return f"concat_ws('-', {table}.document_id, lpad({_printed(f'{table}.form_no')}, 3, '0'))"


_DOCUMENT = f"""
select
    raw.document_id,
    {_printed("raw.organization_name")} as organization_name,
    cast({_printed("raw.fiscal_year")} as integer) as fiscal_year,
    unit.yuan_factor
from raw_document as raw
left join amount_unit as unit on {_printed("raw.amount_unit")} = unit.amount_unit
"""
